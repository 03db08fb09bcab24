"""The prompt bake-off: templates x labelled pairs for one model; which to use, and why.

    scores = bakeoff.score(model, templates, pairs, folder, manifest)
    chosen = bakeoff.choose(scores, most=2)
    bakeoff.table(scores, chosen)

Each template is read in two ways: by the log-odds of the next token (``both``), and by a
linear probe of an inner layer (``both@22``: after layer 22). Every figure is cross-validated:
no pair is judged by a probe or a calibration that saw its question or its keyword. Layers and
templates are chosen by these same figures, which are therefore a little too good for the best.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from twentyq.calibration import Calibration, Column, Probe, column_name
from twentyq.prompts import Template, load_templates

from . import places
from .colours import BLUE, GREY, LIGHT_BLUE, RED
from .errors import PipelineError
from .evaluate import (
    Pair,
    cross_validate,
    cross_validated_probe,
    fit_calibration,
    fit_probe,
    sigmoid,
)
from .measures import (
    RESAMPLES,
    intervals,
    labels_of,
    log_loss,
    metrics,
    mistakes,
    standard_error,
)
from .progress import bar

CHUNK = 48
"""Prompts that are scored, timed and saved at a time."""
DEPTHS = (0.7, 0.8, 0.9)
"""Where probes are tried, as shares of the model's layers; the best of each template is kept."""
WORTH = 0.01
"""Share of the log loss by which one more column must lower it to be worth its time."""
MEASURES = ("balanced_accuracy", "auc", "yes_rate", "brier")


@dataclass(frozen=True)
class Scores:
    """What a model made of every pair with every template.

    ``odds``: log-odds of yes, float32 [n_pairs, n_templates]; ``streams``: after each of
    ``layers``, float32 [n_pairs, n_templates, n_layers, width]; ``speeds``: for each template
    (prompts, seconds) of what was timed.
    """

    pairs: list[Pair]
    templates: tuple[str, ...]
    layers: tuple[int, ...]
    odds: np.ndarray
    streams: np.ndarray
    speeds: dict[str, np.ndarray]

    @cached_property
    def labels(self) -> np.ndarray:
        """The right answers, bool [n_pairs]."""
        return labels_of(self.pairs)

    @cached_property
    def columns(self) -> dict[str, np.ndarray]:
        """Readings, float64 [n_pairs], by column: log-odds, and each template's best probe."""
        found: dict[str, np.ndarray] = {}
        for place, template in enumerate(self.templates):
            found[template] = self.odds[:, place].astype(np.float64)
            probes = {
                layer: cross_validated_probe(self.pairs, self.stream(template, layer), self.labels)
                for layer in self.layers
            }
            loss = {k: log_loss(self.labels, sigmoid(z)) for k, z in probes.items()}
            if loss:
                best = min(loss, key=loss.__getitem__)
                found[column_name(template, best)] = probes[best]
        return found

    def stream(self, template: str, layer: int) -> np.ndarray:
        """float32 [n_pairs, width]"""
        place = self.templates.index(template), self.layers.index(layer)
        return self.streams[:, place[0], place[1]].astype(np.float32)

    def readings(self, names: Sequence[str]) -> np.ndarray:
        """float64 [n_pairs, n_names]"""
        return np.stack([self.columns[name] for name in names], axis=1)

    def p_yes(self, names: Sequence[str]) -> np.ndarray:
        """Cross-validated P(yes) of a stack of columns, float64 [n_pairs]."""
        return cross_validate(self.pairs, self.readings(names), self.labels)

    def as_it_comes(self, name: str) -> np.ndarray:
        """P(yes) of a column's template without any fit: the next token's own odds."""
        return sigmoid(self.columns[template_of(name)])

    def answers_per_second(self, names: Sequence[str]) -> float:
        """Of a stack, from what was timed with all layers; NaN if nothing was."""
        return 1 / sum(_seconds_each(self.speeds[t]) for t in {template_of(n) for n in names})


