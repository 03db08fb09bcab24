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
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb[]()*_ "


def names_keyword(keyword: str, question: str, variants: Sequence[str] = ()) -> bool:
    """Whether the question asks for the keyword by name, as a whole word.

    Only where the name is what is asked ("Is it a banana or a plum?"); a mention on the
    way ("Is it smaller than a banana?") says nothing. "iran" is not named by "Is it
    Tirana?". Plurals and spaces are forgiven as the environment forgives them.
    """
    found = _FRAME.match(" ".join(question.split()))
    if not found or not keyword.strip():
        return False
    names = [name for name in (keyword, *variants) if name.strip()]
    for part in _SEPARATOR.split(found["rest"]):
        bare = part.strip(_QUOTES)
        for candidate in (bare, _ARTICLE.sub("", bare).strip(_QUOTES)):
            if candidate and any(matches(candidate, name) for name in names):
                return True
    return False
