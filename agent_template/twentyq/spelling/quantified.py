"""What is said of each, or of any, of several words or letters: "does either word start with G"."""

from __future__ import annotations

from .changes import Changes
from .comparisons import FIRST, LAST
from .predicates import (
    WHOLE,
    Alike,
    And,
    Count,
    Or,
    Predicate,
    Text,
    Words,
)
from .subjects import Subject

_ANY = ("at least one of", "any one of", "any of", "either of", "one of", "any", "either")
_EVERY = ("each of", "every one of", "all of", "both of", "each", "every", "all", "both")


class Quantified(Changes):
    """Rules for subjects that are several words, or several letters one by one."""

    def quantified(self, auxiliary: str) -> Predicate | None:
        """ "does any word in the keyword ...", "are any of the first three letters ..."."""
        every = self.phrase(*_EVERY)
        pair = self.low(-1) == "both" or self.low(-2) == "both"
        if not every:
            if not (self.phrase(*_ANY) or self.phrase("at least one")):
                return None
            pair = "either" in (self.low(-1), self.low(-2))
        return self.attempt(self._words_said, auxiliary, every, pair) or self.attempt(
            self._letters_said, every
        )

    def _words_said(self, auxiliary: str, every: bool, pair: bool) -> Predicate | None:
        self.take("the")
        if not self.take("word", "words"):
            return None
        if self.take("of", "in", "from"):
            where = self.attempt(self.subject)
            if where is None or where.unit or where.part != WHOLE:
                return None
        self.current = Subject(WHOLE, True)
        found = self.attempt(self._alike_words) if every else None
        if found is None:
            term = self.attempt(self.said, self.current, auxiliary)
            found = Words(every, term) if term else None
        return And((Count("words", 2, 2), found)) if found and pair else found

    def _alike_words(self) -> Predicate | None:
        """ "(do both words) start with the same letter"."""
        if not self.take("start", "begin", "end"):
            return None
        edge = LAST if self.low(-1) == "end" else FIRST
        same = self.take("with", "in") and self.phrase("the same letter", "the same character")
        return Alike(edge) if same else None

    def _letters_said(self, every: bool) -> Predicate | None:
        subject = self.attempt(self.subject)
        if subject is None or subject.unit or subject.part.span is None:
            return None
        self.take("is", "are", "be")
        found = self.argument("is", True, 1)
        if found is None or found.mode != "any":
            return None
        self.current = subject
        terms = tuple(Text("is", found.options, part) for part in subject.part.each())
        return None if len(terms) < 2 else (And if every else Or)(terms)
