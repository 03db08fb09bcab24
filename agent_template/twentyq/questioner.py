"""What to ask and what to guess: the question that tells most, the keyword that is likeliest.

Nothing is remembered between turns: every call starts from the observation.
"""

from __future__ import annotations

import heapq
import itertools
import string
from collections.abc import Iterator

import numpy as np

from twentyq.belief import Belief, infer, soften
from twentyq.knowledge import LEVELS, Knowledge, question_key
from twentyq.matching import matches
from twentyq.observation import MAX_GUESS, MAX_QUESTION, ROUNDS, Observation
from twentyq.spelling import HANDSHAKE, bisection_question, parse

HANDSHAKES = ("auto", "always", "never")
QUESTIONS = ("all", "semantic", "spelling")
SAMPLE = 2048
"""Candidates at most that a question's gain is computed on."""
FINALISTS = 256
"""Candidates that the last question chooses between."""
SPLIT_BITS = 0.95
"""What one bisection tells about the keyword with a partner that speaks, nearly one bit."""
SPARE_GUESSES = ("water", "house", "tree", "stone", "door", "paper", "light", "sand")


class Questioner:
    """The guesser's policy over one ``Knowledge``.

    ``handshake``: open with it "always", "never", or ("auto") where it pays.
    ``questions``: "all", only the table's ("semantic"), or only "spelling".
    """

    def __init__(
        self, knowledge: Knowledge, handshake: str = "auto", questions: str = "all"
    ) -> None:
        if handshake not in HANDSHAKES or questions not in QUESTIONS:
            raise ValueError(
                f"handshake should be one of {HANDSHAKES} and questions one of {QUESTIONS}, "
                f"found {handshake!r} and {questions!r}"
            )
        self.knowledge = knowledge
        self.handshake = handshake
        self.questions = questions

    def ask(self, obs: Observation) -> str:
        """A question not asked before, 1 to ``MAX_QUESTION`` characters, never a bare keyword."""
        belief = infer(self.knowledge, obs.history, obs.guesses)
        last = obs.round >= ROUNDS
        table = splits = np.zeros(0)
        if self.questions != "spelling":
            table = table_gains(self.knowledge, belief, last)
        if self.questions != "semantic":
            splits = split_gains(self.knowledge, belief, last)

        def ranked() -> Iterator[str]:
            if not obs.questions and self._opens_with_handshake(belief, table.max(initial=0)):
                yield HANDSHAKE
            yield from self._merged(table, splits)
            yield from self._spare_questions()

        asked = {question_key(question) for question in obs.questions}
        return next(question for question in ranked() if self._may_ask(question, asked))

    def guess(self, obs: Observation) -> str:
        """The likeliest keyword not yet ruled out, 1 to ``MAX_GUESS`` characters, always new."""
        belief = infer(self.knowledge, obs.history, obs.guesses)
        for i in _descending(belief.weights)[: np.count_nonzero(belief.weights)]:
            for name in (self.knowledge.keywords[i], *self.knowledge.variants[i]):
                if name.strip() and len(name) <= MAX_GUESS:
                    return name
        numbered = (f"{number} things" for number in itertools.count(2))
        return next(
            guess
            for guess in itertools.chain(SPARE_GUESSES, numbered)
            if not any(matches(guess, old) for old in obs.guesses)
        )

    def _opens_with_handshake(self, belief: Belief, table_bits: float) -> bool:
        if self.questions == "semantic" or self.handshake == "never":
            return False
        return self.handshake == "always" or handshake_pays(
            belief.entropy, table_bits, belief.speaks
        )

    def _may_ask(self, question: str, asked: set[str]) -> bool:
        """New, not too long, and nothing that the environment takes for the keyword itself."""
        return (
            0 < len(question) <= MAX_QUESTION
            and question_key(question) not in asked
            and not self.knowledge.covered_by(question)
        )

    def _merged(self, table: np.ndarray, splits: np.ndarray) -> Iterator[str]:
        """Table and bisection questions from the larger gain to the smaller."""
        from_table = ((-table[i], self.knowledge.questions[i]) for i in _descending(table))
        merged = heapq.merge(from_table, self._splits(splits), key=lambda offer: offer[0])
        return (question for _, question in merged)

    def _splits(self, gains: np.ndarray) -> Iterator[tuple[float, str]]:
        """(-gain, bisection question), best first, without those that our own parser misreads."""
        words = self.knowledge.sorted_lower
        for i in _descending(gains):
            bound = shortest_bound(words[i], words[i + 1])
            if bound:
                question = bisection_question(bound)
                predicate = parse(question)
                if predicate and predicate(words[i]) and not predicate(words[i + 1]):
                    yield -gains[i], question

    def _spare_questions(self) -> Iterator[str]:
        """What is left to ask when nothing in the lexicon tells the candidates apart."""
        if self.questions != "semantic":
            for letter in string.ascii_lowercase:
                yield f'Does the keyword contain the letter "{letter}"?'
        for age in itertools.count(3):
            yield f"Would a child of {age} know it?"


