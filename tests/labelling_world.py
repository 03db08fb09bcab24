"""A scorer for the labelling's tests that needs no model; workers import it by name."""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class StandIn:
    """Log-odds by checksum; every call leaves a line in ``journal`` and takes ``seconds``."""

    journal: str
    seconds: float = 0.0
    name: str = "stand-in"

    def __call__(self, keywords: Sequence[str], questions: Sequence[str]) -> np.ndarray:
        with Path(self.journal).open("a") as log:
            log.write(f"{os.getpid()} {keywords[0]}\n")
        time.sleep(self.seconds)
        return np.array(
            [
                [zlib.crc32(f"{k}|{q}".encode()) % 2001 / 100 - 10 for q in questions]
                for k in keywords
            ]
        )


def _score(text: str) -> float:
    return zlib.crc32(text.encode()) % 2001 / 100 - 10


@dataclass(frozen=True)
class Refuses:
    """A scorer that fails at one keyword."""

    keyword: str
    name: str = "stand-in"

    def __call__(self, keywords: Sequence[str], questions: Sequence[str]) -> np.ndarray:
        if self.keyword in keywords:
            raise ValueError("no such word")
        return np.zeros((len(keywords), len(questions)))


@dataclass(frozen=True)
class Dies:
    """A scorer that takes its process with it."""

    name: str = "stand-in"

    def __call__(self, keywords: Sequence[str], questions: Sequence[str]) -> np.ndarray:
        os._exit(1)
