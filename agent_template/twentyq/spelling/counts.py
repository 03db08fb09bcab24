"""Numbers of words, letters, vowels ...: "more than two words", "5 letters long", "two e's"."""

from __future__ import annotations

from .cursor import GiveUp
from .numbers import OR_LESS, OR_MORE, Numbers, Range
from .predicates import UNITS, WHOLE, And, Count, More, Not, Or, Part, Predicate, Text

_UNITS = {
    "word": "words",
    "letter": "letters",
    "character": "characters",
    "char": "characters",
    "alphabet": "letters",
    "vowel": "vowels",
    "consonant": "consonants",
    "digit": "digits",
    "numeral": "digits",
    "space": "spaces",
    "whitespace": "spaces",
    "hyphen": "hyphens",
    "dash": "hyphens",
}


IN_A_ROW = (
    "in a row",
    "twice in a row",
    "next to each other",
    "side by side",
    "consecutively",
    "twice consecutively",
    "back to back",
    "in succession",
)
_DISTINCT = {unit: f"different {unit}" for unit in ("letters", "vowels", "consonants")}
_DISTINCT["words"] = "words"
_MANY_WORDS = 6
"""Words above which a thing ("it"), not its name, must be meant."""


def counted(
    ranges: tuple[Range, ...], unit: str, part: Part = WHOLE, sample: str = ""
) -> Predicate:
    """The predicate that the number of ``unit`` is in one of ``ranges``."""
    counts = tuple(Count(unit, r.low, r.high, r.modulus, r.remainder, sample, part) for r in ranges)
    return counts[0] if len(counts) == 1 else Or(counts)


