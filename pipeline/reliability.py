"""How far a stranger's answers follow the table, per question, from answers that a model gave.

    python -m pipeline score RUN PAIRS.csv -o scored.csv
    python -m pipeline reliability scored.csv --source "starter's prompt, Qwen2.5-1.5B"

writes the columns ``reliability`` and ``reliability_from`` of ``data/questions.csv``.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from twentyq.knowledge import question_key

from .errors import PipelineError
from .places import write_text

PRIOR_PAIRS = 20
"""A question's own answers count as much as the average of all questions at this many of them."""
COLUMNS = ("reliability", "reliability_from")


class ReliabilityError(PipelineError):
    """Reliabilities cannot be measured from what was given."""


def measure(answers: Mapping[str, Sequence[tuple[bool, bool]]]) -> dict[str, float]:
    """Reliability, 0 to 1, by question; ``answers``: (what the table says, what was answered).

    2 x balanced accuracy - 1, the chance that an answer is no coin toss, drawn towards the mean
    over all questions by ``PRIOR_PAIRS``. Questions with one kind of truth only get that mean.
    """
    raw = {}
    for question, pairs in answers.items():
        truth, said = np.array(pairs, bool).reshape(-1, 2).T
        if truth.any() and not truth.all():
            raw[question] = said[truth].mean() - said[~truth].mean()
    if not raw:
        raise ReliabilityError(
            "Expected answers to at least one question of the table about keywords of both kinds, "
            "found none. Score more pairs of data/things.csv."
        )
    mean = float(np.average(list(raw.values()), weights=[len(answers[q]) for q in raw]))
    shrunk = {}
    for question, pairs in answers.items():
        weight = len(pairs) / (len(pairs) + PRIOR_PAIRS) if question in raw else 0.0
        shrunk[question] = float(np.clip(weight * raw.get(question, 0) + (1 - weight) * mean, 0, 1))
    return shrunk


def read_answers(scored: Path, data_dir: Path) -> dict[str, list[tuple[bool, bool]]]:
    """(label, answer) by question id, of the clear labels of ``things.csv`` that were scored."""
    columns = {
        question_key(row["question"]): row["id"] for row in _rows(data_dir / "questions.csv")
    }
    things = {row["keyword"].lower(): row for row in _rows(data_dir / "things.csv")}
    found: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row in _rows(scored):
        if not {"keyword", "question", "answer"} <= row.keys():
            raise ReliabilityError(
                f"Expected the columns keyword, question and answer in {scored}, found "
                f"{', '.join(row)}. Make it with `python -m pipeline score`."
            )
        column = columns.get(question_key(row["question"]))
        label = things.get(row["keyword"].lower(), {}).get(column or "", "?")
        if column and label in ("y", "n"):
            found[column].append((label == "y", row["answer"] == "yes"))
    return dict(found)


def update(data_dir: Path, measured: Mapping[str, float], source: str) -> None:
    """Write ``measured`` into ``questions.csv``, with ``source`` as where it came from."""
    path = data_dir / "questions.csv"
    rows = _rows(path)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys([*rows[0], *COLUMNS])), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        fresh = {}
        if row["id"] in measured:
            fresh = dict(zip(COLUMNS, (f"{measured[row['id']]:.3f}", source), strict=True))
        writer.writerow(dict.fromkeys(COLUMNS, "") | row | fresh)
    write_text(path, out.getvalue())


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise ReliabilityError(f"Expected a CSV file at {path}, found: {error}") from error
