"""Simulated games of the guesser on the real tables: how often and how fast it wins.

    python benchmarks/guesser_games.py [--keywords public] [--every 1]

One game per keyword and kind of partner; the partners answer from the same
table, so that these are upper bounds for what a model as a partner allows.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "agent_template")]

from pipeline.knowledge import build  # noqa: E402
from twentyq.knowledge import LEVELS, Knowledge, question_key  # noqa: E402
from twentyq.observation import ROUNDS, Observation  # noqa: E402
from twentyq.questioner import Questioner  # noqa: E402
from twentyq.spelling import parse  # noqa: E402

Answerer = Callable[[str], bool]


def partner(
    knowledge: Knowledge, row: int, rng: np.random.Generator, speaks: bool, noise: float = 0.0
) -> Answerer:
    """Answers by the table (unclear cells by a coin), and spelling by rule if it ``speaks``.

    A share ``noise`` of the answers is turned around. A partner that does not
    speak says no to the handshake and tosses a coin for other spelling questions.
    """

    def answer(question: str) -> bool:
        column = knowledge.question_index.get(question_key(question))
        if column is not None:
            p = knowledge.p_yes[row, column] / LEVELS
            truth = rng.random() < 0.5 if 0.4 < p < 0.6 else p > 0.5
        else:
            predicate = parse(question)
            if predicate is None:
                truth = rng.random() < 0.5
            elif speaks:
                truth = predicate(knowledge.keywords[row])
            else:
                truth = predicate.kind != "handshake" and rng.random() < 0.5
        return truth != (rng.random() < noise)

    return answer


def play(questioner: Questioner, row: int, answer: Answerer) -> int | None:
    """The round in which keyword ``row`` is guessed, None if it is not."""
    questions: list[str] = []
    answers: list[str] = []
    guesses: list[str] = []
    for number in range(1, ROUNDS + 1):
        history = (tuple(questions), tuple(answers), tuple(guesses))
        questions.append(questioner.ask(Observation("guesser", "ask", *history)))
        answers.append("yes" if answer(questions[-1]) else "no")
        history = (tuple(questions), tuple(answers), tuple(guesses))
        guesses.append(questioner.guess(Observation("guesser", "guess", *history)))
        if row in questioner.knowledge.covered_by(guesses[-1]):
            return number
    return None


def wilson(hits: int, games: int, z: float = 1.96) -> tuple[float, float]:
    """The Wilson 95% interval of a rate."""
    rate = hits / games
    centre = rate + z * z / (2 * games)
    half = z * math.sqrt(rate * (1 - rate) / games + z * z / (4 * games * games))
    scale = 1 + z * z / games
    return (centre - half) / scale, (centre + half) / scale


PARTNERS = {
    "speaks": {"speaks": True},
    "speaks, 10% wrong": {"speaks": True, "noise": 0.1},
    "table only": {"speaks": False},
    "table only, 10% wrong": {"speaks": False, "noise": 0.1},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=ROOT / "data")
    parser.add_argument("--keywords", default="public", help="public, own or place")
    parser.add_argument("--every", type=int, default=1, help="play every n-th keyword only")
    parser.add_argument("--handshake", default="auto")
    parser.add_argument("--questions", default="all")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        build(args.data, Path(folder) / "knowledge")
        knowledge = Knowledge.load(Path(folder) / "knowledge")
        questioner = Questioner(knowledge, args.handshake, args.questions)
        rows = [i for i, c in enumerate(knowledge.categories) if c == args.keywords][:: args.every]
        print(f"{len(knowledge.keywords)} candidates, {len(knowledge.questions)} questions")
        print(f"{'partner':24}{'games':>6}{'won':>7}  {'95% interval':16}{'rounds':>7}{'s':>7}")
        for name, kind in PARTNERS.items():
            start = time.perf_counter()
            rounds = []
            for row in rows:
                answer = partner(knowledge, row, np.random.default_rng(row), **kind)
                rounds.append(play(questioner, row, answer))
            won = [r for r in rounds if r is not None]
            low, high = wilson(len(won), len(rows))
            print(
                f"{name:24}{len(rows):6}{len(won) / len(rows):7.3f}  {low:.3f} to {high:.3f}  "
                f"{np.mean(won) if won else math.nan:7.2f}{time.perf_counter() - start:7.1f}"
            )


if __name__ == "__main__":
    main()
