"""Answers per second of one model, side by side: the starter's loop, ours singly, ours in batches.

    python benchmarks/answers.py runs/default/weights [--pairs 48]

The starter notebook calls `generate` for one token, a question at a time. Ratios are what
counts: the three take turns on the same pairs, so that a machine's moods hit all of them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "agent_template")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--pairs", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--packed", action="store_true", help="leave 4-bit layers packed (CPU)")
    chosen = parser.parse_args()

    from pipeline.environment import prepare

    prepare()
    from pipeline.evaluate import choose, load_pairs
    from twentyq.llm import YesNoModel
    from twentyq.settings import DEFAULT_TEMPLATE

    unpack = "never" if chosen.packed else "auto"
    model = YesNoModel.load(chosen.weights, unpack=unpack)
    template = model.template(DEFAULT_TEMPLATE)
    pairs = choose(load_pairs(ROOT / "data" / "labelled_pairs.csv", labelled=True), chosen.pairs, 0)
    prompts = [template.render(model.tokenizer, p.keyword, p.question) for p in pairs]
    model.warm_up(template)

    def loop() -> None:
        for prompt in prompts:
            ids = model.tokenizer(prompt, add_special_tokens=False, return_tensors="pt")
            model.model.generate(
                **ids.to(model.model.device), max_new_tokens=1, do_sample=False, pad_token_id=0
            )

    def singly() -> None:
        for prompt in prompts:
            model.log_odds([prompt])

    def batched() -> None:
        model.log_odds(prompts)

    ways: dict[str, Callable[[], None]] = {
        "one generate per question": loop,
        "singly, instructions kept": singly,
        f"batches of {model.batch_size}, instructions kept": batched,
    }
    seconds = dict.fromkeys(ways, 0.0)
    for _ in range(chosen.rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name] += time.perf_counter() - start
    base = seconds["one generate per question"]
    print(f"{'way':<38} {'answers/s':>9} {'ratio':>6}")
    for name, spent in seconds.items():
        rate = chosen.rounds * len(prompts) / spent
        print(f"{name:<38} {rate:>9.2f} {base / spent:>6.2f}")


if __name__ == "__main__":
    main()
