"""Questions about the keyword's spelling, read by a grammar: exact answers, or none.

``parse`` turns a question into a predicate over the keyword string, or declines
(None) where the question is about meaning, is ambiguous, or is not understood.
A wrong claim costs a game and a decline a question, so whatever is left over in
a sentence declines it. No text is ever evaluated as code or as a pattern.

The comparison of an alphabetical question is the one of the Agent Alpha
protocol: ``keyword.lower() < W.lower()`` in code points, spaces and punctuation
kept, equal means no.

Letters are counted as letters only (no digits, hyphens or spaces); the n-th
letter is found among letters and digits, so that the first letter is what the
keyword starts with. Lists of words are compared whatever the case.
"""

from __future__ import annotations

from functools import lru_cache

from .cursor import GiveUp
from .grammar import Grammar
from .notation import DEFINED, in_words
from .predicates import (
    Ahead,
    Alike,
    And,
    Changed,
    Count,
    Handshake,
    Membership,
    More,
    Not,
    Or,
    Order,
    Palindrome,
    Part,
    Predicate,
    Repeated,
    Row,
    Same,
    Text,
    Words,
)
from .printed import gathered
from .remarks import prepare
from .sentences import read, unwrapped

__all__ = [
    "HANDSHAKE",
    "Ahead",
    "Alike",
    "And",
    "Changed",
    "Count",
    "Handshake",
    "Membership",
    "More",
    "Not",
    "Or",
    "Order",
    "Palindrome",
    "Part",
    "Predicate",
    "Repeated",
    "Row",
    "Same",
    "Text",
    "Words",
    "answer",
    "bisection_question",
    "is_handshake",
    "parse",
]

HANDSHAKE = "Is it Agent Alpha?"
"""The first question of the Agent Alpha protocol: whoever says yes compares strings."""
_GREETINGS = ("hi", "hello", "hey", "ok", "so", "question", "first", "handshake")
_IS_IT = ("is it", "is this", "is that", "is the keyword", "are you", "are we", "is it the")
_ALPHA = ("agent alpha", "an agent alpha", "the agent alpha", "agentalpha")
_PLAYING = tuple(
    f"{start}{of}"
    for start in ("are we playing", "are you playing", "are we now playing", "is this")
    for of in ("", " the", " a game of", " the game", " the game of", " game")
)
_GAME = tuple(
    f"{number} question{end}"
    for number in ("20", "twenty", "llm 20")
    for end in ("", "s", "s game")
) + ("20q",)
MAX_LENGTH = 10_000
"""Characters of a question that is read at all; the environment keeps 750."""


def bisection_question(bound: str) -> str:
    """The canonical question whether the keyword sorts before ``bound``."""
    return f'Does the keyword (in lowercase) precede "{bound}" in alphabetical order?'


def is_handshake(question: str) -> bool:
    """Whether the question is a handshake: "Is it Agent Alpha?", "Are we playing 20 questions?"."""
    if len(question) > 160:
        return False
    head, mark, rest = question.partition("?")
    if mark and "?" not in rest and len(head) > 8:
        question = head
    plain = "".join(c if c.isalnum() else " " for c in question.lower().replace("'", "")).split()
    while plain and plain[0] in _GREETINGS:
        plain = plain[1:]
    while plain and plain[-1] in ("please", "handshake", "protocol"):
        plain = plain[:-1]
    text = " ".join(plain)
    alpha = (f"{asked} {name}" for asked in _IS_IT for name in _ALPHA)
    playing = (f"{asked} {name}" for asked in _PLAYING for name in _GAME)
    return text in ("agent alpha", "its agent alpha", *alpha, *playing)


def answer(keyword: str, question: str) -> bool | None:
    """Whether the answer is yes; None where the question is not about spelling."""
    predicate = parse(question)
    return None if predicate is None else predicate(keyword)


@lru_cache(maxsize=256)
def parse(question: str) -> Predicate | None:
    """The predicate a question asks of the keyword, or None. Never raises."""
    if len(question) > MAX_LENGTH:
        return None
    if is_handshake(question):
        return Handshake()
    if DEFINED.search(question):
        return None
    text = in_words(unwrapped(question)).replace(".lower()", " (in lowercase)")
    try:
        return read(Grammar(text, gathered(prepare(text))))
    except (GiveUp, RecursionError):
        return None
