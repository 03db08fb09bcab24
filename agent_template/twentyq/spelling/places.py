"""Where in the keyword a letter is: "in its second word", "before the letter u"."""

from __future__ import annotations

from .arguments import Argument
from .predicates import WHOLE, Ahead, Part, Predicate, Text
from .subjects import Subject, Subjects

_FOLLOWED = (
    "immediately followed by", "directly followed by", "right before", "directly before",
    "immediately before",
)  # fmt: skip
_ELSEWHERE = (
    "that is not", "that's not", "which is not", "that isn't", "other than", "apart from",
    "besides", "except", "not counting", "not including", "excluding", "anywhere other than",
    "anywhere but", "somewhere other than",
)  # fmt: skip
_EDGES = {
    "start": (1, None), "beginning": (1, None), "first": (1, None),
    "end": (0, -1), "last": (0, -1), "final": (0, -1),
}  # fmt: skip


class Places(Subjects):
    """Rules for places."""

    ordered = False
    """Whether the sentence mentions an alphabetical order."""

    def place(self) -> None:
        """Step over "in it", "in the keyword", "in its spelling"."""
        self.attempt(self._placed)

    def _placed(self) -> bool | None:
        self.take(",")
        if self.take("anywhere", "somewhere") and self.low() not in ("in", "within"):
            return True
        if not self.take("in", "within", "inside"):
            return None
        found = self.attempt(self.subject)
        return True if found and not found.unit and found.part == WHOLE else None

    def within(self) -> Part | None:
        """The part of the keyword in "among the first three letters", "in its second word"."""
        self.take("anywhere", "somewhere")
        if not self.take("in", "within", "inside", "among"):
            return None
        where = self.attempt(self.subject)
        return where.part if where and not where.unit and where.part != WHOLE else None

    def position(self, subject: Subject) -> Subject | None:
        """ "second position", "position 2", "third place"."""
        index = self.attempt(self._ordinal)
        if index is not None and self.take("position", "place", "spot"):
            start = index[0]
        elif index is None and self.take("position"):
            start = (self.number() or 0) - 1
        else:
            return None
        if index is None and start < 0:
            return None
        return Subject(Part(subject.part.word, (start, start + 1 or None)), True)

    def further(self, found: Argument) -> Predicate | None:
        """Where the letters are: "before the letter u", "other than at the start"."""
        if found.mode != "any" or any(len(option) > 1 for option in found.options):
            return None
        if self.phrase(*_FOLLOWED):
            after = self.argument("contains", True)
            if after is None or after.mode != "any":
                return None
            pairs = (one + other for one in found.options for other in after.options)
            return Text("contains", tuple(pairs))
        if self.take("before", "after"):
            before = self.low(-1) == "before"
            other = self.attempt(self.letter)
            if other is None or len(found.options) > 1 or self.ordered:
                return None
            one, other = (found.options[0], other) if before else (other, found.options[0])
            return Ahead(one, other)
        self.take(",")
        if not self.phrase(*_ELSEWHERE):
            return None
        self.skip("anywhere", "in", "at", "as", "the", "very", "its")
        edge = _EDGES.get(self.low())
        if edge is None:
            return None
        self.at += 1
        numbered = self.low(-1) in ("first", "last", "final")
        if numbered and not self.take("letter", "position", "place", "character"):
            return None
        if self.take("of") and self.attempt(self.subject) is None:
            return None
        return found.build("contains", Part(None, edge))
