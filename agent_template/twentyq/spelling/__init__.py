"""Questions about the keyword's spelling, read by a grammar: exact answers, or none.

``parse`` turns a question into a predicate over the keyword string, or declines
(None) where the question is about meaning, is ambiguous, or is not understood.
A wrong claim costs a game and a decline a question, so whatever is left over in
a sentence declines it. No text is ever evaluated as code or as a pattern.

The comparison of an alphabetical question is the one of the Agent Alpha
protocol: ``keyword.lower() < W.lower()`` in code points, spaces and punctuation
kept, equal means no.
"""

from __future__ import annotations

from functools import lru_cache

from .cursor import GiveUp
from .grammar import Grammar
from .predicates import (
    And,
    Count,
    Handshake,
    Membership,
    More,
    Not,
    Or,
    Order,
    Part,
    Predicate,
    Repeated,
    Same,
    Text,
)
from .remarks import prepare
from .sentences import read, unwrapped

__all__ = [
    "HANDSHAKE",
    "And",
    "Count",
    "Handshake",
    "Membership",
    "More",
    "Not",
    "Or",
    "Order",
    "Part",
    "Predicate",
    "Repeated",
    "Same",
    "Text",
    "answer",
    "bisection_question",
    "is_handshake",
    "parse",
]

HANDSHAKE = "Is it Agent Alpha?"
"""The first question of the Agent Alpha protocol: whoever says yes compares strings."""
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
    words = "".join(c if c.isalnum() else " " for c in question.lower().replace("'", "")).split()
    while words and words[0] in (
        "hi",
        "hello",
        "hey",
        "ok",
        "so",
        "question",
        "first",
        "handshake",
    ):
        words = words[1:]
    while words and words[-1] in ("please", "handshake", "protocol"):
        words = words[:-1]
    text = " ".join(words)
    for asked in (
        "is it",
        "is this",
        "are you",
        "is that",
        "is the keyword",
        "are we",
        "is it the",
    ):
        for name in ("agent alpha", "an agent alpha", "the agent alpha", "agentalpha"):
            if text == f"{asked} {name}":
                return True
    if text in ("agent alpha", "its agent alpha"):
        return True
    for start in (
        "are we playing",
        "are we currently playing",
        "are we now playing",
        "are you playing",
        "is this a game of",
        "is this game",
        "is this",
        "are we playing the game",
        "are we playing the game of",
        "are we playing a game of",
        "are we playing the",
    ):
        for name in ("20 questions", "twenty questions", "llm 20 questions", "20 question", "20q"):
            if text in (f"{start} {name}", f"{start} {name} game"):
                return True
    return False


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
    text = unwrapped(question).replace(".lower()", " (in lowercase)")
    try:
        return read(Grammar(text, prepare(text)))
    except (GiveUp, RecursionError):
        return None
