"""What a question is about: the keyword, one of its letters or words, or a number of them."""

from __future__ import annotations

from dataclasses import dataclass

from .lists import Lists
from .predicates import WHOLE, Part
from .vocabulary import ORDINALS, words

STRONG = words("keyword keywords word name term phrase spelling string title codeword")
WEAK = words(
    "it answer object item thing this that entity concept secret target solution place "
    "city country landmark location subject noun animal bird fish insect food fruit vegetable "
    "drink dish plant tool vehicle game sport activity event substance device instrument "
    "mountain river monument building"
)
_ADJECTIVES = words(
    "secret hidden target mystery actual correct whole entire full exact current chosen "
    "given unknown english answer's lowercase lowercased complete specific final common"
)
_UNITS = words(
    "letter letters character characters char chars alphabet alphabets symbol word words"
)
_COUNTED = {"letter": "letters", "word": "words", "character": "characters", "vowel": "vowels"}
_COUNTED |= {"consonant": "consonants", "syllable": ""}


@dataclass(frozen=True)
class Subject:
    """A part of the keyword, or (``unit``) the number of its words, letters ...

    ``strong``: named as a string ("the keyword", "its first letter"), not as
    what it stands for ("it").
    """

    part: Part = WHOLE
    strong: bool = False
    unit: str = ""
    other: Part | None = None
    sample: str = ""


