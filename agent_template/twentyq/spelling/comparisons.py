"""How a keyword starts and ends, and where it comes in an alphabetical order."""

from __future__ import annotations

from dataclasses import replace

from .arguments import Argument
from .contents import Contents
from .predicates import And, Or, Order, Part, Predicate, Row, Same, Text
from .subjects import Subject
from .vocabulary import words

_START = words("start starts starting started begin begins beginning began commence commences")
_END = words("end ends ending ended finish finishes finishing terminate terminates conclude")
MOVE = words(
    "come comes coming fall falls falling appear appears appearing sort sorts rank ranks "
    "lie lies lying go goes occur occurs sit sits stand stands get gets listed placed "
    "positioned located found ordered sorted ranked compare compares situated rest up"
)
FIRST = Part(None, (0, 1), False)
LAST = Part(None, (-1, None), False)
_LONGEST_EDGE = 6
"""Letters of a quoted text that a thing ("it") may start with as a word."""


def _join(joint: str, terms: list[Predicate]) -> Predicate:
    if len(terms) == 1:
        return terms[0]
    return And(tuple(terms)) if joint == "and" else Or(tuple(terms))


def _beyond(text: str, sign: int, equal: bool, part: Part) -> Order:
    """The order of what comes before (``sign`` below 0) or after ``text``."""
    if sign < 0:
        return Order(None, text, False, equal, part)
    return Order(text, None, equal, False, part)


def _is_said(found: Argument) -> bool:
    """Whether quotes mark words that are meant: 'start with a "bang"', "once upon a time"."""
    long = any(" " in option or len(option) > _LONGEST_EDGE for option in found.options)
    return found.quoted and (long or (found.article and len(found.options[0]) > 1))


