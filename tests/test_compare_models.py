"""Several models, the same EDA and arena for each, one row each, whatever goes wrong."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from click.testing import CliRunner
from made_up_games import made_up

from pipeline import chain
from pipeline.__main__ import cli
from pipeline.compare_models import compare, resolve
from pipeline.comparison import raise_if_failed
from pipeline.errors import ParamsError, PipelineError, StageError
from pipeline.places import ROOT

DEFAULT = ROOT / "params" / "default.yaml"
SMOKE = ROOT / "params" / "smoke.yaml"


def silent(text):
    return None


def finished(run_dir, auc):
    """What the chain leaves of a run, as far as the comparison reads it."""
    (run_dir / "weights").mkdir(parents=True)
    (run_dir / "report").mkdir()
    made = {
        "model": "org/name",
        "commit": None,
        "parameters": 1500,
        "quant_type": "nf4",
        "double_quant": True,
        "files": {"model.safetensors": {"bytes": 1000}},
    }
    eda = {"balanced_accuracy": 0.8, "auc": auc, "auc_95": [auc - 0.1, auc], "brier": 0.1}
    eda["answers_per_second"] = 3.0
    (run_dir / "weights" / "weights.json").write_text(json.dumps(made))
    (run_dir / "report" / "eda.json").write_text(json.dumps(eda))
    games = [made_up(0, True, 4), made_up(1, False, 20)]
    lines = "".join(game.to_json() + "\n" for game in games)
    (run_dir / "report" / "games.jsonl").write_text(lines)
    (run_dir / "submission.tar.gz").write_bytes(b"x" * 800)


@pytest.fixture
def runs(own_folders, monkeypatch):
    """A chain that takes no time, and for which runs named broken raise."""
    asked = []

    def run(name, params, *, echo):
        asked.append((name, params))
        if "lacking" in name:
            raise StageError("Stage 01_quantize stopped in cell [3]: no such model.\nSee x.ipynb.")
        if "odd" in name:
            raise ZeroDivisionError("division by zero")
        finished(own_folders / "runs" / name, 0.9)
        return own_folders / "runs" / name, []

    monkeypatch.setattr(chain, "run", run)
    return asked


def test_each_model_has_a_run_and_a_row(own_folders, runs):
    shown = []
    rows = compare([str(DEFAULT), "org/name"], DEFAULT, echo=shown.append)
    assert [name for name, _ in runs] == ["default", "default--org-name"]
    assert runs[1][1].model.source == "hub" and runs[1][1].model.id == "org/name"
    figures = rows[0].figures
    assert (figures["stored"], figures["disk"], figures["tarball"]) == ("nf4-double", 1000, 800)
    assert (figures["auc"], figures["auc_low"], figures["auc_high"]) == (0.9, 0.8, 0.9)
    assert (figures["games"], figures["win_rate"], figures["errors"]) == (2, 0.5, 0)
    assert any("0.900 (0.800 to 0.900)" in text and "50%" in text for text in shown)
    report = own_folders / "runs" / "compare" / "report"
    assert list(pd.read_csv(report / "models.csv")["name"]) == ["default", "default--org-name"]
    assert (report / "models.png").read_bytes().startswith(b"\x89PNG")
    raise_if_failed(rows, "models")


def test_models_that_fail_are_rows_and_the_others_are_compared(own_folders, runs):
    shown = []
    rows = compare(["org/lacking", "org/odd", "org/name"], DEFAULT, name="mine", echo=shown.append)
    assert [bool(row.error) for row in rows] == [True, True, False]
    for sentence in (
        "default--org-lacking: Stage 01_quantize stopped in cell [3]: no such model.",
        "default--org-odd: ZeroDivisionError: division by zero",
    ):
        assert any(sentence in text for text in shown)
    written = pd.read_csv(own_folders / "runs" / "mine" / "report" / "models.csv")
    assert written["error"].notna().tolist() == [True, True, False]
    with pytest.raises(PipelineError, match="2 of 3 models failed: default--org-lacking, def"):
        raise_if_failed(rows, "models")


def test_all_models_answer_and_play_the_same(own_folders):
    first, second, third = resolve([str(DEFAULT), str(SMOKE), "org/name"], SMOKE)
    assert (first.run, second.run) == ("default", "smoke--as-default")
    assert third.run == "smoke--org-name--as-default"
    assert first.params.eda == second.params.eda == third.params.eda
    assert first.params.arena == second.params.arena == third.params.arena
    assert second.params.model != first.params.model
    alone, over = resolve([str(SMOKE), "org/name"], SMOKE, ["eda.limit=9"])
    assert (alone.run, over.run) == ("smoke", "smoke--org-name")
    assert alone.params.eda.limit == over.params.eda.limit == 9


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ([], 'make compare MODELS="params/default.yaml org/name"'),
        (["org/name", "org/name"], "org/name stands twice in the list"),
        ([str(DEFAULT), "params/defualt.yaml"], r"Did you mean params/default\.yaml"),
        ([str(DEFAULT), "no-such-model"], "no folder no-such-model: .* name a model as org/name"),
    ],
)
def test_a_wrong_list_starts_nothing(own_folders, runs, models, message):
    with pytest.raises(ParamsError, match=message):
        compare(models, DEFAULT, echo=silent)
    assert runs == []


def test_the_command_ends_with_an_error_if_a_model_failed(own_folders, runs):
    done = CliRunner().invoke(cli, ["compare", "org/lacking", "org/name", "--base", str(DEFAULT)])
    assert isinstance(done.exception, PipelineError) and done.exception.exit_code == 1
    assert "tarball" in done.output and "no such model." in done.output
