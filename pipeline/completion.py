"""Learn P(yes | keyword, question) from the labels there are, for every other keyword.

Kernel ridge regression with one kernel for all questions: a Gaussian of the distance between
two keywords' features, block by block. Its leave-one-out predictions have a closed form; on
them a logistic curve per question is fitted, which turns scores into calibrated probabilities
and leans on the question's base rate where a keyword resembles nothing that was labelled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

from .features import Features, matrix, vocabulary

BLOCK_WEIGHTS = {
    "sentence": 2.0,
    "words": 0.5,
    "head": 0.5,
    "gloss": 0.5,
    "spelling": 0.1,
    "kind": 1.0,
    "modifier": 0.3,
}
MIDDLE = 0.3
RIDGES = (0.1, MIDDLE, 1.0)
"""Of which each question takes the one with the least leave-one-out loss."""
MAX_LOGIT = 4.5
"""P(yes) stays within 0.011 and 0.989: nothing that was learnt is certain."""
STEPS = 15
"""Of Newton's method at most; half of them do."""
PENALTY = np.diag([1e-2, 0.1, 0.1, 1e-3])
"""Ridge on a curve's slope, its change and shift where a keyword is novel, and its height."""
CHUNK = 4096


@dataclass(frozen=True, eq=False)
class Kernel:
    """Similarity in (0, 1] to the training keywords, with everything it needs of them."""

    scales: dict[str, float]
    """Per block, weight / mean squared distance from the mean."""
    columns: dict[str, dict[str, int]]
    training: dict[str, np.ndarray]

    @classmethod
    def fit(cls, features: Features, weights: Mapping[str, float] = BLOCK_WEIGHTS) -> Kernel:
        """Blocks of weight 0, or without any variation, are left out."""
        columns = {name: vocabulary(bags) for name, bags in features.bags.items()}
        blocks = dict(features.dense)
        blocks |= {n: matrix(b, columns[n]).toarray() for n, b in features.bags.items()}
        scales, total = {}, sum(weights.values())
        for name, block in blocks.items():
            spread = float(block.var(axis=0, dtype=np.float64).sum())
            if spread > 0 and weights.get(name, 0) > 0:
                scales[name] = weights[name] / total / spread
        return cls(scales, columns, {name: blocks[name] for name in scales})

    def __call__(self, features: Features) -> np.ndarray:
        """float32 [n, n_training]."""
        distance: np.ndarray | float = 0.0
        for name, scale in self.scales.items():
            left, right = self._block(features, name), self.training[name]
            cross = left @ right.T
            square = left.multiply(left).sum(1) if sparse.issparse(left) else (left**2).sum(1)
            square = np.asarray(square, np.float32).reshape(-1, 1)
            distance = distance + scale * (square + (right**2).sum(1)[None] - 2 * cross)
        return np.exp(-np.maximum(distance, 0) / 2).astype(np.float32)

    def _block(self, features: Features, name: str) -> np.ndarray | sparse.csr_matrix:
        if name in features.dense:
            return features.dense[name]
        return matrix(features.bags[name], self.columns[name])


@dataclass(frozen=True, eq=False)
class Completion:
    """A fitted model for every question; see ``fit``."""

    kernel: Kernel
    mean: np.ndarray
    """float64 [n_questions]: share of yes among the labels."""
    coefficients: np.ndarray
    """float32 [n_training, n_questions]."""
    precision: np.ndarray
    """float32 [n_training, n_training]: the inverse of the middle ridge's kernel matrix."""
    curve: np.ndarray
    """float64 [n_questions, 4]: of logit P(yes) over ``_curve_inputs``."""
    held_out: np.ndarray
    """float32 [n_training, n_questions]: logit P(yes) of each keyword, itself left out."""

    def logits(self, features: Features) -> np.ndarray:
        """logit P(yes), float32 [n, n_questions], within ``MAX_LOGIT``."""
        parts = []
        for start in range(0, len(features), CHUNK):
            rows = np.arange(start, min(start + CHUNK, len(features)))
            kernel = self.kernel(features.rows(rows))
            score = kernel @ self.coefficients + self.mean
            novelty = 1 - np.einsum("ij,ij->i", kernel @ self.precision, kernel)
            parts.append(_logit(score, np.clip(novelty, 0, 1), self.curve))
        return np.concatenate(parts)


