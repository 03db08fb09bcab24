"""Candidate keywords beyond those labelled by hand: the lexicon, and the learned table's rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from . import table
from .errors import PipelineError

LEXICON = "lexicon.parquet"
TABLES = {"": "table", "public": "table_withheld"}
"""The learned table's folder in ``data/`` by what is withheld."""
PRIORS = {"": "log2_prior", "public": "log2_prior_withheld"}
UNKNOWN = 128
"""Stored P(yes) of a question that the table does not have."""


class CandidatesError(PipelineError):
    """The lexicon cannot be read."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """``keywords`` in the lexicon's order, the likeliest first.

    ``prior``: float64 [n], sums to 1; ``p_yes``: uint8 [n, n_questions] in units of 1/255;
    ``learned``: bool [n], whether the table has the keyword: the others got its mean row.
    """

    keywords: list[str]
    prior: np.ndarray
    p_yes: np.ndarray
    learned: np.ndarray

    def without(self, taken: set[str]) -> np.ndarray:
        """Indices of the keywords that are not ``taken`` (in lower case)."""
        free = (i for i, keyword in enumerate(self.keywords) if keyword.lower() not in taken)
        return np.fromiter(free, dtype=np.int64)


def sources(data_dir: Path, withhold: str = "") -> list[str]:
    """The files, relative to ``data_dir``, that ``load`` reads; empty without a lexicon."""
    if not (data_dir / LEXICON).exists():
        return []
    folder = TABLES[withhold]
    names = (table.CODES, table.QUESTIONS) if (data_dir / folder / table.MANIFEST).exists() else ()
    return [LEXICON, *(f"{folder}/{name}" for name in names)]


def load(
    data_dir: Path, question_ids: Sequence[str], withhold: str = "", limit: int = 0
) -> Candidates:
    """The likeliest ``limit`` candidates (0: all). ``withhold``: "public" leaves out what is
    known from the public list alone, and takes the prior and the table that never saw it.

    Raises CandidatesError or TableError.
    """
    keywords, prior = load_lexicon(data_dir, withhold)
    keywords, prior = keywords[: limit or None], prior[: limit or None]
    p_yes = np.full((len(keywords), len(question_ids)), UNKNOWN, np.uint8)
    learned = np.zeros(len(keywords), bool)
    folder = data_dir / TABLES[withhold]
    if (folder / table.MANIFEST).exists():
        found = table.load(folder)
        position = {keyword: row for row, keyword in enumerate(found.keywords)}
        rows = np.array([position.get(keyword, -1) for keyword in keywords])
        learned = rows >= 0
        ours = [i for i, name in enumerate(question_ids) if name in found.question_ids]
        theirs = [found.question_ids.index(question_ids[i]) for i in ours]
        known = found.p_yes(rows[learned])[:, theirs]
        p_yes[np.ix_(learned, ours)] = known
        if len(known):
            weights = prior[learned] / prior[learned].sum()
            p_yes[np.ix_(~learned, ours)] = np.rint(weights @ known).astype(np.uint8)
    return Candidates(keywords, prior / prior.sum(), p_yes, learned)


def load_lexicon(data_dir: Path, withhold: str = "") -> tuple[list[str], np.ndarray]:
    """Keywords and their prior, float64 [n], the likeliest first. Raises CandidatesError."""
    path, column = data_dir / LEXICON, PRIORS[withhold]
    try:
        found = pq.read_table(path, columns=["keyword", column])
        keywords, log2_prior = found["keyword"].to_pylist(), found[column].to_numpy()
    except (OSError, ValueError, KeyError) as error:
        raise CandidatesError(
            f"Expected a lexicon with the columns keyword and {column} in {path}, found: {error}. "
            "Restore it from git, or run `make knowledge`."
        ) from error
    # A withheld keyword has no prior.
    there = np.isfinite(log2_prior)
    prior = np.exp2(np.where(there, log2_prior, -np.inf).astype(np.float64))
    chosen = np.argsort(-prior, kind="stable")[: there.sum()]
    return [keywords[i] for i in chosen], prior[chosen]
