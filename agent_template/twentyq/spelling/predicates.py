"""Predicates over a keyword string: what a spelling question means.

Each is a frozen dataclass, called with the keyword as the environment gives it
(any case) and returning a bool. ``kind`` names its family: "handshake",
"order", "letters", "count", "membership", "not", "and" or "or". Texts held by a
predicate are lower case already, so that a call only lowers the keyword.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar


def _with_accents(letters: str) -> str:
    """``letters`` and the Latin letters that are one of them under an accent."""
    accented = (chr(code) for code in range(0xC0, 0x180))
    return letters + "".join(c for c in accented if unicodedata.normalize("NFD", c)[0] in letters)


ALPHABET = "abcdefghijklmnopqrstuvwxyz"
VOWELS = frozenset(_with_accents("aeiou"))
CONSONANTS = frozenset(_with_accents("bcdfghjklmnpqrstvwxyz"))


@dataclass(frozen=True)
class Part:
    """The piece of the keyword a predicate looks at; the default is all of it.

    ``word`` is the index of a word (negative: from the end); ``span`` the start
    and stop of a slice, over the letters and digits or, where ``letters`` is
    false, over every character: the first letter of "3d printer" is the "3" it
    starts with, the second letter of "t-shirt" is "s". What the keyword is too
    short for is the empty string.
    """

    word: int | None = None
    span: tuple[int | None, int | None] | None = None
    letters: bool = True

    def __call__(self, text: str) -> str:
        if self.word is not None:
            words = text.split()
            if not -len(words) <= self.word < len(words):
                return ""
            text = words[self.word]
        if self.span is None:
            return text
        if self.letters and not text.isalnum():
            text = "".join(filter(str.isalnum, text))
        return text[self.span[0] : self.span[1]]

    @property
    def size(self) -> int | None:
        """Characters it holds, None for whole words."""
        if self.span is None:
            return None
        start, stop = self.span
        return (stop or 0) - (start or 0)

    def each(self) -> tuple[Part, ...]:
        """Its letters one by one, none where their number is not known."""
        size = self.size or 0
        start = self.span[0] or 0 if self.span else 0
        spans = [(i, i + 1 or None) for i in range(start, start + max(size, 0))]
        return tuple(replace(self, span=span) for span in spans)


WHOLE = Part()


class Predicate:
    """What a question asks of the keyword's spelling."""

    kind: ClassVar[str]

    def __call__(self, keyword: str) -> bool:
        raise NotImplementedError


@dataclass(frozen=True)
class Handshake(Predicate):
    """ "Is it Agent Alpha?": yes for every keyword, to an agent that compares strings."""

    kind = "handshake"

    def __call__(self, keyword: str) -> bool:
        return True


@dataclass(frozen=True)
class Order(Predicate):
    """``low < part < high`` in code-point order, each end strict unless it says "or equal"."""

    low: str | None = None
    high: str | None = None
    low_equal: bool = False
    high_equal: bool = False
    part: Part = WHOLE

    @property
    def kind(self) -> str:  # type: ignore[override]
        return "order" if self.part == WHOLE else "letters"

    def __call__(self, keyword: str) -> bool:
        text = keyword.lower()
        if self.part is not WHOLE:
            text = self.part(text)
            if not text:
                return False
        if self.high is not None and not (
            text < self.high or (self.high_equal and text == self.high)
        ):
            return False
        return self.low is None or text > self.low or (self.low_equal and text == self.low)


@dataclass(frozen=True)
class Text(Predicate):
    """The part is, starts with, ends with or contains one of ``options``."""

    how: str
    options: tuple[str, ...]
    part: Part = WHOLE
    kind = "letters"

    def __call__(self, keyword: str) -> bool:
        text = self.part(keyword.lower())
        if self.how == "starts":
            return text.startswith(self.options)
        if self.how == "ends":
            return text.endswith(self.options)
        if self.how == "contains":
            return any(option in text for option in self.options)
        return text in self.options


UNITS: dict[str, Callable[[str], int]] = {
    "words": lambda text: len(text.split()),
    "letters": lambda text: sum(map(str.isalpha, text)),
    "characters": len,
    "characters but spaces": lambda text: sum(not c.isspace() for c in text),
    "vowels": lambda text: sum(c in VOWELS for c in text),
    "consonants": lambda text: sum(c in CONSONANTS for c in text),
    "digits": lambda text: sum(map(str.isdigit, text)),
    "spaces": lambda text: text.count(" "),
    "hyphens": lambda text: text.count("-"),
    "different letters": lambda text: len(set(filter(str.isalpha, text))),
    "different vowels": lambda text: len(VOWELS.intersection(text)),
    "different consonants": lambda text: len(CONSONANTS.intersection(text)),
}


@dataclass(frozen=True)
class Count(Predicate):
    """How many ``unit`` the part has: in ``low..high`` and ``remainder`` modulo ``modulus``.

    ``unit`` is a key of UNITS, or "times" for the occurrences of ``sample``.
    """

    unit: str
    low: int = 0
    high: int | None = None
    modulus: int = 1
    remainder: int = 0
    sample: str = ""
    part: Part = WHOLE
    kind = "count"

    def __call__(self, keyword: str) -> bool:
        text = self.part(keyword.lower())
        if not text:
            return False
        count = text.count(self.sample) if self.unit == "times" else UNITS[self.unit](text)
        if count < self.low or (self.high is not None and count > self.high):
            return False
        return count % self.modulus == self.remainder


