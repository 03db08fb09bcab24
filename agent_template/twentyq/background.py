"""The model on a thread of its own, so that a turn ends in time whatever the model does.

Loading starts with the first question that needs it and goes on across turns: what one
turn could not wait for, a later one finds done.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from twentyq.answerer import Pair

log = logging.getLogger("twentyq")

Scorer = Callable[[Sequence[Pair], "Callable[[int], None] | None"], Sequence[float]]
"""Calibrated P(yes) of pairs; the second argument is told how many were just done."""


@dataclass
class _Request:
    pairs: Sequence[Pair]
    progress: Callable[[int], None] | None
    done: threading.Event = field(default_factory=threading.Event)
    abandoned: bool = False
    result: Sequence[float] | None = None


class BackgroundModel:
    """Answers through ``load()``, which returns a ``Scorer`` or raises; it is called once.

    A loader that fails is not tried again: the reason is logged in one line, and every
    answer is None from then on.
    """

    def __init__(self, load: Callable[[], Scorer]) -> None:
        self._load = load
        self._requests: queue.SimpleQueue[_Request] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._broken = False

    def p_yes(
        self,
        pairs: Sequence[Pair],
        seconds: float | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Sequence[float] | None:
        """P(yes) of the pairs, or None after ``seconds`` (None: wait for ever) or a failure."""
        if self._broken:
            return None
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="twentyq-model", daemon=True)
            self._thread.start()
        request = _Request(pairs, progress)
        self._requests.put(request)
        if not request.done.wait(seconds):
            request.abandoned = True
            log.warning("The model did not answer within %.0f s; it goes on.", seconds or 0)
            return None
        return request.result

    def _work(self) -> None:
        scorer: Scorer | None = None
        try:
            scorer = self._load()
        except Exception as error:
            self._broken = True
            log.warning("Playing without the model: %s", _one_line(error))
        while True:
            request = self._requests.get()
            # A question whose turn is over need not be scored any more.
            if scorer is not None and not request.abandoned:
                try:
                    request.result = scorer(request.pairs, request.progress)
                except Exception as error:
                    log.warning("The model failed on a question: %s", _one_line(error))
            request.done.set()


def _one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
