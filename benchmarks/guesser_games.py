"""The guesser against simulated partners: how often and how fast it wins, row by row.

    python benchmarks/guesser_games.py --list
    python benchmarks/guesser_games.py withheld-semantic-8 [more rows] [--keywords 150] [--jobs 2]

A row plays one game for each public keyword (or for ``--keywords`` of them, drawn with
``--seed``). Simulated partners answer by the hand labels in ``data/things.csv``, whether the
guesser knows them or not; an unclear label is a coin, and a share of the answers is turned
around. In a row ``-honest`` yes is as likely as strangers were found to say it, question by
question (``data/answers.csv``), where the label is no and where it is yes. The partner of a
row ``-ours`` is our answerer with a run's weights and the guesser's own build of the knowledge,
that of a row ``-starter`` the same weights with the starter's prompt and rule and nothing else;
both need ``--run``:

    python benchmarks/guesser_games.py withheld-semantic-ours --run default --keywords 100

In a row ``described-`` the public list and its labels are withheld, but not the descriptions of
things, which were written without it: so the shipped build knows most hidden keywords. Its
table is learnt first, into ``--folder`` or anew, which takes minutes and needs the sources.

``--words`` plays the keywords of a file instead, one a line, which need no labels where a model
answers; ``benchmarks/unseen_things.txt`` was written for that and nothing else:

    python benchmarks/guesser_games.py lexicon-semantic-ours --words benchmarks/unseen_things.txt
"""

from __future__ import annotations

import argparse
import csv
import math
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "agent_template")]

from pipeline import environment, places  # noqa: E402
from pipeline.errors import PipelineError  # noqa: E402
from pipeline.knowledge import build  # noqa: E402
from pipeline.learning import learn, read_described  # noqa: E402
from pipeline.progress import bar  # noqa: E402
from twentyq.answerer import Answerer, Pair  # noqa: E402
from twentyq.calibration import Calibration, Column  # noqa: E402
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
    public list among them, "withheld" those of a build that never saw it, "described" of one
    that saw no more than descriptions of some. ``always``: what the
    partner always says; "random" tosses coins. ``noise``: share of answers turned around.
    ``honest``: errs as often as strangers were found to, question by question.
    ``model``: "ours" or "starter" where a language model answers.
    """

    knows: str
    speaks: bool = False
    noise: float = 0.0
    honest: bool = False
    handshake: str = "auto"
    questions: str = "all"
    always: str = ""
    model: str = ""


SEMANTIC = {"questions": "semantic"}
ROWS: dict[str, Row] = {}
for _knows in ("list", "lexicon", "withheld", "described"):
    for _noise in (0, 8, 12):
        ROWS[f"{_knows}-semantic-{_noise}"] = Row(_knows, noise=_noise / 100, **SEMANTIC)
    ROWS[f"{_knows}-semantic-honest"] = Row(_knows, honest=True, **SEMANTIC)
    ROWS[f"{_knows}-handshake"] = Row(_knows, speaks=True, handshake="always")
    ROWS[f"{_knows}-auto"] = Row(_knows, speaks=True)
    ROWS[f"{_knows}-no-handshake"] = Row(_knows, speaks=True, handshake="never")
    ROWS[f"{_knows}-lies-10"] = Row(_knows, speaks=True, noise=0.1)
    ROWS[f"{_knows}-stranger-12"] = Row(_knows, noise=0.12)
    for _always in ("yes", "no", "random"):
        ROWS[f"{_knows}-always-{_always}"] = Row(_knows, always=_always)
    for _model in ("ours", "starter"):
        ROWS[f"{_knows}-{_model}"] = Row(_knows, model=_model)
        ROWS[f"{_knows}-semantic-{_model}"] = Row(_knows, model=_model, **SEMANTIC)


@dataclass(frozen=True)
class Thing:
    """A keyword with its other spellings; its labels, and how likely a stranger says yes, by
    ``question_key``.
    """

    keyword: str
    names: tuple[str, ...]
    labels: dict[str, str]
    honest: dict[str, float]


def read_things(data: Path, source: str = "public") -> list[Thing]:
    """The labelled things of one source."""
    with (data / "questions.csv").open(encoding="utf-8", newline="") as file:
        asked = list(csv.DictReader(file))
    keys = {row["id"]: question_key(row["question"]) for row in asked}
    rates = {
        row["id"]: {"n": float(row["yes_if_no"]), "y": float(row["yes_if_yes"]), "?": 0.5}
        for row in asked
    }
    found = []
    with (data / "things.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["source"] == source:
                names = (row["keyword"], *split_variants(row["variants"]))
                labels = {key: row[name] for name, key in keys.items() if name in row}
                honest = {key: rates[name][row[name]] for name, key in keys.items() if name in row}
                found.append(Thing(row["keyword"], names, labels, honest))
    return found


def read_words(path: Path) -> list[Thing]:
    """Things without labels, of a file with a keyword a line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SystemExit(
            f"--words should be a text file, a keyword a line, found {error}"
        ) from None
    words = dict.fromkeys(line.strip() for line in lines if line.strip())
    if not words:
        raise SystemExit(f"--words should be a text file, a keyword a line, found {path} empty")
    return [Thing(word, (word,), {}, {}) for word in words]


