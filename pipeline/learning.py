"""Rebuild the learned table in ``data/`` from the labels, the lexicon and open sources.

    python -m pipeline knowledge [--withhold public]

Without the public list it trains on the own labels only, and its rows are those of the
lexicon that never saw that list.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from . import completion, labelling, sources, table, table_rows, wordnet
from .completion import Completion
from .embeddings import glove, sentence_vectors
from .errors import PipelineError
from .features import Features, Featurizer
from .progress import bar

ANCHORS = "anchors.csv"
"""Labelled keywords of kinds that are rare among things: people, illnesses, events, ideas."""
ROWS = 40_000
"""Candidates of the lexicon, the likeliest, that get a row of their own."""
LABELS = {"y": 1.0, "n": 0.0, "?": 0.5}
BLOCK = 4096
LEAST = 0.02
"""A P(yes) below this is a no, however rare yes is: nothing predicted is below 0.011."""
Describe = Callable[[Sequence[str]], Features]
"""Features of keywords."""


class LearningError(PipelineError):
    """There is nothing to learn the table from."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """``labels``: float32 [n_keywords, n_questions], 1 yes, 0 no, 0.5 unclear."""

    keywords: list[str]
    questions: list[tuple[str, str]]
    labels: np.ndarray


def read_labels(data_dir: Path, withhold: str = "none") -> Labelled:
    """The things whose source is not ``withhold``, then the anchors; questions with a column."""
    wordings = {row["id"]: row["question"] for row in _rows(data_dir / "questions.csv")}
    things = [row for row in _rows(data_dir / "things.csv") if row["source"] != withhold]
    if not things:
        raise LearningError(f"Expected labelled keywords in {data_dir / 'things.csv'}, found none.")
    questions = [(name, wordings[name]) for name in wordings if name in things[0]]
    labels = [[LABELS[row[name]] for name, _ in questions] for row in things]
    anchors = _rows(data_dir / ANCHORS) if (data_dir / ANCHORS).exists() else []
    for row in anchors:
        yes, unclear = set(row["yes"].split()), set(row["unclear"].split())
        strange = (yes | unclear) - wordings.keys()
        if strange or yes & unclear:
            raise LearningError(
                f"{data_dir / ANCHORS}, {row['keyword']}: expected ids of questions.csv, each "
                f"once, found {', '.join(sorted(strange or yes & unclear))}."
            )
        labels.append([1.0 if q in yes else 0.5 if q in unclear else 0.0 for q, _ in questions])
    keywords = [row["keyword"] for row in (*things, *anchors)]
    return Labelled(keywords, questions, np.array(labels, np.float32))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def with_model(labelled: Labelled, found: labelling.Labels, threshold: float, temperature: float,
               trust: float) -> Labelled:  # fmt: skip
    """Add keywords that a language model labelled; P(yes) is calibrated as the agent's is.

    ``trust``: how far from 1/2 its answers are believed, 0 to 1. What was labelled by hand is
    left as it is, and questions that the model was not asked are unclear.
    """
    taken = set(map(str.lower, labelled.keywords))
    fresh = [i for i, keyword in enumerate(found.keywords) if keyword.lower() not in taken]
    p_yes = completion.sigmoid((found.log_odds[fresh] - threshold) / temperature)
    column = {name: i for i, name in enumerate(found.question_ids)}
    more = np.full((len(fresh), len(labelled.questions)), 0.5, np.float32)
    for i, (name, _) in enumerate(labelled.questions):
        if name in column:
            more[:, i] = 0.5 + trust * (p_yes[:, column[name]] - 0.5)
    return Labelled(
        labelled.keywords + [found.keywords[i] for i in fresh],
        labelled.questions,
        np.concatenate([labelled.labels, more]),
    )


def describer() -> Describe:
    """Features by WordNet, GloVe and MiniLM, fetched where needed. Raises SourceError."""
    featurizer = Featurizer(wordnet.fetched(), glove())

    def describe(keywords: Sequence[str]) -> Features:
        vectors = sentence_vectors([keyword.lower() for keyword in keywords])
        return featurizer.features(keywords, vectors)

    return describe


def learn(
    data_dir: Path,
    withhold: str = "none",
    rows: int = ROWS,
    describe: Describe | None = None,
    labelled: Labelled | None = None,
) -> dict[str, Any]:
    """Fit the completion and write the learned table; returns its manifest.

    Rows are the labelled keywords and the lexicon's likeliest. Raises LearningError,
    LexiconError or SourceError; an earlier table is then as it was.
    """
    labelled = labelled or read_labels(data_dir, withhold)
    describe = describe or describer()
    model = completion.fit(describe(labelled.keywords), labelled.labels)
    found = table_rows.load_lexicon(data_dir, withhold)[0][:rows]
    keywords = list(dict.fromkeys([*map(str.lower, labelled.keywords), *found]))
    measured = statistics(model, labelled.labels)
    logits = predict(model, describe, keywords)
    encoded = table.encode(keywords, labelled.questions, logits, measured)
    origin = _origin(data_dir, withhold)
    origin["held_out"] = {
        name: round(float(np.nanmean(measured[name])), 4)
        for name in ("loss", "base_loss", "accuracy")
    }
    origin["calibration"] = calibration(model, labelled.labels)
    return table.save(encoded, data_dir / table_rows.TABLES[withhold], origin)


def predict(model: Completion, describe: Describe, keywords: Sequence[str]) -> np.ndarray:
    """logit P(yes), float32 [n_keywords, n_questions], with a bar."""
    parts = []
    with bar(total=len(keywords), desc="completing", unit="keyword") as shown:
        for start in range(0, len(keywords), BLOCK):
            block = keywords[start : start + BLOCK]
            parts.append(model.logits(describe(block)))
            shown.update(len(block))
    return np.concatenate(parts)


def statistics(model: Completion, labels: np.ndarray) -> dict[str, list]:
    """Per question: labels, yes, unclear, and how well left-out keywords are told.

    ``loss`` and ``base_loss`` are bits an answer, with and without the model; ``accuracy`` is
    balanced, and says yes where P(yes) is above the question's share of yes, which weighs both
    answers alike (or above ``LEAST``). Unclear labels count in none of them.
    """
    p_yes = completion.sigmoid(model.held_out)
    columns: dict[str, list] = {
        name: [] for name in ("labels", "yes", "unclear", "loss", "base_loss", "accuracy")
    }
    for i, truth in enumerate(labels.T):
        clear = (truth == 0) | (truth == 1)
        share = float(truth[clear].mean()) if clear.any() else 0.5
        loss = completion.log_loss(model.held_out[clear, i], truth[clear])
        columns["labels"].append(len(truth))
        columns["yes"].append(int((truth == 1).sum()))
        columns["unclear"].append(int((~clear).sum()))
        columns["loss"].append(float(loss.mean()) if clear.any() else float("nan"))
        columns["base_loss"].append(_entropy(share))
        columns["accuracy"].append(
            completion.balanced_accuracy(p_yes[clear, i], truth[clear], max(share, LEAST))
        )
    return columns


def _entropy(p: float) -> float:
    return float(-sum(q * np.log2(q) for q in (p, 1 - p) if q > 0))


def _origin(data_dir: Path, withhold: str) -> dict[str, Any]:
    inputs = ["questions.csv", "things.csv", ANCHORS, table_rows.LEXICON]
    return {
        "withheld": withhold,
        "method": "kernel ridge regression with logistic calibration, see pipeline/completion.py",
        "inputs": {
            name: hashlib.sha256((data_dir / name).read_bytes()).hexdigest()
            for name in inputs
            if (data_dir / name).exists()
        },
        "sources": {
            name: {"version": entry.version, "sha256": entry.sha256, "licence": entry.licence}
            for name, entry in sources.listed().items()
            if name in ("wordnet", "glove", "minilm")
        },
        "made_with": {name: version(name) for name in ("numpy", "scipy", "torch", "transformers")},
    }


def calibration(model: Completion, labels: np.ndarray, bins: int = 20) -> list[list[float]]:
    """Of left-out keywords, by P(yes) from 0 to 1: mean P(yes), share labelled yes, answers."""
    clear = (labels == 0) | (labels == 1)
    said, true = completion.sigmoid(model.held_out[clear]), labels[clear]
    place = np.clip((said * bins).astype(int), 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    sums = [np.bincount(place, values, bins) for values in (said, true)]
    return [
        [round(float(total[i] / counts[i]), 4) for total in sums] + [int(counts[i])]
        for i in np.flatnonzero(counts)
    ]
