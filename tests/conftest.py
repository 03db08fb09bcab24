"""Shared parts of the tests: a tiny real model, and folders of their own for runs."""

from __future__ import annotations

from pathlib import Path

import pytest

WORDS = (
    "yes no Yes No YES is it a the you answer question keyword secret red blue can eat lamp desk "
    "questions about everyday things reply with one word or and does use electricity"
)
CHAT_TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|> {{ m['content'] }} {% endfor %}"
    "{% if add_generation_prompt %}<|assistant|> {% endif %}"
)


@pytest.fixture(scope="session")
def tiny_tokenizer():
    """A word-level tokenizer that knows yes and no; anything else is <unk>."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    names = ["<unk>", "<pad>", "<|system|>", "<|user|>", "<|assistant|>", *WORDS.split()]
    vocabulary = {word: i for i, word in enumerate(dict.fromkeys(names))}
    raw = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.Split(Regex(r"\s+"), "removed")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, unk_token="<unk>", pad_token="<pad>", eos_token="<pad>"
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


@pytest.fixture(scope="session")
def tiny_model_folder(tmp_path_factory, tiny_tokenizer) -> Path:
    """A randomly initialised Llama with tied embeddings, as ``save_pretrained`` writes it."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tiny_tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        initializer_range=0.3,
    )
    folder = tmp_path_factory.mktemp("tiny") / "model"
    LlamaForCausalLM(config).save_pretrained(folder)
    tiny_tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def own_folders(tmp_path, monkeypatch) -> Path:
    """Runs and downloads of one test, away from the user's."""
    monkeypatch.setenv("TWENTYQ_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("TWENTYQ_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("KAGGLE_KERNEL_RUN_TYPE", raising=False)
    return tmp_path
