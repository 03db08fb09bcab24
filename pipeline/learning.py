"""Rebuild the learned table in ``data/`` from the labels, the lexicon and open sources.

    python -m pipeline knowledge [--withhold public]

Without the public list it trains on the own labels only, and its rows are those of the
lexicon that never saw that list.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from . import completion, described, labelling, measures, sources, table, table_rows, wordnet
from .candidates import table_keywords
from .completion import Completion
from .described import Described
from .embeddings import glove, sentence_vectors
from .errors import PipelineError
from .features import Features, Featurizer
from .hashing import sha256
from .progress import bar

ANCHORS = "anchors.csv"
"""Labelled keywords of kinds that are rare among things: people, illnesses, events, ideas."""
ROWS = 40_000
"""Candidates of the lexicon, the likeliest, that get a row of their own."""
LABELS = {"y": 1.0, "n": 0.0, "?": 0.5}
LEARNT_FROM = 18_000
"""Described keywords, drawn at random, that the completion is fitted to besides the labelled
ones: time grows with their cube."""
BLOCK = 4096
CALIBRATION_BINS = 20
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
    keywords = [row["keyword"] for row in things]
    if (data_dir / ANCHORS).exists():
        anchors = described.tagged(data_dir / ANCHORS, [name for name, _ in questions])
        labels += (anchors.told / described.YES).tolist()
        keywords += anchors.keywords
    return Labelled(keywords, questions, np.array(labels, np.float32))


def read_described(data_dir: Path, withhold: str = "none") -> Described | None:
    """The descriptions there are, without those of keywords that are withheld."""
    if not (data_dir / described.NAME).exists():
        return None
    ids = [row["id"] for row in _rows(data_dir / "questions.csv")]
    hidden = table_keywords(data_dir / "things.csv", source=withhold)
    return described.tagged(data_dir / described.NAME, ids).without(hidden)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def with_model(labelled: Labelled, found: labelling.Labels, trust: float) -> Labelled:
    """Add keywords that a language model labelled.

    ``trust``: how far from 1/2 its answers are believed, 0 to 1. What was labelled by hand is
    left as it is, and questions that the model was not asked are unclear.
    """
    taken = set(map(str.lower, labelled.keywords))
    fresh = [i for i, keyword in enumerate(found.keywords) if keyword.lower() not in taken]
    p_yes = completion.sigmoid(found.log_odds[fresh])
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
    known: dict[str, np.ndarray] = {}
    descriptions = read_described(data_dir, withhold)
    if descriptions:
        known = combine(model, describe, labelled, descriptions)
    if known:
        drawn = list(known)
        if len(drawn) > LEARNT_FROM:
            places = np.random.default_rng(0).permutation(len(drawn))[:LEARNT_FROM]
            drawn = [drawn[i] for i in np.sort(places)]
        more = completion.sigmoid(np.array([known[keyword] for keyword in drawn]))
        # Thousands of rows: every ridge takes minutes, and matters less.
        model = completion.fit(
            describe([*labelled.keywords, *drawn]),
            np.concatenate([labelled.labels, more]),
            ridges=(completion.MIDDLE,),
        )
    found = table_rows.load_lexicon(data_dir, withhold)[0][:rows]
    keywords = list(dict.fromkeys([*map(str.lower, labelled.keywords), *known, *found]))
    measured = statistics(model, labelled.labels)
    fresh = [keyword for keyword in keywords if keyword not in known]
    known |= dict(zip(fresh, predict(model, describe, fresh), strict=True))
    logits = np.array([known[keyword] for keyword in keywords])
    encoded = table.encode(keywords, labelled.questions, logits, measured)
    origin = _origin(data_dir, withhold)
    origin["described"] = len(descriptions.keywords) if descriptions else 0
    origin["held_out"] = {
        name: round(float(np.nanmean(measured[name])), 4)
        for name in ("loss", "base_loss", "accuracy")
    }
    origin["calibration"] = calibration(model, labelled.labels)
    return table.save(encoded, data_dir / table_rows.TABLES[withhold], origin)


def combine(
    model: Completion, describe: Describe, labelled: Labelled, descriptions: Described
) -> dict[str, np.ndarray]:
    """logit P(yes), float32 [n_questions], of each described keyword that has no labels.

    What the model of the labels says and what the description says count as independent; how
    much the latter does is counted where there are labels, too.
    """
    names = [name for name, _ in labelled.questions]
    told = descriptions.told[:, [descriptions.ids.index(name) for name in names]]
    row = {keyword.lower(): i for i, keyword in enumerate(labelled.keywords)}
    both = [i for i, keyword in enumerate(descriptions.keywords) if keyword.lower() in row]
    if not both:
        raise LearningError(
            f"Expected some keywords of {described.NAME} to be labelled in things.csv as well, "
            "to count how far descriptions can be believed; found none."
        )
    labels = labelled.labels[[row[descriptions.keywords[i].lower()] for i in both]]
    weights = described.evidence(told[both], labels)
    fresh = [i for i, keyword in enumerate(descriptions.keywords) if keyword.lower() not in row]
    keywords = [descriptions.keywords[i].lower() for i in fresh]
    logits = described.fused(predict(model, describe, keywords), told[fresh], weights)
    limit = completion.MAX_LOGIT
    return dict(zip(keywords, np.clip(logits, -limit, limit).astype(np.float32), strict=True))


def predict(model: Completion, describe: Describe, keywords: Sequence[str]) -> np.ndarray:
    """logit P(yes), float32 [n_keywords, n_questions], with a bar."""
    parts = []
    with bar(total=len(keywords), desc="completing", unit="keyword") as shown:
        for start in range(0, len(keywords), BLOCK):
            block = keywords[start : start + BLOCK]
            parts.append(model.logits(describe(block)))
            shown.update(len(block))
    return np.concatenate([np.zeros((0, len(model.mean)), np.float32), *parts])


def statistics(model: Completion, labels: np.ndarray) -> dict[str, list]:
    """Per question: labels, yes, unclear, and how well left-out keywords are told.

    ``labels`` are those by hand, of the model's first keywords.
    ``loss`` and ``base_loss`` are bits an answer, with and without the model; ``accuracy`` is
    balanced, and says yes where P(yes) is above the question's share of yes, which weighs both
    answers alike (or above ``LEAST``). Unclear labels count in none of them.
    """
    held_out = model.held_out[: len(labels)]
    p_yes = completion.sigmoid(held_out)
    columns: dict[str, list] = {
        name: [] for name in ("labels", "yes", "unclear", "loss", "base_loss", "accuracy")
    }
    for i, truth in enumerate(labels.T):
        clear = (truth == 0) | (truth == 1)
        share = float(truth[clear].mean()) if clear.any() else 0.5
        loss = completion.log_loss(held_out[clear, i], truth[clear])
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
    inputs = ["questions.csv", "things.csv", ANCHORS, described.NAME, table_rows.LEXICON]
    return {
        "withheld": withhold,
        "method": "kernel ridge regression with logistic calibration, see pipeline/completion.py",
        "inputs": {name: sha256(data_dir / name) for name in inputs if (data_dir / name).exists()},
        "sources": {
            name: {"version": entry.version, "sha256": entry.sha256, "licence": entry.licence}
            for name, entry in sources.listed().items()
            if name in ("wordnet", "glove", "minilm")
        },
        "made_with": {name: version(name) for name in ("numpy", "scipy", "torch", "transformers")},
    }


def calibration(model: Completion, labels: np.ndarray) -> list[list[float]]:
    """Of left-out keywords, by P(yes) from 0 to 1: mean P(yes), share labelled yes, answers."""
    clear = (labels == 0) | (labels == 1)
    held_out = model.held_out[: len(labels)]
    said, true = completion.sigmoid(held_out[clear]), labels[clear]
    found = measures.bins(said, true, CALIBRATION_BINS)
    return [[round(mean, 4), round(share, 4), count] for mean, share, count in found]
