"""What spelling questions say of a subject: starts, contains, comes before, is one of, has N words."""

from __future__ import annotations

import string

from .counts import counted
from .predicates import (
    WHOLE,
    And,
    Count,
    Membership,
    Not,
    Or,
    Order,
    Part,
    Predicate,
    Repeated,
    Same,
    Text,
)
from .subjects import Subject, Subjects
from .vocabulary import words

BE = ("is", "are", "be", "being", "was", "were", "'s", "'re")
_START = words("start starts starting started begin begins beginning began commence commences")
_END = words("end ends ending ended finish finishes finishing terminate terminates conclude")
_CONTAIN = words("contain contains containing include includes including feature features")
_HAVE = words("have has having use uses using possess possesses hold holds got with")
_MOVE = words(
    "come comes coming fall falls falling appear appears appearing sort sorts rank ranks "
    "lie lies lying go goes occur occurs sit sits stand stands get gets listed placed "
    "positioned located found ordered sorted ranked compare compares situated rest up"
)
_WORDY = words(
    "word keyword term phrase name noun compound answer expression title string item "
    "thing object concept words"
)
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
_SURE_MARKS = ("hyphen", "hyphens", "apostrophe", "apostrophes", "punctuation")
FIRST = Part(None, (0, 1), False)
LAST = Part(None, (-1, None), False)


