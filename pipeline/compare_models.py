"""Several models through the chain: the same EDA and the same games for each, in one table.

python -m pipeline compare params/default.yaml org/name

Each model has a run of its own, which the chain skips where it is up to date.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import chain, places
from .arena import read_records
from .arena_report import summarise
from .comparison import Panel, Row, number, sentence, size, table, with_interval, write
from .environment import on_kaggle
from .errors import ParamsError
from .params import RunParams, load_model
from .progress import bar
from .quantization import label

SAME = ("eda", "arena")
"""Sections in which all models follow the first, so that their figures can be compared."""
COLUMNS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "stored": lambda row: row["stored"],
    "weights": lambda row: size(row, "disk"),
    "tarball": lambda row: size(row, "tarball"),
    "balanced accuracy": lambda row: with_interval(row, "balanced_accuracy"),
    "AUC": lambda row: with_interval(row, "auc"),
    "Brier": lambda row: number(row, "brier", ".3f"),
    "answers/s": lambda row: number(row, "answers_per_second", ".2f"),
    "won": lambda row: with_interval(row, "win_rate", ".0%"),
    "rounds when won": lambda row: with_interval(row, "mean_rounds", ".1f"),
    "slowest turn": lambda row: number(row, "max_turn_seconds", ".1f") + " s",
    "errors": lambda row: number(row, "errors", "d"),
}
PANELS = (
    Panel("balanced accuracy", "balanced_accuracy"),
    Panel("AUC", "auc"),
    Panel("answers a second", "answers_per_second"),
    Panel("games won (%)", "win_rate", 100),
    Panel("weights (GB)", "disk", 1e-9),
)


@dataclass(frozen=True)
class Entry:
    """A model to compare: what it was called, its run, and all that the run is told."""

    given: str
    run: str
    params: RunParams


def compare(
    models: Sequence[str],
    base: Path,
    overrides: Sequence[str] = (),
    *,
    name: str = "compare",
    echo: Callable[[str], None] = print,
) -> list[Row]:
    """Run the chain for each model, print the table, write the report; returns the rows.

    ``models``: parameters files, or hub ids and folders over the parameters of ``base``. The
    report is ``report/models.csv`` and ``.png`` of the run ``name``. A model that fails is a row
    with its sentence. Raises ParamsError before anything starts if a file or key is wrong.
    """
    entries = resolve(models, base, overrides)
    rows = []
    with bar(total=len(entries), desc="models", unit="model") as shown:
        for entry in entries:
            shown.write(f"\n{entry.given}: run {entry.run}")
            rows.append(_row(entry, shown.write))
            shown.update()
    run_dir = places.runs_folder() / name
    paths = write(rows, PANELS, run_dir / "report" / "models")
    echo("\n" + table(rows, COLUMNS))
    echo("wrote " + ", ".join(map(str, paths)))
    if on_kaggle():
        chain.publish(run_dir, name, echo)
    return rows


def resolve(models: Sequence[str], base: Path, overrides: Sequence[str] = ()) -> list[Entry]:
    """The runs to make. All get the EDA and arena parameters of the first.

    A run whose own file says otherwise gets a name of its own, ``<run>--as-<first>``, so that what
    its file makes stays as it is. Raises ParamsError.
    """
    if not models:
        raise ParamsError(
            "Name the models to compare, parameters files or hub ids: "
            'make compare MODELS="params/default.yaml org/name".'
        )
    entries: list[Entry] = []
    for given in models:
        run, params = load_model(given, base, overrides)
        if entries:
            first = entries[0]
            same = params.model_copy(update={s: getattr(first.params, s) for s in SAME})
            run = run if same == params else f"{run}--as-{first.run}"
            params = same
        if run in [entry.run for entry in entries]:
            raise ParamsError(f"{given} stands twice in the list, or has the name of another.")
        entries.append(Entry(given, run, params))
    return entries


def _row(entry: Entry, echo: Callable[[str], None]) -> Row:
    try:
        run_dir, _ = chain.run(entry.run, entry.params, echo=echo)
        return Row(entry.run, figures(run_dir))
    except Exception as error:
        # Whatever is wrong with one model, the others are still to be compared.
        echo(f"{entry.given}: {error}")
        return Row(entry.run, {"model": entry.params.model.id}, sentence(error))


def figures(run_dir: Path) -> dict[str, Any]:
    """What a finished run measured: weights, tarball, answers, and all its games together."""
    made = json.loads((run_dir / "weights" / "weights.json").read_text(encoding="utf-8"))
    eda = json.loads((run_dir / "report" / "eda.json").read_text(encoding="utf-8"))
    games = summarise(read_records(run_dir / "report" / "games.jsonl"))
    return {
        "model": made["model"],
        "commit": made["commit"],
        "parameters": made["parameters"],
        "stored": label(made["quant_type"], made["double_quant"]),
        "disk": sum(record["bytes"] for record in made["files"].values()),
        "tarball": (run_dir / "submission.tar.gz").stat().st_size,
        **_ends(eda),
        **_ends(games),
        "run": str(run_dir),
    }


def _ends(found: Mapping[str, Any]) -> dict[str, Any]:
    """Figures with each ``x_95`` as ``x_low`` and ``x_high``."""
    flat: dict[str, Any] = {}
    for key, value in found.items():
        if not key.endswith("_95"):
            flat[key] = value
        elif value is not None:
            flat[f"{key[:-3]}_low"], flat[f"{key[:-3]}_high"] = value
    return flat
