"""What a keyword contains or has: letters, texts, spaces, double letters, numbers of them."""

from __future__ import annotations

import string
from collections.abc import Callable

from .counts import counted
from .predicates import WHOLE, Not, Part, Predicate, Repeated, Text
from .subjects import Subject, Subjects
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
_DOUBLE = (
    "double letters",
    "double letter",
    "doubled letters",
    "doubled letter",
    "a double letter",
    "consecutive double letters",
    "consecutive repeated letters",
    "repeated consecutive letters",
    "consecutive identical letters",
    "identical consecutive letters",
    "identical adjacent letters",
    "two consecutive identical letters",
    "two identical consecutive letters",
    "two identical adjacent letters",
    "two adjacent identical letters",
    "two identical letters in a row",
    "two identical letters next to each other",
    "two same letters in a row",
    "two of the same letter in a row",
    "two of the same letters in a row",
    "two of the same letter next to each other",
    "two of the same letters next to each other",
    "two consecutive letters that are the same",
    "two consecutive letters the same",
    "the same letter twice in a row",
    "the same letter next to each other",
    "same letter twice in a row",
    "repeated letters in a row",
    "letters repeated in a row",
)
_TWICE = (
    "repeated letters",
    "repeating letters",
    "repeated letter",
    "repeating letter",
    "duplicate letters",
    "duplicate letter",
    "letter that repeats",
    "letters that repeat",
    "letter that appears more than once",
    "letter that occurs more than once",
    "letters that appear more than once",
    "letter more than once",
    "letters more than once",
    "letter twice",
    "the same letter more than once",
    "the same letter twice",
)
_SURE_MARKS = ("hyphen", "hyphens", "apostrophe", "apostrophes", "punctuation")


class Contents(Subjects):
    """Rules for what follows "contains" and "has"."""

    ordered = False
    """Whether the sentence mentions an alphabetical order."""
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
        elif verb in ("lack", "lacks", "omit", "omits") and subject.strong:
            self.at += 1
            found = self.attempt(self.content, subject, verb)
            return Not(found) if found else None
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
            return self._holds(subject, have, uses)

        found = (
            self.attempt(self._repeats)
            or self.attempt(self._distinct)
            or self.attempt(self._length, subject)
            or self.attempt(self._mark, subject, have, uses)
            or self.attempt(self._number_of, subject, uses)
            or self.attempt(argument)
            or self.attempt(self._own_part, subject)
        )
        self.again = argument
        if found:
            self._place()
        return found

    def _number_of(self, subject: Subject, uses: bool) -> Predicate | None:
        if uses and not subject.strong:
            return None
        return self.count_phrase(subject.part, subject.strong)

    def _place(self) -> None:
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
        mark = self.at
        if self.take("as", "for", "in", "at") and len(options) > 0:
            self._article()
            self.take("its", "the")
            if self.low(-2) == "at" or self.low(-1) in ("at", "the"):
                edge = {"start": "starts", "beginning": "starts", "end": "ends"}.get(self.low())
                if edge:
                    self.at += 1
                    if self.take("of") and self.attempt(self.subject) is None:
                        return None
                    return found.build(edge, subject.part)
            place = self.attempt(self._part, subject)
            if place is None:
                at = self.at
                index = self.attempt(self._ordinal)
                if index is not None and self.take("position", "place", "spot"):
                    stop = index[0] + 1
                    place = Subject(Part(subject.part.word, (index[0], stop or None)), True)
                else:
                    self.at = at
            if place is not None and not place.unit:
                return found.build("is", place.part)
        self.at = mark
        if len(options) == 1 and found.mode == "any":
            ranges = self.attempt(self.times)
            if ranges:
                return counted(ranges, "times", subject.part, options[0])
        return found.build("contains", subject.part)

    def _distinct(self) -> Predicate | None:
        """ "all different letters", "only unique letters"."""
        if not self.take("all", "only", "entirely"):
            return None
        if self.take("different", "unique", "distinct", "non-repeating") and self.take("letters"):
            return Not(Repeated(False))
        return None

    def _repeats(self) -> Predicate | None:
        no = self.take("no")
        self.skip("any", "a", "at", "least", "one", "some")
        if self.phrase(*_DOUBLE):
            found: Predicate = Repeated(True)
        elif self.phrase(*_TWICE):
            found = Repeated(False)
        elif self.take("double"):
            token = self.token()
            letter = token.low.removesuffix("'s") if token else ""
            if not letter.isalpha() or len(set(letter)) != 1 or len(letter) > 2:
                return None
            self.at += 1
            self.take("'s", "s")
            found = Text("contains", (letter[0] * 2,))
        else:
            return None
        return Not(found) if no else found

    def _length(self, subject: Subject) -> Predicate | None:
        self.take("a", "the")
        unit = {"word": "words", "letter": "letters", "character": "characters"}.get(self.low())
        if unit and self.low(1) in ("count", "length"):
            self.at += 2
        elif self.take("length"):
            unit = "characters"
        else:
            return None
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
            self.take("numeric", "numerical")
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
            marks += _MARKS[name]
            mark = self.at
            self.take(",")
            self.take("or", "nor")
            ahead = 1 if self.low() in ("a", "an", "any") else 0
            if self.at == mark or self.low(ahead) not in _MARKS:
                self.at = mark
                break
        found = Text("contains", tuple(dict.fromkeys(marks)), subject.part)
        return Not(found) if no else found

    def _own_part(self, subject: Subject) -> Predicate | None:
        """ "has a first letter that is a vowel"."""
        self.take("a", "an", "the", "its")
        part = self.attempt(self._part, subject)
        if part is None or part.unit:
            return None
        self.skip("that", "which", "of", "as", "is", "equal", "to", "being")
        return self.piece(part)
