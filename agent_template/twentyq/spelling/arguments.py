"""What a spelling question looks for: letters and texts, one or several, with any of / all of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .cursor import GiveUp
from .items import BOUNDARY, CLAUSE_WORDS, LETTER_NOUNS, TEXT_NOUNS, Items
from .predicates import ALPHABET, VOWELS, And, Not, Part, Predicate, Text

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
_OTHER_THAN = (
    "a letter other than",
    "any letter other than",
    "any letter except",
    "any letter but",
    "a letter except",
    "a letter that is not",
    "a letter not in",
    "a letter outside of the range",
    "a letter outside the range",
    "a letter outside of",
    "a letter outside",
    "a letter not between",
    "anything except for",
    "anything except",
    "anything other than",
    "something other than",
    "anything but",
)
_SETS = ("list", "set", "group", "range")
_ALPHABETICAL = ("in", "from")
_LIMITS = (*_ALPHABETICAL, "between", "before", "after")
"""What may follow a class of letters and leave some of them out."""
_CLASS_NOUNS = ("vowel", "vowels", "consonant", "consonants", "digit", "digits", "number")


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


class Arguments(Items):
    """Rules for what follows "starts with", "contains" or "the first letter is"."""

    def argument(self, how: str, strong: bool, size: int | None = None) -> Argument | None:
        """What follows "starts with", "contains" or "the first letter is".

        ``strong``: the subject is surely a string, so that bare words can be
        texts; ``size``: the characters of the part compared, where known.
        """
        if how != "contains" and self.phrase(*_OTHER_THAN):
            found = self.attempt(self.argument, how, strong, size)
            if found is None or found.mode in ("none", "all"):
                return None
            return replace(found, mode="none")
        neighbour = self.attempt(self._neighbour)
        if neighbour:
            return Argument((neighbour,), "any", True)
        single = size == 1
        belongs = self.low(-1) == "to" and self.low(-2) in ("belong", "belongs")
        mode = self._quantifier(how)
        spread = self.low(-1) == "of"
        definite = self.low() == "the"
        article = self._article(None if self.low(-1) == "either" else mode)
        self.skip("these", "those", "following", "this", "given", "listed", "lowercase", "exact")
        start = self.at
        self.skip(
            "specific", "english", "single", "consecutive", "individual", "capital", "uppercase"
        )
        beside = any(token.low == "consecutive" for token in self.tokens[start : self.at])
        count = None
        if self.low(1) in LETTER_NOUNS and self.low() not in ("a",):
            count = self.attempt(self.number)
        if count and self.low() == "letter" and self.low(1) in TEXT_NOUNS:
            size, count = count, None
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
                and self.take(
                    "sequence", "combination", "pair", "string", "sequences", "combinations",
                    "pairs", "strings", "blend",
                )
            ):  # fmt: skip
                noun = "string"
        if mode is None:
            mode = self._quantifier("")
        if noun and mode:
            self.attempt(self._in_it)
        opened = self._opening(noun, mode)
        if noun in LETTER_NOUNS or not noun:
            mark = self.at
            letters = self.attempt(self.letter_class)
            # "contain a vowel before m" may be about where it is.
            limits = _ALPHABETICAL if how == "contains" else _LIMITS
            if letters and self.low() in limits:
                limit = self.attempt(self.letter_class) or letters
                letters = "".join(c for c in letters if c in limit)
            if letters and beside:
                return None
            if letters and not self._no_letter_after(letters):
                self.at = mark
            elif letters:
                self._close(opened)
                found = self._more_classes(letters)
                if mode == "all":
                    if set(found) != VOWELS:
                        return None
                    found = "aeiou"
                if set(found) >= set(ALPHABET):
                    raise GiveUp("a choice, not a yes or no")
                return Argument(tuple(found), mode if mode in ("none", "all") else "any", True)
        mark, group = self.at, False
        if (belongs and self.low() in _SETS) or self.take("in", "of", "from", "among", "within"):
            self.skip("the", "this", "following", "these")
            noun = noun or ("letters" if single else "")
            shown = self.at
            if self.low() == "range" and self.low(1) == "(":
                return None
            self.skip(*_SETS, "string", "word", "letters")
            opened = self._opening("set", mode) or opened
            token = self.token()
            if token and token.kind == "word" and len(token.low) > 1 and self.at == shown:
                return None  # "letters of credit"
            group = True
            mode = mode or "any"
        bare = "odd" if definite or mode or not strong else "yes"
        if how == "contains" and not strong:
            bare = "named"
        bare = "no" if article else bare
        items = self.attempt(self._items, how, bare, noun, mode, size)
        if items is None:
            self.at = mark
            return None
        self._close(opened)
        options, joint, quoted = items
        if beside and len(options) > 1:
            return None
        if len(options) >= 26 and set(options) >= set(ALPHABET):
            raise GiveUp("a choice, not a yes or no")
        if count is not None:
            # "the two letters st", "the two letters s and t"
            together = len(options) == 1 and len(options[0]) == count
            apart = len(options) == count and all(len(option) == 1 for option in options)
            if not (together or apart):
                return None
        bracket = opened and not (noun or mode or quoted)
        if bracket and len(options) == 1 and len(options[0]) > 1:
            return None  # "[abc]" may be a text or a class
        options = self._split(options, noun, mode, group or spread, single)
        if single and any(len(option) != 1 for option in options):
            return None
        if mode is None:
            if len(options) == 1 or joint == "or":
                mode = "any"
            else:
                mode = "all" if joint == "and" else "list"
        return Argument(options, mode, bool(noun), quoted, article)

    def _neighbour(self) -> str | None:
        """ "the letter following B in the alphabet", "the third letter of the alphabet"."""
        self.take("the")
        index = self.attempt(self._ordinal)
        if index is not None:
            alphabet = self.take("letter") and self.phrase(
                "of the alphabet", "in the alphabet", "of the english alphabet"
            )
            return ALPHABET[index[0]] if alphabet and index[0] < len(ALPHABET) else None
        definite = self.low(-1) == "the" and self.take("letter")
        if not definite:
            return None
        self.take("that")
        self.skip("comes", "is")
        near = self.take("immediately", "directly", "right", "just")
        step = 1 if self.take("following", "after") else -1
        if step < 0 and not self.take("preceding", "before"):
            return None
        named = near or self.low(-1) in ("following", "preceding")
        letter = self.attempt(self.letter)
        if letter is None or letter not in ALPHABET:
            return None
        if not named:
            raise GiveUp("the letter after another, or any")
        at = ALPHABET.index(letter) + step
        self.phrase("in the alphabet")
        return ALPHABET[at] if 0 <= at < len(ALPHABET) else None

    def _in_it(self) -> bool | None:
        """Step over "in it" before a list: "any of these letters in it: x, y"."""
        here = self.phrase("in it", "in its name", "in its spelling")
        return True if here and self.low() in (":", "?", "(", "[") else None

    def _quantifier(self, how: str) -> str | None:
        if how == "contains" and self.phrase(*NONE_OF):
            return "none"
        if how and self.phrase("none of", "neither"):
            return "none"
        if self.phrase(*ANY_OF):
            return "any"
        return "all" if self.phrase(*ALL_OF) else None

    def _letter_alone(self) -> bool:
        """Whether the noun here is itself the text looked for, as in 'contain "word"'."""
        return self.kind() == "quote"

    def _opening(self, noun: str, mode: str | None) -> bool:
        """Step over what opens a list; whether a bracket does."""
        one = self.kind(1) == "quote" or len(self.low(1)) == 1 and self.low(1).isalpha()
        shown = not (one and noun in ("letter", "character")) and self.take("following", "listed")
        shown = shown or self.low(-2) in ("following", "these")
        if shown and mode and noun in LETTER_NOUNS:
            self.take(",")
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
        return self.kind() != "word" or self.low() in BOUNDARY | CLAUSE_WORDS

    def _more_classes(self, letters: str) -> str:
        """Further classes or letters joined by "or", as in "a vowel or the letter y"."""
        while True:
            mark = self.at
            comma = self.take(",")
            if self.take("or"):
                self.phrase("with")
                self._article()
                more = self.attempt(self.letter_class) or self.attempt(self.letter)
            elif comma:
                more = self.attempt(self.letter_range) or self.attempt(self.letter)
            else:
                more = None
            if more is None or self._no_letter_after(more) is False:
                self.at = mark
                return letters
            letters += more
            if set(letters) >= set(ALPHABET):
                raise GiveUp("a choice, not a yes or no")
