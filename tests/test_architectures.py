"""Architectures that share a pass, those that cannot, and those that nobody has heard of."""

from __future__ import annotations

import json

import numpy as np
import pytest
from families import BY_NAME, tokenizer_of

from pipeline import weights
from pipeline.errors import WeightsError
from twentyq import architectures
from twentyq.llm import YesNoModel
from twentyq.prompts import get_template

ROPE = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 2048,
    "initializer_range": 0.3,
}
GPT2 = {"n_embd": 64, "n_layer": 2, "n_head": 4, "n_positions": 2048, "initializer_range": 0.3}
FALCON = {
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "initializer_range": 0.3,
}
LINEAR = {
    "head_dim": 16,
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
    "linear_key_head_dim": 16,
    "linear_value_head_dim": 16,
}
NEO = {"num_layers": 2, "num_heads": 4, "attention_types": [[["global", "local"], 1]]}
MAMBA = {"mamba_d_ssm": 64, "mamba_n_heads": 8, "mamba_d_head": 8, "mamba_d_state": 16}
KINDS = {
    "gpt2": (GPT2, True),
    "falcon": (FALCON, True),
    "falcon-alibi": (FALCON | {"alibi": True}, False),
    "bloom": ({"hidden_size": 64, "n_layer": 2, "n_head": 4, "initializer_range": 0.3}, False),
    "mpt": ({"d_model": 64, "n_layers": 2, "n_heads": 4, "initializer_range": 0.3}, False),
    "gpt_neo": (NEO | {"hidden_size": 64, "window_size": 16, "initializer_range": 0.3}, False),
    "qwen3_5_text": (ROPE | LINEAR, False),
    "falcon_h1": (ROPE | MAMBA | {"mamba_n_groups": 1}, False),
    "lfm2": (ROPE | {"num_hidden_layers": 2, "layer_types": ["conv", "full_attention"]}, False),
}
HOW = {"quant_type": "nf4", "double_quant": True, "device": "cpu", "compute_dtype": "float32"}
PAIRS = [(k, q) for k in ("Desk lamp", "Owl") for q in ("Is it red?", "Can you eat it?", "no")]


def tiny(name):
    import torch
    from transformers import CONFIG_MAPPING, AutoModelForCausalLM

    tokenizer = tokenizer_of(BY_NAME["qwen2"])
    ids = {"vocab_size": len(tokenizer), "pad_token_id": 0, "bos_token_id": 0, "eos_token_id": 1}
    config = CONFIG_MAPPING[name.split("-")[0]](**KINDS[name][0], **ids)
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval(), tokenizer


def alone(model, prompts):
    import torch

    odds = []
    for prompt in prompts:
        ids = model.tokenizer(prompt, add_special_tokens=False, return_tensors="pt")["input_ids"]
        with torch.inference_mode():
            logits = model.model(input_ids=ids, use_cache=False).logits[0, -1:].float()
        odds += model._odds(logits)
    return np.array(odds)


def quantized(model, tokenizer, folder):
    model.save_pretrained(folder / "model")
    tokenizer.save_pretrained(folder / "model")
    said = []
    source = weights.Source(folder / "model", "tiny")
    manifest = weights.quantize(source, folder / "weights", echo=said.append, **HOW)
    return manifest, said, folder / "weights"


@pytest.mark.parametrize("name", KINDS)
def test_answers_are_those_of_each_prompt_alone(name):
    model = YesNoModel(*tiny(name), pass_tokens=400)
    assert model.packs == KINDS[name][1]
    template = get_template("both")
    prompts = [template.render(model.tokenizer, *pair) for pair in PAIRS]
    wanted = alone(model, prompts)
    model.warm_up([template])
    odds, streams = model.read(prompts, [1, model.n_layers])
    assert np.abs(odds - wanted).max() < 1e-4 < 0.01 < np.ptp(wanted)
    assert streams.shape == (len(PAIRS), 2, model.width) and np.ptp(streams, 0).max() > 1e-3
    shallow = model.read(prompts, [1], odds=False)[1]
    assert np.abs(shallow[:, 0] - streams[:, 0]).max() < 1e-4


@pytest.mark.parametrize("name", ["gpt2", "bloom"])
def test_what_stage_01_measures_is_obeyed(name, tmp_path):
    manifest, said, folder = quantized(*tiny(name), tmp_path)
    packs = KINDS[name][1]
    assert manifest["layers_4bit"] == 8 and manifest["packs"] == packs
    assert any("so each prompt is run alone" in line for line in said) != packs
    assert YesNoModel.load(folder, compute_dtype="float32").packs == packs


def test_an_unknown_architecture_that_packing_does_not_serve_is_found_out(tmp_path, monkeypatch):
    monkeypatch.setattr(architectures, "packs", lambda model: True)
    model, tokenizer = tiny("qwen3_5_text")
    manifest, said, folder = quantized(model, tokenizer, tmp_path)
    assert not manifest["packs"]
    (line,) = [line for line in said if line.startswith("Packed prompts are answered otherwise")]
    assert "log-odds off by 0.0" in line and "run alone: as right, but several times slower" in line
    loaded = YesNoModel.load(folder, compute_dtype="float32", unpack="never")
    prompts = [get_template("both").render(tokenizer, *pair) for pair in PAIRS]
    assert np.abs(loaded.log_odds(prompts) - alone(loaded, prompts)).max() < 1e-4
    # Weights made before this was measured are taken as they were.
    file = folder / weights.MANIFEST
    values = json.loads(file.read_text())
    del values["packs"]
    file.write_text(json.dumps(values))
    assert YesNoModel.load(folder, compute_dtype="float32").packs


def test_one_that_does_not_take_packed_prompts_is_run_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(architectures, "packs", lambda model: True)
    manifest, said, _ = quantized(*tiny("bloom"), tmp_path)
    assert not manifest["packs"] and any("run alone" in line for line in said)


def test_one_that_cannot_be_asked_at_all_is_one_sentence(tmp_path, monkeypatch):
    def forward(*_args, **_options):
        raise TypeError("forward() got an unexpected keyword argument 'logits_to_keep'")

    model, tokenizer = tiny("gpt2")
    monkeypatch.setattr(type(model), "forward", forward)
    with pytest.raises(WeightsError, match="GPT2LMHeadModel cannot be asked by this kit .TypeErr"):
        quantized(model, tokenizer, tmp_path)
    assert not (tmp_path / "weights").exists()


@pytest.mark.parametrize(
    ("window", "chunk", "expected"), [(None, None, None), (512, None, 512), (512, 128, 128)]
)
def test_the_shortest_sight_counts(window, chunk, expected):
    from transformers import LlamaConfig

    config = LlamaConfig(sliding_window=window, attention_chunk_size=chunk)
    assert architectures.window(config) == expected
