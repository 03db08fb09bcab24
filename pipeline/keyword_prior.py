"""How likely a candidate is a keyword: features, a logistic model, and its cross-validation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from twentyq.matching import normalize, plural_forms

from .candidates import Candidates
from .frequency import UNSEEN
from .progress import bar
from .wordnet import LEXNAMES, Synset, WordNet

EVIDENCE = ("everyday", "wordnet", "dictionary", "bigrams", "places", "compounds")
"""Sources that count as features; ``things`` and ``public`` are what the model is fitted to."""
NUMBERS = (
    "zipf_min",
    "zipf_min_squared",
    "zipf_first",
    "zipf_last",
    "zipf_last_squared",
    "characters",
    "two_words",
    "three_words_or_more",
    "everyday_compound",
    "bigram_count",
    "modifier_count",
    "head_count",
    "tagged",
    "senses",
    "proper_name",
    "instance",
    "plural",
    "later",
)
KINDS = (*LEXNAMES, "other")
FEATURES = (
    *NUMBERS,
    *EVIDENCE,
    *(f"sense:{kind}" for kind in KINDS),
    *(f"head:{kind}" for kind in KINDS),
)
SAMPLE = 60_000
"""Candidates that stand for all that are no known keyword while a model is fitted."""
REGULARISATION = 0.3
LATER = NUMBERS.index("later")
LATER_BITS = 2.0
"""By so much less likely is a thing of the second list of everyday things, where that cannot be
learnt: it was written without what the first list and the project's own things had. The lists
after it were written without what the public list had and was described, so nothing is learnt
from them."""
FOLDS = 5


def features(
    candidates: Candidates, wordnet: WordNet, frequencies: Mapping[str, float]
) -> np.ndarray:
    """What is known of each candidate: float32 [n_candidates, len(FEATURES)]."""
    keywords = list(candidates.sources)
    found = np.zeros((len(keywords), len(FEATURES)), dtype=np.float32)
    first_sense = len(NUMBERS) + len(EVIDENCE)
    first_head = first_sense + len(KINDS)
    kind_index = {kind: i for i, kind in enumerate(KINDS)}

    @cache
    def head_kind(word: str) -> int:
        synset = wordnet.thing_sense(word)
        return kind_index["other" if synset is None else synset.lexname]

    for row, keyword in enumerate(bar(keywords, desc="features")):
        synset = wordnet.thing_sense(keyword)
        names = candidates.sources[keyword]
        found[row, : len(NUMBERS)] = _numbers(keyword, synset, candidates, wordnet, frequencies)
        found[row, len(NUMBERS) : first_sense] = [name in names for name in EVIDENCE]
        if synset is None:
            found[row, first_head + head_kind(keyword.rpartition(" ")[2])] = 1
        else:
            found[row, first_sense + kind_index[synset.lexname]] = 1
    return found


def _numbers(
    keyword: str,
    synset: Synset | None,
    candidates: Candidates,
    wordnet: WordNet,
    frequencies: Mapping[str, float],
) -> list[float]:
    words = keyword.replace("-", " ").split()
    zipfs = [frequencies.get(word, UNSEEN) for word in words]
    lowest, last = min(zipfs), zipfs[-1]
    senses = wordnet.senses.get(keyword, ())
    return [
        lowest,
        lowest * lowest,
        zipfs[0],
        last,
        last * last,
        len(keyword),
        len(words) == 2,
        len(words) > 2,
        len(words) > 1 and "everyday" in candidates.sources[keyword],
        math.log1p(candidates.bigram_counts.get(keyword, 0)),
        math.log1p(candidates.modifiers[words[0]]) if len(words) > 1 else 0.0,
        math.log1p(candidates.heads[words[-1]]) if len(words) > 1 else 0.0,
        math.log1p(sum(s.count for s in senses if synset and s.offset == synset.offset)),
        math.log1p(len(senses)),
        synset is not None and keyword not in synset.lemmas,
        synset is not None and bool(synset.instance_of),
        keyword.endswith("s") and not keyword.endswith("ss"),
        candidates.later.get(keyword, 0.0),
    ]


def fit(
    matrix: np.ndarray, positives: Sequence[int], seed: int = 0, learn_later: bool = True
) -> np.ndarray:
    """How each feature changes the log odds of a keyword: float32 [len(FEATURES)].

    A logistic regression of the rows ``positives`` against a random sample of the others,
    each of which weighs as many as it stands for; lists later than the second stay out of it.
    Without ``learn_later`` so does the second, and counts as ``LATER_BITS`` says.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    chosen = np.zeros(len(matrix), dtype=bool)
    chosen[list(positives)] = True
    latest = 1.0 if learn_later else 0.0
    others = np.flatnonzero(~chosen & (matrix[:, LATER] <= latest))
    sample = np.random.default_rng(seed).permutation(others)[:SAMPLE]
    rows = np.concatenate([np.flatnonzero(chosen), sample])
    weights = np.where(chosen[rows], 1.0, len(others) / len(sample))
    scaler = StandardScaler().fit(matrix[rows])
    model = LogisticRegression(C=REGULARISATION, max_iter=1000)
    model.fit(scaler.transform(matrix[rows]), chosen[rows], sample_weight=weights)
    slopes = (model.coef_[0] / scaler.scale_).astype(np.float32)
    if not learn_later:
        slopes[LATER] = -LATER_BITS * math.log(2)
    return slopes


