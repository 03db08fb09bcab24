"""Remarks that do not bear on a question: "(in lowercase)", "(e.g. ...)", "ignoring case"."""

from __future__ import annotations

from .cursor import EXAMPLES
from .printed import tells
from .tokens import Token, merge_order, scan
from .vocabulary import words

_NOISE = words(
    "in all lower lowercase lowercased case letters insensitive insensitively ignoring "
    "ignore regardless of capitalization capitalisation capital sensitive not no the is "
    "it yes or please answer only written when converted to english as a string text "
    "strict strictly strictly form and if needed spelling spelled order alphabetical "
    "sorted keyword word compared with by using python comparison comparing strings "
    "alphabetically lexicographically lexicographic lexicographical / , ; : . = ! - "
    "upper uppercase either any both"
) | {"lower-case", "case-insensitive", "case-insensitively", "non-case-sensitive"}
_ORDER_WORDS = words(
    "alphabetical order sorted alphabetically lexicographically lexicographic lexicographical"
)
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
        "in lower or upper case",
        "in upper or lower case",
        "in lower case",
        "in either case",
        "in any case",
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
        "as strings",
    )
)
_LOOSE_BY_FIRST: dict[str, list[tuple[str, ...]]] = {}
for _loose in _LOOSE:
    _LOOSE_BY_FIRST.setdefault(_loose[0], []).append(_loose)


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
    range_ = "".join(token.low for token in inside) in ("a-z", "a–z", "atoz")
    return range_ or (
        words and any(len(t.low) > 1 or not (t.low.isalnum() or t.kind == "quote") for t in inside)
    )


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
            inside = tokens[at + 1 : end - 1] if end > at else []
            if inside and inside[0].low in ("for", "with", "the", "as", "so"):
                first = inside[1].low if len(inside) > 1 else ""
            else:
                first = inside[0].low if inside else ""
            shown = [token.low for token in inside[:2]] == ["as", "in"]
            told = token.low == "(" and tells(inside)
            shown = shown or told or first in EXAMPLES
            if inside and (shown or _is_remark(inside) or _is_sample(inside)):
                order = not told and any(t.low in _ORDER_WORDS for t in inside)
                if order and first not in EXAMPLES:
                    kept.append(Token("order", "", "", token.start, inside[-1].end))
                at = end
                continue
            lows = {t.low for t in inside}
            if inside and len(inside) <= 6 and lows & {"inclusive", "inclusively", "included"}:
                kept.append(Token("word", "inclusive", "", token.start, token.start))
                at = end
                continue
            if (
                inside
                and len(inside) <= 6
                and (lows & {"exclusive", "exclusively", "excluded"} and "spaces" not in lows)
            ):
                kept.append(Token("word", "exclusive", "", token.start, token.start))
                at = end
                continue
        elif token.kind == "word":
            length = next(
                (
                    len(loose)
                    for loose in _LOOSE_BY_FIRST.get(token.low, ())
                    if tuple(t.low for t in tokens[at : at + len(loose)]) == loose
                ),
                0,
            )
            if length and [t.low for t in tokens[at + length : at + length + 2]] != [
                "and",
                "spaces",
            ]:
                at += length
                continue
        kept.append(token)
        at += 1
    return merge_order(kept)
