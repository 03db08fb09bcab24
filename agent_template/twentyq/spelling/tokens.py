"""A question as tokens: words, quoted strings, punctuation, and phrases that mean "in order".

Everything here is linear in the length of the text (the search for the end of
a single-quoted string looks at a bounded window).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from .vocabulary import NUMBERS, ORDINALS, words

DOUBLE_QUOTES = '"“”„‟«»'
SINGLE_QUOTES = "'‘’‚‛`´‹›"
_CLOSE_WINDOW = 120
"""Characters searched for the end of a single-quoted string."""
MAX_TOKENS = 400
"""Tokens of a question that is read; the 750 characters the environment keeps hold fewer."""
_MAX_UNCLOSED = 50
"""Quotes that open nothing, after which no single-quoted string is looked for."""

_HYPHEN_PARTS = (
    set(NUMBERS)
    | set(ORDINALS)
    | words("word words letter letters character characters to last from end multi single")
    | words("long vowel vowels multiple final starting penultimate")
)
_SCAN = re.compile(
    r"(?P<abbreviation>\b(?:e\.\s?g|i\.\s?e|a\.k\.a)\b\.?)"
    r"|(?P<ordinal>\d+(?:st|nd|rd|th)\b(?!-))"
    r"|(?P<word>[^\W_]+(?:['’‘`´\-‐‑][^\W_]+)*)"
    r"|(?P<newline>\s*\n\s*)"
    r"|(?P<space>[\s*_]+)"
    r"|(?P<dots>\.\.+|…)"
    r"|(?P<operator><=|>=|==|!=|&&|\|\|)"
    r"|(?P<other>.)"
)
_ABBREVIATIONS = words("st mt dr mr mrs ms ft")
_PLAIN = str.maketrans("’‘`´‐‑", "''''--")


class Token(NamedTuple):
    """One piece of the question. ``kind`` is word, quote, punct, order or stop.

    ``low`` is the text in lower case (of a quote: what it holds, as written
    otherwise), ``start`` and ``end`` its place in the question. A "stop" ends a
    sentence (. ? !); ``fresh`` marks the first token on a line.
    """

    kind: str
    low: str
    raw: str
    start: int
    end: int
    fresh: bool = False


def _closing(text: str, start: int) -> int:
    """Where the single-quoted string opened at ``start`` closes, or -1.

    A quote before a letter and after none opens, one after and before none
    closes, so that apostrophes inside words and 'rock 'n' roll' survive.
    """
    depth, close = 1, -1
    for at in range(start + 1, min(len(text), start + _CLOSE_WINDOW)):
        if text[at] not in SINGLE_QUOTES:
            if text[at] in "?\n" and close >= 0:
                break
            continue
        before, after = text[at - 1], text[at + 1 : at + 2]
        if after.isalnum():
            if before.isalnum():
                continue
            if depth == 0:
                break
            depth += 1
        else:
            close = at
            depth = max(depth - 1, 0)
    return close


def scan(text: str) -> list[Token]:
    """The tokens of ``text``, before phrases are merged; none where there are too many."""
    tokens: list[Token] = []
    fresh, at, unclosed, stray = True, 0, 0, 0

    def add(kind: str, start: int, end: int, low: str | None = None) -> None:
        nonlocal fresh
        raw = text[start:end]
        low = raw.translate(_PLAIN).lower() if low is None else low
        tokens.append(Token(kind, low, raw, start, end, fresh))
        fresh = False

    while at < len(text):
        if len(tokens) > MAX_TOKENS or stray > MAX_TOKENS:
            return []
        char = text[at]
        before = text[at - 1] if at else " "
        if char in DOUBLE_QUOTES or char in SINGLE_QUOTES:
            twice = char in "'`’‘" and text[at : at + 2] == char * 2
            width = 2 if twice else 1
            close = -1
            if not before.isalnum():
                if char in DOUBLE_QUOTES:
                    close = next(
                        (i for i in range(at + 1, len(text)) if text[i] in DOUBLE_QUOTES), -1
                    )
                elif unclosed < _MAX_UNCLOSED:
                    mark = "''" if char == "`" else char * 2
                    close = text.find(mark, at + 2, at + 200) if twice else _closing(text, at)
                    unclosed += close < 0
            if close > 0:
                held = text[at + width : close]
                add("quote", at, close + width, held.lower())
                at = close + width
            elif before.isalnum() and text[at : at + 2].lower() == "'s":
                add("word", at, at + 2)
                at += 2
            else:
                at, stray = at + 1, stray + 1
            continue
        match = _SCAN.match(text, at)
        assert match is not None
        kind, at = match.lastgroup, match.end()
        start, end = match.span()
        if kind == "word":
            _add_word(add, match.group(), start, end)
        elif kind in ("abbreviation", "ordinal"):
            add("word", start, end, match.group().lower().replace(" ", "").replace(".", ""))
        elif kind == "newline":
            fresh = True
        elif kind == "dots":
            add("punct", start, end, "...")
        elif kind == "operator" or (kind == "other" and match.group() not in "?!."):
            add("punct", start, end)
        elif kind == "other":
            inside = match.group() == "." and text[end : end + 1].isalnum()
            inside |= match.group() == "." and _abbreviates(tokens, text[end : end + 2])
            add("punct" if inside else "stop", start, end)
    return tokens


def _abbreviates(tokens: list[Token], after: str) -> bool:
    """Whether a full stop after ``tokens`` and before ``after`` is that of "St. " or "D.C.,"."""
    last = [token.low for token in tokens[-2:]]
    if last[-1:] and last[-1] in _ABBREVIATIONS:
        return after[:1] == " " and after[1:].isalnum()
    return len(last) == 2 and last[0] == "." and len(last[1]) == 1 and after[:1] in (",", ";")


def _add_word(add: Callable[..., None], word: str, start: int, end: int) -> None:
    """One word as one token, or several: "keyword's", "two-word", "a-m"."""
    low = word.translate(_PLAIN).lower()
    if low.endswith(("'s", "'re", "'m")) and low not in ("it's", "that's", "let's"):
        cut = len(low) - low.rfind("'")
        if not low[:-cut].endswith(("'s", "'re", "'m")):
            _add_word(add, word[:-cut], start, end - cut)
        add("word", end - cut, end)
        return
    parts = low.split("-")
    letters = len(parts) == 2 and all(len(part) == 1 and part.isalpha() for part in parts)
    known = len(parts) < 9 and all(
        p in _HYPHEN_PARTS or p.isdigit() or p in ("multi", "nth") for p in parts
    )
    if len(parts) == 1 or not (letters or known or _ordinal_parts(parts)):
        add("word", start, end)
        return
    digits = len(parts) == 2 and all(part.isdigit() for part in parts)
    for part in parts:
        add("word", start, start + len(part))
        start += len(part) + 1
        if (letters or digits) and start < end:
            add("punct", start - 1, start)


def _ordinal_parts(parts: list[str]) -> bool:
    """Whether the parts are those of "2nd-to-last"."""
    return parts[0][:-2].isdigit() and all(part in _HYPHEN_PARTS for part in parts[1:])


_PREPOSITIONS = words("in by on of under using per within following via for")
_ARTICLES = words("the a an standard normal usual strict strictly python ascending english")
_KINDS = words(
    "alphabetical alphabetic alphabetically lexicographical lexicographic lexical "
    "alphabet dictionary sorting sorted sort ordered ascii unicode alphanumeric lexicographically"
)
_NOUNS = words(
    "order ordering sorting sort sequence list listing arrangement ranking sense terms "
    "dictionary position"
)
_ADVERBS = words("alphabetically lexicographically lexically alphanumerically")
_SORTED = words(
    "sorted ordered arranged listed compared placed ranked put sorting ordering sort "
    "order arrange list compare comparing"
)
_WHEN = words("when if once while being as after upon")
_REVERSE = words("reverse reversed descending inverse")
_FILL = words(
    "it they both all words word the two are is were being be keyword we you list a them "
    "in and keywords everything things"
)
_LEAD = (("in", "terms", "of"), ("according", "to"), ("with", "respect", "to"), ("based", "on"))


def _order_phrase(lows: list[str], at: int, depth: int = 0) -> int:
    """The end of a phrase that means "in alphabetical order" starting at ``at``, or ``at``."""
    end = len(lows)

    def low(index: int) -> str:
        return lows[index] if index < end else ""

    i = at
    for lead in _LEAD:
        if tuple(lows[i : i + len(lead)]) == lead:
            i += len(lead)
            break
    else:
        if low(i) in _PREPOSITIONS:
            i += 1
    prefixed = i > at
    i += low(i) in _REVERSE
    for _ in range(3):
        i += low(i) in _ARTICLES
    listed = low(at) in ("in", "within", "by", "per", "on") and low(i) in (
        "alphabet",
        "dictionary",
    )
    if prefixed and listed and low(i + 1) not in _NOUNS:
        return i + 1
    first = i
    for _ in range(4):
        i += low(i) in _KINDS
    if i > first and low(i) in _NOUNS:
        return i + 1
    if i > first and (lows[i - 1] in _NOUNS and i - first > 1):
        return i
    if low(at) in _ADVERBS:
        return at + 1 + (low(at + 1) == "speaking")
    if low(i) == "string" and low(i + 1) in ("comparison", "order", "ordering"):
        return i + 2
    if depth == 0 and (low(at) in _WHEN or low(at) in _SORTED):
        i = at
        if low(i) in _WHEN:
            i += 1
            while i < at + 8 and low(i) in _FILL and low(i) not in _SORTED:
                i += 1
        if low(i) in _SORTED:
            i += 1
            while i > at + 1 and i < at + 12 and low(i) in _FILL - {"in"}:
                i += 1
            after = _order_phrase(lows, i, 1)
            if after > i:
                return after
        elif low(i) in _ADVERBS and low(i + 1) in _SORTED:
            return i + 2
    return at


def merge_order(tokens: list[Token]) -> list[Token]:
    """``tokens`` with every phrase that means "in alphabetical order" as one "order" token."""
    lows = [token.low if token.kind == "word" else "" for token in tokens]
    merged: list[Token] = []
    at = 0
    while at < len(tokens):
        end = _order_phrase(lows, at) if lows[at] else at
        if end > at:
            first, last = tokens[at], tokens[end - 1]
            reverse = not _REVERSE.isdisjoint(lows[at:end])
            low = "reverse" if reverse else ""
            merged.append(Token("order", low, "", first.start, last.end, first.fresh))
            at = end
        else:
            merged.append(tokens[at])
            at += 1
    return merged
