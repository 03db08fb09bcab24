"""Labelled pairs, and what is fitted on them: folds, calibrations, probes."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import places
from .errors import PipelineError

FOLDS = 5
STACK_PENALTY = 1.0
"""Inverse strength of the ridge on a stack's weights, the readings having unit spread."""
PROBE_PENALTY = 0.7
"""The same of a probe, divided by its width: what a probe can do does not depend on that."""
YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True)
class Pair:
    """A keyword and a question, with the right answer and the kind of question where known."""

    keyword: str
    question: str
    answer: bool | None = None
    kind: str = ""


def load_pairs(path: Path, *, labelled: bool = False) -> list[Pair]:
    """Read a CSV file with the columns keyword, question and (if ``labelled``) answer.

    Raises PipelineError naming the file, line and what was expected.
    """
    try:
        with path.open(encoding="utf-8", newline="") as source:
            reader = csv.DictReader(source)
            rows = list(reader)
            columns = reader.fieldnames or []
    except OSError:
        raise PipelineError(
            f"There is no file {path}; expected a CSV with the columns keyword, question, answer."
        ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise PipelineError(f"{path} is not a CSV file in UTF-8: {error}.") from None
    for column in ("keyword", "question", *(["answer"] if labelled else [])):
        if column not in columns:
            raise PipelineError(
                f"{path}: the column {column!r} is missing; found {', '.join(columns) or 'none'}."
            )
    pairs = []
    for line, row in enumerate(rows, start=2):
        text = (row.get("answer") or "").strip().lower()
        if (text and text not in YES_NO) or (labelled and not text):
            raise PipelineError(
                f"{path}, line {line}: answer should be yes or no, found {row['answer']!r}."
            )
        if not (row["keyword"] or "").strip() or not (row["question"] or "").strip():
            raise PipelineError(f"{path}, line {line}: keyword or question is empty.")
        kind = (row.get("kind") or "").strip()
        pairs.append(Pair(row["keyword"].strip(), row["question"].strip(), YES_NO.get(text), kind))
    if not pairs:
        raise PipelineError(f"{path} holds no pairs.")
    return pairs


def choose(pairs: Sequence[Pair], limit: int, seed: int) -> list[Pair]:
    """At most ``limit`` pairs (0: all), spread evenly over questions and both answers."""
    if not limit or limit >= len(pairs):
        return list(pairs)
    generator = np.random.default_rng(seed)
    cells: dict[tuple[str, bool | None], list[Pair]] = defaultdict(list)
    for i in generator.permutation(len(pairs)):
        cells[pairs[i].question, pairs[i].answer].append(pairs[i])
    order = [list(cells)[i] for i in generator.permutation(len(cells))]
    chosen: list[Pair] = []
    while len(chosen) < limit:
        for key in order:
            if cells[key] and len(chosen) < limit:
                chosen.append(cells[key].pop())
    return chosen


def choose_pairs(file: str, limit: int, cells: int, seed: int) -> list[Pair]:
    """What a prompt is judged by: ``choose`` of a labelled file, and ``table_pairs``."""
    labelled = load_pairs(places.in_project(file), labelled=True)
    return choose(labelled, limit, seed) + table_pairs(places.DATA, cells, seed)


def table_pairs(data: Path, limit: int, seed: int) -> list[Pair]:
    """``limit`` cells of ``things.csv`` with their questions as pairs, half of them yes.

    Only the project's own keywords, none of the environment's public list, so that figures on
    public keywords stay honest. Unlike ``labelled_pairs.csv``, whose noes are near misses by
    half, these are what games are made of.
    """

    def rows(name: str) -> list[dict[str, str]]:
        with (data / name).open(encoding="utf-8", newline="") as source:
            return list(csv.DictReader(source))

    questions = {row["id"]: row["question"] for row in rows("questions.csv")}
    own = [row for row in rows("things.csv") if row["source"] == "own"]
    generator = np.random.default_rng(seed)
    pairs: list[Pair] = []
    for answer, count in (("y", limit // 2), ("n", limit - limit // 2)):
        cells = [(row["keyword"], q) for row in own for q in questions if row.get(q) == answer]
        # A larger limit adds to a smaller one's pairs, so that their scores are kept.
        for i in generator.permutation(len(cells))[:count]:
            keyword, question = cells[i]
            pairs.append(Pair(keyword, questions[question], answer == "y", "table"))
    return pairs


def fit_calibration(readings: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights, float64 [n_columns], and intercept of a stack.

    P(yes) = sigmoid(readings @ weights + intercept), with ``readings`` float [n, n_columns] and
    ``labels`` bool [n]. Platt's logistic fit (Platt, 1999) with both answers weighted alike; of
    several columns a logistic stack (Wolpert, 1992). A single column that does not rise with
    the truth gets the best threshold and its own spread.
    """
    from sklearn.linear_model import LogisticRegression

    scale = readings.std(axis=0) + 1e-9
    fit = LogisticRegression(class_weight="balanced", C=STACK_PENALTY)
    fit.fit(readings / scale, labels)
    weights = fit.coef_[0] / scale
    if readings.shape[1] > 1 or fit.coef_[0, 0] > 1e-2:
        return weights, float(fit.intercept_[0])
    values = readings[:, 0]
    candidates = np.unique(values)
    quality = [(values > c)[labels].mean() - (values > c)[~labels].mean() for c in candidates]
    return 1 / scale, -float(candidates[int(np.argmax(quality))] / scale[0])


def folds(pairs: Sequence[Pair]) -> list[tuple[np.ndarray, np.ndarray]]:
    """(train, test) indices, int64, such that no test pair's question or keyword is trained on.

    Folds are split by question; training pairs that share a keyword with the fold are left out.
    Where that leaves less than half, as when every keyword meets every question, the fold is
    split by keyword into up to ``FOLDS`` parts that are tested one after another.
    """
    from sklearn.model_selection import GroupKFold

    questions = np.array([p.question for p in pairs])
    keywords = np.array([p.keyword.lower() for p in pairs])
    found = []
    split = GroupKFold(min(FOLDS, len(set(questions)))).split(questions, groups=questions)
    for others, fold in split:
        names = np.unique(keywords[fold])
        for parts in range(1, min(FOLDS, len(names)) + 1):
            tests = [fold[np.isin(keywords[fold], part)] for part in np.array_split(names, parts)]
            trains = [others[~np.isin(keywords[others], keywords[test])] for test in tests]
            if min(map(len, trains)) >= len(others) / 2:
                break
        found += zip(trains, tests, strict=True)
    return found


def cross_validate(pairs: Sequence[Pair], readings: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """P(yes) of each pair by a calibration that saw neither its question nor its keyword.

    ``readings``: float [n, n_columns]; returns float64 [n].
    """
    p_yes = np.full(len(pairs), np.nan)
    for train, test in folds(pairs):
        weights, intercept = fit_calibration(readings[train], labels[train])
        p_yes[test] = sigmoid(readings[test] @ weights + intercept)
    return p_yes


def fit_probe(streams: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Direction, float32 [width], and bias of a ridge logistic probe with balanced classes.

    ``streams``: float [n, width]; ``labels``: bool [n]. ``streams @ direction + bias`` is the
    log-odds of yes (Alain and Bengio, 2016).
    """
    from sklearn.linear_model import LogisticRegression

    mean, scale = streams.mean(axis=0), streams.std(axis=0) + 1e-6
    penalty = PROBE_PENALTY / streams.shape[1]
    fit = LogisticRegression(class_weight="balanced", C=penalty, max_iter=300)
    fit.fit((streams - mean) / scale, labels)
    direction = fit.coef_[0] / scale
    return direction.astype(np.float32), float(fit.intercept_[0] - mean @ direction)


def cross_validated_probe(
    pairs: Sequence[Pair], streams: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Each pair's log-odds, float64 [n], by a probe that saw neither question nor keyword."""
    reading = np.full(len(pairs), np.nan)
    for train, test in folds(pairs):
        direction, bias = fit_probe(streams[train], labels[train])
        reading[test] = streams[test] @ direction + bias
    return reading


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-np.clip(z, -30, 30)))


def summary(run_dir: Path) -> dict[str, Any]:
    """The figures that stage 02 left; raises PipelineError if it has not run."""
    path = run_dir / "report" / "eda.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise PipelineError(
            f"{path} is missing or broken; run `python -m pipeline run PARAMS --until 02` first."
        ) from None


def existing_submission(run_dir: Path) -> Path:
    """The run's submission folder; raises PipelineError if it has none."""
    folder = run_dir / "submission"
    if not (folder / "main.py").is_file():
        raise PipelineError(
            f"The run {run_dir} has no submission yet; make it with "
            "`python -m pipeline run PARAMS --until write_agent`."
        )
    return folder
