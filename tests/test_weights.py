"""Quantised, saved, read back: as asked for, whole, or not there at all."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from safetensors.torch import load_file

from pipeline import places, weights
from pipeline.errors import DiskError, PipelineError, WeightsError
from pipeline.quantization import BITS, CHOICES, check, label, settings
from pipeline.weights import Source

CPU = {"device": "cpu", "compute_dtype": "float32", "echo": lambda text: None}


def find(**changes):
    known = {
        "source": "local",
        "model_id": "org/tiny",
        "revision": "main",
        "path": None,
        "gguf": None,
        "trust_remote_code": False,
    }
    return weights.find_source(**{**known, **changes})


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
def test_settings_apply_in_the_saved_model(tiny_model_folder, tmp_path, choice):
    out = tmp_path / "weights"
    made = weights.quantize(
        Source(tiny_model_folder, "tiny"),
        out,
        quant_type=choice.quant_type,
        double_quant=choice.double_quant,
        **CPU,
    )
    layers = 2 * 7  # q, k, v, o, gate, up, down of both layers
    bits = BITS[choice.quant_type]
    assert label(made["quant_type"], made["double_quant"]) == choice.name
    assert made["double_quant"] == (choice.double_quant if bits == 4 else None)
    assert (made["layers_4bit"], made["layers_8bit"]) == (
        layers * (bits == 4),
        layers * (bits == 8),
    )
    assert made["compute_dtype"] == "float32" and made["tied_embeddings"]
    names = {p.name for p in out.iterdir()}
    assert {"model.safetensors", "tokenizer.json", "chat_template.jinja", "weights.json"} <= names
    assert not [n for n in names if n.endswith((".bin", ".pt"))]
    kept = weights.read_manifest(out)
    weights.check_hashes(out, kept)
    needed = {"transformers", "tokenizers"} | ({"bitsandbytes"} if bits < 16 else set())
    assert kept["made_with"].keys() == needed
    plain = load_file(tiny_model_folder / "model.safetensors")
    assert made["parameters"] == sum(tensor.numel() for tensor in plain.values())


def test_answers_stay_close_and_closer_with_more_bits(tiny_model_folder, tmp_path, caplog):
    from twentyq.llm import YesNoModel

    common = {"device": "cpu", "compute_dtype": "float32"}
    prompts = ["is it red", "can you eat the lamp", "no", "does it use electricity"]
    plain = YesNoModel.load(tiny_model_folder, **common).log_odds(prompts)
    off = {}
    for quant_type, double_quant in (("none", False), ("int8", False), ("nf4", True)):
        out = tmp_path / quant_type
        source = Source(tiny_model_folder, "tiny")
        weights.quantize(source, out, quant_type=quant_type, double_quant=double_quant, **CPU)
        model = YesNoModel.load(out, **common)
        caplog.clear()
        found = model.log_odds(prompts)
        assert not caplog.records
        off[quant_type] = float(np.abs(found - plain).mean())
    assert off["none"] < off["int8"] < off["nf4"] < np.abs(plain).mean()


def test_a_model_that_stays_as_it_is_is_not_called_quantised(tiny_model_folder):
    from transformers import AutoModelForCausalLM

    found = settings(AutoModelForCausalLM.from_pretrained(tiny_model_folder))
    assert found["quant_type"] == "none"
    with pytest.raises(WeightsError, match="quant_type should be nf4, is none"):
        check(found, "nf4", True, "float32")


def test_tied_embeddings_are_stored_once(tiny_model_folder, tmp_path):
    from safetensors import safe_open

    weights.quantize(
        Source(tiny_model_folder, "tiny"),
        tmp_path / "weights",
        quant_type="nf4",
        double_quant=True,
        **CPU,
    )
    with safe_open(tmp_path / "weights" / "model.safetensors", "pt") as file:
        names = list(file.keys())
    assert "model.embed_tokens.weight" in names and "lm_head.weight" not in names


def test_unpacked_layers_give_the_same_answers(tiny_model_folder, tmp_path):
    from twentyq.llm import YesNoModel

    out = tmp_path / "weights"
    weights.quantize(
        Source(tiny_model_folder, "tiny"), out, quant_type="nf4", double_quant=True, **CPU
    )
    prompts = ["is it red", "can you eat the lamp", "no"]
    common = {"device": "cpu", "compute_dtype": "float32"}
    packed = YesNoModel.load(out, unpack="never", **common)
    plain = YesNoModel.load(out, unpack="auto", **common)
    kinds = {type(m).__name__ for m in plain.model.modules()}
    assert "Linear4bit" in {type(m).__name__ for m in packed.model.modules()}
    assert "Linear4bit" not in kinds
    assert np.abs(packed.log_odds(prompts) - plain.log_odds(prompts)).max() < 1e-3


def test_a_setting_that_did_not_apply_is_an_error(tiny_model_folder, tmp_path, monkeypatch):
    real = weights.inspect
    monkeypatch.setattr(weights, "inspect", lambda *a: {**real(*a), "quant_type": "fp4"})
    with pytest.raises(WeightsError, match="quant_type should be nf4, is fp4"):
        weights.quantize(
            Source(tiny_model_folder, "tiny"),
            tmp_path / "weights",
            quant_type="nf4",
            double_quant=True,
            **CPU,
        )
    assert list(tmp_path.iterdir()) == []


def test_a_local_folder_is_a_source(tiny_model_folder, tmp_path):
    found = find(path=str(tiny_model_folder), scratch=tmp_path)
    assert found.folder == tiny_model_folder and not found.temporary


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(WeightsError, match="holds no model: expected config.json and safetensors"):
        find(path=str(tmp_path), scratch=tmp_path)


@pytest.mark.parametrize("keep", [0, 4, 2000, -1])
def test_truncated_safetensors_are_refused_by_name(tiny_model_folder, tmp_path, keep):
    folder = tmp_path / "model"
    shutil.copytree(tiny_model_folder, folder)
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[:keep])
    with pytest.raises(WeightsError, match=r"model\.safetensors is truncated or damaged.*replace"):
        find(path=str(folder), scratch=tmp_path)


def test_pickles_are_not_loaded(tiny_model_folder, tmp_path):
    shutil.copyfile(tiny_model_folder / "config.json", tmp_path / "config.json")
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(WeightsError, match="no safetensors files; pickled weights"):
        find(path=str(tmp_path), scratch=tmp_path)


def test_weights_that_changed_after_saving_are_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"abcd")
    record = {"bytes": 4, "sha256": "0" * 64}
    manifest = {"files": {"model.safetensors": record}}
    (tmp_path / "weights.json").write_text(json.dumps(manifest))
    with pytest.raises(WeightsError, match="expected sha256 0000.*--force 01"):
        weights.check_hashes(tmp_path, weights.read_manifest(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"abc")
    with pytest.raises(WeightsError, match="expected 4 bytes, found 3"):
        weights.read_manifest(tmp_path)
    with pytest.raises(WeightsError, match="no finished weights"):
        weights.read_manifest(tmp_path / "nowhere")


def test_weights_that_were_not_made_here_are_not_overwritten(tiny_model_folder, tmp_path):
    shutil.copytree(tiny_model_folder, tmp_path / "weights")
    how = {"quant_type": "nf4", "double_quant": True, **CPU}
    with pytest.raises(PipelineError, match="not made by this kit.*or one with weights.json"):
        weights.quantize(Source(tiny_model_folder, "tiny"), tmp_path / "weights", **how)
    assert (tmp_path / "weights" / "model.safetensors").is_file()


def test_only_new_empty_and_our_own_folders_are_replaced(tmp_path):
    for content in (None, "", "ours"):
        if content is not None:
            (tmp_path / "new").mkdir()
        if content:
            (tmp_path / "new" / content).write_text("old")
        with places.fresh_folder(tmp_path / "new", "ours") as partial:
            (partial / "made").write_text("new")
        assert [p.name for p in (tmp_path / "new").iterdir()] == ["made"]
        shutil.rmtree(tmp_path / "new")
    (tmp_path / "file").write_text("mine")
    with (
        pytest.raises(PipelineError, match="found a file"),
        places.fresh_folder(tmp_path / "file", "ours"),
    ):
        pass


def test_a_full_disk_is_noticed_before_starting(tmp_path, monkeypatch):
    full = shutil._ntuple_diskusage(100, 99, 1)
    monkeypatch.setattr(places.shutil, "disk_usage", lambda path: full)
    with pytest.raises(DiskError, match=r"it needs about 4\.7 GB, but .* has 1 B free"):
        find(source="gguf", gguf="qwen2.5-coder-1.5b", scratch=tmp_path)
    assert list(tmp_path.iterdir()) == []
