"""Printed lists of words: "one of the following: apple, pine cone or plum"."""

from __future__ import annotations

from .bounds import Bounds
from .cursor import EXAMPLES, GiveUp
from .items import CLAUSE_WORDS
from .predicates import ALPHABET
from .printed import sentence, tells
from .tokens import Token
from .vocabulary import AUXILIARIES, words

_LEADS = (
    "equal to one of",
    "equal to any of",
    "the same as one of",
    "any one of",
    "one among",
    "one of",
    "any of",
    "either of",
    "found among",
    "found in",
    "listed among",
    "listed in",
    "included in",
    "contained in",
    "present in",
    "part of",
    "any word in",
    "any word from",
    "any item in",
    "a word in",
    "listed",
    "a member of",
    "to one of",
    "to",
    "an element of",
    "among",
    "amongst",
    "within",
    "in",
    "on",
    "either",
)
_NOUNS = words(
    "words word keywords terms names nouns items things objects options answers "
    "candidates choices strings entries phrases possibilities guesses possible"
)
_DESCRIBING = words(
    "a an the in on used made found related for can has is something anything to from with of by "
    "someone somewhere worn eaten seen played grown"
)
_PLACES = (
    "that follows", "that follow", "between the brackets", "in the brackets",
    "inside the brackets", "in brackets", "between brackets",
)  # fmt: skip
_LISTS = words("list set group collection array lists")
KINDS_OF_THINGS = words(
    "animal plant food drink person place thing object vehicle tool toy machine building "
    "furniture clothing device electronic appliance material concept sport game color "
    "colour country city landmark mammal bird fish reptile insect amphibian fruit "
    "vegetable solid liquid gas mineral natural manmade man-made wood metal plastic glass "
    "paper fabric stone living nonliving non-living inanimate abstract physical people "
    "container instrument weapon beverage red blue green yellow black white small large "
    "big medium male female europe asia africa america indoors outdoors inside outside "
    "home kitchen bathroom profession occupation activity event body structure technology "
    "nature science transportation hot cold warm soft hard round square heavy light old new "
    "expensive cheap common rare dangerous safe edible useful "
    "electric electrical manual wild domestic "
    "alive dead real fictional fake famous popular modern ancient "
    "worn eaten cooked played driven grown used mechanical digital "
    "pet organism gadget item capital living"
)
_MATERIALS = words("wood metal plastic glass paper fabric stone food game light toy")
_AUXILIARIES = words("does do is are has can would will")
_THINGS = words(
    "countries cities animals fruits vegetables foods drinks tools vehicles utensils instruments "
    "sports mountains rivers landmarks plants birds"
)
"""What the items of a list may be called; whoever is none of them is not in it."""
_REMARKING = words("it i we this that thanks thank these yes no my if for note in")


