"""Letters and numbers: "B", "A to M", "a vowel", "before N", "the first half of the alphabet"."""

from __future__ import annotations

from .cursor import Cursor
from .predicates import ALPHABET, CONSONANTS, VOWELS
from .vocabulary import NUMBERS

_UNTIL = ("no later than", "not later than")
_KNOWN = frozenset(ALPHABET)
_SINCE = ("no earlier than", "not earlier than", "no sooner than")


class Letters(Cursor):
    """Rules for single letters, classes of letters, comparators and numbers."""

    backwards = False
    """Whether the sentence speaks of the reverse alphabetical order."""

    def letter(self) -> str | None:
        """One letter, quoted or not, perhaps called "the letter"."""
        self.phrase("the letter", "letter", "the")
        token = self.token()
        if token and token.kind in ("word", "quote"):
            low = token.low.strip()
            if len(low) == 1 and low.isalpha():
                self.at += 1
                return low
        return None

    def letter_range(self, between: bool = False) -> str | None:
        """ "A-M", "A to M" (``between``: also "A and M"): its letters, both ends included."""
        low = self.attempt(self.letter)
        joints = ("-", "–", "—", "to", "through", "thru", "till", "until", "...", "~")
        if low is None or not (self.take(*joints) or (between and self.take("and", "&"))):
            return None
        self.take("to")
        high = self.attempt(self.letter)
        if high is None or not low <= high or high not in ALPHABET or low not in ALPHABET:
            return None
        letters = ALPHABET[ALPHABET.index(low) : ALPHABET.index(high) + 1]
        comma = self.low() == "," and self.low(1) in ("inclusive", "exclusive")
        self.at += comma
        if self.take("exclusive", "exclusively"):
            return letters[1:-1] or None
        self.take("inclusive", "inclusively")
        return letters

    def letter_class(self) -> str | None:
        """ "vowel", "digit", "between A and M", "before N", "in the first half of the alphabet"."""
        start = self.at
        self.phrase(
            "that is a", "which is a", "that's a", "that is", "which is", "the five", "five"
        )
        if not self.low().startswith(("vowel", "consonant")):
            self.at = start
        self.take("numeric", "numerical")
        for names, members in (
            (("vowel", "vowels"), VOWELS),
            (("consonant", "consonants"), CONSONANTS),
            (("digit", "digits", "numeral", "numerals", "number"), frozenset("0123456789")),
        ):
            if self.low() in names and self._letter_at(1):
                return None
            if self.take(*names):
                self.take("letter", "letters")
                if self.low() in ("sound", "sounds"):
                    return None
                members = members.difference(self.attempt(self._left_out) or "")
                return self.attempt(self._listed) or "".join(sorted(members))
        found = self.attempt(self._or_later)
        if found:
            return found
        self.skip(
            "that", "which", "is", "are", "comes", "come", "coming", "falls", "falling", "lies"
        )
        self.skip("lying", "appears", "appearing", "occurs", "occurring", "found", "ranging")
        self.order()
        if self.phrase("strictly between"):
            letters = self.letter_range(between=True)
            return letters[1:-1] or None if letters else None
        if self.take("between"):
            return self.letter_range(between=True)
        found = self.attempt(self._open_end)
        if found:
            return found
        start = self.at
        self.phrase(
            "in the range of",
            "in the range",
            "in range",
            "within the range of",
            "within the range",
            "within",
            "in",
        )
        self.phrase("the letters", "letters", "the range", "range", "the")
        self.take("from")
        self.phrase("between")
        between = self.at > start and self.low(-1) == "between"
        found = self.attempt(self.letter_range, between)
        if found:
            self.take("range")
            return self._glossed(found)
        self.at = start
        found = self.attempt(self._piece_of_alphabet)
        if found:
            return found
        self.at = start
        compared = self.attempt(self.comparator)
        if compared is None:
            return None
        letter = self.attempt(self.letter)
        if letter is None or letter not in ALPHABET:
            return None
        self.phrase("in the alphabet")
        sign, equal, _ = compared
        equal = self.or_equal() or equal
        return "".join(
            c
            for c in ALPHABET
            if (c < letter if sign < 0 else c > letter) or (equal and c == letter)
        )

    def _open_end(self) -> str | None:
        """The letters "up to M", "from N onwards"."""
        if self.phrase("up to and including", "up to"):
            letter = self.attempt(self.letter)
            return ALPHABET[: ALPHABET.index(letter) + 1] if letter in _KNOWN else None
        letter = self.attempt(self.letter) if self.take("from") else None
        if letter not in _KNOWN or not self.phrase("onwards", "onward", "on", "and beyond"):
            return None
        return ALPHABET[ALPHABET.index(letter) :]

    def _left_out(self) -> str | None:
        """The letters in "other than a or e"."""
        if not self.phrase("other than", "except for", "except", "besides", "apart from"):
            return None
        letters = ""
        while letter := self.attempt(self.letter):
            letters += letter
            mark = self.at
            self.take(",")
            self.take("or", "and")
        if letters:
            self.at = mark
        return letters or None

    def _letter_at(self, ahead: int) -> bool:
        """Whether the token there is a single letter, as after "the vowel"."""
        token = self.token(ahead)
        return token is not None and len(token.low) == 1 and token.low.isalnum()

    def _listed(self) -> str | None:
        """A list of single letters in brackets, as in "a vowel (a, e, i, o, u)"."""
        if not self.take("(", ":"):
            return None
        letters = ""
        while self.kind() in ("word", "quote") or self.low() in (",", "/", ";"):
            token = self.token()
            if token.kind in ("word", "quote") and token.low not in ("and", "or", "i.e", "ie"):
                if len(token.low) != 1:
                    return None
                letters += token.low
            self.at += 1
        self.take(")")
        return letters or None

    def _piece_of_alphabet(self) -> str | None:
        self.skip("in", "from", "within", "among", "of", "the", "one", "any", "letters")
        first = self.take("first")
        if not first and not self.take("second", "last", "latter"):
            return None
        if self.take("third", "quarter"):
            return self._roughly(first, 3 if self.low(-1) == "third" else 4)
        if self.take("half"):
            size = 13
        else:
            size = self.number() or 0
            if not (0 < size < 26 and self.take("letters", "characters")):
                return None
        alphabet = self.phrase("of the alphabet", "of alphabet", "of the english alphabet")
        if not (alphabet or self.order()):
            return None
        return self._glossed(ALPHABET[:size] if first else ALPHABET[-size:])

    def _roughly(self, first: bool, parts: int) -> str | None:
        """A third or a quarter of the alphabet, where the letters meant are shown: "(A-I)"."""
        if not (self.phrase("of the alphabet") and self.take("(", ",")):
            return None
        shown = self.attempt(self.letter_range)
        self.take(")")
        if shown is None or abs(len(shown) - len(ALPHABET) / parts) > 1:
            return None
        return shown if (ALPHABET.startswith if first else ALPHABET.endswith)(shown) else None

    def _glossed(self, letters: str) -> str | None:
        """``letters`` with the list or range after them that repeats them; None if it differs."""
        mark = self.at
        if self.take("("):
            self.phrase("from", "letters from", "letters", "i.e.", "ie")
            shown = self.attempt(self.letter_range)
            if shown is None:
                self.at = mark
                shown = self.attempt(self._listed)
            self.take(")")
            return letters if shown and set(shown) == set(letters) else None
        if self.take(",") and self.attempt(self.letter_range) != letters:
            self.at = mark
        return letters

    def _or_later(self) -> str | None:
        """ "N or a later letter", "M or earlier"."""
        letter = self.attempt(self.letter)
        if letter is None or letter not in ALPHABET or not self.take("or", "and"):
            return None
        named = self.take("a", "any")
        later = self.take("later", "after", "beyond", "above")
        if not later and not self.take("earlier", "before"):
            return None
        if not self.take("letter", "letters") and named:
            return None
        self.phrase("in the alphabet")
        at = ALPHABET.index(letter)
        return ALPHABET[at:] if later else ALPHABET[: at + 1]

    def directed(self, sign: int) -> int:
        """The sign of a comparison in the order of the question."""
        return -sign if self.backwards else sign

    def comparator(self) -> tuple[int, bool, bool] | None:
        """The sign (-1 before, +1 after), whether equal counts, and whether it is about size."""
        found = self.attempt(self._comparator)
        return None if found is None else (self.directed(found[0]), *found[1:])

    def _comparator(self) -> tuple[int, bool, bool] | None:
        self.order()
        for sign, phrases in ((-1, _UNTIL), (1, _SINCE)):
            if self.phrase(*phrases):
                return sign, True, True
        equal = self.phrase("equal to or", "at or", "on or", "the same as or", "equal or")
        self.skip("strictly")
        self.order()
        if self.take("before", "preceding", "<", "precede", "precedes") or self.phrase(
            "prior to", "ahead of"
        ):
            sign, size = -1, False
        elif self.take("after", "following", ">", "follow", "follows", "beyond", "past", "behind"):
            sign, size = 1, False
        elif self.take("<=", "≤"):
            return -1, True, False
        elif self.take(">=", "≥"):
            return 1, True, False
        elif self.phrase("lower than"):
            sign, size = -1, True
            self.at -= 1
        elif self.phrase("higher than"):
            sign, size = 1, True
            self.at -= 1
        elif self.take("earlier", "less", "smaller", "sooner"):
            sign, size = -1, True
        elif self.take("later", "greater", "larger", "bigger"):
            sign, size = 1, True
        elif self.phrase("subsequent to"):
            return 1, equal, False
        else:
            return None
        if size:
            self.order()
            if not self.take("than"):
                return None
        equal = self.or_equal() or equal
        self.order()
        return sign, equal, size

    def or_equal(self) -> bool:
        """ "or equal to", "or is the same as", "inclusive"."""
        mark = self.at
        self.take(",", "(")
        if self.phrase(
            "or equal to", "or equals to", "or equals", "or is equal to", "or equal", "or at",
            "or the same as", "or is the same as",
            "or is it equal to", "or same as", "or matches", "or match", "or on",
        ):  # fmt: skip
            self.phrase("to it", "it", "to that")
            self.take(")")
            return True
        self.at = mark
        return self.take("inclusive", "inclusively")

    def number(self) -> int | None:
        """A number in digits or words, 0 to 9999."""
        low = self.low()
        if low.isascii() and low.isdigit() and len(low) <= 4:
            self.at += 1
            return int(low)
        if low in NUMBERS:
            self.at += 1
            self.take("single")
            return NUMBERS[low]
        if self.phrase("a single", "single"):
            return 1
        return None