def handshake_pays(entropy: float, table_bits: float, speaks: float) -> bool:
    """Whether asking the handshake first saves more rounds than the one it costs.

    ``entropy`` bits are to be found out, at ``table_bits`` a table question (the
    best one's, so that the table is rather over- than underrated), or at
    ``SPLIT_BITS`` a bisection with a partner that speaks, of probability ``speaks``.
    """
    if table_bits <= 0:
        return True
    return speaks * entropy * (1 / table_bits - 1 / SPLIT_BITS) > 1


def table_gains(knowledge: Knowledge, belief: Belief, last: bool = False) -> np.ndarray:
    """float64 [n_questions]: expected bits about the keyword; on the ``last`` question,
    the probability that the guess after it is right.

    More than ``SAMPLE`` candidates are thinned out in proportion to their weight.
    """
    rows, weights = _candidates(belief.weights, FINALISTS if last else SAMPLE, top=last)
    low, high = belief.channel(spelled=False, rows=rows)
    truth = soften(
        knowledge.p_yes[rows].astype(np.float32) / LEVELS, knowledge.reliability.astype(np.float32)
    )
    p_yes = low[:, None] + (high - low)[:, None] * truth
    if last:
        hit, miss = weights[:, None] * p_yes, weights[:, None] * (1 - p_yes)
        return hit.max(axis=0, initial=0) + miss.max(axis=0, initial=0)
    weights = weights.astype(np.float32)
    return entropy(weights @ p_yes).astype(np.float64) - weights @ entropy(p_yes)


def split_gains(knowledge: Knowledge, belief: Belief, last: bool = False) -> np.ndarray:
    """float64 [n_keywords - 1]: as ``table_gains``, of "precedes the keyword at i + 1 in order"."""
    weights = belief.weights[knowledge.order]
    low, high = belief.channel(spelled=True, rows=knowledge.order)

    def of_each_split(gather: np.ufunc, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """``gather`` of ``before`` up to i and of ``after`` beyond it, for every i."""
        return np.array([gather.accumulate(before)[:-1], gather.accumulate(after[::-1])[::-1][1:]])

    if last:
        yes = of_each_split(np.maximum, weights * high, weights * low)
        no = of_each_split(np.maximum, weights * (1 - high), weights * (1 - low))
        return yes.max(axis=0) + no.max(axis=0)
    yes = of_each_split(np.add, weights * high, weights * low).sum(axis=0)
    given_keyword = of_each_split(np.add, weights * entropy(high), weights * entropy(low))
    return entropy(yes) - given_keyword.sum(axis=0)


def shortest_bound(before: str, after: str) -> str | None:
    """The shortest start of ``after`` that follows ``before``; None if none can be quoted.

    Short of the whole keyword, it stays clear of partners that take "equal" for "precedes".
    """
    for length in range(1, len(after) + 1):
        bound = after[:length]
        if bound > before and bound == bound.strip() and '"' not in bound:
            return bound
    return None


def entropy(p: np.ndarray) -> np.ndarray:
    """Of a coin, in bits, in the precision of ``p``, which is clipped away from 0 and 1."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return -(p * np.log2(p) + (1 - p) * np.log2(1 - p))


def _candidates(weights: np.ndarray, size: int, top: bool) -> tuple[np.ndarray, np.ndarray]:
    """At most ``size`` rows that stand for all, ascending, and their weights.

    ``top`` takes the heaviest with their own weights; otherwise evenly spaced
    quantiles of the posterior, which needs no random numbers.
    """
    rows = np.flatnonzero(weights)
    if len(rows) <= size:
        return rows, weights[rows]
    if top:
        rows = np.sort(np.argpartition(-weights, size)[:size])
        return rows, weights[rows]
    cumulative = np.cumsum(weights)
    quantiles = (np.arange(size) + 0.5) / size * cumulative[-1]
    picked = np.searchsorted(cumulative, quantiles, side="left")
    rows, counts = np.unique(picked, return_counts=True)
    return rows, counts / size


def _descending(values: np.ndarray) -> list[int]:
    """Indices from the largest value down, equal ones in order."""
    return np.argsort(-values, kind="stable").tolist()