def normalised(log_odds: np.ndarray) -> np.ndarray:
    """Base-2 logarithms of probabilities that sum to one."""
    bits = log_odds.astype(np.float64) / math.log(2)
    top = bits.max()
    return bits - top - math.log2(np.exp2(bits - top).sum())


def ranks(keywords: Sequence[str], targets: Sequence[Sequence[str]]) -> np.ndarray:
    """At which rank (from 1) each target is guessed, in the order given; inf if never.

    A target is the names the game accepts; a guess hits as the environment compares them.
    """
    first: dict[str, int] = {}
    for rank, normal in enumerate(normalize("\n".join(keywords)).split("\n"), start=1):
        first.setdefault(normal, rank)
    return np.array(
        [
            min(
                (first[f] for n in names for f in plural_forms(normalize(n)) if f in first),
                default=np.inf,
            )
            for names in targets
        ],
        dtype=np.float64,
    )


def coverage(found: np.ndarray, sizes: Sequence[int]) -> dict[int, float]:
    """Share of the targets among the first so many candidates, from ``ranks``."""
    return {size: float(np.mean(found <= size)) for size in sizes}


def rows_of(keywords: Sequence[str], targets: Sequence[Sequence[str]]) -> list[list[int]]:
    """The candidates that hit each target."""
    by_form: dict[str, list[int]] = {}
    for row, normal in enumerate(normalize("\n".join(keywords)).split("\n")):
        by_form.setdefault(normal, []).append(row)
    return [
        sorted({r for n in names for f in plural_forms(normalize(n)) for r in by_form.get(f, [])})
        for names in targets
    ]


def cross_validated(
    matrix: np.ndarray, hits: Sequence[Sequence[int]], folds: int = FOLDS, seed: int = 0
) -> np.ndarray:
    """The rank of each target by a model fitted to the other folds; inf without a candidate."""
    found = np.full(len(hits), np.inf)
    fold = np.random.default_rng(seed).permutation(len(hits)) % folds
    for held_out in range(folds):
        fitted = [r[0] for r, f in zip(hits, fold, strict=True) if r and f != held_out]
        score = matrix @ fit(matrix, fitted, seed)
        falling = np.sort(-score)
        for target in np.flatnonzero(fold == held_out):
            if hits[target]:
                best = score[list(hits[target])].max()
                found[target] = np.searchsorted(falling, -best, side="left") + 1
    return found
