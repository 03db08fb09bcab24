"""What a question says of the keyword, of one of its letters, or of a number of them."""

from __future__ import annotations

from .comparisons import FIRST, LAST, MOVE, Comparisons
from .contents import BE
from .counts import counted
from .lists import KINDS_OF_THINGS
from .numbers import Range
from .predicates import (
    WHOLE,
    And,
    Count,
    Membership,
    More,
    Not,
    Or,
    Palindrome,
    Part,
    Predicate,
    Same,
    Text,
    different,
)
from .subjects import Subject
from .vocabulary import words

_WORDY = words(
    "word keyword term phrase name noun compound answer expression title string item "
    "thing object concept words"
)


def _several_words(found: Predicate) -> bool:
    """Whether a count is one of words, two or more."""
    return isinstance(found, Count) and found.unit == "words" and found.low > 1


class Verbs(Comparisons):
    """Rules for predicates; the subject is given, the result is a Predicate or None."""

    def sized(self, subject: Subject, be: bool) -> Predicate | None:
        """ "is two words", "is a five-letter word", "is longer than 6 letters"."""
        made = self.phrase(
            "made up of", "composed of", "made of", "comprised of", "formed of", "formed by",
            "consist of", "consists of", "consisting of", "made up from", "made from",
            "spelled as", "written as", "spelled with", "written with", "comprise", "comprises",
            "of",
        )  # fmt: skip
        if not (made or be):
            return None
        mark = self.at
        if be and subject.strong and self.phrase("longer than", "shorter than"):
            found_than = self._than(
                "characters", 1 if self.low(-2) == "longer" else -1, subject.part
            )
            if found_than:
                return found_than
            other = self.attempt(self.subject)
            if other and other.part.word is not None and not other.unit:
                one, less = ("characters", subject.part), ("characters", other.part)
                if self.low(mark - self.at) == "shorter":
                    one, less = less, one
                return More(one[0], less[0], one[1], less[1])
            self.at = mark
        ranges = self.attempt(self.number_range)
        if ranges is None:
            self.take("a", "an", "the", "only", "just")
            self.take("only", "just", "simple")
            ranges = self.attempt(self.number_range)
        if ranges is None:
            self.at = mark
            if self.phrase("multiword", "a multiword"):
                self.skip(*_WORDY)
                return Count("words", 2)
            return None
        found = self._counted(ranges, subject.part, True)
        if not isinstance(found, (Count, Or)) or self.low(-1) == "'s":
            return None
        if any(count.unit == "times" for count in getattr(found, "terms", (found,))):
            return None
        if self.take("(") and not (
            self.phrase("no spaces", "without spaces", "no space") and self.take(")")
        ):
            return None
        if _several_words(found):
            self.phrase("separated by a space", "separated by spaces", "with a space between them",
                        "separated by space", "with a space in between")  # fmt: skip
        self.skip(*_WORDY)
        self.phrase("in length", "long")
        self.at += self.low() == "," and self.low(1) in ("with", "having")
        if self.take("with", "having"):
            more = self.attempt(self.content, Subject(subject.part, True), "with")
            return And((found, more)) if more else None
        if self.take("whose"):
            more = self.attempt(self._whose, Subject(subject.part, True))
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
        more = self.attempt(self._than_another, subject)
        if more is not None:
            return more
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

    def _than_another(self, subject: Subject) -> Predicate | None:
        """ "greater than the number of consonants"."""
        compared = self.comparator() or self._amount()
        if compared is None or subject.part != WHOLE:
            return None
        if not self.phrase("the number of", "the count of", "the amount of"):
            return None
        unit = self.attempt(self.unit)
        if unit is None:
            return None
        self.place()
        greater, lesser = (subject.unit, unit) if compared[0] > 0 else (unit, subject.unit)
        return More(greater, lesser)

    def _amount(self) -> tuple[int] | None:
        if self.phrase("more than", "higher than"):
            return (1,)
        return (-1,) if self.phrase("fewer than", "lower than") else None

    def piece(self, subject: Subject) -> Predicate | None:
        """What is said of a letter, or of several in a row."""
        self.skip(*BE)
        self.order()
        if self.phrase("not", "other than", "anything but", "anything other than"):
            found = self.attempt(self.piece, subject)
            return Not(found) if found else None
        if subject.other is not None:
            return self._pair(subject.part, subject.other)
        if self.phrase(
            "the same as", "same as", "identical to", "equal to", "match", "matches", "matching"
        ):
            other = self.attempt(self.subject) or self.attempt(self._other_end)
            if other is not None and other.part.span is not None:
                return Same(subject.part, other.part)
        elif self.phrase("different from", "different to", "different than"):
            other = self.attempt(self.subject)
            return Not(Same(subject.part, other.part)) if other and other.part.span else None
        several = self.attempt(self._one_by_one, subject.part)
        if several is not None:
            return several
        self.phrase(
            "belong", "belongs", "included", "contained", "present", "listed", "located",
            "happen to be", "happens to be", "spell", "spells",
        )  # fmt: skip
        self.skip(
            "equal", "equals", "to", "exactly", "come", "comes", "fall", "falls", "lie", "lies",
            "appear", "appears",
        )  # fmt: skip
        self.skip("appear", "appears", "start", "starts") if self.low(1) == "with" else None
        size = subject.part.size

        def argument() -> Predicate | None:
            found = self.argument("is", True, size)
            if found is None:
                return None
            if size != 1 and any(len(option) != size for option in found.options):
                return None
            return found.build("is", subject.part)

        found = None
        if self.low() not in ("between", "in"):
            found = self.attempt(self.compared, Subject(subject.part, True))
        found = found or self.attempt(argument)
        self.again = argument
        return found

    def _one_by_one(self, part: Part) -> Predicate | None:
        """ "(the first two letters are) the same", "both consonants"."""
        letters = part.each()
        if len(letters) < 2:
            return None
        self.skip("all", "both")
        every = self.low(-1) in ("all", "both")
        if self.phrase("the same letter", "the same", "identical"):
            same = tuple(Same(letters[0], letter) for letter in letters[1:])
            return same[0] if len(same) == 1 else And(same)
        if self.phrase("different", "unique", "distinct"):
            return different(part)
        found = self.argument("is", True, 1) if every else None
        if found is None or found.mode != "any":
            return None
        return And(tuple(Text("is", found.options, letter) for letter in letters))

    def _other_end(self) -> Subject | None:
        """ "the last", of a letter."""
        self.take("the")
        if not self.take("last", "first") or self.kind() not in ("", "stop"):
            return None
        return Subject(FIRST if self.low(-1) == "first" else LAST, True)

    def _pair(self, one: Part, other: Part) -> Predicate | None:
        self.take("both")
        if self.phrase("the same letter", "the same", "same", "identical", "equal", "match"):
            return Same(one, other)
        if self.take("different"):
            return Not(Same(one, other))
        found = self.argument("is", True, 1)
        terms = [found.build("is", part) if found else None for part in (one, other)]
        return None if None in terms else And(tuple(terms))

    def whole(self, subject: Subject, be: bool) -> Predicate | None:
        """What is said of the keyword, or of one of its words."""
        to = 2 if self.low(1) == "to" else 1
        if self.low(to) != "or" and self.take("equal", "equals", "match", "matches"):
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
        self.skip("also", "exactly") if self.low(1) != "one" or self.low(2) == "of" else None
        if self.take("exceed", "exceeds"):
            number = self.number()
            return (
                None if number is None else self._counted((Range(number + 1),), subject.part, True)
            )
        found = self.attempt(self.sized, subject, be) or self.attempt(self.compared, subject)
        if found:
            return found
        found = self.attempt(self._shared, subject)
        if found:
            return found
        if not be:
            self.skip(*MOVE)
            return self.attempt(self._half, subject)
        return (
            self.attempt(self._listed_or_equal, subject)
            or self.attempt(self._described, subject)
            or self.attempt(self._half, subject)
        )

    def _shared(self, subject: Subject) -> Predicate | None:
        """'shares its first letter with the word "banana"'."""
        if not self.take("share", "shares"):
            return None
        self.take("its", "the", "a")
        part = self.attempt(self._part, subject)
        text = self.attempt(self.named_text) if part and self.take("with") else None
        return Text("is", (part.part(text),), part.part) if text and part.part.size == 1 else None

    def _half(self, subject: Subject) -> Predicate | None:
        if "alphabet" not in {t.low for t in self.tokens[self.at : self.at + 8]}:
            return None
        letters = self.attempt(self._piece_of_alphabet)
        return Text("starts", tuple(letters), subject.part) if letters else None

    def _listed_or_equal(self, subject: Subject) -> Predicate | None:
        if subject.part == WHOLE:
            none = self.phrase("none of")
            words = self.attempt(self.membership, subject.strong, none)
            if words:
                return Not(Membership(words)) if none else Membership(words)
            if none:
                return None
        said = self.phrase(
            "equal to", "the same as", "exactly", "identical to", "spelled", "either"
        )
        spelt = self.attempt(self.spelt) if self.low(-1) == "spelled" else None
        if spelt:
            return Text("is", (spelt,), subject.part)
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
            letters = all(len(option) == 1 for option in found.options)
            if letters or not KINDS_OF_THINGS.isdisjoint(found.options):
                return None
            return Membership(frozenset(found.options))
        return found.build("is", subject.part)

    def _glossed_size(self, part: Part) -> Predicate | None:
        """ "(a short) word (less than 6 letters)"."""
        if not (self.take("word", "keyword", "name", "term") and self.take("(", ",")):
            return None
        self.take("with", "having", "of", "ie")
        found = self.attempt(self.count_phrase, part, True)
        self.take(")")
        return found

    def _whose(self, subject: Subject) -> Predicate | None:
        """What follows "whose": "first letter is B", "name starts with B"."""
        if self.take("name", "spelling", "title"):
            return self.whole(Subject(subject.part, True), False)
        part = self.attempt(self._part, subject) or self.attempt(self._possessed_count, subject)
        if part is None:
            return None
        if part.unit:
            return self.counted_vp(part)
        return self.piece(part) if part.part.span else self.whole(part, False)

    def _described(self, subject: Subject) -> Predicate | None:
        """ "is a word that starts with B", "is hyphenated"."""
        if self.phrase("separated by a space", "separated by spaces"):
            return Text("contains", (" ",), subject.part)
        if self.low() == "of" and self.low(1) in ("length", "a") and self.take("of"):
            return self._length(subject)
        self.take("a", "an", "the")
        if self.take("short", "long"):
            return self._glossed_size(subject.part)
        if subject.strong and self.take("palindrome"):
            return Palindrome(subject.part)
        if self.take("hyphenated"):
            self.skip(*_WORDY)
            return Text("contains", ("-",), subject.part)
        self.take("english", "compound")
        compound = self.low(-1) == "compound"
        if self.take("word", "keyword", "term", "phrase", "string", "name", "compound") or compound:
            strong = True
        elif self.take("something", "anything", "thing", "one"):
            strong = False
        else:
            return None
        inner = Subject(subject.part, strong)
        if self.take("whose"):
            return self._whose(inner)
        self.take("that", "which", "that's", "separated")
        be = self.low(-1) == "that's" or self.low() in ("longer", "shorter", "of")
        if compound and self.low(-1) == "separated" and self.phrase("by a space", "by spaces"):
            return Text("contains", (" ",), subject.part)
        return self.whole(inner, be)
