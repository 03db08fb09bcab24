"""The shipped table of keywords and questions, read once and kept memory-mapped.

The folder holds ``keywords.csv`` (keyword, variants, category, prior),
``questions.csv`` (id, question, aliases), ``p_yes.npy`` (uint8, rows x
questions), the index of names (see ``naming_index``) and ``manifest.json`` (counts,
sizes, hashes, provenance).
"""

from __future__ import annotations

import csv
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from twentyq.naming_index import NameIndex
from twentyq.spelling.predicates import Order, Predicate

LEVELS = 255
"""A stored value v means P(yes) = v / LEVELS."""
VARIANT_SEPARATOR = " | "


class KnowledgeError(Exception):
    """The knowledge is missing, malformed or not the one its manifest describes."""


_SUBJECT = re.compile(
    r"\b(?:the|this|that|your) (?:secret )?(?:keyword|word|thing|object|item|answer)\b|\bthis\b"
)
_HEDGES = {"usually", "typically", "commonly", "generally", "often", "normally", "mostly"} | {
    "mainly",
    "primarily",
}


def question_key(question: str) -> str:
    """The form under which two wordings are one question.

    Case, spacing and end marks are ignored, "the keyword" is "it", and hedges ("usually") ask
    nothing else. What is worded differently is for the table's aliases.

    >>> question_key("Is the keyword usually found indoors?")
    'is it found indoors'
    """
    words = _SUBJECT.sub("it", _plain(question)).split()
    return " ".join(word for word in words if word.strip(",") not in _HEDGES)


def _plain(question: str) -> str:
    return " ".join(question.lower().split()).rstrip(" .?!")


