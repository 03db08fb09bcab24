"""Memory: how much there is, and whether it was what ran out."""

from __future__ import annotations

import math
import re
from pathlib import Path

_SIGNS = re.compile(
    r"out of memory|not enough memory|can't allocate memory|_STATUS_ALLOC_FAILED", re.IGNORECASE
)
_CGROUPS = (
    ("sys/fs/cgroup", "memory.max", "memory.current"),
    ("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
)
"""Folder, limit and usage of version 2 and of version 1."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, Python's, the processor's or the card's.

    Torch has a class of its own only for the card's; otherwise a RuntimeError says it in words.
    """
    if isinstance(error, MemoryError) or "OutOfMemory" in type(error).__name__:
        return True
    return isinstance(error, RuntimeError) and bool(_SIGNS.search(str(error)))


def available_memory(root: Path = Path("/")) -> int:
    """Bytes that can be had without swapping, the cgroup's limit included.

    0 where the system does not say.
    """
    found = re.search(r"MemAvailable:\s+(\d+) kB", _text(root / "proc/meminfo"))
    if not found:
        return 0
    rooms = [_room(root / folder, *files) for folder, *files in _CGROUPS]
    return int(max(0, min(int(found.group(1)) * 1024, *rooms)))


def _room(cgroup: Path, limit: str, usage: str) -> float:
    """Bytes left in a cgroup; infinite if there is none or it has no limit.

    Cached files count as used there, but make way: those of the weights just read, above all.
    """
    try:
        most, used = (int(_text(cgroup / name)) for name in (limit, usage))
    except ValueError:
        return math.inf
    cached = re.findall(r"^(?:in)?active_file (\d+)", _text(cgroup / "memory.stat"), re.MULTILINE)
    return most - used + sum(map(int, cached))


def _text(path: Path) -> str:
    """What a file of the system says; nothing if it cannot be read."""
    try:
        return path.read_text()
    except (OSError, ValueError):
        return ""
