"""What is known about a keyword before anybody labels it: WordNet, vectors, spelling.

A compound that WordNet lacks ("desk lamp stand") takes the meaning of its head, the longest
end that WordNet has; what stands before it is its modifier.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from scipy import sparse

from .embeddings import WordVectors
from .wordnet import WordNet

SENSES = 5
"""Of a lemma at most; the rarer ones are left out."""
PHYSICAL_BONUS = 4.0
"""How much likelier a sense is to be meant in this game of things if it is physical."""
WORD = re.compile(r"[a-z0-9']+")
Bag = dict[str, float]


@dataclass(frozen=True)
class Parse:
    """A keyword as WordNet sees it; ``head`` and ``modifier`` are lemmas or empty."""

    head: str
    modifier: str
    exact: bool
    """Whether WordNet has the whole keyword."""


@dataclass(frozen=True, eq=False)
class Features:
    """Blocks of features of n keywords by name: dense float32 [n, d], or bags of names."""

    dense: dict[str, np.ndarray]
    bags: dict[str, list[Bag]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.dense.values())))

    def rows(self, chosen: np.ndarray) -> Features:
        """The features of some keywords, by index."""
        return Features(
            {name: block[chosen] for name, block in self.dense.items()},
            {name: [bags[i] for i in chosen] for name, bags in self.bags.items()},
        )


def vocabulary(bags: Sequence[Bag], at_least: int = 2) -> dict[str, int]:
    """Column by name, of the names that occur in ``at_least`` bags."""
    counts = Counter(name for bag in bags for name in bag)
    return {name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= at_least))}


def matrix(bags: Sequence[Bag], columns: dict[str, int]) -> sparse.csr_matrix:
    """float32 [n_bags, n_columns]; names without a column are dropped."""
    rows, cols, values = [], [], []
    for row, bag in enumerate(bags):
        for name, value in bag.items():
            if name in columns:
                rows.append(row)
                cols.append(columns[name])
                values.append(value)
    shape = (len(bags), len(columns))
    return sparse.csr_matrix((np.array(values, np.float32), (rows, cols)), shape=shape)


@dataclass(frozen=True, eq=False)
class Featurizer:
    """Describes keywords by WordNet, word vectors and (given) sentence vectors."""

    wordnet: WordNet
    words: WordVectors

    def features(self, keywords: Sequence[str], sentence: np.ndarray) -> Features:
        """``sentence``: float32 [n, d], a vector of each keyword."""
        keywords = [keyword.lower() for keyword in keywords]
        parses = [self.parse(keyword) for keyword in keywords]
        tokens = [WORD.findall(keyword) for keyword in keywords]
        return Features(
            {
                "sentence": sentence,
                "words": self._vectors([[self._known(w) for w in ws] for ws in tokens]),
                "head": self._vectors([[self._known(w) for w in ws[-1:]] for ws in tokens]),
                "gloss": self._vectors([self._definition(p.head) for p in parses]),
                "spelling": np.array([spelling(keyword) for keyword in keywords], np.float32),
            },
            {
                "kind": [self._kinds(parse.head) for parse in parses],
                "modifier": [self._kinds(parse.modifier) for parse in parses],
            },
        )

    def parse(self, keyword: str) -> Parse:
        """Head and modifier of a keyword in lower case."""
        whole = self.lemma(keyword)
        if whole:
            return Parse(whole, "", True)
        words = WORD.findall(keyword)
        for start in range(len(words)):
            head = self.lemma(" ".join(words[start:]))
            if head:
                before = " ".join(words[:start])
                modifier = self.lemma(before) or self.lemma(before.split()[-1]) if before else ""
                return Parse(head, modifier, start == 0)
        return Parse("", next(filter(None, map(self.lemma, words)), ""), False)

    def lemma(self, name: str) -> str:
        """WordNet's entry for a name that may be a plural; empty if it has none."""
        return next((form for form in singulars(name) if form in self.wordnet.senses), "")

    def senses(self, lemma: str) -> list[tuple[int, float]]:
        """Synsets of a lemma with the probability that they are meant, the likeliest first."""
        found = self.wordnet.senses.get(lemma, ())[:SENSES]
        weights = [
            (sense.count + 1) * (PHYSICAL_BONUS if self._physical(sense.offset) else 1)
            for sense in found
        ]
        total = sum(weights)
        pairs = [(s.offset, w / total) for s, w in zip(found, weights, strict=True)]
        return sorted(pairs, key=lambda pair: -pair[1])

    def _physical(self, offset: int) -> bool:
        synset = self.wordnet.synsets[offset]
        return synset.lexname in ("artifact", "food", "plant", "animal", "object", "substance")

    @lru_cache(maxsize=200_000)  # noqa: B019 - one featurizer lives as long as the process
    def _kinds(self, lemma: str) -> Bag:
        """What it is a kind of, consists of and belongs to, weighted by the senses."""
        bag: Bag = Counter()
        for offset, weight in self.senses(lemma):
            synset = self.wordnet.synsets[offset]
            bag[f"file {synset.lexname}"] += weight
            for ancestor in self.wordnet.ancestors(offset):
                bag[f"is {ancestor}"] += weight
            for relation in ("parts", "substances", "part_of"):
                for other in getattr(synset, relation):
                    bag[f"{relation} {other}"] += weight
        return dict(bag)

    @lru_cache(maxsize=200_000)  # noqa: B019
    def _definition(self, lemma: str) -> tuple[str, ...]:
        """The words that define the likeliest sense."""
        likeliest = self.senses(lemma)[:1]
        return tuple(
            word
            for offset, _ in likeliest
            for word in WORD.findall(self.wordnet.synsets[offset].definition.lower())
        )

    def _known(self, word: str) -> str:
        return next((form for form in singulars(word) if form in self.words.index), word)

    def _vectors(self, texts: Sequence[Sequence[str]]) -> np.ndarray:
        return np.array([self.words.mean(words) for words in texts], np.float32)


def singulars(name: str) -> Iterator[str]:
    """The name itself, then what it may be the plural of."""
    yield name
    for ending, singular in (("ies", "y"), ("ves", "f"), ("ves", "fe"), ("es", ""), ("s", "")):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            yield name[: -len(ending)] + singular


def spelling(keyword: str) -> list[float]:
    """Number of words, length, plural ending: all about 0 to 2."""
    words = keyword.split()
    plural = keyword.endswith("s") and not keyword.endswith("ss")
    return [len(words) - 1.0, len(keyword) / 10, float(plural)]
