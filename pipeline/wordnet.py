"""The nouns of a WordNet 3.x database folder: synsets, relations, glosses, senses by frequency.

Reads ``data.noun`` and ``index.sense`` as wndb(5WN) and senseidx(5WN) describe them. Neither
nltk's reader nor ``wn`` takes this folder: the former also wants ``lexnames`` and the exception
lists, which packages leave out, the latter reads another format.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import sources
from .sources import SourceError

# fmt: off
LEXNAMES = [
    "Tops", "act", "animal", "artifact", "attribute", "body", "cognition",
    "communication", "event", "feeling", "food", "group", "location", "motive", "object",
    "person", "phenomenon", "plant", "possession", "process", "quantity", "relation",
    "shape", "state", "substance", "time",
]
# fmt: on
"""Names of the lexicographer files of nouns, in the order of their numbers from 3 on."""
FIRST_NOUN_FILE = 3
THING_WEIGHTS = dict.fromkeys(
    ["animal", "artifact", "body", "food", "object", "plant", "substance"], 1.0
) | dict.fromkeys(["event", "group", "location", "person", "phenomenon"], 0.3)
"""How much a meaning is what people call a thing; 0.1 for the other lexicographer files."""
PROPER_NAME_WEIGHT = 0.03
POINTERS = {
    "@": "hypernyms",
    "@i": "instance_of",
    "%p": "parts",
    "%m": "members",
    "%s": "substances",
    "#p": "part_of",
    "#m": "member_of",
    "#s": "substance_of",
}


@dataclass(frozen=True, slots=True)
class Synset:
    """One meaning; relations are offsets of other noun synsets, in the file's order."""

    offset: int
    lexname: str
    lemmas: tuple[str, ...]
    """As written, with spaces: ``("dog", "domestic dog", "Canis familiaris")``."""
    gloss: str
    """Definition, then examples in quotes, parted by ``; ``."""
    hypernyms: tuple[int, ...] = ()
    instance_of: tuple[int, ...] = ()
    parts: tuple[int, ...] = ()
    """What it has as parts (part meronyms); ``members`` and ``substances`` likewise."""
    members: tuple[int, ...] = ()
    substances: tuple[int, ...] = ()
    part_of: tuple[int, ...] = ()
    """What it is a part of (part holonyms); ``member_of`` and ``substance_of`` likewise."""
    member_of: tuple[int, ...] = ()
    substance_of: tuple[int, ...] = ()

    @property
    def definition(self) -> str:
        """The gloss without its examples."""
        return self.gloss.split('; "')[0].strip().rstrip(";")

    @property
    def parents(self) -> tuple[int, ...]:
        """What it is a kind of, or an instance of."""
        return self.hypernyms + self.instance_of


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a lemma."""

    offset: int
    count: int
    """How often this meaning was tagged in WordNet's semantic concordances."""