class Lists(Bounds):
    """Rules for lists of words."""

    def membership(self, strong: bool, led: bool = False) -> frozenset[str] | None:
        """ "one of the following words: apple, pine cone or plum": the words, in lower case.

        ``led``: whether what comes before the list ("none of") is read already.
        """
        lead = self.low()
        if not led and not self.phrase(*_LEADS):
            return None
        among = led or (lead == "either" and self.low(-1) == "of")
        return self._list(strong, "any" if among else lead)

    def _list(self, strong: bool, lead: str) -> frozenset[str] | None:
        pointed = self.take("these", "those")
        this = self.take("this", "the", "my", "that")
        pointed = self.take("following", "below", "above", "given", "listed", "here") or pointed
        self.skip("comma-separated", "comma", "separated")
        listed = self.take(*_LISTS)
        if listed:
            pointed = self.take("below", "above", "here") or pointed
            self.take("of")
            self.take("the")
            pointed = self.take("following") or pointed
        nouns = False
        if self.low(1) in _NOUNS and self.take("potential", "possible", "remaining", "candidate"):
            pointed = True
        elif self.low(1) in _NOUNS:
            self.attempt(self.number)
        while (
            self.low() in _NOUNS and self.kind(1) != "quote" or self.low() in ("words", "keywords")
        ):
            nouns = self.low() not in ("things", "objects", "items", "options") or nouns
            self.at += 1
            self.skip("below", "listed", "here")
        if self.take("of") and not listed:
            return None
        if nouns and self.phrase("in this", "in the following", "from this", "from the following",
                                 "in the", "on this", "from the", "in my"):  # fmt: skip
            pointed = True
            if self.low() not in _LISTS:
                return None
        if self.low() in _LISTS:
            listed = self.take(*_LISTS) or listed
        if nouns:
            self.phrase("or phrases", "or words", "or terms")
        if pointed and self.low(1) == ":":
            self.at += strong and self.low() in _THINGS
            self.attempt(self.number)
        pointed = self.phrase(*_PLACES) or pointed
        self.take("exactly")
        self.skip("is", "are")
        marked = self.take(":")
        if pointed or listed or nouns:
            while self.take(":", "-", ",") or (self.low() == "?" and self.take("?")):
                marked = True
        opened = self.take("[", "(", "{")
        remark = opened and self.low(-1) == "("
        quoted = self.kind() == "quote"
        shown = marked or opened or quoted
        weak_lead = lead in (
            "in",
            "on",
            "within",
            "part",
            "included",
            "contained",
            "present",
            "found",
        )
        if weak_lead and not (listed or opened or pointed):
            return None
        if lead == "either" and not quoted:
            return None
        if not (
            shown or pointed or (nouns and this) or (strong and not this and lead in ("one", "any"))
        ):
            return None
        words, all_quoted, commas = self._words(opened, nouns)
        if not words or (not commas and (remark or not shown)):
            return None
        sure = all_quoted or (nouns and not self._articles(words))
        if not sure and self._about_kinds(words, strong):
            return None
        if len(words) > 1 and all(len(word) == 1 for word in words):
            return None
        return frozenset(words)

    def _words(self, opened: bool, nouns: bool) -> tuple[list[str], bool, bool]:
        """The items up to the end of the list, whether all are quoted, whether commas part them."""
        if self.low(-1) == "?" and tells(sentence(self.tokens, self.at)):
            return [], False, False
        chunks: list[list[Token]] = [[]]
        commas = False
        first = True
        labels = 0
        while (token := self.token()) is not None:
            marker = self._marker(labels) if first or labels else 0
            if marker:
                commas, first = True, False
                labels += 1
                chunks.append([])
                self.at += marker
                continue
            if token.kind == "stop" and not self._numbering(token):
                self._ended(token)
                if token.low == "." and any(t.low == "." for t in chunks[-1]):
                    chunks[-1].append(token)  # "u.s.a."
                break
            if opened and token.low in ("]", ")", "}"):
                self.at += 1
                break
            if self._clause_ahead():
                break
            if token.low == ":" and token.kind == "punct":
                return [], False, False
            if token.low in EXAMPLES[:4] and token.kind == "word" and not first:
                break
            bullet = token.fresh and not first
            if token.kind == "punct" and token.low in (",", ";", "|", "/", "•", "-", "–"):
                commas = True
                chunks.append([])
            elif token.kind == "stop" or (token.fresh and self._numbered()):
                chunks.append([])
            else:
                if bullet:
                    commas = True
                    chunks.append([])
                chunks[-1].append(token)
            first = False
            self.at += 1
        return self._items_of(chunks, commas, nouns)

    def _numbering(self, token: Token) -> bool:
        """Whether a full stop belongs to a number that opens a line ("1. apple")."""
        before = self.token(-1)
        return token.low == "." and before is not None and before.fresh and before.low.isdigit()

    def _marker(self, before: int) -> int:
        """The tokens of "A)", "(1)" or "1." before an item, 0 where there is none.

        ``before``: how many there were, as each is expected to be the next one.
        """
        opened = self.low() == "("
        label = self.low(int(opened))
        if not label or label not in (str(before + 1), ALPHABET[before : before + 1]):
            return 0
        closed = self.low(1 + opened)
        return 2 + opened if closed == ")" or (closed in (".", ":") and not opened) else 0

    def _ended(self, stop: Token) -> None:
        """Give up where a full stop is followed by what may be the rest of the list."""
        after = sentence(self.tokens, self.at + 1)
        if stop.low == "?" or not after or after[0].fresh or after[0].kind != "word":
            return
        if not (tells(after) or after[0].low in AUXILIARIES | _REMARKING):
            raise GiveUp("a list with full stops")

    def _numbered(self) -> bool:
        return self.low().isdigit() and self.low(1) in (".", ")")

    def _clause_ahead(self) -> bool:
        """Whether another clause begins here ("or does the keyword ...")."""
        ahead = 1 if self.low() == "," else 0
        answered = ahead + (self.low(ahead) == "answer")
        if [self.low(answered + i) for i in range(3)] == ["yes", "or", "no"]:
            return True
        if self.low(ahead) not in ("or", "and", "but"):
            return False
        return self.low(ahead + 1) in _AUXILIARIES and self.low(ahead + 2) in CLAUSE_WORDS

    def _items_of(
        self, chunks: list[list[Token]], commas: bool, nouns: bool
    ) -> tuple[list[str], bool, bool]:
        words: list[str] = []
        all_quoted = True
        filled = [chunk for chunk in chunks if chunk]
        for index, chunk in enumerate(filled):
            last = index == len(filled) - 1
            if chunk[0].low in ("or", "and") and chunk[0].kind == "word" and len(chunk) > 1:
                chunk = chunk[1:]
            quotes = [token for token in chunk if token.kind == "quote"]
            if quotes and all(t.kind == "quote" or t.low in ("or", "and", "&") for t in chunk):
                texts = [token.low.strip() for token in quotes]
                words += texts + [text.rstrip(",?.;") for text in texts]
                continue
            all_quoted = False
            whole = self.text[chunk[0].start : chunk[-1].end]
            pieces = [whole]
            lows = [token.low for token in chunk]
            joint = "or" if "or" in lows else "and"
            if not commas and lows.count("or") > 1:
                cuts = [-1, *(i for i, low in enumerate(lows) if low == "or"), len(lows)]
                spans = [(a + 1, b) for a, b in zip(cuts, cuts[1:], strict=False) if b > a + 1]
                pieces = [self.text[chunk[a].start : chunk[b - 1].end] for a, b in spans]
            elif last and joint in lows[1:-1]:
                cut = len(lows) - 2 - lows[-2::-1].index(joint)
                left = self.text[chunk[0].start : chunk[cut - 1].end]
                pieces = [left, self.text[chunk[cut + 1].start : chunk[-1].end]]
                pieces.append(whole)
            elif not commas and nouns and len(filled) == 1 and len(chunk) > 2:
                pieces = [whole, *whole.split()]
            words += [piece.lower().strip("\"'“”‘’`<> ") for piece in pieces]
            if "or" in lows and not commas:
                commas = True
        words = [word for word in dict.fromkeys(words) if word]
        return words, all_quoted, commas or all_quoted

    @staticmethod
    def _articles(items: list[str]) -> bool:
        """Whether the items read as descriptions ("a tool", "used in a kitchen")."""
        described = sum(item.split(" ")[0] in _DESCRIBING and " " in item for item in items)
        return described * 2 > len(items) or any(" than " in item for item in items)

    def _about_kinds(self, items: list[str], strong: bool) -> bool:
        """Whether the items name kinds of things, so that the question is about meaning."""
        if self._articles(items):
            return True
        kinds = sum(
            item in KINDS_OF_THINGS
            or (len(item) > 5 and item.endswith(("able", "ible")))
            or item.rpartition(" ")[2] in KINDS_OF_THINGS - _MATERIALS
            or item.removesuffix("s") in KINDS_OF_THINGS
            or len(item.split()) > 4
            for item in items
        )
        if strong:
            return kinds * 2 >= len(items)
        return len(items) < 3 or kinds > len(items) // 6