class Comparisons(Contents):
    """Rules for "starts with", "ends in", "comes before"."""

    def edges(self, subject: Subject) -> Predicate | None:
        hows: list[str] = []
        joint = ""
        if self.low(1) in _START | _END and self.low(3) in _START | _END:
            self.take("both" if self.low(2) == "and" else "either")
        if self.take("spelled", "spelt") and self.low() not in _START | _END:
            return None
        while True:
            if self.low() in _START:
                hows.append("starts")
            elif self.low() in _END:
                hows.append("ends")
            else:
                return None
            self.at += 1
            if self.low() in ("and", "or") and self.low(1) in _START | _END:
                joint = self.low()
                self.at += 1
            elif self.low(1) in ("and", "or") and self.low(2) in _START | _END:
                joint = self.low(1)
                self.at += 2
            else:
                break
        if len(hows) > 2:
            return None
        preposition = self.take("with", "in", "by", "on", "using")
        if not preposition and self.low(1) in ("letter", "the", "a", "an"):
            preposition = self.take("from")
        row = self.attempt(self._edge_row, hows, subject.part) if preposition else None
        if row is not None:
            return row
        if self.phrase("the same letter", "the same character", "same letter"):
            text = self.attempt(self.named_text) if len(hows) == 1 and self.take("as") else None
            if text:
                letter = text[0] if hows[0] == "starts" else text[-1]
                return Text(hows[0], (letter,), subject.part)
            self.at -= self.low(-1) == "as"
            both = len(hows) == 2 or (
                self.take("as", "that", "with", "it") and self._other_edge(hows[0])
            )
            word = subject.part.word
            return Same(replace(FIRST, word=word), replace(LAST, word=word)) if both else None
        letter = self.kind() == "quote" or len(self.low()) == 1
        if not (preposition or letter or self.low() in ("letter", "letters", "the", "any", "one")):
            return None

        def argument(strong: bool = False) -> Predicate | None:
            self.take("with", "in", "by")
            found = self.argument(hows[0], strong)
            if found and not (subject.strong or found.named) and _is_said(found):
                return None
            terms = [found.build(how, subject.part) if found else None for how in hows]
            if any(term is None for term in terms):
                return None
            return _join(joint, terms)

        found = self.attempt(argument, subject.strong)
        self.again = argument
        return found

    def _edge_row(self, hows: list[str], part: Part) -> Predicate | None:
        """ "(starts with) two consonants", "(ends in) a double letter"."""
        if len(hows) != 1 or part.span is not None:
            return None

        def edge(length: int) -> Part:
            return Part(part.word, (0, length) if hows[0] == "starts" else (-length, None))

        article = self.take("a", "an")
        if self.phrase("double letter", "doubled letter", "pair of identical letters"):
            return Same(*edge(2).each())
        length = None if article else self.attempt(self.number)
        if self.take("consecutive") and length is None:
            length = 2
        unit = self.low().removesuffix("s")
        if length is None or not 1 < length < 9 or unit not in ("vowel", "consonant"):
            return None
        self.at += 1
        self.phrase("in a row")
        return Row(f"{unit}s", length, edge(length))

    def _other_edge(self, how: str) -> bool:
        self.skip("that", "which", "as", "with", "it")
        self.attempt(self.subject)
        self.skip("does", "it")
        other = self.low() in (_END if how == "starts" else _START)
        self.at += 1
        self.take("with", "in")
        return other

    def compared(self, subject: Subject) -> Predicate | None:
        """ "comes before W in alphabetical order", "is alphabetically between V and W"."""
        self.order()
        while self.take(*MOVE):
            pass
        self.order()
        sign, equal, size = 0, False, False
        if self.phrase("preceded by") or self.take("succeed", "succeeds"):
            sign = self.directed(1)
        elif self.phrase("followed by"):
            sign = self.directed(-1)
        elif self.phrase("precede or equal", "precedes or equals", "precede or be equal to"):
            sign, equal = self.directed(-1), True
        elif self.take("between", "in-between") or self.phrase("in between", "somewhere between"):
            return self._between_bounds(subject)
        else:
            found = self.attempt(self.comparator)
            if found is None:
                return None
            sign, equal, size = found
        symbol = self.low(-1) in ("<", ">", "<=", ">=", "≤", "≥")
        self.take("to")
        if self.take(","):
            self.order()
            self.take(",")
        self.again = None
        both = self.take("both")
        bound = self.bound()
        if bound is None:
            return None
        self.order()
        equal = self.or_equal() or equal
        bounds = [bound]
        while bound[1] == "quote" and self.kind(1) == "quote" and self.take("and", ","):
            bounds.append(self.bound())
        if both and len(bounds) != 2:
            return None
        self.order()
        if not (symbol or self._is_order(subject, bounds, size)):
            return None
        return _join("and", [_beyond(text, sign, equal, subject.part) for text, _ in bounds])

    def _between_bounds(self, subject: Subject) -> Predicate | None:
        self.take("the")
        self.take("words", "letters", "strings", "terms")
        low = self.bound(("and", "to"))
        if low is None or not self.take("and", "to"):
            return None
        high = self.bound()
        if high is None or not low[0] <= high[0]:
            return None
        self.order()
        self.at += self.low() == "," and self.low(1) in ("inclusive", "exclusive")
        equal = self.take("inclusive", "inclusively")
        self.take("exclusive", "exclusively")
        if not self._is_order(subject, [low, high], False):
            return None
        return Order(low[0], high[0], equal, equal, subject.part)

    def _is_order(self, subject: Subject, bounds: list[tuple[str, str]], size: bool) -> bool:
        """Whether a comparison is one of spelling: what it would be of meaning must be excluded."""
        if self.ordered:
            return True
        if subject.part.span is not None:
            return all(how != "free" for _, how in bounds)
        if size:
            return self.lowered and subject.strong
        hows = [how for _, how in bounds]
        if subject.strong:
            return self.lowered or "free" not in hows
        return all((how == "named" or len(text) == 1) and text.isalpha() for text, how in bounds)