class Counts(Numbers):
    """Rules for numbers of things a string has."""

    def unit(self) -> str | None:
        """The name of what is counted: "different letters", "words", "characters"."""
        different = False
        while self.take(
            "different", "unique", "distinct", "total", "separate", "english", "individual"
        ):
            different |= self.low(-1) in ("different", "unique", "distinct")
        self.take("whole", "full", "alphabetic", "alphabetical")
        low = self.low()
        unit = _UNITS.get(low) or _UNITS.get(low.removesuffix("s"))
        if unit is None or (different and unit not in _DISTINCT):
            return None
        self.at += 1
        if self.low() in ("sound", "sounds"):
            return None
        unit = self._but_spaces(unit)
        if unit == "vowels":
            self.attempt(self._five)
        return _DISTINCT[unit] if different else unit

    def _five(self) -> bool | None:
        """Step over "(a, e, i, o, u)"."""
        return set(self.attempt(self._listed) or "") == set("aeiou") or None

    def _but_spaces(self, unit: str) -> str:
        """The unit when a remark such as "excluding spaces" is heeded."""
        mark = self.at
        bracket = self.take("(") or self.take(",")
        if self.phrase(
            "excluding spaces", "not counting spaces", "without spaces", "ignoring spaces",
            "not including spaces", "without counting spaces", "excluding the spaces", "no spaces",
            "excluding whitespace", "except spaces", "without the spaces", "spaces excluded",
            "spaces not counted",
        ):  # fmt: skip
            if unit == "characters":
                unit = "characters but spaces"
        elif self.phrase(
            "including spaces", "counting spaces", "including the spaces", "with spaces",
            "spaces included", "including any spaces",
        ):  # fmt: skip
            if unit == "letters":
                unit = "characters"
        else:
            self.at, bracket = mark, False
        if bracket:
            self.take(")")
        return unit

    def _unit_ahead(self) -> bool | None:
        mark = self.at
        found = self.unit() is not None
        self.at = mark
        return found or None

    def count_phrase(self, part: Part, strong: bool) -> Predicate | None:
        """ "three words", "more than one e", "no spaces", "more vowels than consonants"."""
        found = self.attempt(self._as_many, part)
        if found is not None:
            return found
        if self.low() in ("more", "fewer") and self.low(1) != "than":
            sign = 1 if self.take("more") else -1
            self.at += sign < 0
            left = self.attempt(self.unit)
            if left is None or not self.take("than"):
                return None
            right = self.attempt(self.unit)
            if right is None:
                return self._than(left, sign, part)
            if sign < 0:
                left, right = right, left
            return More(left, right, part, part) if left and right else None
        if self.low(1) not in ("more", "fewer", "less", "greater") and self.take("no", "zero"):
            ranges: tuple[Range, ...] | None = (Range(0, 0),)
        elif self.take("any"):
            return (
                self._counted((Range(1),), part, strong) if self.attempt(self._unit_ahead) else None
            )
        else:
            self.phrase("a total of")
            negated = self.take("not")
            ranges = self.attempt(self.number_range)
            if negated and ranges:
                found = self._counted(ranges, part, strong)
                return Not(found) if found else None
        return self._counted(ranges, part, strong) if ranges else None

    def named_text(self) -> str | None:
        """Another word, given in quotes: 'the word "tree"'."""
        self.phrase("the word", "the keyword", "the string", "the term")
        token = self.token()
        if token is None or token.kind != "quote" or not token.low:
            return None
        self.at += 1
        if self.low() in ("or", "and"):
            raise GiveUp("several words to compare with")
        return token.low

    def _as_many(self, part: Part) -> Predicate | None:
        """ "as many vowels as consonants", 'the same number of letters as the word "tree"'."""
        if not self.phrase("as many", "the same number of", "the same amount of", "same number of"):
            return None
        unit = self.attempt(self.unit)
        if unit is None or not self.take("as"):
            return None
        other = self.attempt(self.unit)
        if other is not None:
            return And((Not(More(unit, other, part, part)), Not(More(other, unit, part, part))))
        text = self.attempt(self.named_text)
        if text is None:
            return None
        size = UNITS[unit](text)
        return Count(unit, size, size, part=part)

    def _than(self, unit: str, sign: int, part: Part) -> Predicate | None:
        """How many of a unit another word has, given in quotes."""
        text = self.attempt(self.named_text)
        if text is None or unit not in UNITS:
            return None
        size = UNITS[unit](text)
        return Count(unit, size + 1, part=part) if sign > 0 else Count(unit, 0, size - 1, part=part)

    def _counted(self, ranges: tuple[Range, ...], part: Part, strong: bool) -> Predicate | None:
        sample = self.token(1)
        named = self.low() in ("letter", "letters") and sample and len(sample.low) == 1
        unit = None if named and sample.low.isalpha() else self.attempt(self.unit)
        if unit is None:
            return self.attempt(self._occurrences, ranges, part)
        if unit in ("words", "letters", "characters") and ranges[0].low < 2 and not ranges[0].exact:
            # "any letters", "no words" are said of things with print on them
            some, none = Range(1), Range(0, 0)
            if ranges[0] in (some, none):
                return None
        if self.low() in ("other", "except", "besides", "apart"):
            return None
        # "two characters" may be people, "four digits" a number on it
        if not strong and (unit == "digits" or (unit == "characters" and ranges[0].low < 4)):
            return None
        if not strong and unit == "words" and ranges[0].low > _MANY_WORDS:
            return None
        self.attempt(self._tail)
        if len(ranges) == 1 and ranges[0].low == ranges[0].high:
            if self.phrase(*OR_MORE, "at least", "at minimum"):
                ranges = (Range(ranges[0].low),)
            elif self.phrase(*OR_LESS, "at most", "at maximum", "max", "maximum"):
                ranges = (Range(0, ranges[0].low),)
        self.attempt(self._tail)
        unit = self._but_spaces(unit)
        mark = self.at
        self.take(",")
        if not self.take("inclusive", "inclusively"):
            self.at = mark
        second = self.attempt(self._also, unit)
        if second is not None and len(ranges) == 1:
            return And((counted(ranges, unit, part), counted((second,), unit, part)))
        return counted(ranges, unit, part)

    def _tail(self) -> bool | None:
        """Step over "long", "in length", "in total", "overall", "of the alphabet"."""
        found = None
        while self.phrase(
            "in length", "long", "in total", "total", "overall", "altogether", "of the alphabet"
        ):
            found = True
        return self.take("only") or found

    def _also(self, unit: str) -> Range | None:
        """ "but fewer than nine", where what is counted is not said again."""
        self.take(",")
        if not self.take("but", "and"):
            return None
        second = self._compared()
        if second is None or (self.kind() == "word" and self.attempt(self.unit) != unit):
            return None
        return second

    def _occurrences(self, ranges: tuple[Range, ...], part: Part) -> Predicate | None:
        """ "two e's", "one letter e", "two occurrences of the letter e"."""
        named = self.take("instances", "occurrences", "copies", "times", "instance", "occurrence")
        if not self.take("of") and named:
            return None
        self.take("the")
        named = self.take("letter", "letters", "character", "lowercase") or named
        token = self.token()
        if token is None or token.kind not in ("word", "quote") or not token.low:
            return None
        sample, plural = token.low, False
        if (
            token.kind == "word"
            and len(sample) == 2
            and sample[1] == "s"
            and token.raw[0].isupper()
        ):
            sample, plural = sample[0], True
        if len(sample) != 1 and token.kind == "word":
            return None
        self.at += 1
        plural = self.take("'s", "s") or plural
        article = sample == "a" and token.kind == "word"
        if article and self.kind() == "word" and not (plural or named):
            return None
        joints = (",", ";", "|", "/", "-", "–", "or", "and", "to", "through")
        listed = self.low() in joints and not plural
        if listed or self.kind() == "quote" or (len(self.low()) == 1 and self.low().isalnum()):
            return None
        self.take("letters", "letter")
        number = ranges[0].high
        if number and self.phrase(*IN_A_ROW):
            return Text("contains", (sample * number,), part) if number < 9 else None
        return counted(ranges, "times", part, sample)
