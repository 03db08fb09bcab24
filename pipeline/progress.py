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


SMALL = 50_000_000
"""Bytes that are done before anybody wonders: no bar."""


def bytes_bar(total: int, what: str) -> Any:
    """A bar that counts bytes; none for a small file."""
    what = what.removesuffix(".partial")
    return bar(
        total=total, desc=what, unit="B", unit_scale=True, unit_divisor=1000, disable=total < SMALL
    )
