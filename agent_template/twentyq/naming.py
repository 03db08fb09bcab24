"""Questions that name the keyword itself: "Is it a banana?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from twentyq.matching import matches

_FRAME = re.compile(
    r"""^\W*(?:is|are|was|were|could|might|would)\s+
        (?:it|this|they|the\s+(?:secret\s+)?(?:keyword|word|thing|object|item|answer))\s+
        (?:be\s+)?(?:called\s+|named\s+|simply\s+|just\s+|actually\s+)?
        (?P<rest>[^?!.]+)[\s?!.]*$""",
    re.IGNORECASE | re.VERBOSE,
)
_SEPARATOR = re.compile(r"\s*,\s*(?:or\s+)?|\s+or\s+", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:an?|the|some)\s+", re.IGNORECASE)
_NO_NAME = re.compile(
    r"""\S\s+(?:an?|the|some)\s | \b(?:about|around|as|at|but|by|except|excluding|for|from|in|
        including|inside|into|like|near|not|of|on|onto|other|out|outside|over|rather|something|
        such|than|that|to|under|unlike|used|which|with|without)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Of what says more than a name: "bigger than a car", "used to cut paper", "but not a pen"."""
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb[]()*_ "


def names_keyword(keyword: str, question: str, variants: Sequence[str] = ()) -> bool:
    """Whether the question asks for the keyword by name, as a whole word.

    Only where names are all that is asked ("Is it a banana or a plum?"); a mention on the way
    ("Is it smaller than a lemon, plum or banana?") says nothing. "iran" is not named by "Is it
    Tirana?". Plurals and spaces are forgiven as the environment forgives them.
    """
    found = _FRAME.match(" ".join(question.split()))
    if not found or not keyword.strip():
        return False
    names = [name for name in (keyword, *variants) if name.strip()]
    parts = _SEPARATOR.split(found["rest"])
    named = [any(_is_called(part, name) for name in names) for part in parts]
    return any(named) and not any(
        _NO_NAME.search(part)
        for part, is_keyword in zip(parts, named, strict=True)
        if not is_keyword
    )


def _is_called(part: str, name: str) -> bool:
    """Whether one of the things asked for is ``name``, with or without an article."""
    bare = part.strip(_QUOTES)
    return any(
        candidate and matches(candidate, name)
        for candidate in (bare, _ARTICLE.sub("", bare).strip(_QUOTES))
    )
