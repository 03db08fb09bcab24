"""The text an alphabetical order is compared with."""

from __future__ import annotations

from .counts import Counts
from .cursor import EXAMPLES
from .items import CLAUSE_WORDS, LETTER_NOUNS

MAX_BOUND_TOKENS = 8
_BRACKETS = {"[": "]", "(": ")", "{": "}", "<": ">"}


class Bounds(Counts):
    """Rules for bounds, quoted or not."""

    def bound(self, stops: tuple[str, ...] = ()) -> tuple[str, str] | None:
        """The text an order is compared with, in lower case, and how it is given.

        How is "quote", "letter" or "free"; a free bound runs to the end of the
        clause or to a phrase such as "in alphabetical order".
        """
        mark = self.at
        self.take("the")
        named = self.take(
            "letter", "letters", "word", "string", "term", "name", "character", "keyword"
        )
        if not named or self.kind() not in ("quote", "word"):
            self.at = mark
            named = False
        token = self.token()
        if token is None:
            return None
        if token.kind == "punct" and token.low in _BRACKETS:
            return self._bracketed(_BRACKETS[token.low])
        if token.kind == "quote":
            self.at += 1
            text = token.low.strip()
            if len(text) > 1:
                text = text.rstrip(",?") or text
            return (text, "quote") if text else None
        start = self.at
        while self._in_bound(start, stops):
            self.at += 1
        length = self.at - start
        if not 0 < length <= MAX_BOUND_TOKENS:
            return None
        text = self.text[token.start : self.tokens[self.at - 1].end].lower().strip("\"'“”‘’` ")
        lows = {self.tokens[i].low for i in range(start, self.at)}
        if len(text) == 1 and text.isalnum():
            return text, "letter"
        if length > 1 and lows & (LETTER_NOUNS | {"half", "middle", "word", "keyword", "order"}):
            return None
        if named and (length > 1 or token.low in ("of", "from", "for", "in", "on", "that")):
            named = False
        if not text or lows & {
            "it",
            "this",
            "that",
            "them",
            "others",
            "other",
            "you",
            "me",
            "than",
            "these",
            "those",
            "following",
        }:
            return None
        return text, "named" if named else "free"

    def _bracketed(self, close: str) -> tuple[str, str] | None:
        """A bound in brackets, as good as quoted."""
        start = self.at + 1
        for end in range(start + 1, start + MAX_BOUND_TOKENS + 1):
            token = self.token(end - self.at)
            if token is not None and token.low == close and token.kind == "punct":
                text = self.text[self.tokens[start].start : self.tokens[end - 1].end].lower()
                self.at = end + 1
                return text.strip("\"'"), "quote"
        return None

    def _in_bound(self, start: int, stops: tuple[str, ...]) -> bool:
        kind, low = self.kind(), self.low()
        if kind in ("", "stop", "order") or low in stops or low in EXAMPLES[:5]:
            return False
        if self.at == start and low in ("or", "and", "but", "not"):
            return False
        if kind == "quote" and len(self.token().low) > 1:
            return False
        if kind == "punct":
            return low in "&/'.-+" and self.at > start
        if low in ("inclusive", "exclusive", "if", "when", "please"):
            return False
        if low in ("or", "and", "but") and self.at > start:
            follower = self.low(1)
            return not (follower in CLAUSE_WORDS or self.kind(1) in ("quote", "stop", ""))
        return True
