"""What a keyword contains or has: letters, texts, spaces, double letters, numbers of them."""

from __future__ import annotations

import string
from collections.abc import Callable

from .counts import IN_A_ROW, counted
from .cursor import GiveUp
from .places import Places
from .predicates import (
    WHOLE,
    And,
    Count,
    More,
    Not,
    Or,
    Part,
    Predicate,
    Repeated,
    Row,
    Text,
    different,
    inside,
)
from .subjects import Subject
from .vocabulary import words

BE = ("is", "are", "be", "being", "was", "were", "'s", "'re")
_CONTAIN = words("contain contains containing include includes including")
_HAVE = words("have has having use uses using feature features possess hold holds got with")
_USE = words("use uses using feature features possess hold holds")
_MARKS = {
    "space": " ",
    "spaces": " ",
    "whitespace": " ",
    "hyphen": "-",
    "hyphens": "-",
    "dash": "-",
    "dashes": "-",
    "apostrophe": "'’",
    "apostrophes": "'’",
    "period": ".",
    "comma": ",",
    "punctuation": string.punctuation + "’‘“”",
    "digit": "0123456789",
    "digits": "0123456789",
    "number": "0123456789",
    "numbers": "0123456789",
    "numerals": "0123456789",
    "numeral": "0123456789",
}
_PAIRING = words("two 2 a the of pair pairs any")
_ALIKE = words(
    "identical same matching repeated repeating duplicate duplicated double doubled equal"
)
_BESIDE = words("consecutive adjacent neighboring neighbouring successive consecutively")
_AGAIN = (
    "more than once",
    "more than one time",
    "at least twice",
    "twice or more",
    "two or more times",
    "at least two times",
    "multiple times",
    "twice",
)
_WITHOUT = (
    "lack",
    "lacks",
    "omit",
    "omits",
    "avoid",
    "avoids",
    "missing",
    "lacking",
    "without",
    "free of",
    "free from",
)
_LONGEST_BLEND = 3
"""Letters of a text that a keyword may have as letters: 'have a "sch"'."""
_SURE_MARKS = ("hyphen", "hyphens", "apostrophe", "apostrophes", "punctuation")


