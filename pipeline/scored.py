"""Anyone's questions, answered by a run's packaged agent: how well, and how fast.

python -m pipeline score RUN pairs.csv -o answers.csv
"""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import measures, places
from .chain import text_table
from .comparison import with_interval
from .evaluate import Pair, existing_submission, load_pairs
from .progress import bar

if TYPE_CHECKING:
    from twentyq.answerer import Answer, Answerer

WIDTH = 100
"""Columns of a terminal that the report keeps to."""
BATCH = 48
"""Pairs that are answered and timed at a time."""
ALONE = 20
"""Questions that are asked once more, one at a time, for the time of one answer."""
WORST = 10
NAMES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "auc": "AUC",
    "brier": "Brier score",
    "log_loss": "log loss",
    "yes_rate": "share of yes",
}


@dataclass(frozen=True)
class Scored:
    """Pairs with their answers, and what was timed once the model had been loaded.

    ``batches``: (pairs, seconds) of what was answered together; ``alone``: seconds of questions
    for the model, asked one at a time.
    """

    pairs: list[Pair]
    answers: list[Answer]
    batches: list[tuple[int, float]] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)

    @property
    def p_yes(self) -> np.ndarray:
        """float64 [n_pairs]"""
        return np.array([answer.p_yes for answer in self.answers])

    @property
    def both(self) -> list[tuple[Pair, Answer]]:
        """Each pair with its answer."""
        return list(zip(self.pairs, self.answers, strict=True))

    @property
    def labelled(self) -> Scored:
        """Only those pairs whose right answer is known."""
        return self.where([pair.answer is not None for pair in self.pairs])

    def where(self, keep: Sequence[bool]) -> Scored:
        """Only those pairs, without times."""
        return Scored(list(compress(self.pairs, keep)), list(compress(self.answers, keep)))


def score_file(
    run_dir: Path, source: Path, out: Path, echo: Callable[[str], None] = print
) -> Scored:
    """Answer every pair of a CSV with the run's packaged agent.

    ``out`` gets all columns of ``source`` and p_yes, answer (the agent's) and source (rule,
    table, model or default). A right answer that was given moves to the column ``label``.
    """
    import pandas as pd

    from twentyq.agent import Agent

    pairs = load_pairs(source)
    answerer = Agent(existing_submission(run_dir)).answerer
    with bar(total=len(pairs), desc=f"answering {source.name}", unit="pair") as shown:
        scored = answer(answerer, pairs, shown.update)
    table = pd.read_csv(source, dtype=str, keep_default_na=False)
    if "answer" in table:
        table = table.rename(columns={"answer": "label"})
    table["p_yes"] = [round(a.p_yes, 6) for a in scored.answers]
    table["answer"] = [a.text for a in scored.answers]
    table["source"] = [a.source for a in scored.answers]
    places.write_text(out, table.to_csv(index=False))
    if all(a.source == "default" for a in scored.answers):
        echo("warning: the model gave no answer at all; see the log lines above")
    return replace(scored, alone=time_alone(answerer, scored))


def answer(
    answerer: Answerer, pairs: Sequence[Pair], progress: Callable[[int], Any] | None = None
) -> Scored:
    """Answers in the order of ``pairs``, and the batches' times.

    The model is loaded with the first question that needs it: up to that one they are asked one
    by one, and that one does not count for the speed.
    """
    # Neighbours with the same keyword share more of their prompts.
    order = sorted(range(len(pairs)), key=lambda i: pairs[i].keyword)
    answers: dict[int, Answer] = {}
    batches = []
    loaded = False
    while len(answers) < len(pairs):
        batch = order[len(answers) :][: BATCH if loaded else 1]
        asked = [(pairs[i].keyword, pairs[i].question) for i in batch]
        began = time.perf_counter()
        found = answerer.answer_all(asked, None, progress)
        spent = time.perf_counter() - began
        answers.update(zip(batch, found, strict=True))
        loading = not loaded and found[0].source == "model"
        loaded = loaded or loading
        if not loading:
            batches.append((len(batch), spent))
    return Scored(list(pairs), [answers[i] for i in range(len(pairs))], batches)


def time_alone(answerer: Answerer, scored: Scored) -> list[float]:
    """Seconds of at most ``ALONE`` answers of the model, spread over the pairs, one at a time."""
    asked = [pair for pair, answer in scored.both if answer.source == "model"]
    seconds = []
    for i in np.unique(np.linspace(0, len(asked) - 1, min(ALONE, len(asked))).astype(int)):
        began = time.perf_counter()
        answerer.answer(asked[i].keyword, asked[i].question)
        seconds.append(time.perf_counter() - began)
    return seconds


