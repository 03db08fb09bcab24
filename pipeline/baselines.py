"""Players that need no model: yardsticks for a guesser, an answerer, and quiet opponents.

Each takes ``(obs, cfg)`` and returns the action; randomness is seeded per game by ``new_game``,
so that a game replays alone exactly as it went in a series.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

SIMPLE_QUESTIONS = (
    "Is it a person?",
    "Is it a place?",
    "Is it a thing?",
    "Is it alive?",
    "Is it bigger than a car?",
    "Can you hold it in one hand?",
    "Is it found indoors?",
    "Is it made of metal?",
    "Can you eat it?",
    "Is it used every day?",
)
"""Asked by the random guesser. None is a bare noun, which could end the game (see ``game.py``)."""

INERT_QUESTION = "Is it something that has a name?"
INERT_GUESS = "qzxjvk (no guess)"
"""Matches no keyword: the environment compares letters and digits, and no word has these."""


class Baseline:
    """A named player made of one function of the observation and a random generator."""

    peak_mb: float | None = None  # it lives in the arena's own process

    def __init__(self, name: str, play: Callable[[Mapping[str, Any], random.Random], str]) -> None:
        self.name = name
        self._play = play
        self._random = random.Random(0)

    def new_game(self, seed: str = "") -> None:
        """Begin a game: draws depend on ``seed`` alone."""
        self._random = random.Random(f"{self.name}/{seed}")

    def wait_ready(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Nothing to close."""

    def __call__(self, observation: Mapping[str, Any], configuration: Mapping[str, Any]) -> str:
        return self._play(observation, self._random)


def names_keyword(question: str, keyword: str) -> bool:
    """Whether the keyword stands in the question as whole words, in any case.

    An empty keyword (a first turn may show one) is never named.
    """
    words = keyword.lower().split()
    if not words:
        return False
    pattern = r"\s+".join(re.escape(word) for word in words)
    return re.search(rf"(?<!\w){pattern}(?!\w)", question.lower()) is not None


def _random_guesser(guesses: Sequence[str]) -> Callable[[Mapping[str, Any], random.Random], str]:
    def play(observation: Mapping[str, Any], generator: random.Random) -> str:
        return generator.choice(
            SIMPLE_QUESTIONS if observation["turnType"] == "ask" else list(guesses)
        )

    return play


def _named_answerer(observation: Mapping[str, Any], generator: random.Random) -> str:
    question = observation["questions"][-1]
    return "yes" if names_keyword(question, observation["keyword"]) else "no"


def _inert_guesser(observation: Mapping[str, Any], generator: random.Random) -> str:
    return INERT_QUESTION if observation["turnType"] == "ask" else INERT_GUESS


ANSWERERS: dict[str, Callable[[Mapping[str, Any], random.Random], str]] = {
    "random": lambda observation, generator: generator.choice(("yes", "no")),
    "named": _named_answerer,
    "yes": lambda observation, generator: "yes",
    "no": lambda observation, generator: "no",
    "inert": lambda observation, generator: "no",
}
GUESSERS = ("random", "inert")


def guesser(name: str, guesses: Sequence[str]) -> Baseline:
    """A baseline guesser; ``guesses`` is the list the random one draws from."""
    play = _inert_guesser if name == "inert" else _random_guesser(guesses)
    return Baseline(name, play)


def answerer(name: str) -> Baseline:
    """A baseline answerer: one of ``ANSWERERS``."""
    return Baseline(name, ANSWERERS[name])
