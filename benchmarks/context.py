"""What else could make answers better: a gloss, the negated question, more prompts, side by side.

    python benchmarks/context.py [--run default] [--limit 200] [--cells 400] [-o table.md]

Every way is judged on the same pairs: those of data/labelled_pairs.csv and data/things.csv whose
keyword has a WordNet gloss and whose question can be negated. All figures are cross-validated by
question and keyword, and the gain over the agent's own way, the first row, has a paired bootstrap
interval. A way that costs another prompt a question, or 20 tokens more, should be worth it.
Scores are kept in runs/<run>/scores, so a killed run goes on where it was.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "agent_template")]

from pipeline import bakeoff, bootstrap, environment, evaluate, measures, places  # noqa: E402

BASE = "both"
MORE = ("fact", "substituted")
LONGEST_GLOSS = 160
_FRONTED = re.compile(
    r"(is|are|was|does|do|did|can|could|would|will|has|have|should) it\b(.*?)\??$", re.IGNORECASE
)


@dataclass(frozen=True)
class Way:
    """What the bake-off takes for a template: a name, and how a pair becomes a prompt."""

    name: str
    render: Callable[[Any, str, str], str]


def glossed(prompt: str, keyword: str, gloss: str) -> str:
    """A prompt of ``both`` with a gloss in brackets behind the keyword that stands by itself."""
    head = f"about: {keyword.strip().lower()}"
    return prompt.replace(head, f"{head} ({gloss})", 1)


def negated(question: str) -> str | None:
    """The question whose answer is the other one, or None.

    >>> negated("Does it use electricity?")
    'Are people wrong who say that it does use electricity?'
    """
    found = _FRONTED.match(question.strip())
    return found and f"Are people wrong who say that it {found[1].lower()}{found[2]}?"


def all_glosses(keywords: Sequence[str]) -> dict[str, str]:
    """WordNet's definition of each keyword that it knows as a thing, by lower-case keyword."""
    from pipeline import wordnet

    nouns = wordnet.fetched()
    senses = {name.lower(): nouns.thing_sense(name) for name in keywords}
    return {name: sense.definition[:LONGEST_GLOSS] for name, sense in senses.items() if sense}


def gains(pairs: Sequence[Any], p_yes: np.ndarray, base: np.ndarray) -> list[str]:
    """By how much balanced accuracy and AUC are above ``base``'s, with 95% intervals."""
    labels = measures.labels_of(pairs)

    def difference(rows: np.ndarray) -> np.ndarray:
        ours = measures.accuracies(labels[rows], p_yes[rows])
        return np.subtract(ours, measures.accuracies(labels[rows], base[rows]))

    ends = bootstrap.interval(difference, measures.clusters(pairs), resamples=measures.RESAMPLES)
    values = difference(np.arange(len(pairs)))
    return [f"{v:+.3f} ({a:+.3f} to {b:+.3f})" for v, a, b in zip(values, *ends, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", default="default")
    parser.add_argument("--limit", type=int, default=200, help="pairs of labelled_pairs.csv")
    parser.add_argument("--cells", type=int, default=400, help="cells of things.csv")
    parser.add_argument("-o", "--out", type=Path, help="write the table there, too")
    chosen = parser.parse_args()
    environment.prepare()
    from pipeline import weights
    from twentyq.llm import YesNoModel

    run = places.run_folder(f"runs/{chosen.run}")
    pairs = evaluate.choose_pairs("data/labelled_pairs.csv", chosen.limit, chosen.cells, 0)
    glosses = all_glosses([pair.keyword for pair in pairs])
    drawn = len(pairs)
    pairs = [p for p in pairs if p.keyword.lower() in glosses and negated(p.question)]

    model = YesNoModel.load(run / "weights")
    base = model.template(BASE)

    def with_gloss(tokenizer: Any, keyword: str, question: str) -> str:
        prompt = base.render(tokenizer, keyword, question)
        return glossed(prompt, keyword, glosses.get(keyword.lower(), ""))

    def with_negation(tokenizer: Any, keyword: str, question: str) -> str:
        return base.render(tokenizer, keyword, negated(question) or question)

    more = [Way("glossed", with_gloss), Way("negated", with_negation), *map(model.template, MORE)]
    templates = [base, *more]
    scores = bakeoff.score(
        model, templates, pairs, run / "scores", weights.read_manifest(run / "weights")
    )
    best = {bakeoff.template_of(name): name for name in scores.columns if "@" in name}
    ways = {
        "as in the agent": [BASE],
        "with a gloss": ["glossed"],
        "both of these": [BASE, "glossed"],
        "and the negated question": [BASE, "negated"],
        **{f"and the prompt {name}": [BASE, name] for name in MORE},
        f"and the prompts {', '.join(MORE)}": [BASE, *MORE],
    }
    lines = [
        f"{len(pairs)} of {drawn} pairs: {len({p.question for p in pairs})} questions, "
        f"{len({p.keyword for p in pairs})} keywords; probes "
        f"{', '.join(best[t.name] for t in templates)}",
        "",
        "| way | prompts | balanced accuracy | AUC | log loss | gain | gain in AUC |",
        "|---|---|---|---|---|---|---|",
    ]
    own = scores.p_yes([best[BASE]])
    for way, names in ways.items():
        p_yes = scores.p_yes([best[name] for name in names])
        found = measures.metrics(scores.labels, p_yes)
        gained = gains(pairs, p_yes, own) if names != [BASE] else ["", ""]
        figures = [f"{found[m]:.3f}" for m in ("balanced_accuracy", "auc", "log_loss")]
        lines.append("| " + " | ".join([way, str(len(names)), *figures, *gained]) + " |")
    print("\n".join(lines))
    if chosen.out:
        places.write_text(chosen.out, "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