def templates(
    model: Any, names: Sequence[str], echo: Callable[[str], None] = print
) -> list[Template]:
    """The named prompt templates that the model can use, each once.

    If it has no chat template and some need one, all templates of raw text take their place, and
    ``echo`` says so. Raises PipelineError for a name that is none.
    """
    library = load_templates()
    for name in names:
        if name not in library:
            raise PipelineError(
                f"eda.templates names {name!r}, which is not in prompts.yaml "
                f"({', '.join(library)}): choose one of those, or add it there."
            )
    wanted = [library[name] for name in dict.fromkeys(names)]
    usable = [t for t in wanted if model.can_use(t)]
    if len(usable) < len(wanted):
        usable += [t for t in library.values() if t.text and t not in usable]
        echo(
            "The model has no chat template, so the prompts for base models are compared: "
            f"{', '.join(t.name for t in usable)}."
        )
    return usable


def template_of(column: str) -> str:
    """The template of a column's name."""
    return column.partition("@")[0]


def score(
    model: Any,
    templates: Sequence[Template],
    pairs: Sequence[Pair],
    folder: Path,
    made: dict[str, Any],
) -> Scores:
    """Ask every template about every pair; what ``folder`` holds for the same weights is not asked.

    ``made`` is the weights' manifest, which tells models apart. Scores are written every few
    seconds, so that a killed run goes on where it was.
    Raises PipelineError if the pairs' labels are not of both kinds.
    """
    if {pair.answer for pair in pairs} != {True, False}:
        raise PipelineError("A bake-off needs labelled pairs of both answers, yes and no.")
    layers = tuple(sorted({max(1, round(depth * model.n_layers)) for depth in DEPTHS}))
    hashes = sorted((name, file["sha256"]) for name, file in made["files"].items())
    maker = f"{hashes} {layers} {model.model.dtype}"
    # Neighbours with the same keyword share more of their prompts.
    order = sorted(range(len(pairs)), key=lambda i: pairs[i].keyword)
    odds, streams, speeds = [], [], {}
    with bar(total=len(pairs) * len(templates), desc="scoring", unit="prompt") as shown:
        for template in templates:
            shown.set_postfix_str(template.name)
            prompts = [template.render(model.tokenizer, p.keyword, p.question) for p in pairs]
            keys = [hashlib.sha256(prompt.encode()).hexdigest()[:20] for prompt in prompts]
            kept = _Kept.read(folder, template.name, maker)
            todo = [i for i in order if keys[i] not in kept.found]
            shown.update(len(pairs) - len(todo))
            if todo:
                model.warm_up([template])
            for start in range(0, len(todo), CHUNK):
                chunk = todo[start : start + CHUNK]
                began = time.perf_counter()
                read = model.read([prompts[i] for i in chunk], layers, progress=shown.update)
                spent = time.perf_counter() - began
                kept.add([keys[i] for i in chunk], *read, spent)
            odds.append([kept.found[key][0] for key in keys])
            streams.append([kept.found[key][1] for key in keys])
            speeds[template.name] = np.array(kept.speeds, float).reshape(-1, 2)
    return Scores(
        list(pairs),
        tuple(template.name for template in templates),
        layers,
        np.array(odds, np.float32).T,
        np.swapaxes(np.array(streams, np.float32), 0, 1),
        speeds,
    )


@dataclass
class _Kept:
    """The scores of one template by the key of the prompt, and the files they are kept in.

    Every chunk is a file of its own, ``<template>.0007.npz``: all that was ever written before is
    left as it is, so that scoring many pairs writes each of them once.
    """

    folder: Path
    template: str
    maker: str
    found: dict[str, tuple[float, np.ndarray]] = field(default_factory=dict)
    speeds: list[tuple[int, float]] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path, template: str, maker: str) -> _Kept:
        """What was kept of the same weights and layers; files of others, or broken ones, go."""
        kept = cls(folder, template, maker)
        for path in kept._files():
            if not kept._take(path):
                path.unlink()
        return kept

    def add(
        self, keys: Sequence[str], odds: np.ndarray, streams: np.ndarray, seconds: float
    ) -> None:
        """Keep log-odds [n] and streams [n, n_layers, width] of n prompts, read in ``seconds``."""
        self.found.update(zip(keys, zip(odds.tolist(), streams, strict=True), strict=True))
        self.speeds.append((len(keys), seconds))
        file = io.BytesIO()
        speeds = np.array([(len(keys), seconds)], float)
        np.savez(
            file, maker=self.maker, keys=np.array(keys), odds=odds, streams=streams, speeds=speeds
        )
        places.write_bytes(self._next_file(), file.getvalue())

    def _take(self, path: Path) -> bool:
        """Take over what a file holds; False if it is of other weights, or broken."""
        try:
            with np.load(path, allow_pickle=False) as file:
                if str(file["maker"]) != self.maker:
                    return False
                rows = zip(file["odds"].tolist(), file["streams"], strict=True)
                self.found.update(zip(file["keys"].tolist(), rows, strict=True))
                self.speeds += [tuple(speed) for speed in file["speeds"].tolist()]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return False
        return True

    def _files(self) -> list[Path]:
        # Earlier versions kept all in <template>.npz, which is read like any other.
        return sorted(self.folder.glob(f"{self.template}.*npz"))

    def _next_file(self) -> Path:
        middles = [path.name.split(".")[1] for path in self._files()]
        numbers = [int(middle) for middle in middles if middle.isdigit()]
        return self.folder / f"{self.template}.{max(numbers, default=0) + 1:04}.npz"


