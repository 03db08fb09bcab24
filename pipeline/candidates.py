"""Everything that may be a keyword, and which open sources say so.

Sources: ``everyday`` (our own list), ``wordnet``, ``dictionary`` (the English side of CC-CEDICT),
``bigrams`` (frequent pairs that end on a noun), ``things`` and ``places`` (our own tables),
``compounds`` (modifiers and heads of known compounds, put together anew) and ``public``, the
environment's own list, which ``withhold`` leaves unread.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from twentyq.matching import MIN_PLURAL, normalize

from . import places, sources
from .errors import PipelineError
from .wordnet import WordNet

SOURCES = (
    "everyday",
    "wordnet",
    "dictionary",
    "bigrams",
    "things",
    "places",
    "compounds",
    "public",
)
LATER_LISTS = {
    "more_everyday_things.txt": 1.0,
    "further_things.txt": 1.5,
    "rarer_things.txt": 2.0,
}
"""More everyday things, each without what the lists before it had; how late it is."""
WITHHOLDABLE = ("none", "public")
MAX_WORDS, MAX_CHARACTERS = 4, 40
KEYWORD = re.compile(r"[a-z0-9][a-z0-9'.&-]*( [a-z0-9][a-z0-9'.&-]*)*")
FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a about after all also an and any are as at be been before being but by can could did do "
        "does each every first for from get had has have he her here his how i if in into is it "
        "its just last many may me more most much must my new no nor not now of off old on one "
        "only or other our out over own same she should so some such than that the their them "
        "then there these they this those to too two under up upon us very was we were what when "
        "where which while who whose why will with within without would you your",
    )
)
SMOOTHING = 0.3
"""Of a word's compounds, the share that is spread over kinds it has not been seen with."""


class LexiconError(PipelineError):
    """The lexicon cannot be built or read."""


@dataclass
class Candidates:
    """Keywords in lower case, each with the sources that have it, in order of first sight."""

    sources: dict[str, set[str]] = field(default_factory=dict)
    excluded: frozenset[str] = frozenset()
    """Words that no keyword may hold."""
    bigram_counts: dict[str, int] = field(default_factory=dict)
    modifiers: Counter[str] = field(default_factory=Counter)
    """How many known compounds begin with a word; ``heads``: how many end on it."""
    later: dict[str, float] = field(default_factory=dict)
    """Everyday things that only a later list has, and how late that is."""
    heads: Counter[str] = field(default_factory=Counter)

    def add(self, source: str, keywords: Iterable[str]) -> None:
        """Note that ``source`` has each of ``keywords``, but for malformed and excluded ones."""
        for keyword in keywords:
            keyword = " ".join(keyword.lower().split())
            if well_formed(keyword) and self.excluded.isdisjoint(keyword.split()):
                self.sources.setdefault(keyword, set()).add(source)

    def of(self, *names: str) -> list[str]:
        """The keywords that any of the named sources has."""
        return [keyword for keyword, found in self.sources.items() if not found.isdisjoint(names)]


def gather(
    wordnet: WordNet,
    withhold: str = "none",
    compounds: int = 300_000,
    data: Path = places.DATA,
    echo: Callable[[str], None] = print,
) -> Candidates:
    """All candidates. With ``withhold="public"`` the public keywords are never looked at.

    Raises LexiconError for another ``withhold``, SourceError if a source cannot be had.
    """
    if withhold not in WITHHOLDABLE:
        raise LexiconError(
            f"Expected withhold to be one of {', '.join(WITHHOLDABLE)}, found {withhold!r}."
        )
    found = Candidates(excluded=frozenset(listed(data / "excluded_words.txt")))
    found.add("everyday", listed(data / "everyday_things.txt"))
    for name, late in LATER_LISTS.items():
        if (data / name).exists():
            fresh = dict.fromkeys(listed(data / name), late)
            found.later |= {k: v for k, v in fresh.items() if k not in found.sources}
            found.add("everyday", fresh)
    found.add("wordnet", wordnet.senses)
    found.add("things", table_keywords(data / "things.csv", source="own"))
    found.add("places", table_keywords(data / "places.csv"))
    cedict = sources.fetch("dictionary", echo) / "package" / "cedict.json"
    found.add("dictionary", translations(cedict))
    pairs = sources.fetch("bigrams", echo) / "wordsegment" / "bigrams.txt"
    found.bigram_counts = bigrams(pairs, wordnet)
    found.add("bigrams", found.bigram_counts)
    known = [k for k in found.of("everyday", "wordnet") if is_compound(k, wordnet)]
    found.modifiers = Counter(k.split()[0] for k in known)
    found.heads = Counter(k.split()[1] for k in known)
    found.add("compounds", generated(known, wordnet, compounds, set(found.sources)))
    found.sources = merged(found.sources, wordnet)
    if withhold == "none":
        found.add("public", table_keywords(data / "things.csv", source="public"))
    for name in SOURCES:
        echo(f"{name:<10} {len(found.of(name)):>9,}")
    return found


def merged(found: Mapping[str, set[str]], wordnet: WordNet) -> dict[str, set[str]]:
    """One keyword for all that the game takes for each other; it gets the sources of all.

    Of spellings that only differ in spaces and punctuation, WordNet's is kept, or the first.
    A plural that WordNet does not list goes with its singular.
    """
    spelling: dict[str, str] = {}
    for keyword in sorted(found, key=lambda k: "wordnet" not in found[k]):
        spelling.setdefault(normalize(keyword), keyword)
    kept: dict[str, set[str]] = {}
    for keyword, names in found.items():
        normal = normalize(keyword)
        target = spelling[normal]
        if "wordnet" not in found[target]:
            stems = (normal.removesuffix(ending) for ending in ("s", "es"))
            singular = (s for s in stems if s != normal and len(s) >= MIN_PLURAL and s in spelling)
            target = spelling[next(singular, normal)]
        kept.setdefault(target, set()).update(names)
    return kept


