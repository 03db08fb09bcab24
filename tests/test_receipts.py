"""A stage is skipped only if everything it depends on is as it was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline import chain, receipts
from pipeline.errors import WeightsError
from pipeline.params import load
from pipeline.places import ROOT
from pipeline.stages import STAGES, find

SMOKE = ROOT / "params" / "smoke.yaml"
QUANTIZE, EDA, PACKAGE, ARENA = (find(n) for n in ("quantize", "prompt_eda", "package", "arena"))


@pytest.fixture
def params():
    return load(SMOKE)[1]


def finish(run_dir: Path, stage, params) -> None:
    """Pretend that the stage has run: its outputs, then its receipt."""
    for output in stage.outputs:
        path = run_dir / output
        if "." in path.name:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(output)
        else:
            path.mkdir(parents=True)
            (path / "part").write_text(output)
    receipts.write(run_dir, stage, params, 1.0, "test")


@pytest.fixture
def finished(tmp_path, params):
    for stage in STAGES:
        finish(tmp_path, stage, params)
    return tmp_path


def reasons(run_dir, params):
    return {s.name: receipts.why_run(run_dir, s, params) for s in STAGES}


def test_nothing_changed_nothing_runs(finished, params):
    assert set(reasons(finished, params).values()) == {None}


def test_no_receipt_runs(tmp_path, params):
    assert receipts.why_run(tmp_path, QUANTIZE, params) == "no receipt"


@pytest.mark.parametrize("text", ["", "{", "[1]", "null"])
def test_a_half_written_receipt_is_no_receipt(finished, params, text):
    receipts.receipt_path(finished, EDA).write_text(text)
    assert receipts.why_run(finished, EDA, params) == "no receipt"


@pytest.mark.parametrize(
    ("override", "stages", "why"),
    [
        ("package.level=2", {"04_package"}, "changed parameter package_level"),
        ("arena.games=3", {"05_arena"}, "changed parameter arena_games"),
        ("quantize.quant_type=fp4", {"01_quantize"}, "changed parameter quantize_quant_type"),
        (
            "hardware.device=cpu",
            {"01_quantize", "02_prompt_eda"},
            "changed parameter hardware_device",
        ),
    ],
)
def test_a_key_reruns_the_stages_that_read_it(finished, override, stages, why):
    changed = {k: v for k, v in reasons(finished, load(SMOKE, [override])[1]).items() if v}
    assert changed == dict.fromkeys(stages, why)


def test_a_rerun_stage_reruns_what_needs_it(finished, params):
    receipts.write(finished, PACKAGE, params, 2.0, "again")
    assert reasons(finished, params)["05_arena"] == "changed input 04_package"
    assert receipts.why_run(finished, EDA, params) is None


def test_a_missing_or_cut_output_runs(finished, params):
    (finished / "calibration.json").unlink()
    assert receipts.why_run(finished, EDA, params) == "output calibration.json is missing"
    (finished / "weights" / "part").write_text("w")
    assert receipts.why_run(finished, QUANTIZE, params) == "changed output weights/part"


def test_bytecode_in_an_output_folder_is_nobodys_output(finished, params):
    cache = finished / "submission" / "twentyq" / "__pycache__"
    cache.mkdir(parents=True)
    (cache / "agent.pyc").write_bytes(b"x")
    assert receipts.why_run(finished, find("write_agent"), params) is None


def test_prose_does_not_count_but_code_does(finished, params, monkeypatch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    notebook = json.loads(EDA.notebook.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = ["# Another title"]
    (folder / EDA.notebook.name).write_text(json.dumps(notebook), encoding="utf-8")
    monkeypatch.setattr("pipeline.stages.NOTEBOOKS", folder)
    assert receipts.why_run(finished, EDA, params) is None
    notebook["cells"][2]["source"].append("\nprint(1)")
    (folder / EDA.notebook.name).write_text(json.dumps(notebook), encoding="utf-8")
    assert receipts.why_run(finished, EDA, params) == "changed notebook"


def test_modules_are_followed_through_imports():
    code = "from pipeline import assemble\nfrom twentyq.agent import Agent\n"
    reached = {p.relative_to(ROOT).as_posix() for p in receipts.reached_modules(code)}
    assert {
        "pipeline/assemble.py",
        "pipeline/weights.py",  # imported by assemble
        "pipeline/knowledge.py",
        "agent_template/twentyq/llm.py",  # imported inside a function
        "agent_template/twentyq/spelling/__init__.py",
    } <= reached
    assert "pipeline/chain.py" not in reached


def test_a_changed_module_or_library_is_the_reason(finished, params, monkeypatch):
    real = receipts._file_sha
    changed = {"weights.py"}
    monkeypatch.setattr(receipts, "_file_sha", lambda p: "x" if p.name in changed else real(p))
    assert receipts.why_run(finished, QUANTIZE, params) == "changed module pipeline/weights.py"
    changed.clear()
    monkeypatch.setattr(receipts, "_versions", lambda names: {"transformers": "6.0"})
    assert receipts.why_run(finished, QUANTIZE, params).startswith("changed package version of")


def test_libraries_are_recorded(params, tmp_path):
    packages = receipts.fingerprint(tmp_path, QUANTIZE, params)["packages"]
    assert {"torch", "transformers", "bitsandbytes"} <= set(packages)
    assert "ruff" not in packages


def test_stages_have_three_names():
    assert find("02") == find("2") == find("prompt_eda") == find("02_prompt_eda") == EDA
    with pytest.raises(Exception, match="Did you mean 'arena'"):
        find("arenaa")


@pytest.mark.parametrize(
    ("now", "why"),
    [("a" * 40, None), ("b" * 40, "main of org/name is now bbbbbbbbbbbb"), (None, None)],
    ids=["same", "moved", "no network"],
)
def test_a_hub_model_runs_again_if_its_branch_moved(tmp_path, monkeypatch, now, why):
    hub_params = load(ROOT / "params" / "default.yaml", ["model.id=org/name"])[1]
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "weights.json").write_text(json.dumps({"commit": "a" * 40}))
    receipts.write(tmp_path, QUANTIZE, hub_params, 1.0, "test")

    def resolve(model_id, revision):
        if now is None:
            raise WeightsError("no network")
        return now

    monkeypatch.setattr("pipeline.hub.resolve_commit", resolve)
    assert chain._why_run(tmp_path, QUANTIZE, hub_params) == why


def test_on_kaggle_only_tarball_and_reports_are_kept(finished, monkeypatch, tmp_path_factory):
    kaggle = tmp_path_factory.mktemp("kaggle")
    monkeypatch.setenv("TWENTYQ_KAGGLE", str(kaggle))
    kept = kaggle / "working"
    chain.publish(finished, "smoke", lambda text: None)
    names = {p.relative_to(kept / "smoke").as_posix() for p in kept.rglob("*") if p.is_file()}
    assert "submission.tar.gz" in names and "report/arena.json" in names
    assert not [n for n in names if n.startswith(("weights", "submission/"))]


def test_code_that_does_not_parse_counts_as_changed(
    finished, params, monkeypatch, tmp_path_factory
):
    template = tmp_path_factory.mktemp("broken") / "agent_template"
    shutil.copytree(ROOT / "agent_template", template)
    (template / "twentyq" / "agent.py").write_text("def act(:")
    monkeypatch.setattr("pipeline.places.AGENT_TEMPLATE", template)
    monkeypatch.setattr(receipts, "_relative", lambda path: path.name)
    assert receipts.why_run(finished, find("write_agent"), params).startswith("changed module")