def choose(scores: Scores, most: int, among: Sequence[str] = ()) -> tuple[str, ...]:
    """The column with the lowest cross-validated log loss, and up to ``most - 1`` beside it.

    Another is added only while it lowers the stack's log loss by a share of ``WORTH``.
    ``among`` restricts the templates; raises PipelineError if none of those was scored.
    """
    open_ones = [n for n in scores.columns if not among or template_of(n) in among]
    if not open_ones:
        raise PipelineError(
            f"There is nothing to choose from: {', '.join(among)} was not scored, only "
            f"{', '.join(scores.templates) or 'nothing'}. Put it into eda.templates, or set "
            "eda.template=auto."
        )
    chosen: tuple[str, ...] = ()
    best = np.inf
    while open_ones and len(chosen) < most:
        losses = {n: log_loss(scores.labels, scores.p_yes((*chosen, n))) for n in open_ones}
        name = min(losses, key=losses.__getitem__)
        if losses[name] > best * (1 - WORTH):
            break
        chosen, best = (*chosen, name), losses[name]
        open_ones.remove(name)
    return chosen


def pinned(
    wanted: str,
    names: Sequence[str],
    templates: Sequence[Template],
    echo: Callable[[str], None] = print,
) -> tuple[str, ...]:
    """The templates that ``auto``, ``a`` or ``a+b`` allows; () is all of them.

    ``names`` are those that were asked for, ``templates`` those of them, or in their place, that
    the model can use. A pin that it cannot use is dropped, and ``echo`` says so.
    Raises PipelineError naming a pin that is among neither.
    """
    if wanted == "auto":
        return ()
    usable = [template.name for template in templates]
    pins = tuple(part.strip() for part in wanted.split("+"))
    for name in pins:
        if name not in (*names, *usable):
            raise PipelineError(
                f"eda.template names {name!r}, which is not among eda.templates "
                f"({', '.join(names)}): add it there, or choose one of those, or auto."
            )
    kept = tuple(name for name in pins if name in usable)
    if len(kept) < len(pins):
        echo(
            f"eda.template={wanted} needs a chat template, which the model lacks: "
            f"the choice is among {', '.join(kept or usable)}."
        )
    return kept


def calibrate(
    scores: Scores, chosen: Sequence[str], *, pairs_file: str, model: dict[str, Any]
) -> dict[str, Any]:
    """``calibration.json``: what the agent reads, its provenance and cross-validated metrics.

    The stack is fitted on cross-validated readings, the probes that ship on all pairs.
    """
    weights, intercept = fit_calibration(scores.readings(chosen), scores.labels)
    p_yes = scores.p_yes(chosen)
    ends = intervals(scores.pairs, p_yes, MEASURES).T.tolist()
    columns = []
    for name, weight in zip(chosen, weights.tolist(), strict=True):
        template, _, layer = name.partition("@")
        probe = None
        if layer:
            fitted = fit_probe(scores.stream(template, int(layer)), scores.labels)
            probe = Probe(int(layer), *fitted)
        columns.append(Column(template, weight, probe))
    return {
        **Calibration(tuple(columns), intercept).to_json(),
        "model": model.get("model"),
        "commit": model.get("commit"),
        "quant_type": model.get("quant_type"),
        "pairs_file": pairs_file,
        "pairs": len(scores.pairs),
        "questions": len({p.question for p in scores.pairs}),
        "keywords": len({p.keyword.lower() for p in scores.pairs}),
        "templates_tried": list(scores.templates),
        "answers_per_second": round(scores.answers_per_second(chosen), 2),
        "uncalibrated": metrics(scores.labels, scores.as_it_comes(chosen[0])),
        "cross_validated": metrics(scores.labels, p_yes)
        | {f"{measure}_95": low_high for measure, low_high in zip(MEASURES, ends, strict=True)},
    }


