"""Stage 05: the packaged agent against each kind of opponent, and what is kept of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import places, replay
from .arena import play_games, read_records
from .arena_report import summarise
from .devices import visible_gpus
from .evaluate import existing_submission
from .game import GameRecord
from .keywords import load_keywords
from .lineup import Lineup

OPPONENTS = {
    "starter": ("random", "named"),
    "self": ("ours", "ours"),
    "inert": ("inert", "inert"),
}
"""Guesser and answerer in seats 2 and 3."""
STARTER = OPPONENTS["starter"]


@dataclass(frozen=True)
class Result:
    """One pairing's games."""

    label: str
    records: list[GameRecord]
    summary: dict[str, Any]


def seats(pairing: str, ours: list[int]) -> tuple[str, str, str, str]:
    """Who plays each seat: ours where asked for, else the opponents, else the starter's agents."""
    names = [*STARTER, *OPPONENTS[pairing]]
    for seat in ours:
        names[seat] = "ours"
    return names[0], names[1], names[2], names[3]


def play(
    run_dir: Path,
    *,
    pairings: list[str],
    ours: list[int],
    games: int,
    seed: int,
    keywords: str | None,
    handshake: str,
    questions: str,
    gpus: int = 0,
) -> list[Result]:
    """Play ``games`` games of each pairing and write the run's arena report.

    ``report/games.jsonl`` has all games, ``arena.json`` the summaries, ``replay.html`` the
    first game. Each agent process gets one of at most ``gpus`` cards (0: all).
    Raises ArenaError.
    """
    main = existing_submission(run_dir) / "main.py"
    report = run_dir / "report"
    report.mkdir(exist_ok=True)
    listed = load_keywords(places.in_project(keywords) if keywords else None)
    results = []
    for pairing in pairings if games else []:
        out = report / f".games-{pairing}.jsonl"
        names = seats(pairing, ours)
        guesses = [k.text for k in listed]
        lineup = Lineup(
            names,
            agent_main=main,
            guesses=guesses,
            handshake=handshake,
            questions=questions,
            gpus=visible_gpus(gpus),
        )
        with lineup:
            play_games(listed, lineup, games, seed, out=out)
        records = read_records(out)
        label = f"{names[0]} + {names[1]} against {names[2]} + {names[3]}"
        results.append(Result(label, records, summarise(records, seed)))
        out.unlink()
    _keep(report, results)
    return results


def _keep(report: Path, results: list[Result]) -> None:
    records = [record for result in results for record in result.records]
    lines = "".join(record.to_json() + "\n" for record in records)
    places.write_text(report / "games.jsonl", lines)
    summaries = [{"label": r.label, **r.summary} for r in results]
    places.write_text(report / "arena.json", json.dumps({"pairings": summaries}, indent=1) + "\n")
    if records:
        replay.write(records[0], report / "replay.html")
    else:
        places.write_text(report / "replay.html", "<p>No games were asked for.</p>\n")
