"""Keywords of which only what holds is listed: descriptions, and how far they can be believed.

    said = tagged(data / "described_things.csv", ids)
    said.about(keywords, ids, rows, labels).change(logits)

A description lists what holds of a thing; what it does not list is a no, or was forgotten. How
often, per question, is counted on the keywords that are labelled by hand as well, and the
listing then counts as one more observation beside what was learnt: Bayes' rule in log-odds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twentyq.matching import forms_of, normalize

from .errors import PipelineError

NAMES = ("described_things.csv", "described_further.csv")
"""The first says of everyday things what holds of three quarters of the questions; the second of
most of these things the rest, and once more what the first forgot most."""
NO, UNCLEAR, YES = range(3)
STRENGTH = 10.0
"""A question's own counts weigh as much as those of all questions at this many labels."""


class DescriptionError(PipelineError):
    """A file of descriptions names what there is not, or a thing twice, or cannot be judged."""


@dataclass(frozen=True, eq=False)
class Described:
    """``told``: int8 [n_keywords, n_ids] of ``NO``, ``UNCLEAR`` and ``YES``; ``name``: the file."""

    name: str
    keywords: list[str]
    ids: list[str]
    told: np.ndarray

    def without(self, names: Iterable[str]) -> Described:
        """Without the keywords that the game takes for one of ``names``."""
        forms = forms_of(names)
        kept = [i for i, keyword in enumerate(self.keywords) if normalize(keyword) not in forms]
        return Described(self.name, [self.keywords[i] for i in kept], self.ids, self.told[kept])

    def about(
        self,
        keywords: Sequence[str],
        ids: Sequence[str],
        labelled: Mapping[str, int],
        labels: np.ndarray,
    ) -> Telling:
        """What is said of ``keywords``, by ``ids``.

        ``labels``: 1 yes, 0 no, by ``ids``; ``labelled``: the row of each keyword that has some.
        How far to believe is counted on those. Raises DescriptionError if there are none.
        """
        told = self.told[:, [self.ids.index(name) for name in ids]]
        lower = [keyword.lower() for keyword in self.keywords]
        both = [i for i, keyword in enumerate(lower) if keyword in labelled]
        if not both:
            raise DescriptionError(
                f"Expected some keywords of {self.name} to be labelled in things.csv as well, "
                "to count how far descriptions can be believed; found none."
            )
        weights = evidence(told[both], labels[[labelled[lower[i]] for i in both]])
        place = {keyword: i for i, keyword in enumerate(keywords)}
        rows = np.array([place.get(keyword, -1) for keyword in lower])
        return Telling(rows[rows >= 0], told[rows >= 0], weights)


@dataclass(frozen=True, eq=False)
class Telling:
    """``told``: int8 [n, n_ids], of the keywords ``rows`` of some list; ``weights``: [n_ids, 3],
    what ``evidence`` found.
    """

    rows: np.ndarray
    told: np.ndarray
    weights: np.ndarray

    def change(self, logits: np.ndarray, share: float = 1.0) -> None:
        """Bayes' rule, in place, on logit P(yes) [n_keywords, n_ids] of that list.

        ``share``: how much of it is news to them.
        """
        columns = np.arange(self.told.shape[1])[None]
        logits[self.rows] += share * self.weights[columns, self.told]


def tagged(path: Path, ids: Sequence[str]) -> Described:
    """Read a CSV file with the columns keyword, yes and unclear: ids separated by blanks.

    Raises DescriptionError naming what is wrong.
    """
    column = {name: i for i, name in enumerate(ids)}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = np.zeros((len(rows), len(ids)), np.int8)
    seen: set[str] = set()
    for line, row in zip(told, rows, strict=True):
        yes, unclear = set(row["yes"].split()), set(row["unclear"].split())
        strange = (yes | unclear) - column.keys() or yes & unclear
        if strange:
            raise DescriptionError(
                f"{path}, {row['keyword']}: expected ids of questions.csv, each once, found "
                f"{', '.join(sorted(strange))}."
            )
        if row["keyword"].lower() in seen:
            raise DescriptionError(f"{path}: expected each keyword once, found {row['keyword']}.")
        seen.add(row["keyword"].lower())
        line[[column[name] for name in yes]] = YES
        line[[column[name] for name in unclear]] = UNCLEAR
    return Described(path.name, [row["keyword"] for row in rows], list(ids), told)


def evidence(told: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """log P(told | yes) / P(told | no), float64 [n_ids, 3], from keywords that have both.

    ``told``: as in ``Described``; ``labels``: 1 yes, 0 no, of the same keywords; others do not
    count. 0 for an id that no description mentions: nobody was asked about it.
    """
    rates = []
    for truth in (1, 0):
        counts = np.stack([((told == t) & (labels == truth)).sum(axis=0) for t in range(3)], axis=1)
        asked = (told != NO).any(axis=0)
        overall = counts[asked].sum(axis=0) + 1.0
        overall /= overall.sum()
        total = counts.sum(axis=1, keepdims=True)
        rates.append((counts + STRENGTH * overall) / (total + STRENGTH))
    found = np.log(rates[0] / rates[1])
    found[(told == NO).all(axis=0)] = 0.0
    return found
