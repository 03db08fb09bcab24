"""Tiny random models of each family's exact architecture, with tokenizers of its shape.

The chat templates are written here, after the shape of the family's own: which roles they take,
what they add unasked, and which special tokens they write.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SPELLINGS = ("yes", "Yes", "no", "No")
CHATML = (
    "{% if messages[0]['role'] != 'system' %}<|im_start|>system\nYou are tiny.<|im_end|>\n"
    "{% endif %}"
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
THINKING = CHATML.replace(
    "assistant\n{% endif %}",
    "assistant\n{% if enable_thinking is defined and enable_thinking is false %}"
    "<think>\n\n</think>\n\n{% endif %}{% endif %}",
)
HEADERS = (
    "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m['role'] }}<|end_header_id|>\n\n"
    "{{ m['content'] | trim }}<|eot_id|>{% endfor %}{% if add_generation_prompt %}"
    "<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
INSTRUCTION = (
    "{{ bos_token }}{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}{% if m['role'] == 'user' %}"
    "[INST] {{ m['content'] }} [/INST]{% else %} {{ m['content'] }}{{ eos_token }}{% endif %}"
    "{% endfor %}"
)
SYSTEM_IN_INSTRUCTION = (
    "{% set rest = messages %}{% set system = '' %}{% if messages[0]['role'] == 'system' %}"
    "{% set rest = messages[1:] %}{% set system = '<<SYS>>\n' + messages[0]['content'] "
    "+ '\n<</SYS>>\n\n' %}{% endif %}{% for m in rest %}{{ bos_token }}[INST] "
    "{% if loop.first %}{{ system }}{% endif %}{{ m['content'] }} [/INST]{% endfor %}"
)
TURNS = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}"
    "{{ raise_exception('System role not supported') }}{% endif %}{% for m in messages %}"
    "<start_of_turn>{{ m['role'] }}\n{{ m['content'] | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
ENDS = (
    "{% for m in messages %}<|{{ m['role'] }}|>\n{{ m['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)


@dataclass(frozen=True)
class Family:
    """``config``: of the tiny model, given a vocabulary size and the tokenizer's own ids.

    ``bars``: spaces are written as sentencepiece's bar, else bytes as GPT-2 does. ``begins``: how
    a prompt with a system role begins. ``adds_bos``: the tokenizer begins a text with ``bos``.
    ``layers_4bit``: what bitsandbytes finds to quantise.
    """

    name: str
    config: Callable[..., Any]
    template: str
    begins: str
    specials: tuple[str, ...]
    bars: bool = False
    bos: str | None = None
    adds_bos: bool = False
    words: tuple[str, ...] = SPELLINGS
    tied: bool = False
    layers_4bit: int = 14


def _of(class_name: str, **options: Any) -> Callable[..., Any]:
    def make(size: int, **ids: Any) -> Any:
        import transformers

        common = {
            "vocab_size": size,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 2048,
            "initializer_range": 0.3,
        }
        return getattr(transformers, class_name)(**{**common, **options, **ids})

    return make


def _gemma3(size: int, **ids: Any) -> Any:
    """As the 4B and larger ones are: with eyes, which this kit ships unused."""
    from transformers import Gemma3Config

    kinds = ["sliding_attention", "full_attention"]
    text = _of("Gemma3TextConfig", head_dim=16, sliding_window=1024, layer_types=kinds)(size, **ids)
    vision = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "image_size": 28,
        "patch_size": 14,
        "vision_use_head": False,
    }
    return Gemma3Config(text_config=text.to_dict(), vision_config=vision, mm_tokens_per_image=1)


HEADER_TOKENS = ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
CHATML_TOKENS = ("<|im_start|>", "<|im_end|>", "<|endoftext|>")
TURN_TOKENS = ("<pad>", "<eos>", "<bos>", "<start_of_turn>", "<end_of_turn>")
SENTENCEPIECE = ("<unk>", "<s>", "</s>")
LLAMA31_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 500000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 1024,
}
LONG_ROPE = {
    "rope_type": "longrope",
    "rope_theta": 10000.0,
    "short_factor": [1.0] * 8,
    "long_factor": [2.0] * 8,
}
FAMILIES = (
    Family(
        "llama-3",
        _of("LlamaConfig"),
        HEADERS,
        "<|begin_of_text|><|start_header_id|>system",
        HEADER_TOKENS,
        bos="<|begin_of_text|>",
        adds_bos=True,
    ),
    Family(
        "llama-3.1",
        _of("LlamaConfig", rope_parameters=LLAMA31_ROPE),
        HEADERS,
        "<|begin_of_text|><|start_header_id|>system",
        HEADER_TOKENS,
        bos="<|begin_of_text|>",
        adds_bos=True,
        # Only one of the two words is a token of its own.
        words=("no", "No"),
    ),
    Family(
        "qwen2",
        _of("Qwen2Config"),
        CHATML,
        "<|im_start|>system\nYou answer",
        CHATML_TOKENS,
    ),
    Family(
        "qwen2.5",
        _of("Qwen2Config", tie_word_embeddings=True),
        CHATML,
        "<|im_start|>system\nYou answer",
        CHATML_TOKENS,
        tied=True,
    ),
    Family(
        "qwen3",
        _of("Qwen3Config", head_dim=32),
        THINKING,
        "<|im_start|>system\nYou answer",
        CHATML_TOKENS,
    ),
    Family(
        "mistral",
        _of("MistralConfig", sliding_window=1024),
        INSTRUCTION,
        "<s>[INST] You answer",
        SENTENCEPIECE,
        bars=True,
        bos="<s>",
        adds_bos=True,
    ),
    Family(
        "bagel",
        _of("MistralConfig", sliding_window=None),
        SYSTEM_IN_INSTRUCTION,
        "<s>[INST] <<SYS>>\nYou answer",
        SENTENCEPIECE,
        bars=True,
        bos="<s>",
        adds_bos=True,
        # Neither word is a token: what they begin with has to do.
        words=(),
    ),
    Family(
        "gemma-2",
        _of("Gemma2Config", head_dim=32, query_pre_attn_scalar=32, sliding_window=1024),
        TURNS,
        "<bos><start_of_turn>user\nYou answer",
        TURN_TOKENS,
        bars=True,
        bos="<bos>",
        adds_bos=True,
        tied=True,
    ),
    Family(
        "gemma-3",
        _gemma3,
        TURNS,
        "<bos><start_of_turn>user\nYou answer",
        TURN_TOKENS,
        bars=True,
        bos="<bos>",
        adds_bos=True,
        tied=True,
        layers_4bit=14 + 6,  # q, k, v, out and two of the feed-forward in the vision tower
    ),
    Family(
        "phi-3",
        _of("Phi3Config", sliding_window=1024),
        ENDS,
        "<|system|>\nYou answer",
        (*SENTENCEPIECE, "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"),
        bars=True,
        bos="<s>",
        layers_4bit=8,  # q, k and v in one matrix, gate and up in another
    ),
    Family(
        "phi-3.5",
        _of(
            "Phi3Config",
            rope_parameters=LONG_ROPE,
            original_max_position_embeddings=1024,
            tie_word_embeddings=False,
        ),
        ENDS,
        "<|system|>\nYou answer",
        (*SENTENCEPIECE, "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"),
        bars=True,
        bos="<s>",
        layers_4bit=8,
    ),
    Family(
        "smollm2",
        _of("LlamaConfig", tie_word_embeddings=True),
        CHATML,
        "<|im_start|>system\nYou answer",
        CHATML_TOKENS,
        bos="<|im_start|>",
        tied=True,
    ),
)
BY_NAME = {family.name: family for family in FAMILIES}


def tokenizer_of(family: Family) -> Any:
    """A tokenizer whose vocabulary is the special tokens, single signs, and the family's words."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    space = "\u2581" if family.bars else "\u0120"
    signs = [*string.ascii_letters, space]
    if family.bars:
        signs += [f"<0x{byte:02X}>" for byte in range(256)]
    else:
        signs = sorted({*signs, *pre_tokenizers.ByteLevel.alphabet()})
    merges = []
    for word in family.words:
        merges += [(word[:i], word[i]) for i in range(1, len(word))]
    merges += [(space, word) for word in family.words]
    unknown = "<unk>" if "<unk>" in family.specials else None
    tokens = [*family.specials, *signs, *("".join(pair) for pair in merges)]
    vocabulary = {token: i for i, token in enumerate(dict.fromkeys(tokens))}
    merges = list(dict.fromkeys(merges))
    raw = Tokenizer(models.BPE(vocabulary, merges, unk_token=unknown, byte_fallback=family.bars))
    if family.bars:
        raw.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
        parts = [decoders.Replace(space, " "), decoders.ByteFallback(), decoders.Fuse()]
        raw.decoder = decoders.Sequence(parts)
    else:
        raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        raw.decoder = decoders.ByteLevel()
    raw.add_special_tokens(list(family.specials))
    if family.adds_bos:
        start = (family.bos, raw.token_to_id(family.bos))
        raw.post_processor = processors.TemplateProcessing(
            single=f"{family.bos} $A", special_tokens=[start]
        )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw,
        bos_token=family.bos,
        eos_token=family.specials[-1],
        pad_token=family.specials[0],
        unk_token=unknown,
    )
    tokenizer.chat_template = family.template
    return tokenizer


def save_tiny(family: Family, folder: Path, **changes: Any) -> Path:
    """A random model of the family as ``save_pretrained`` writes it; returns the folder."""
    import torch
    from transformers import AutoModelForCausalLM

    tokenizer = tokenizer_of(family)
    ids = {
        "pad_token_id": tokenizer.pad_token_id,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
    }
    config = family.config(len(tokenizer), **ids)
    for key, value in changes.items():
        setattr(config.get_text_config(), key, value)
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
