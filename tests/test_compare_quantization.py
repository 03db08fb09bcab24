"""One model in each way to store it: measured once, kept, and put side by side."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from pipeline import choice_worker, compare_quantization
from pipeline.compare_quantization import COLUMNS, compare, summarise
from pipeline.comparison import raise_if_failed, table
from pipeline.errors import ParamsError, PipelineError, WeightsError
from pipeline.evaluate import Pair
from pipeline.measures import accuracies
from pipeline.params import dump, load
from pipeline.places import ROOT
from pipeline.quantization import CHOICES, find


def silent(text):
    return None


@pytest.fixture
def params(tiny_model_folder):
    settings = [
        "eda.limit=30",
        "eda.cells=0",
        "hardware.device=cpu",
        "hardware.compute_dtype=float32",
    ]
    return load(ROOT / "params" / "default.yaml", [f"model.id={tiny_model_folder}", *settings])[1]


@pytest.fixture
def steps(monkeypatch):
    """The worker's steps, done in this process and written down."""
    done = []

    def work(step, folder, choice, echo):
        done.append((step, choice.name))
        params = load(folder / "params.yaml")[1]
        getattr(choice_worker, step)(folder, choice, params)

    monkeypatch.setattr(compare_quantization, "_work", work)
    return done


def test_every_choice_is_stored_scored_and_written_down(own_folders, params, steps):
    shown = []
    rows = compare("tiny", params, echo=shown.append)
    assert [row.name for row in rows] == [choice.name for choice in CHOICES]
    assert steps == [(step, c.name) for c in CHOICES for step in ("store", "score")]
    found = {row.name: row.figures for row in rows}
    sizes = [found[name]["disk"] for name in ("none", "int8", "nf4")]
    assert all(larger > smaller for larger, smaller in pairwise(sizes))
    assert found["none"]["size_ratio"] == found["none"]["speed_ratio"] == 1
    assert all(0 <= f["auc_low"] <= f["auc_high"] <= 1 and f["pairs"] == 30 for f in found.values())
    report = own_folders / "runs" / "tiny" / "report"
    written = pd.read_csv(report / "quantization.csv", keep_default_na=False)
    assert list(written["name"]) == list(found)
    assert [float(b) for b in written["brier"]] == [f["brier"] for f in found.values()]
    assert (report / "quantization.png").read_bytes().startswith(b"\x89PNG")
    assert any("AUC - none's" in text for text in shown)
    left = {p.name for p in (own_folders / "runs" / "tiny" / "quantization").rglob("*.*")}
    assert left == {"params.yaml", "receipt.json"}


def test_what_was_measured_is_kept_until_it_changes(own_folders, params, steps):
    first = compare("tiny", params, ["nf4", "none"], silent)
    steps.clear()
    assert compare("tiny", params, ["nf4", "none"], silent) == first and steps == []
    eda = params.eda.model_copy(update={"limit": 20})
    changed = params.model_copy(update={"eda": eda})
    shown = []
    compare("tiny", changed, ["none"], shown.append)
    assert steps == [("store", "none"), ("score", "none")]
    unread = params.eda.model_copy(update={"keyword": "Owl"})
    assert compare_quantization.fingerprint(find("nf4"), params) == (
        compare_quantization.fingerprint(find("nf4"), params.model_copy(update={"eda": unread}))
    )


def test_a_killed_run_goes_on_with_what_it_had_stored(own_folders, params, steps, monkeypatch):
    work = compare_quantization._work

    def killed(step, folder, choice, echo):
        if (step, choice.name) == ("score", "none"):
            raise KeyboardInterrupt
        work(step, folder, choice, echo)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(compare_quantization, "_work", killed)
        compare("tiny", params, ["nf4", "none"], silent)
    steps.clear()
    rows = compare("tiny", params, ["nf4", "none"], silent)
    assert steps == [("score", "none")]
    assert [row.error for row in rows] == ["", ""]


def test_a_choice_that_fails_is_a_row_with_its_sentence(own_folders, params, steps, monkeypatch):
    work = compare_quantization._work

    def failing(step, folder, choice, echo):
        if choice.name == "int8":
            raise WeightsError("No 8 bits on this machine.")
        work(step, folder, choice, echo)

    monkeypatch.setattr(compare_quantization, "_work", failing)
    shown = []
    rows = compare("tiny", params, ["int8", "none"], shown.append)
    assert [row.error for row in rows] == ["No 8 bits on this machine.", ""]
    assert any(text.endswith("\nint8: No 8 bits on this machine.") for text in shown)
    with pytest.raises(PipelineError, match=r"1 of 2 choices failed: int8\. .* Run the same"):
        raise_if_failed(rows, "choices")


