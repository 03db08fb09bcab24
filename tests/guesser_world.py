"""A made-up knowledge of 600 keywords and simulated partners, for the guesser's tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from twentyq.knowledge import LEVELS, Knowledge, question_key
from twentyq.observation import ROUNDS, Observation
from twentyq.questioner import Questioner
from twentyq.spelling import parse

Answerer = Callable[[str], bool]
TRICKY = (
    "The Theatre",
    "theatre",
    "Pine cone",
    "pineapple",
    "Pineapples",
    "rock 'n' roll",
    'so-called "art"',
    "3D printer",
    "T-shirt",
    "cat",
    "cats",
    "cat's eye",
    "éclair",
    "Is it an animal",
)


@cache
def world(n_keywords: int = 600, n_questions: int = 80) -> Knowledge:
    """Random words, of which a few are TRICKY, with a fifth of the answers yes and some unclear."""
    rng = np.random.default_rng(5)
    syllables = [c + v for c in "bcdfglmnprst" for v in "aeiou"]
    words = list(TRICKY)
    while len(words) < n_keywords:
        parts = ["".join(rng.choice(syllables, rng.integers(1, 4))) for _ in range(2)]
        word = " ".join(parts[: rng.integers(1, 3)]).capitalize()
        if word not in words:
            words.append(word)
    levels = np.array([13, 128, 237], dtype=np.uint8)
    return Knowledge.from_table(
        keywords=words[:n_keywords],
        questions=[f"Has it got the property number {i}?" for i in range(n_questions)],
        p_yes=rng.choice(levels, (n_keywords, n_questions), p=[0.6, 0.05, 0.35]),
    )


def table_partner(
    knowledge: Knowledge, row: int, speaks: bool, noise: float = 0.0, seed: int = 0
) -> Answerer:
    """Follows the table; spelling by rule if it ``speaks``, else no to the handshake and coins."""
    rng = np.random.default_rng([seed, row])

    def answer(question: str) -> bool:
        column = knowledge.question_index.get(question_key(question))
        predicate = parse(question)
        if column is not None:
            truth = knowledge.p_yes[row, column] / LEVELS > 0.5
        elif predicate is not None and (speaks or predicate.kind == "handshake"):
            truth = speaks and predicate(knowledge.keywords[row])
        else:
            truth = rng.random() < 0.5
        return bool(truth) != (rng.random() < noise)

    return answer


class Game:
    """One game, played round by round; ``row`` None is a keyword that the table does not have."""

    def __init__(self, questioner: Questioner, answer: Answerer, row: int | None = None) -> None:
        self.questioner, self.answer, self.row = questioner, answer, row
        self.questions: list[str] = []
        self.answers: list[str] = []
        self.guesses: list[str] = []

    def observation(self, turn: str) -> Observation:
        return Observation(
            "guesser", turn, tuple(self.questions), tuple(self.answers), tuple(self.guesses)
        )

    @property
    def won(self) -> bool:
        return self.row is not None and any(
            self.row in self.questioner.knowledge.covered_by(guess) for guess in self.guesses
        )

    def step(self) -> None:
        """One round: ask, answer, guess."""
        self.questions.append(self.questioner.ask(self.observation("ask")))
        self.answers.append("yes" if self.answer(self.questions[-1]) else "no")
        self.guesses.append(self.questioner.guess(self.observation("guess")))

    def play(self) -> Game:
        while len(self.questions) < ROUNDS and not self.won:
            self.step()
        return self