def says_yes(thing: Thing, question: str, row: Row, rng: np.random.Generator) -> bool:
    """What the row's partner answers."""
    coin = bool(rng.random() < 0.5)
    if row.always:
        return {"yes": True, "no": False, "random": coin}[row.always]
    key = question_key(question)
    if row.honest and key in thing.honest:
        return bool(rng.random() < thing.honest[key])
    label = thing.labels.get(key)
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


@dataclass
class Game:
    """One game as far as it has been played; ``won`` is the round of the hit."""

    thing: Thing
    questions: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    won: int | None = None
    fresh: bool = True
    """Whether no guess and no question came twice."""

    @property
    def past(self) -> tuple[tuple[str, ...], ...]:
        return self.questions, self.answers, self.guesses

    def ask(self, questioner: Questioner, openings: dict[tuple, str]) -> str:
        question = self._move(questioner.ask, "ask", openings)
        self.fresh &= question_key(question) not in map(question_key, self.questions)
        self.questions += (question,)
        return question

    def guess(self, yes: bool, questioner: Questioner, openings: dict[tuple, str]) -> None:
        """Take the answer and guess."""
        self.answers += ("yes" if yes else "no",)
        guess = self._move(questioner.guess, "guess", openings)
        self.fresh &= not any(matches(guess, old) for old in self.guesses)
        self.guesses += (guess,)
        if any(matches(guess, name) for name in self.thing.names):
            self.won = len(self.guesses)

    def _move(
        self, move: Callable[[Observation], str], turn: str, openings: dict[tuple, str]
    ) -> str:
        made = openings.get(self.past) or move(Observation("guesser", turn, *self.past))
        if len(self.guesses) < OPENING:
            openings[self.past] = made
        return made


def play(
    questioner: Questioner, thing: Thing, row: Row, seed: int, openings: dict[tuple, str]
) -> Game:
    """A whole game with a simulated partner."""
    rng = np.random.default_rng([seed, *thing.keyword.encode()])
    game = Game(thing)
    while game.won is None and len(game.guesses) < ROUNDS:
        question = game.ask(questioner, openings)
        game.guess(says_yes(thing, question, row, rng), questioner, openings)
    return game


def play_together(
    questioner: Questioner,
    answer: Callable[[list[Pair]], list[bool]],
    things: Sequence[Thing],
    openings: dict[tuple, str],
) -> list[Game]:
    """Games side by side, so that a model answers a round's questions of all of them at once."""
    games = [Game(thing) for thing in things]
    for _ in bar(range(ROUNDS), desc="rounds", leave=False):
        going = [game for game in games if game.won is None]
        pairs = [(game.thing.keyword, game.ask(questioner, openings)) for game in going]
        for game, yes in zip(going, answer(pairs), strict=True):
            game.guess(yes, questioner, openings)
    return games


