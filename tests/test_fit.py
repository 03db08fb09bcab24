"""Will it fit? Sizes from a configuration alone, and refusals before any download."""

from __future__ import annotations

import hashlib
import http.server
import json
import re
import subprocess
import sys
import threading
from dataclasses import replace
from functools import cache

import pytest
from click.testing import CliRunner
from families import BY_NAME, save_tiny

from pipeline import configs, fit, hub, sizing, weights
from pipeline.__main__ import cli
from pipeline.configs import Found
from pipeline.errors import ParamsError, PipelineError, WeightsError
from pipeline.machines import machine
from pipeline.params import load
from pipeline.places import ROOT

PRESETS = sorted((ROOT / "params").glob("t4-*.yaml"))
LLAMA_17B = {
    "model_type": "llama",
    "vocab_size": 32000,
    "hidden_size": 6144,
    "intermediate_size": 16384,
    "num_hidden_layers": 43,
    "num_attention_heads": 48,
    "num_key_value_heads": 8,
    "max_position_embeddings": 4096,
}


def no_network():
    raise WeightsError("no network: https://huggingface.co cannot be reached")


@pytest.fixture
def offline(monkeypatch):
    monkeypatch.setattr(hub, "probe", no_network)
    monkeypatch.setattr(hub, "cached_file", lambda *a: None)


@cache
def empty(config):
    values = json.loads(config)
    return sizing.EmptyModel(Found("org/name", "", values))


def shipped(name):
    """The row of a model and its empty model; models of one shape share it."""
    row = configs.known_models()[name]
    return row, empty(json.dumps(row["config"], sort_keys=True))


def sized(name, gpu="t4", **settings):
    row, model = shipped(name)
    return fit.Fit(Found(name, name, row["config"]), model, machine(gpu), **settings)


@pytest.mark.parametrize("name", configs.known_models())
def test_the_shipped_numbers_give_the_published_parameters(name):
    row, model = shipped(name)
    assert model.parameters == row["parameters"]


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_every_preset_fits_a_t4(path):
    params = load(path)[1]
    assert (params.model.source, params.model.revision) == ("hub", "main")
    found = sized(params.model.id, pass_tokens=params.hardware.pass_tokens)
    assert found.margin > 0, found.verdict()
    assert found.host_peak < found.machine.host


def test_the_presets_stand_on_one_base():
    for path in PRESETS:
        text = path.read_text(encoding="utf-8")
        assert "include: t4.yaml" in text and len(text.splitlines()) <= 8
        assert "icence" in text or "MIT" in text or "Apache" in text or "terms" in text
        assert "gated" in text or "contact details" in text


def test_anchor_8b_is_5_7_gb():
    found = sized("meta-llama/Meta-Llama-3-8B-Instruct")
    assert found.disk == pytest.approx(5.7e9, rel=0.01)
    assert found.verdict().startswith("Fits:") and found.compute_dtype == "float16"


def test_anchor_17b_is_10_gb_and_fits_a_t4():
    model = sizing.EmptyModel(Found("org/17b", "", LLAMA_17B))
    found = fit.Fit(Found("org/17b", "", LLAMA_17B), model, machine("t4"))
    assert model.parameters == pytest.approx(17e9, rel=0.02)
    assert found.disk == pytest.approx(10e9, rel=0.1)
    assert found.margin > 0


def test_what_does_not_fit_is_told_what_to_change():
    plain = sized("microsoft/phi-4", quant_type="none")
    assert plain.margin < 0 and "4 bits (quantize.quant_type=nf4) need" in plain.verdict()
    wide = sized("google/gemma-2-9b-it", pass_tokens=16384)
    assert "fewer tokens a pass (hardware.pass_tokens=" in wide.verdict()
    large = {**LLAMA_17B, "hidden_size": 12288, "intermediate_size": 32768}
    huge = fit.Fit(Found("x", "", large), sizing.EmptyModel(Found("x", "", large)), wide.machine)
    assert "choose a model of at most about" in huge.verdict()
    assert 12e9 < huge.largest < 30e9


