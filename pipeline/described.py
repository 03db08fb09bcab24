"""Keywords of which only what holds is listed: descriptions, and how far they can be believed.

    yes = tagged(data / "described_things.csv", ids)
    described.fused(logits, told, labelled)

A description lists what holds of a thing; what it does not list is a no, or was forgotten. How
often, per question, is counted on the keywords that are labelled by hand as well, and the
listing then counts as one more observation beside what was learnt: Bayes' rule in log-odds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twentyq.matching import forms_of, normalize

from .errors import PipelineError

NAME = "described_things.csv"
NO, UNCLEAR, YES = range(3)
STRENGTH = 10.0
"""A question's own counts weigh as much as those of all questions at this many labels."""


class DescriptionError(PipelineError):
    """A file of descriptions names what there is not, or a thing twice."""


@dataclass(frozen=True, eq=False)
class Described:
    """``told``: int8 [n_keywords, n_ids] of ``NO``, ``UNCLEAR`` and ``YES``."""

    keywords: list[str]
    ids: list[str]
    told: np.ndarray

    def without(self, names: Iterable[str]) -> Described:
        """Without the keywords that the game takes for one of ``names``."""
        forms = forms_of(names)
        kept = [i for i, keyword in enumerate(self.keywords) if normalize(keyword) not in forms]
        return Described([self.keywords[i] for i in kept], self.ids, self.told[kept])


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
    return Described([row["keyword"] for row in rows], list(ids), told)


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


def fused(logits: np.ndarray, told: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """``logits`` [n, n_ids] after what was ``told`` of the same, by ``weights`` of ``evidence``."""
    return logits + weights[np.arange(told.shape[1])[None], told]
