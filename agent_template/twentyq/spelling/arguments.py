"""What a spelling question looks for: letters and texts, one or several, with any of / all of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .cursor import EXAMPLES, GiveUp
from .letters import Letters
from .predicates import VOWELS, And, Not, Part, Predicate, Text
from .vocabulary import words

ANY_OF = (
    "any one of",
    "at least one of",
    "at least one",
    "one or more of",
    "any of",
    "one of",
    "one among",
    "one from",
    "either of",
    "either",
    "some of",
    "any",
)
ALL_OF = (
    "all of",
    "all five",
    "all the",
    "all",
    "both of",
    "both",
    "each of",
    "every one of",
    "every",
)
NONE_OF = ("none of", "no", "neither of", "neither")
LETTER_NOUNS = words("letter letters character characters char chars alphabet alphabets")
_CLASS_NOUNS = ("vowel", "vowels", "consonant", "consonants")
TEXT_NOUNS = words(
    "string strings substring substrings sequence word words prefix suffix text "
    "combination pattern pair bigram"
)
CLAUSE_WORDS = words(
    "does do did is are was it its the that this keyword word name start starts begin "
    "begins end ends contain contains has have include includes precede precedes follow "
    "follows come comes before after between not with equal equals same less greater "
    "smaller larger longer shorter more fewer exactly at if when first last second third "
    "in neither nor either both also then a an fall falls appear appears consist"
)
_BOUNDARY = words(", ; / | ) ] } or and nor but & - + in as at for twice once inclusive") | {
    "anywhere",
    "somewhere",
    "please",
    "respectively",
    "thrice",
    "two",
    "three",
    "more",
    "inclusively",
    "exactly",
    "'s",
    "if",
    "yet",
    "while",
    ":",
}
_SHORT_WORDS = words("is it in on at me us we he by my no so up to of or as an am be do go if")
_ACRONYMS = words("tv pc dj cd dvd pvc gps lcd led usb dna rna sd hd vr ai ac dc hp mp kg cm mm")
_AFFIXES = words("ing ion ed ly est ent tion sion ness ment able ible ough ght ism ist pre dis")
_ENGLISH_FILL = words("on in inside it printed written and or the to of with them there")


@dataclass(frozen=True)
class Argument:
    """Texts a part may be or hold: ``mode`` any, all or none of them, or "list" where unsaid."""

    options: tuple[str, ...]
    mode: str
    named: bool = False
    quoted: bool = False
    article: bool = False

    def build(self, how: str, part: Part) -> Predicate | None:
        """The predicate of this argument, None where it has no clear meaning."""
        if self.mode == "list" and how == "contains":
            return None
        if self.mode == "none":
            return Not(Text(how, self.options, part))
        if self.mode == "all":
            if how != "contains":
                return None
            return And(tuple(Text(how, (option,), part) for option in self.options))
        return Text(how, self.options, part)


class Arguments(Letters):
    """Rules for what follows "starts with", "contains" or "the first letter is"; each returns None where it finds none."""

    def argument(self, how: str, strong: bool, single: bool = False) -> Argument | None:
        """What follows "starts with", "contains" or "the first letter is".

        ``strong``: the subject is surely a string, so that bare words can be
        texts; ``single``: the part compared is one character.
        """
        mode = self._quantifier(how)
        article = self._article(mode)
        self.skip("these", "those", "following", "this", "given", "listed", "lowercase", "exact")
        self.skip(
            "specific", "english", "single", "consecutive", "individual", "capital", "uppercase"
        )
        count = None
        if self.low(1) in LETTER_NOUNS and self.low() not in ("a",):
            count = self.attempt(self.number)
        noun = ""
        if self.low() in _CLASS_NOUNS and self._letter_at(1):
            self.at += 1
            noun = "letter"
        elif self.low() in LETTER_NOUNS | TEXT_NOUNS and not self._letter_alone():
            noun = self.low()
            self.at += 1
            if (
                noun in TEXT_NOUNS
                and self.phrase("of letters", "of characters")
                or noun in LETTER_NOUNS
                and self.take("sequence", "combination", "pair", "string")
            ):
                noun = "string"
        if mode is None:
            mode = self._quantifier("")
        opened = self._opening(noun, mode)
        if noun in LETTER_NOUNS or not noun:
            letters = self.attempt(self.letter_class)
            if letters and self._no_letter_after(letters):
                self._close(opened)
                found = self._more_classes(letters)
                if mode == "all":
                    if set(found) != VOWELS:
                        return None
                    found = "aeiou"
                return Argument(tuple(found), mode if mode in ("none", "all") else "any", True)
        mark, group = self.at, False
        if self.take("in", "of", "from", "among", "within"):
            self.skip("the", "this", "following", "these")
            noun = noun or ("letters" if single else "")
            self.skip("list", "set", "group", "string", "word", "letters", "range")
            opened = self._opening("set", mode) or opened
            group = True
            mode = mode or "any"
        items = self.attempt(self._items, how, strong, noun, article, mode)
        if items is None:
            self.at = mark
            return None
        self._close(opened)
        options, joint, quoted = items
        if count is not None and not (len(options) == 1 and len(options[0]) == count):
            if len(options) != count or any(len(option) != 1 for option in options):
                return None
        options = self._split(options, noun, mode, group, single)
        if single and any(len(option) != 1 for option in options):
            return None
        if mode is None:
            if len(options) == 1 or joint == "or":
                mode = "any"
            else:
                mode = "all" if joint == "and" else "list"
        return Argument(options, mode, bool(noun), quoted, article)

    def _quantifier(self, how: str) -> str | None:
        if how == "contains" and self.phrase(*NONE_OF):
            return "none"
        if how == "is" and self.phrase("none of", "neither"):
            return "none"
        if self.phrase(*ANY_OF):
            return "any"
        return "all" if self.phrase(*ALL_OF) else None

    def _article(self, mode: str | None = None) -> bool:
        """Step over "the", "a", "an"; whether it was the indefinite one."""
        if self.take("the"):
            return False
        low, after = self.low(), self.kind(1)
        if low == "an" and after in ("word", "quote"):
            self.at += 1
            return True
        if low != "a" or self.token().raw != "a" or after not in ("word", "quote"):
            return False
        follower = self.low(1)
        if len(follower) == 1 or after == "quote":
            if mode:
                return False
            third = self.low(2)
            if len(third) == 1 and third not in "?.!" or third in ("or", "and"):
                return third in ("or", "and") and after == "quote"
        elif follower in _BOUNDARY or follower in ("through", "thru", "until", "till", "to"):
            return False
        self.at += 1
        return True

    def _letter_alone(self) -> bool:
        """Whether the noun here is itself the text looked for, as in 'contain "word"'."""
        return self.kind() == "quote"

    def _opening(self, noun: str, mode: str | None) -> bool:
        """Step over what opens a list; whether a bracket does."""
        self.take("following", "listed")
        if self.kind() == "stop" and self.low() == "?" and self.low(-1) in (
            "following", "these", "letters", "those", "characters", "list", "set", "group",
        ):  # fmt: skip
            self.at += 1
        self.skip(":", "-", "=", "—")
        if noun or mode:
            self.skip("like", "is", "are")
        return self.take("(", "[", "{")

    def _close(self, opened: bool) -> None:
        if opened:
            self.take(")", "]", "}")

    def _no_letter_after(self, letters: str) -> bool:
        return self.kind() != "word" or self.low() in _BOUNDARY | CLAUSE_WORDS

    def _more_classes(self, letters: str) -> str:
        """Further classes or letters joined by "or", as in "a vowel or the letter y"."""
        while True:
            mark = self.at
            self.take(",")
            if not self.take("or"):
                self.at = mark
                return letters
            self.phrase("with")
            self._article()
            more = self.attempt(self.letter_class) or self.attempt(self.letter)
            if more is None or self._no_letter_after(more) is False:
                self.at = mark
                return letters
            letters += more

    def _items(
        self, how: str, strong: bool, noun: str, article: bool, mode: str | None
    ) -> tuple[tuple[str, ...], str, bool] | None:
        """Texts in a list, how they are joined ("or", "and", ","), and whether all are quoted."""
        options: list[str] = []
        joints: set[str] = set()
        quoted = True
        while len(options) < 400:
            mark, separated, joint = self.at, False, ""
            while options and self.take(",", ";", "/", "|"):
                separated = True
                joint = "or" if self.low(-1) in "/|" else joint
            if options:
                if self.take("or", "nor", "and", "&"):
                    separated = True
                    both = self.low(-1) in ("or", "nor")
                    both = (self.take("/") and self.take("or")) or self.take("or") or both
                    joint = "or" if both else "and"
                    self.take("with", "by", "in")
                if separated:
                    self._article(mode)
                    self.take("letter", "letters", "string", "word")
            item = self.attempt(self._item, how, strong, noun, article, bool(options), separated)
            if item is None:
                self.at = mark
                break
            joints |= {joint} - {""}
            quoted = quoted and self.kind(-1) == "quote"
            options.extend(o for o in item if o not in options)
        if not options:
            return None
        if self.low() == "...":
            raise GiveUp("a list that is cut short")
        if len(joints) == 2 and mode is None:
            raise GiveUp("a list of both and's and or's")
        return tuple(options), next(iter(joints), ","), quoted

    def _item(
        self, how: str, strong: bool, noun: str, article: bool, later: bool, separated: bool
    ) -> tuple[str, ...] | None:
        token = self.token()
        if token is None or token.kind not in ("word", "quote", "punct"):
            return None
        found = self.attempt(self.letter_range)
        if found:
            return tuple(found)
        if token.kind == "quote":
            if not token.low or (later and not separated and len(token.low) > 1 and not noun):
                return None
            self.at += 1
            inner = token.low
            if len(inner) > 1:
                inner = inner.rstrip("?,") or inner
            return (inner,)
        if token.kind != "word" or token.low == "'s":
            return None
        low = token.low
        if len(low) == 1 and low.isalnum():
            self.at += 1
            if token.raw in ("a", "i") and self.kind() == "word" and len(self.low()) > 1:
                if self.low() not in _BOUNDARY:
                    return None
            return (low,)
        if later and not separated or low in EXAMPLES:
            return None
        boundary = self.kind(1) in ("", "stop", "order") or self.low(1) in _BOUNDARY
        if not boundary or not self._is_text(low, how, strong, noun, article):
            return None
        if later and low in CLAUSE_WORDS:
            return None
        self.at += 1
        return (low,)

    def _is_text(self, low: str, how: str, strong: bool, noun: str, article: bool) -> bool:
        """Whether a bare word can be meant as a text, not as what it means."""
        odd = len(low) == 2 and low not in _SHORT_WORDS
        odd = (odd or low in _AFFIXES or VOWELS.isdisjoint(low)) and low not in _ACRONYMS
        if noun in LETTER_NOUNS:
            return low not in _ENGLISH_FILL and (strong or odd or len(low) <= 3)
        if noun in TEXT_NOUNS:
            return low not in _ENGLISH_FILL and not article
        if article:
            return False
        if how == "is":
            return strong
        if how == "contains":
            return strong and odd
        return odd or (strong and low not in CLAUSE_WORDS)

    @staticmethod
    def _split(
        options: tuple[str, ...], noun: str, mode: str | None, group: bool, single: bool
    ) -> tuple[str, ...]:
        """The letters of a group such as "aeiou" or "a, e, i" where letters are meant."""
        if len(options) != 1 or len(options[0]) < 2:
            return options
        text = options[0]
        pieces = [piece for piece in re.split(r"[\s,;/|]+", text) if piece]
        if len(pieces) > 1 and all(len(piece) == 1 for piece in pieces):
            return tuple(dict.fromkeys(pieces))
        letters = noun in LETTER_NOUNS or single or (group and noun == "")
        if letters and mode in ("any", "all", "none") and text.isalnum():
            return tuple(dict.fromkeys(text))
        return options
