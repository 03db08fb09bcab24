"""Notebook hygiene: committed clean, one parameters cell, one bootstrap, short cells."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys

import pytest
from run_notebook import run_cells

from pipeline.errors import ParamsError
from pipeline.notebooks import check_parameters, parameter_defaults
from pipeline.params import RunParams, load
from pipeline.places import NOTEBOOKS, ROOT
from pipeline.stages import STAGES, find

NAMES = sorted(p.name for p in NOTEBOOKS.glob("*.ipynb"))


def cells(name, kind="code"):
    found = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
    return [c for c in found if c["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def test_every_stage_has_its_notebook():
    assert {s.notebook.name for s in STAGES} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_committed_without_outputs(name):
    for cell in cells(name):
        assert cell["outputs"] == [] and cell["execution_count"] is None
        assert "papermill" not in cell["metadata"]


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_short_and_hold_no_classes_or_functions(name):
    for cell in cells(name):
        text = source(cell)
        assert len(text.splitlines()) <= 20
        plain = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        assert not [n for n in ast.walk(ast.parse(plain)) if isinstance(n, kinds)]


def test_one_identical_bootstrap_cell():
    texts = {source(c) for n in NAMES for c in cells(n) if "=bootstrap" in source(c)}
    counts = {n: sum("=bootstrap" in source(c) for c in cells(n)) for n in NAMES}
    assert len(texts) == 1 and set(counts.values()) == {1}


@pytest.mark.parametrize("name", NAMES)
def test_each_parameter_has_a_comment(name):
    (cell,) = [c for c in cells(name) if "parameters" in c["metadata"].get("tags", [])]
    for line in source(cell).splitlines():
        assert re.match(r"\w+ = .+  # \S", line), line


@pytest.mark.parametrize("stage", STAGES, ids=lambda s: s.name)
def test_parameters_match_the_stage_and_its_defaults(stage):
    check_parameters(stage)
    # A name in data/gguf_models.yaml stands in the notebook, its entry in the resolved parameters.
    named = {k: v for k, v in parameter_defaults(stage.notebook).items() if k != "model_gguf"}
    given = {k: v for k, v in stage.parameters(RunParams()).items() if k != "model_gguf"}
    assert named == {"run_dir": "runs/default", **given}


def test_default_yaml_repeats_the_defaults():
    assert load(ROOT / "params" / "default.yaml")[1] == RunParams()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("eda_limt = 200  # misspelt", "lacks 'eda_limit'.*'eda_limt'"),
        ("eda_limit = 2 * 80  # derived", "not a literal"),
        ("import os", "may only assign literals"),
    ],
)
def test_a_wrong_parameters_cell_is_named(tmp_path, monkeypatch, line, message):
    stage = find("prompt_eda")
    text = stage.notebook.read_text(encoding="utf-8")
    old = 'eda_limit = 200  # pairs of eda_pairs to score at most; 0: all\\n"'
    assert old in text
    (tmp_path / stage.notebook.name).write_text(text.replace(old, f'{line}\\n"'), encoding="utf-8")
    monkeypatch.setattr("pipeline.stages.NOTEBOOKS", tmp_path)
    with pytest.raises(ParamsError, match=message):
        check_parameters(stage)


DATA_OF_THREE = {
    "questions.csv": "id,question,scope\nanimal,Is it an animal?,all\n",
    "things.csv": "keyword,variants,source,animal\nCat,,public,y\nSofa,,public,n\nFog,,own,n\n",
}


@pytest.mark.parametrize(
    ("withhold", "categories"), [("none", {"own": 1, "public": 2}), ("public", {"own": 1})]
)
def test_what_is_withheld_reaches_the_knowledge_of_stage_03(
    tmp_path, monkeypatch, withhold, categories
):
    run_dir, data = tmp_path / "run", tmp_path / "data"
    for path, text in {
        **{data / name: text for name, text in DATA_OF_THREE.items()},
        run_dir / "weights/weights.json": json.dumps(
            {"files": {}, "made_with": {}, "model": "org/none", "trust_remote_code": False}
        ),
        run_dir / "calibration.json": "{}",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    shutil.copy(ROOT / "data" / "kaggle_image.yaml", data)
    monkeypatch.setattr("pipeline.places.DATA", data)
    changes = [f"knowledge.withhold={withhold}", "agent.libraries=[]"]
    params = load(ROOT / "params" / "default.yaml", changes)[1]
    stage = find("write_agent")
    given = stage.parameters(params) | {"run_dir": str(run_dir)}
    run_cells(stage.notebook.name, given, monkeypatch, until="assemble")
    manifest = json.loads((run_dir / "submission/knowledge/manifest.json").read_text())
    assert (manifest["withheld"], manifest["categories"]) == (withhold, categories)


@pytest.mark.parametrize("found", [True, False])
def test_bootstrap_finds_the_project_or_says_where_it_looked(tmp_path, found):
    (text,) = {source(c) for n in NAMES[:1] for c in cells(n) if "=bootstrap" in source(c)}
    if found:
        # Cloned into the working folder, as on Kaggle.
        (tmp_path / "clone").mkdir()
        for folder in ("pipeline", "agent_template"):
            shutil.copytree(ROOT / folder, tmp_path / "clone" / folder)
        shutil.copyfile(ROOT / "requirements.txt", tmp_path / "clone" / "requirements.txt")
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    if found:
        assert done.stdout.strip() == f"project: {tmp_path / 'clone'}"
    else:
        assert "The project was not found. Looked in" in done.stderr
        assert str(tmp_path) in done.stderr and "/kaggle/input/*" in done.stderr