def model_answers(name: str, run: Path, knowledge: Knowledge) -> Callable[[list[Pair]], list[bool]]:
    """What "ours" or the "starter"'s answerer says with the weights of ``run``."""
    from twentyq.agent import scorer
    from twentyq.background import BackgroundModel
    from twentyq.llm import YesNoModel

    model = YesNoModel.load(run / "weights")
    if name == "starter":
        ask = scorer(model, Calibration((Column("starter"),)))
        return lambda pairs: [p_yes > 0.5 for p_yes in ask(pairs)]
    calibration = Calibration.read(run / "calibration.json")
    answerer = Answerer(knowledge, BackgroundModel(lambda: scorer(model, calibration)))
    return lambda pairs: [answer.yes for answer in answerer.answer_all(pairs)]


def wilson(hits: int, games: int, z: float = 1.96) -> tuple[float, float]:
    """The Wilson 95% interval of a rate."""
    rate = hits / games
    centre = rate + z * z / (2 * games)
    half = z * math.sqrt(rate * (1 - rate) / games + z * z / (4 * games * games))
    scale = 1 + z * z / games
    return (centre - half) / scale, (centre + half) / scale


def knowledge_for(knows: str, data: Path, folder: Path) -> Knowledge:
    """Built into ``folder`` unless it is there already; see ``Row``."""
    withhold = "public" if knows in ("withheld", "described") else "none"
    where = folder / ("described" if knows == "described" else withhold)
    if not (where / "manifest.json").exists():
        if knows == "described":
            data = shutil.copytree(data, folder / "data", dirs_exist_ok=True)
            learn(data, withhold, descriptions=read_described(data))
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
    )


@cache
def _questioner(
    knows: str, handshake: str, questions: str, data: Path, folder: Path
) -> tuple[Questioner, dict[tuple, str]]:
    """One a process, with the openings it has played."""
    return Questioner(knowledge_for(knows, data, folder), handshake, questions), {}


def _game(task: tuple[Row, Thing, int, Path, Path]) -> Game:
    row, thing, seed, data, folder = task
    questioner, openings = _questioner(row.knows, row.handshake, row.questions, data, folder)
    return play(questioner, thing, row, seed, openings)


def main() -> None:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], metavar="row")
    parser.add_argument("--list", action="store_true", help="the rows there are")
    parser.add_argument("--data", type=Path, default=ROOT / "data")
    parser.add_argument("--source", default="public", help="keywords played: public or own")
    parser.add_argument("--words", type=Path, help="play this file's keywords, one a line")
    parser.add_argument("--keywords", type=int, default=0, help="play so many only (0: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--run", default="default", help="whose weights answer in some rows")
    parser.add_argument("--folder", type=Path, help="keeps the built knowledge")
    args = parser.parse_args()
    if args.list:
        print("\n".join(f"{name:24}{row}" for name, row in ROWS.items()))
        return
    if args.words and not all(ROWS[name].model for name in args.rows):
        parser.error(
            "--words has no labels to answer from: it goes with rows where a model answers "
            "(-ours, -starter), see --list"
        )
    try:
        # Before minutes are spent on rows that need no model.
        run = places.existing_run(args.run) if any(ROWS[name].model for name in args.rows) else None
    except PipelineError as error:
        sys.exit(f"Error: {error}")
    things = read_words(args.words) if args.words else read_things(args.data, args.source)
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
            if not row.model:
                # Built here, once, for all processes.
                knowledge_for(row.knows, args.data, folder)
            start = time.perf_counter()
            if row.model:
                questioner, openings = _questioner(
                    row.knows, row.handshake, row.questions, args.data, folder
                )
                answer = model_answers(row.model, run, questioner.knowledge)
                games = play_together(questioner, answer, things, openings)
            else:
                tasks = [(row, thing, args.seed, args.data, folder) for thing in things]
                with ProcessPoolExecutor(args.jobs, mp_context=get_context("fork")) as pool:
                    going = pool.map(_game, tasks)
                    games = list(bar(going, total=len(tasks), desc=name, leave=False))
            won = [game.won for game in games if game.won is not None]
            low, high = wilson(len(won), len(games))
            print(
                f"{name:26}{len(games):6}{len(won) / len(games):7.3f}  {low:.3f} to {high:.3f}  "
                f"{np.mean(won) if won else math.nan:7.2f}"
                f"{'yes' if all(game.fresh for game in games) else 'NO':>5}"
                f"{time.perf_counter() - start:7.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
