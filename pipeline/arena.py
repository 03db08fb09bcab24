"""Many games of one pair in the real environment: play, record, resume, sum up.

from pipeline.arena import run_arena
summary = run_arena(agent_main=Path("submission/main.py"), guesser="ours", answerer="named",
                    keywords=None, games=20, seed=0, handshake="auto", questions="all",
                    out=Path("report/games.jsonl"))
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.arena_report import summarise
from pipeline.devices import visible_gpus
from pipeline.game import GameRecord, play_game
from pipeline.keywords import Keyword, choose_keywords, load_keywords
from pipeline.lineup import Lineup
from pipeline.progress import bar
from pipeline.seats import ArenaError

__all__ = [
    "ArenaError",
    "GameRecord",
    "Keyword",
    "Lineup",
    "load_keywords",
    "play_game",
    "play_games",
    "read_records",
    "run_arena",
]


def run_arena(
    *,
    agent_main: Path | None,
    guesser: str,
    answerer: str,
    opponents: tuple[str, str] = ("inert", "inert"),
    keywords: Path | None,
    games: int | None,
    seed: int,
    handshake: str,
    questions: str,
    out: Path,
    progress: bool = True,
    fresh_foreign: bool = True,
    preload: bool = True,
    on_game: Callable[[GameRecord], None] | None = None,
) -> dict[str, Any]:
    """Seat four players, play the games, and return ``summarise(records)`` with ``out`` added.

    ``agent_main`` is what "ours" means; see ``Lineup`` for the names of players and
    ``load_keywords`` for the keyword file (None: the environment's public list). ``games`` None
    plays every keyword in order. Records go to ``out``, one JSON line a game.
    Raises ``ArenaError``, also when interrupted; what was played is then kept, see ``play_games``.
    """
    if not str(out).strip() or Path(out).is_dir():
        raise ArenaError(f"Expected a file for the records, found the folder '{out}'. Name a file.")
    chosen_from = load_keywords(keywords)
    with Lineup(
        (guesser, answerer, *opponents),
        agent_main=agent_main,
        guesses=[keyword.text for keyword in chosen_from],
        handshake=handshake,
        questions=questions,
        fresh_foreign=fresh_foreign,
        preload=preload,
        gpus=visible_gpus(),
    ) as lineup:
        records = play_games(
            chosen_from, lineup, games, seed, out=Path(out), on_game=on_game, progress=progress
        )
    return {**summarise(records, seed=seed), "out": str(out)}


def play_games(
    keywords: Sequence[Keyword],
    lineup: Lineup,
    games: int | None,
    seed: int,
    *,
    out: Path,
    on_game: Callable[[GameRecord], None] | None = None,
    progress: bool = True,
    configuration: Mapping[str, Any] | None = None,
    overage: float | None = None,
) -> list[GameRecord]:
    """Play ``games`` games (None: every keyword in order) and write one JSON line each to ``out``.

    Finished games are kept in ``out`` + ``.partial``, which becomes ``out`` after the last. If
    one is there already and belongs to these very games (keywords, seats, seed, settings, agent
    files), it is continued; any other is set aside as ``.partial.old``.
    Raises ``ArenaError`` saying where the finished games are, if interrupted or stopped.
    """
    plan = choose_keywords(keywords, games, seed)
    settings = lineup.identity
    if configuration or overage is not None:
        limits = {**(configuration or {}), "overage": overage}
        settings["limits"] = json.dumps(limits, sort_keys=True)
    partial = out.with_name(out.name + ".partial")
    out.parent.mkdir(parents=True, exist_ok=True)
    records = _resume(partial, plan, lineup, seed, settings)
    try:
        with (
            partial.open("a", encoding="utf-8") as file,
            bar(
                total=len(plan), initial=len(records), disable=not progress, unit="game"
            ) as games_bar,
        ):
            for game in range(len(records), len(plan)):
                games_bar.set_postfix_str(
                    f"{sum(record.won for record in records)} won", refresh=False
                )
                lineup.new_game(f"{seed}/{game}")
                record = play_game(
                    plan[game],
                    lineup.seats,
                    game=game,
                    seed=seed,
                    settings=settings,
                    configuration=configuration,
                    overage=overage,
                )
                file.write(record.to_json() + "\n")
                file.flush()
                records.append(record)
                if on_game is not None:
                    on_game(record)
                games_bar.update()
            os.fsync(file.fileno())
    except KeyboardInterrupt:
        raise ArenaError(f"Interrupted. {_kept(partial, records, plan)}") from None
    except ArenaError as error:
        raise ArenaError(f"{error}\n{_kept(partial, records, plan)}") from error
    except Exception as error:
        error.add_note(_kept(partial, records, plan))
        raise
    partial.replace(out)
    return records


def read_records(path: Path | str) -> list[GameRecord]:
    """The games in a file that ``play_games`` wrote; raises ``ArenaError`` if it is none."""
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ArenaError(
            f"Expected game records at {path}, found: {error}. Play the games first."
        ) from error
    return [GameRecord.from_json(line) for line in lines]


def _kept(partial: Path, records: Sequence[GameRecord], plan: Sequence[Keyword]) -> str:
    return (
        f"{len(records)} of {len(plan)} games are finished and kept in {partial}; "
        "run the same command again to go on from there."
    )


def _resume(
    partial: Path, plan: Sequence[Keyword], lineup: Lineup, seed: int, settings: dict[str, str]
) -> list[GameRecord]:
    """The games of an interrupted run of this very series; ``partial`` then holds just them."""
    if not partial.exists():
        return []
    records: list[GameRecord] = []
    for line in partial.read_text(encoding="utf-8").splitlines():
        try:
            records.append(GameRecord.from_json(line))
        except ArenaError:
            break  # the line being written when the machine stopped
    same = len(records) <= len(plan) and all(
        (record.game, record.keyword, tuple(record.variants), record.category)
        == (game, plan[game].text, plan[game].variants, plan[game].category)
        and (record.seats, record.seed, record.settings) == (lineup.names, seed, settings)
        for game, record in enumerate(records)
    )
    if not same:
        old = partial.with_name(partial.name + ".old")
        partial.replace(old)
        warnings.warn(
            f"{partial} holds games of another run (other keywords, seats, seed, settings or "
            f"agent files): set aside as {old}, starting anew.",
            stacklevel=3,
        )
        return []
    temporary = partial.with_name(partial.name + ".tmp")
    temporary.write_text("".join(record.to_json() + "\n" for record in records), encoding="utf-8")
    temporary.replace(partial)
    if records:
        print(f"Going on after {len(records)} finished games in {partial}.", file=sys.stderr)
    return records
