"""Whole games of the guesser against simulated partners, and the promises of every single turn."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from guesser_world import TRICKY, Game, table_partner, world
from hypothesis import given, settings
from hypothesis import strategies as st

from twentyq.belief import Belief
from twentyq.knowledge import Knowledge, question_key
from twentyq.matching import matches
from twentyq.observation import MAX_GUESS, MAX_QUESTION, Observation
from twentyq.questioner import (
    SOBER,
    Questioner,
    handshake_pays,
    shortest_bound,
)
from twentyq.spelling import HANDSHAKE, bisection_question, parse

AGENT = Path(__file__).parent.parent / "agent_template"
SOME_ROWS = [*range(len(TRICKY)), *range(20, 600, 13)]
PROMISED = {"handshake": ("auto", "always", "never"), "questions": ("all", "semantic", "spelling")}


def check_legal(game: Game) -> None:
    """Nothing empty, too long, asked or guessed twice; no question that is a bare keyword."""
    knowledge = game.questioner.knowledge
    assert len({question_key(question) for question in game.questions}) == len(game.questions)
    for question in game.questions:
        assert 0 < len(question.strip()) <= len(question) <= MAX_QUESTION
        assert not knowledge.covered_by(question)
    for i, guess in enumerate(game.guesses):
        assert 0 < len(guess.strip()) <= len(guess) <= MAX_GUESS
        assert not any(matches(guess, old) for old in game.guesses[:i])


def test_with_a_partner_that_speaks_every_keyword_falls_within_12_questions() -> None:
    questioner = Questioner(world())
    for row in SOME_ROWS:
        game = Game(questioner, table_partner(world(), row, speaks=True), row).play()
        assert game.questions[0] == HANDSHAKE
        assert game.won, world().keywords[row]
        assert len(game.questions) <= 12, world().keywords[row]
        check_legal(game)


@pytest.mark.parametrize(
    ("speaks", "noise", "options", "at_least"),
    [
        (False, 0.0, {}, 1.0),
        (False, 0.0, {"questions": "semantic"}, 1.0),
        (True, 0.0, {"questions": "spelling"}, 1.0),
        (True, 0.0, {"handshake": "never"}, 1.0),
        (True, 0.1, {}, 0.7),
        (False, 0.1, {}, 0.7),
        (False, 0.1, {"questions": "semantic"}, 0.7),
    ],
)
def test_share_of_games_won(speaks: bool, noise: float, options: dict, at_least: float) -> None:
    questioner = Questioner(world(), **options)
    games = [
        Game(questioner, table_partner(world(), row, speaks, noise), row).play()
        for row in SOME_ROWS[::2]
    ]
    for game in games:
        check_legal(game)
    assert np.mean([game.won for game in games]) >= at_least


@pytest.mark.parametrize("handshake", PROMISED["handshake"])
@pytest.mark.parametrize("questions", PROMISED["questions"])
@pytest.mark.parametrize("partner", ["always yes", "always no", "random", "turns false"])
def test_useless_partners_get_twenty_legal_rounds(
    handshake: str, questions: str, partner: str
) -> None:
    rng = random.Random(4)
    game = Game(
        Questioner(world(), handshake, questions),
        {
            "always yes": lambda question: True,
            "always no": lambda question: False,
            "random": lambda question: rng.random() < 0.5,
            "turns false": lambda question: question == HANDSHAKE or rng.random() < 0.5,
        }[partner],
    ).play()
    assert len(game.guesses) == 20
    check_legal(game)


@pytest.mark.parametrize(
    ("keywords", "n_questions"),
    [(["Cat"], 0), (["Cat"], 1), (["the", "Cat", "cat"], 2), (["A" * 101, "Cats"], 1)],
)
@pytest.mark.parametrize("questions", PROMISED["questions"])
def test_when_nothing_is_left_the_turns_stay_legal(
    keywords: list[str], n_questions: int, questions: str
) -> None:
    knowledge = Knowledge.from_table(
        keywords=keywords,
        questions=[f"Is it number {i}?" for i in range(n_questions)],
        p_yes=np.full((len(keywords), n_questions), 128, np.uint8),
    )
    game = Game(Questioner(knowledge, questions=questions), lambda question: True).play()
    assert len(game.guesses) == 20
    check_legal(game)


@pytest.mark.parametrize(
    ("handshake", "questions", "opens"),
    [
        ("auto", "all", True),
        ("always", "all", True),
        ("never", "all", False),
        ("auto", "semantic", False),
        ("always", "semantic", False),
        ("auto", "spelling", True),
        ("never", "spelling", False),
    ],
)
def test_first_question(handshake: str, questions: str, opens: bool) -> None:
    question = Questioner(world(), handshake, questions).ask(Observation("guesser", "ask"))
    assert (question == HANDSHAKE) == opens
    if not opens:
        assert (parse(question) is not None) == (questions == "spelling")


@pytest.mark.parametrize(
    ("entropy", "table_bits", "speaks", "pays"),
    [
        (10.2, 0.60, 0.4, True),
        (10.2, 0.60, 0.0, False),
        (2.0, 0.60, 0.4, False),
        (10.2, 0.95, 0.4, False),
        (10.2, 0.0, 0.1, True),
    ],
)
def test_when_the_handshake_pays(
    entropy: float, table_bits: float, speaks: float, pays: bool
) -> None:
    assert handshake_pays(entropy, table_bits, speaks) == pays


def test_after_a_yes_to_the_handshake_it_bisects_near_the_middle() -> None:
    obs = Observation("guesser", "ask", (HANDSHAKE,), ("yes",), ("no such word",))
    predicate = parse(Questioner(world()).ask(obs))
    assert predicate is not None
    assert predicate.kind == "order"
    assert 0.49 < np.mean(world().evaluate(predicate)) < 0.51


def test_after_a_no_it_asks_the_table() -> None:
    obs = Observation("guesser", "ask", (HANDSHAKE,), ("no",), ("no such word",))
    assert Questioner(world()).ask(obs) in world().questions


def test_a_partner_caught_lying_about_the_alphabet_is_asked_the_table_instead() -> None:
    contradictions = [(bisection_question(w), w < "m") for w in "bdfhjlnprt"]
    questions = (HANDSHAKE, *(q for q, _ in contradictions))
    answers = ("yes", *("yes" if yes else "no" for _, yes in contradictions))
    obs = Observation("guesser", "ask", questions, answers)
    assert Questioner(world()).ask(obs) in world().questions


def test_names_that_are_one_for_the_environment_count_together() -> None:
    knowledge = Knowledge.from_table(
        ["dog", "cats", "cat", "bird"],
        ["Is it?"],
        np.full((4, 1), 128, np.uint8),
        np.array([0.4, 0.3, 0.25, 0.05]),
    )
    obs = Observation("guesser", "guess", ("Is it?",), ("no",))
    assert matches(Questioner(knowledge).guess(obs), "cat")
    again = Observation("guesser", "guess", ("Is it?",), ("no",), ("cats",))
    assert Questioner(knowledge).guess(again) == "dog"


def test_bisection_reaches_keywords_that_are_very_unlikely() -> None:
    """As unlikely as the last of the lexicon are against its first."""
    rng = np.random.default_rng(8)
    words = sorted({"".join(rng.choice(list("abcdefgh"), 7)) for _ in range(4000)})
    prior = 2.0 ** -rng.uniform(0, 17, len(words))
    knowledge = Knowledge.from_table(words, [], np.zeros((1, 0), np.uint8), prior)
    questioner = Questioner(knowledge, "always", "spelling")
    for row in np.argsort(prior)[:10]:
        game = Game(questioner, table_partner(knowledge, int(row), speaks=True), int(row)).play()
        assert game.won, f"{words[row]} of prior {prior[row]:.1e}"


def test_a_turn_over_100_000_keywords_takes_little_time() -> None:
    """Processor time, which other work on the machine changes little."""
    rng = np.random.default_rng(1)
    n = 100_000
    p_yes = rng.choice(np.array([13, 128, 237], np.uint8), (n, 400), p=[0.7, 0.1, 0.2])
    questions = [f"Has it got property number {i}?" for i in range(400)]
    words = [f"{word:x} thing" for word in rng.permutation(n)]
    questioner = Questioner(Knowledge.from_table(words, questions, p_yes))
    game = Game(questioner, lambda question: len(question) % 3 == 0)
    game.step()
    spent = []
    for _ in range(3):
        start = time.process_time()
        game.step()
        spent.append(time.process_time() - start)
    assert min(spent) < 0.15


@pytest.mark.parametrize(
    ("before", "after", "bound"),
    [
        ("cat", "dog", "d"),
        ("cat", "chair", "ch"),
        ("cat", "cats", "cats"),
        ("pine cone", "pineapple", "pinea"),
        ("cat", "cat tree", "cat t"),
        ("cat", "cat's eye", "cat'"),
        ("a", 'b"c', "b"),
        ("b", 'b"c', None),
        ("cat", "cat", None),
        ("zoo", "éclair", "é"),
    ],
)
def test_shortest_bound(before: str, after: str, bound: str | None) -> None:
    assert shortest_bound(before, after) == bound
    if bound:
        assert before < bound <= after


def test_interleaved_games_are_played_as_if_alone() -> None:
    rows = [30, 31, 32, 33]

    def new_game(questioner: Questioner, row: int) -> Game:
        return Game(questioner, table_partner(world(), row, row % 2 == 0, 0.1), row)

    alone = [new_game(Questioner(world()), row).play() for row in rows]
    shared = Questioner(world())
    together = [new_game(shared, row) for row in rows]
    for number in range(20):
        for game, reference in zip(together, alone, strict=True):
            if number < len(reference.questions):
                game.step()
    for game, reference in zip(together, alone, strict=True):
        assert (game.questions, game.guesses) == (reference.questions, reference.guesses)


def test_hope_chooses_questions_early_and_never_late_or_a_guess(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    game = Game(Questioner(world()), table_partner(world(), 5, speaks=False, noise=0.4))
    hoped = []
    monkeypatch.setattr(Belief, "hopeful", lambda belief: hoped.append(len(game.guesses)) or belief)
    for _ in range(20):
        game.step()
    assert hoped == list(range(20 - SOBER))


def test_unknown_options_are_refused() -> None:
    with pytest.raises(ValueError, match="found 'sometimes' and 'all'"):
        Questioner(world(), handshake="sometimes")


TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from([HANDSHAKE, *TRICKY, *world().questions]),
    st.builds(bisection_question, st.text(max_size=8)),
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(TEXTS, max_size=20),
    st.lists(st.sampled_from(["yes", "no", "maybe", "", "none"]), max_size=20),
    st.lists(st.one_of(st.text(max_size=30), st.sampled_from(world().keywords)), max_size=20),
    st.sampled_from(PROMISED["questions"]),
)
def test_no_history_makes_a_turn_fail(
    questions: list[str], answers: list[str], guesses: list[str], kind: str
) -> None:
    obs = Observation("guesser", "ask", tuple(questions), tuple(answers), tuple(guesses))
    questioner = Questioner(world(), questions=kind)
    question, guess = questioner.ask(obs), questioner.guess(obs)
    assert question_key(question) not in {question_key(old) for old in questions}
    assert 0 < len(question) <= MAX_QUESTION
    assert 0 < len(guess) <= MAX_GUESS
    assert not any(matches(guess, old) for old in guesses)


def test_a_guesser_imports_neither_torch_nor_transformers_and_starts_fast() -> None:
    code = (
        "import sys; from twentyq.questioner import Questioner; "
        "print(sorted({'torch', 'transformers', 'pandas', 'tqdm'} & set(sys.modules)))"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=AGENT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    assert time.perf_counter() - start < 5
