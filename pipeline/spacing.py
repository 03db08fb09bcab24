"""Other spellings of the lexicon's keywords: "bed frame" beside "bedframe", and the reverse.

The environment takes them for each other, and the lexicon keeps one; a partner that compares
strings keeps them apart, so that bisection could walk past a keyword that is spelt otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

LIKELIEST = 40_000
"""Keywords whose other spellings are looked for."""
SINGLE = 60_000
"""Likeliest keywords that a joined one may be made of, as far as they are one word."""
SHORTEST, LONGEST = 3, 12
"""Letters of a part, and of a joined keyword."""
SHARE = 0.1
"""Of a keyword's prior that another spelling gets, beside it."""


def other_spellings(keywords: Sequence[str]) -> list[tuple[int, str]]:
    """(index, other spelling) for ``keywords`` in lower case, the likeliest first.

    None is among ``keywords``, or given twice.
    """
    single = {word for word in keywords[:SINGLE] if word.isalpha() and len(word) >= SHORTEST}
    taken = set(keywords)
    found: list[tuple[int, str]] = []
    for i, keyword in enumerate(keywords[:LIKELIEST]):
        for spelling in _respelt(keyword, single):
            if spelling not in taken:
                taken.add(spelling)
                found.append((i, spelling))
    return found


def _respelt(keyword: str, single: set[str]) -> list[str]:
    """Split or joined; a hyphen may be a space."""
    if "-" in keyword:
        return [keyword.replace("-", " ")]
    if keyword.count(" ") == 1:
        joined = keyword.replace(" ", "")
        return [joined] if len(joined) <= LONGEST else []
    cuts = range(SHORTEST, len(keyword) - SHORTEST + 1)
    return [
        f"{keyword[:cut]} {keyword[cut:]}"
        for cut in cuts
        if keyword[:cut] in single and keyword[cut:] in single
    ]
