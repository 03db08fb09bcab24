"""How well questions are answered: metrics, their intervals, kinds of question, mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import bootstrap
from .evaluate import Pair

RESAMPLES = 400
SMALLEST = 10
"""Pairs of a kind of question that is shown by itself; smaller ones are joined as ``OTHER``."""
OTHER = "other"


def metrics(labels: np.ndarray, p_yes: np.ndarray) -> dict[str, float]:
    """Accuracy, balanced accuracy, AUC, share of yes answers, Brier score and log loss.

    ``labels``: bool [n]; ``p_yes``: float [n], yes above 0.5. AUC and balanced accuracy are
    NaN if only one answer occurs.
    """
    said = p_yes > 0.5
    balanced, auc = accuracies(labels, p_yes)
    return {
        "pairs": len(labels),
        "accuracy": float((said == labels).mean()),
        "balanced_accuracy": balanced,
        "auc": auc,
        "yes_rate": float(said.mean()),
        "brier": float(((p_yes - labels) ** 2).mean()),
        "log_loss": log_loss(labels, p_yes),
    }


def accuracies(labels: np.ndarray, p_yes: np.ndarray) -> tuple[float, float]:
    """Balanced accuracy and AUC, NaN if only one answer occurs.

    The AUC is the Mann-Whitney statistic from mid-ranks: fast enough for resamples.
    """
    positive = int(labels.sum())
    negative = len(labels) - positive
    if not positive or not negative:
        return np.nan, np.nan
    said = p_yes > 0.5
    balanced = (said[labels].mean() + (~said[~labels]).mean()) / 2
    _, place, counts = np.unique(p_yes, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    above = ranks[labels].sum() - positive * (positive + 1) / 2
    return float(balanced), float(above / (positive * negative))


def log_loss(labels: np.ndarray, p_yes: np.ndarray) -> float:
    """Mean -log P(right answer) in nats, both answers weighted alike."""
    p_right = np.clip(np.where(labels, p_yes, 1 - p_yes), 1e-9, 1)
    sides = [-np.log(p_right[labels == side]).mean() for side in np.unique(labels)]
    return float(np.mean(sides))


def clusters(pairs: Sequence[Pair]) -> list[list[str]]:
    """What pairs share, for ``bootstrap.interval``: their questions, and their keywords."""
    return [[p.question for p in pairs], [p.keyword.lower() for p in pairs]]


def intervals(
    pairs: Sequence[Pair], p_yes: np.ndarray, names: Sequence[str], seed: int = 0
) -> np.ndarray:
    """95% low and high, float64 [2, n_names], of ``metrics`` of labelled pairs, by name.

    From a bootstrap over questions and keywords.
    """
    labels = labels_of(pairs)

    def statistic(rows: np.ndarray) -> np.ndarray:
        found = metrics(labels[rows], p_yes[rows])
        return np.array([found[name] for name in names])

    return bootstrap.interval(statistic, clusters(pairs), resamples=RESAMPLES, seed=seed)


def with_ends(
    pairs: Sequence[Pair], p_yes: np.ndarray, names: Sequence[str], seed: int = 0
) -> dict[str, float]:
    """``metrics``, and the ends of the intervals of ``names``: ``auc_low``, ``auc_high``."""
    found = metrics(labels_of(pairs), p_yes)
    for name, (low, high) in zip(names, intervals(pairs, p_yes, names, seed).T, strict=True):
        found |= {f"{name}_low": float(low), f"{name}_high": float(high)}
    return found


def labels_of(pairs: Sequence[Pair]) -> np.ndarray:
    """The right answers of labelled pairs, bool [n_pairs]."""
    return np.array([bool(pair.answer) for pair in pairs])


def standard_error(share: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Of shares among ``counts`` pairs, float64 of the same shape; never 0, not even at 0 or 1."""
    return np.sqrt(np.maximum(share * (1 - share), 0.25 / counts) / counts)


def bins(p: np.ndarray, labels: np.ndarray, count: int) -> list[tuple[float, float, int]]:
    """Of each of ``count`` equal bins of P(yes) that has any: its mean, share labelled yes, size.

    ``p``: float [n] from 0 to 1; ``labels``: bool or 0 and 1 [n].
    """
    place = np.clip((p * count).astype(int), 0, count - 1)
    return [
        (float(p[place == i].mean()), float(labels[place == i].mean()), int((place == i).sum()))
        for i in np.unique(place)
    ]


def by_kind(pairs: Sequence[Pair], p_yes: np.ndarray, seed: int = 0) -> Any:
    """A DataFrame of ``with_ends`` by kind of question, worst balanced accuracy first.

    Pairs without a kind, and kinds of fewer than ``SMALLEST`` pairs, are joined as ``OTHER``.
    """
    import pandas as pd

    kinds = np.array([pair.kind or OTHER for pair in pairs], dtype=object)
    names, counts = np.unique(kinds, return_counts=True)
    kinds[np.isin(kinds, names[counts < SMALLEST])] = OTHER
    rows = {}
    for kind in np.unique(kinds):
        chosen = np.flatnonzero(kinds == kind)
        of_kind = [pairs[i] for i in chosen]
        rows[kind] = with_ends(of_kind, p_yes[chosen], ("balanced_accuracy", "auc"), seed)
    return pd.DataFrame(rows).T.astype({"pairs": int}).sort_values("balanced_accuracy")


def mistakes(labels: np.ndarray, p_yes: np.ndarray) -> np.ndarray:
    """Indices of the wrong answers, int64 [n_mistakes], surest first."""
    wrong = np.flatnonzero((p_yes > 0.5) != labels)
    return wrong[np.argsort(-np.abs(p_yes - labels)[wrong], kind="stable")]
