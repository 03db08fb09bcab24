"""Parameters are checked whole before anything starts, and every complaint is one sentence."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from pipeline.__main__ import cli
from pipeline.errors import ParamsError
from pipeline.params import dump, load
from pipeline.places import ROOT

SHIPPED = sorted((ROOT / "params").glob("*.yaml"))


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.name)
def test_shipped_files_are_valid(path):
    name, params = load(path)
    assert name == path.stem
    assert params.model.id.count("/") == 1


def test_local_keys_win_over_included_ones_and_the_command_line_over_both(tmp_path):
    write(tmp_path, "base.yaml", "eda: {limit: 10, seed: 3}\n")
    path = write(tmp_path, "mine.yaml", "include: base.yaml\neda: {limit: 20}\n")
    name, params = load(path, ["eda.seed=5"])
    assert (name, params.eda.limit, params.eda.seed) == ("mine", 20, 5)


def test_resolved_parameters_can_be_read_again(tmp_path):
    _, params = load(ROOT / "params" / "smoke.yaml")
    path = write(tmp_path, "resolved.yaml", dump(params))
    assert load(path)[1] == params


@pytest.mark.parametrize(
    ("override", "source", "name"),
    [
        ("model.id=Org/Some_Name-7B", "hub", "default--org-some-name-7b"),
        ("eda.limit=5", "gguf", "default"),
    ],
)
def test_another_model_implies_the_hub_and_a_run_of_its_own(override, source, name):
    found, params = load(ROOT / "params" / "default.yaml", [override])
    assert (found, params.model.source) == (name, source)
    assert (params.model.gguf is None) == (source == "hub")


def test_a_folder_as_model_is_a_local_source(tmp_path):
    _, params = load(ROOT / "params" / "default.yaml", [f"model.id={tmp_path}"])
    assert (params.model.source, params.model.path) == ("local", str(tmp_path))


BAD = [
    ("quantize: {quanty_type: nf4}", ["unknown key 'quantize.quanty_type'", "quantize.quant_type"]),
    (
        "quantize: {quant_type: nf5}",
        ["'quantize.quant_type'", "'nf4', 'fp4', 'int8' or 'none'", "'nf5' (str)"],
    ),
    ("eda: {limit: many}", ["'eda.limit'", "integer", "'many' (str)"]),
    ("eda: {limit: '4'}", ["'eda.limit'", "integer", "'4' (str)"]),
    ("quantize: {double_quant: 1}", ["'quantize.double_quant'", "boolean", "1 (int)"]),
    ("limit: 3", ["unknown key 'limit'", "'eda.limit'"]),
    ("model: {source: local}", ["source 'local' needs model.path"]),
    ("model: {source: hub, id: nothing}", ["org/name", "'nothing'"]),
    ("model: {gguf: qwen2.5-coder}", ["'model.gguf'", "did you mean 'qwen2.5-coder-1.5b'"]),
    ("model: {gguf: {file: x}}", ["the key 'model.gguf.sha256' is missing"]),
    ("arena: {ours: [4]}", ["seats 0 to 3"]),
    ("- a\n- b", ["expected keys and values, found list"]),
    ("a: [", ["is not YAML"]),
    ("include: nowhere.yaml", ["There is no parameters file", "nowhere.yaml"]),
    ("include: bad.yaml", ["circle", "bad.yaml -> bad.yaml"]),
    ("eda: {keyword: hf_abcdefghijklmnopqrstuvwxyz0123}", ["token", "HF_TOKEN"]),
]


@pytest.mark.parametrize(("text", "expected"), BAD, ids=[t for t, _ in BAD])
def test_bad_parameters_are_named(tmp_path, text, expected):
    path = write(tmp_path, "bad.yaml", text)
    with pytest.raises(ParamsError) as caught:
        load(path)
    for part in ["bad.yaml", *expected]:
        assert part in str(caught.value)


def test_the_file_that_has_the_key_is_named(tmp_path):
    write(tmp_path, "base.yaml", "eda: {limti: 1}\n")
    path = write(tmp_path, "mine.yaml", "include: base.yaml\n")
    with pytest.raises(ParamsError, match=r"base\.yaml: unknown key 'eda\.limti'"):
        load(path)


def test_the_command_line_is_named(tmp_path):
    with pytest.raises(ParamsError, match=r"--set eda\.limti: unknown key"):
        load(ROOT / "params" / "default.yaml", ["eda.limti=1"])
    with pytest.raises(ParamsError, match="--set takes key=value"):
        load(ROOT / "params" / "default.yaml", ["eda.limit"])


def test_a_misspelt_file_gets_a_suggestion():
    with pytest.raises(ParamsError, match=r"Did you mean .*default\.yaml"):
        load(ROOT / "params" / "defualt.yaml")


def test_bad_parameters_start_no_kernel_and_exit_with_2(own_folders, monkeypatch, capsys):
    from pipeline import __main__

    started = []
    monkeypatch.setattr("pipeline.chain._run_stage", lambda *a: started.append(a))
    default = str(ROOT / "params" / "default.yaml")
    arguments = ["pipeline", "run", default, "--set", "eda.limti=1"]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    shown = capsys.readouterr().err
    assert (ended.value.code, started) == (2, [])
    assert shown.startswith("Error: --set eda.limti: unknown key") and "Traceback" not in shown
    assert not (own_folders / "runs").exists()


@pytest.mark.parametrize(
    "command",
    ["run", "fit", "status", "score", "verify", "arena", "compare", "compare-quantization"],
)
def test_every_command_explains_itself(command):
    shown = CliRunner().invoke(cli, [command, "--help"])
    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) > 8
