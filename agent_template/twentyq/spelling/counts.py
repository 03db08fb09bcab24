"""Numbers of words, letters, vowels ...: "more than two words", "between 5 and 8 letters long"."""

from __future__ import annotations

from dataclasses import dataclass

from .arguments import Arguments
from .predicates import WHOLE, Count, More, Not, Or, Part, Predicate

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
_AT_LEAST = (
    "greater than or equal to",
    "more than or equal to",
    "larger than or equal to",
    "longer than or equal to",
    "equal to or greater than",
    "equal to or more than",
    "no fewer than",
    "no less than",
    "not less than",
    "not fewer than",
    "no shorter than",
    "at least",
    "a minimum of",
    "minimum of",
    ">=",
    "≥",
)
_AT_MOST = (
    "less than or equal to",
    "fewer than or equal to",
    "smaller than or equal to",
    "shorter than or equal to",
    "equal to or less than",
    "equal to or fewer than",
    "no more than",
    "not more than",
    "no greater than",
    "no longer than",
    "not longer than",
    "at most",
    "up to",
    "a maximum of",
    "maximum of",
    "<=",
    "≤",
)
_OVER = (
    "more than",
    "greater than",
    "longer than",
    "larger than",
    "higher than",
    "bigger than",
    "over",
    "above",
    "exceeding",
    ">",
)
_UNDER = (
    "fewer than",
    "less than",
    "shorter than",
    "smaller than",
    "lower than",
    "under",
    "below",
    "<",
)
_EXACT = ("exactly", "precisely", "only", "just", "equal to", "equals", "a total of", "=", "==")
_OR_MORE = (
    "or more",
    "or greater",
    "or above",
    "or higher",
    "or over",
    "or longer",
    "and above",
    "and more",
    "and over",
    "plus",
    "+",
)
_OR_LESS = ("or less", "or fewer", "or below", "or under", "or shorter", "or lower", "and below")


@dataclass(frozen=True)
class Range:
    """Numbers ``low..high`` (no end where None) that are ``remainder`` modulo ``modulus``."""

    low: int = 0
    high: int | None = None
    modulus: int = 1
    remainder: int = 0
    exact: bool = False


def counted(
    ranges: tuple[Range, ...], unit: str, part: Part = WHOLE, sample: str = ""
) -> Predicate:
    """The predicate that the number of ``unit`` is in one of ``ranges``."""
    counts = tuple(Count(unit, r.low, r.high, r.modulus, r.remainder, sample, part) for r in ranges)
    return counts[0] if len(counts) == 1 else Or(counts)


