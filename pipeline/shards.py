"""Parquet files that are the old ones or the whole new ones, and the same bytes every time."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from .places import write_bytes


def parquet_bytes(table: pa.Table) -> bytes:
    """The table as Parquet, zstd-compressed, without a clock or a random number in it."""
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd", compression_level=19, write_statistics=False)
    return out.getvalue()


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write ``table`` so that ``path`` is either the old file or the whole new one."""
    write_bytes(path, parquet_bytes(table))
