"""Ranges of numbers: "more than two", "between 5 and 8", "an even number of", "twice"."""

from __future__ import annotations

from dataclasses import dataclass

from .arguments import Arguments

_AT_LEAST = (
    "greater than or equal to",
    "more than or equal to",
    "larger than or equal to",
    "longer than or equal to",
    "equal to or greater than",
    "equal to or more than",
    "equal to or longer than",
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
OR_MORE = (
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
OR_LESS = ("or less", "or fewer", "or below", "or under", "or shorter", "or lower", "and below")


@dataclass(frozen=True)
class Range:
    """Numbers ``low..high`` (no end where None) that are ``remainder`` modulo ``modulus``."""

    low: int = 0
    high: int | None = None
    modulus: int = 1
    remainder: int = 0
    exact: bool = False


class Numbers(Arguments):
    """Rules for ranges of numbers."""

    def number_range(self) -> tuple[Range, ...] | None:
        """ "at least two", "5 or 6", "between 4 and 8", "an even number of"."""
        self.skip("either", "strictly")
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
        if self.phrase(*OR_MORE):
            return (Range(number),)
        if self.phrase(*OR_LESS):
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