@dataclass(frozen=True)
class WordNet:
    """All noun synsets by offset, and each lemma's senses, the most frequent first."""

    synsets: dict[int, Synset]
    senses: dict[str, tuple[Sense, ...]]
    """By lemma in lower case, with spaces: ``senses["desk lamp"]``."""

    def lookup(self, lemma: str) -> tuple[Synset, ...]:
        """The synsets of a noun in order of frequency; empty if WordNet lacks it."""
        return tuple(self.synsets[s.offset] for s in self.senses.get(lemma.lower(), ()))

    def thing_sense(self, lemma: str) -> Synset | None:
        """The most frequent meaning of ``lemma`` that is a thing; None if WordNet lacks it.

        A meaning's count is weighed by its kind (``THING_WEIGHTS``), and lowered where WordNet
        writes the lemma with a capital: "crane" is no author. Uncounted meanings go by rank.
        """
        lemma = lemma.lower()
        best, most = None, 0.0
        for rank, sense in enumerate(self.senses.get(lemma, ()), start=1):
            synset = self.synsets[sense.offset]
            weight = THING_WEIGHTS.get(synset.lexname, 0.1) * (sense.count + 1 / rank)
            if lemma not in synset.lemmas:
                weight *= PROPER_NAME_WEIGHT
            if weight > most:
                best, most = synset, weight
        return best

    def ancestors(self, offset: int) -> tuple[int, ...]:
        """The synset itself and all it is a kind of, nearest first, each once."""
        found = [offset]
        seen = {offset}
        for current in found:
            for parent in self.synsets[current].parents:
                if parent not in seen:
                    seen.add(parent)
                    found.append(parent)
        return tuple(found)

    @cached_property
    def children(self) -> dict[int, tuple[int, ...]]:
        """Direct hyponyms and instances of each synset that has any."""
        below: dict[int, list[int]] = defaultdict(list)
        for synset in self.synsets.values():
            for parent in synset.parents:
                below[parent].append(synset.offset)
        return {offset: tuple(found) for offset, found in below.items()}

    def descendants(self, offset: int) -> set[int]:
        """All that is a kind of the synset, itself included."""
        found, waiting = set(), [offset]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self.children.get(current, ()))
        return found


def fetched() -> WordNet:
    """WordNet 3.1 from the download cache, fetched there if needed. Raises SourceError."""
    return read(sources.fetch("wordnet") / "package" / "dict")


def read(folder: Path) -> WordNet:
    """The nouns of a folder with ``data.noun`` and ``index.sense``.

    Raises SourceError naming the file, and the line if one cannot be read.
    """
    synsets = {s.offset: s for s in _parsed(folder / "data.noun", _synset) if s}
    numbered: dict[str, list[tuple[int, Sense]]] = defaultdict(list)
    for entry in _parsed(folder / "index.sense", _sense):
        if entry and entry[2].offset in synsets:
            numbered[entry[0]].append((entry[1], entry[2]))
    senses = {
        lemma: tuple(sense for _, sense in sorted(found, key=lambda pair: pair[0]))
        for lemma, found in numbered.items()
    }
    return WordNet(synsets, senses)


def _parsed(path: Path, parse) -> Iterator:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield parse(line)
                except (ValueError, IndexError, KeyError) as error:
                    raise SourceError(
                        f"{path}, line {number}: expected an entry of a WordNet 3.x database, "
                        f"found {line.strip()[:60]!r} ({error}). Fetch the folder again."
                    ) from error
    except OSError as error:
        raise SourceError(
            f"Expected the WordNet database file {path}, found: {error.strerror}. "
            "Name a folder that holds data.noun and index.sense."
        ) from error


def _synset(line: str) -> Synset | None:
    if line.startswith("  "):  # the licence at the head of the file
        return None
    data, _, gloss = line.partition(" | ")
    fields = data.split()
    words = int(fields[3], 16)
    lemmas = tuple(word.replace("_", " ") for word in fields[4 : 4 + 2 * words : 2])
    start = 4 + 2 * words
    related: dict[str, list[int]] = defaultdict(list)
    for i in range(int(fields[start])):
        symbol, target, kind, _ = fields[start + 1 + 4 * i : start + 5 + 4 * i]
        if kind == "n" and symbol in POINTERS:
            related[POINTERS[symbol]].append(int(target))
    return Synset(
        offset=int(fields[0]),
        lexname=LEXNAMES[int(fields[1]) - FIRST_NOUN_FILE],
        lemmas=lemmas,
        gloss=gloss.strip(),
        **{name: tuple(offsets) for name, offsets in related.items()},
    )


def _sense(line: str) -> tuple[str, int, Sense] | None:
    """Lemma, number of the sense, sense; None for another part of speech."""
    key, offset, number, count = line.split()
    lemma, _, rest = key.partition("%")
    if not rest.startswith("1:"):
        return None
    return lemma.replace("_", " "), int(number), Sense(int(offset), int(count))
