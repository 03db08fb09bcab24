"""The hash that manifests record. Large files with a bar: ``gguf_file.sha256``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def changed(folder: Path, files: Mapping[str, Mapping]) -> str:
    """Which of a manifest's ``files`` is not the one it records, in words; empty if all are."""
    for name, entry in files.items():
        found = sha256(folder / name)
        if found != entry["sha256"]:
            wanted = entry["sha256"]
            return f"{folder / name}: expected sha256 {wanted[:16]}..., found {found[:16]}..."
    return ""
