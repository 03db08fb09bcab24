"""Keywords of which only what holds is listed: descriptions, and how far they can be believed.

    said = read(data, ids)[0]
    said.about(keywords, ids, rows, labels).change(logits)

A description lists what holds of a thing; what it does not list is a no, or was forgotten. How
often, per question, is counted on the keywords that are labelled by hand as well, and the
listing then counts as one more observation beside what was learnt: Bayes' rule in log-odds.
Of the likeliest things, what was most in doubt after that has been asked again, question by
question; these answers count as one observation more.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from twentyq.matching import forms_of, normalize

from .errors import PipelineError

NAMES = ("described_things.csv", "described_further.csv")
"""The first says of everyday things what holds of three quarters of the questions; the second of
most of these things the rest, and once more what the first forgot most."""
AGAIN = "described_again.csv"
"""Second authors' answers to questions that the descriptions in these files left in doubt."""
NOT_ASKED, NO, UNCLEAR, YES = range(-1, 3)
STRENGTH = 10.0
"""A question's own counts weigh as much as those of all questions at this many labels."""
NEWS = 0.75
"""Of what a description says, beside what those of similar things have taught: they were written
alike, and err alike."""


class DescriptionError(PipelineError):
    """A file of descriptions names what there is not, or a thing twice, or cannot be judged."""


@dataclass(frozen=True, eq=False)
class Described:
    """``told``: int8 [n_keywords, n_ids] of ``NOT_ASKED``, ``NO``, ``UNCLEAR`` and ``YES``;
    ``name``: the file; ``news``: how much of it things like these cannot have taught, 0 to 1.
    """

    name: str
    keywords: list[str]
    ids: list[str]
    told: np.ndarray
    news: float = NEWS

    def without(self, names: Iterable[str]) -> Described:
        """Without the keywords that the game takes for one of ``names``."""
        forms = forms_of(names)
        kept = [i for i, keyword in enumerate(self.keywords) if normalize(keyword) not in forms]
        return replace(self, keywords=[self.keywords[i] for i in kept], told=self.told[kept])

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
        return Telling(rows[rows >= 0], told[rows >= 0], weights, self.news)


@dataclass(frozen=True, eq=False)
class Telling:
    """``told``: int8 [n, n_ids], of the keywords ``rows`` of some list; ``weights``: [n_ids, 4],
    what ``evidence`` found; ``news``: as in ``Described``.
    """

    rows: np.ndarray
    told: np.ndarray
    weights: np.ndarray
    news: float = NEWS

    def change(self, logits: np.ndarray, taught: bool = False) -> None:
        """Bayes' rule, in place, on logit P(yes) [n_keywords, n_ids] of that list.

        ``taught``: they are what similar things have taught; then only ``news`` counts.
        """
        columns = np.arange(self.told.shape[1])[None]
        share = self.news if taught else 1.0
        logits[self.rows] += share * self.weights[columns, self.told]


def read(data_dir: Path, ids: Sequence[str]) -> list[Described]:
    """The descriptions in ``data_dir``, file by file. Raises DescriptionError."""
    found = [tagged(data_dir / name, ids) for name in NAMES if (data_dir / name).exists()]
    if (data_dir / AGAIN).exists():
        found += asked_again(data_dir / AGAIN, found)
    return found


def tagged(path: Path, ids: Sequence[str]) -> Described:
    """Read a CSV file with the columns keyword, yes and unclear: ids separated by blanks.

    An id in no row was not asked. Raises DescriptionError naming what is wrong.
    """
    rows = _rows(path, ids, ("yes", "unclear"))
    told = np.full((len(rows), len(ids)), NO, np.int8)
    for line, (yes, unclear) in zip(told, rows.values(), strict=True):
        line[yes] = YES
        line[unclear] = UNCLEAR
    told[:, (told == NO).all(axis=0)] = NOT_ASKED
    return Described(path.name, list(rows), list(ids), told)


def asked_again(path: Path, first: Sequence[Described]) -> list[Described]:
    """Read a CSV file with the columns keyword, yes, unclear and no: ids separated by blanks.

    Two lots, as they are not believed alike: of what the ``first`` descriptions do not list, and
    of what they do. Raises DescriptionError naming what is wrong.
    """
    if not first:
        raise DescriptionError(f"{path} is about things in {' or '.join(NAMES)}: found neither.")
    ids = first[0].ids
    rows = _rows(path, ids, ("yes", "unclear", "no"))
    told = np.full((len(rows), len(ids)), NOT_ASKED, np.int8)
    listed = np.zeros(told.shape, bool)
    known = np.zeros(len(rows), bool)
    for some in first:
        place = {keyword: i for i, keyword in enumerate(some.keywords)}
        for i, keyword in enumerate(rows):
            if keyword in place:
                known[i] = True
                listed[i] |= some.told[place[keyword]] > NO
    if not known.all():
        raise DescriptionError(
            f"{path}: expected keywords that {' or '.join(NAMES)} has, found "
            f"{list(rows)[int(np.argmin(known))]}."
        )
    for line, answers in zip(told, rows.values(), strict=True):
        for value, columns in zip((YES, UNCLEAR, NO), answers, strict=True):
            line[columns] = value
    return [
        Described(path.name, list(rows), ids, np.where(where, told, NOT_ASKED), news=1.0)
        for where in (~listed, listed)
    ]


def _rows(path: Path, ids: Sequence[str], columns: Sequence[str]) -> dict[str, list[list[int]]]:
    """By keyword and column, the places in ``ids`` of what is listed."""
    place = {name: i for i, name in enumerate(ids)}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, list[list[int]]] = {}
    seen: set[str] = set()
    for row in rows:
        lists = [row[column].split() for column in columns]
        count = Counter(name for names in lists for name in set(names))
        strange = {name for name, n in count.items() if n > 1 or name not in place}
        if strange:
            raise DescriptionError(
                f"{path}, {row['keyword']}: expected ids of questions.csv, each once, found "
                f"{', '.join(sorted(strange))}."
            )
        if row["keyword"].lower() in seen:
            raise DescriptionError(f"{path}: expected each keyword once, found {row['keyword']}.")
        seen.add(row["keyword"].lower())
        found[row["keyword"]] = [[place[name] for name in names] for names in lists]
    return found


def evidence(told: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """log P(told | yes) / P(told | no), float64 [n_ids, 4], from keywords that have both; in the
    last column, that of ``NOT_ASKED``, and where no keyword was asked, 0.

    ``told``: as in ``Described``; ``labels``: 1 yes, 0 no, of the same keywords; others do not
    count.
    """
    asked = (told != NOT_ASKED).any(axis=0)
    rates = []
    for truth in (1, 0):
        counts = np.stack(
            [((told == t) & (labels == truth)).sum(axis=0) for t in (NO, UNCLEAR, YES)], axis=1
        )
        overall = counts[asked].sum(axis=0) + 1.0
        overall /= overall.sum()
        total = counts.sum(axis=1, keepdims=True)
        rates.append((counts + STRENGTH * overall) / (total + STRENGTH))
    found = np.zeros((len(asked), 4))
    found[asked, :NOT_ASKED] = np.log(rates[0] / rates[1])[asked]
    return found
