"""Items of a list in a question: letters, ranges of letters, quoted texts, bare fragments."""

from __future__ import annotations

import re

from .cursor import EXAMPLES, GiveUp
from .letters import Letters
from .predicates import VOWELS
from .tokens import Token
from .vocabulary import words

CLAUSE_WORDS = words(
    "does do did is are was it its the that this keyword word name start starts begin "
    "begins end ends contain contains has have include includes precede precedes follow "
    "follows come comes before after between not with equal equals same less greater "
    "smaller larger longer shorter more fewer exactly at if when first last second third "
    "in as neither nor either both also then a an fall falls appear appears consist"
)
LETTER_NOUNS = words("letter letters character characters char chars alphabet alphabets")
TEXT_NOUNS = words(
    "string strings substring substrings sequence word words prefix suffix text "
    "combination combinations pattern patterns pair pairs bigram digraph trigram blend "
    "prefixes suffixes sequences ending endings beginning beginnings"
)
BOUNDARY = words(", ; / | ) ] } or and nor but & - + in as at for twice once inclusive") | {
    "anywhere",
    "somewhere",
    "within",
    "among",
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
    "such",
    "like",
    "rather",
    "instead",
    "as",
    "together",
    "other",
    "apart",
    "besides",
    "except",
}
_SHORT_WORDS = words(
    "is it in on at me us we he by my no so up to of or as an am be do go if pi ph ox id ad pa "
    "ma hi ho ax oh"
)
_ACRONYMS = words("tv pc dj cd dvd pvc gps lcd led usb dna rna sd hd vr ai ac dc hp mp kg cm mm")
_AFFIXES = words("ing ion ed ly est ent tion sion ness ment able ible ough ght ism ist pre dis")
_INDEFINITE = words("something anything nothing everything numbers letters words spaces")
_OPENING_WORDS = words("fire heat seed egg war love pain food sex rain dawn dusk life gas oil eggs")
_ENGLISH_FILL = words("on in inside it printed written and or the to of with them there")


def _affix(text: str, how: str) -> str:
    """A quoted text without the hyphen of "-ing" or "un-", and "i-n-g" as "ing"."""
    if how == "ends" and len(text) > 2 and text[0] == "-" and text[1:].isalpha():
        return text[1:]
    if how == "starts" and len(text) > 2 and text[-1] == "-" and text[:-1].isalpha():
        return text[:-1]
    letters = text.split("-")
    spelt = len(letters) > 1 and all(len(c) == 1 and c.isalpha() for c in letters)
    return "".join(letters) if spelt else text


class Items(Letters):
    """Rules for the items of a list of letters or texts."""

    def _items(
        self, how: str, bare: str, noun: str, mode: str | None, size: int | None = None
    ) -> tuple[tuple[str, ...], str, bool] | None:
        """Texts in a list, how they are joined ("or", "and", ","), and whether all are quoted.

        ``bare``: which words without quotes can be texts: "yes" (any), "odd" (those that
        are no words, as "th"), "named" (those called a text, as "the word air") or "no";
        ``size``: their length where it is known.
        """
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
                    self._article()
                    self.take("letter", "letters", "string", "word")
            later = "joined" if separated else "later" if options else ""
            item = self.attempt(self._item, how, bare, noun, later, size)
            if item is None:
                self.at = mark
                break
            joints |= {joint} - {""}
            quoted = quoted and self.kind(-1) == "quote"
            options.extend(o for o in item if o not in options)
        if not options:
            return None
        if self.low() == "..." or "etc" in options:
            raise GiveUp("a list that is cut short")
        if len(joints) == 2 and mode is None:
            raise GiveUp("a list of both and's and or's")
        return tuple(options), next(iter(joints), ","), quoted

    def _item(
        self, how: str, bare: str, noun: str, later: str, size: int | None
    ) -> tuple[str, ...] | None:
        token = self.token()
        if token is None or token.kind not in ("word", "quote", "punct"):
            return None
        found = self.attempt(self.letter_range)
        if found:
            return tuple(found)
        spelt = self.attempt(self.spelt)
        if spelt:
            return (spelt,)
        if token.kind == "quote":
            if not token.low or (later == "later" and len(token.low) > 1 and not noun):
                return None
            self.at += 1
            inner = token.low
            if len(inner) > 1:
                inner = inner.rstrip("?,") or inner
            else:
                self.take("'s")
            return (_affix(inner, how),)
        if token.kind != "word" or token.low == "'s":
            return None
        low = token.low
        if len(low) == 1 and low.isalnum():
            self.at += 1
            article = token.raw in ("a", "i") and self.kind() == "word" and len(self.low()) > 1
            article = article and self.low(-2) != "letter"
            return None if article and self.low() not in BOUNDARY else (low,)
        if len(low) == 2 and token.raw in (low[0] + low[0].upper(), low[0].upper() + low[0]):
            self.at += 1
            return (low[0],)  # "aA bB cC"
        if later == "later" or low in EXAMPLES:
            return None
        boundary = self.kind(1) in ("", "stop", "order") or self.low(1) in BOUNDARY
        if boundary and size == len(low) < 4 and low not in CLAUSE_WORDS:
            self.at += 1
            return (low,)
        if not boundary or not self._is_text(token, how, bare, noun):
            return None
        if later and (low in CLAUSE_WORDS or not (noun or self._is_text(token, how, "odd", ""))):
            return None
        self.at += 1
        return (low,)

    def spelt(self) -> str | None:
        """A word spelt letter by letter: "s-a-n"."""
        token = self.token()
        letters = token.low.split("-") if token and token.kind == "word" else []
        if len(letters) < 3 or any(len(c) != 1 or not c.isalpha() for c in letters):
            return None
        self.at += 1
        return "".join(letters)

    def _is_text(self, token: Token, how: str, bare: str, noun: str) -> bool:
        """Whether a bare word can be meant as a text, not as what it means."""
        low = token.low
        odd = low in _AFFIXES or (VOWELS.isdisjoint(low) and low.isalpha())
        if bare == "yes":
            odd = odd or (len(low) == 2 and low not in _SHORT_WORDS)
        odd = odd and low not in _ACRONYMS and (token.raw.islower() or token.raw.isupper())
        if noun in ("letter", "character", "char", "alphabet"):
            return odd
        if noun in LETTER_NOUNS:
            return low not in _ENGLISH_FILL and (bare == "yes" or odd or len(low) <= 3)
        if noun in TEXT_NOUNS:
            return low not in _ENGLISH_FILL and bare != "no"
        if bare in ("no", "named") or not low.isalpha():
            return False
        if how == "is":
            return bare == "yes"
        if how == "contains" or bare == "odd":
            return odd
        return odd or (len(low) < 5 and low not in CLAUSE_WORDS | _INDEFINITE | _OPENING_WORDS)

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
            if len(third) == 1 and third.isalnum():
                return False  # "a b c" is a list
        elif follower in BOUNDARY or follower in ("through", "thru", "until", "till", "to"):
            return False
        self.at += 1
        return True
