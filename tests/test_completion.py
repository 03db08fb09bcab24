"""The completion: its leave-one-out form, what it learns, and what it does not claim to know."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.completion import (
    MAX_LOGIT,
    Completion,
    Kernel,
    balanced_accuracy,
    fit,
    inverse,
    log_loss,
    sigmoid,
    solve,
)
from pipeline.features import Features

N, QUESTIONS = 240, 6


def made_up(n: int, seed: int) -> tuple[Features, np.ndarray]:
    """Keywords of six kinds, noisy vectors of each, and one question per kind, 5% mislabelled."""
    rng = np.random.default_rng(seed)
    kinds = rng.integers(QUESTIONS, size=n)
    centres = np.random.default_rng(99).normal(size=(QUESTIONS, 20))
    vectors = centres[kinds] + 0.5 * rng.normal(size=(n, 20))
    labels = (kinds[:, None] == np.arange(QUESTIONS)) ^ (rng.random((n, QUESTIONS)) < 0.05)
    bags = [{f"is {kind}": 1.0, "is thing": 1.0} for kind in kinds]
    return Features({"sentence": vectors.astype(np.float32)}, {"kind": bags}), labels.astype(float)


@pytest.fixture(scope="module")
def fitted() -> Completion:
    return fit(*made_up(N, seed=1))


def test_leave_one_out_is_what_leaving_out_gives() -> None:
    features, labels = made_up(40, seed=2)
    kernel, mean, ridge = Kernel.fit(features)(features).astype(float), labels.mean(axis=0), 0.3
    alpha, score = solve(inverse(kernel, ridge), labels, mean)
    assert np.allclose(alpha, np.linalg.solve(kernel + ridge * np.eye(40), labels - mean))
    for i in (0, 17, 39):
        rest = np.delete(np.arange(40), i)
        system = kernel[np.ix_(rest, rest)] + ridge * np.eye(39)
        expected = mean + kernel[i, rest] @ np.linalg.solve(system, (labels - mean)[rest])
        assert np.allclose(score[i], expected)


def test_the_inverse_is_whole_however_it_is_blocked(monkeypatch) -> None:
    features, _ = made_up(40, seed=2)
    kernel = Kernel.fit(features)(features).astype(float)
    expected = np.linalg.inv(kernel + 0.3 * np.eye(40))
    for chunk in (16, 40, 4096):
        monkeypatch.setattr("pipeline.completion.CHUNK", chunk)
        assert np.allclose(inverse(kernel, 0.3), expected)


def test_new_keywords_are_told_and_probabilities_are_honest(fitted: Completion) -> None:
    features, labels = made_up(600, seed=3)
    p_yes = sigmoid(fitted.logits(features))
    assert np.mean([balanced_accuracy(p, t) for p, t in zip(p_yes.T, labels.T, strict=True)]) > 0.87
    sure = p_yes > 0.8
    assert labels[sure].mean() == pytest.approx(p_yes[sure].mean(), abs=0.05)
    assert labels[p_yes < 0.2].mean() == pytest.approx(p_yes[p_yes < 0.2].mean(), abs=0.02)


def test_held_out_loss_is_that_of_new_keywords(fitted: Completion) -> None:
    labels = made_up(N, seed=1)[1]
    features, fresh = made_up(600, seed=4)
    inside = log_loss(fitted.held_out, labels).mean()
    assert log_loss(fitted.logits(features), fresh).mean() == pytest.approx(inside, abs=0.05)


def test_what_resembles_nothing_gets_about_the_base_rate(fitted: Completion) -> None:
    features, _ = made_up(50, seed=5)
    far = Features({"sentence": features.dense["sentence"] + 40}, {"kind": [{}] * 50})
    base = made_up(N, seed=1)[1].mean(axis=0)
    assert np.abs(sigmoid(fitted.logits(far)) - base).max() < 0.2
    near = sigmoid(fitted.logits(features))
    assert np.abs(near - base).max() > 0.5


def test_nothing_is_certain(fitted: Completion) -> None:
    features, _ = made_up(200, seed=6)
    assert np.abs(fitted.logits(features)).max() <= MAX_LOGIT


def test_an_unclear_label_pulls_to_the_middle() -> None:
    features, labels = made_up(N, seed=1)
    yes = labels[:, 0] == 1
    doubted = labels.copy()
    doubted[yes, 0] = 0.5
    before, after = fit(features, labels), fit(features, doubted)
    assert after.held_out[yes, 0].mean() < before.held_out[yes, 0].mean() - 1
    assert np.allclose(after.held_out[:, 1:], before.held_out[:, 1:], atol=1e-4)


def test_blocks_without_weight_or_variation_count_for_nothing() -> None:
    features, _ = made_up(30, seed=7)
    with_more = Features(
        {**features.dense, "noise": np.random.default_rng(0).normal(size=(30, 4)),
         "gloss": np.ones((30, 3), np.float32)},
        features.bags,
    )  # fmt: skip
    plain, more = Kernel.fit(features), Kernel.fit(with_more)
    assert set(more.scales) == {"sentence", "kind"}
    assert np.allclose(plain(features), more(with_more))
    assert np.allclose(np.diag(plain(features)), 1, atol=1e-5)


def test_names_that_no_training_keyword_has_are_ignored(fitted: Completion) -> None:
    features, _ = made_up(5, seed=8)
    odd = [bag | {"is dragon": 1.0} for bag in features.bags["kind"]]
    assert np.array_equal(
        fitted.logits(Features(features.dense, {"kind": odd})), fitted.logits(features)
    )


def test_balanced_accuracy_by_hand() -> None:
    truth = np.array([1, 1, 0, 0, 0, 0])
    assert balanced_accuracy(np.array([0.9, 0.1, 0.9, 0.1, 0.1, 0.1]), truth) == 0.625
    assert np.isnan(balanced_accuracy(np.ones(3), np.ones(3)))
