"""Yes or no: by spelling rule, by the table, by the model, and "no" when all else fails.

The table answers its own questions, word for word, where it is sure: those are what our
guesser asks, and it reads the answers by the same table. Where it is not, its P(yes) and the
model's are combined. In other words than the table's they go to the model alone, which is the
better judge of what a stranger means (72 such pairs of 400: 94% right by the model, 88% by the
table); without a model the table does what it can.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from twentyq import spelling
from twentyq.knowledge import LEVELS, Knowledge
from twentyq.naming import names_keyword
from twentyq.notices import Notices

SURE = 0.7
"""The table decides where its P(yes) is at least this (or at most 1 - SURE)."""
Pair = tuple[str, str]


@dataclass(frozen=True)
class Answer:
    """An answer, how likely yes is, and where it comes from: rule, table, model or default."""

    p_yes: float
    source: str

    @property
    def yes(self) -> bool:
        return self.p_yes > 0.5

    @property
    def text(self) -> str:
        return "yes" if self.yes else "no"


DEFAULT = Answer(0.25, "default")
"""Three of four true answers in real games are no."""


class Model(Protocol):
    """Calibrated P(yes) of pairs; None for all of them if there is no answer in time."""

    def p_yes(
        self,
        pairs: Sequence[Pair],
        seconds: float | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Sequence[float] | None: ...


def combined(p_yes: float, tabled: Answer | None) -> float:
    """P(yes) of the model, which was calibrated on as many yes as no, after the table's by Bayes'
    rule, as if what the two know were independent.
    """
    if tabled is None:
        return p_yes
    yes, no = p_yes * tabled.p_yes, (1 - p_yes) * (1 - tabled.p_yes)
    return yes / (yes + no)


class Answerer:
    """Decides pairs of (keyword, question); ``model`` or ``knowledge`` may be missing."""

    def __init__(self, knowledge: Knowledge | None = None, model: Model | None = None) -> None:
        self.knowledge = knowledge
        self.model = model
        self._notices = Notices()

    def answer(self, keyword: str, question: str, seconds: float | None = None) -> Answer:
        """One answer within about ``seconds``."""
        return self.answer_all([(keyword, question)], seconds)[0]

    def answer_all(
        self,
        pairs: Sequence[Pair],
        seconds: float | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> list[Answer]:
        """An answer for each pair, in order; the model is asked only what nothing else decides.

        It gets what is left of ``seconds`` by then.
        """
        deadline = math.inf if seconds is None else time.monotonic() + seconds
        answers: list[Answer | None] = [self._known(*pair) for pair in pairs]
        open_ones = [i for i, answer in enumerate(answers) if answer is None]
        if progress:
            progress(len(pairs) - len(open_ones))
        found = None
        left = deadline - time.monotonic()
        if open_ones and self.model is not None and left > 0:
            wait = None if seconds is None else left
            found = self.model.p_yes([pairs[i] for i in open_ones], wait, progress)
        for place, i in enumerate(open_ones):
            answers[i] = self._open(*pairs[i], None if found is None else float(found[place]))
        return [answer or DEFAULT for answer in answers]

    def _open(self, keyword: str, question: str, p_yes: float | None) -> Answer | None:
        """By the model's P(yes), if it is one; else by the table, in any known wording."""
        index = self.row_of(keyword)
        if p_yes is not None and math.isfinite(p_yes):
            tabled = self._tabled(index, question, exact=True, sure=0.5)
            return Answer(combined(p_yes, tabled), "model")
        if p_yes is not None:
            self._notices.warn("The model failed on a question: its P(yes) is not finite.")
        return self._tabled(index, question, exact=False, sure=0.5)

    def _known(self, keyword: str, question: str) -> Answer | None:
        """What needs no model; None if only the model can tell."""
        if not question.strip():
            return DEFAULT
        verdict = spelling.answer(keyword, question)
        if verdict is not None and (keyword.strip() or spelling.is_handshake(question)):
            return Answer(float(verdict), "rule")
        if not keyword.strip():
            # A first turn has been seen without its keyword.
            return DEFAULT
        index = self.row_of(keyword)
        variants = self.knowledge.variants[index] if self.knowledge and index is not None else ()
        if names_keyword(keyword, question, variants):
            return Answer(1.0, "rule")
        return self._tabled(index, question, exact=True, sure=SURE)

    def _tabled(
        self, index: int | None, question: str, *, exact: bool, sure: float
    ) -> Answer | None:
        """What the table's row ``index`` (see ``row_of``) says, if it is at least so sure."""
        if self.knowledge is None or index is None:
            return None
        column = self.knowledge.column(question, exact=exact)
        if column is None:
            return None
        p_yes = float(self.knowledge.p_yes[index, column]) / LEVELS
        if abs(p_yes - 0.5) < sure - 0.5 or p_yes == 0.5:
            return None
        return Answer(p_yes, "table")

    def row_of(self, keyword: str) -> int | None:
        """The keyword's row in the table: that of its exact name, or of its singular or plural,
        by which our guesser has to find it then; None if there is no row.
        """
        if self.knowledge is None:
            return None
        known, wanted = self.knowledge, keyword.strip().lower()

        def preference(i: int) -> tuple[bool, float]:
            names = (known.keywords[i], *known.variants[i])
            return wanted in (name.lower() for name in names), float(known.prior[i])

        rows = filter(known.has_row, known.covered_by(keyword))
        return max(rows, key=preference, default=None)
