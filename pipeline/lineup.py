"""Who sits where: four names or paths become four seats."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pipeline import baselines
from pipeline.devices import round_robin
from pipeline.seats import ArenaError, SeatProcess

OURS = "ours"
HANDSHAKES = ("always", "never", "auto")
QUESTIONS = ("all", "semantic", "spelling")
SEAT_ROLES = ("guesser", "answerer", "guesser", "answerer")
"""Role of each seat in the environment; the pair under test sits in seats 0 and 1."""


class Seat(Protocol):
    """What the arena asks of a player, beside being callable with ``(obs, cfg)``."""

    name: str
    peak_mb: float | None

    def new_game(self, seed: str = "") -> None: ...
    def wait_ready(self) -> None: ...
    def close(self) -> None: ...
    def __call__(self, observation, configuration): ...


def fingerprint(main_path: Path) -> str:
    """Short hash of the names, sizes and times of the files beside an agent's ``main.py``.

    Cheap with gigabytes of weights, and enough to notice that another agent was unpacked there.
    """
    digest = hashlib.sha256()
    folder = main_path.parent
    for path in sorted(folder.rglob("*")) if main_path.name == "main.py" else [main_path]:
        if path.is_file() and "__pycache__" not in path.parts:
            stat = path.stat()
            digest.update(
                f"{path.relative_to(folder)}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode()
            )
    return digest.hexdigest()[:12]


class Lineup:
    """The four seats of a series of games; a context manager that ends their processes.

    ``names``: guesser and answerer of the pair under test, then of the opponents. A guesser is
    ``ours``, ``random``, ``inert`` or a path; an answerer may also be ``named``, ``yes``, ``no``.
    ``ours`` (``agent_main``) is one process for all its seats and all games, since our agent
    computes its state from the observation. Any other file is played as on Kaggle: a process per
    seat, and a new one for each game unless ``fresh_foreign`` is off.
    ``gpus``: cards for the processes, one each in turn and answerers first, so that each sees a
    machine with one card, as on Kaggle.
    Raises ``ArenaError`` for unknown names, missing files and unknown settings.
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        agent_main: Path | None = None,
        guesses: Sequence[str] = (),
        handshake: str = "auto",
        questions: str = "all",
        fresh_foreign: bool = True,
        preload: bool = True,
        gpus: Sequence[str] = (),
    ) -> None:
        if len(names) != len(SEAT_ROLES):
            raise ArenaError(f"Expected four seats, found {len(names)}: {', '.join(names)}.")
        _check_choice("handshake", handshake, HANDSHAKES)
        _check_choice("questions", questions, QUESTIONS)
        self.settings = {"handshake": handshake, "questions": questions}
        self._main = None if agent_main is None else Path(agent_main).resolve()
        self._guesses = guesses
        self._fresh, self._preload = fresh_foreign, preload
        self._ours: SeatProcess | None = None
        self.seats: tuple[Seat, ...] = tuple(
            self._seat(name, role) for name, role in zip(names, SEAT_ROLES, strict=True)
        )
        by_need = sorted(zip(SEAT_ROLES, self.seats, strict=True), key=lambda seat: seat[0])
        workers = [seat for _, seat in by_need if isinstance(seat, SeatProcess)]
        for seat, card in round_robin(workers, gpus).items():
            seat.settings["CUDA_VISIBLE_DEVICES"] = card

    def __enter__(self) -> Lineup:
        return self

    def __exit__(self, *exc: object) -> None:
        for seat in self.seats:
            seat.close()

    @property
    def names(self) -> list[str]:
        """What sits in seats 0 to 3."""
        return [seat.name for seat in self.seats]

    @property
    def identity(self) -> dict[str, str]:
        """What decides how these seats play: settings, and a fingerprint of each agent file."""
        files = {
            str(seat.main_path): fingerprint(seat.main_path)
            for seat in self.seats
            if isinstance(seat, SeatProcess)
        }
        agents = "+".join(files.values())
        return {**self.settings, "agents": agents} if agents else dict(self.settings)

    def new_game(self, seed: str) -> None:
        """Seed the baselines and wait until all workers are ready (they start side by side)."""
        for index, seat in enumerate(self.seats):
            seat.new_game(f"{seed}/{index}")
        for seat in self.seats:
            seat.wait_ready()

    def _seat(self, name: str, role: str) -> Seat:
        known = baselines.GUESSERS if role == "guesser" else tuple(baselines.ANSWERERS)
        if name in known:
            return (
                baselines.guesser(name, self._guesses)
                if role == "guesser"
                else baselines.answerer(name)
            )
        if name == OURS:
            if self._main is None:
                raise ArenaError(
                    f"The {role} is 'ours', but no agent was given. Give the path of its main.py, "
                    f"or choose one of: {', '.join(known)}."
                )
            return self._our_seat()
        path = Path(name) / "main.py" if Path(name).is_dir() else Path(name)
        if not path.is_file():
            near = difflib.get_close_matches(name, (OURS, *known), n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise ArenaError(
                f"Expected as {role} one of {', '.join((OURS, *known))}, or the path of an "
                f"agent file, found '{name}', which is neither.{hint}"
            )
        if path.resolve() == self._main:
            return self._our_seat()
        return SeatProcess(path, name=name, fresh=self._fresh, preload=self._preload)

    def _our_seat(self) -> SeatProcess:
        if self._ours is None:
            self._ours = SeatProcess(
                self._main,
                name=OURS,
                settings={f"TWENTYQ_{key.upper()}": value for key, value in self.settings.items()},
                preload=self._preload,
            )
        return self._ours


def _check_choice(setting: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise ArenaError(
            f"Expected {setting} to be one of {', '.join(choices)}, found '{value}'. "
            f"Set {setting} to one of them."
        )