def save(run_dir: Path, calibration: dict[str, Any], chosen: Sequence[str]) -> None:
    """Write ``calibration.json``, which the agent reads, and the figures for the summary."""
    figures = {
        **calibration["cross_validated"],
        "template": " + ".join(chosen),
        "answers_per_second": calibration["answers_per_second"],
    }
    places.write_text(run_dir / "report" / "eda.json", json.dumps(figures, indent=1) + "\n")
    places.write_text(run_dir / "calibration.json", json.dumps(calibration, indent=1) + "\n")


def table(scores: Scores, chosen: Sequence[str], seed: int = 0) -> Any:
    """One row per column and one for the chosen stack; intervals over questions and keywords.

    Columns: the value and, in brackets, its 95% bootstrap interval; best balanced accuracy first.
    """
    import pandas as pd

    stacks = [(name,) for name in scores.columns]
    stacks += [tuple(chosen)] if len(chosen) > 1 else []
    rows = {}
    for names in stacks:
        p_yes = scores.p_yes(names)
        found = metrics(scores.labels, p_yes)
        ends = intervals(scores.pairs, p_yes, MEASURES, seed)
        row = {m: _with_ends(found[m], *ends[:, i]) for i, m in enumerate(MEASURES)}
        row["answers/s"] = _speed_with_ends(scores, names, seed)
        rows[" + ".join(names)] = (found["balanced_accuracy"], row)
    order = sorted(rows, key=lambda name: -np.nan_to_num(rows[name][0]))
    shown = pd.DataFrame([rows[name][1] for name in order], index=order)
    return shown.rename(columns=lambda name: name.replace("_", " "))


def ablation(scores: Scores, chosen: Sequence[str]) -> Any:
    """What calibration, the probe and every further column are worth, on the same pairs.

    The last row has an intercept for each kind of question besides, as if the agent knew the
    kind: what calibration per kind could gain at most.
    """
    import pandas as pd

    template = template_of(chosen[0])
    steps = {
        f"{template}, as it comes": scores.as_it_comes(template),
        f"{template}, calibrated": scores.p_yes([template]),
    }
    for i, name in enumerate(chosen):
        if name != template:
            steps[name if i == 0 else f"and {name}"] = scores.p_yes(chosen[: i + 1])
    kinds = pd.get_dummies([pair.kind for pair in scores.pairs]).to_numpy(float)
    if kinds.shape[1] > 1:
        readings = np.hstack([scores.readings(chosen), kinds])
        steps["and the kind"] = cross_validate(scores.pairs, readings, scores.labels)
    rows = [metrics(scores.labels, p_yes) for p_yes in steps.values()]
    return pd.DataFrame(rows, index=list(steps))[[*MEASURES, "log_loss"]].round(3)


def kinds_table(kinds: Any) -> Any:
    """``measures.by_kind`` for people: counts, and figures with their intervals."""
    import pandas as pd

    rows = {}
    for kind, found in kinds.iterrows():
        row = {"pairs": int(found["pairs"])}
        for name in ("balanced_accuracy", "auc"):
            ends = found[f"{name}_low"], found[f"{name}_high"]
            row[name.replace("_", " ")] = _with_ends(found[name], *ends)
        rows[kind] = row | {"yes rate": f"{found['yes_rate']:.3f}"}
    return pd.DataFrame(rows).T


def worst(scores: Scores, p_yes: np.ndarray, count: int = 20) -> Any:
    """The mistakes that were surest, ``count`` at most: P(yes) and every column's reading."""
    import pandas as pd

    found = mistakes(scores.labels, p_yes)[:count]
    return pd.DataFrame(
        {
            "keyword": [scores.pairs[i].keyword for i in found],
            "question": [scores.pairs[i].question for i in found],
            "right": ["yes" if scores.labels[i] else "no" for i in found],
            "P(yes)": p_yes[found].round(3),
            **{name: reading[found].round(1) for name, reading in scores.columns.items()},
        }
    )