def well_formed(keyword: str) -> bool:
    """Whether the game could have it: plain letters or digits, a few words, not too long."""
    return (
        2 < len(keyword) <= MAX_CHARACTERS
        and keyword.count(" ") < MAX_WORDS
        and KEYWORD.fullmatch(keyword) is not None
        and not keyword.replace(" ", "").isdigit()
    )


def listed(path: Path) -> Iterator[str]:
    """The lines of a list, without blank ones and those that begin with ``#``."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def table_keywords(path: Path, source: str | None = None) -> Iterator[str]:
    """Keywords and variants of a table in ``data/``; only rows of ``source``, if given."""
    with path.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            if source is None or row["source"] == source:
                yield row["keyword"]
                yield from filter(None, row["variants"].split(" | "))


def translations(path: Path) -> Iterator[str]:
    """Short English translations in a CC-CEDICT file in JSON, without verbs and brackets."""
    for entry in json.loads(path.read_text(encoding="utf-8")):
        for text in entry["english"]:
            text = re.sub(r"\([^()]*\)|\[[^\]]*\]", "", text)
            for part in re.split(r"[;,/]", text):
                part = part.strip()
                if not part.startswith("to "):
                    yield re.sub(r"^(an?|the) ", "", part)


def bigrams(path: Path, wordnet: WordNet) -> dict[str, int]:
    """Count of each pair in a file of ``word word<tab>count`` that may be a compound noun."""
    counts = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        pair, _, count = line.partition("\t")
        words = pair.split()
        long_enough = len(words) == 2 and min(map(len, words)) > 2
        if long_enough and words[1] in wordnet.senses and FUNCTION_WORDS.isdisjoint(words):
            counts[pair] = int(count)
    return counts


def is_compound(keyword: str, wordnet: WordNet) -> bool:
    """Whether it is two words of letters, the last a noun, and no proper name in WordNet."""
    words = keyword.split()
    if len(words) != 2 or not keyword.replace(" ", "").isalpha() or words[1] not in wordnet.senses:
        return False
    synset = wordnet.thing_sense(keyword)
    return synset is None or keyword in synset.lemmas


def kind(word: str, wordnet: WordNet) -> str:
    """The lexicographer file of a noun's meaning as a thing; ``other`` for other words."""
    synset = wordnet.thing_sense(word)
    return "other" if synset is None else synset.lexname


def generated(known: Iterable[str], wordnet: WordNet, size: int, without: set[str]) -> list[str]:
    """The ``size`` most plausible new pairs of a modifier and a head of known compounds.

    A pair is as plausible as its modifier is frequent with heads of that kind, times as its
    head is frequent with modifiers of that kind; both counts are smoothed towards the kinds'
    overall shares. Words of a single known compound are left out.
    """
    pairs = [keyword.split() for keyword in known]
    mods, heads = (_counted(pair[i] for pair in pairs) for i in (0, 1))
    mod_kinds = {word: kind(word, wordnet) for word in mods}
    head_kinds = {word: kind(word, wordnet) for word in heads}
    pairs = [(m, h) for m, h in pairs if m in mods and h in heads]
    kinds = sorted({*mod_kinds.values(), *head_kinds.values()})
    by_mod = _by_kind(pairs, mods, head_kinds, kinds, word=0)
    by_head = _by_kind(pairs, heads, mod_kinds, kinds, word=1)
    head_index = np.array([kinds.index(head_kinds[h]) for h in heads])
    mod_index = np.array([kinds.index(mod_kinds[m]) for m in mods])
    score = by_mod[:, head_index] + by_head[:, mod_index].T
    best = min(size + len(without) + len(heads), score.size)
    order = np.argpartition(-score, best - 1, axis=None)[:best]
    order = order[np.lexsort((order, -score.ravel()[order]))]
    mod_names, head_names = list(mods), list(heads)
    found = []
    for flat in order.tolist():
        m, h = divmod(flat, len(head_names))
        keyword = f"{mod_names[m]} {head_names[h]}"
        if keyword not in without and mod_names[m] != head_names[h]:
            found.append(keyword)
    return found[:size]


def _counted(words: Iterable[str]) -> dict[str, int]:
    return {word: n for word, n in sorted(Counter(words).items()) if n > 1}


def _by_kind(
    pairs: list[tuple[str, str]],
    words: Mapping[str, int],
    kind_of: Mapping[str, str],
    kinds: list[str],
    word: int,
) -> np.ndarray:
    """Log of how often each word goes with each kind: float32 [n_words, n_kinds]."""
    together: dict[str, Counter[str]] = defaultdict(Counter)
    overall: Counter[str] = Counter()
    for pair in pairs:
        together[pair[word]][kind_of[pair[1 - word]]] += 1
        overall[kind_of[pair[1 - word]]] += 1
    share = np.array([overall[k] + 1 for k in kinds], dtype=np.float64)
    share /= share.sum()
    counts = np.array([[together[w][k] for k in kinds] for w in words], dtype=np.float64)
    totals = np.array(list(words.values()), dtype=np.float64)[:, None]
    rate = (1 - SMOOTHING) * counts / share + SMOOTHING * totals
    return np.log(rate).astype(np.float32)
