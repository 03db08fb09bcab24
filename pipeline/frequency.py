"""How often English words are used, from wordfreq's list of many corpora.

The list is a msgpack file of a header and of buckets: bucket i holds the words whose frequency
is 10 ** (-i / 100) (centibels), as https://github.com/rspeer/wordfreq documents.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Mapping
from pathlib import Path

from . import sources
from .sources import SourceError

MEMBER = Path("wordfreq") / "data" / "large_en.msgpack.gz"
UNSEEN = 1.0
"""Zipf value of a word that the list lacks; its rarest words have 1.01."""


def fetched() -> dict[str, float]:
    """The word list from the download cache, fetched there if needed. Raises SourceError."""
    return read(sources.fetch("wordfreq") / MEMBER)


def read(path: Path) -> dict[str, float]:
    """Zipf values (log10 of uses per billion words) of the words in a wordfreq file.

    Raises SourceError if it is not one.
    """
    import msgpack

    try:
        with gzip.open(path, "rb") as source:
            header, *buckets = msgpack.load(source, raw=False)
    except (OSError, ValueError, TypeError) as error:
        raise SourceError(f"Expected a word list of wordfreq at {path}, found: {error}") from error
    if not isinstance(header, dict) or header.get("format") != "cB":
        raise SourceError(
            f"Expected a word list of wordfreq in format cB at {path}, found the header {header}. "
            "Fetch it again."
        )
    return {word: 9 - i / 100 for i, words in enumerate(buckets) for word in words}


def zipf(phrase: str, frequencies: Mapping[str, float]) -> float:
    """Zipf value of a word or phrase; of a phrase, wordfreq's estimate from its words.

    1 / f = sum of 1 / f(word), and each further word makes it ten times rarer, as two words
    beside each other seldom form a phrase.
    """
    words = phrase.lower().replace("-", " ").split()
    if not words:
        return UNSEEN
    inverse = sum(10 ** -frequencies.get(word, UNSEEN) for word in words)
    return -math.log10(inverse) - (len(words) - 1)
