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

from twentyq.matching import normalize, plural_forms

from . import completion, described, labelling, measures, sources, table, table_rows, wordnet
from .candidates import table_keywords
from .completion import Completion
from .described import Described, Telling
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
"""Described keywords that the completion is fitted to besides the labelled ones: time grows with
their cube."""
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
        labels += (anchors.told.clip(described.NO) / described.YES).tolist()
        keywords += anchors.keywords
    return Labelled(keywords, questions, np.array(labels, np.float32))


def read_described(data_dir: Path, withhold: str = "none") -> list[Described]:
    """The descriptions there are, without those of keywords that are withheld."""
    ids = [row["id"] for row in _rows(data_dir / "questions.csv")]
    hidden = list(table_keywords(data_dir / "things.csv", source=withhold))
    return [some.without(hidden) for some in described.read(data_dir, ids)]


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
    descriptions: Sequence[Described] | None = None,
) -> dict[str, Any]:
    """Fit the completion and write the learned table; returns its manifest.

    Rows are the labelled keywords, the described ones and the lexicon's likeliest.
    ``descriptions``: other than ``read_described`` finds. Raises LearningError,
    DescriptionError, LexiconError or SourceError; an earlier table is then as it was.
    """
    labelled = labelled or read_labels(data_dir, withhold)
    describe = describe or describer()
    model = completion.fit(describe(labelled.keywords), labelled.labels)
    known: dict[str, np.ndarray] = {}
    if descriptions is None:
        descriptions = read_described(data_dir, withhold)
    if descriptions:
        model, known = combine(model, describe, labelled, descriptions)
    lexicon = table_rows.load_lexicon(data_dir, withhold)[0]
    known = spelt(known, lexicon)
    keywords = list(dict.fromkeys([*map(str.lower, labelled.keywords), *known, *lexicon[:rows]]))
    measured = statistics(model, labelled.labels)
    fresh = [keyword for keyword in keywords if keyword not in known]
    known |= dict(zip(fresh, predict(model, describe(fresh)), strict=True))
    logits = np.array([known[keyword] for keyword in keywords])
    encoded = table.encode(keywords, labelled.questions, logits, measured)
    origin = _origin(data_dir, withhold)
    origin["described"] = [len(some.keywords) for some in descriptions]
    origin["held_out"] = {
        name: round(float(np.nanmean(measured[name])), 4)
        for name in ("loss", "base_loss", "accuracy")
    }
    origin["calibration"] = calibration(model, labelled.labels)
    return table.save(encoded, data_dir / table_rows.TABLES[withhold], origin)


def combine(
    model: Completion, describe: Describe, labelled: Labelled, descriptions: Sequence[Described]
) -> tuple[Completion, dict[str, np.ndarray]]:
    """A model of labels and descriptions, and logit P(yes), float32 [n_questions], of each
    described keyword that has no labels.

    What ``model``, that of the labels, says and what the descriptions say count as independent;
    how much the latter do is counted where there are labels, too. From that the second model is
    learnt, and in turn combined with what the descriptions of a keyword say, itself left out.
    """
    rows = {keyword.lower(): i for i, keyword in enumerate(labelled.keywords)}
    names = (keyword.lower() for some in descriptions for keyword in some.keywords)
    keywords = [keyword for keyword in dict.fromkeys(names) if keyword not in rows]
    ids = [name for name, _ in labelled.questions]
    tellings = [some.about(keywords, ids, rows, labelled.labels) for some in descriptions]
    features = describe(keywords)
    first = _told(predict(model, features), tellings)
    drawn = _drawn(len(keywords), tellings)
    # Thousands of rows: every ridge takes minutes, and matters less.
    second = completion.fit(
        describe([*labelled.keywords, *(keywords[i] for i in drawn)]),
        np.concatenate([labelled.labels, completion.sigmoid(first[drawn])]),
        ridges=(completion.MIDDLE,),
    )
    left_out = np.empty_like(first)
    left_out[drawn] = second.held_out[len(labelled.keywords) :]
    rest = np.setdiff1d(np.arange(len(keywords)), drawn)
    left_out[rest] = predict(second, features.rows(rest))
    return second, dict(zip(keywords, _told(left_out, tellings, taught=True), strict=True))


def _told(logits: np.ndarray, tellings: Sequence[Telling], taught: bool = False) -> np.ndarray:
    """``logits`` [n_keywords, n_questions] after all that was told, within ``MAX_LOGIT``."""
    logits = logits.astype(np.float64)
    for some in tellings:
        some.change(logits, taught)
    limit = completion.MAX_LOGIT
    return np.clip(logits, -limit, limit).astype(np.float32)


def _drawn(n: int, tellings: Sequence[Telling]) -> np.ndarray:
    """Of ``n`` keywords ``LEARNT_FROM`` at most: those that the last files are about, or any."""
    last = np.zeros(n)
    for place, some in enumerate(tellings):
        last[some.rows] = place
    by_chance = np.random.default_rng(0).permutation(n)
    order = by_chance[np.argsort(-last[by_chance], kind="stable")]
    return np.sort(order[:LEARNT_FROM])


def spelt(known: dict[str, np.ndarray], lexicon: Sequence[str]) -> dict[str, np.ndarray]:
    """What is ``known``, by the keywords of the lexicon that the game takes for the same.

    A keyword's own comes first, then that of another spelling, then that of a plural.
    """
    own = {normalize(keyword): keyword for keyword in known}
    found = {}
    for keyword in lexicon:
        forms = plural_forms(normalize(keyword))
        alike = (own[form] for form in forms if form in own)
        name = keyword if keyword in known else next(alike, None)
        if name is not None:
            found[keyword] = known[name]
    return found


def predict(model: Completion, features: Features) -> np.ndarray:
    """logit P(yes), float32 [n_keywords, n_questions], with a bar."""
    parts = []
    with bar(total=len(features), desc="completing", unit="keyword") as shown:
        for start in range(0, len(features), BLOCK):
            block = np.arange(start, min(start + BLOCK, len(features)))
            parts.append(model.logits(features.rows(block)))
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
    files = (*described.NAMES, described.AGAIN)
    inputs = ["questions.csv", "things.csv", ANCHORS, *files, table_rows.LEXICON]
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
