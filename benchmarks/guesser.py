"""Processor time and memory of the guesser: load, first question, later turns, by candidates.

python benchmarks/guesser.py [--keywords 1000 10000 100000 1000000] [--rows 100000]

Processor time of one thread, which other work on the machine changes little. ``--rows``: so
many keywords at most have a row of the table; the others share the last, as in the lexicon.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
AGENT = str(ROOT / "agent_template")
sys.path.insert(0, AGENT)

from twentyq.naming_index import NameIndex  # noqa: E402

REPEATS = 3

MEASURE = """
import json, sys, time
from twentyq.knowledge import Knowledge
from twentyq.observation import Observation
from twentyq.questioner import Questioner
times = {"import": time.process_time()}

def timed(name, call):
    start = time.process_time()
    result = call()
    times[name] = time.process_time() - start
    return result

questioner = timed("load", lambda: Questioner(Knowledge.load(sys.argv[1])))
questions, answers, guesses = [], [], []

def observed(turn):
    return Observation("guesser", turn, tuple(questions), tuple(answers), tuple(guesses))

for number in range(1, 21):
    label = "first" if number == 1 else str(number)
    questions.append(timed(label + " ask", lambda: questioner.ask(observed("ask"))))
    # Yes to the handshake, so that table and spelling questions are both weighed all along.
    answers.append("yes" if number == 1 or number % 3 == 0 else "no")
    guesses.append(timed(label + " guess", lambda: questioner.guess(observed("guess"))))
asks = [t for name, t in times.items() if name.endswith("ask") and "first" not in name]
turns = [t for name, t in times.items() if name.endswith("guess") and "first" not in name]
times = {name: times[name] for name in ("import", "load", "first ask", "first guess")}
times |= {"ask, median": sorted(asks)[len(asks) // 2], "ask, worst": max(asks)}
times |= {"guess, median": sorted(turns)[len(turns) // 2], "guess, worst": max(turns)}
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
times["peak MB"] = float(status["VmHWM"].split()[0]) / 1e6
print(json.dumps(times))
"""


def write_synthetic(folder: Path, n_keywords: int, n_questions: int, n_rows: int) -> None:
    """A knowledge folder of random words and answers, in the shipped format."""
    rng = np.random.default_rng(n_keywords)
    letters = rng.integers(ord("a"), ord("z") + 1, size=(n_keywords, 9), dtype=np.uint8)
    words = [f"{bytes(row).decode()} {i}" for i, row in enumerate(letters)]
    p_yes = rng.choice(
        np.array([13, 128, 237], np.uint8),
        (min(n_keywords, n_rows), n_questions),
        p=[0.7, 0.1, 0.2],
    )
    tables = {
        "keywords.csv": [("keyword", "variants", "category", "prior")]
        + [(word, "", "own", 1 / n_keywords) for word in words],
        "questions.csv": [("id", "question", "aliases")]
        + [(f"q{i}", f"Has it got property number {i}?", "") for i in range(n_questions)],
    }
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    np.save(folder / "p_yes.npy", p_yes, allow_pickle=False)
    NameIndex.of(words, [()] * len(words)).save(folder)
    files = {f.name: {"bytes": f.stat().st_size} for f in folder.iterdir()}
    (folder / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")


def measure(folder: Path) -> dict[str, float]:
    """Seconds by step, in a fresh process."""
    command = [sys.executable, "-c", MEASURE, str(folder)]
    env = os.environ | {"PYTHONPATH": AGENT}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--keywords", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000]
    )
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--rows", type=int, default=100_000)
    args = parser.parse_args()
    columns: dict[int, dict[str, float]] = {}
    for n_keywords in args.keywords:
        with tempfile.TemporaryDirectory() as name:
            write_synthetic(Path(name), n_keywords, args.questions, args.rows)
            runs = [measure(Path(name)) for _ in range(REPEATS)]
        columns[n_keywords] = {
            step: float(np.median([run[step] for run in runs])) for step in runs[0]
        }
    print(f"ms, median of {REPEATS} processes, {args.questions} questions (peak: MB)")
    print(f"{'candidates':16}" + "".join(f"{n:10,}" for n in columns))
    for step in next(iter(columns.values())):
        print(f"{step:16}" + "".join(f"{1000 * times[step]:10.1f}" for times in columns.values()))


if __name__ == "__main__":
    main()
