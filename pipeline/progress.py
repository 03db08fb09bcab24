"""Progress bars: widgets for a person in a notebook, plain text in the chain."""

from __future__ import annotations

import os
from typing import Any

from .places import CHAIN_ENV


def bar(*args: Any, **kwargs: Any) -> Any:
    """A tqdm bar fit for where this runs; arguments as tqdm's."""
    if os.environ.get(CHAIN_ENV):
        from tqdm import tqdm

        return tqdm(*args, mininterval=1.0, dynamic_ncols=True, **kwargs)
    from tqdm.auto import tqdm as auto_tqdm

    return auto_tqdm(*args, **kwargs)


def bytes_bar(total: int, what: str) -> Any:
    """A bar that counts bytes."""
    return bar(total=total, desc=what, unit="B", unit_scale=True, unit_divisor=1000)
