"""What to ask and what to guess: the question that tells most, the keyword that is likeliest.

Nothing is remembered between turns: every call starts from the observation.
"""

from __future__ import annotations

import heapq
import itertools
import string
from collections.abc import Iterator

import numpy as np

from twentyq.belief import Belief, infer
from twentyq.gains import Splits, gains
from twentyq.knowledge import Knowledge, question_key
from twentyq.matching import matches
from twentyq.observation import MAX_GUESS, MAX_QUESTION, ROUNDS, Observation
from twentyq.spelling import HANDSHAKE, bisection_question, parse

HANDSHAKES = ("auto", "always", "never")
QUESTIONS = ("all", "semantic", "spelling")
FAVOURITES = 32
"""Likeliest candidates whose names are weighed as guesses."""
SPLIT_BITS = 0.95
"""What one bisection tells about the keyword with a partner that speaks, nearly one bit."""
SOBER = 11
"""Rounds left from which on questions are chosen by the belief as it is, not a hopeful one."""
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
        rounds_left = max(1, ROUNDS + 1 - obs.round)
        table, splits = gains(
            self.knowledge,
            belief if rounds_left <= SOBER else belief.hopeful(),
            rounds_left,
            table=self.questions != "spelling",
            spelling=self.questions != "semantic",
        )

        def ranked() -> Iterator[str]:
            if not obs.questions and self._opens_with_handshake(belief, table.max(initial=0)):
                yield HANDSHAKE
            yield from self._merged(table, splits)
            yield from self._spare_questions()

        asked = {question_key(question) for question in obs.questions}
        return next(question for question in ranked() if self._may_ask(question, asked))

    def guess(self, obs: Observation) -> str:
        """The name most likely to be a hit, 1 to ``MAX_GUESS`` characters, always new."""
        weights = infer(self.knowledge, obs.history, obs.guesses).weights
        names = {
            name: float(weights[self.knowledge.covered_by(name)].sum())
            for i in _likeliest(weights, FAVOURITES)
            for name in (self.knowledge.keywords[i], *self.knowledge.variants[i])
            if name.strip() and len(name) <= MAX_GUESS
        }
        if names:
            return max(names, key=names.__getitem__)
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

    def _merged(self, table: np.ndarray, splits: Splits) -> Iterator[str]:
        """Table and bisection questions from the larger gain to the smaller."""
        from_table = ((-table[i], self.knowledge.questions[i]) for i in _descending(table))
        merged = heapq.merge(from_table, self._worded(splits), key=lambda offer: offer[0])
        return (question for _, question in merged)

    def _worded(self, splits: Splits) -> Iterator[tuple[float, str]]:
        """(-gain, bisection question), best first, without those that our own parser misreads."""
        words = self.knowledge.sorted_lower
        for i in _descending(splits.gains):
            place = splits.places[i]
            bound = shortest_bound(words[place], words[place + 1])
            if bound:
                question = bisection_question(bound)
                predicate = parse(question)
                if predicate and predicate(words[place]) and not predicate(words[place + 1]):
                    yield -splits.gains[i], question

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


def shortest_bound(before: str, after: str) -> str | None:
    """The shortest start of ``after`` that follows ``before``; None if none can be quoted.

    Short of the whole keyword, it stays clear of partners that take "equal" for "precedes".
    """
    for length in range(1, len(after) + 1):
        bound = after[:length]
        if bound > before and bound == bound.strip() and '"' not in bound:
            return bound
    return None


def _likeliest(weights: np.ndarray, n: int) -> list[int]:
    """At most ``n`` indices of weights above zero, from the largest down, equal ones in order."""
    rows = np.flatnonzero(weights)
    if len(rows) > n:
        least = np.partition(weights[rows], len(rows) - n)[len(rows) - n]
        rows = rows[weights[rows] >= least]
    return rows[np.argsort(-weights[rows], kind="stable")][:n].tolist()


def _descending(values: np.ndarray) -> list[int]:
    """Indices from the largest value down, equal ones in order."""
    return np.argsort(-values, kind="stable").tolist()
