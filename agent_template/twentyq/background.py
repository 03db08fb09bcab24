"""The model on a thread of its own, so that a turn ends in time whatever the model does.

Loading starts with the first turn that may need it and goes on across turns: what one turn
could not wait for, a later one finds done.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from twentyq.answerer import Pair
from twentyq.notices import Notices

log = logging.getLogger("twentyq")

LOADING, ASKED = "twentyq-loading", "twentyq-model"
"""The thread's name before and after the first question: who verifies an agent looks at it."""
LOOK = 0.5
"""Seconds between two looks at whether the thread is alive."""

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
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._broken = False
        self._notices = Notices()

    def start(self) -> None:
        """Begin to load, unless that was begun before, and do not wait."""
        with self._lock:
            if self._thread is None:
                thread = threading.Thread(target=self._work, name=LOADING, daemon=True)
                thread.start()
                self._thread = thread

    def p_yes(
        self,
        pairs: Sequence[Pair],
        seconds: float | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Sequence[float] | None:
        """P(yes) of the pairs, or None after ``seconds`` (None: wait for ever) or a failure."""
        if self._broken:
            return None
        self.start()
        request = _Request(pairs, progress)
        self._requests.put(request)
        self._wait(request, math.inf if seconds is None else seconds)
        return request.result

    def _wait(self, request: _Request, seconds: float) -> None:
        """Wait until the request is done, the time is up or the thread is dead."""
        deadline = time.monotonic() + seconds
        while not request.done.wait(max(0.0, min(LOOK, deadline - time.monotonic()))):
            if not self._thread.is_alive():
                self._broken = True
                log.warning("Playing without the model: its thread has ended.")
                return
            if time.monotonic() >= deadline:
                request.abandoned = True
                self._notices.warn(
                    "The model did not answer within %.1f s; it goes on.", max(0.0, seconds)
                )
                return

    def _work(self) -> None:
        scorer: Scorer | None = None
        try:
            scorer = self._load()
        except BaseException as error:  # a library may well call sys.exit()
            log.warning("Playing without the model: %s", _one_line(error))
            self._broken = True
        while True:
            request = self._requests.get()
            threading.current_thread().name = ASKED
            # A question whose turn is over need not be scored any more.
            if scorer is not None and not request.abandoned:
                try:
                    request.result = scorer(request.pairs, request.progress)
                except BaseException as error:
                    self._notices.warn(
                        "The model failed on a question: %s",
                        _one_line(error),
                        kind=type(error).__name__,
                    )
            request.done.set()


def _one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
