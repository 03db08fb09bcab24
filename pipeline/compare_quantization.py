"""One model stored in each way there is: its size, accuracy and speed in one table.

python -m pipeline compare-quantization params/default.yaml

Each choice is quantised, loaded, scored and forgotten again; its figures stay in
``runs/<name>/quantization/<choice>/receipt.json`` until something they depend on changes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import bootstrap, chain, choice_worker, measures, places, receipts, stages
from .comparison import Panel, Row, number, sentence, size, table, with_interval, write
from .environment import on_kaggle
from .errors import PipelineError
from .evaluate import Pair
from .params import RunParams, dump
from .progress import bar
from .quantization import CHOICES, Choice, find
from .weights import WeightsError, read_manifest

STAGES = ("01_quantize", "02_prompt_eda")
"""The stages of which each choice is a small edition: what they read, it reads."""
PLAIN = "none"
"""The choice that the others are compared with."""
COLUMNS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "disk": lambda row: size(row, "disk"),
    "loaded": lambda row: size(row, "loaded"),
    "balanced accuracy": lambda row: with_interval(row, "balanced_accuracy"),
    "AUC": lambda row: with_interval(row, "auc"),
    "AUC - none's": lambda row: with_interval(row, "auc_difference", "+.3f"),
    "Brier": lambda row: number(row, "brier", ".3f"),
    "answers/s": lambda row: number(row, "answers_per_second", ".2f"),
    "size": lambda row: number(row, "size_ratio", ".2f"),
    "speed": lambda row: number(row, "speed_ratio", ".2f"),
}
LEGEND = (
    "loaded: memory that loading took, of the GPU if there is one. "
    "Accuracy, AUC and Brier score: calibrated, cross-validated by question and keyword; in "
    "brackets 95% bootstrap intervals over questions and keywords. size, speed: bytes on disk and "
    f"answers a second as a share of {PLAIN!r} (16 bits)."
)
ON_CPU = (
    " This was a CPU: what is loaded and the speed say nothing about a GPU, which holds about as "
    "much as the disk, and where 4-bit layers are not unpacked to float32 beforehand."
)
PANELS = (
    Panel("balanced accuracy", "balanced_accuracy"),
    Panel("AUC", "auc"),
    Panel("AUC - none's", "auc_difference"),
    Panel("on disk (GB)", "disk", 1e-9),
    Panel("answers a second", "answers_per_second"),
)


def compare(
    name: str,
    params: RunParams,
    names: Sequence[str] = (),
    echo: Callable[[str], None] = print,
) -> list[Row]:
    """Measure the named choices (none: all), print the table, write the report; returns the rows.

    The report is ``report/quantization.csv`` and ``.png`` of the run. A choice that fails is a row
    with its sentence. Raises ParamsError for a name that is none, PipelineError if another process
    works on the run.
    """
    choices = [find(given) for given in dict.fromkeys(names)] or list(CHOICES)
    run_dir = places.runs_folder() / name
    folder = run_dir / "quantization"
    folder.mkdir(parents=True, exist_ok=True)
    with chain.only_one(run_dir):
        places.write_text(folder / "params.yaml", dump(params))
        found = _measure_all(folder, choices, params, echo)
        shutil.rmtree(folder / "source", ignore_errors=True)
        (folder / "source.json").unlink(missing_ok=True)
        rows = summarise(found, choice_worker.chosen_pairs(params.eda))
        paths = write(rows, PANELS, run_dir / "report" / "quantization")
    echo("\n" + table(rows, COLUMNS))
    on_cpu = any(row.figures.get("device") == "cpu" for row in rows)
    echo("\n" + textwrap.fill(LEGEND + (ON_CPU if on_cpu else ""), 100))
    echo("wrote " + ", ".join(map(str, paths)))
    if on_kaggle():
        chain.publish(run_dir, name, echo)
    return rows


def summarise(found: Mapping[str, dict[str, Any] | str], pairs: Sequence[Pair]) -> list[Row]:
    """Rows from what the worker wrote for each choice, or the sentence of one that failed.

    All intervals, those of the differences to ``none`` included, come from the same resamples.
    """
    labels = measures.labels_of(pairs)
    p_yes = {k: np.array(v["p_yes"]) for k, v in found.items() if not isinstance(v, str)}

    def both(rows: np.ndarray) -> np.ndarray:
        values = np.array([measures.accuracies(labels[rows], p[rows]) for p in p_yes.values()])
        plain = values[list(p_yes).index(PLAIN)] if PLAIN in p_yes else np.nan
        return np.concatenate([values, values - plain], axis=1)

    if p_yes:
        value = both(np.arange(len(pairs)))
        low, high = bootstrap.interval(
            lambda rows: both(rows).ravel(), measures.clusters(pairs)
        ).reshape(2, *value.shape)
    plain = found.get(PLAIN)
    rows = []
    for name, record in found.items():
        if isinstance(record, str):
            rows.append(Row(name, error=record))
            continue
        figures = {k: v for k, v in record.items() if k != "p_yes"}
        figures |= measures.metrics(labels, p_yes[name])
        place = list(p_yes).index(name)
        for column, key in enumerate(
            ("balanced_accuracy", "auc", "balanced_accuracy_difference", "auc_difference")
        ):
            if name == PLAIN and column > 1:
                continue
            figures[key] = float(value[place, column])
            figures[f"{key}_low"] = float(low[place, column])
            figures[f"{key}_high"] = float(high[place, column])
        if isinstance(plain, dict):
            figures["size_ratio"] = record["disk"] / plain["disk"]
            figures["speed_ratio"] = record["answers_per_second"] / plain["answers_per_second"]
        rows.append(Row(name, figures))
    return rows


def _measure_all(
    folder: Path, choices: Sequence[Choice], params: RunParams, echo: Callable[[str], None]
) -> dict[str, dict[str, Any] | str]:
    kept = {choice: _kept(folder, choice, params) for choice in choices}
    commits = {receipt["found"]["commit"] for receipt, why in kept.values() if not why}
    moved = {commit: chain.moved(params.model, commit) for commit in commits}
    found: dict[str, dict[str, Any] | str] = {}
    with bar(total=len(choices), desc="choices", unit="choice") as shown:
        for choice, (receipt, why) in kept.items():
            why = why or moved[receipt["found"]["commit"]]
            if why is None:
                shown.write(f"{choice.name}: measured before, nothing has changed")
                found[choice.name] = receipt["found"]
            else:
                shown.write(f"{choice.name}: measuring ({why})")
                try:
                    found[choice.name] = _measure(folder, choice, params, shown.write)
                except (PipelineError, OSError) as error:
                    found[choice.name] = sentence(error)
                    shown.write(f"{choice.name}: {found[choice.name]}")
            shown.update()
    return found


def _kept(folder: Path, choice: Choice, params: RunParams) -> tuple[dict[str, Any], str | None]:
    """The receipt of a choice and why it does not count, or None if it does."""
    try:
        text = (folder / choice.name / "receipt.json").read_text(encoding="utf-8")
        receipt = json.loads(text)
        then = receipt["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}, "no receipt"
    return receipt, receipts.difference(then, fingerprint(choice, params))


def fingerprint(choice: Choice, params: RunParams) -> dict[str, Any]:
    """Everything that the figures of a choice depend on."""
    values = params.model_dump(mode="json")
    read = {
        f"{section}_{key}": value
        for section in ("model", "hardware", "eda")
        for key, value in values[section].items()
    }
    # Of the one question that notebook 02 shows in full.
    read = {k: v for k, v in read.items() if k not in ("eda_keyword", "eda_question")}
    read |= {"quant_type": choice.quant_type, "double_quant": choice.double_quant}
    code = "from pipeline import choice_worker"
    files = [file for name in STAGES for file in stages.find(name).files]
    return {"parameters": read, **receipts.code_fingerprint(code, files, read)}


def _measure(
    folder: Path, choice: Choice, params: RunParams, echo: Callable[[str], None]
) -> dict[str, Any]:
    """Quantise, unless a killed run has, and score in processes of their own."""
    own = folder / choice.name
    now = json.dumps(fingerprint(choice, params), indent=1)
    begun = own / "begun.json"
    if begun.is_file() and begun.read_text(encoding="utf-8") == now and _whole(own / "weights"):
        echo(f"{choice.name}: going on with the weights of an interrupted run")
    else:
        shutil.rmtree(own, ignore_errors=True)
        places.write_text(begun, now)
        _work("store", folder, choice, echo)
    _work("score", folder, choice, echo)
    found = json.loads((own / "scores.json").read_text(encoding="utf-8"))
    receipt = {"fingerprint": json.loads(now), "found": found}
    places.write_text(own / "receipt.json", json.dumps(receipt, indent=1) + "\n")
    for left in ("begun.json", "scores.json"):
        (own / left).unlink()
    for done in ("weights", "answers"):
        shutil.rmtree(own / done)
    return found


def _whole(weights: Path) -> bool:
    try:
        return bool(read_manifest(weights))
    except WeightsError:
        return False


def _work(step: str, folder: Path, choice: Choice, echo: Callable[[str], None]) -> None:
    """Run the worker; raises WeightsError with its sentence, or saying how it died."""
    command = [sys.executable, "-u", "-m", choice_worker.__name__, step, str(folder), choice.name]
    last = ""
    with (
        chain.MemoryWatch() as watch,
        subprocess.Popen(
            command,
            cwd=places.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Ctrl-C reaches us alone; the worker ends as our end of its input closes.
            start_new_session=True,
        ) as process,
    ):
        for line in process.stdout or ():
            last = line.rstrip()
            if not last.startswith("Error: "):
                echo(last)
        status = process.wait()
    if status < 0:
        raise WeightsError(
            f"The process that was to {step} {choice.name} was killed (signal {-status}), most "
            f"likely out of memory: {watch.figures()}. Close other programs, or take a smaller "
            "model (MODEL=org/name)."
        )
    if status:
        raise WeightsError(
            last.removeprefix("Error: ")
            if last.startswith("Error: ")
            else f"The process that was to {step} {choice.name} failed; its error stands above."
        )
