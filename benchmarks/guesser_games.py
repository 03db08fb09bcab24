"""The guesser against simulated partners: how often and how fast it wins, row by row.

    python benchmarks/guesser_games.py --list
    python benchmarks/guesser_games.py withheld-semantic-8 [more rows] [--keywords 150] [--jobs 2]

A row plays one game for each public keyword (or for ``--keywords`` of them, drawn with
``--seed``). Partners answer by the hand labels in ``data/things.csv``, whether the guesser
knows them or not; an unclear label is a coin, and a share of the answers is turned around.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "agent_template")]

from pipeline.knowledge import build  # noqa: E402
from pipeline.progress import bar  # noqa: E402
from twentyq.knowledge import Knowledge, question_key, split_variants  # noqa: E402
from twentyq.matching import matches  # noqa: E402
from twentyq.observation import ROUNDS, Observation  # noqa: E402
from twentyq.questioner import Questioner  # noqa: E402
from twentyq.spelling import parse  # noqa: E402

OPENING = 5
"""Rounds whose questions are remembered for other games that open alike."""


@dataclass(frozen=True)
class Row:
    """A setting. ``knows``: "list" only the public list, "lexicon" all candidates with the
    public list among them, "withheld" those of a build that never saw it. ``always``: what the
    partner always says; "random" tosses coins. ``noise``: share of answers turned around.
    """

    knows: str
    speaks: bool = False
    noise: float = 0.0
    handshake: str = "auto"
    questions: str = "all"
    always: str = ""


SEMANTIC = {"questions": "semantic"}
ROWS: dict[str, Row] = {}
for _knows in ("list", "lexicon", "withheld"):
    for _noise in (0, 8, 12):
        ROWS[f"{_knows}-semantic-{_noise}"] = Row(_knows, noise=_noise / 100, **SEMANTIC)
    ROWS[f"{_knows}-handshake"] = Row(_knows, speaks=True, handshake="always")
    ROWS[f"{_knows}-auto"] = Row(_knows, speaks=True)
    ROWS[f"{_knows}-no-handshake"] = Row(_knows, speaks=True, handshake="never")
    ROWS[f"{_knows}-lies-10"] = Row(_knows, speaks=True, noise=0.1)
    ROWS[f"{_knows}-stranger-12"] = Row(_knows, noise=0.12)
    for _always in ("yes", "no", "random"):
        ROWS[f"{_knows}-always-{_always}"] = Row(_knows, always=_always)


@dataclass(frozen=True)
class Thing:
    """A keyword with its other spellings, and its labels by ``question_key``."""

    keyword: str
    names: tuple[str, ...]
    labels: dict[str, str]


def read_things(data: Path, source: str = "public") -> list[Thing]:
    """The labelled things of one source."""
    with (data / "questions.csv").open(encoding="utf-8", newline="") as file:
        keys = {row["id"]: question_key(row["question"]) for row in csv.DictReader(file)}
    with (data / "things.csv").open(encoding="utf-8", newline="") as file:
        return [
            Thing(
                row["keyword"],
                (row["keyword"], *split_variants(row["variants"])),
                {key: row[name] for name, key in keys.items() if name in row},
            )
            for row in csv.DictReader(file)
            if row["source"] == source
        ]


def says_yes(thing: Thing, question: str, row: Row, rng: np.random.Generator) -> bool:
    """What the row's partner answers."""
    coin = bool(rng.random() < 0.5)
    if row.always:
        return {"yes": True, "no": False, "random": coin}[row.always]
    label = thing.labels.get(question_key(question))
    predicate = None if label else parse(question)
    if label:
        truth = coin if label == "?" else label == "y"
    elif predicate is None:
        # What has no label asks for places.
        truth = False
    elif row.speaks:
        truth = predicate(thing.keyword)
    else:
        truth = predicate.kind != "handshake" and coin
    return truth != bool(rng.random() < row.noise)


