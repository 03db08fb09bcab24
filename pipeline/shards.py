"""Parquet files that are the old ones or the whole new ones, and the same bytes every time."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from .places import fsync_folder


def parquet_bytes(table: pa.Table) -> bytes:
    """The table as Parquet, zstd-compressed, without a clock or a random number in it."""
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd", compression_level=19, write_statistics=False)
    return out.getvalue()


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write ``table`` so that ``path`` is either the old file or the whole new one."""
    write_bytes(path, parquet_bytes(table))


def write_bytes(path: Path, content: bytes) -> None:
    """Write beside, flush to the disk, rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    fsync_folder(path.parent)
