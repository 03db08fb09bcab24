"""Questions that name the letter, the text or the list before the keyword."""

from __future__ import annotations

from .arguments import Argument
from .counts import counted
from .cursor import GiveUp
from .items import LETTER_NOUNS
from .numbers import Range
from .predicates import (
    WHOLE,
    Ahead,
    And,
    Membership,
    Not,
    Order,
    Predicate,
    Repeated,
    Text,
    different,
    inside,
)
from .subjects import Subject
from .verbs import Verbs

_STARTING = (
    "the beginning of", "the start of", "the prefix of", "a prefix of", "start", "starts", "begin",
    "begins",
)  # fmt: skip
_ENDING = ("the end of", "the ending of", "the suffix of", "a suffix of", "end", "ends")
_PART_OF = (
    "a part of", "part of", "a substring of", "a letter of", "a letter in", "one of",
)  # fmt: skip
_OCCUR = (
    "both", "together", "appear", "appears", "appearing", "occur", "occurs", "exist", "exists",
    "present", "included", "contained", "found", "used", "show", "shows", "up", "come", "comes",
    "somewhere", "anywhere",
)  # fmt: skip


class Turned(Verbs):
    """Rules such as "Does the letter e appear in the keyword?"."""

    current: Subject | None = None
    """The subject of the last clause, for those that leave theirs out."""

    def _turned(self, auxiliary: str) -> Predicate | None:
        """ "Does the letter e appear in the keyword?", "Does "W" come after the keyword ...?"."""
        return (
            self.attempt(self._bound_first)
            or self.attempt(self._text_last)
            or self.attempt(self._text_first)
            or self.attempt(self._list_first)
            or self.attempt(self._letters_first)
        )

    def _letters_first(self) -> Predicate | None:
        """ "Do any letters repeat in the keyword?", "Are all letters of the keyword different?"."""
        every = self.phrase("all the", "all of the", "all", "every")
        if not every and not self.take("any"):
            return None
        if not self.take("letters", "letter"):
            return None
        if every:
            where = self.attempt(self.subject) if self.take("in", "of") else None
            if where is None or not self.take("different", "unique", "distinct"):
                return None
            return different(where.part)
        doubled = self.take("doubled")
        if not (doubled or self.take("repeat", "repeats", "repeated", "duplicated")):
            if not self.take("appear", "appears", "occur", "occurs"):
                return None
            if not self.phrase("more than once", "at least twice", "twice or more", "twice"):
                return None
        adjacent = self.phrase("in a row", "consecutively") or doubled
        where = self.attempt(self.subject) if self.take("in", "within") else None
        if where is None or where.part.span is not None or where.unit:
            return None
        return Repeated(adjacent, where.part)

    def _bound_first(self) -> Predicate | None:
        bound = self.bound(("come", "comes", "precede", "precedes", "follow", "alphabetically"))
        if bound is None or bound[1] == "free":
            return None
        self.order()
        self.skip("come", "comes", "appear", "fall", "sort", "be", "is", "listed")
        compared = self.attempt(self.comparator)
        if compared is None:
            return None
        sign, equal, _ = compared
        symbol = self.low(-1) in ("<", ">", "<=", ">=")
        subject = self.attempt(self.subject)
        if subject is None or subject.unit or not (self.ordered or self.lowered or symbol):
            return None
        equal = self.or_equal() or equal
        if sign > 0:
            return Order(None, bound[0], False, equal, subject.part)
        if symbol and self.take("<", "<="):
            until = self.low(-1) == "<="
            high = self.bound()
            return Order(bound[0], high[0], equal, until, subject.part) if high else None
        return Order(bound[0], None, equal, False, subject.part)

    def _text_first(self) -> Predicate | None:
        """ "Does the letter e appear in the keyword?", "Is P the first letter?"."""
        self.phrase("you find", "you see", "we find")
        found = self.argument("contains", False)
        if found is None or found.mode == "list":
            return None
        if found.mode == "all":
            self.take("both", "all")
        return self.attempt(self._related, found)

    def _text_last(self) -> Predicate | None:
        """ "Are any of these letters in the keyword: x, y?": the letters come last."""
        mode = self._quantifier("")
        self.take("the")
        if mode is None or not self.take("following", "these", "those"):
            return None
        self.take("following")
        if not self.take(*LETTER_NOUNS):
            return None
        start = self.at
        while self.kind() in ("word", "order") and self.at < start + 16:
            self.at += 1
        if not self.take(":", "?") and self.low() not in ("[", "("):
            return None
        opened = self._opening("letters", mode)
        items = self.attempt(self._items, "contains", "odd", "letters", mode)
        if items is None:
            return None
        self._close(opened)
        end, self.at = self.at, start
        found = self.attempt(self._related, Argument(items[0], mode, True, items[2]))
        if found is None or self.low() not in (":", "?", "[", "("):
            return None
        self.at = end
        return found

    def _related(self, found: Argument) -> Predicate | None:
        """What is said of a text or of letters: "appear in the keyword", "is its first letter"."""
        negated = self.take("not")
        self.skip("is", "are", "be", "equal", "equals", "match", "matches", "to")
        if self.phrase("the only vowel in", "the only vowel of") and not negated:
            where = self.attempt(self.subject)
            vowel = found.options[0]
            if where is None or where.unit or len(found.options) > 1 or vowel not in "aeiou":
                return None
            others = Text("contains", tuple("aeiou".replace(vowel, "")), where.part)
            return And((Text("contains", (vowel,), where.part), Not(others)))
        mark = self.at
        if self.take("the", "its"):
            self.at = mark
            subject = self.attempt(self._part, None)
            if subject is not None and not subject.unit:
                return found.build("is", subject.part)
            self.at = mark
        how, times = "contains", None
        if self.phrase("absent from", "missing from"):
            negated = not negated
        elif self.phrase(*_STARTING):
            how = "starts"
        elif self.phrase(*_ENDING):
            how = "ends"
        elif self.phrase(*_PART_OF):
            if self.low(-2) == "one":
                self.phrase("the letters in", "the letters of", "the characters in")
        else:
            self.skip(*_OCCUR)
            ahead = self.attempt(self.further, found)
            if isinstance(ahead, Ahead) and self.take("in", "within"):
                where = self.attempt(self.subject)
                return ahead if where and where.part == WHOLE and where.strong else None
            times = self.attempt(self.times)
            self.phrase("as part of", "as a part of")
            if self.take("as"):
                subject = self.attempt(self.subject)
                if subject is None or subject.part.span is None or subject.unit:
                    return None
                return found.build("is", subject.part)
            if self.phrase("at the beginning of", "at the start of", "first in"):
                how = "starts"
            elif self.phrase("at the end of", "last in"):
                how = "ends"
            elif not self.take("in", "within", "inside", "at"):
                return None
            else:
                place = self.attempt(self._place_in)
                if place is not None:
                    return found.build("is", place.part)
        return self._in_subject(found, how, times, negated)

    def _place_in(self) -> Subject | None:
        """ "the second position (of the keyword)"."""
        self.take("the")
        place = self.attempt(self.position, Subject())
        if place is not None and self.take("of", "in") and self.attempt(self.subject) is None:
            return None
        return place

    def _in_subject(
        self, found: Argument, how: str, times: tuple[Range, ...] | None, negated: bool
    ) -> Predicate | None:
        subject = self.attempt(self.subject)
        if subject is None or subject.unit or not (subject.strong or found.named or found.quoted):
            return None
        if subject.part.span is not None:
            return None
        if not subject.strong and any(len(option) > 1 for option in found.options):
            return None
        times = times or (self.attempt(self.times) if len(found.options) == 1 else None)
        if times:
            result: Predicate | None = counted(times, "times", subject.part, found.options[0])
        else:
            result = found.build(how, subject.part)
        self.current = subject
        if negated and isinstance(result, And):
            raise GiveUp("not both, or neither")
        return Not(result) if result and negated else result

    def _list_first(self) -> Predicate | None:
        """ "Does the following list contain the keyword: apple, plum?"."""
        if self.phrase("one of", "any of"):
            self.take("the")
            if not self.take("these", "following", "those"):
                return None
            self.skip("words", "following", "keywords", "terms")
            subject = self.attempt(self.subject)
            if subject is None or not subject.strong or subject.part != WHOLE:
                return None
            if not (self.take(":", "?", "-") or self.low() in ("[", "(")):
                return None
            words = self._words(self.take("[", "(", "{"), True)[0]
            return Membership(frozenset(words)) if words else None
        self.take("the", "this", "my")
        self.take("following")
        if not self.take("list", "set", "group"):
            return None
        self.phrase("of words", "of keywords")
        self.take("below", "above")
        words = None
        if self.low() in (":", "[", "(", "{"):
            self.take(":")
            opened = self.take("[", "(", "{")
            if not opened:
                return None
            words = self._words(True, True)[0]
        if not self.take("contain", "contains", "include", "includes", "have"):
            return None
        subject = self.attempt(self.subject)
        if subject is None or subject.part != WHOLE or subject.unit:
            return None
        if words is None:
            if not (self.take(":", "?", "-") or self.low() in ("[", "(")):
                return None
            words = self._words(self.take("[", "(", "{"), True)[0]
        return Membership(frozenset(words)) if words else None

    def _there(self) -> Predicate | None:
        """ "Are there more than five letters in the keyword?"."""
        self.take("is", "are", "was")
        if not self.take("there"):
            return None
        self.take("is", "are")
        mark = self.at
        for subject in (Subject(WHOLE, True), Subject()):
            self.at = mark
            found = self.attempt(self._held, subject)
            if found:
                return found
        return None

    def _held(self, subject: Subject) -> Predicate | None:
        found = (
            self.attempt(self._repeats, WHOLE)
            or self.attempt(self._run, WHOLE)
            or self.attempt(self.count_phrase, WHOLE, subject.strong)
            or self.attempt(self._holds, subject, True)
            or self.attempt(self._mark, subject, True)
        )
        if isinstance(found, Text) and found.part != WHOLE:
            self.current = Subject(WHOLE, True)
            return found
        place = self.attempt(self.within) if found else None
        if place is not None:
            self.current = Subject(WHOLE, True)
            return inside(found, place)
        self.take("anywhere", "somewhere")
        if found is None or not self.take("in", "within", "inside"):
            return None
        where = self.attempt(self.subject)
        if where is None or where.unit or where.part != WHOLE or where.strong != subject.strong:
            return None
        self.current = where
        return found
