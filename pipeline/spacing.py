"""Other spellings of the lexicon's keywords: "bed frame" beside "bedframe", and the reverse.

The environment takes them for each other, as it does "ham" and "hams", and the lexicon keeps
one; a partner that compares strings keeps them apart, so that bisection could walk past a
keyword that is spelt otherwise.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from twentyq.matching import matches

LIKELIEST = 40_000
"""Keywords whose other spellings are looked for."""
SINGLE = 60_000
"""Likeliest keywords that a joined one may be made of, as far as they are one word."""
SHORTEST, LONGEST = 3, 12
"""Letters of a part, and of a joined keyword."""
HISSING = ("ss", "x", "z", "ch", "sh")
"""Endings whose plural has "es", as those in "us" and "is" have."""
SHARE = 0.1
"""Of a keyword's prior that another spelling gets, beside it."""


def other_spellings(keywords: Sequence[str]) -> list[tuple[int, str]]:
    """(index, other spelling) for ``keywords`` in lower case, the likeliest first.

    None is among ``keywords``, or given twice.
    """
    ordered = sorted(keywords)
    single = {word for word in keywords[:SINGLE] if word.isalpha() and len(word) >= SHORTEST}
    taken = set(keywords)
    found: list[tuple[int, str]] = []
    for i, keyword in enumerate(keywords[:LIKELIEST]):
        for spelling in (*_respelt(keyword, single), *_renumbered(keyword, ordered)):
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


def _renumbered(keyword: str, ordered: Sequence[str]) -> list[str]:
    """The plural, or the singular, if a bisection of all ``ordered`` could tell them apart."""
    found = []
    if not keyword.endswith("s") or keyword.endswith(("ss", "us", "is")):
        plural = keyword + ("es" if keyword.endswith((*HISSING, "us", "is")) else "s")
        after = bisect_right(ordered, keyword)
        # A bound may be the start of the keyword that follows, up to all of the plural.
        if after < len(ordered) and (ordered[after] < plural or ordered[after].startswith(plural)):
            found.append(plural)
    else:
        stem = keyword.removesuffix("es")
        singular = stem if stem.endswith(HISSING) else keyword[:-1]
        before = bisect_left(ordered, keyword)
        if before and ordered[before - 1] > singular:
            found.append(singular)
    return [spelling for spelling in found if matches(spelling, keyword)]
