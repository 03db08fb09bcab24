"""Which sentence of a question asks, when there are remarks, reasons and examples around it."""

from __future__ import annotations

import re

from .cursor import EXAMPLES
from .grammar import Grammar
from .predicates import Or, Predicate
from .tokens import DOUBLE_QUOTES, SINGLE_QUOTES, Token
from .vocabulary import AUXILIARIES, words

_MAX_STARTS = 24
_OPENERS = words(
    "given considering based since so ok okay now well next alright please to hmm let "
    "let's lets then question q my here here's first second third finally guess thanks "
    "great also and but alternatively looking as because knowing thinking hello hi again "
    "just last note hint spelling therefore thus hence great good right continuing "
    "narrowing step i we it's this comparing among using with"
)
_FENCES = ("```", "`", "**")
_ASKS = re.compile(r"\s*(?:\{\s*\"question\"|(?:final )?question|q)\s*[:\-]\s*", re.IGNORECASE)
_FILLERS = words(
    "so ok okay now well next alright please hmm then also and but again just great good "
    "right question hello hi thus therefore hence q let's see a first finally"
)
_CONDITIONS = words("if when unless assuming suppose imagine in were had for translated")
_HARMLESS = words(
    "when if both all the words word keyword keywords are is written compared comparing "
    "considering everything it converted to in as and treated , letters names possible were "
    "sorted listed arranged put"
)
_SPELLING = words(
    "keyword word words letter letters spelling spelled alphabet alphabetically string "
    "strings lexicographically bisect bisection binary"
)


def unwrapped(question: str) -> str:
    """The question without what is around all of it: quotes, a fence, ``{"question": ...}``."""
    text = question.strip()
    for fence in _FENCES:
        if len(text) > 12 and text.startswith(fence) and text.endswith(fence):
            text = text.removeprefix(fence).removesuffix(fence).strip()
    label = _ASKS.match(text)
    if label:
        text = text[label.end() :]
        text = text.removesuffix("}").strip() if "{" in label.group() else text
    for quotes in (DOUBLE_QUOTES, SINGLE_QUOTES):
        if len(text) > 12 and text[0] in quotes and text[-1] in quotes:
            inner = text[1:-1].strip()
            if inner.endswith(("?", ".")) and inner.split(" ")[0].lower() in AUXILIARIES:
                text = inner
    return text.replace('\\"', '"')


def read(grammar: Grammar) -> Predicate | None:
    """The one predicate that the sentences of a question ask."""
    tokens = grammar.tokens
    grammar.lowered = "lowercase" in grammar.text.lower() or "lower case" in grammar.text.lower()
    asked: list[Predicate] = []
    stated: list[Predicate] = []
    others = 0
    at = 0
    while at < len(tokens):
        end = at
        while end < len(tokens) and tokens[end].kind != "stop":
            end += 1
        if end == at:
            at += 1
            continue
        also = _alternative(tokens, at) if asked else at
        if also > at and _competes(tokens, also):
            at, alternative = also, True
        else:
            alternative = False
        found = _sentence(grammar, at, end, alternative)
        if found is None:
            question = end < len(tokens) and tokens[end].low == "?"
            settled = end + 1 < len(tokens) and tokens[end + 1].low in ("yes", "no")
            others += (question or alternative) and not settled and _competes(tokens, at)
            at = end + 1
            continue
        predicate, after, opens = found
        ended = next((t.low for t in tokens[after : after + 1] if t.kind == "stop"), "")
        if alternative:
            asked[-1] = Or((asked[-1], predicate))
        else:
            (asked if opens or ended == "?" else stated).append(predicate)
        at = max(after, at + 1)
    if others:
        return None
    if asked:
        return asked[0] if all(predicate == asked[0] for predicate in asked) else None
    return stated[0] if len(stated) == 1 else None


def _sentence(
    grammar: Grammar, at: int, end: int, alternative: bool
) -> tuple[Predicate, int, bool] | None:
    """The predicate of one sentence, where it stops, and whether it opens like a question.

    ``alternative``: whether it goes on with what was asked before it.
    """
    tokens = grammar.tokens
    for start in _starts(tokens, at, end)[:_MAX_STARTS]:
        found = grammar.question(start)
        if found is None:
            continue
        predicate, after = found
        before = tokens[:start]
        plain = all(token.low in _FILLERS or token.kind != "word" for token in before[at:])
        if start > 0 and not (grammar.names_keyword() or alternative):
            about = any(token.low in _SPELLING for token in before)
            if not (about or (plain and at <= 1)):
                return None
        return predicate, after, tokens[start].low in AUXILIARIES
    return None


def _starts(tokens: list[Token], at: int, end: int) -> list[int]:
    """Where in a sentence the question may begin: after openings, commas, colons, line ends."""
    first = tokens[at].low
    starts = [at]
    if first in EXAMPLES or tokens[at].low == "for" and tokens[at + 1 : at + 2]:
        following = tokens[at + 1].low if at + 1 < len(tokens) else ""
        if first in EXAMPLES or following in ("example", "instance"):
            return [i for i in range(at + 1, end) if tokens[i].fresh]
    conditional = False
    opened = first in _OPENERS
    filling = True
    asked = first in AUXILIARIES
    harmless = True
    for i in range(at + 1, end):
        token, before = tokens[i], tokens[i - 1]
        harmless = harmless and (before.kind == "order" or before.low in _HARMLESS)
        if harmless and before.low == "," and first in _CONDITIONS:
            starts.append(i)
        conditional |= before.low in ("if", "unless", "assuming", "suppose")
        filling = filling and before.low in _FILLERS | {",", "!"}
        if token.fresh:
            starts.append(i)
            conditional, filling, opened = False, True, True
            asked = token.low in AUXILIARIES
        elif asked or conditional or (first in _CONDITIONS and not harmless):
            continue
        else:
            parted = before.low in (":", "-", "—", "–", "...", ")")
            parted |= opened and before.low in (",", ";")
            capital = token.low in AUXILIARIES and token.raw[:1].isupper()
            if filling or parted or capital:
                starts.append(i)
    return [i for i in starts if tokens[i].kind != "punct" or tokens[i].low == "("]


def _alternative(tokens: list[Token], at: int) -> int:
    """Where a sentence goes on after "or", "if not"; ``at`` where it begins with neither."""
    for phrase in (("or",), ("if", "not"), ("if", "no"), ("otherwise",)):
        if tuple(token.low for token in tokens[at : at + len(phrase)]) == phrase:
            at += len(phrase)
            return at + (tokens[at : at + 1] != [] and tokens[at].low == ",")
    return at


def _competes(tokens: list[Token], at: int) -> bool:
    """Whether a sentence that is no spelling question is one of yes or no all the same."""
    while at < len(tokens) and tokens[at].low in _FILLERS | {",", ":", "or"}:
        at += 1
    if at == len(tokens):
        return False
    end = next((i for i in range(at, len(tokens)) if tokens[i].kind == "stop"), len(tokens))
    further = tokens[at].kind == "quote" or len(tokens[at].low) == 1
    if tokens[at].low == "if" or (further and end == at + 1):
        return any(token.low in AUXILIARIES for token in tokens[at + 1 : end]) or further
    return tokens[at].low in AUXILIARIES
