"""One game in the real environment, and the record it leaves."""

from __future__ import annotations

import copy
import json
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from time import perf_counter
from typing import Any

from pipeline.keywords import Keyword, environment_module
from pipeline.seats import ArenaError, SeatFailure

PAIR = (0, 1)
"""Seats of the pair under test: guesser, answerer."""
FAILED = ("ERROR", "TIMEOUT", "INVALID")
"""Statuses by which the environment ends a game as somebody's fault."""


@dataclass
class GameRecord:
    """What happened in one game. Lists of four are by seat; ``round`` counts from 1.

    ``won``: seat 0 hit the keyword, in round ``round``. ``seconds``: one entry per turn taken,
    ``{"step", "seat", "turn_type", "seconds"}``. ``overage``: seconds of it left.
    ``peak_memory_mb``: of the seat's process in MiB so far, None for baselines. ``error``: what
    went wrong in any seat, empty if nothing did. ``illegal_answers``: answers of seat 1 with
    neither "yes" nor "no" in them.
    """

    keyword: str
    variants: list[str]
    category: str
    seats: list[str]
    game: int
    seed: int
    settings: dict[str, str]
    won: bool
    round: int | None
    questions: list[str]
    answers: list[str]
    guesses: list[str]
    opponents: dict[str, list[str]]
    statuses: list[str]
    rewards: list[float | None]
    seconds: list[dict[str, Any]]
    max_seconds: list[float]
    overage: list[float]
    illegal_answers: int = 0
    error: str = ""
    peak_memory_mb: list[float | None] = field(default_factory=lambda: [None] * 4)

    @property
    def failed(self) -> bool:
        """Whether the pair under test ended the game by an error, a time-out or a bad answer."""
        return any(self.statuses[seat] in FAILED for seat in PAIR)

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=True)

    @classmethod
    def from_json(cls, line: str) -> GameRecord:
        """Read a line of ``to_json``; raises ``ArenaError`` if it is not one."""
        try:
            values = json.loads(line)
            return cls(**{name.name: values[name.name] for name in fields(cls)})
        except (ValueError, TypeError, KeyError) as error:
            raise ArenaError(
                f"Expected one game record in JSON, found {line[:60]!r} ({error!r}). "
                "The file is cut or of another version: play the games again."
            ) from error


@dataclass
class _Turn:
    seat: int
    step: int
    turn_type: str
    seconds: float
    action: Any
    error: str


class _Recorder:
    """Wraps a player: times each turn and keeps its action and what went wrong."""

    def __init__(self, seat: int, agent: Callable[..., Any], turns: list[_Turn]) -> None:
        self._seat, self._agent, self._turns = seat, agent, turns

    def __call__(self, observation: Mapping[str, Any], configuration: Mapping[str, Any]) -> Any:
        arguments = (observation, configuration)
        code = getattr(self._agent, "__code__", None)
        if code is not None:
            arguments = arguments[: code.co_argcount]
        action, error = None, ""
        start = perf_counter()
        try:
            action = self._agent(*arguments)
        except Exception:
            error = traceback.format_exc()
            raise
        finally:
            seconds = perf_counter() - start
            if isinstance(action, BaseException):
                error = action.log if isinstance(action, SeatFailure) else repr(action)
            elif not error:
                error = _complaint(observation["turnType"], action)
            self._turns.append(
                _Turn(
                    self._seat,
                    observation["step"],
                    observation["turnType"],
                    seconds,
                    action,
                    error,
                )
            )
        return action


def _complaint(turn_type: str, action: Any) -> str:
    """Why the environment will refuse this action; empty if it will not."""
    if action is None or action == "":
        return "It returned nothing, where the environment expects a string."
    if not isinstance(action, str):
        return f"It returned {action!r:.200}, where the environment expects a string."
    if turn_type == "answer" and not _is_legal_answer(action):
        return f"It answered {action[:200]!r}, which contains neither 'yes' nor 'no'."
    return ""


def _is_legal_answer(action: Any) -> bool:
    return isinstance(action, str) and ("yes" in action.lower() or "no" in action.lower())


def make_environment(
    configuration: Mapping[str, Any] | None = None, overage: float | None = None
) -> Any:
    """A fresh environment. ``configuration`` overrides e.g. ``actTimeout`` (60 s);
    ``overage`` is the seconds that each seat may exceed it by in total (300)."""
    environment_module()
    import kaggle_environments

    parts = dict(kaggle_environments.environments["llm_20_questions"])
    if overage is not None:
        parts["specification"] = copy.deepcopy(parts["specification"])
        parts["specification"]["observation"]["remainingOverageTime"] = overage
    return kaggle_environments.make(parts, configuration=dict(configuration or {}))


