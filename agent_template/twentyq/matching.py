"""How the environment compares a guess with the keyword, and what a wrong guess excludes."""

from __future__ import annotations

import string
from collections.abc import Iterable

MIN_PLURAL = 3
"""Shorter normalised strings have to be equal: the environment forgives no plural on them."""
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalize(text: str) -> str:
    """Lower case without spaces, punctuation and any "the", in the environment's own order.

    A newline is kept, so that many strings can be normalised as one joined text.
    """
    return text.lower().replace("the", "").replace(" ", "").translate(_NO_PUNCTUATION)


def plural_forms(normalized: str) -> tuple[str, ...]:
    """Every normalised string the environment takes for ``normalized``, itself first.

    An added or missing final "s" or "es" is forgiven where both sides have
    ``MIN_PLURAL`` characters or more.
    """
    forms = [normalized]
    if len(normalized) >= MIN_PLURAL:
        forms += [normalized + "s", normalized + "es"]
        for ending in ("s", "es"):
            stem = normalized.removesuffix(ending)
            if stem != normalized and len(stem) >= MIN_PLURAL:
                forms.append(stem)
    return tuple(forms)


def forms_of(names: Iterable[str]) -> frozenset[str]:
    """Every normalised string the environment takes for one of the names."""
    return frozenset(form for name in names for form in plural_forms(normalize(name)))


def matches(a: str, b: str) -> bool:
    """Whether the environment would accept one of the two strings as a guess for the other."""
    return normalize(b) in plural_forms(normalize(a))
