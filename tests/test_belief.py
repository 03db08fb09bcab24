"""The belief: what answers, the handshake and wrong guesses do to it, and what they must not do."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from guesser_world import table_partner, world
from hypothesis import given, settings
from hypothesis import strategies as st

from twentyq.belief import HOPE, PARTNERS, Belief, expected, infer
from twentyq.knowledge import Knowledge
from twentyq.spelling import HANDSHAKE, bisection_question

NAMES = [partner.name for partner in PARTNERS]


def small() -> Knowledge:
    """Four keywords, two clear questions."""
    return Knowledge.from_table(
        keywords=["Cat", "Dog", "Sofa", "Lamps"],
        variants=[("House cat",), (), ("The couch",), ()],
        questions=["Is it an animal?", "Does it purr?"],
        p_yes=np.array([[237, 237], [237, 13], [13, 13], [13, 13]], dtype=np.uint8),
    )


def test_partner_priors_sum_to_one() -> None:
    assert sum(partner.prior for partner in PARTNERS) == pytest.approx(1)


def test_before_any_answer_the_belief_is_the_prior() -> None:
    belief = infer(small(), [])
    assert belief.weights == pytest.approx(small().prior, rel=1e-5)
    assert belief.partners == pytest.approx([partner.prior for partner in PARTNERS], rel=1e-5)
    assert belief.entropy == pytest.approx(2, rel=1e-4)


@pytest.mark.parametrize(
    ("question", "yes", "best"),
    [
        ("Is it an animal?", True, {"Cat", "Dog"}),
        ("is it  an ANIMAL", True, {"Cat", "Dog"}),
        ("Is it an animal?", False, {"Sofa", "Lamps"}),
        ('Does the keyword start with the letter "s"?', True, {"Sofa"}),
        (bisection_question("dog"), True, {"Cat"}),
        (bisection_question("dog"), False, {"Dog", "Sofa", "Lamps"}),
    ],
)
def test_an_answer_moves_mass_towards_what_agrees_with_it(
    question: str, yes: bool, best: set[str]
) -> None:
    weights = infer(small(), [(question, yes)]).weights
    agree = [keyword in best for keyword in small().keywords]
    assert weights[agree].min() > 1.3 * weights[np.logical_not(agree)].max()


@pytest.mark.parametrize("question", ["Is it nice?", "", "\n", "Is it x" * 100, "Ist es blau?"])
def test_an_unknown_question_says_nothing(question: str) -> None:
    known = [("Is it an animal?", True)]
    assert infer(small(), [*known, (question, True)]).weights == pytest.approx(
        infer(small(), known).weights
    )


def test_the_same_answer_twice_counts_once() -> None:
    once = [("Is it an animal?", True)]
    again = [*once, ("is it an animal", True)]
    assert infer(small(), again).weights == pytest.approx(infer(small(), once).weights)


def test_the_order_of_the_answers_does_not_matter() -> None:
    knowledge = world()
    answer = table_partner(knowledge, 77, speaks=True)
    asked = [HANDSHAKE, bisection_question("m"), *knowledge.questions[:8]]
    history = [(question, answer(question)) for question in asked]
    expected = infer(knowledge, history).weights
    random.Random(1).shuffle(history)
    assert infer(knowledge, history).weights == pytest.approx(expected, rel=1e-3)


def test_what_was_kept_of_other_histories_changes_nothing() -> None:
    knowledge, fresh = world(), replace(world())
    answer = table_partner(knowledge, 77, speaks=True)
    history = [
        (q, answer(q)) for q in (HANDSHAKE, bisection_question("m"), *knowledge.questions[:8])
    ]
    turned = [(question, not yes) for question, yes in history]
    for end in (3, 10, 4, 10):
        for past in (history[:end], turned[:end]):
            infer(knowledge, past, ["cat"])
    assert infer(knowledge, history).weights == pytest.approx(
        infer(fresh, history).weights, rel=1e-4, abs=1e-12
    )


@pytest.mark.parametrize(("yes", "more"), [(True, True), (False, False)])
def test_the_handshake_tells_the_partner_and_not_the_keyword(yes: bool, more: bool) -> None:
    before, after = infer(small(), []), infer(small(), [(HANDSHAKE, yes)])
    assert after.weights == pytest.approx(before.weights, rel=1e-5)
    assert (after.speaks > 0.85) if more else (after.speaks < 0.06)


def test_spelling_is_trusted_from_partners_that_speak_only() -> None:
    split = (bisection_question("f"), True)
    spoken = infer(small(), [(HANDSHAKE, True), split]).weights
    foreign = infer(small(), [(HANDSHAKE, False), split]).weights
    assert spoken[:2].sum() > 0.9
    assert 0.52 < foreign[:2].sum() < 0.7


@pytest.mark.parametrize(
    ("guess", "excluded"),
    [("dog", {1}), ("Dogs!", {1}), ("a house cat", set()), ("house cats", {0}), ("lamp", {3})]
    + [("couch", {2}), ("", set())],
)
def test_a_wrong_guess_excludes_all_that_it_matches(guess: str, excluded: set[int]) -> None:
    weights = infer(small(), [], [guess]).weights
    assert set(np.flatnonzero(weights == 0)) == excluded
    assert weights.sum() == pytest.approx(1, rel=1e-5)


def test_a_question_that_was_a_keyword_and_no_hit_excludes_it() -> None:
    assert infer(small(), [("Sofa?", True)]).weights[2] == 0


def test_nothing_is_left_when_every_keyword_was_guessed() -> None:
    belief = infer(small(), [], ["cat", "dog", "sofa", "lamp"])
    assert not belief.weights.any()


@pytest.mark.parametrize("speaks", [True, False])
@pytest.mark.parametrize("wrong", range(10))
def test_one_wrong_answer_never_kills_the_truth(speaks: bool, wrong: int) -> None:
    knowledge, row = world(), 123
    answer = table_partner(knowledge, row, speaks)
    rng = random.Random(wrong)
    asked = [HANDSHAKE, *map(bisection_question, "md")] if speaks else []
    asked += rng.sample(knowledge.questions, 17)
    history = [(question, answer(question)) for question in asked]
    history[wrong] = (history[wrong][0], not history[wrong][1])
    weights = infer(knowledge, history).weights
    assert weights[row] > 0.1
    assert np.sum(weights > weights[row]) <= 1


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("always yes", lambda i: True),
        ("always no", lambda i: False),
        ("random", lambda i: random.Random(i).random() < 0.5),
    ],
)
def test_partners_that_say_nothing_are_recognised(name: str, answer: object) -> None:
    # Questions that hold for a third of the keywords each, and for none all at once.
    history = [(HANDSHAKE, answer(99))]
    history += [(question, answer(i)) for i, question in enumerate(world().questions)]
    belief = infer(world(), history)
    assert NAMES[int(np.argmax(belief.partners))] == name


HISTORIES = st.lists(
    st.tuples(
        st.one_of(
            st.text(max_size=60),
            st.sampled_from([HANDSHAKE, "Cat", "the", *world().questions[:9]]),
            st.builds(bisection_question, st.text(max_size=9)),
        ),
        st.booleans(),
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.lists(st.text(max_size=20), max_size=20))
def test_any_history_gives_a_distribution(
    history: list[tuple[str, bool]], guesses: list[str]
) -> None:
    belief = infer(small(), history, guesses)
    assert np.isfinite(belief.weights).all()
    assert (belief.weights >= 0).all()
    assert belief.weights.sum() == pytest.approx(1, rel=1e-5) or not belief.weights.any()
    assert belief.partners.sum() == pytest.approx(belief.weights.sum())


@pytest.mark.parametrize(("stored", "ours"), [(0.93, 1.0), (0.05, 0.0), (0.7, 0.7)])
def test_our_own_answerer_says_what_the_table_is_sure_of(stored, ours) -> None:
    levels = np.array([round(255 * stored)], np.uint8)
    assert expected(levels)[0] == pytest.approx(stored, abs=0.003)
    assert expected(levels, follows=True)[0] == pytest.approx(ours, abs=0.003)


def test_a_partner_that_follows_the_table_is_recognised() -> None:
    knowledge = world()
    place = 17
    history = [
        (question, bool(knowledge.p_yes[place, i] > 127))
        for i, question in enumerate(knowledge.questions[:40])
    ]
    ours = NAMES.index("ours")
    consistent = infer(knowledge, history)
    assert consistent.partners[ours] > 3 * PARTNERS[ours].prior
    flipped = [(q, yes != (i % 5 == 0)) for i, (q, yes) in enumerate(history)]
    assert infer(knowledge, flipped).partners[ours] < 0.2 * PARTNERS[ours].prior


def test_hope_raises_only_the_odds_of_partners_that_follow_the_table() -> None:
    knowledge = world()
    belief = infer(knowledge, [(knowledge.questions[0], True), (knowledge.questions[3], False)])
    hopeful = belief.hopeful()
    follows = np.array([partner.follows for partner in PARTNERS])
    assert hopeful.joint.sum(dtype=np.float64) == pytest.approx(1, abs=1e-5)
    raised = hopeful.joint / belief.joint
    assert raised[:, ~follows] == pytest.approx(raised[0, ~follows][0], rel=1e-5)
    assert raised[:, follows] == pytest.approx(HOPE * raised[0, ~follows][0], rel=1e-5)


def test_hope_for_nothing_stays_nothing() -> None:
    assert not Belief(np.zeros((7, len(PARTNERS)), np.float32)).hopeful().joint.any()
