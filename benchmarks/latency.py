"""Seconds of an answer in the packaged agent: the first one, cold, and the others after it.

    python benchmarks/latency.py [--run default] [--answers 40] [--seed 0]

The agent of runs/<run>/submission plays in a fresh process, loaded and called by the
environment's own code, as in the arena. It is asked questions of data/labelled_pairs.csv that
neither a rule nor its table decides, so that the model answers every one. The first turn loads
the agent, its table and the weights; the process has imported the environment by then, as on
Kaggle. Weights that were just read are in the system's cache: a machine that has just been
started is slower.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "agent_template")]

from pipeline import environment, evaluate, places  # noqa: E402
from pipeline.errors import PipelineError  # noqa: E402
from pipeline.seats import SeatProcess  # noqa: E402

CONFIGURATION = {"actTimeout": 60.0}
OVERAGE = 300.0


class Undecided:
    """A model that marks what it is asked."""

    def p_yes(self, pairs: Sequence[tuple[str, str]], *_: object) -> list[float]:
        return [0.5] * len(pairs)


def for_the_model(submission: Path, count: int, seed: int) -> list[evaluate.Pair]:
    """``count`` labelled pairs that only the model can answer, drawn at random."""
    from twentyq.answerer import Answerer
    from twentyq.knowledge import Knowledge

    answerer = Answerer(Knowledge.load(submission / "knowledge"), Undecided())
    pairs = evaluate.load_pairs(places.DATA / "labelled_pairs.csv")
    order = np.random.default_rng(seed).permutation(len(pairs))
    drawn = (pairs[i] for i in order)
    asked = (p for p in drawn if answerer.answer(p.keyword, p.question).source == "model")
    return [pair for _, pair in zip(range(count), asked, strict=False)]


def observation(pair: evaluate.Pair, step: int) -> dict[str, object]:
    """An answerer's turn, as the environment shows it in a game's first round."""
    return {
        "role": "answerer",
        "turnType": "answer",
        "keyword": pair.keyword,
        "category": "things",
        "questions": [pair.question],
        "answers": [],
        "guesses": [],
        "remainingOverageTime": OVERAGE,
        "step": step,
    }


def answer_seconds(main: Path, pairs: Sequence[evaluate.Pair]) -> Iterator[float]:
    """Seconds of each turn, the pipe to the process included.

    Raises PipelineError for a turn without a yes or no.
    """
    with SeatProcess(main) as seat:
        for step, pair in enumerate(pairs):
            began = time.perf_counter()
            action = seat(observation(pair, step), CONFIGURATION)
            spent = time.perf_counter() - began
            if action not in ("yes", "no"):
                raise PipelineError(f"Expected yes or no to {pair.question!r}, found {action!r}.")
            yield spent


def summary(seconds: Sequence[float]) -> str:
    """What is printed of the turns, the first of which was cold."""
    first, *others = seconds
    median, high = np.percentile(others, [50, 95])
    return (
        f"first answer, cold  {first:.1f} s\n"
        f"{len(others)} answers after it: median {median:.2f} s, 95% within {high:.2f} s, "
        f"longest {max(others):.2f} s"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", default="default", help="a run's name or folder")
    parser.add_argument("--answers", type=int, default=40, help="after the first one")
    parser.add_argument("--seed", type=int, default=0, help="for the choice of questions")
    chosen = parser.parse_args(arguments)
    if chosen.answers < 1:
        parser.error("--answers should be at least 1")
    # As the arena does: the agent's process inherits it.
    environment.prepare()
    try:
        submission = evaluate.existing_submission(places.existing_run(chosen.run))
        pairs = for_the_model(submission, chosen.answers + 1, chosen.seed)
        print(summary(list(answer_seconds(submission / "main.py", pairs))))
    except PipelineError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
