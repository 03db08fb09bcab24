"""Candidates beyond those labelled by hand: the lexicon's, with the learned table's rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from . import lexicon, table

LEXICON = lexicon.PATH.name
TABLES = {"none": "table", "public": "table_withheld"}
"""The learned table's folder in ``data/`` by what is withheld."""


@dataclass(frozen=True, eq=False)
class TableRows:
    """``keywords`` in the lexicon's order, the likeliest first.

    ``prior``: float64 [n], sums to 1; ``learned``: bool [n], whether the table has the keyword;
    ``logits``: float32 [n_learned, n_questions], of P(the truth is yes), 0 for a question that the
    table does not have.
    """

    keywords: list[str]
    prior: np.ndarray
    learned: np.ndarray
    logits: np.ndarray

    def without(self, taken: set[str]) -> np.ndarray:
        """Indices of the keywords that are not ``taken`` (in lower case)."""
        free = (i for i, keyword in enumerate(self.keywords) if keyword.lower() not in taken)
        return np.fromiter(free, dtype=np.int64)


def sources(data_dir: Path, withhold: str = "none") -> list[str]:
    """The files, relative to ``data_dir``, that ``load`` reads; empty without a lexicon."""
    if not (data_dir / LEXICON).exists():
        return []
    folder = TABLES[withhold]
    names = (table.CODES, table.QUESTIONS) if (data_dir / folder / table.MANIFEST).exists() else ()
    return [LEXICON, *(f"{folder}/{name}" for name in names)]


def load(
    data_dir: Path, question_ids: Sequence[str], withhold: str = "none", limit: int = 0
) -> TableRows:
    """The likeliest ``limit`` candidates (0: all). ``withhold``: "public" leaves out what is
    known from the public list alone, and takes the prior and the table that never saw it.

    Raises LexiconError or TableError.
    """
    keywords, prior = load_lexicon(data_dir, withhold)
    keywords, prior = keywords[: limit or None], prior[: limit or None]
    learned = np.zeros(len(keywords), bool)
    logits = np.zeros((0, len(question_ids)), np.float32)
    folder = data_dir / TABLES[withhold]
    if (folder / table.MANIFEST).exists():
        found = table.load(folder)
        position = {keyword: row for row, keyword in enumerate(found.keywords)}
        rows = np.array([position.get(keyword, -1) for keyword in keywords])
        learned = rows >= 0
        logits = np.zeros((int(learned.sum()), len(question_ids)), np.float32)
        ours = [i for i, name in enumerate(question_ids) if name in found.question_ids]
        theirs = [found.question_ids.index(question_ids[i]) for i in ours]
        logits[:, ours] = found.logits(rows[learned])[:, theirs]
    return TableRows(keywords, prior / prior.sum(), learned, logits)


def load_lexicon(data_dir: Path, withhold: str = "none") -> tuple[list[str], np.ndarray]:
    """Keywords and their prior, float64 [n], the likeliest first. Raises LexiconError."""
    found = lexicon.load(data_dir / LEXICON, withhold)
    order = pc.sort_indices(found, [("log2_prior", "descending"), ("keyword", "ascending")])
    found = found.take(order)
    prior = np.exp2(found["log2_prior"].to_numpy().astype(np.float64))
    return found["keyword"].to_pylist(), prior
