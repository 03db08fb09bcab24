"""Questions in Python notation, as "keyword[0] in ['a']", put into words; none is evaluated."""

from __future__ import annotations

import re

_LOWER = r"(?:\.(?:lower|strip)\(\))*"
_KEYWORD = rf"(?:str\()?(?:obs\.)?\bkeyword\b\)?{_LOWER}"
_HELD = r"\(([^()]{1,200})\)"
_WORDINGS = tuple(
    (re.compile(pattern + _LOWER, re.IGNORECASE), words)
    for pattern, words in (
        (rf"{_KEYWORD}\[0\]", "the first character of the keyword"),
        (rf"{_KEYWORD}\[1\]", "the second character of the keyword"),
        (rf"{_KEYWORD}\[2\]", "the third character of the keyword"),
        (rf"{_KEYWORD}\[-1\]", "the last character of the keyword"),
        (rf"\blen\({_KEYWORD}\.split\((?:['\"] ['\"])?\)\)", "the number of words in the keyword"),
        (rf"\blen\({_KEYWORD}\)", "the number of characters in the keyword"),
        (rf"{_KEYWORD}\.startswith\({_HELD}\)", r"the keyword start with any of \1"),
        (rf"{_KEYWORD}\.endswith\({_HELD}\)", r"the keyword end with any of \1"),
        (
            rf"\bany\(\s*(\w) in {_KEYWORD} for \1 in (['\"]\w+['\"])\s*\)",
            r"the keyword contain any of the letters \2",
        ),
        (
            rf"\ball\(\s*(\w) in {_KEYWORD} for \1 in (['\"]\w+['\"])\s*\)",
            r"the keyword contain all of the letters \2",
        ),
        (rf"{_KEYWORD}\.startswith{_HELD}", r"the keyword start with \1"),
        (rf"{_KEYWORD}\.endswith{_HELD}", r"the keyword end with \1"),
        (r"\b(?:list|set|tuple)\((['\"][^'\"()]{1,80}['\"])\)", r"\1"),
    )
)
_EXPRESSION = re.compile(
    r"\s*(?:keyword|(['\"])[^'\"]{1,40}\1) (?:(?:not in|in) ['\"\[({k]|==|<=?|>=?)", re.IGNORECASE
)
DEFINED = re.compile(r"\b[A-Z]\s{0,3}(?:=|is|be|:=)\s{0,3}['\"“‘][^'\"”’]{1,60}['\"”’]")
"""A letter that stands for a text, as in "Let W = 'hotel'"."""
_VALUE = re.compile(
    r"\)\s*(?:returns?|evaluates? to|is|==|equals?) true\b(?=[\s?.]*$)", re.IGNORECASE
)
_MAX_LENGTH = 1_000
_VERB = re.compile(r"\s*(?:is\s+)?(?=the keyword (?:start|end|contain) )", re.IGNORECASE)
_ASKED = re.compile(r"\s*(?:is|does|do|are|would|will)\b", re.IGNORECASE)


def in_words(question: str) -> str:
    """``question`` with expressions such as ``len(keyword)`` in English.

    A question with a comment after "#" is left alone: there the comment asks.
    """
    head, _, comment = question.partition("#")
    if "keyword" not in head or len(comment) > 8 or len(question) > _MAX_LENGTH:
        return question
    text = _VALUE.sub(")", question)
    for pattern, words in _WORDINGS:
        text = pattern.sub(words, text)
    if text == question and not _EXPRESSION.match(text):
        return question
    text = text.replace("==", " equal to ")
    if _VERB.match(text):
        return _VERB.sub("Does ", text, count=1)
    return text if _ASKED.match(text) else f"Is {text.strip()}"
