"""What the environment shows an agent each turn, as one typed, read-only object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_QUESTION = 750
"""Characters of a question the environment keeps; the rest is cut silently."""
MAX_GUESS = 100
"""Characters of a guess the environment keeps."""
ROUNDS = 20
"""Rounds of ask, answer, guess in a game."""


@dataclass(frozen=True)
class Observation:
    """One turn of the environment ``llm_20_questions``.

    ``answers`` are "yes" or "no"; ``keyword`` and ``category`` are empty for a
    guesser (and, on a first turn, may be empty for an answerer too).
    """

    role: str
    turn_type: str
    questions: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    keyword: str = ""
    category: str = ""
    overage: float = 300.0
    step: int = 0

    @classmethod
    def parse(cls, obs: Any) -> Observation:
        """Read the environment's ``obs`` (attributes or a mapping); missing fields get defaults."""

        def field(name: str, default: Any) -> Any:
            value = obs.get(name) if isinstance(obs, Mapping) else getattr(obs, name, None)
            return default if value is None else value

        return cls(
            role=str(field("role", "")),
            turn_type=str(field("turnType", "")),
            questions=tuple(str(q) for q in field("questions", ())),
            answers=tuple(str(a) for a in field("answers", ())),
            guesses=tuple(str(g) for g in field("guesses", ())),
            keyword=str(field("keyword", "")),
            category=str(field("category", "")),
            overage=float(field("remainingOverageTime", 300.0)),
            step=int(field("step", 0)),
        )

    @property
    def history(self) -> tuple[tuple[str, bool], ...]:
        """The answered questions in order, each with whether the answer was yes."""
        return tuple(
            (question, answer.strip().lower() == "yes")
            for question, answer in zip(self.questions, self.answers, strict=False)
        )

    @property
    def round(self) -> int:
        """The current round, from 1: how many questions were asked, counting this one."""
        asked = len(self.questions)
        return asked + 1 if self.turn_type == "ask" else max(asked, 1)
