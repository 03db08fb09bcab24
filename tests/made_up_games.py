"""Game records that nobody played."""

from __future__ import annotations

from pipeline.game import GameRecord


def made_up(game: int, won: bool, rounds: int, status: str = "DONE") -> GameRecord:
    """Ours, asking, beside an answerer whose every turn takes 0.1 s a round."""
    return GameRecord(
        keyword=f"k{game}",
        variants=[],
        category="things",
        seats=["ours", "named", "inert", "inert"],
        game=game,
        seed=0,
        settings={},
        won=won,
        round=rounds if won else None,
        questions=["?"] * rounds,
        answers=["no"] * rounds,
        guesses=["x"] * rounds,
        opponents={"questions": [], "answers": [], "guesses": []},
        statuses=["DONE", status, "DONE", "DONE"],
        rewards=[0, 0, 0, 0],
        seconds=[{"step": 0, "seat": 0, "turn_type": "ask", "seconds": 0.5}],
        max_seconds=[0.5, 0.1 * rounds, 9.0, 9.0],
        overage=[300.0] * 4,
        illegal_answers=int(status == "ERROR"),
        peak_memory_mb=[100.0 + game, None, None, None],
    )
