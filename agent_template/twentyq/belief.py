"""One posterior over keywords and kinds of partner, from everything a game has shown so far.

Table questions, spelling questions, the handshake and wrong guesses all update
the same log joint, so that changing from one kind of question to another loses
nothing, and so that one wrong answer never rules the truth out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary

import numpy as np

from twentyq.answerer import SURE
from twentyq.knowledge import LEVELS, Knowledge, question_key
from twentyq.spelling import parse


@dataclass(frozen=True)
class Partner:
    """A kind of answerer: how likely it says yes to what.

    ``semantic`` and ``spelled`` are (P(yes | the truth is no), P(yes | the truth
    is yes)); equal numbers mean that the answer carries no information. ``follows``: it reads
    the same table and says what that is sure of.
    """

    name: str
    prior: float
    handshake: float
    semantic: tuple[float, float]
    spelled: tuple[float, float]
    follows: bool = False

    @property
    def speaks(self) -> bool:
        """Whether it answers the handshake and spelling questions by rule."""
        return self.handshake > 0.5 and self.spelled[1] - self.spelled[0] > 0.5


_GUESSWORK = (0.40, 0.60)
"""A language model compares and counts letters hardly better than a coin."""

PARTNERS = (
    # Our own answerer.
    Partner("ours", 0.20, 0.995, (0.01, 0.99), (0.005, 0.995), follows=True),
    # Rules for the spelling questions, a table or a good model for the rest.
    Partner("speaker", 0.18, 0.995, (0.01, 0.99), (0.005, 0.995)),
    # The same, but its rules or its model err.
    Partner("noisy speaker", 0.20, 0.90, (0.12, 0.88), (0.10, 0.90)),
    # No rules. Models asked without calibration lean to one side: published
    # prompts were seen to say yes to 91% or to 26% of balanced questions. The starter's
    # prompt said it to none of 60 handshakes with the 1.5B model.
    Partner("stranger", 0.23, 0.02, (0.01, 0.99), _GUESSWORK),
    Partner("noisy stranger", 0.08, 0.03, (0.15, 0.85), _GUESSWORK),
    Partner("leans to yes", 0.04, 0.08, (0.45, 0.97), (0.55, 0.75)),
    Partner("leans to no", 0.04, 0.02, (0.03, 0.55), (0.25, 0.45)),
    # Not worth listening to, and to be recognised as such.
    Partner("always yes", 0.01, 0.98, (0.98, 0.98), (0.98, 0.98)),
    Partner("always no", 0.01, 0.02, (0.02, 0.02), (0.02, 0.02)),
    Partner("random", 0.01, 0.50, (0.50, 0.50), (0.50, 0.50)),
)

HOPE = 15.0
"""``hopeful`` takes a partner that follows the table to be so many times as likely as it is."""

_BLOCK = 4096
"""Keywords whose numbers are summed up together."""
FLOOR = -80.0
"""Of a log-weight below the likeliest: e^-80 is still a normal float32."""
KEPT = 3
"""Histories whose sums are kept."""
_kept: WeakKeyDictionary[Knowledge, OrderedDict[tuple, np.ndarray]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Belief:
    """``joint``: float32 [n_keywords, n_partners], the posterior over keywords and ``PARTNERS``.

    It sums to 1, or is all 0 once every keyword is excluded.
    """

    joint: np.ndarray

    @cached_property
    def weights(self) -> np.ndarray:
        """float64 [n_keywords]: the posterior over keywords."""
        # A product is several times faster than a sum over so short an axis.
        return (self.joint @ np.ones(self.joint.shape[1], np.float32)).astype(np.float64)

    @cached_property
    def partners(self) -> np.ndarray:
        """float64 [n_partners]: the posterior over ``PARTNERS``."""
        return self.joint.sum(axis=0, dtype=np.float64)

    def hopeful(self) -> Belief:
        """The same with ``HOPE`` times the odds of the partners that follow the table.

        With these a game is soon won if its questions are chosen as if every answer were sure;
        with the others, a question chosen so tells hardly less. For choosing what to ask, never
        what to guess.
        """
        joint = self.joint * np.where([p.follows for p in PARTNERS], HOPE, 1).astype(np.float32)
        total = joint.sum(dtype=np.float64)
        return Belief(joint / np.float32(total)) if total else self

    @property
    def speaks(self) -> float:
        """The probability that the partner answers spelling questions by rule."""
        return float(self.partners @ [partner.speaks for partner in PARTNERS])

    @property
    def entropy(self) -> float:
        """Of the keyword, in bits."""
        w = self.weights[self.weights > 0]
        return float(-(w @ np.log2(w)))

    def spelled(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """P(yes) to a spelling question where the truth is no, and where it is yes, were the
        keyword that of each row. Both float32 [n_rows].

        The kinds of partner are averaged keyword by keyword: "always yes" is likely with all
        keywords but those that all the yes before are true of.
        """
        return self._rates([partner.spelled for partner in PARTNERS], rows)

    def semantic(self, rows: np.ndarray, stored: np.ndarray) -> np.ndarray:
        """P(yes) to the table's questions, float32 [n_rows, n_questions], were the keyword that
        of each row; ``stored``: what the table has for them, uint8 of the same shape.
        """
        total = np.zeros(stored.shape, np.float32)
        for follows in (False, True):
            rates = [p.semantic if p.follows == follows else (0.0, 0.0) for p in PARTNERS]
            low, high = self._rates(rates, rows)
            total += low[:, None] + (high - low)[:, None] * expected(stored, follows)
        return total

    def _rates(
        self, rates: Sequence[tuple[float, float]], rows: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The mean of what the kinds of partner have, for each row."""
        joint = self.joint[rows]
        total = np.maximum(joint.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
        low, high = (joint @ np.array(rates, np.float32) / total).T
        return low, high


def infer(
    knowledge: Knowledge,
    history: Sequence[tuple[str, bool]],
    guesses: Sequence[str] = (),
) -> Belief:
    """The belief after ``history`` (question, whether the answer was yes) and wrong ``guesses``.

    A question that is neither in the table nor about spelling says nothing, and
    neither does the same answer to the same question given twice.
    """
    # The environment takes a question that equals the keyword for a hit, too.
    texts = (*guesses, *(question for question, _ in history))
    excluded = [i for text in texts for i in knowledge.covered_by(text)]
    joint = _log_joint(knowledge, history).copy()
    joint[excluded] = -np.inf
    peak = joint.max()
    if peak == -np.inf:
        return Belief(np.zeros_like(joint))
    joint -= peak
    # What is this unlikely does not matter, but must neither vanish nor slow the sums down.
    np.maximum(joint, FLOOR, out=joint)
    np.exp(joint, out=joint)
    joint[excluded] = 0
    joint /= joint.sum(dtype=np.float64).astype(np.float32)
    return Belief(joint)


def _log_joint(knowledge: Knowledge, history: Sequence[tuple[str, bool]]) -> np.ndarray:
    """float32 [n_keywords, n_partners]: log P(keyword, partner, answers), not to be changed.

    The last few are kept, as a turn's history goes on from that of the turn before; what comes
    out does not depend on them.
    """
    distinct = {(question_key(question), yes): question for question, yes in history}
    heard = tuple(distinct)
    kept = _kept.setdefault(knowledge, OrderedDict())
    known = max((past for past in tuple(kept) if heard[: len(past)] == past), key=len, default=())
    log_joint = kept.get(known)
    if log_joint is None:
        known = ()
        log_partners = np.log([partner.prior for partner in PARTNERS])
        log_joint = np.add.outer(knowledge.log_prior, log_partners).astype(np.float32)
    if len(known) < len(heard):
        log_joint = log_joint.copy()
        news = [_evidence(knowledge, distinct[key], key[1]) for key in heard[len(known) :]]
        _add(log_joint, [evidence for evidence in news if evidence is not None])
        kept[heard] = log_joint
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return log_joint


def _add(log_joint: np.ndarray, heard: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
    """Add what was ``heard`` to ``log_joint``, in blocks that stay in the processor's cache."""
    n = len(log_joint)
    for start in range(0, n, _BLOCK):
        for truth, table in heard:
            block = truth[start : start + _BLOCK]
            log_joint[start : start + len(block)] += np.take(table, block, axis=0)
    # Keywords beyond the table's last row share it.
    for truth, table in heard:
        log_joint[len(truth) :] += table[truth[-1]]


def _evidence(
    knowledge: Knowledge, question: str, yes: bool
) -> tuple[np.ndarray, np.ndarray] | None:
    """What an answer says: uint8 [n_rows], for each keyword in turn (the last also for those that
    follow) the row in the second part, float32 [n, n_partners] of log-likelihoods. None if it
    says nothing.
    """
    column = knowledge.question_index.get(question_key(question))
    if column is not None:
        return knowledge.p_yes[:, column], _semantic_table(yes)
    predicate = parse(question)
    if predicate is None:
        return None
    if predicate.kind == "handshake":
        rates = np.array([[partner.handshake for partner in PARTNERS]])
        return np.zeros(1, dtype=np.uint8), np.log(rates if yes else 1 - rates).astype(np.float32)
    truth = knowledge.evaluate(predicate).view(np.uint8)
    return truth, _spelled_table(yes)


@lru_cache(maxsize=2)
def _semantic_table(yes: bool) -> np.ndarray:
    """Log-likelihoods, float32 [LEVELS + 1, n_partners], of an answer by the stored P(yes)."""
    levels = np.arange(LEVELS + 1)
    truth = np.stack([expected(levels, p.follows) for p in PARTNERS], axis=1)
    low, high = np.array([partner.semantic for partner in PARTNERS]).T
    p = low + (high - low) * truth
    return np.log(p if yes else 1 - p).astype(np.float32)


@lru_cache(maxsize=2)
def _spelled_table(yes: bool) -> np.ndarray:
    """Log-likelihoods, float32 [2, n_partners], of an answer by the predicate's value."""
    p = np.array([partner.spelled for partner in PARTNERS]).T
    return np.log(p if yes else 1 - p).astype(np.float32)


def expected(stored: np.ndarray, follows: bool = False) -> np.ndarray:
    """P(yes is the answer) as a kind of partner sees it, float32, by the stored P(yes).

    The stored one is an honest stranger's; who ``follows`` the table says what it is sure of.
    """
    p_yes = stored.astype(np.float32) / LEVELS
    if follows:
        return np.where(np.abs(p_yes - 0.5) >= SURE - 0.5, np.round(p_yes), p_yes)
    return p_yes