@dataclass(frozen=True, eq=False)
class Knowledge:
    """Keywords x questions, with everything derived from them that a turn needs.

    ``prior``: float64 [n_keywords], sums to 1. ``p_yes``: uint8 [n_rows, n_questions] in
    units of 1 / ``LEVELS``, how likely an honest partner says yes; keywords beyond its last
    row, of which nothing but the name is known, share that row.
    """

    keywords: list[str]
    variants: list[tuple[str, ...]]
    prior: np.ndarray
    questions: list[str]
    p_yes: np.ndarray
    categories: list[str] = field(default_factory=list)
    question_ids: list[str] = field(default_factory=list)
    aliases: list[tuple[str, ...]] = field(default_factory=list)
    ready_index: NameIndex | None = None

    @classmethod
    def load(cls, folder: str | Path) -> Knowledge:
        """Read a folder written by ``pipeline.knowledge.build``.

        Raises ``KnowledgeError`` if a file is missing, or is not of the size
        that the manifest records (a truncated unpacking is the usual cause).
        """
        folder = Path(folder)
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            for name, entry in manifest["files"].items():
                found = (folder / name).stat().st_size
                if found != entry["bytes"]:
                    raise KnowledgeError(
                        f"{folder / name} has {found} bytes, its manifest says {entry['bytes']}: "
                        "build the knowledge folder again"
                    )
            words = _rows(folder / "keywords.csv")
            asked = _rows(folder / "questions.csv")
            p_yes = np.load(folder / "p_yes.npy", mmap_mode="r", allow_pickle=False)
            loaded = cls.from_table(
                keywords=[row[0] for row in words],
                variants=[split_variants(row[1]) for row in words],
                categories=[row[2] for row in words],
                prior=np.array([row[3] for row in words], dtype=np.float64),
                question_ids=[row[0] for row in asked],
                questions=[row[1] for row in asked],
                aliases=[split_variants(row[2]) for row in asked],
                p_yes=p_yes,
                ready_index=NameIndex.load(folder, len(words)),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise KnowledgeError(
                f"{folder} is no complete knowledge folder ({type(error).__name__}: {error}): "
                "build it again"
            ) from error
        return loaded

    @classmethod
    def from_table(
        cls,
        keywords: Sequence[str],
        questions: Sequence[str],
        p_yes: np.ndarray,
        prior: np.ndarray | None = None,
        variants: Sequence[tuple[str, ...]] | None = None,
        categories: Sequence[str] = (),
        question_ids: Sequence[str] = (),
        aliases: Sequence[tuple[str, ...]] = (),
        ready_index: NameIndex | None = None,
    ) -> Knowledge:
        """Check the shapes and normalise the prior; a missing prior is uniform.

        Raises ``KnowledgeError`` on an empty list of keywords, on shapes that
        do not fit, or on numbers that are no probabilities.
        """
        n, m = len(keywords), len(questions)
        prior = np.ones(n) if prior is None else np.asarray(prior, dtype=np.float64)
        if n == 0:
            raise KnowledgeError("there are no keywords")
        shape = p_yes.shape
        if p_yes.dtype != np.uint8 or shape != (min(n, max(shape[0], 1)), m):
            raise KnowledgeError(
                f"p_yes should be uint8 of shape {(n, m)} or of fewer rows, "
                f"it is {p_yes.dtype} of {shape}"
            )
        if prior.shape != (n,) or not (np.isfinite(prior).all() and (prior > 0).all()):
            raise KnowledgeError(f"the prior should be {n} positive numbers")
        return cls(
            keywords=list(keywords),
            variants=list(variants) if variants is not None else [()] * n,
            prior=prior / prior.sum(),
            questions=list(questions),
            p_yes=p_yes,
            categories=list(categories),
            question_ids=list(question_ids),
            aliases=list(aliases),
            ready_index=ready_index,
        )

    @cached_property
    def index(self) -> NameIndex:
        """The orders of the names, worked out where they were not read."""
        return self.ready_index or NameIndex.of(self.keywords, self.variants)

    def rows(self, keywords: np.ndarray | int) -> np.ndarray:
        """The row of ``p_yes`` for each of ``keywords``, which are indices."""
        return np.minimum(keywords, len(self.p_yes) - 1)

    def has_row(self, keyword: int) -> bool:
        """Whether more than the name of the keyword with this index is known."""
        return len(self.p_yes) == len(self.keywords) or keyword < len(self.p_yes) - 1

    @cached_property
    def log_prior(self) -> np.ndarray:
        """float64 [n_keywords]."""
        return np.log(self.prior)

    @cached_property
    def question_index(self) -> dict[str, int]:
        """Column of ``p_yes`` by ``question_key``, of the questions and of their aliases."""
        found = {question_key(alias): i for i, some in enumerate(self.aliases) for alias in some}
        return found | {question_key(question): i for i, question in enumerate(self.questions)}

    @cached_property
    def exact_index(self) -> dict[str, int]:
        """Column of ``p_yes`` by the question's own words, case and end mark apart."""
        return {_plain(question): i for i, question in enumerate(self.questions)}

    def column(self, question: str, *, exact: bool = False) -> int | None:
        """The column of a question in any known wording, or only in the table's own."""
        if exact:
            return self.exact_index.get(_plain(question))
        return self.question_index.get(question_key(question))

    @cached_property
    def lower(self) -> list[str]:
        """The keywords in lower case, as a bisecting partner compares them."""
        return [keyword.lower() for keyword in self.keywords]

    @property
    def order(self) -> np.ndarray:
        """int32 [n_keywords]: the keywords' indices in lower-case code-point order."""
        return self.index.order

    @cached_property
    def sorted_lower(self) -> list[str]:
        """``lower`` in ``order``."""
        lower = self.lower
        return [lower[i] for i in self.order.tolist()]

    @cached_property
    def rank(self) -> np.ndarray:
        """int32 [n_keywords]: the place of each keyword in ``order``."""
        rank = np.empty_like(self.order)
        rank[self.order] = np.arange(len(rank))
        return rank

    def covered_by(self, guess: str) -> list[int]:
        """Indices of the keywords that the environment would take ``guess`` for, in no order."""
        return self.index.covered_by(guess)

    def evaluate(self, predicate: Predicate) -> np.ndarray:
        """``predicate`` of every keyword, bool [n_keywords]; the recent results are kept."""
        return self._evaluate(predicate)

    @cached_property
    def _evaluate(self) -> Callable[[Predicate], np.ndarray]:
        @lru_cache(maxsize=64)
        def evaluate(predicate: Predicate) -> np.ndarray:
            if predicate.kind == "order":
                return self._in_order(predicate)
            return np.fromiter(map(predicate, self.keywords), dtype=bool, count=len(self.keywords))

        return evaluate

    def _in_order(self, predicate: Order) -> np.ndarray:
        """An order predicate of every keyword by two binary searches, not a call per keyword."""
        start, stop = 0, len(self.keywords)
        if predicate.low is not None:
            search = bisect_left if predicate.low_equal else bisect_right
            start = search(self.sorted_lower, predicate.low)
        if predicate.high is not None:
            search = bisect_right if predicate.high_equal else bisect_left
            stop = search(self.sorted_lower, predicate.high)
        return (self.rank >= start) & (self.rank < stop)


def _rows(path: Path) -> list[list[str]]:
    """The data rows of a CSV file, without its header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def split_variants(variants: str) -> tuple[str, ...]:
    """The names in a cell of ``keywords.csv``."""
    return tuple(v for v in variants.split(VARIANT_SEPARATOR) if v) if variants else ()
