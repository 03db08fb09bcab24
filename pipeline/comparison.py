"""Rows to compare: a table to read, a CSV file to work with, and a plot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import places
from .chain import text_table
from .colours import BLUE, RED
from .errors import PipelineError


@dataclass(frozen=True)
class Row:
    """What was found for one choice or model, or the sentence that says why nothing was.

    ``figures``: plain values; the interval of ``auc`` is ``auc_low`` and ``auc_high``.
    """

    name: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class Panel:
    """One column of the plot: a figure of every row, with its interval if there is one."""

    title: str
    key: str
    scale: float = 1.0


def with_interval(figures: Mapping[str, Any], key: str, form: str = ".3f") -> str:
    """``0.915 (0.872 to 0.951)``; without an interval the value, without a value a dash."""
    value, low, high = (figures.get(k) for k in (key, f"{key}_low", f"{key}_high"))
    if not _is_number(value):
        return "-"
    if not (_is_number(low) and _is_number(high)):
        return f"{value:{form}}"
    return f"{value:{form}} ({low:{form}} to {high:{form}})"


def number(figures: Mapping[str, Any], key: str, form: str) -> str:
    """A figure as text, a dash where there is none."""
    value = figures.get(key)
    return f"{value:{form}}" if _is_number(value) else "-"


def size(figures: Mapping[str, Any], key: str) -> str:
    """Bytes as text, a dash where there are none."""
    value = figures.get(key)
    return places.human(value) if _is_number(value) else "-"


def sentence(error: Exception) -> str:
    """One line for a row: our own errors as they are, others with their kind."""
    lines = str(error).strip().splitlines() or [""]
    return lines[0] if isinstance(error, PipelineError) else f"{type(error).__name__}: {lines[0]}"


def table(rows: Sequence[Row], columns: Mapping[str, Callable[[Mapping[str, Any]], str]]) -> str:
    """The rows as text, and below it a line for each that failed."""
    cells = [
        [row.name, *("-" if row.error else text(row.figures) for text in columns.values())]
        for row in rows
    ]
    lines = text_table(["", *columns], cells)
    lines += [f"\n{row.name}: {row.error}" for row in rows if row.error]
    return "\n".join(lines)


def write(rows: Sequence[Row], panels: Sequence[Panel], stem: Path) -> list[Path]:
    """Write ``stem``.csv, all figures of all rows, and ``stem``.png; returns both paths."""
    import pandas as pd

    listed = [{"name": row.name, **row.figures, "error": row.error} for row in rows]
    paths = [stem.with_name(f"{stem.name}{suffix}") for suffix in (".csv", ".png")]
    places.write_text(paths[0], pd.DataFrame(listed).to_csv(index=False))
    places.save_figure(plot(rows, panels), paths[1])
    return paths


def plot(rows: Sequence[Row], panels: Sequence[Panel]) -> Any:
    """A matplotlib figure: one line per row, one column per panel.

    Figures with an interval are dots with whiskers, others bars from zero.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2.2 + 2.9 * len(panels), 1.3 + 0.45 * len(rows)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axis, panel in zip(axes, panels, strict=True):
        _plot_panel(axis, rows, panel)
    axes[0].set_yticks(range(len(rows)), [row.name for row in rows])
    axes[0].set_ylim(len(rows) - 0.5, -0.5)
    return figure


def _plot_panel(axis: Any, rows: Sequence[Row], panel: Panel) -> None:
    for place, row in enumerate(rows):
        keys = (panel.key, f"{panel.key}_low", f"{panel.key}_high")
        found = [row.figures.get(key) for key in keys]
        value, low, high = (v * panel.scale if _is_number(v) else None for v in found)
        if value is None:
            axis.text(
                0.02, place, "failed" if row.error else "", color=RED, va="center",
                transform=axis.get_yaxis_transform(),
            )  # fmt: skip
        elif low is None or high is None:
            axis.barh(place, value, height=0.55, color=BLUE)
            axis.annotate(
                f"{value:.3g}", (value, place), (3, 0), textcoords="offset points", va="center",
                fontsize=9,
            )  # fmt: skip
            axis.margins(x=0.2)
        else:
            # The percentile interval of a skewed figure need not hold it.
            axis.plot([low, high], [place, place], color=BLUE, linewidth=2)
            axis.plot(value, place, "o", color=BLUE)
    axis.locator_params(axis="x", nbins=4)
    axis.set_title(panel.title, fontsize=10)
    axis.grid(axis="x", color="0.9", linewidth=0.8)
    axis.set_axisbelow(True)
    axis.spines[["top", "right"]].set_visible(False)


def raise_if_failed(rows: Sequence[Row], what: str) -> None:
    """Raise PipelineError, for an exit status other than 0, if any row has an error."""
    failed = [row.name for row in rows if row.error]
    if failed:
        raise PipelineError(
            f"{len(failed)} of {len(rows)} {what} failed: {', '.join(failed)}. The reasons stand "
            "below the table. Run the same command again: what has finished is kept."
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and value == value
