"""How right is the table by itself? Labelled pairs that it has not learnt from say.

    python -m pipeline judge-table pairs.csv --withhold public -o judged.png

What ships as P(yes) is how likely an honest stranger says yes: it holds the question's rates
``yes_if_no`` and ``yes_if_yes``. The table says yes where that is above 1/2, as the answerer
does; for P(the truth is yes) the rates are undone.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from twentyq.answerer import Answerer
from twentyq.knowledge import LEVELS, Knowledge

from . import bootstrap, knowledge, places
from .chain import text_table
from .colours import BLUE, RED
from .comparison import number, with_interval
from .completion import sigmoid
from .errors import PipelineError
from .evaluate import Pair
from .hashing import sha256
from .measures import accuracies, bins, clusters, labels_of, standard_error

BINS = 10
DIGITS = 2
"""Of P(the truth is yes): what is stored has 255 levels, so that more would be noise."""
COLUMNS = {"pairs": ".0f", "yes": ".2f", "true yes": ".2f", "true no": ".2f"}
"""Of the rows by question, with their formats."""


class JudgingError(PipelineError):
    """The table cannot be judged by what was given."""


@dataclass(frozen=True, eq=False)
class Judged:
    """The pairs whose keyword and question the table has, of ``asked`` all in all.

    ``p_true``, ``p_yes``: float64 [n_pairs], P(the truth is yes) and P(a stranger says yes);
    ``labels``: bool [n_pairs]; ``by_hand``: bool [n_pairs], whether the keyword has labels by
    hand in ``data/``, or facts of a place; the other rows are learnt.
    """

    asked: Sequence[Pair]
    pairs: Sequence[Pair]
    p_true: np.ndarray
    p_yes: np.ndarray
    labels: np.ndarray
    by_hand: np.ndarray


@contextmanager
def table_of(
    folder: Path | None, data_dir: Path, withhold: str
) -> Iterator[tuple[Knowledge, dict[str, tuple[float, float]]]]:
    """The knowledge in ``folder``, or else built of ``data_dir``; and rates by question id.

    Raises KnowledgeError if the folder is damaged, JudgingError if other rates are in it.
    """
    with tempfile.TemporaryDirectory(prefix="twentyq-judge-") as scratch:
        if folder is None:
            folder = Path(scratch) / "knowledge"
            knowledge.build(data_dir, folder, withhold)
        knowledge.check(folder)
        manifest = json.loads((folder / knowledge.MANIFEST).read_text(encoding="utf-8"))
        questions = data_dir / "questions.csv"
        if manifest["sources"]["questions.csv"] != sha256(questions):
            raise JudgingError(
                f"{folder} was built from another questions.csv than {questions}, so that the "
                "rates in it are not known: name its --data, or build it again."
            )
        yield Knowledge.load(folder), knowledge.rates(data_dir)


def judge(
    asked: Sequence[Pair], known: Knowledge, rates: Mapping[str, tuple[float, float]]
) -> Judged:
    """What the table says of the pairs it has: keywords as the answerer finds them, questions in
    any wording that it knows. Raises JudgingError if it has none of them.
    """
    answerer = Answerer(known)
    rows = {keyword: answerer.row_of(keyword) for keyword in {p.keyword for p in asked}}
    columns = {question: known.column(question) for question in {p.question for p in asked}}
    found = [(p, rows[p.keyword], columns[p.question]) for p in asked]
    found = [
        (pair, row, column) for pair, row, column in found if row is not None and column is not None
    ]
    if not found:
        raise JudgingError(
            f"The table has none of the {len(asked)} pairs: expected keywords of the lexicon with "
            "a row, and questions of questions.csv or question_aliases.csv."
        )
    pairs = [pair for pair, _, _ in found]
    p_yes = np.array([known.p_yes[row, column] for _, row, column in found]) / LEVELS
    ids = [known.question_ids[column] for _, _, column in found]
    low, high = np.array([rates.get(name, knowledge.RATES) for name in ids]).T
    return Judged(
        asked,
        pairs,
        np.round(sigmoid(knowledge.truth(p_yes, low, high)), DIGITS),
        p_yes,
        labels_of(pairs),
        np.array([known.categories[row] in ("public", "own", "place") for _, row, _ in found]),
    )


def figures(judged: Judged, resamples: int = bootstrap.RESAMPLES) -> dict[str, float]:
    """Balanced accuracy, of the shipped P(yes), and AUC, of P(the truth is yes) and of the
    shipped P(yes), with intervals.

    The 95% intervals are over questions and keywords; NaN if only one answer occurs.
    """

    def of(rows: np.ndarray) -> np.ndarray:
        labels = judged.labels[rows]
        balanced, auc = accuracies(labels, judged.p_yes[rows])
        return np.array([balanced, accuracies(labels, judged.p_true[rows])[1], auc])

    names = ("balanced_accuracy", "auc", "auc_shipped")
    ends = bootstrap.interval(of, clusters(judged.pairs), resamples=resamples)
    found = dict(zip(names, of(np.arange(len(judged.pairs))), strict=True))
    for end, values in zip(("low", "high"), ends, strict=True):
        found |= {f"{name}_{end}": value for name, value in zip(names, values, strict=True)}
    return {name: float(value) for name, value in found.items()}


def by_question(judged: Judged) -> list[dict[str, Any]]:
    """A row per question: pairs, share labelled yes, and of either label the share said rightly.

    The worst comes first; a share of nothing is NaN.
    """
    questions = np.array([pair.question for pair in judged.pairs])
    rows = []
    for question in dict.fromkeys(questions.tolist()):
        one = questions == question
        labels, said = judged.labels[one], judged.p_yes[one] > 0.5
        true_yes, true_no = _share(said[labels]), _share(~said[~labels])
        shares = (len(labels), _share(labels), true_yes, true_no)
        rows.append({"question": question, **dict(zip(COLUMNS, shares, strict=True))})
    return sorted(rows, key=lambda row: np.nanmean([row["true yes"], row["true no"]]))


def _share(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def text(judged: Judged, found: Mapping[str, float]) -> str:
    """What a person wants to read: what the table has, the figures, a row per question."""
    counts = [
        f"{len({of(p) for p in judged.pairs}):,} of {len({of(p) for p in judged.asked}):,} {what}"
        for what, of in (
            ("questions", lambda pair: pair.question),
            ("keywords", lambda pair: pair.keyword.lower()),
        )
    ]
    lines = [
        f"the table has {len(judged.pairs):,} of {len(judged.asked):,} pairs, {counts[0]} and "
        f"{counts[1]}; {int(judged.by_hand.sum()):,} pairs have keywords labelled by hand, the "
        "others are learnt",
        "it says yes where P(yes), as it ships, is above 0.5",
        "",
        f"balanced accuracy        {with_interval(found, 'balanced_accuracy')}",
        f"AUC                      {with_interval(found, 'auc_shipped')}",
        f"AUC, rates undone        {with_interval(found, 'auc')}",
        "",
    ]
    cells = [
        [row["question"], *(number(row, name, form) for name, form in COLUMNS.items())]
        for row in by_question(judged)
    ]
    return "\n".join([*lines, *text_table(["question", *COLUMNS], cells)])


def write(judged: Judged, path: Path) -> Path:
    """Write the calibration plot to ``path`` and the rows by question beside it, as CSV."""
    import pandas as pd

    rows = path.with_suffix(".csv")
    places.write_text(rows, pd.DataFrame(by_question(judged)).round(4).to_csv(index=False))
    places.save_figure(plot(judged), path)
    return rows


def plot(judged: Judged) -> Any:
    """How often yes is right against what the table says, with the pairs of each bin."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.8), layout="constrained")
    FigureCanvasAgg(figure)
    titles = ("P(the truth is yes), rates undone", "P(a stranger says yes), as it ships")
    colours = (BLUE, RED)
    for axis, title, colour, p in zip(
        figure.subplots(1, 2), titles, colours, (judged.p_true, judged.p_yes), strict=True
    ):
        said, true, counts = np.array(bins(p, judged.labels, BINS)).T
        axis.plot([0, 1], [0, 1], color="0.6", linestyle="--", linewidth=1)
        axis.errorbar(said, true, standard_error(true, counts), color=colour, fmt="o", capsize=2)
        for x, y, count in zip(said, true, counts, strict=True):
            axis.annotate(f"{count:.0f}", (x, y), (6, -11), textcoords="offset points", fontsize=8)
        axis.set(xlabel=title, xlim=(-0.02, 1.06), ylim=(-0.06, 1.06))
        axis.set_ylabel("share labelled yes; numbers: pairs")
        axis.spines[["top", "right"]].set_visible(False)
    return figure