def fit(features: Features, labels: np.ndarray, ridges: Sequence[float] = RIDGES) -> Completion:
    """Fit to ``labels``, float [n, n_questions]: 1 yes, 0 no, 0.5 unclear, or between them.

    ``novelty`` is the posterior variance of the Gaussian process with the same kernel: near 0
    beside labelled keywords, 1 far from all of them.
    """
    labels = np.asarray(labels, np.float64)
    kernel = Kernel.fit(features)
    similar = kernel(features).astype(np.float64)
    mean = labels.mean(axis=0)
    middle = MIDDLE
    precision = inverse(similar, middle)
    novelty = np.clip(1 / np.diag(precision) - middle, 0, 1)

    n, m = labels.shape
    best = np.full(m, np.inf)
    curve = np.zeros((m, 4))
    coefficients, held_out = np.zeros((n, m)), np.zeros((n, m))
    for ridge in ridges:
        inverted = precision if ridge == middle else inverse(similar, ridge)
        alpha, score = solve(inverted, labels, mean)
        fitted = _fit_curves(score, novelty, labels)
        logit = _logit(score, novelty, fitted)
        loss = log_loss(logit, labels).mean(axis=0)
        better = loss < best
        best[better] = loss[better]
        curve[better] = fitted[better]
        coefficients[:, better] = alpha[:, better]
        held_out[:, better] = logit[:, better]
    return Completion(
        kernel,
        mean,
        coefficients.astype(np.float32),
        precision.astype(np.float32),
        curve,
        held_out.astype(np.float32),
    )


def inverse(kernel: np.ndarray, ridge: float) -> np.ndarray:
    """Of ``kernel`` + ``ridge`` on the diagonal, by Cholesky's decomposition; [n, n]."""
    shifted = kernel.T.copy()
    shifted[np.diag_indices(len(shifted))] += ridge
    # In the order that LAPACK wants, so that nothing of this size is copied.
    factor, _ = lapack.dpotrf(shifted.T, lower=True, overwrite_a=True)
    found, _ = lapack.dpotri(factor, lower=True, overwrite_c=True)
    # Only its lower half is set.
    for start in range(0, len(found), CHUNK):
        block = slice(start, start + CHUNK)
        found[block, block] = np.tril(found[block, block]) + np.tril(found[block, block], -1).T
        found[block, start + CHUNK :] = found[start + CHUNK :, block].T
    return found


def solve(
    inverted: np.ndarray, labels: np.ndarray, mean: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients, and the predictions of each keyword by the others; [n, n_questions] both.

    ``inverted``: what ``inverse`` gives. The closed form of leave-one-out residuals is that of
    Rasmussen and Williams 2006, eq. 5.12.
    """
    alpha = inverted @ (labels - mean)
    return alpha, labels - alpha / np.diag(inverted)[:, None]


def _curve_inputs(score: np.ndarray, novelty: np.ndarray) -> np.ndarray:
    """float64 [..., 4]: the score, alone and where the keyword is novel, novelty, 1."""
    novelty = np.broadcast_to(novelty, score.shape)
    return np.stack([score, score * novelty, novelty, np.ones_like(score)], axis=-1)


def _fit_curves(score: np.ndarray, novelty: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Logistic regressions, one per column, by Newton's method with a small ridge."""
    # In units of a column's own spread, as a rare yes moves the score by little.
    middle, spread = score.mean(axis=0), np.maximum(score.std(axis=0), 1e-9)
    standard = (score - middle) / spread
    columns = zip(standard.T, labels.T, strict=True)
    curves = np.array([_newton(_curve_inputs(column, novelty), truth) for column, truth in columns])
    a, b, c, d = curves.T
    shift = middle / spread
    return np.stack([a / spread, b / spread, c - b * shift, d - a * shift], axis=1)


def _newton(inputs: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Coefficients, float64 [4], of logit P(truth) over ``inputs`` [n, 4]."""
    curve = np.zeros(4)
    for _ in range(STEPS):
        p = sigmoid(inputs @ curve)
        gradient = inputs.T @ (p - truth) + PENALTY @ curve
        hessian = (inputs * (p * (1 - p))[:, None]).T @ inputs + PENALTY
        step = np.linalg.solve(hessian, gradient)
        curve = curve - step * min(1.0, 3.0 / np.abs(step).max(initial=1e-9))
        if np.abs(step).max() < 1e-4:
            break
    return curve


def _logit(score: np.ndarray, novelty: np.ndarray, curve: np.ndarray) -> np.ndarray:
    a, b, c, d = curve.T
    logit = score * (a + b * novelty[:, None]) + c * novelty[:, None] + d
    return np.clip(logit, -MAX_LOGIT, MAX_LOGIT).astype(np.float32)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def log_loss(logit: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """In bits, of each prediction; an unclear label counts half as yes and half as no."""
    return (np.logaddexp(0, logit) - labels * logit) / np.log(2)


def balanced_accuracy(p_yes: np.ndarray, truth: np.ndarray, threshold: float = 0.5) -> float:
    """Mean of the shares of yes and of no that are told right; nan without either."""
    said = p_yes > threshold
    truth = truth.astype(bool)
    if not truth.any() or truth.all():
        return float("nan")
    return float((said[truth].mean() + (~said[~truth]).mean()) / 2)