class Contents(Places):
    """Rules for what follows "contains" and "has"."""

    lowered = False
    """Whether the question says "in lowercase", so that it compares strings."""
    again: Callable[[], Predicate | None] | None = None
    """The rule that reads a further argument of the last verb ("... or with B")."""

    def contains(self, subject: Subject) -> Predicate | None:
        verb = self.low()
        if verb in BE:
            self.at += 1
            verb = self.low()
        if verb in ("spelled", "spelt", "written") and self.low(1) in ("with", "using"):
            subject = Subject(subject.part, subject.strong or verb != "written")
            self.at += 2
        elif subject.strong and self.phrase(*_WITHOUT):
            found = self.attempt(self.content, subject, verb)
            if isinstance(found, And):
                raise GiveUp("not both, or neither")
            return Not(found) if found else None
        elif subject.strong and self.take("repeat", "repeats"):
            self.take("any", "a", "some", "the", "its")
            return Repeated(False, subject.part) if self.take("letter", "letters") else None
        elif verb in _CONTAIN | _HAVE:
            self.at += 1
        else:
            return None
        return self.content(subject, verb)

    def content(self, subject: Subject, verb: str) -> Predicate | None:
        """What the subject contains or has."""
        have = verb in _HAVE
        uses = verb in _USE

        def argument() -> Predicate | None:
            return self.attempt(self._number_of, subject, uses) or self.attempt(
                self._holds, subject, have, uses
            )

        found = (
            self.attempt(self._repeats, subject.part)
            or self.attempt(self._run, subject.part)
            or self.attempt(self._distinct, subject.part)
            or self.attempt(self._length, subject)
            or self.attempt(self._mark, subject, have, uses)
            or self.attempt(argument)
            or self.attempt(self._own_part, subject)
        )
        self.again = argument
        place = self.attempt(self.within) if found else None
        if place is not None:
            return inside(found, place) if subject.part == WHOLE else None
        if found:
            self.place()
        return found

    def _number_of(self, subject: Subject, uses: bool) -> Predicate | None:
        if uses and not subject.strong:
            return None
        return self.attempt(self._than_word, subject.part) or self.count_phrase(
            subject.part, subject.strong
        )

    def _than_word(self, part: Part) -> Predicate | None:
        """ "more letters than the second word"."""
        if not self.take("more", "fewer"):
            return None
        more = self.low(-1) == "more"
        unit = self.attempt(self.unit)
        other = self.attempt(self._part, None) if unit and self.take("than") else None
        if other is None or other.part.word is None or other.unit:
            return None
        parts = (part, other.part) if more else (other.part, part)
        return More(unit, unit, *parts)

    def _holds(self, subject: Subject, have: bool, uses: bool = False) -> Predicate | None:
        found = self.argument("contains", subject.strong and not have)
        if found is None:
            return None
        options = found.options
        if not subject.strong:
            long = uses or any(len(option) > 1 for option in options)
            if set(options) == set(string.digits) or (
                long and not found.named and (have or found.article)
            ):
                return None
            if not found.named and found.quoted and max(map(len, options)) > _LONGEST_BLEND:
                return None  # 'contain "sugar"'
            if not (found.named or found.quoted) and self.low(-2) == "/":
                return None  # "have A/C"
        elif (
            have
            and found.article
            and max(map(len, options)) > _LONGEST_BLEND
            and self.low() not in ("in", "as", "at", "anywhere")
        ):
            return None  # 'have a "handle"'
        self.take("together")
        mark = self.at
        inner = self.low() == "in"
        if self.take("as", "for", "in", "at"):
            self._article()
            self.take("its", "the")
            if self.low(-2) == "at" or self.low(-1) in ("at", "the"):
                edge = {"start": "starts", "beginning": "starts", "end": "ends"}.get(self.low())
                if edge:
                    self.at += 1
                    if self.take("of") and self.attempt(self.subject) is None:
                        return None
                    return found.build(edge, subject.part)
            place = None if inner else self.attempt(self._part, subject)
            place = place or self.attempt(self.position, subject)
            if place is not None and not place.unit:
                return found.build("is", place.part)
        self.at = mark
        more = self.attempt(self.further, found) if subject.part == WHOLE else None
        if more is not None:
            return more
        if len(options) == 1 and found.mode == "any":
            ranges = self.attempt(self.times)
            if ranges:
                return counted(ranges, "times", subject.part, options[0])
        return found.build("contains", subject.part)

    def _distinct(self, part: Part) -> Predicate | None:
        """ "all different letters", "only unique letters"."""
        if not self.take("all", "only", "entirely"):
            return None
        if self.take("different", "unique", "distinct", "non-repeating") and self.take("letters"):
            return different(part)
        return None

    def _repeats(self, part: Part) -> Predicate | None:
        no = self.take("no")
        self.skip("any", "a", "at", "least", "one", "some")
        found: Predicate | None = self.attempt(self._alike, part)
        if found is None and self.phrase("the same vowel", "same vowel", "vowel"):
            counts = tuple(Count("times", 2, sample=vowel, part=part) for vowel in "aeiou")
            found = Or(counts) if self.phrase(*_AGAIN) else None
        if found is None and self.take("double"):
            token = self.token()
            letter = token.low.removesuffix("'s") if token else ""
            if not letter.isalpha() or len(set(letter)) != 1 or len(letter) > 2:
                return None
            self.at += 1
            self.take("'s", "s")
            found = Text("contains", (letter[0] * 2,), part)
        return Not(found) if no and found else found

    def _run(self, part: Part) -> Predicate | None:
        """ "two consecutive vowels", "three consonants in a row"."""
        no = self.take("no")
        self.phrase("at least one pair of", "a pair of", "any", "at least")
        length = self.attempt(self.number)
        before = self.take(*_BESIDE) or self.phrase("back-to-back", "back to back")
        unit = self.low().removesuffix("s")
        if unit not in ("vowel", "consonant"):
            return None
        self.at += 1
        beside = self.phrase(*IN_A_ROW, "together") or before
        if not beside or length == 1:
            return None
        found = Row(f"{unit}s", length or 2, part)
        return Not(found) if no else found

    def _alike(self, part: Part) -> Predicate | None:
        """ "double letters", "two identical letters in a row", "a letter more than once"."""
        seen = set()
        while self.low() in _ALIKE | _BESIDE | _PAIRING:
            seen.add(self.low())
            self.at += 1
        if not self.take("letter", "letters"):
            return None
        self.phrase("that are", "which are", "that is")
        if self.phrase("identical", "the same", "same", "repeated", "doubled"):
            seen.add(self.low(-1))
        self.take("that", "which")
        again = self.take("repeat", "repeats")
        self.take("appear", "appears", "occur", "occurs", "appearing", "occurring")
        beside = self.phrase(*IN_A_ROW)
        again = again or self.phrase(*_AGAIN)
        beside = beside or bool(seen & _BESIDE)
        if seen & {"double", "doubled"} or (beside and seen & _ALIKE):
            return Repeated(True, part)
        if beside or not (again or seen & {"repeated", "repeating", "duplicate", "duplicated"}):
            return None
        return Repeated(False, part)

    def _length(self, subject: Subject) -> Predicate | None:
        self.take("a", "an", "the")
        parity = ("even", "odd").index(self.low()) if self.low() in ("even", "odd") else None
        self.at += parity is not None
        units = {"word": "words", "letter": "letters", "character": "characters"}
        unit = self._measured(units.get(self.low(), ""))
        if not unit and not self.take("length"):
            return None
        unit = unit or "characters"
        if parity is not None:
            return Count(unit, 0, None, 2, parity, "", subject.part)
        self.take("that", "which")
        self.take("is")
        self.take("of")
        ranges = self.number_range()
        named = self.attempt(self.unit) if ranges else None
        if ranges is None or not (named or subject.strong or unit != "characters"):
            return None
        return counted(ranges, named or unit, subject.part)

    def _mark(self, subject: Subject, have: bool, uses: bool = False) -> Predicate | None:
        no = self.take("no")
        marks = ""
        while True:
            self.phrase("at least one", "one or more") or self.take("any", "a", "an", "some")
            article = self.low(-1) in ("a", "any", "one", "more")
            self.take("numeric", "numerical", "blank")
            name = self.low()
            if name not in _MARKS:
                return None
            self.at += 1
            self.take("mark", "marks", "sign")
            self.phrase("character", "characters")
            unsure = have or name not in ("space", "spaces") or not (article or name == "spaces")
            if name not in _SURE_MARKS and (uses or (unsure and not subject.strong)):
                return None
            if name == "space" and have and not (article or no):
                return None
            if name in ("period", "comma") and have:
                return None
            marks += _MARKS[name]
            self.attempt(self._shown_mark)
            mark = self.at
            self.take(",")
            self.take("or", "nor")
            ahead = 1 if self.low() in ("a", "an", "any") else 0
            if self.at == mark or self.low(ahead) not in _MARKS:
                self.at = mark
                break
        if " " in marks:
            self.phrase("between words", "between the words", "between two words", "between them")
        found = Text("contains", tuple(dict.fromkeys(marks)), subject.part)
        return Not(found) if no else found

    def _shown_mark(self) -> bool | None:
        """Step over a mark shown in brackets: "a space (' ')", "a number (0-9)"."""
        if not self.take("("):
            return None
        for _ in range(4):
            if self.take(")"):
                return True
            if len(self.token().low if self.token() else "  ") > 1:
                return None
            self.at += 1
        return None

    def _own_part(self, subject: Subject) -> Predicate | None:
        """ "has a first letter that is a vowel"."""
        self.take("a", "an", "the", "its")
        part = self.attempt(self._part, subject)
        if part is None or part.unit:
            return None
        self.skip("that", "which", "of", "as", "is", "equal", "to", "being")
        return self.piece(part)
