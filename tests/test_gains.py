"""What questions are worth: bits, what the rounds left can reach, what bisection must not lose."""

from __future__ import annotations

import numpy as np
import pytest
from guesser_world import world

from twentyq.answerer import SURE
from twentyq.belief import PARTNERS, Belief, infer
from twentyq.gains import ENDGAME, SAMPLE, bits, finalists, gains, reach, reached, survey
from twentyq.knowledge import Knowledge
from twentyq.spelling import HANDSHAKE


def h(p: float) -> float:
    return float(-p * np.log2(p) - (1 - p) * np.log2(1 - p))


def test_bits_are_those_of_the_definition() -> None:
    """Mutual information of answer and keyword, summed up keyword by keyword."""
    knowledge = world()
    belief = infer(knowledge, [(knowledge.questions[0], True)])
    table, splits = gains(knowledge, belief, 20)
    everyone = np.arange(len(knowledge.keywords))
    for column in (1, 7, 79):
        stored = knowledge.p_yes[:, column] / 255
        p = np.zeros(len(stored))
        for partner, share in zip(PARTNERS, belief.joint.T / belief.weights, strict=True):
            if partner.follows:
                sure = np.where(np.abs(stored - 0.5) >= SURE - 0.5, np.round(stored), stored)
            else:
                sure = stored
            p += share * (partner.semantic[0] + (partner.semantic[1] - partner.semantic[0]) * sure)
        expected = h(belief.weights @ p) - belief.weights @ [h(x) for x in p]
        assert table[column] == pytest.approx(expected, abs=1e-5)
    low, high = belief.spelled(everyone)
    assert splits.places.tolist() == list(range(len(knowledge.keywords) - 1))
    precedes = [word < knowledge.sorted_lower[300] for word in knowledge.lower]
    p = np.where(precedes, high, low)
    expected = h(belief.weights @ p) - belief.weights @ [h(x) for x in p]
    assert splits.gains[299] == pytest.approx(expected, abs=1e-5)


def test_thinned_out_candidates_give_nearly_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    belief = infer(world(), [(world().questions[0], True)])
    exact, _ = gains(world(), belief, 20)
    monkeypatch.setattr("twentyq.gains.SAMPLE", 300)
    thinned, splits = gains(world(), belief, 20)
    assert thinned == pytest.approx(exact, abs=0.03)
    assert len(splits.gains) < 300
    assert splits.gains.max() > 0.1


def test_candidates_of_no_weight_stand_for_nobody() -> None:
    joint = np.zeros((5000, len(PARTNERS)), np.float32)
    joint[::500] = 0.1 / len(PARTNERS)
    knowledge = Knowledge.from_table(
        [f"word {i}" for i in range(5000)], [], np.zeros((1, 0), np.uint8)
    )
    stand = survey(knowledge, Belief(joint))
    assert sorted(stand.rows) == list(range(0, 5000, 500))
    assert len(survey(knowledge, infer(knowledge, [])).rows) == SAMPLE
    best = finalists(knowledge, Belief(joint + np.float32(1e-9)))
    assert set(range(0, 5000, 500)) <= set(best.rows.tolist())


@pytest.mark.parametrize(
    ("rounds_left", "bits_each", "expected"), [(1, 0.9, 1), (3, 0.0, 3), (4, 1.0, 15)]
)
def test_reach(rounds_left: int, bits_each: float, expected: int) -> None:
    assert reach(rounds_left, bits_each) == expected


def test_what_is_reached_is_the_mass_of_the_likeliest_after_either_answer() -> None:
    weights = np.array([0.4, 0.3, 0.2, 0.1], np.float32)
    p_yes = np.array([[1, 0.5], [0, 0.5], [1, 0.5], [0, 0.5]], np.float32)
    assert reached(p_yes, weights, 1) == pytest.approx([0.4 + 0.3, 0.4])
    assert reached(p_yes, weights, 9) == pytest.approx([1, 1])


def test_the_last_question_separates_the_two_favourites() -> None:
    # Question 0 halves the many, question 1 tells the two likely keywords apart.
    p_yes = np.full((40, 2), 13, np.uint8)
    p_yes[::2, 0] = 237
    p_yes[2, 1] = 237
    prior = np.full(40, 0.5 / 38)
    prior[[0, 2]] = 0.25
    knowledge = Knowledge.from_table(
        [f"word{i:02}" for i in range(40)], ["Is it A?", "Is it B?"], p_yes, prior
    )
    belief = infer(knowledge, [])
    assert np.argmax(gains(knowledge, belief, 20)[0]) == 0
    assert np.argmax(gains(knowledge, belief, 1)[0]) == 1


@pytest.mark.parametrize("rounds_left", [1, 2, ENDGAME])
def test_near_the_end_gains_are_probabilities_and_splits_compete(rounds_left: int) -> None:
    belief = infer(world(), [(HANDSHAKE, True)])
    table, splits = gains(world(), belief, rounds_left)
    most = np.sort(belief.weights)[-2 * reach(rounds_left, 1.0) :].sum()
    for values in (table, splits.gains):
        assert values.min() > 0
        assert values.max() <= most + 0.01


def test_bits_of_nothing_are_none() -> None:
    assert bits(np.zeros((0, 3), np.float32), np.zeros(0, np.float32)) == pytest.approx(
        [0] * 3, abs=1e-4
    )