def play(
    questioner: Questioner, thing: Thing, row: Row, seed: int, openings: dict[tuple, str]
) -> tuple[int | None, bool]:
    """The round in which the keyword is guessed, None if it is not; whether all moves were new."""
    rng = np.random.default_rng([seed, *thing.keyword.encode()])
    questions: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    for number in range(1, ROUNDS + 1):
        past = (questions, answers, guesses)
        question = openings.get(past) or questioner.ask(Observation("guesser", "ask", *past))
        if number <= OPENING:
            openings[past] = question
        questions += (question,)
        answers += ("yes" if says_yes(thing, question, row, rng) else "no",)
        past = (questions, answers, guesses)
        guess = openings.get(past) or questioner.guess(Observation("guesser", "guess", *past))
        if number <= OPENING:
            openings[past] = guess
        fresh = not any(matches(guess, old) for old in guesses)
        guesses += (guess,)
        if any(matches(guess, name) for name in thing.names):
            return number, fresh and len(set(map(question_key, questions))) == number
    return None, len(set(map(question_key, questions))) == ROUNDS


def wilson(hits: int, games: int, z: float = 1.96) -> tuple[float, float]:
    """The Wilson 95% interval of a rate."""
    rate = hits / games
    centre = rate + z * z / (2 * games)
    half = z * math.sqrt(rate * (1 - rate) / games + z * z / (4 * games * games))
    scale = 1 + z * z / games
    return (centre - half) / scale, (centre + half) / scale


def knowledge_for(knows: str, data: Path, folder: Path) -> Knowledge:
    """Built into ``folder`` unless it is there already; see ``Row``."""
    withhold = "public" if knows == "withheld" else "none"
    where = folder / withhold
    if not (where / "manifest.json").exists():
        build(data, where, withhold=withhold)
    knowledge = Knowledge.load(where)
    if knows != "list":
        return knowledge
    rows = np.array([i for i, name in enumerate(knowledge.categories) if name == "public"])
    return Knowledge.from_table(
        keywords=[knowledge.keywords[i] for i in rows],
        variants=[knowledge.variants[i] for i in rows],
        questions=knowledge.questions,
        p_yes=knowledge.p_yes[knowledge.rows(rows)],
        reliability=knowledge.reliability,
    )


@cache
def _questioner(
    knows: str, handshake: str, questions: str, data: Path, folder: Path
) -> tuple[Questioner, dict[tuple, str]]:
    """One a process, with the openings it has played."""
    return Questioner(knowledge_for(knows, data, folder), handshake, questions), {}


def _game(task: tuple[Row, Thing, int, Path, Path]) -> tuple[int | None, bool]:
    row, thing, seed, data, folder = task
    questioner, openings = _questioner(row.knows, row.handshake, row.questions, data, folder)
    return play(questioner, thing, row, seed, openings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], metavar="row")
    parser.add_argument("--list", action="store_true", help="the rows there are")
    parser.add_argument("--data", type=Path, default=ROOT / "data")
    parser.add_argument("--source", default="public", help="keywords played: public or own")
    parser.add_argument("--keywords", type=int, default=0, help="play so many only (0: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keeps the built knowledge")
    args = parser.parse_args()
    if args.list:
        print("\n".join(f"{name:24}{row}" for name, row in ROWS.items()))
        return
    things = read_things(args.data, args.source)
    if args.keywords:
        drawn = np.random.default_rng(args.seed).permutation(len(things))[: args.keywords]
        things = [things[i] for i in drawn]
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        print(
            f"{'row':26}{'games':>6}{'won':>7}  {'95% interval':16}{'rounds':>7}{'new':>5}{'s':>7}"
        )
        for name in args.rows:
            row = ROWS[name]
            knowledge_for(row.knows, args.data, folder)
            start = time.perf_counter()
            tasks = [(row, thing, args.seed, args.data, folder) for thing in things]
            with ProcessPoolExecutor(args.jobs, mp_context=get_context("fork")) as pool:
                games = list(bar(pool.map(_game, tasks), total=len(tasks), desc=name, leave=False))
            won = [number for number, _ in games if number is not None]
            low, high = wilson(len(won), len(games))
            print(
                f"{name:26}{len(games):6}{len(won) / len(games):7.3f}  {low:.3f} to {high:.3f}  "
                f"{np.mean(won) if won else math.nan:7.2f}"
                f"{'yes' if all(new for _, new in games) else 'NO':>5}"
                f"{time.perf_counter() - start:7.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