@dataclass(frozen=True)
class More(Predicate):
    """More of one unit in one part than of another in another part, neither missing."""

    unit: str
    other: str
    part: Part = WHOLE
    other_part: Part = WHOLE
    kind = "count"

    def __call__(self, keyword: str) -> bool:
        text = keyword.lower()
        one, other = self.part(text), self.other_part(text)
        return bool(one and other) and UNITS[self.unit](one) > UNITS[self.other](other)


@dataclass(frozen=True)
class Repeated(Predicate):
    """Some letter comes more than once; ``adjacent``: twice in a row."""

    adjacent: bool
    part: Part = WHOLE
    kind = "letters"

    def __call__(self, keyword: str) -> bool:
        text = self.part(keyword.lower())
        if self.adjacent:
            return any(a == b and a.isalpha() for a, b in zip(text, text[1:], strict=False))
        letters = [c for c in text if c.isalpha()]
        return len(set(letters)) < len(letters)


@dataclass(frozen=True)
class Row(Predicate):
    """At least ``length`` vowels (or consonants: ``unit``) in a row."""

    unit: str
    length: int
    part: Part = WHOLE
    kind = "letters"

    def __call__(self, keyword: str) -> bool:
        members = VOWELS if self.unit == "vowels" else CONSONANTS
        text = self.part(keyword.lower())
        runs = "".join("x" if c in members else " " for c in text).split()
        return max(map(len, runs), default=0) >= self.length


@dataclass(frozen=True)
class Palindrome(Predicate):
    """The letters and digits read the same backwards."""

    part: Part = WHOLE
    kind = "letters"

    def __call__(self, keyword: str) -> bool:
        letters = [c for c in self.part(keyword.lower()) if c.isalnum()]
        return letters == letters[::-1] != []


@dataclass(frozen=True)
class Same(Predicate):
    """Two parts of the keyword are equal, as in "starts and ends with the same letter"."""

    one: Part
    other: Part
    kind = "letters"

    def __call__(self, keyword: str) -> bool:
        text = keyword.lower()
        return self.one(text) == self.other(text) != ""


@dataclass(frozen=True)
class Ahead(Predicate):
    """One letter comes somewhere before another."""

    one: str
    other: str
    kind = "letters"

    def __call__(self, keyword: str) -> bool:
        text = keyword.lower()
        return -1 < text.find(self.one) < text.rfind(self.other)


@dataclass(frozen=True)
class Words(Predicate):
    """A predicate holds for every word of the keyword, or for any."""

    every: bool
    term: Predicate
    kind = "letters"

    def __call__(self, keyword: str) -> bool:
        return (all if self.every else any)(map(self.term, keyword.split()))


@dataclass(frozen=True)
class Alike(Predicate):
    """A part is the same in all words, as in "do both words start with the same letter"."""

    part: Part
    kind = "letters"

    def __call__(self, keyword: str) -> bool:
        return len(set(map(self.part, keyword.lower().split()))) == 1


@dataclass(frozen=True)
class Membership(Predicate):
    """The keyword is one of a printed list of words."""

    words: frozenset[str]
    kind = "membership"

    def __call__(self, keyword: str) -> bool:
        return keyword.lower() in self.words


@dataclass(frozen=True)
class Not(Predicate):
    """The negation of a predicate."""

    term: Predicate
    kind = "not"

    def __call__(self, keyword: str) -> bool:
        return not self.term(keyword)


CHANGES: dict[str, Callable[[str], str]] = {
    "backwards": lambda text: text[::-1],
    "without spaces": lambda text: "".join(text.split()),
    "without its first": lambda text: text[1:],
    "without its last": lambda text: text[:-1],
}


@dataclass(frozen=True)
class Changed(Predicate):
    """A predicate over the keyword after a change, a key of CHANGES."""

    change: str
    term: Predicate
    kind = "letters"

    def __call__(self, keyword: str) -> bool:
        return self.term(CHANGES[self.change](keyword))


@dataclass(frozen=True)
class And(Predicate):
    """All of several predicates."""

    terms: tuple[Predicate, ...]
    kind = "and"

    def __call__(self, keyword: str) -> bool:
        return all(term(keyword) for term in self.terms)

    def holds(self) -> bool:
        """Whether it is "contains A and B", of which "not" may mean either or both."""
        return all(isinstance(term, Text) and term.how == "contains" for term in self.terms)


@dataclass(frozen=True)
class Or(Predicate):
    """At least one of several predicates."""

    terms: tuple[Predicate, ...]
    kind = "or"

    def __call__(self, keyword: str) -> bool:
        return any(term(keyword) for term in self.terms)


def different(part: Part) -> Predicate:
    """All letters of the part are different; no for a word that is missing."""
    repeats = Not(Repeated(False, part))
    return repeats if part == WHOLE else And((Count("letters", 1, part=part), repeats))


def inside(found: Predicate, part: Part) -> Predicate | None:
    """``found`` said of a part instead of the whole keyword, None where it cannot be."""
    if isinstance(found, Not):
        term = inside(found.term, part)
        return Not(term) if term else None
    if isinstance(found, (And, Or)):
        terms = [inside(term, part) for term in found.terms]
        return None if None in terms else type(found)(tuple(terms))
    movable = isinstance(found, (Count, Repeated, Row, Palindrome))
    movable |= isinstance(found, Text) and found.how == "contains"
    return replace(found, part=part) if movable and found.part == WHOLE else None