def play_game(
    keyword: Keyword,
    seats: Sequence[Callable[..., Any]],
    *,
    game: int = 0,
    seed: int = 0,
    settings: Mapping[str, str] | None = None,
    configuration: Mapping[str, Any] | None = None,
    overage: float | None = None,
) -> GameRecord:
    """Play one game about ``keyword`` with four players and record it.

    Players that fail end up in the record. So does an exception out of the environment itself: a
    question that names the bare keyword counts as a hit there, and the next step then raises.
    """
    module = environment_module()
    module.category, module.keyword, module.alts = (
        keyword.category,
        keyword.text,
        list(keyword.variants),
    )
    module.keyword_obj = {"keyword": keyword.text, "alts": module.alts}
    module.keyword_cat = {"category": keyword.category, "words": [module.keyword_obj]}
    environment = make_environment(configuration, overage)
    turns: list[_Turn] = []
    crash = ""
    try:
        environment.run([_Recorder(seat, agent, turns) for seat, agent in enumerate(seats)])
    except Exception as error:
        crash = f"The environment itself stopped: {error!r}."
    state = environment.state
    statuses = [seat.status for seat in state]
    rewards = [seat.reward for seat in state]
    errors = [_headed(turn) for turn in turns if turn.error]
    if crash:
        culprits = _bare_keyword_seats(turns, module.keyword_guessed)
        statuses = [
            "ERROR" if seat in culprits or not culprits else status
            for seat, status in enumerate(statuses)
        ]
        rewards = [None] * len(statuses)
        errors.append(
            f"Seat {', '.join(map(str, culprits))} asked the bare keyword. {crash}"
            if culprits
            else crash
        )
    else:
        errors += _unexplained(statuses, turns)
    guesses = [turn.action for turn in turns if turn.seat == 0 and turn.turn_type == "guess"]
    won = (
        statuses[0] not in FAILED
        and bool(guesses)
        and isinstance(guesses[-1], str)
        and bool(module.keyword_guessed(guesses[-1]))
    )
    ours, theirs = state[0].observation, state[2].observation
    return GameRecord(
        keyword=keyword.text,
        variants=list(keyword.variants),
        category=keyword.category,
        seats=[getattr(seat, "name", getattr(seat, "__name__", "agent")) for seat in seats],
        game=game,
        seed=seed,
        settings=dict(settings or {}),
        won=won,
        round=len(guesses) if won else None,
        questions=list(ours.questions),
        answers=list(ours.answers),
        guesses=list(ours.guesses),
        opponents={
            "questions": list(theirs.questions),
            "answers": list(theirs.answers),
            "guesses": list(theirs.guesses),
        },
        statuses=statuses,
        rewards=rewards,
        seconds=[
            {
                "step": turn.step,
                "seat": turn.seat,
                "turn_type": turn.turn_type,
                "seconds": round(turn.seconds, 4),
            }
            for turn in turns
        ],
        max_seconds=[
            round(max((turn.seconds for turn in turns if turn.seat == seat), default=0.0), 4)
            for seat in range(len(seats))
        ],
        overage=[round(seat.observation.remainingOverageTime, 3) for seat in state],
        illegal_answers=sum(
            turn.turn_type == "answer"
            and not isinstance(turn.action, BaseException)
            and turn.seat == PAIR[1]
            and turn.action is not None
            and not _is_legal_answer(turn.action)
            for turn in turns
        ),
        error="\n\n".join(errors),
        peak_memory_mb=[_rounded(getattr(seat, "peak_mb", None)) for seat in seats],
    )


def _headed(turn: _Turn) -> str:
    where = f"Seat {turn.seat}, turn '{turn.turn_type}' of round {turn.step // 3 + 1}"
    return f"{where}, after {turn.seconds:.1f} s:\n{turn.error.strip()}"


def _bare_keyword_seats(turns: Sequence[_Turn], hits: Callable[[str], bool]) -> list[int]:
    return sorted(
        {
            turn.seat
            for turn in turns
            if turn.turn_type == "ask" and isinstance(turn.action, str) and hits(turn.action)
        }
    )


def _unexplained(statuses: Sequence[str], turns: Sequence[_Turn]) -> list[str]:
    """A sentence for each seat that failed with a good action, which leaves no error: too late."""
    sentences = []
    for seat, status in enumerate(statuses):
        last = [turn for turn in turns if turn.seat == seat][-1:]
        if status in FAILED and last and not last[0].error:
            late = "It answered after its time, overage included, had run out."
            sentences.append(_headed(replace(last[0], error=late)))
    return sentences


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
