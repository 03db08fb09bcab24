"""How strangers answer: P(yes) to each question where the table says no, and where it says yes.

    python -m pipeline reliability
    python -m pipeline reliability scored.csv --source "starter's prompt, Qwen2.5-1.5B"

writes ``COLUMNS`` of ``data/questions.csv``, from the answers in ``data/answers.csv`` or from
those that ``python -m pipeline score`` wrote. The guesser weighs an answer by them: yes to a
question that many grant wrongly says little.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from twentyq.knowledge import question_key

from . import table, table_rows
from .errors import PipelineError
from .places import write_text

NAME = "answers.csv"
COLUMNS = ("yes_if_no", "yes_if_yes")
COUNT, SOURCE = "answers", "answers_from"
OWN = 150.0
"""A question's own answers count as much as all questions' together at this many of them: other
strangers err on other questions."""
TRUTH = {"y": 1.0, "n": 0.0}
STEPS = 100
Answer = tuple[str, str, bool]
"""Keyword, id of the question, whether the answer was yes."""


class ReliabilityError(PipelineError):
    """How strangers answer cannot be measured from what was given."""


def read(data_dir: Path) -> list[Answer]:
    """The answers in ``data/answers.csv``."""
    return [
        (row["keyword"], name, said == "yes")
        for row in _rows(data_dir / NAME, ("keyword", "yes", "no"))
        for said in ("yes", "no")
        for name in row[said].split()
    ]


def read_scored(scored: Path, data_dir: Path) -> list[Answer]:
    """The answers in a file of ``python -m pipeline score`` to questions of the table."""
    asked = _rows(data_dir / "questions.csv", ("id", "question"))
    ids = {question_key(row["question"]): row["id"] for row in asked}
    found = []
    for row in _rows(scored, ("keyword", "question", "answer")):
        name = ids.get(question_key(row["question"]))
        if name:
            found.append((row["keyword"], name, row["answer"] == "yes"))
    return found


def truths(data_dir: Path, answers: Iterable[Answer]) -> list[tuple[str, float, bool]]:
    """(id, P(the truth is yes), whether the answer was yes) of answers to what the table knows.

    By the labels by hand where they are clear, or else by the learned table that never saw
    the public list.
    """
    things = {
        row["keyword"].lower(): row for row in _rows(data_dir / "things.csv", ("keyword", "source"))
    }
    folder = data_dir / table_rows.TABLES["public"]
    learnt = table.load(folder) if (folder / table.MANIFEST).exists() else None
    rows = {name: i for i, name in enumerate(learnt.keywords)} if learnt else {}
    columns = {name: i for i, name in enumerate(learnt.question_ids)} if learnt else {}
    found, open_ones = [], []
    for keyword, name, yes in answers:
        label = things.get(keyword.lower(), {}).get(name)
        if label in TRUTH:
            found.append((name, TRUTH[label], yes))
        elif label is None and keyword.lower() in rows and name in columns:
            open_ones.append((rows[keyword.lower()], name, yes))
    if learnt and open_ones:
        wanted, places = np.unique([row for row, _, _ in open_ones], return_inverse=True)
        p_yes = learnt.p_yes(wanted) / table.LEVELS
        found += [
            (name, float(p_yes[place, columns[name]]), yes)
            for place, (_, name, yes) in zip(places, open_ones, strict=True)
        ]
    return found


def measure(
    answers: Sequence[tuple[str, float, bool]],
) -> tuple[dict[str, tuple[float, float]], tuple[float, float]]:
    """P(yes | the truth is no) and P(yes | it is yes), by question and over all of them.

    ``answers`` are those of ``truths``. What the truth is may be uncertain: expectation and
    maximisation, with the rates over all questions as if they had been seen ``OWN`` times.
    Raises ReliabilityError unless both kinds of truth are among them.
    """
    names = sorted({name for name, _, _ in answers})
    place = {name: i for i, name in enumerate(names)}
    group = np.array([place[name] for name, _, _ in answers], np.int64)
    p_yes = np.array([p for _, p, _ in answers], float)
    yes = np.array([said for _, _, said in answers], bool)
    if not len(answers) or p_yes.max() < 0.5 or p_yes.min() > 0.5:
        raise ReliabilityError(
            "Expected answers to the table's questions about its keywords, some that it answers "
            "with yes and some with no; found none. Score more pairs of data/things.csv."
        )
    overall = _rates(p_yes, yes, np.zeros_like(group), 1, np.full(2, 0.5), 2.0)[0]
    own = _rates(p_yes, yes, group, len(names), overall, OWN)
    low, high = map(float, overall)
    return {name: (float(own[i, 0]), float(own[i, 1])) for name, i in place.items()}, (low, high)


def _rates(
    p_yes: np.ndarray, yes: np.ndarray, group: np.ndarray, n: int, prior: np.ndarray, weight: float
) -> np.ndarray:
    """float64 [n, 2]: the share of yes by group where the truth is no, and where it is yes."""
    rates = np.tile([0.1, 0.9], (n, 1))
    for _ in range(STEPS):
        likely = np.where(yes[:, None], rates[group], 1 - rates[group])
        likely *= np.stack([1 - p_yes, p_yes], axis=1)
        likely /= likely.sum(axis=1, keepdims=True)
        for truth in (0, 1):
            seen = np.bincount(group, likely[:, truth], n)
            said = np.bincount(group, likely[:, truth] * yes, n)
            rates[:, truth] = (said + weight * prior[truth]) / (seen + weight)
    return rates


def update(data_dir: Path, answers: Sequence[tuple[str, float, bool]], source: str) -> int:
    """Write what ``measure`` finds into ``questions.csv``; returns how many questions had answers.

    Questions without any get the rates over all questions.
    """
    measured, overall = measure(answers)
    counts = {name: sum(one == name for one, _, _ in answers) for name in measured}
    path = data_dir / "questions.csv"
    rows = _rows(path, ("id",))
    out = io.StringIO()
    header = list(dict.fromkeys([*rows[0], *COLUMNS, COUNT, SOURCE]))
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        rates = measured.get(row["id"], overall)
        found = dict(zip(COLUMNS, (f"{rate:.3f}" for rate in rates), strict=True))
        writer.writerow(row | found | {COUNT: counts.get(row["id"], 0), SOURCE: source})
    write_text(path, out.getvalue())
    return len(measured)


def _rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise ReliabilityError(f"Expected a CSV file at {path}, found: {error}") from error
    if not rows or not set(columns) <= rows[0].keys():
        raise ReliabilityError(
            f"Expected the columns {', '.join(columns)} in {path}, found "
            f"{', '.join(rows[0]) if rows else 'no rows'}. `python -m pipeline score` makes "
            "keyword, question and answer."
        )
    return rows
