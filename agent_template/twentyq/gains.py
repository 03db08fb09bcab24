"""What a question is worth: bits while there is time, then the chance to win in the rounds left.

With r rounds left, r guesses follow, and questions between them that sort the candidates
further: about as many candidates can still be reached as ``reach`` says. Near the end a
question is worth the mass that the likeliest so many candidates hold, on average over its
answers; before that, the mutual information of its answer and the keyword.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twentyq.belief import Belief
from twentyq.knowledge import Knowledge

SAMPLE = 1024
"""Candidates at most that a question's bits are computed on."""
FINALISTS = 256
"""Likeliest candidates that are looked at near the end."""
ENDGAME = 4
"""Rounds left from which on a question is worth what it lets us reach."""
ALIVE = 0.05
"""What its answers leave of a candidate, against the best one, for it to count as possible."""
SLACK = 0.9
"""Of the candidates that bisection could reach, those it is trusted with: some cannot be quoted."""
TIE = 1e-3
"""Weight of a bit where questions let us reach the same."""


@dataclass(frozen=True, eq=False)
class Stand:
    """Candidates that stand for all: indices in alphabetical order, and their share of the mass.

    ``weights``: float32 [n_rows].
    """

    rows: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True, eq=False)
class Splits:
    """Bisection questions: ``gains`` float64 [n], and between which two keywords each divides:
    those at ``places`` and ``places + 1`` in alphabetical order.
    """

    places: np.ndarray
    gains: np.ndarray


def survey(knowledge: Knowledge, belief: Belief) -> Stand:
    """At most ``SAMPLE`` candidates, evenly spaced quantiles of the posterior over the alphabet.

    Candidates of negligible mass are hardly ever among them. Needs no random numbers.
    """
    weights = belief.weights[knowledge.order]
    places = np.flatnonzero(weights)
    if len(places) <= SAMPLE:
        return Stand(knowledge.order[places], weights[places].astype(np.float32))
    cumulative = np.cumsum(weights)
    quantiles = (np.arange(SAMPLE) + 0.5) / SAMPLE * cumulative[-1]
    places, counts = np.unique(np.searchsorted(cumulative, quantiles), return_counts=True)
    return Stand(knowledge.order[places], (counts / SAMPLE).astype(np.float32))


def finalists(knowledge: Knowledge, belief: Belief) -> Stand:
    """The ``FINALISTS`` likeliest candidates with their own weights."""
    weights = belief.weights
    rows = np.flatnonzero(weights)
    if len(rows) > FINALISTS:
        rows = rows[np.argpartition(-weights[rows], FINALISTS)[:FINALISTS]]
    rows = rows[np.argsort(knowledge.rank[rows])]
    return Stand(rows, weights[rows].astype(np.float32))


def gains(
    knowledge: Knowledge,
    belief: Belief,
    rounds_left: int,
    table: bool = True,
    spelling: bool = True,
) -> tuple[np.ndarray, Splits]:
    """Of the table's questions, float64 [n_questions], and of bisections; empty if not wanted.

    ``rounds_left`` counts the round that is being played. Gains are bits, or from ``ENDGAME``
    on probabilities; those of both kinds can be compared.
    """
    everyone = survey(knowledge, belief)
    semantic, splits = np.zeros(0), Splits(np.zeros(0, np.int64), np.zeros(0))
    if table:
        semantic = bits(_table_p_yes(knowledge, belief, everyone), everyone.weights)
    if spelling:
        of_splits = bits_of_splits(belief, everyone)
        splits = Splits(knowledge.rank[everyone.rows[1:]].astype(np.int64) - 1, of_splits)
        within = _within_reach(knowledge, belief, splits.places, rounds_left)
        splits = Splits(splits.places, splits.gains * within)
    if rounds_left > ENDGAME:
        return semantic, splits
    best = max(semantic.max(initial=0), splits.gains.max(initial=0))
    likeliest = finalists(knowledge, belief)
    n_reached = reach(rounds_left, best)
    if table:
        p_yes = _table_p_yes(knowledge, belief, likeliest)
        semantic = TIE * semantic + reached(p_yes, likeliest.weights, n_reached)
    if spelling:
        low, high = belief.spelled(likeliest.rows)
        n = len(likeliest.rows)
        p_yes = np.where(np.arange(n)[:, None] <= np.arange(n - 1), high[:, None], low[:, None])
        splits = Splits(
            knowledge.rank[likeliest.rows[1:]].astype(np.int64) - 1,
            TIE * bits_of_splits(belief, likeliest) + reached(p_yes, likeliest.weights, n_reached),
        )
    return semantic, splits


def reach(rounds_left: int, bits_each: float) -> int:
    """Candidates that a guess in each of the rounds left can find, if every question after the
    next one tells ``bits_each``.
    """
    return int(sum(2.0 ** (bits_each * n) for n in range(rounds_left)))


def bits(p_yes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """float64 [n_questions]: mutual information of keyword and answer; ``p_yes`` [n_rows, n]."""
    total = max(float(weights.sum()), np.finfo(np.float32).tiny)
    return (entropy(weights @ p_yes / total) - weights @ entropy(p_yes) / total).astype(np.float64)


def bits_of_splits(belief: Belief, stand: Stand) -> np.ndarray:
    """float64 [n_rows - 1]: as ``bits``, of "does it precede the candidate at i + 1"."""
    low, high = belief.spelled(stand.rows)
    weights = stand.weights.astype(np.float64)

    def of_each(before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """The sum of ``before`` up to i and of ``after`` beyond it, for every i."""
        head, tail = np.cumsum(weights * before), np.cumsum(weights * after)
        return head[:-1] + (tail[-1:] - tail[:-1])

    return entropy(of_each(high, low)) - of_each(entropy(high), entropy(low))


def reached(p_yes: np.ndarray, weights: np.ndarray, n_reached: int) -> np.ndarray:
    """float64 [n_questions]: mass of the ``n_reached`` likeliest, on average over the answers."""
    yes = weights[:, None] * p_yes
    total = np.zeros(p_yes.shape[1])
    for side in (yes, weights[:, None] - yes):
        if n_reached < len(side):
            side = np.partition(side, len(side) - n_reached, axis=0)[-n_reached:]
        total += side.sum(axis=0)
    return total


def entropy(p: np.ndarray) -> np.ndarray:
    """Of a coin, in bits, in the precision of ``p``, which is clipped away from 0 and 1."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    q = 1 - p
    return -(p * np.log(p) + q * np.log(q)) * p.dtype.type(1 / np.log(2))


def _table_p_yes(knowledge: Knowledge, belief: Belief, stand: Stand) -> np.ndarray:
    """float32 [n_rows, n_questions]: P(the partner says yes) if the keyword is that of the row."""
    stored = knowledge.p_yes[knowledge.rows(stand.rows)]
    return belief.semantic(stand.rows, stored)


def _within_reach(
    knowledge: Knowledge, belief: Belief, places: np.ndarray, rounds_left: int
) -> np.ndarray:
    """float64 [n]: 1 where bisection could still reach all possible candidates on either side
    of a split, else the share it could reach.

    A split into equal masses may leave more names in the rare half than there is time for:
    with a guess after every question, r rounds reach 2^r - 1 candidates.
    """
    evidence = belief.weights / knowledge.prior
    alive = (evidence > ALIVE * evidence.max())[knowledge.order]
    counts = np.cumsum(alive)
    before = counts[places]
    larger = np.maximum(before, counts[-1] - before)
    return np.minimum(1.0, SLACK * (2.0**rounds_left - 1) / np.maximum(larger, 1))