class Subjects(Lists):
    """Rules for subjects; each returns None where it finds none."""

    def subject(self) -> Subject | None:
        """A string, a part of one, or a number of its parts."""
        found = self.attempt(self._count_subject) or self.attempt(self._position_subject)
        if found is None:
            found = self.attempt(self._possessed)
        if found is None:
            return None
        self.attempt(self._relative)
        return found

    def _possessed(self) -> Subject | None:
        """ "the keyword", "the keyword's first letter", "its name", "keyword first letter"."""
        base = (
            self.attempt(self._part, None)
            or self.attempt(self._named)
            or self.attempt(self._spelled)
        )
        if base is None or base.unit:
            return base
        while True:
            mark = self.at
            self.take("'s", "'")
            inner = self.attempt(self._part, base)
            if inner is None:
                inner = self.attempt(self._possessed_count, base)
            if inner is not None:
                return inner
            if self.at > mark and self.take("name", "spelling", "word", "title"):
                base = Subject(base.part, True)
                continue
            self.at = mark
            return base

    def _spelled(self) -> Subject | None:
        """ "the letters of the keyword", "the set of letters in its name"."""
        if not self.phrase("the letters", "the set of letters", "the list of letters"):
            return None
        if not self.take("of", "in"):
            return None
        base = self.attempt(self._named)
        return Subject(WHOLE, True) if base and base.strong else None

    def _possessed_count(self, base: Subject) -> Subject | None:
        self.take("total")
        if self.take("length"):
            return Subject(base.part, base.strong, "characters")
        unit = self._measured(_COUNTED.get(self.low().removesuffix("s"), ""))
        if unit:
            return Subject(base.part, True, unit)
        if self.phrase("number of"):
            unit = self.attempt(self.unit)
            return Subject(base.part, True, unit) if unit else None
        return None

    def _measured(self, unit: str) -> str:
        """What "word count" or "letter length" counts, if the noun here is one of ``unit``.

        A "word length" is one of characters. "" where neither count nor length follows.
        """
        if not unit or self.low(1) not in ("count", "length"):
            return ""
        self.at += 2
        return "characters" if unit == "words" and self.low(-1) == "length" else unit

    def _named(self) -> Subject | None:
        """The keyword under one of its names: strong ones are about the string."""
        if self.take("it", "this", "that") and self.low(-1) == "it":
            return Subject()
        if self.low(-1) in ("this", "that") and self.kind() != "word":
            return Subject()
        if self.phrase("the lowercase version of", "the lower-case version of"):
            return self.attempt(self._named)
        if self.take("what"):
            return Subject() if self.attempt(self._relative) else None
        its = self.take("its", "it's")
        if not its:
            self.take("the", "this", "that", "your", "my", "our")
        while self.low() in _ADJECTIVES and self.kind(1) == "word":
            if self.low(1) == "name" and self.low() != "english" and self.low(2) != "of":
                return None
            self.at += 1
        if self.phrase(
            "key word or phrase", "word or phrase", "word/phrase", "keyword or phrase", "key word",
            "code word", "answer word", "secret", "keyword phrase",
        ):  # fmt: skip
            return Subject(WHOLE, True)
        low = self.low()
        if low in WEAK and self.low(1) == "name" and not its:
            self.at += 1
            low = "name"
        if low == "text" and self.low(1) == "of":
            low = "name"
        if low in STRONG:
            self.at += 1
            if low == "keyword":
                self.take("string", "text")
            if low in ("name", "spelling", "word", "term", "title") and self.take("of", "for"):
                inner = self.attempt(self._named)
                return Subject(WHOLE, True) if inner else None
            return Subject(WHOLE, True)
        if low in WEAK and not its:
            self.at += 1
            return Subject()
        return None

    def _relative(self) -> bool | None:
        """ "(that) we are looking for", "in question"."""
        if self.phrase("in question", "to guess", "to be guessed", "to find", "in mind"):
            return True
        self.take("that", "which")
        if not self.take("we", "i", "you", "i'm", "we're", "you're"):
            return None
        if self.low(1) not in ("to", "in", "chosen", "picked") and self.take("have"):
            return True
        self.skip(
            "are", "am", "'re", "'m", "have", "need", "should", "currently", "must", "want", "to"
        )
        if not self.take(
            "looking", "thinking", "trying", "guessing", "searching", "guess", "seeking", "find",
            "chose", "picked",
        ):  # fmt: skip
            return True if self.phrase("in mind") else None
        self.skip("for", "of", "about", "to", "guess", "find", "identify")
        return True

    def _ordinal(self) -> tuple[int] | None:
        """An index (negative: from the end), in a tuple as 0 is one of them."""
        self.take("very")
        if self.phrase(
            "second to last", "second to the last", "second from last", "second from the last",
            "second last", "next to last", "next to the last", "penultimate", "last but one",
            "2nd to last", "2nd last",
        ):  # fmt: skip
            return (-2,)
        if self.phrase("third to last", "third from last", "third last", "3rd to last", "3rd last"):
            return (-3,)
        if self.take("last", "final", "ending", "closing", "end"):
            return (-1,)
        if self.take("initial", "starting", "beginning", "opening", "leading"):
            return (0,)
        low = self.low()
        index = ORDINALS.get(low, 0)
        if not index and low[:-2].isdigit() and low[-2:] in ("st", "nd", "rd", "th"):
            index = int(low[:-2]) if len(low) < 6 else 0
        if not index:
            return None
        self.at += 1
        return (index - 1,)

    def _part(self, base: Subject | None) -> Subject | None:
        """ "the first letter (of the keyword)", "last two letters", "second word", "letter 3"."""
        if base is None:
            self.take("the", "its", "your")
        if self.low() == "initial" and self.low(1) not in _UNITS:
            self.at += 1
            return self._of(base, Part(None, (0, 1)))
        unit = self.low()
        if unit in ("letter", "character"):
            mark = self.at
            self.at += 1
            self.take("number", "#", "no")
            low = self.low()
            if low.isdigit() and 0 < int(low[:4]) < 100:
                self.at += 1
                index = int(low[:4]) - 1
                return self._of(base, Part(None, (index, index + 1), unit == "letter"))
            self.at = mark
        found = self.attempt(self._ordinal)
        if found is None:
            return None
        index = found[0]
        second = None
        mark = self.at
        apart = self.low() == "letter" and self.low(1) == "and"
        self.at += apart
        if self.take("and"):
            self.take("the")
            second = self.attempt(self._ordinal)
            if second is None and not apart:
                return None
            if second is None or (apart and self.low() != "letter"):
                self.at, second = mark, None
        length = self.attempt(self.number)
        unit = self.low()
        if unit not in _UNITS or (length is not None and index not in (0, -1)):
            return None
        self.at += 1
        if self.phrase("from the end", "from the right", "from the back", "from last"):
            index = -index - 1
        if unit.startswith("word"):
            if length is not None or second:
                return None
            return self._of(base, Part(index))
        letters = not unit.startswith(("char", "symbol"))
        if second:
            subject = self._of(base, _letter(index, letters))
            if subject is None or subject.part.word is not None:
                return None
            return Subject(subject.part, True, other=_letter(second[0], letters))
        if length is None:
            if unit.endswith("s") and self.low() != "of":
                return None
            return self._of(base, _letter(index, letters))
        if not 0 < length < 100:
            return None
        span = (-length, None) if index < 0 else (0, length)
        return self._of(base, Part(None, span, letters))

    def _of(self, base: Subject | None, part: Part) -> Subject | None:
        """``part`` of ``base``, or of what follows "of" or "in"."""
        mark = self.at
        if base is None and self.take("of", "in", "from", "for"):
            base = self.attempt(self._possessed)
            if base is None or base.unit:
                if self.low(-1) == "of" or self.low(mark - self.at) == "of":
                    return None
                self.at, base = mark, None
        if base is None:
            return Subject(part, True)
        if part.word is not None:
            return Subject(part, True) if base.part == WHOLE else None
        if base.part.span is not None:
            return None
        return Subject(Part(base.part.word, part.span, part.letters), True)

    def _position_subject(self) -> Subject | None:
        """ "the letter in the third position (of the keyword)"."""
        self.take("the")
        unit = self.low()
        if not (self.take("letter", "character") and self.take("in", "at")):
            return None
        self.take("the")
        found = self.attempt(self._ordinal)
        if found is not None:
            if not self.take("position", "place", "spot"):
                return None
            index = found[0]
        else:
            number = self.number() if self.take("position") else None
            if not number:
                return None
            index = number - 1
        return self._of(None, _letter(index, unit == "letter"))

    def _count_subject(self) -> Subject | None:
        """ "the number of letters in the keyword", "the length of the keyword"."""
        self.take("the", "its")
        its = self.low(-1) == "its" and self.at > 0
        self.take("total", "overall")
        unit = self._measured(_COUNTED.get(self.low().removesuffix("s"), ""))
        spelled = unit != ""
        if spelled:
            pass
        elif self.take("number", "count", "amount", "quantity"):
            if not self.take("of"):
                return None
            unit = self.attempt(self.unit)
            if not unit:
                return None
        elif self.take("length"):
            unit = "characters"
            if its:
                return Subject(WHOLE, False, unit)
        else:
            return None
        mark = self.at
        if self.take("in", "of", "that"):
            base = self.attempt(self._possessed)
            if base is None or base.unit:
                return None
            if self.low(mark - self.at) == "that" and not self.take("has", "contains"):
                return None
            strong = base.strong or unit != "characters"
            return Subject(base.part, strong, unit)
        base = self.attempt(self._possessed)
        if base is not None and self.take("has", "contains"):
            return Subject(base.part, True, unit)
        self.at = mark
        return Subject(WHOLE, spelled or unit != "characters", unit)


def _letter(index: int, letters: bool) -> Part:
    stop = index + 1
    return Part(None, (index, stop if stop != 0 else None), letters)
