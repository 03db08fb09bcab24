"""How well are questions answered: labelled pairs, metrics, calibration, plots."""

from __future__ import annotations

import csv
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import places
from .errors import PipelineError
from .progress import bar

FOLDS = 5
YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True)
class Pair:
    """A keyword and a question, with the right answer where it is known."""

    keyword: str
    question: str
    answer: bool | None = None


def load_pairs(path: Path, *, labelled: bool = False) -> list[Pair]:
    """Read a CSV file with the columns keyword, question and (if ``labelled``) answer.

    Raises PipelineError naming the file, line and what was expected.
    """
    try:
        with path.open(encoding="utf-8", newline="") as source:
            reader = csv.DictReader(source)
            rows = list(reader)
            columns = reader.fieldnames or []
    except OSError:
        raise PipelineError(
            f"There is no file {path}; expected a CSV with the columns keyword, question, answer."
        ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise PipelineError(f"{path} is not a CSV file in UTF-8: {error}.") from None
    for column in ("keyword", "question", *(["answer"] if labelled else [])):
        if column not in columns:
            raise PipelineError(
                f"{path}: the column {column!r} is missing; found {', '.join(columns) or 'none'}."
            )
    pairs = []
    for line, row in enumerate(rows, start=2):
        text = (row.get("answer") or "").strip().lower()
        if (text and text not in YES_NO) or (labelled and not text):
            raise PipelineError(
                f"{path}, line {line}: answer should be yes or no, found {row['answer']!r}."
            )
        if not (row["keyword"] or "").strip() or not (row["question"] or "").strip():
            raise PipelineError(f"{path}, line {line}: keyword or question is empty.")
        pairs.append(Pair(row["keyword"].strip(), row["question"].strip(), YES_NO.get(text)))
    if not pairs:
        raise PipelineError(f"{path} holds no pairs.")
    return pairs


def choose(pairs: Sequence[Pair], limit: int, seed: int) -> list[Pair]:
    """At most ``limit`` pairs (0: all), spread evenly over questions and both answers."""
    if not limit or limit >= len(pairs):
        return list(pairs)
    generator = np.random.default_rng(seed)
    cells: dict[tuple[str, bool | None], list[Pair]] = defaultdict(list)
    for i in generator.permutation(len(pairs)):
        cells[pairs[i].question, pairs[i].answer].append(pairs[i])
    order = [list(cells)[i] for i in generator.permutation(len(cells))]
    chosen: list[Pair] = []
    while len(chosen) < limit:
        for key in order:
            if cells[key] and len(chosen) < limit:
                chosen.append(cells[key].pop())
    return chosen


def score_pairs(
    model: Any, template: Any, pairs: Sequence[Pair], what: str = "scoring"
) -> tuple[np.ndarray, float]:
    """Log-odds of yes, float32 [n_pairs], and answers per second, with a bar."""
    prompts = [template.render(model.tokenizer, p.keyword, p.question) for p in pairs]
    with bar(total=len(prompts), desc=what, unit="pair") as shown:
        start = time.perf_counter()
        odds = model.log_odds(prompts, shown.update)
        seconds = time.perf_counter() - start
    return odds, len(prompts) / seconds


def metrics(labels: np.ndarray, p_yes: np.ndarray) -> dict[str, float]:
    """Accuracy, balanced accuracy, AUC, share of yes answers and Brier score.

    ``labels``: bool [n]; ``p_yes``: float [n], yes above 0.5. AUC and balanced accuracy are
    NaN if only one answer occurs.
    """
    from sklearn.metrics import balanced_accuracy_score, roc_auc_score

    said = p_yes > 0.5
    both = 0 < labels.sum() < len(labels)
    return {
        "pairs": len(labels),
        "accuracy": float((said == labels).mean()),
        "balanced_accuracy": float(balanced_accuracy_score(labels, said)) if both else np.nan,
        "auc": float(roc_auc_score(labels, p_yes)) if both else np.nan,
        "yes_rate": float(said.mean()),
        "brier": float(((p_yes - labels) ** 2).mean()),
    }


def fit_calibration(odds: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Threshold and temperature such that P(yes) = sigmoid((odds - threshold) / temperature).

    Platt's logistic fit with both answers weighted alike (Platt, 1999). A model whose odds do
    not rise with the truth gets the best single threshold and the odds' own spread instead.
    """
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(class_weight="balanced", C=100.0).fit(odds[:, None], labels)
    slope = float(fit.coef_[0, 0])
    if slope > 1e-2:
        return -float(fit.intercept_[0]) / slope, 1.0 / slope
    candidates = np.unique(odds)
    quality = [(odds > c)[labels].mean() - (odds > c)[~labels].mean() for c in candidates]
    return float(candidates[int(np.argmax(quality))]), max(float(odds.std()), 1e-3)


def cross_validate(pairs: Sequence[Pair], odds: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """P(yes) of each pair by a calibration that saw neither its question nor its keyword.

    Folds are split by question; training pairs that share a keyword with the fold are left out.
    float64 [n_pairs].
    """
    from sklearn.model_selection import GroupKFold

    questions = np.array([p.question for p in pairs])
    keywords = np.array([p.keyword.lower() for p in pairs])
    folds = min(FOLDS, len(set(questions)))
    p_yes = np.full(len(pairs), np.nan)
    for train, test in GroupKFold(folds).split(odds, labels, questions):
        train = train[~np.isin(keywords[train], keywords[test])]
        threshold, temperature = fit_calibration(odds[train], labels[train])
        p_yes[test] = sigmoid((odds[test] - threshold) / temperature)
    return p_yes


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-np.clip(z, -30, 30)))


def calibrate(
    pairs: Sequence[Pair],
    odds: np.ndarray,
    *,
    template: str,
    pairs_file: str,
    answers_per_second: float,
    model: dict[str, Any],
) -> dict[str, Any]:
    """The calibration to ship, with its provenance and its cross-validated metrics.

    Raises PipelineError if the labels are not of both kinds.
    """
    labels = np.array([bool(p.answer) for p in pairs])
    if labels.all() or not labels.any():
        raise PipelineError(f"{pairs_file} needs pairs of both answers to set a threshold.")
    threshold, temperature = fit_calibration(odds, labels)
    return {
        "template": template,
        "threshold": threshold,
        "temperature": temperature,
        "model": model.get("model"),
        "commit": model.get("commit"),
        "quant_type": model.get("quant_type"),
        "pairs_file": pairs_file,
        "questions": len({p.question for p in pairs}),
        "keywords": len({p.keyword.lower() for p in pairs}),
        "answers_per_second": round(answers_per_second, 2),
        "uncalibrated": metrics(labels, sigmoid(odds)),
        "cross_validated": metrics(labels, cross_validate(pairs, odds, labels)),
    }


def save_calibration(run_dir: Path, calibration: dict[str, Any]) -> None:
    """Write ``calibration.json``, which the agent reads, and the figures for the summary."""
    held_out = calibration["cross_validated"]
    figures = {
        **held_out,
        "template": calibration["template"],
        "threshold": calibration["threshold"],
        "answers_per_second": calibration["answers_per_second"],
    }
    places.write_text(run_dir / "report" / "eda.json", json.dumps(figures, indent=1) + "\n")
    places.write_text(run_dir / "calibration.json", json.dumps(calibration, indent=1) + "\n")


def confusion(labels: np.ndarray, p_yes: np.ndarray) -> Any:
    """Counts by right answer (rows) and given answer (columns), as a table."""
    import pandas as pd

    said = p_yes > 0.5
    rows = [[int((said & labels).sum()), int((~said & labels).sum())]]
    rows += [[int((said & ~labels).sum()), int((~said & ~labels).sum())]]
    return pd.DataFrame(
        rows, index=["right answer yes", "right answer no"], columns=["said yes", "said no"]
    )


def plot_p_yes(labels: np.ndarray, p_yes: np.ndarray, path: Path | None = None) -> Any:
    """Histogram of P(yes) by the right answer; written to ``path`` if one is given."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    edges = np.linspace(0, 1, 21)
    for answer, colour, label in ((False, "#c0392b", "no"), (True, "#2f6fb3", "yes")):
        chosen = p_yes[labels == answer]
        axes.hist(
            chosen, edges, color=colour, alpha=0.6, label=f"right answer {label} ({len(chosen)})"
        )
    axes.axvline(0.5, color="0.3", linestyle="--", linewidth=1)
    axes.text(0.51, axes.get_ylim()[1] * 0.8, "says yes from here on", color="0.3")
    axes.set(xlabel="calibrated P(yes), cross-validated", ylabel="pairs", xlim=(0, 1))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper center")
    if path is not None:
        places.save_figure(figure, path)
    return figure


def score_file(
    run_dir: Path, source: Path, out: Path, echo: Callable[[str], None] = print
) -> dict[str, float] | None:
    """Answer every pair of a CSV with the run's packaged agent; returns metrics if labelled.

    ``out`` gets all columns of ``source`` and p_yes, answer (the agent's) and source (rule,
    table, model or default). A right answer that was given moves to the column ``label``.
    """
    import pandas as pd

    from twentyq.agent import Agent

    pairs = load_pairs(source)
    agent = Agent(existing_submission(run_dir))
    with bar(total=len(pairs), desc=f"answering {source.name}", unit="pair") as shown:
        answers = agent.answerer.answer_all(
            [(p.keyword, p.question) for p in pairs], None, shown.update
        )
    table = pd.read_csv(source, dtype=str, keep_default_na=False)
    if "answer" in table:
        table = table.rename(columns={"answer": "label"})
    table["p_yes"] = [round(a.p_yes, 6) for a in answers]
    table["answer"] = [a.text for a in answers]
    table["source"] = [a.source for a in answers]
    places.write_text(out, table.to_csv(index=False))
    if all(a.source == "default" for a in answers):
        echo("warning: the model gave no answer at all; see the log lines above")
    known = [i for i, p in enumerate(pairs) if p.answer is not None]
    if not known:
        return None
    labels = np.array([bool(pairs[i].answer) for i in known])
    return metrics(labels, np.array([answers[i].p_yes for i in known]))


def existing_submission(run_dir: Path) -> Path:
    """The run's submission folder; raises PipelineError if it has none."""
    folder = run_dir / "submission"
    if not (folder / "main.py").is_file():
        raise PipelineError(
            f"The run {run_dir} has no submission yet; make it with "
            "`python -m pipeline run PARAMS --until write_agent`."
        )
    return folder