def curves(scores: Scores, chosen: Sequence[str]) -> dict[str, tuple[np.ndarray, str]]:
    """What a reliability diagram compares: P(yes), float64 [n_pairs], and its colour, by label.

    The first chosen reading before and after its calibration; the whole stack, if there is more;
    and besides, if that reading is a probe, what the next token of its template says.
    """
    first = chosen[0]
    template = template_of(first)
    found = {}
    if first != template:
        found[f"next token of {template}, as it comes"] = scores.as_it_comes(first), GREY
        found[f"before: {first}, uncalibrated"] = sigmoid(scores.columns[first]), RED
    else:
        found[f"before: next token of {template}, as it comes"] = scores.as_it_comes(first), RED
    found[f"after: {first}, calibrated"] = scores.p_yes([first]), BLUE
    if len(chosen) > 1:
        found[f"after: {' + '.join(chosen)}, calibrated"] = scores.p_yes(chosen), LIGHT_BLUE
    return found


def plot_reliability(
    scores: Scores, chosen: Sequence[str], path: Path | None = None, bins: int = 8
) -> Any:
    """How often yes is right against P(yes), before and after calibration; saved to ``path``."""
    figure, (left, right) = _figure(2, height=5.0)
    left.plot([0, 1], [0, 1], color="0.6", linestyle="--", linewidth=1)
    for label, (p_yes, colour) in curves(scores, chosen).items():
        # Bins of equal counts: every point stands for as many pairs.
        groups = np.array_split(np.argsort(p_yes), bins)
        x = [p_yes[g].mean() for g in groups]
        y = np.array([scores.labels[g].mean() for g in groups])
        counts = np.array([len(g) for g in groups])
        left.errorbar(
            x, y, standard_error(y, counts), color=colour, marker="o", capsize=2, label=label
        )
    left.set(xlabel="P(yes)", ylabel="share for which yes is right", xlim=(0, 1), ylim=(0, 1))
    # Below the axes: four lines of text would hide the curves.
    left.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.14))
    after = scores.p_yes(chosen)
    edges = np.linspace(0, 1, 21)
    for answer, colour in ((False, RED), (True, BLUE)):
        chosen_pairs = after[scores.labels == answer]
        label = f"right answer {'yes' if answer else 'no'} ({len(chosen_pairs)})"
        right.hist(chosen_pairs, edges, color=colour, alpha=0.6, label=label)
    right.axvline(0.5, color="0.3", linestyle="--", linewidth=1)
    right.set(xlabel=f"P(yes) of {' + '.join(chosen)}, calibrated", ylabel="pairs", xlim=(0, 1))
    right.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.14))
    return _saved(figure, path)


def plot_kinds(kinds: Any, path: Path | None = None) -> Any:
    """Balanced accuracy by kind of question as bars, from ``by_kind``; saved to ``path``."""
    figure, (axes,) = _figure(1)
    names = [f"{kind} ({int(n)})" for kind, n in kinds["pairs"].items()]
    axes.barh(names, kinds["balanced_accuracy"], color=LIGHT_BLUE)
    ends = kinds["balanced_accuracy_low"], kinds["balanced_accuracy_high"]
    axes.hlines(names, *ends, color="0.2", linewidth=1.5)
    axes.axvline(0.5, color="0.3", linestyle="--", linewidth=1)
    label = "balanced accuracy, 95% interval (0.5: chance)"
    axes.set(xlabel=label, xlim=(0, 1))
    return _saved(figure, path)


def _with_ends(value: float, low: float, high: float, digits: int = 3) -> str:
    return f"{value:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def _seconds_each(passes: np.ndarray) -> float:
    return passes[:, 1].sum() / passes[:, 0].sum() if len(passes) else np.nan


def _speed_with_ends(scores: Scores, names: Sequence[str], seed: int) -> str:
    generator = np.random.default_rng(seed)
    drawn = np.zeros(RESAMPLES)
    for template in {template_of(n) for n in names}:
        passes = scores.speeds[template]
        if not len(passes):
            return ""
        sums = passes[generator.integers(len(passes), size=(RESAMPLES, len(passes)))].sum(axis=1)
        drawn += sums[:, 1] / sums[:, 0]
    low, high = 1 / np.percentile(drawn, [97.5, 2.5])
    return _with_ends(scores.answers_per_second(names), low, high, 1)


def _figure(panels: int, height: float = 4.0) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5 + 4 * (panels - 1), height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, panels, squeeze=False)[0]
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _saved(figure: Any, path: Path | None) -> Any:
    if path is not None:
        places.save_figure(figure, path)
    return figure