def report(scored: Scored) -> str:
    """All that can be said, as text of at most ``WIDTH`` columns."""
    known = scored.labelled
    parts = [[_counts(scored, known)], _speed(scored)]
    if known.pairs:
        parts.insert(1, _metrics(known))
    parts.insert(-1, _sources(scored, known))
    if known.pairs:
        parts += [_kinds(known), _mistakes(known)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _counts(scored: Scored, known: Scored) -> str:
    questions = len({pair.question for pair in scored.pairs})
    keywords = len({pair.keyword.lower() for pair in scored.pairs})
    text = f"{len(scored.pairs)} pairs: {questions} questions, {keywords} keywords; "
    if not known.pairs:
        return text + "no labels"
    return (
        text + f"{len(known.pairs)} labelled, {_share(measures.labels_of(known.pairs))} of them yes"
    )


def _metrics(known: Scored) -> list[str]:
    found = measures.with_ends(known.pairs, known.p_yes, tuple(NAMES))
    lines = text_table(
        ["", "value (95% interval)"],
        [[name, with_interval(found, key)] for key, name in NAMES.items()],
    )
    lines.append(
        "Intervals: bootstrap over questions and keywords. Log loss: yes and no weigh alike."
    )
    if len(set(measures.labels_of(known.pairs))) == 1:
        lines.append("All labels are the same: balanced accuracy and AUC need both.")
    return lines


def _sources(scored: Scored, known: Scored) -> list[str]:
    rows = []
    for name in ("rule", "table", "model", "default", "all"):
        own, right = (
            some.where([name in (a.source, "all") for a in some.answers])
            for some in (scored, known)
        )
        if own.pairs:
            row = [name, str(len(own.pairs)), _share(own.p_yes > 0.5)]
            rows.append(row + (_how_right(right) if known.pairs else []))
    labelled = ["accuracy", "balanced accuracy (95% interval)", "wrong"] if known.pairs else []
    return text_table(["answered by", "pairs", "yes", *labelled], rows)


def _how_right(known: Scored) -> list[str]:
    if not known.pairs:
        return ["-"] * 3
    found = measures.with_ends(known.pairs, known.p_yes, ("balanced_accuracy",))
    wrong = len(measures.mistakes(measures.labels_of(known.pairs), known.p_yes))
    return [f"{found['accuracy']:.3f}", with_interval(found, "balanced_accuracy"), str(wrong)]


def _kinds(known: Scored) -> list[str]:
    """By the column kind; without one by the first words, or spelling where a rule decided."""
    pairs, head = known.pairs, "kind of question"
    if not any(pair.kind for pair in pairs):
        pairs, head = [_with_kind(*both) for both in known.both], "question begins"
    rows = []
    for kind, found in measures.by_kind(pairs, known.p_yes).to_dict("index").items():
        intervals = [with_interval(found, name) for name in ("balanced_accuracy", "auc")]
        rows.append([textwrap.shorten(kind, 30), str(found["pairs"]), *intervals])
    return text_table([head, "pairs", "balanced accuracy (95%)", "AUC (95%)"], rows)


def _with_kind(pair: Pair, answer: Answer) -> Pair:
    begins = " ".join(pair.question.lower().split()[:2])
    return replace(pair, kind="spelling" if answer.source == "rule" else begins)


def _mistakes(known: Scored) -> list[str]:
    wrong = measures.mistakes(measures.labels_of(known.pairs), known.p_yes)
    lines = [f"{len(wrong)} of {len(known.pairs)} labelled pairs are answered wrongly"]
    lines[0] += f"; the surest {min(WORST, len(wrong))}:" if len(wrong) else "."
    for pair, given in (known.both[i] for i in wrong[:WORST]):
        right = "yes" if pair.answer else "no"
        text = f"  {pair.keyword}: {pair.question}  [right: {right}, "
        text += f"P(yes) {given.p_yes:.3f} by {given.source}]"
        lines.append(textwrap.fill(text, WIDTH, subsequent_indent="    "))
    return lines


def _speed(scored: Scored) -> list[str]:
    lines = []
    if scored.batches:
        count, seconds = np.sum(scored.batches, axis=0)
        lines.append(
            f"{count / seconds:.1f} answers a second, up to {BATCH} pairs at a time, neither the "
            "model's loading nor its first answer counted"
        )
    if scored.alone:
        median, high = np.percentile(scored.alone, [50, 95])
        lines.append(
            f"One answer of the model, asked alone: median {median:.2f} s, 95% within {high:.2f} s "
            f"({len(scored.alone)} measured)"
        )
    return [textwrap.fill(line, WIDTH) for line in lines]


def _share(yes: np.ndarray) -> str:
    return f"{np.mean(yes):.1%}"