class Counts(Arguments):
    """Rules for numbers of things a string has."""

    def number_range(self) -> tuple[Range, ...] | None:
        """ "at least two", "5 or 6", "between 4 and 8", "an even number of"."""
        self.order_free_skip()
        for parity, name in enumerate(("even", "odd")):
            if self.phrase(
                f"an {name} number of", f"an {name} amount of", f"an {name} count of", f"an {name}",
                f"{name} number of",
            ):  # fmt: skip
                return (Range(0, None, 2, parity),)
        if self.take("multiple", "multi"):
            return (Range(2),)
        first = self._compared()
        if first is None:
            return self._plain()
        mark = self.at
        if self.take("but", "and"):
            second = self.attempt(self._compared)
            if second is not None and self.low() != "":
                highs = [r.high for r in (first, second) if r.high is not None]
                return (Range(max(first.low, second.low), min(highs) if highs else None),)
            self.at = mark
        return (first,)

    def order_free_skip(self) -> None:
        """Step over adverbs before a number."""
        self.skip("either", "strictly")

    def _compared(self) -> Range | None:
        start = self.at
        if self.phrase(*_AT_LEAST):
            number = self.number()
            found = None if number is None else Range(number)
        elif self.phrase(*_AT_MOST):
            number = self.number()
            found = None if number is None else Range(0, number)
        elif self.phrase(*_OVER):
            number = self.number()
            found = None if number is None else Range(number + 1)
        elif self.phrase(*_UNDER):
            number = self.number()
            found = None if number is None or number == 0 else Range(0, number - 1)
        else:
            found = self._between()
        if found is None:
            self.at = start
        return found

    def _between(self) -> Range | None:
        if not self.phrase(
            "in between", "between", "anywhere between", "anywhere from", "from", "in the range of",
            "in the range",
        ):  # fmt: skip
            return None
        low = self.number()
        if low is None or not self.take("and", "to", "-", "–", "through"):
            return None
        high = self.number()
        if high is None or high < low:
            return None
        if self.take("exclusive"):
            return Range(low + 1, high - 1) if high - low > 1 else None
        self.take("inclusive")
        return Range(low, high)

    def _plain(self) -> tuple[Range, ...] | None:
        start = self.at
        exact = self.phrase(*_EXACT)
        number = self.number()
        if number is None:
            self.at = start
            return None
        if self.phrase(*_OR_MORE):
            return (Range(number),)
        if self.phrase(*_OR_LESS):
            return (Range(0, number),)
        numbers = [number]
        while True:
            mark = self.at
            if self.take("-", "–", "to", "through"):
                high = self.number()
                if high is not None and high >= number and len(numbers) == 1:
                    return (Range(number, high),)
                self.at = mark
                break
            self.take(",")
            self.take("or")
            following = self.number() if self.at > mark else None
            if following is None:
                self.at = mark
                break
            numbers.append(following)
        return tuple(Range(n, n, exact=exact) for n in numbers)

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
        if unit is None or (different and unit not in ("letters", "words")):
            return None
        self.at += 1
        if self.low() in ("sound", "sounds"):
            return None
        mark = self.at
        bracket = self.take("(") or self.take(",")
        if self.phrase(
            "excluding spaces", "not counting spaces", "without spaces", "ignoring spaces",
            "not including spaces", "without counting spaces", "excluding the spaces", "no spaces",
            "excluding whitespace", "except spaces", "without the spaces", "spaces excluded",
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
        return "different letters" if different and unit == "letters" else unit

    def count_phrase(self, part: Part, strong: bool) -> Predicate | None:
        """ "three words", "more than one e", "no spaces", "more vowels than consonants"."""
        if self.low() == "more" and self.low(1) != "than":
            self.at += 1
            left = self.attempt(self.unit)
            right = self.attempt(self.unit) if left and self.take("than") else None
            return More(left, right) if left and right and part == WHOLE else None
        if self.low(1) not in ("more", "fewer", "less", "greater") and self.take("no", "zero"):
            ranges: tuple[Range, ...] | None = (Range(0, 0),)
        elif self.take("any"):
            ranges = (Range(1),)
        else:
            self.phrase("a total of")
            negated = self.take("not")
            ranges = self.attempt(self.number_range)
            if negated and ranges:
                found = self._counted(ranges, part, strong)
                return Not(found) if found else None
        return self._counted(ranges, part, strong) if ranges else None

    def _counted(self, ranges: tuple[Range, ...], part: Part, strong: bool) -> Predicate | None:
        unit = self.attempt(self.unit)
        if unit is None:
            return self.attempt(self._occurrences, ranges, part)
        if unit in ("words", "letters", "characters") and ranges[0].low < 2 and not ranges[0].exact:
            # "any letters", "no words" are said of things with print on them
            if ranges[0].high in (0, None) and ranges[0].low == (ranges[0].high is None):
                if ranges[0].modulus == 1:
                    return None
        if not strong and unit in ("digits", "characters"):
            # "two characters" may be people, "four digits" a number on it
            if unit == "digits" or ranges[0].low < 4:
                return None
        self.phrase("in length", "long", "in total", "total")
        if len(ranges) == 1 and ranges[0].low == ranges[0].high:
            if self.phrase(*_OR_MORE, "at least", "at minimum"):
                ranges = (Range(ranges[0].low),)
            elif self.phrase(*_OR_LESS, "at most", "at maximum", "max", "maximum"):
                ranges = (Range(0, ranges[0].low),)
        self.phrase("in length", "long", "in total", "total")
        return counted(ranges, unit, part)

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
        if sample == "a" and self.kind() == "word" and not (plural or named):
            return None
        listed = self.low() in (",", "/", "or", "and") and not plural
        if listed or self.kind() == "quote" or (len(self.low()) == 1 and self.low().isalnum()):
            return None
        self.take("letters", "letter")
        return counted(ranges, "times", part, sample)

    def times(self) -> tuple[Range, ...] | None:
        """ "twice", "more than once", "at least two times"."""
        self.phrase("appear", "appears", "appearing")
        for words, number in (("once", 1), ("twice", 2), ("thrice", 3)):
            for before, found in (
                ("more than", Range(number + 1)),
                ("at least", Range(number)),
                ("at most", Range(0, number)),
                ("no more than", Range(0, number)),
                ("not more than", Range(0, number)),
                ("less than", Range(0, number - 1)),
                ("exactly", Range(number, number)),
                ("only", Range(number, number)),
                ("just", Range(number, number)),
            ):
                if self.phrase(f"{before} {words}"):
                    return (found,)
            if self.take(words):
                if self.phrase("or more", "or more times"):
                    return (Range(number),)
                return (Range(number, number),)
        if self.phrase("multiple times", "several times"):
            return (Range(2),)
        ranges = self.number_range()
        return ranges if ranges and self.take("times", "time") else None
