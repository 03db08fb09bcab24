"""A cursor over the tokens of a question, with a bounded number of steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from .tokens import Token, merge_order, scan
from .vocabulary import words

MAX_STEPS = 6_000
"""Rules tried before the parser gives a question up; real ones need a few hundred."""

EXAMPLES = ("e.g", "eg", "ie", "example", "examples", "such", "like", "think", "including", "aka")
_NOISE = words(
    "in all lower lowercase lowercased case letters insensitive insensitively ignoring "
    "ignore regardless of capitalization capitalisation capital sensitive not no the is "
    "it yes or please answer only written when converted to english as a string text "
    "strict strictly strictly form and if needed spelling spelled order alphabetical "
    "sorted keyword word compared with by using python comparison / , ; : . = ! -"
) | {"lower-case", "case-insensitive", "case-insensitively", "non-case-sensitive"}
_LOOSE = tuple(
    tuple(phrase.split())
    for phrase in (
        "when written in all lowercase",
        "when written in lowercase",
        "when converted to lowercase",
        "converted to lowercase",
        "written in lowercase",
        "in all lowercase letters",
        "in lowercase letters",
        "in lowercase form",
        "in all lowercase",
        "in lowercase",
        "in lower-case",
        "in lower case",
        "when lowercased",
        "lowercased",
        "ignoring capitalization",
        "ignoring capitalisation",
        "ignoring case",
        "regardless of case",
        "regardless of capitalization",
        "case insensitive",
        "case-insensitive",
        "in english",
    )
)


class GiveUp(Exception):
    """The question is ambiguous, or costs more steps than any real one."""


@lru_cache(maxsize=4096)
def _words(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split())


def _group(tokens: list[Token], at: int) -> int:
    """The index after the bracket that closes the one at ``at``, or ``at`` where none does."""
    close = {"(": ")", "[": "]"}[tokens[at].low]
    for i in range(at + 1, min(len(tokens), at + 400)):
        if tokens[i].low == close and tokens[i].kind == "punct":
            return i + 1
        if tokens[i].low == tokens[at].low and tokens[i].kind == "punct":
            return at
    return at


def _is_remark(inside: list[Token]) -> bool:
    lows = {token.low for token in inside}
    spaces = {"space", "spaces", "included", "including"}
    if lows & {"not", "no", "ignore", "ignoring", "regardless", "without"}:
        spaces = set()
    words = all(token.kind != "quote" and token.low in _NOISE | spaces for token in inside)
    return words and any(len(token.low) > 1 for token in inside)


def _is_sample(inside: list[Token]) -> bool:
    """Whether a remark shows what an order is: "(A comes before B)"."""
    if not 2 < len(inside) <= 12 or not (inside[0].kind == "quote" or len(inside[0].low) == 1):
        return False
    return inside[1].low in ("comes", "come", "precedes", "before", "<", "is")


def prepare(text: str) -> list[Token]:
    """The tokens of ``text`` without remarks: "(in lowercase)", "(e.g. ...)", "ignoring case"."""
    tokens, kept, at = scan(text), [], 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "punct" and token.low in "([":
            end = _group(tokens, at)
            inside = tokens[at + 1 : end - 1]
            if inside and inside[0].low in ("for", "with", "the", "as", "so"):
                first = inside[1].low if len(inside) > 1 else ""
            else:
                first = inside[0].low if inside else ""
            if inside and (first in EXAMPLES or _is_remark(inside) or _is_sample(inside)):
                order = any(t.low in ("alphabetical", "order", "sorted") for t in inside)
                if order and first not in EXAMPLES:
                    kept.append(Token("order", "", "", token.start, inside[-1].end))
                at = end
                continue
            lows = {t.low for t in inside}
            if inside and len(inside) <= 6 and lows & {"inclusive", "inclusively", "included"}:
                kept.append(Token("word", "inclusive", "", token.start, token.start))
                at = end
                continue
            if inside and len(inside) <= 6 and lows & {"exclusive", "exclusively", "excluded"}:
                kept.append(Token("word", "exclusive", "", token.start, token.start))
                at = end
                continue
        elif token.kind == "word":
            length = next(
                (
                    len(loose)
                    for loose in _LOOSE
                    if loose[0] == token.low
                    and tuple(t.low for t in tokens[at : at + len(loose)]) == loose
                ),
                0,
            )
            if length:
                at += length
                continue
        kept.append(token)
        at += 1
    return merge_order(kept)


Result = TypeVar("Result")


class Cursor:
    """Tokens and a place among them. ``text`` is what the tokens' places refer to."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.steps = 0

    def token(self, ahead: int = 0) -> Token | None:
        index = self.at + ahead
        return self.tokens[index] if 0 <= index < len(self.tokens) else None

    def kind(self, ahead: int = 0) -> str:
        """The kind of a token, "" at the end of the text."""
        token = self.token(ahead)
        return token.kind if token else ""

    def low(self, ahead: int = 0) -> str:
        """The text of a word or mark in lower case; "" for a quoted string, an order phrase, the end."""
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
        if self.steps > MAX_STEPS:
            raise GiveUp("too many steps")
        mark = self.at
        found = rule(*args)
        if found is None:
            self.at = mark
        return found
