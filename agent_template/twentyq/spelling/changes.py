"""Changes to the keyword before it is looked at: "when reversed", "ignoring spaces"."""

from __future__ import annotations

from .predicates import And, Changed, Not, Or, Order, Predicate
from .turned import Turned

_PHRASES = {
    "backwards": (
        "when spelled backwards", "when spelled backward", "spelled backwards", "when reversed",
        "when written backwards", "if spelled backwards", "if reversed", "written backwards",
        "when read backwards", "read backwards", "reversed", "if it is reversed",
    ),
    "without spaces": (
        "ignoring case and spaces", "ignoring spaces and case", "ignoring spaces",
        "ignoring any spaces", "without its spaces", "without spaces", "without the spaces",
        "with spaces removed", "with the spaces removed", "with its spaces removed",
        "when spaces are removed", "if spaces are removed", "when spaces are ignored",
    ),
}  # fmt: skip
_REMOVED = ("remove", "drop", "delete", "removed", "dropped", "deleted")


class Changes(Turned):
    """Rules for what is done to the keyword first."""

    change = ""
    """A key of CHANGES, or "" where the keyword is taken as it is."""

    def changing(self) -> None:
        """Step over a phrase that changes the keyword, and keep what it does."""
        self.change = self.attempt(self._changing) or self.change

    def _changing(self) -> str | None:
        bracket = self.take("(")
        self.take(",")
        said = (change for change, phrases in _PHRASES.items() if self.phrase(*phrases))
        change = next(said, None) or self.attempt(self._removal)
        if not change or (bracket and not self.take(")")):
            return None
        return change if self.take(",") or bracket else None

    def _removal(self) -> str | None:
        """ "if you remove the first letter (of the keyword)"."""
        if not (self.phrase("if you", "if we", "if i", "if one") and self.take(*_REMOVED)):
            return None
        removed = self.attempt(self._part, None)
        if removed is None or removed.unit or removed.part.word is not None:
            return None
        return {(0, 1): "without its first", (-1, None): "without its last"}.get(removed.part.span)

    def changed(self, found: Predicate) -> Predicate | None:
        """``found`` said of the keyword as it is changed, None where that has no sure meaning."""
        if not self.change:
            return found
        return Changed(self.change, found) if self._applies(found) else None

    def _applies(self, found: Predicate) -> bool:
        """Whether no bound has spaces that the keyword, without its own, cannot have."""
        if isinstance(found, Not):
            return self._applies(found.term)
        if isinstance(found, (And, Or)):
            return all(map(self._applies, found.terms))
        return not (isinstance(found, Order) and " " in f"{found.low or ''}{found.high or ''}")