def test_the_command_measures_in_processes_of_its_own(own_folders, params):
    file = own_folders / "tiny.yaml"
    file.write_text(dump(params))
    command = [sys.executable, "-m", "pipeline", "compare-quantization", file, "--choice", "fp4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    receipt = own_folders / "runs" / "tiny" / "quantization" / "fp4" / "receipt.json"
    found = json.loads(receipt.read_text())["found"]
    assert found["device"] == "cpu" and found["loaded"] > 0 and len(found["p_yes"]) == 30
    row = next(line.split() for line in done.stdout.splitlines() if line.startswith("fp4  "))
    assert len(row) > 8 and "This was a CPU" in done.stdout


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("kill -9 $$", r"to store nf4 was killed \(signal 9\), most likely out of memory: it held"),
        ("echo working; echo 'Error: There is no such model.'; exit 1", r"^There is no such model"),
        ("exit 3", "to store nf4 failed; its error stands above"),
    ],
)
def test_a_worker_that_ends_badly_says_why(tmp_path, monkeypatch, script, message):
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(WeightsError, match=message):
        compare_quantization._work("store", tmp_path, find("nf4"), silent)


def test_a_worker_ends_with_its_parent(tmp_path, params):
    (tmp_path / "params.yaml").write_text(dump(params))
    command = [sys.executable, "-m", "pipeline.choice_worker", "store", tmp_path, "nf4"]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 1 and not (tmp_path / "nf4").exists()


def test_the_fast_accuracies_are_those_of_scikit_learn():
    generator = np.random.default_rng(0)
    for _ in range(20):
        labels = generator.random(50) > 0.4
        p_yes = np.round(generator.random(50), 1)  # with ties
        expected = (balanced_accuracy_score(labels, p_yes > 0.5), roc_auc_score(labels, p_yes))
        assert accuracies(labels, p_yes) == pytest.approx(expected)
    assert np.isnan(accuracies(np.array([True, True]), np.array([0.2, 0.3]))).all()


def test_a_difference_is_taken_within_each_resample():
    generator = np.random.default_rng(1)
    pairs = [Pair(f"k{i}", f"q{i // 4}", bool(i % 2)) for i in range(200)]
    p_yes = np.clip([0.3 + 0.3 * (i % 2) for i in range(200)] + generator.normal(0, 0.2, 200), 0, 1)
    common = {"commit": None, "disk": 10, "answers_per_second": 2.0, "device": "cuda"}
    found = {
        "same": {**common, "p_yes": list(p_yes)},
        "worse": {**common, "p_yes": list((p_yes + generator.random(200)) / 2)},
        "none": {**common, "disk": 40, "p_yes": list(p_yes)},
    }
    same, worse, none = (row.figures for row in summarise(found, pairs))
    assert same["auc_difference_low"] == same["auc_difference_high"] == 0
    assert worse["auc_difference_low"] < worse["auc_difference"] < 0
    assert none["auc_low"] < none["auc"] < none["auc_high"]
    assert "auc_difference" not in none and worse["size_ratio"] == 0.25
    width = worse["auc_high"] - worse["auc_low"]
    assert worse["auc_difference_high"] - worse["auc_difference_low"] < width


def test_the_table_is_whole_without_the_plain_weights():
    pairs = [Pair("a", "q", True), Pair("b", "r", False)]
    record = {"disk": 10, "loaded": 8, "answers_per_second": 2.0, "p_yes": [0.9, 0.2]}
    lines = table(summarise({"nf4": record}, pairs), COLUMNS).splitlines()
    assert lines[0].split()[:3] == ["disk", "loaded", "balanced"] and len(lines) == 3
    assert lines[2].split()[-2:] == ["-", "-"]


def test_a_misspelt_choice_gets_a_suggestion(own_folders, params):
    with pytest.raises(ParamsError, match="no choice 'nf4-doubel'.*Did you mean 'nf4-double'"):
        compare("tiny", params, ["nf4-doubel"], silent)
    assert not (own_folders / "runs").exists()
