"""The table P(yes | keyword, question), small enough for git: transform-coded logits.

A row of logits is rotated into the axes along which rows differ most (principal components)
and rounded there with one step for all axes: what little varies costs next to nothing after
compression. ``codes.parquet`` has a keyword's whole numbers, ``questions.parquet`` each
question's share of every axis and how well it was learnt, ``manifest.json`` hashes and origin.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .completion import sigmoid
from .errors import PipelineError
from .hashing import changed, sha256
from .places import fresh_folder, write_text
from .shards import write_parquet

STEP = 1.5
"""Of the codes, in logits; over hundreds of questions an error of 0.43 spreads thin."""
LEVELS = 255
CHUNK = 4096
CODES, QUESTIONS, MANIFEST = "codes.parquet", "questions.parquet", "manifest.json"


class TableError(PipelineError):
    """The stored table is missing, damaged, or not the one its manifest describes."""


@dataclass(frozen=True, eq=False)
class Table:
    """Codes of keywords and what turns them into P(yes).

    ``codes``: int16 [n_keywords, n_axes]; ``axes``: float32 [n_axes, n_questions], STEP
    included; ``mean``: float32 [n_questions], of the logits.
    """

    keywords: list[str]
    question_ids: list[str]
    wordings: list[str]
    codes: np.ndarray
    axes: np.ndarray
    mean: np.ndarray
    statistics: dict[str, list]
    """What is known of each question's column, by name: see ``data/README.md``."""

    def logits(self, rows: slice | np.ndarray = slice(None)) -> np.ndarray:
        """float32 [n_rows, n_questions]."""
        return self.codes[rows].astype(np.float32) @ self.axes + self.mean

    def p_yes(self, rows: np.ndarray) -> np.ndarray:
        """uint8 [n_rows, n_questions] in units of 1 / ``LEVELS``, a block at a time."""
        found = np.empty((len(rows), len(self.question_ids)), np.uint8)
        for start in range(0, len(rows), CHUNK):
            block = slice(start, start + CHUNK)
            found[block] = np.rint(LEVELS * sigmoid(self.logits(rows[block])))
        return found


def encode(
    keywords: Sequence[str],
    questions: Sequence[tuple[str, str]],
    logits: np.ndarray,
    statistics: dict[str, list],
    step: float = STEP,
) -> Table:
    """The table of ``logits`` [n_keywords, n_questions]; axes that never reach a step are left out.

    ``questions``: (id, wording); ``statistics``: columns with one value per question.
    """
    mean = logits.mean(axis=0, dtype=np.float64)
    centred = logits - mean.astype(np.float32)
    values, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    axes = axes[:, np.argsort(-values, kind="stable")]
    # The sign of an eigenvector is arbitrary: its largest entry shall be positive.
    largest = np.abs(axes).argmax(axis=0)
    axes = (axes * np.sign(axes[largest, np.arange(axes.shape[1])])).astype(np.float32)
    codes = np.rint(centred @ axes / step)
    kept = np.abs(codes).max(axis=0) > 0
    return Table(
        list(keywords),
        [name for name, _ in questions],
        [wording for _, wording in questions],
        np.clip(codes[:, kept], -32767, 32767).astype(np.int16),
        (step * axes[:, kept].T).astype(np.float16).astype(np.float32),
        mean.astype(np.float32),
        statistics,
    )


def save(table: Table, folder: Path, origin: dict[str, Any]) -> dict[str, Any]:
    """Write the folder, replacing an earlier one, and return its manifest with ``origin``."""
    columns: dict[str, Any] = {"keyword": table.keywords}
    columns |= {f"c{i:03d}": pa.array(codes, pa.int16()) for i, codes in enumerate(table.codes.T)}
    of_questions = {
        "id": table.question_ids,
        "question": table.wordings,
        "mean": pa.array(table.mean),
        "axes": pa.array(list(table.axes.T.astype(np.float16)), pa.list_(pa.float16())),
        **table.statistics,
    }
    with fresh_folder(folder, MANIFEST) as partial:
        write_parquet(partial / CODES, pa.table(columns))
        write_parquet(partial / QUESTIONS, pa.table(of_questions))
        manifest = {
            "format": 1,
            "keywords": len(table.keywords),
            "questions": len(table.question_ids),
            "axes": len(table.axes),
            "files": {
                name: {"bytes": (partial / name).stat().st_size, "sha256": sha256(partial / name)}
                for name in (CODES, QUESTIONS)
            },
            **origin,
        }
        write_text(partial / MANIFEST, json.dumps(manifest, indent=1) + "\n")
    return manifest


def load(folder: Path) -> Table:
    """Read a folder that ``save`` wrote. Raises TableError if a file is not the one recorded."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if wrong := changed(folder, manifest["files"]):
            raise TableError(f"{wrong}: restore it from git, or run `make knowledge`.")
        coded, asked = pq.read_table(folder / CODES), pq.read_table(folder / QUESTIONS)
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise TableError(
            f"{folder} is no complete table ({type(error).__name__}: {error}): restore it from "
            "git, or run `make knowledge`."
        ) from error
    names = [name for name in coded.column_names if name != "keyword"]
    own = ("id", "question", "mean", "axes")
    return Table(
        coded["keyword"].to_pylist(),
        asked["id"].to_pylist(),
        asked["question"].to_pylist(),
        np.column_stack([coded[name].to_numpy() for name in names]).astype(np.int16),
        np.array(asked["axes"].to_pylist(), np.float32).T,
        asked["mean"].to_numpy().astype(np.float32),
        {n: asked[n].to_pylist() for n in asked.column_names if n not in own},
    )