class Verbs(Subjects):
    """Rules for predicates; the subject is given, the result is a Predicate or None."""

    ordered = False
    """Whether the sentence mentions an alphabetical order."""
    lowered = False
    """Whether the question says "in lowercase", so that it compares strings."""
    again: object = None
    """The rule that reads a further argument of the last verb ("... or with B")."""

    # starts and ends

    def edges(self, subject: Subject) -> Predicate | None:
        hows: list[str] = []
        joint = ""
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
        if self.phrase("the same letter", "the same character", "same letter"):
            if len(hows) == 1:
                if not (self.take("as", "that", "with", "it") and self._other_edge(hows[0])):
                    return None
            return Same(FIRST, LAST)
        if not preposition and self.kind() != "quote" and len(self.low()) != 1:
            if self.low() not in ("letter", "letters", "the", "any", "one"):
                return None

        def argument() -> Predicate | None:
            self.take("with", "in", "by")
            found = self.argument(hows[0], subject.strong)
            terms = [found.build(how, subject.part) if found else None for how in hows]
            if any(term is None for term in terms):
                return None
            return _join(joint, terms)

        found = self.attempt(argument)
        self.again = argument
        return found

    def _other_edge(self, how: str) -> bool:
        self.skip("that", "which", "as", "with", "it")
        self.attempt(self.subject)
        self.skip("does", "it")
        other = self.low() in (_END if how == "starts" else _START)
        self.at += 1
        self.take("with", "in")
        return other

    # contains and has

    def contains(self, subject: Subject) -> Predicate | None:
        verb = self.low()
        if verb in BE:
            self.at += 1
            verb = self.low()
        if verb in ("spelled", "spelt", "written") and self.low(1) in ("with", "using"):
            subject = Subject(subject.part, subject.strong or verb != "written")
            self.at += 2
        elif verb in _CONTAIN | _HAVE:
            self.at += 1
        else:
            return None
        return self.content(subject, verb)

    def content(self, subject: Subject, verb: str) -> Predicate | None:
        """What the subject contains or has."""
        have = verb in _HAVE

        def argument() -> Predicate | None:
            return self._holds(subject, have)

        found = (
            self.attempt(self._repeats)
            or self.attempt(self._length, subject)
            or self.attempt(self._mark, subject, have)
            or self.attempt(self.count_phrase, subject.part, subject.strong)
            or self.attempt(argument)
            or self.attempt(self._own_part, subject)
        )
        self.again = argument
        if found:
            self._place()
        return found

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

    def _holds(self, subject: Subject, have: bool) -> Predicate | None:
        found = self.argument("contains", subject.strong and not have)
        if found is None:
            return None
        options = found.options
        if not subject.strong:
            long = any(len(option) > 1 for option in options)
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

    def _repeats(self) -> Predicate | None:
        no = self.take("no")
        self.skip("any", "a", "at", "least", "one", "some")
        if self.phrase(
            "double letters", "double letter", "doubled letters", "doubled letter",
            "consecutive repeated letters", "repeated consecutive letters",
            "consecutive identical letters", "two consecutive identical letters",
            "two identical consecutive letters", "identical consecutive letters",
            "two identical letters in a row", "two of the same letter in a row",
            "two of the same letters in a row", "the same letter twice in a row",
            "same letter twice in a row", "two consecutive letters that are the same",
            "repeated letters in a row", "letters repeated in a row", "identical adjacent letters",
            "two of the same letter next to each other", "two of the same letters next to each other",
            "the same letter next to each other", "two consecutive letters the same",
            "two same letters in a row", "two identical letters next to each other",
            "consecutive double letters", "two identical adjacent letters", "two adjacent identical letters", "a double letter",
        ):  # fmt: skip
            found: Predicate = Repeated(True)
        elif self.phrase(
            "repeated letters", "repeating letters", "repeated letter", "repeating letter",
            "duplicate letters", "letter that repeats", "letters that repeat", "letter more than once",
            "letters more than once", "letter that appears more than once", "duplicate letter",
            "the same letter more than once", "the same letter twice", "letter twice",
            "letters that appear more than once", "letter that occurs more than once",
        ):  # fmt: skip
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

    def _mark(self, subject: Subject, have: bool) -> Predicate | None:
        no = self.take("no")
        marks = ""
        while True:
            self.phrase("at least one", "one or more") or self.take("any", "a", "an", "some")
            self.take("numeric", "numerical")
            name = self.low()
            if name not in _MARKS:
                return None
            self.at += 1
            self.take("mark", "marks", "sign")
            self.phrase("character", "characters")
            unsure = have or not name.startswith("space")
            if not subject.strong and name not in _SURE_MARKS and unsure:
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

    # order

    def compared(self, subject: Subject) -> Predicate | None:
        """ "comes before W in alphabetical order", "is alphabetically between V and W"."""
        self.order()
        while self.take(*_MOVE):
            pass
        self.order()
        sign, equal, size = 0, False, False
        if self.phrase("preceded by"):
            sign = 1
        elif self.phrase("followed by"):
            sign = -1
        elif self.phrase("precede or equal", "precedes or equals", "precede or be equal to"):
            sign, equal = -1, True
        elif self.take("succeed", "succeeds"):
            sign = 1
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
        bound = self.bound()
        if bound is None:
            return None
        self.order()
        equal = self.or_equal() or equal
        if not (symbol or self._is_order(subject, [bound], size)):
            return None
        text = bound[0]
        if sign < 0:
            return Order(None, text, False, equal, subject.part)
        return Order(text, None, equal, False, subject.part)

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
        if size:
            return self.lowered and subject.strong
        hows = [how for _, how in bounds]
        if subject.strong:
            return self.lowered or "free" not in hows
        return all((how == "named" or len(text) == 1) and text.isalpha() for text, how in bounds)

    # counts

    def sized(self, subject: Subject, be: bool) -> Predicate | None:
        """ "is two words", "is a five-letter word", "is longer than 6 letters", "consists of ..."."""
        made = self.phrase(
            "made up of", "composed of", "made of", "comprised of", "formed of", "formed by",
            "consist of", "consists of", "consisting of", "made up from", "made from",
            "spelled as", "written as", "spelled with", "written with", "comprise", "comprises", "of",
        )  # fmt: skip
        if not (made or be):
            return None
        mark = self.at
        ranges = self.attempt(self.number_range)
        if ranges is None:
            self.take("a", "an", "the", "only", "just")
            self.take("only", "just", "simple")
            ranges = self.attempt(self.number_range)
        if ranges is None:
            self.at = mark
            if self.phrase("multiword", "a multiword"):
                ranges, unit = (Count("words", 2),), "words"
                found: Predicate = Count("words", 2)
                self.skip(*_WORDY)
                return found
            return None
        found_or_none = self._counted(ranges, subject.part, True)
        if not isinstance(found_or_none, (Count, Or)) or self.low(-1) == "'s":
            return None
        found = found_or_none
        if any(count.unit == "times" for count in getattr(found, "terms", (found,))):
            return None
        if self.take("("):
            if not (self.phrase("no spaces", "without spaces", "no space") and self.take(")")):
                return None
        if unit_is_words(found):
            self.phrase("separated by a space", "separated by spaces", "with a space between them",
                        "separated by space", "with a space in between")  # fmt: skip
        self.skip(*_WORDY)
        self.phrase("in length", "long")
        if self.take("with", "having"):
            more = self.attempt(self.content, Subject(subject.part, True), "with")
            return And((found, more)) if more else None
        if self.low() in ("that", "which", "starting", "beginning", "ending", "containing"):
            self.take("that", "which")
            more = self.attempt(self.whole, Subject(subject.part, True), False)
            return And((found, more)) if more else None
        return found

    def counted_vp(self, subject: Subject) -> Predicate | None:
        """What is said of a number of letters, or of a length."""
        self.skip(*BE)
        self.skip("an")
        if self.take("even", "odd"):
            parity = int(self.low(-1) == "odd")
            self.take("number")
            return Count(subject.unit, 0, None, 2, parity, "", subject.part)
        if self.phrase("divisible by", "a multiple of"):
            number = self.number()
            return Count(subject.unit, 0, None, number, 0, "", subject.part) if number else None
        if self.take("exceed", "exceeds"):
            number = self.number()
            ranges = None if number is None else (Count(subject.unit, number + 1),)
        else:
            self.take("equal")
            self.take("to")
            ranges = self.number_range()
        if ranges is None:
            return None
        unit = self.attempt(self.unit)
        if unit is None and not subject.strong:
            return None
        self.phrase("long", "in length")
        return counted(ranges, unit or subject.unit, subject.part)

    # parts

    def piece(self, subject: Subject) -> Predicate | None:
        """What is said of a letter, or of several in a row."""
        self.skip(*BE)
        self.order()
        if self.phrase("not", "other than", "anything but", "anything other than"):
            found = self.piece(subject)
            return Not(found) if found else None
        if subject.other is not None:
            return self._pair(subject.part, subject.other)
        if self.phrase(
            "the same as", "same as", "identical to", "equal to", "match", "matches", "matching"
        ):
            other = self.attempt(self.subject)
            if other is not None and other.part.span is not None:
                return Same(subject.part, other.part)
        self.phrase(
            "belong to", "belongs to", "included", "contained", "present", "listed", "located"
        )
        self.skip(
            "equal", "equals", "to", "exactly", "come", "comes", "fall", "falls", "lie", "lies"
        )
        self.skip("appear", "appears", "start", "starts") if self.low(1) == "with" else None
        size = subject.part.size

        def argument() -> Predicate | None:
            found = self.argument("is", True, size == 1)
            if found is None:
                return None
            if size != 1 and any(len(option) != size for option in found.options):
                return None
            return found.build("is", subject.part)

        found = self.attempt(argument)
        self.again = argument
        return found or self.attempt(self.compared, Subject(subject.part, True))

    def _pair(self, one: Part, other: Part) -> Predicate | None:
        self.take("both")
        if self.phrase("the same letter", "the same", "same", "identical", "equal", "match"):
            return Same(one, other)
        if self.take("different"):
            return Not(Same(one, other))
        found = self.argument("is", True, True)
        terms = [found.build("is", part) if found else None for part in (one, other)]
        return None if None in terms else And(tuple(terms))

    # the whole

    def whole(self, subject: Subject, be: bool) -> Predicate | None:
        """What is said of the keyword, or of one of its words."""
        if self.take("equal", "equals", "match", "matches"):
            self.take("to", "exactly")
            be = True
        elif self.low(1) in ("in", "to", "on", "among") and self.take(
            "appear", "appears", "belong", "belongs", "exist", "exists", "occur"
        ):
            be = True
        for rule in (self.edges, self.contains):
            found = self.attempt(rule, subject)
            if found:
                return found
        be = self.take(*BE) or be
        self.skip("also", "exactly") if self.low(1) != "one" else None
        found = self.attempt(self.sized, subject, be) or self.attempt(self.compared, subject)
        if found:
            return found
        if not be:
            self.skip(*_MOVE)
            return self.attempt(self._half, subject)
        return (
            self.attempt(self._listed_or_equal, subject)
            or self.attempt(self._described, subject)
            or self.attempt(self._half, subject)
        )

    def _half(self, subject: Subject) -> Predicate | None:
        if "alphabet" not in {t.low for t in self.tokens[self.at : self.at + 8]}:
            return None
        letters = self.attempt(self._piece_of_alphabet)
        return Text("starts", tuple(letters), subject.part) if letters else None

    def _listed_or_equal(self, subject: Subject) -> Predicate | None:
        if subject.part == WHOLE:
            words = self.attempt(self.membership, subject.strong)
            if words:
                return Membership(words)
        said = self.phrase(
            "equal to", "the same as", "exactly", "identical to", "spelled", "either"
        )
        named = self.phrase(
            "the word", "the words", "the keyword", "the term", "the name", "the string"
        )
        if not (subject.strong or named) or (self.kind() != "quote" and not said and not named):
            return None
        if self.kind() != "quote":
            return None
        found = self.argument("is", True)
        if found is None or not found.quoted or found.mode == "all":
            return None
        if subject.part == WHOLE:
            return Membership(frozenset(found.options))
        return found.build("is", subject.part)

    def _described(self, subject: Subject) -> Predicate | None:
        """ "is a word that starts with B", "is hyphenated"."""
        if self.take("hyphenated"):
            return Text("contains", ("-",), subject.part)
        self.take("a", "an", "the")
        self.take("english", "compound")
        compound = self.low(-1) == "compound"
        if self.take("word", "keyword", "term", "phrase", "string", "name", "compound") or compound:
            strong = True
        elif self.take("something", "anything", "thing", "one"):
            strong = False
        else:
            return None
        inner = Subject(subject.part, strong)
        if self.phrase("whose"):
            part = self.attempt(self._part, inner) or self.attempt(self._possessed_count, inner)
            if part is None:
                return None
            return self.counted_vp(part) if part.unit else self.piece(part)
        self.take("that", "which", "that's", "separated")
        be = self.low(-1) == "that's" or self.low() in ("longer", "shorter", "of")
        if compound and self.low(-1) == "separated" and self.phrase("by a space", "by spaces"):
            return Text("contains", (" ",), subject.part)
        return self.whole(inner, be)


def unit_is_words(found: Predicate) -> bool:
    """Whether a count is one of words, two or more."""
    return isinstance(found, Count) and found.unit == "words" and found.low > 1


def _join(joint: str, terms: list[Predicate]) -> Predicate:
    if len(terms) == 1:
        return terms[0]
    return And(tuple(terms)) if joint == "and" else Or(tuple(terms))