def test_gemma_computes_in_float32_on_a_t4_only():
    on_t4, on_l4 = (sized("google/gemma-2-9b-it", gpu=gpu) for gpu in ("t4", "l4"))
    assert (on_t4.compute_dtype, on_l4.compute_dtype) == ("float32", "bfloat16")
    # The embedding, 256,000 x 3,584, takes two bytes more a number.
    assert on_t4.weights - on_l4.weights == pytest.approx(2 * 256000 * 3584, rel=0.01)
    assert any("overflows in float16" in note for note in on_t4.notes())


def test_packed_tokens_are_kept_whole():
    shape = sizing.Shape("x", 2, 64, 128, 4, 2, 16, 100, (1024, None), True, False, 64)
    one = 2 * 2 * 2 * 16 * 2  # layers, keys and values, heads, their size, bytes
    assert shape.cache_bytes(4096, 2) == one * 4096


@pytest.mark.parametrize(
    ("quant_type", "double_quant"), [("nf4", True), ("nf4", False), ("fp4", True)]
)
def test_estimates_follow_the_settings(tmp_path, quant_type, double_quant):
    folder = save_tiny(BY_NAME["qwen2"], tmp_path / "model")
    how = {"quant_type": quant_type, "double_quant": double_quant}
    out = tmp_path / "weights"
    weights.quantize(
        weights.Source(folder, "tiny"),
        out,
        **how,
        device="cpu",
        compute_dtype="float32",
        echo=lambda text: None,
    )
    found = fit.fit(source="local", model_id="x", path=str(folder), gpu="cpu", **how)
    assert found.disk == pytest.approx((out / "model.safetensors").stat().st_size, rel=0.01)
    assert found.found.download == 0


def test_8_and_16_bits_are_estimated_too(tmp_path):
    import torch
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    folder = save_tiny(BY_NAME["smollm2"], tmp_path / "model")
    model = sizing.EmptyModel(configs.from_folder(folder, False))
    config = BitsAndBytesConfig(load_in_8bit=True)
    loaded = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.bfloat16, quantization_config=config, device_map={"": "cpu"}
    )
    loaded.save_pretrained(tmp_path / "int8")
    for kind, place in (("int8", tmp_path / "int8"), ("none", folder)):
        size = (place / "model.safetensors").stat().st_size
        assert sizing.file_bytes(model.tensors(kind, True)) == pytest.approx(size, rel=0.01)


def test_a_gguf_file_is_counted_with_its_unpacking(offline):
    found = fit.fit_named(str(ROOT / "params" / "default.yaml"), gpu="cpu")
    assert found.download == 1117320768
    # 6.1 GB were measured in the kernel that unpacked and quantised it.
    assert found.host_peak == pytest.approx(6.1e9, rel=0.1)


def test_unknown_names_are_refused(offline):
    with pytest.raises(ParamsError, match="no machine 't5'; there are t4, t4x2"):
        machine("t5")
    with pytest.raises(WeightsError, match=r"org/new are not in .* and no network.*name a folder"):
        fit.fit(source="hub", model_id="org/new")


def test_the_command_shows_table_and_verdict(offline):
    shown = CliRunner().invoke(cli, ["fit", "Qwen/Qwen3-8B", "--gpu", "t4x2"])
    assert shown.exit_code == 0, shown.output
    for part in (
        "8.19 billion",
        "by the project's own table",
        "no network",
        "about 16.4 GB",
        "4 bits 6.1 GB",
        "KV cache",
        "a submission gets one",
        "thinking is switched off",
        "Fits: ",
        "to spare.",
    ):
        assert part in shown.output
    several = CliRunner().invoke(cli, ["fit", *map(str, PRESETS[:3])])
    assert len(several.output.splitlines()) == 3 and "Fits" in several.output


