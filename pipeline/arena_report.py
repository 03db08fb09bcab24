"""What a series of games says: a summary with intervals, a table, a figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.colours import BLUE, GREEN, GREY, RED
from pipeline.game import FAILED, PAIR, GameRecord
from pipeline.places import save_figure
from pipeline.seats import ArenaError

ROUNDS = 20
Z_95 = 1.959964
"""Two-sided 95% point of the normal distribution."""
RESAMPLES = 2000


def wilson(wins: int, games: int) -> tuple[float, float]:
    """Wilson's 95% score interval of a proportion; (0, 1) without games.

    Wilson, JASA 22 (1927): unlike wins ± 2 standard errors it is sound at 0 and at all wins.
    """
    if games == 0:
        return 0.0, 1.0
    rate, square = wins / games, Z_95**2
    centre = (rate + square / (2 * games)) / (1 + square / games)
    half = Z_95 * math.sqrt(rate * (1 - rate) / games + square / (4 * games**2))
    half /= 1 + square / games
    return max(0.0, centre - half), min(1.0, centre + half)


def bootstrap_mean(values: Sequence[float], seed: int) -> tuple[float, float] | None:
    """Percentile bootstrap 95% interval of the mean; None without values."""
    if not values:
        return None
    generator = np.random.default_rng(seed)
    draws = generator.choice(np.asarray(values, dtype=float), size=(RESAMPLES, len(values)))
    low, high = np.percentile(draws.mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def summarise(records: Sequence[GameRecord], seed: int = 0) -> dict[str, Any]:
    """Figures of the pair under test over all games, ready for JSON.

    ``win_rate_95`` and ``mean_rounds_95`` are [low, high]; rounds are those of won games, None if
    there are none. ``errors``: games that the pair ended by an error, a time-out or a bad answer;
    ``opponent_errors`` the same of seats 2 and 3. ``max_turn_seconds``, ``peak_memory_mb``: of the
    pair; memory is None where its players have no process of their own. ``seconds``: all turns.
    """
    wins = sum(record.won for record in records)
    rounds = [record.round for record in records if record.round is not None]
    interval = bootstrap_mean(rounds, seed)
    memory = [
        record.peak_memory_mb[seat]
        for record in records
        for seat in PAIR
        if record.peak_memory_mb[seat] is not None
    ]
    return {
        "guesser": records[0].seats[0] if records else "",
        "answerer": records[0].seats[1] if records else "",
        "games": len(records),
        "wins": wins,
        "win_rate": wins / len(records) if records else None,
        "win_rate_95": list(wilson(wins, len(records))),
        "mean_rounds": float(np.mean(rounds)) if rounds else None,
        "mean_rounds_95": list(interval) if interval else None,
        "errors": sum(record.failed for record in records),
        "opponent_errors": sum(
            any(status in FAILED for status in record.statuses[2:]) for record in records
        ),
        "illegal_answers": sum(record.illegal_answers for record in records),
        "max_turn_seconds": max(
            (record.max_seconds[seat] for record in records for seat in PAIR), default=0.0
        ),
        "peak_memory_mb": max(memory, default=None),
        "seconds": round(sum(turn["seconds"] for record in records for turn in record.seconds), 3),
    }


def table(summaries: Mapping[str, Mapping[str, Any]]) -> str:
    """A Markdown table, one row per named summary."""
    head = "| | games | won | win rate (95%) | rounds when won (95%) | errors | slowest turn |"
    lines = [head, "|---|---:|---:|---|---|---:|---:|"]
    for name, summary in summaries.items():
        rate = "-"
        if summary["win_rate"] is not None:
            low, high = summary["win_rate_95"]
            rate = f"{summary['win_rate']:.1%} ({low:.1%} to {high:.1%})"
        rounds = "-"
        if summary["mean_rounds"] is not None:
            low, high = summary["mean_rounds_95"]
            rounds = f"{summary['mean_rounds']:.2f} ({low:.2f} to {high:.2f})"
        label = name.replace("|", "\\|")
        lines.append(
            f"| {label} | {summary['games']} | {summary['wins']} | {rate} | {rounds} "
            f"| {summary['errors']} | {summary['max_turn_seconds']:.2f} s |"
        )
    return "\n".join(lines)


def game_rows(records: Sequence[GameRecord]) -> list[dict[str, Any]]:
    """One flat row a game, for ``pandas.DataFrame``."""
    return [
        {
            "game": record.game,
            "keyword": record.keyword,
            "won": record.won,
            "round": record.round,
            "last guess": record.guesses[-1] if record.guesses else "",
            "slowest turn (s)": max(record.max_seconds[seat] for seat in PAIR),
            "overage left (s)": min(record.overage[seat] for seat in PAIR),
            "status": "/".join(record.statuses[seat] for seat in PAIR),
            "error": record.error.splitlines()[-1] if record.error else "",
        }
        for record in records
    ]


def plot(records: Sequence[GameRecord], path: Path | str | None = None) -> Any:
    """Left: share of games won by round. Right: each game's slowest turn, over its length.

    Returns the matplotlib figure (drawn without pyplot, so that it shows once in a notebook), and
    writes it to ``path`` if one is given. Raises ``ArenaError`` without games.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if not records:
        raise ArenaError("Expected at least one game to plot, found none. Play some first.")
    figure = Figure(figsize=(11, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    _plot_wins(left, records)
    _plot_games(right, records)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color="0.9", linewidth=0.8)
        axes.set_axisbelow(True)
    if path is not None:
        save_figure(figure, Path(path))
    return figure


def _plot_wins(axes: Any, records: Sequence[GameRecord]) -> None:
    games = len(records)
    rounds = np.arange(ROUNDS + 1)
    wins = np.array([sum(r.won and r.round <= n for r in records) for n in rounds])
    band = np.array([wilson(int(count), games) for count in wins])
    axes.fill_between(
        rounds, 100 * band[:, 0], 100 * band[:, 1], step="post", color=BLUE, alpha=0.15, lw=0
    )
    axes.step(rounds, 100 * wins / games, where="post", color=BLUE, linewidth=2)
    axes.set(
        title=f"{records[0].seats[0]} asking, {records[0].seats[1]} answering: "
        f"{wins[-1]} of {games} won",
        xlabel="round",
        ylabel="games won so far (%), band: 95% interval",
        xlim=(0, ROUNDS),
        ylim=(0, 102),
        xticks=range(0, ROUNDS + 1, 2),
    )


def _plot_games(axes: Any, records: Sequence[GameRecord]) -> None:
    kinds = (
        ("won", GREEN, "o", [r for r in records if r.won]),
        ("not found", GREY, "o", [r for r in records if not r.won and not r.failed]),
        ("error", RED, "X", [r for r in records if not r.won and r.failed]),
    )
    slowest = [max(r.max_seconds[seat] for seat in PAIR) for r in records]
    spread = np.random.default_rng(0)
    for label, colour, marker, group in kinds:
        if group:
            lengths = np.array([max(len(r.guesses), 1) for r in group], dtype=float)
            axes.scatter(
                lengths + spread.uniform(-0.25, 0.25, len(group)),
                [max(max(r.max_seconds[seat] for seat in PAIR), 1e-4) for r in group],
                s=26,
                color=colour,
                marker=marker,
                alpha=0.75,
                linewidth=0,
                label=f"{label} ({len(group)})",
            )
    low, high = max(min(slowest), 1e-4), max(max(slowest), 1e-4)
    axes.set(
        title="One dot a game",
        xlabel="rounds played",
        ylabel="slowest turn (s)",
        xlim=(0, ROUNDS + 1),
        xticks=range(0, ROUNDS + 1, 5),
        yscale="log",
        ylim=(low / 2, high * 2.5),
    )
    axes.yaxis.set_major_formatter("{x:g}")
    axes.legend(frameon=False, loc="best", fontsize=9)
