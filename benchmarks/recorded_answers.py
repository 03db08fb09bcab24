"""How far the guesser gets with what honest strangers answered: the games of data/answers.csv.

    python benchmarks/recorded_answers.py [--data DIR] [--folder DIR]

Of each thing there, all answers of its games are given to the belief of a build that has not
seen the public list; printed is where the thing then stands among all candidates, apart for
things with labels by hand and for those that are only described. The questions are those that
the guessers of the time asked, so no game is won or lost here; but the answers are nobody's
simulation. The rates of ``data/questions.csv`` were counted on the same answers.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "agent_template")]

from pipeline import described, environment, reliability  # noqa: E402
from pipeline.bootstrap import interval  # noqa: E402
from pipeline.candidates import table_keywords  # noqa: E402
from pipeline.errors import PipelineError  # noqa: E402
from pipeline.knowledge import build  # noqa: E402
from pipeline.progress import bar  # noqa: E402
from twentyq.belief import infer  # noqa: E402
from twentyq.knowledge import Knowledge  # noqa: E402

NAMES = ("first", "of the first 10", "of the first 100", "log2 rank", "log2 P")


def standing(knowledge: Knowledge, answers: list[tuple[str, bool]], keyword: int) -> list[float]:
    """What ``NAMES`` says of ``keyword`` after ``answers``, (question, whether it was yes)."""
    weights = infer(knowledge, answers).weights
    before = int((weights > weights[keyword]).sum())
    return [before < 1, before < 10, before < 100, np.log2(before + 1), np.log2(weights[keyword])]


def asked_again(data: Path) -> set[str]:
    """The keywords of ``described.AGAIN``."""
    if not (data / described.AGAIN).exists():
        return set()
    with (data / described.AGAIN).open(encoding="utf-8", newline="") as file:
        return {row["keyword"] for row in csv.DictReader(file)}


def main() -> None:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=ROOT / "data")
    parser.add_argument("--folder", type=Path, help="keeps the built knowledge")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (args.folder or Path(temporary)) / "public"
        if not (folder / "manifest.json").exists():
            try:
                build(args.data, folder, "public", 100_000)
            except PipelineError as error:
                sys.exit(f"Error: {error}")
        knowledge = Knowledge.load(folder)
        wordings = dict(zip(knowledge.question_ids, knowledge.questions, strict=True))
        games = defaultdict(list)
        for keyword, name, yes in reliability.read(args.data):
            games[keyword.lower()].append((wordings[name], yes))
        place = {keyword.lower(): i for i, keyword in enumerate(knowledge.keywords)}
        games = {keyword: heard for keyword, heard in games.items() if keyword in place}
        stood = np.array(
            [
                standing(knowledge, heard, place[keyword])
                for keyword, heard in bar(games.items(), total=len(games), leave=False)
            ]
        )
    by_hand = set(map(str.lower, table_keywords(args.data / "things.csv")))
    again = asked_again(args.data) - by_hand
    kinds = {"labelled": by_hand, "asked again": again, "described": set(games) - by_hand - again}
    print(f"{'':12}{'things':>8}" + "".join(f"{name:>30}" for name in NAMES))
    for name, keywords in kinds.items():
        some = stood[[keyword in keywords for keyword in games]]
        if not len(some):
            continue
        low, high = interval(lambda rows, some=some: some[rows].mean(axis=0), len(some))
        cells = zip(some.mean(axis=0), low, high, strict=True)
        shown = (f"{mean:.3f} ({a:.3f} to {b:.3f})" for mean, a, b in cells)
        print(f"{name:12}{len(some):8}" + "".join(f"{cell:>30}" for cell in shown))


if __name__ == "__main__":
    main()