def test_the_notebook_s_preview_is_no_obstacle(offline, tmp_path):
    folder = save_tiny(BY_NAME["qwen2"], tmp_path / "model")
    common = {"revision": "main", "trust_remote_code": False}
    local = {"source": "local", "model_id": "x", "path": str(folder)}
    server, here = fit.preview("float32", **local, **common).split("\nHere, 512 tokens a pass: ")
    assert here.startswith("Fits: ")
    server_16, here_16 = fit.preview("bfloat16", **local, **common).split("\nHere, 512 tokens ")
    assert server_16 == server and here_16.removeprefix("a pass: ") != here
    new = {"source": "gguf", "model_id": "org/new", "gguf": "smollm2-135m"}
    assert "known only when it is here" in fit.preview(**new, **common)


def folder_with(path, config=None, files=(), tokenizer=None):
    path.mkdir()
    if config is not None:
        (path / "config.json").write_text(json.dumps(config))
    if tokenizer is not None:
        (path / "tokenizer_config.json").write_text(json.dumps(tokenizer))
    for name in files:
        (path / name).write_bytes(b"")
    return path


LLAMA = {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
WHOLE = ("model.safetensors",)
BAD = {
    "encoder": (
        {"model_type": "bert", "architectures": ["BertForMaskedLM"]},
        WHOLE,
        ["no causal language model (BertForMaskedLM, an encoder)", "such as Qwen/"],
    ),
    "encoder with decoder": (
        {
            "model_type": "t5",
            "architectures": ["T5ForConditionalGeneration"],
            "is_encoder_decoder": True,
        },
        WHOLE,
        ["an encoder with a decoder"],
    ),
    "classifier": (
        {"model_type": "llama", "architectures": ["LlamaForSequenceClassification"]},
        WHOLE,
        ["no causal language model (LlamaForSequenceClassification)"],
    ),
    "awq": (
        {**LLAMA, "quantization_config": {"quant_method": "awq", "bits": 4}},
        WHOLE,
        ["already quantised (awq)", "name the 16-bit repo", "the same name without -AWQ."],
    ),
    "gptq": (
        {**LLAMA, "quantization_config": {"quant_method": "gptq", "bits": 4}},
        WHOLE,
        ["already quantised (gptq)"],
    ),
    "bitsandbytes": (
        {**LLAMA, "quantization_config": {"quant_method": "bitsandbytes"}},
        WHOLE,
        ["already quantised (bitsandbytes)", "usually the same name without -bnb-4bit."],
    ),
    "some other method": (
        {**LLAMA, "quantization_config": {"quant_method": "hqq"}},
        WHOLE,
        ["already quantised (hqq)", "repository it was made from."],
    ),
    "gguf with a configuration": (LLAMA, ["m-Q4_K_M.gguf"], ["holds GGUF files"]),
    "encoder told to write": (
        {"model_type": "bert", "architectures": ["BertLMHeadModel"]},
        WHOLE,
        ["no causal language model (BertLMHeadModel, an encoder)"],
    ),
    "own code on a known type": (
        {
            "model_type": "bert",
            "architectures": ["OursForCausalLM"],
            "auto_map": {"AutoModelForCausalLM": "modeling_ours.OursForCausalLM"},
        },
        WHOLE,
        ["its own code, which is not run", "--set model.trust_remote_code=true"],
    ),
    "gguf": (None, ["m-Q4_K_M.gguf"], ["holds GGUF files", "without -GGUF", "model.source=gguf"]),
    "adapter": (None, ["adapter_config.json"], ["is an adapter", "merge it into its base model"]),
    "nothing": (None, [], ["holds no model: expected config.json and safetensors"]),
    "own code": (
        {
            "model_type": "ours",
            "architectures": ["OursForCausalLM"],
            "auto_map": {"AutoModelForCausalLM": "modeling_ours.OursForCausalLM"},
        },
        WHOLE,
        ["its own code, which is not run", "model.trust_remote_code=true"],
    ),
    "unknown type": (
        {"model_type": "ours", "architectures": ["OursForCausalLM"]},
        WHOLE,
        ["of the type 'ours'", "install a newer one"],
    ),
    "pickles": (LLAMA, ["pytorch_model.bin"], ["no safetensors files; pickled weights"]),
    "short": (
        {**LLAMA, "max_position_embeddings": 128},
        WHOLE,
        ["reads at most 128 tokens, but the longest prompt takes about", "longer context"],
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_models_are_refused_in_one_sentence(tmp_path, kind):
    config, files, expected = BAD[kind]
    folder = folder_with(tmp_path / "model", config, files)
    with pytest.raises(WeightsError) as caught:
        weights.find_source(
            source="local",
            model_id="x",
            revision="main",
            path=str(folder),
            gguf=None,
            trust_remote_code=False,
            scratch=tmp_path,
        )
    said = str(caught.value)
    for part in expected:
        assert part in said
    assert said.count(". ") <= 1 and "\n" not in said
    shown = CliRunner().invoke(cli, ["fit", str(folder)])
    assert str(shown.exception) == said


@pytest.mark.parametrize("kind", ["encoder", "awq", "own code", "short", "gguf"])
def test_the_hub_s_models_are_refused_before_the_download(tmp_path, monkeypatch, kind):
    config, files, expected = BAD[kind]
    folder = folder_with(tmp_path / "model", config, files)
    listed = {path.name: 10**9 for path in folder.iterdir()}
    fetched = []

    def small_file(model_id, commit, name):
        fetched.append(name)
        return folder / name

    monkeypatch.setattr(hub, "resolve_commit", lambda *a: "c" * 40)
    monkeypatch.setattr(hub, "listing", lambda *a: listed)
    monkeypatch.setattr(hub, "small_file", small_file)
    monkeypatch.setattr(hub, "snapshot", lambda *a: pytest.fail("downloaded"))
    with pytest.raises(WeightsError) as caught:
        weights._from_hub("org/name", "main", False, tmp_path, print)
    assert expected[0] in str(caught.value)
    assert set(fetched) <= {"config.json"}


def test_a_decoder_of_an_encoder_s_type_is_taken(tmp_path):
    config = {"model_type": "bert", "architectures": ["BertLMHeadModel"], "is_decoder": True}
    assert configs.from_folder(folder_with(tmp_path / "model", config, WHOLE), False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nowhere", "no folder nowhere: expected one that holds a model .* found nothing"),
        ("/nowhere/at/all", "no folder /nowhere/at/all: .* name a model as org/name"),
        ("./nowhere", "no folder nowhere"),
        ("notes.txt", "no folder notes.txt: .* found a file"),
        ("kaggle:owner/model/transformers/8b/1", "is not attached below .* Add Input"),
    ],
)
@pytest.mark.parametrize("command", ["fit", "run params/smoke.yaml --until 01 --model"])
def test_what_is_no_model_is_one_sentence(own_folders, monkeypatch, name, expected, command):
    (own_folders / "notes.txt").write_text("x")
    (own_folders / "params").symlink_to(ROOT / "params")
    monkeypatch.chdir(own_folders)
    monkeypatch.setattr("pipeline.chain._run_stage", lambda *a: pytest.fail("started"))
    shown = CliRunner().invoke(cli, [*command.split(), name])
    assert isinstance(shown.exception, PipelineError)
    assert re.search(expected, str(shown.exception)) and "\n" not in str(shown.exception)


def test_an_id_that_the_hub_would_not_take_is_looked_up_in_its_cache(monkeypatch):
    monkeypatch.setattr(hub, "probe", no_network)
    with pytest.raises(WeightsError, match="org/--name are not in .* no network"):
        fit.fit(source="hub", model_id="org/--name")


def test_a_folder_of_the_parameters_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(WeightsError, match=f"There is no folder {tmp_path}/x: .* found nothing"):
        fit.fit(source="local", model_id="x", path=str(tmp_path / "x"))


GATED = "google/gemma-2-9b-it"


@pytest.fixture
def gated(monkeypatch):
    """A hub that shows the list of files and refuses the files."""

    def refuse(model_id, commit, name):
        raise hub.explain(type("GatedRepoError", (Exception,), {})(), model_id, commit)

    monkeypatch.setattr(hub, "resolve_commit", lambda *a: "c" * 40)
    monkeypatch.setattr(hub, "listing", lambda *a: {"config.json": 1, "model.safetensors": 1})
    monkeypatch.setattr(hub, "small_file", refuse)
    monkeypatch.setattr(hub, "cached_file", lambda *a: None)


def test_a_gated_model_is_sized_from_our_own_table(gated):
    found = configs.find(source="hub", model_id=GATED)
    assert found.config == configs.known_models()[GATED]["config"]
    assert "data/model_configs.yaml" in found.described
    assert any("is gated: accept its terms" in note for note in found.warnings)
    with pytest.raises(WeightsError, match="org/gated is gated: accept its terms"):
        configs.find(source="hub", model_id="org/gated")


def test_of_several_models_each_has_its_line(gated, tmp_path):
    smoke, broken = str(ROOT / "params" / "smoke.yaml"), str(tmp_path / "broken.yaml")
    shown = CliRunner().invoke(cli, ["fit", "org/gated", broken, smoke])
    first, second, third = shown.output.splitlines()
    assert first.startswith("org/gated ") and "is gated" in first
    assert "There is no parameters file" in second and third.endswith("Fits")
    assert shown.exit_code == 1
    assert str(shown.exception).startswith(f"2 of 3 models cannot be sized: org/gated, {broken}.")


def test_parameters_can_be_set_and_all_of_them_count(offline):
    smoke = str(ROOT / "params" / "smoke.yaml")
    found = fit.fit_named(smoke, ["hardware.compute_dtype=float32", "quantize.quant_type=int8"])
    assert (found.compute_dtype, found.quant_type) == ("float32", "int8")
    shown = CliRunner().invoke(cli, ["fit", smoke, "--set", "hardware.pass_tokens=64"])
    assert "+ 64 tokens" in shown.output


TINY = {"vocab_size": 96, "hidden_size": 64, "num_hidden_layers": 6}
LAYERS = ["conv", "full_attention"] * 3


def test_a_model_with_a_running_state_is_sized_and_known_to_be_slow():
    heads = {"intermediate_size": 96, "num_attention_heads": 4, "num_key_value_heads": 2}
    config = {"model_type": "lfm2", **TINY, **heads}
    assert sizing.EmptyModel(Found("org/name", "", config | {"layer_types": LAYERS})).packs is False
    config["layer_types"] = ["full_attention"] * 6
    assert sizing.EmptyModel(Found("org/name", "", config)).packs


def test_a_model_without_attention_is_of_unknown_size():
    with pytest.raises(sizing.SizeUnknown, match="cannot be added up"):
        sizing.EmptyModel(Found("org/name", "", {"model_type": "mamba", **TINY}))


def test_layers_that_differ_are_counted_by_the_largest():
    config = {
        "model_type": "gemma4_text",
        **TINY,
        "intermediate_size": 96,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "global_head_dim": 32,
        "vocab_size_per_layer_input": 96,
        "hidden_size_per_layer_input": 8,
    }
    assert sizing.EmptyModel(Found("org/name", "", config)).shape.head_dim == 32


def test_what_cannot_be_added_up_is_one_sentence(monkeypatch, offline):
    def raises(model):
        raise RuntimeError("several\nlines")

    monkeypatch.setattr(sizing, "_shape", raises)
    with pytest.raises(configs.SizeUnknown, match=r"added up \(RuntimeError: several lines\)"):
        fit.fit_named(str(ROOT / "params" / "smoke.yaml"))


def foreseen(*overrides, params="smoke"):
    said = []
    resolved = load(ROOT / "params" / f"{params}.yaml", list(overrides))[1]
    try:
        fit.foresee(resolved, said.append)
    finally:
        assert all(line.startswith("will it fit? ") for line in said)
    return said


def on_a_small_machine(monkeypatch, **less):
    real = fit.machine
    monkeypatch.setattr(
        fit, "machine", lambda name: real(name) if name == "t4" else replace(real("cpu"), **less)
    )


def test_a_run_begins_with_both_verdicts(offline):
    server, here = foreseen()
    assert "On the server: Fits: " in server and "of the T4" in server
    assert "Here: Fits: " in here


@pytest.mark.parametrize("less", [{"memory": 10**8}, {"host": 10**8}])
def test_a_run_that_cannot_fit_stops_with_a_remedy(offline, monkeypatch, less):
    on_a_small_machine(monkeypatch, **less)
    with pytest.raises(WeightsError, match="too large for this machine.*stop_if_too_large=false"):
        foreseen()
    assert len(foreseen("hardware.stop_if_too_large=false")) == 2


def test_a_run_that_may_fit_is_not_stopped(offline, monkeypatch):
    needed = fit.fit_named(str(ROOT / "params" / "smoke.yaml"), gpu="cpu").needed
    on_a_small_machine(monkeypatch, memory=int(0.95 * needed))
    assert "Here: Does not fit" in foreseen()[1]


def test_a_run_of_what_is_not_known_is_not_stopped(offline):
    (line,) = foreseen("model.id=org/new")
    assert "Not known before the download. The numbers of org/new are not in" in line


class SmallHub(http.server.BaseHTTPRequestHandler):
    """One repository, as the hub's client asks for it; remembers what was fetched."""

    files: dict[str, bytes] = {}
    asked: list[str] = []

    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.answer(body=True)

    def answer(self, body):
        path, data = self.path.split("?")[0], b""
        self.send_response(200)
        if path.startswith("/api/models/org/tiny"):
            names = [{"rfilename": n, "size": len(b)} for n, b in self.files.items()]
            names.append({"rfilename": "model.safetensors", "size": 123456789})
            data = json.dumps({"id": "org/tiny", "sha": "c" * 40, "siblings": names}).encode()
        elif "/resolve/" in path:
            self.asked.append(path.rsplit("/", 1)[1])
            data = self.files[self.asked[-1]]
            self.send_header("ETag", f'"{hashlib.sha1(data).hexdigest()}"')
            self.send_header("X-Repo-Commit", "c" * 40)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, *args):
        pass


def test_a_hub_model_is_sized_without_its_weights(tmp_path):
    config = configs.known_models()["Qwen/Qwen3-4B-Instruct-2507"]["config"]
    SmallHub.files = {
        "config.json": json.dumps(config).encode(),
        "tokenizer_config.json": b'{"chat_template": "{{ messages }}"}',
    }
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SmallHub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "fit", "org/tiny"],
        cwd=ROOT,
        env={
            "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
            "HF_HOME": str(tmp_path),
            "PATH": "/usr/bin",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    server.shutdown()
    assert done.returncode == 0, done.stderr
    for part in ("org/tiny @ cccccccccccc", "4.02 billion", "download        123 MB", "Fits: "):
        assert part in done.stdout
    assert set(SmallHub.asked) == {"config.json", "tokenizer_config.json"}


def test_native_models_need_not_run_the_code_they_bring(tmp_path):
    """Phi-3's repositories bring code, but transformers has the architecture itself."""
    config = {
        "model_type": "phi3",
        "architectures": ["Phi3ForCausalLM"],
        "auto_map": {"AutoModelForCausalLM": "modeling_phi3.Phi3ForCausalLM"},
    }
    folder = folder_with(tmp_path / "model", config, WHOLE, {"chat_template": "x"})
    assert configs.from_folder(folder, False).warnings == []


def test_no_chat_template_is_said_with_a_way_forward(tmp_path):
    folder = save_tiny(BY_NAME["qwen2"], tmp_path / "model")
    (folder / "chat_template.jinja").unlink()
    (note,) = configs.from_folder(folder, False).warnings
    assert "no chat template" in note and "eda.template=worked" in note and "-Instruct" in note


def test_the_same_weights_in_another_layout_are_not_downloaded():
    files = {"model.safetensors": 10, "consolidated.safetensors": 10, "original/x.json": 1}
    assert hub.wanted_bytes({**files, "tokenizer.json": 3, "README.md": 7}) == 13
