"""One agent for all three turns: it routes, keeps to the time and never raises."""

from __future__ import annotations

import importlib.metadata
import logging
import threading
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from twentyq.answerer import Answerer, Pair
from twentyq.background import BackgroundModel, Scorer
from twentyq.calibration import Calibration, CalibrationError
from twentyq.knowledge import Knowledge
from twentyq.matching import matches, normalize
from twentyq.observation import MAX_GUESS, MAX_QUESTION, Observation
from twentyq.questioner import Questioner
from twentyq.settings import Settings

log = logging.getLogger("twentyq")
T = TypeVar("T")

ACT_TIMEOUT = 60.0
MARGIN = 5.0
"""Seconds of a turn that are left unused."""
AFTERWARDS = 1.0
"""Seconds of a turn that are kept from the model: without it, the table has to answer."""
RESERVE = 60.0
"""Seconds of overage that are never touched."""
SPARE_QUESTIONS = (
    "Is it a living thing?",
    "Is it man-made?",
    "Can you hold it in one hand?",
    "Is it usually found indoors?",
    "Is it made of metal?",
    "Is it something to eat or drink?",
    "Does it use electricity?",
    "Is it bigger than a car?",
)
SPARE_GUESSES = ("table", "river", "engine", "blanket", "ladder", "candle", "mountain", "bottle")


def turn_seconds(act_timeout: float, overage: float) -> float:
    """Seconds this turn may take.

    The turn's own time less a margin, and half of what is left of the game's overage above
    a reserve: a slow first answer may use much of it, and a later one still has some.
    """
    return max(0.1, less(act_timeout, MARGIN) + max(0.0, overage - RESERVE) / 2)


def less(seconds: float, margin: float) -> float:
    """``seconds`` without the margin, which is a fifth of them at most."""
    return max(seconds - margin, seconds * 0.8)


class made_once(cached_property):
    """A cached property of an object with a ``lock``: threads that ask meanwhile wait for it."""

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        with instance.lock:
            return super().__get__(instance, owner)


class Agent:
    """The player in ``folder``: settings, knowledge, calibration and weights lie there.

    ``load_model`` replaces the loading of the weights (in tests, and in the workbench).
    """

    def __init__(self, folder: str | Path, load_model: Callable[[], Scorer] | None = None) -> None:
        self.folder = Path(folder)
        self.settings = Settings.read(self.folder / "agent.json")
        self.model = BackgroundModel(load_model or self._load_model)
        self.lock = threading.RLock()

    def act(self, obs: Any, cfg: Any = None) -> str:
        """The turn's action: never empty, never an exception, never later than the turn's time."""
        start = time.monotonic()
        try:
            turn = Observation.parse(obs)
            deadline = start + turn_seconds(_act_timeout(cfg), turn.overage)
            made = within(deadline - time.monotonic(), lambda: self._move(turn, deadline))
            limit = MAX_GUESS if turn.turn_type == "guess" else MAX_QUESTION
            if isinstance(made, str) and made.strip() and len(made) <= limit:
                return made
            log.warning("The %s did not end in time; playing a spare one.", turn.turn_type)
        except (Exception, SystemExit) as error:
            log.warning("Playing a spare move after %s: %s", type(error).__name__, error)
        return spare_move(obs)

    def _move(self, turn: Observation, deadline: float) -> str:
        """The turn's action, with what it needs loaded first; ``deadline`` is the clock's."""
        if turn.turn_type == "guess":
            return self.questioner.guess(turn)
        if turn.turn_type != "answer":
            return self.questioner.ask(turn)
        # Whatever decides this question, a later one may need the model.
        self.model.start()
        answerer = self.answerer
        seconds = less(deadline - time.monotonic(), AFTERWARDS)
        return answerer.answer(turn.keyword, _last(turn.questions), seconds).text

    @made_once
    def knowledge(self) -> Knowledge | None:
        """The table; None, with a line in the log, if it is missing or broken."""
        try:
            return Knowledge.load(self.folder / "knowledge")
        except Exception as error:
            log.warning("Playing without the table: %s", error)
            return None

    @made_once
    def answerer(self) -> Answerer:
        return Answerer(self.knowledge, self.model)

    @made_once
    def questioner(self) -> Questioner:
        if self.knowledge is None:
            raise RuntimeError("a guesser needs the table")
        return Questioner(self.knowledge, self.settings.handshake, self.settings.questions)

    def _load_model(self) -> Scorer:
        # Imported here: a guesser must not pay for torch.
        from twentyq.llm import YesNoModel, check_versions

        check_versions(self.settings.made_with, importlib.metadata.version)
        model = YesNoModel.load(
            self.folder / "weights",
            device=self.settings.device,
            compute_dtype=self.settings.compute_dtype,
            pass_tokens=self.settings.pass_tokens,
            trust_remote_code=self.settings.trust_remote_code,
        )
        return scorer(model, Calibration.read(self.folder / "calibration.json"))


def scorer(model: Any, calibration: Calibration) -> Scorer:
    """Calibrated P(yes) from a ``YesNoModel``.

    A calibration for another model or with unknown prompts is left out.
    """
    from twentyq.prompts import PromptError

    try:
        calibration.check(model.width, model.n_layers)
        templates = [model.template(name) for name in calibration.templates]
    except (CalibrationError, PromptError) as error:
        log.warning("Playing without the calibration: %s", error)
        calibration = Calibration()
        templates = [model.template(name) for name in calibration.templates]
    model.warm_up(templates, calibration.depth)

    def score(pairs: Sequence[Pair], progress: Callable[[int], None] | None = None) -> list[float]:
        return calibration.ask(model, pairs, progress).tolist()

    return score


def within(seconds: float, work: Callable[[], T]) -> T | None:
    """The result of ``work``, or None if it is not there after ``seconds``; its errors pass on."""
    outcome: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run, name="twentyq-turn", daemon=True)
    thread.start()
    thread.join(seconds)
    if failure:
        raise failure[0]
    return outcome[0] if outcome else None


def spare_move(obs: Any) -> str:
    """A legal move from the observation alone; never one that was made before."""
    try:
        turn = Observation.parse(obs)
    except Exception:
        return "no"
    if turn.turn_type == "ask":
        asked = {normalize(q) for q in turn.questions}
        numbered = (f"Is it one of at least {n} parts?" for n in range(2, 50))
        return next(q for q in (*SPARE_QUESTIONS, *numbered) if normalize(q) not in asked)
    if turn.turn_type == "guess":
        numbered = (f"{n} things" for n in range(2, 50))
        for guess in (*SPARE_GUESSES, *numbered):
            if not any(matches(guess, made) for made in turn.guesses):
                return guess
    return "no"


def _act_timeout(cfg: Any) -> float:
    value = cfg.get("actTimeout") if isinstance(cfg, dict) else getattr(cfg, "actTimeout", None)
    try:
        return float(value) if value else ACT_TIMEOUT
    except (TypeError, ValueError):
        return ACT_TIMEOUT


def _last(questions: Sequence[str]) -> str:
    return questions[-1] if questions else ""
