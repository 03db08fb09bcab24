"""Answers per second of one model, side by side: the starter's loop, ours singly, ours packed.

    python benchmarks/answers.py runs/default/weights [--keywords 20] [--questions 90] [--packed]

The starter notebook calls `generate` for one token, a question at a time. Ratios are what
counts: the ways take turns, so that a machine's moods hit all of them, on the same weights and
template. The loop is slow, so it answers a sample of the pairs; the packed way answers them all,
a keyword's questions together. On a CPU the loop runs twice: with the 4-bit matrices as they are
loaded, and with ours, unpacked and laid out once.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "agent_template")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--template", default="plain")
    parser.add_argument("--keywords", type=int, default=20)
    parser.add_argument("--questions", type=int, default=90)
    parser.add_argument("--sample", type=int, default=40, help="pairs of the slow ways")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument(
        "--layer", type=int, default=0, help="stop after this layer, as a probe does"
    )
    parser.add_argument("--packed", action="store_true", help="leave 4-bit layers packed (CPU)")
    parser.add_argument("--dtype", default="auto")
    chosen = parser.parse_args()

    from pipeline.environment import prepare

    prepare()
    from twentyq.llm import YesNoModel
    from twentyq.packing import pack

    unpack = "never" if chosen.packed else "auto"
    model = YesNoModel.load(chosen.weights, unpack=unpack, compute_dtype=chosen.dtype)
    template = model.template(chosen.template)
    model.warm_up([template])
    pairs = [(k, q) for k in keywords(chosen.keywords) for q in questions(chosen.questions)]
    prompts = [template.render(model.tokenizer, *pair) for pair in pairs]
    spread = np.linspace(0, len(prompts) - 1, min(chosen.sample, len(prompts))).astype(int)
    sample = [prompts[i] for i in spread]
    layers, odds = ((chosen.layer,), False) if chosen.layer else ((), True)

    def loop(by: YesNoModel, some: Sequence[str]) -> None:
        for prompt in some:
            ids = by.tokenizer(prompt, add_special_tokens=False, return_tensors="pt")
            by.model.generate(
                **ids.to(by.model.device), max_new_tokens=1, do_sample=False, pad_token_id=0
            )

    def singly(some: Sequence[str]) -> None:
        for prompt in some:
            model.read([prompt], layers, odds=odds)

    def packed(some: Sequence[str]) -> None:
        model.read(some, layers, odds=odds)

    ways: dict[str, tuple[Callable[[Sequence[str]], None], Sequence[str]]] = {}
    if unpack == "auto" and model.model.device.type == "cpu":
        loaded = YesNoModel.load(chosen.weights, unpack="never", compute_dtype=chosen.dtype)
        ways["one generate, as loaded"] = partial(loop, loaded), sample
    ways |= {
        "one generate per question": (partial(loop, model), sample),
        "singly, instructions kept": (singly, sample),
        "packed by keyword": (packed, prompts),
    }
    for way, some in ways.values():
        way(some[:2])
    seconds = dict.fromkeys(ways, 0.0)
    for part in range(chosen.rounds):
        for name, (way, some) in ways.items():
            # Each round takes its own share, so that a long run is not all of one way.
            share = some[
                len(some) * part // chosen.rounds : len(some) * (part + 1) // chosen.rounds
            ]
            start = time.perf_counter()
            way(share)
            seconds[name] += time.perf_counter() - start
    if odds:
        print(
            f"largest difference of log-odds, packed against plain: {deviation(model, sample):.1e}"
        )
    rows = [model.tokenizer(p, add_special_tokens=False)["input_ids"] for p in prompts]
    fresh = len(pack(rows, model._kept).tokens) / len(rows)
    print(f"{len(pairs)} pairs, {np.mean([len(r) for r in rows]):.1f} tokens a prompt, ", end="")
    print(f"{fresh:.1f} of them new, on {model.model.device} in {model.model.dtype}")
    each = {name: spent / len(ways[name][1]) for name, spent in seconds.items()}
    base = next(iter(each.values()))
    print(f"{'way':<28} {'answers/s':>9} {'ratio':>6}")
    for name, spent in each.items():
        print(f"{name:<28} {1 / spent:>9.2f} {base / spent:>6.2f}")


def deviation(model: Any, prompts: Sequence[str]) -> float:
    """Largest difference of log-odds between packed prompts and plain forward passes of each."""
    together = model.log_odds(prompts)
    model.packs = False
    alone = model.log_odds(prompts)
    model.packs = True
    return float(np.abs(together - alone).max())


def keywords(count: int) -> list[str]:
    """Keywords of the table, spread over it."""
    with (ROOT / "data" / "things.csv").open(encoding="utf-8", newline="") as source:
        names = [row["keyword"] for row in csv.DictReader(source)]
    return [names[i] for i in np.linspace(0, len(names) - 1, count).astype(int)]


def questions(count: int) -> list[str]:
    """The first questions of the table."""
    with (ROOT / "data" / "questions.csv").open(encoding="utf-8", newline="") as source:
        return [row["question"] for row in csv.DictReader(source)][:count]


if __name__ == "__main__":
    main()
