"""A cursor over the tokens of a question, with a bounded number of steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from .tokens import Token

MAX_STEPS = 700
"""Rules tried before the parser gives a question up; real ones need at most two hundred."""
MAX_LEVEL = 70
"""Rules within rules; real questions need about twenty-five."""
EXAMPLES = ("e.g", "eg", "ie", "example", "examples", "such", "like", "think", "including", "aka")

Result = TypeVar("Result")


class GiveUp(Exception):
    """The question is ambiguous, or costs more steps than any real one."""


@lru_cache(maxsize=4096)
def _words(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split())


class Cursor:
    """Tokens and a place among them. ``text`` is what the tokens' places refer to."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.steps = 0
        self.level = 0

    def token(self, ahead: int = 0) -> Token | None:
        index = self.at + ahead
        return self.tokens[index] if 0 <= index < len(self.tokens) else None

    def kind(self, ahead: int = 0) -> str:
        """The kind of a token, "" at the end of the text."""
        token = self.token(ahead)
        return token.kind if token else ""

    def low(self, ahead: int = 0) -> str:
        """The text of a word or mark in lower case; "" for a quote, an order phrase, the end."""
        token = self.token(ahead)
        return token.low if token and token.kind not in ("quote", "order") else ""

    def take(self, *lows: str) -> bool:
        """Step over one token that is one of ``lows``."""
        if self.low() and self.low() in lows:
            self.at += 1
            return True
        return False

    def phrase(self, *phrases: str) -> bool:
        """Step over the first of ``phrases`` (words separated by spaces) that is here."""
        here = self.low()
        if not here:
            return False
        for phrase in phrases:
            words = _words(phrase)
            if words[0] == here and all(self.low(i) == words[i] for i in range(1, len(words))):
                self.at += len(words)
                return True
        return False

    def skip(self, *lows: str) -> None:
        """Step over any number of ``lows``."""
        while self.take(*lows):
            pass

    def order(self) -> bool:
        """Step over phrases that mean "in alphabetical order"; whether there was one."""
        start = self.at
        while self.kind() == "order":
            self.at += 1
        return self.at > start

    def attempt(self, rule: Callable[..., Result | None], *args: object) -> Result | None:
        """What ``rule`` finds here; where it finds nothing the place is kept."""
        self.steps += 1
        if self.steps > MAX_STEPS or self.level > MAX_LEVEL:
            raise GiveUp("too many steps")
        mark = self.at
        self.level += 1
        found = rule(*args)
        self.level -= 1
        if found is None:
            self.at = mark
        return found
