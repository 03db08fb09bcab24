"""More than one GPU: who gets which, and labelling on all of them at once.

A Kaggle notebook has two T4s, the machine that plays has one. So each agent process of the
arena sees one card, as there; and labelled pairs are shared out over one copy of the model a
card.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np


def visible_gpus(limit: int = 0) -> list[str]:
    """Names of the cards this process may use, as CUDA_VISIBLE_DEVICES writes them.

    Read from the driver's device files, without importing torch. ``limit``: at most so many;
    0: all.
    """
    given = os.environ.get("CUDA_VISIBLE_DEVICES")
    if given is not None:
        # CUDA ignores what follows an invalid entry; -1 is the usual way to say none.
        names = [n.strip() for n in given.split(",")]
        found = names[: next((i for i, n in enumerate(names) if n in ("", "-1")), len(names))]
    else:
        cards = Path("/dev").glob("nvidia[0-9]*")
        found = sorted((p.name.removeprefix("nvidia") for p in cards), key=int)
    return found[: limit or None]


def round_robin(takers: Sequence[Hashable], devices: Sequence[str]) -> dict[Hashable, str]:
    """One device each, in turn; equal takers share one. Empty without devices."""
    distinct = dict.fromkeys(takers)
    return {who: devices[i % len(devices)] for i, who in enumerate(distinct)} if devices else {}


class Replicas:
    """Copies of one ``YesNoModel`` on several devices; questions are shared out among them.

    The first copy does whatever else is asked: its ``tokenizer``, ``template``, and so on.
    """

    def __init__(self, copies: Sequence[Any]) -> None:
        self.copies = list(copies)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.copies[0], name)

    def warm_up(self, templates: Sequence[Any]) -> None:
        for copy in self.copies:
            copy.warm_up(templates)

    def log_odds(
        self, prompts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """As ``YesNoModel.log_odds``, float32 [n_prompts], in order."""
        return self.read(prompts, progress=progress)[0]

    def read(
        self,
        prompts: Sequence[str],
        layers: Sequence[int] = (),
        *,
        odds: bool = True,
        progress: Callable[[int], None] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """As ``YesNoModel.read``, in order.

        Every copy gets neighbours in alphabetical order, which begin alike and are run once.
        """
        order = sorted(range(len(prompts)), key=lambda i: prompts[i])
        shares = [share for share in np.array_split(order, len(self.copies)) if len(share)]
        lock = threading.Lock()

        def done(count: int) -> None:
            with lock:
                if progress:
                    progress(count)

        def read(copy: Any, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return copy.read([prompts[i] for i in share], layers, odds=odds, progress=done)

        # Threads do: while a card computes, its thread has let go of Python's lock.
        with ThreadPoolExecutor(len(self.copies)) as pool:
            made = list(pool.map(read, self.copies, shares))
        if not made:
            return self.copies[0].read([], layers, odds=odds)
        back = np.argsort(np.concatenate(shares))
        log_odds, streams = (np.concatenate(parts)[back] for parts in zip(*made, strict=True))
        return log_odds, streams


def load_everywhere(weights: Path, *, device: str = "auto", gpus: int = 0, **options: Any) -> Any:
    """The model on every card (``device`` auto), or one model on the device that is named.

    ``gpus``: at most so many cards; 0: all. ``options`` go to ``YesNoModel.load``, whose errors
    pass.
    """
    import torch

    from twentyq.llm import YesNoModel

    count = torch.cuda.device_count() if device == "auto" else 0
    places = [f"cuda:{i}" for i in range(min(count, gpus or count))] or [device]
    copies = [YesNoModel.load(weights, device=place, **options) for place in places]
    return copies[0] if len(copies) == 1 else Replicas(copies)
