"""``data/glosses.csv.gz``: what a keyword is, in a line, for the answerer's prompt."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Mapping
from pathlib import Path

from . import places
from .frequency import zipf
from .progress import bar
from .wordnet import WordNet

PATH = places.DATA / "glosses.csv.gz"
LIMIT = 90
"""Characters of a gloss, so that a prompt stays short."""
LOOSE_ENDS = re.compile(
    r"( (a|an|and|any|are|as|at|be|been|being|but|by|for|from|has|have|having|in|into|is|it|its|no|"
    r"of|on|or|other|over|some|such|than|that|the|their|them|these|this|to|under|upon|used|"
    r"very|was|when|where|which|while|who|whose|with|without))+$"
)
"""Words that a cut gloss should not end on."""
SIZE = 2_500_000
"""Bytes of the file at most; the rarest lemmas are left out first."""


def build(wordnet: WordNet, frequencies: Mapping[str, float], size: int = SIZE) -> bytes:
    """The gzipped table of keyword (lower case) and gloss, sorted by keyword.

    Has every lemma of WordNet's nouns, but for the rarest if it would exceed ``size`` bytes.
    """
    rows = []
    for lemma in bar(wordnet.senses, desc="glosses"):
        synset = wordnet.thing_sense(lemma)
        if synset is not None and (gloss := shorten(synset.definition)):
            rows.append((lemma, gloss))
    rows.sort(key=lambda row: (-zipf(row[0], frequencies), row[0]))
    packed = _packed(rows)
    while len(packed) > size:
        rows = rows[: int(len(rows) * min(0.98, size / len(packed)))]
        packed = _packed(rows)
    return packed


def shorten(text: str, limit: int = LIMIT) -> str:
    """At most ``limit`` characters of a definition: no brackets, then fewer clauses or words."""
    text = " ".join(re.sub(r"\([^()]*\)", " ", text).split()).strip(" ;:,")
    text = text.replace(" ;", ";").replace(" ,", ",")
    if len(text) <= limit:
        return text
    for mark in (";", ","):
        cut = text[: limit + 1].rfind(mark)
        if cut > limit // 3:
            return text[:cut].rstrip(" ;:,")
    return LOOSE_ENDS.sub("", text[: limit + 1].rpartition(" ")[0])


def write(packed: bytes, path: Path = PATH) -> None:
    """Write what ``build`` returned; the old file or the whole new one."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_bytes(packed)
    beside.replace(path)


def load(path: Path = PATH) -> dict[str, str]:
    """Gloss of each keyword in lower case."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as source:
        rows = csv.reader(source)
        next(rows)
        return dict(rows)


def _packed(rows: list[tuple[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("keyword", "gloss"))
    writer.writerows(sorted(rows))
    return gzip.compress(text.getvalue().encode(), mtime=0)
