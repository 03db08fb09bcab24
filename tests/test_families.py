"""Every family: quantised, saved, read back and asked, in its architecture and its chat shape."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from families import BY_NAME, FAMILIES, save_tiny, tokenizer_of

from pipeline import configs, weights
from pipeline.errors import WeightsError
from pipeline.sizing import EmptyModel, file_bytes
from twentyq import architectures
from twentyq.llm import LLMError, YesNoModel, answer_tokens, pick_compute_dtype
from twentyq.prompts import get_template

SILENT = {"echo": lambda text: None}
QUESTIONS = [
    "Is it red?",
    "Can you eat it?",
    "no",
    "Does it use electricity, or a lamp and a desk?",
]


@pytest.fixture(scope="module", params=FAMILIES, ids=lambda family: family.name)
def made(request, tmp_path_factory):
    """A family, its tiny model as it comes from the hub, in 4 bits, and loaded again."""
    family = request.param
    folder = save_tiny(family, tmp_path_factory.mktemp("family") / "model")
    source = weights.find_source(
        source="local",
        model_id="org/tiny",
        revision="main",
        path=str(folder),
        gguf=None,
        trust_remote_code=False,
        scratch=folder.parent,
    )
    out = folder.parent / "weights"
    manifest = weights.quantize(
        source,
        out,
        quant_type="nf4",
        double_quant=True,
        device="cpu",
        compute_dtype="float32",
        **SILENT,
    )
    model = YesNoModel.load(out, compute_dtype="float32", pass_tokens=64, unpack="never")
    return SimpleNamespace(family=family, plain=folder, out=out, manifest=manifest, model=model)


def prompts(model, name="both"):
    template = get_template(name)
    return [template.render(model.tokenizer, "Desk lamp", question) for question in QUESTIONS]


def one_by_one(model, texts):
    import torch

    odds = []
    for text in texts:
        ids = model.tokenizer(text, add_special_tokens=False, return_tensors="pt")["input_ids"]
        with torch.inference_mode():
            logits = model.model(input_ids=ids).logits[0, -1].float()
        p = torch.log_softmax(logits, -1)
        odds.append(float(p[model.yes_ids].logsumexp(0)) - float(p[model.no_ids].logsumexp(0)))
    return np.array(odds)


def test_what_was_saved(made):
    assert made.manifest["layers_4bit"] == made.family.layers_4bit
    assert made.manifest["tied_embeddings"] == made.family.tied
    assert made.manifest["chat_template"]


def test_packed_prompts_equal_one_by_one(made):
    texts = prompts(made.model)
    made.model.warm_up([made.model.template("both")])
    assert len(made.model._kept.tokens) > 8
    found = made.model.log_odds(texts)
    assert np.abs(found - one_by_one(made.model, texts)).max() < 1e-3
    assert np.ptp(found) > 0.01  # the question matters


def test_the_estimate_of_the_saved_file_is_right(made):
    tensors = EmptyModel(configs.from_folder(made.plain, False)).tensors("nf4", True)
    size = (made.out / "model.safetensors").stat().st_size
    assert abs(file_bytes(tensors) / size - 1) < 0.01


def test_the_prompt_has_the_family_s_shape(made):
    text, tokenizer = prompts(made.model)[0], made.model.tokenizer
    assert text.startswith(made.family.begins)
    assert text.count("You answer questions") == 1 and "You are tiny" not in text
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    # What the template wrote is all there is: the tokenizer adds none.
    if family_bos := made.family.bos:
        assert ids.count(tokenizer.bos_token_id) == text.count(family_bos)
    assert tokenizer.unk_token_id not in ids
    assert text.endswith("</think>\n\n") == (made.family.name == "qwen3")


def test_raw_text_begins_as_the_tokenizer_would_begin_it(made):
    text = prompts(made.model, "worked")[0]
    bos = made.family.bos if made.family.adds_bos else ""
    assert text.startswith(f"{bos}Each question about")


def test_yes_and_no_are_found(made):
    tokenizer = made.model.tokenizer
    yes, no = ([tokenizer.decode([i]).strip() for i in ids] for ids in answer_tokens(tokenizer))
    words = {word.lower() for word in made.family.words}
    assert {text.lower() for text in yes} == ({"yes"} if "yes" in words else {"y"})
    assert {text.lower() for text in no} == ({"no"} if "no" in words else {"n"})


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_answers_alike(made, dtype):
    texts = prompts(made.model)
    half = YesNoModel.load(made.out, compute_dtype=dtype, unpack="never").log_odds(texts)
    full = one_by_one(made.model, texts)
    assert np.isfinite(half).all()
    assert np.corrcoef(half, full)[0, 1] > 0.9


def test_a_t4_computes_in_what_the_family_stands(made, monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (7, 5))
    wanted = torch.float32 if made.family.name.startswith("gemma") else torch.float16
    assert pick_compute_dtype("cuda:0", "auto", made.out) == wanted
    assert pick_compute_dtype("cuda:0", "bfloat16", made.out) == torch.bfloat16
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (9, 0))
    assert pick_compute_dtype("cuda:0", "auto", made.out) == torch.bfloat16


def test_the_table_says_what_the_architecture_is(made):
    row = architectures.of_weights(made.out)
    config = made.model.model.config.get_text_config()
    assert row is not architectures.UNKNOWN
    assert row.soft_cap == bool(getattr(config, "attn_logit_softcapping", None))
    if getattr(config, "sliding_window", None) is None:
        return
    # Without a list of layer types, all layers have the window.
    kinds = set(getattr(config, "layer_types", None) or ["sliding_attention"])
    expected = {"some": {"sliding_attention", "full_attention"}, "all": {"sliding_attention"}}
    assert kinds == expected[row.sliding_window]


def test_capped_attention_is_computed(tmp_path):
    """With a cap so low that scores no longer matter, answers change: it is not ignored."""
    import torch
    from transformers import AutoModelForCausalLM

    odds = []
    for cap in (50.0, 0.01):
        folder = save_tiny(BY_NAME["gemma-2"], tmp_path / str(cap), attn_logit_softcapping=cap)
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        odds.append(YesNoModel(model, tokenizer_of(BY_NAME["gemma-2"])).log_odds(["is it red"]))
    assert abs(odds[0] - odds[1]).max() > 1e-3


@pytest.mark.parametrize("size", [8, 40, 200])
@pytest.mark.parametrize("name", ["mistral", "gemma-2", "gemma-3", "phi-3"])
def test_prompts_may_cross_a_sliding_window(tmp_path, name, size):
    folder = save_tiny(BY_NAME[name], tmp_path, sliding_window=size)
    model = YesNoModel.load(folder, compute_dtype="float32", pass_tokens=300)
    templates = [get_template(key) for key in ("substituted", "both", "fact")]
    texts = [t.render(model.tokenizer, "Owl", q) for t in templates for q in QUESTIONS]
    texts += QUESTIONS
    lengths = [len(model.tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts]
    assert min(lengths) < size < max(lengths)
    expected = one_by_one(model, texts)
    assert np.abs(model.log_odds(texts) - expected).max() < 1e-3
    model.warm_up(templates)
    assert len(model._kept.tokens) < size
    assert np.abs(model.log_odds(texts) - expected).max() < 1e-3
    # The window is looked through: with a wide one the answers are others.
    wide = save_tiny(BY_NAME[name], tmp_path / "wide", sliding_window=1024)
    seen = YesNoModel.load(wide, compute_dtype="float32").log_odds(texts)
    assert np.abs(seen - expected).max() > 1e-3


def test_overflow_is_an_error_that_names_the_remedy(tmp_path):
    import torch
    from safetensors.torch import load_file, save_file

    folder = save_tiny(BY_NAME["llama-3"], tmp_path / "model")
    tensors = load_file(folder / "model.safetensors")
    for name, tensor in tensors.items():
        if "down_proj" in name or "up_proj" in name:
            tensors[name] = tensor * 300
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    source = weights.Source(folder, "tiny")
    how = {"quant_type": "nf4", "double_quant": True, "device": "cpu", **SILENT}
    with pytest.raises(WeightsError, match="overflows in float16.*compute_dtype=float32"):
        weights.quantize(source, tmp_path / "a", compute_dtype="float16", **how)
    assert weights.quantize(source, tmp_path / "b", compute_dtype="float32", **how)
    assert torch.isfinite(tensors["lm_head.weight"]).all()


def test_words_that_nothing_tells_apart_are_refused(tiny_tokenizer):
    import copy

    from tokenizers import models

    deaf = copy.deepcopy(tiny_tokenizer)
    deaf.backend_tokenizer.model = models.WordLevel({"<unk>": 0}, unk_token="<unk>")
    with pytest.raises(LLMError, match="no token that tells yes from no"):
        answer_tokens(deaf)
