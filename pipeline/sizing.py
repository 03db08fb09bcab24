"""How large a model is in 4, 8 or 16 bits, from its configuration alone.

The model is made with accelerate's empty weights, its layers are exchanged by the library that
would quantise them, and what that library would store is added up. No weight is ever read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from twentyq.architectures import packs

from .configs import Found, SizeUnknown
from .errors import WeightsError

BLOCK = 64
"""Weights that share one scale (absmax) in bitsandbytes' 4-bit formats."""
NESTED_BLOCK = 256
"""Scales that share one scale of their own under double quantisation."""
ALLOCATION = 512
"""torch's CUDA allocator hands out multiples of so many bytes."""
WIDTHS = {"I64": 8, "F32": 4, "BF16": 2, "I8": 1, "U8": 1}
QUANT_TYPES = ("nf4", "fp4", "int8", "none")
FOUR_BITS = ("nf4", "fp4")
TOKENS_EACH = 4
"""New tokens of a packed prompt at least, on average; short questions take about ten."""


@dataclass(frozen=True)
class Tensor:
    """One entry of a safetensors file; ``cast``: it is converted to the compute dtype."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    cast: bool = False

    @property
    def bytes(self) -> int:
        return math.prod(self.shape) * WIDTHS[self.dtype]

    def card_bytes(self, width: int) -> int:
        """On a card that computes in ``width`` bytes a number."""
        size = math.prod(self.shape) * width if self.cast else self.bytes
        return math.ceil(size / ALLOCATION) * ALLOCATION


@dataclass(frozen=True)
class Shape:
    """What decides the memory of a forward pass; lists are per layer."""

    model_type: str
    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_dim: int
    vocabulary: int
    windows: tuple[int | None, ...]
    tied: bool
    eager: bool
    largest_matrix: int

    def cache_bytes(self, tokens: int, width: int) -> int:
        """Keys and values of so many tokens. Packed prompts are kept whole, window or not."""
        return 2 * len(self.windows) * tokens * self.kv_heads * self.head_dim * width

    def working_bytes(self, new: int, kept: int, width: int) -> int:
        """Most of one pass of ``new`` packed tokens beside weights and cache: its largest peak.

        A layer's activations with one matrix unpacked, or attention scores where they are
        written out (eager attention), or the logits of the last tokens of all prompts (of
        one new token in ``TOKENS_EACH``) in the compute dtype, in float32 and once more for
        the softmax.
        """
        residual = 3 * new * self.hidden * width
        feed_forward = 3 * new * self.intermediate * width
        unpacked = self.largest_matrix * width
        scores = self.heads * new * (kept + new) * (width + 4) if self.eager else 0
        mask = new * (kept + new) * width
        logits = max(1, new // TOKENS_EACH) * self.vocabulary * (width + 8)
        return mask + max(residual + unpacked + max(feed_forward, scores), logits)


class EmptyModel:
    """A model without its weights.

    ``parameters``: numbers in it, tied ones once; ``packs``: whether its prompts can share a
    pass; ``shape``: see Shape.
    Raises WeightsError if the configuration cannot be turned into a model that can be used,
    SizeUnknown if it is one that cannot be added up.
    """

    def __init__(self, found: Found):
        self._config = _config(found)
        self._code = found.trust_remote_code
        self._name = found.name
        model = self._spare = self._empty()
        self.packs = packs(model)
        self.parameters = sum(p.numel() for p in model.parameters())
        with _one_sentence(found.name, "cannot be added up", SizeUnknown):
            self.shape = _shape(model)
        self.tensors = cache(self._tensors)
        """Of ``quant_type`` and ``double_quant``: what ``save_pretrained`` would write."""

    def _tensors(self, quant_type: str, double_quant: bool) -> list[Tensor]:
        # A model whose layers were exchanged is of no use for another quantisation.
        model, self._spare = self._spare or self._empty(), None
        with _one_sentence(self._name, "cannot be added up", SizeUnknown):
            layers = _layers_to_quantise(model, quant_type)
        store = {
            "int8": _int8,
            "nf4": partial(_packed, quant_type="nf4", double_quant=double_quant),
            "fp4": partial(_packed, quant_type="fp4", double_quant=double_quant),
        }.get(quant_type)
        found = []
        for name, parameter in model.named_parameters():
            shape = tuple(parameter.shape)
            if name in layers and store:
                found += store(name, shape)
            else:
                found.append(Tensor(name, "BF16", shape, cast=True))
        saved = set(model.state_dict())
        for name, buffer in model.named_buffers():
            if name in saved:
                dtype = "BF16" if buffer.is_floating_point() else "I64"
                found.append(Tensor(name, dtype, tuple(buffer.shape)))
        return found

    def _empty(self) -> Any:
        from accelerate import init_empty_weights
        from transformers import AutoModelForCausalLM

        with _one_sentence(self._name, "makes no model"):
            with init_empty_weights():
                model = AutoModelForCausalLM.from_config(self._config, trust_remote_code=self._code)
            model.tie_weights()
        return model


@contextmanager
def _one_sentence(
    name: str, trouble: str, kind: type[WeightsError] = WeightsError
) -> Iterator[None]:
    """Whatever a library raises about a configuration, as an error of ours."""
    try:
        yield
    except Exception as error:
        text = " ".join(str(error).split())[:300]
        raise kind(
            f"The configuration of {name} {trouble} ({type(error).__name__}: {text}): compare its "
            "config.json with the hub's."
        ) from error


def file_bytes(tensors: list[Tensor]) -> int:
    """Size of the safetensors file with these tensors: its header and the numbers."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for tensor in tensors:
        offsets = [end, end + tensor.bytes]
        header[tensor.name] = {
            "dtype": tensor.dtype,
            "shape": list(tensor.shape),
            "data_offsets": offsets,
        }
        end = offsets[1]
    length = len(json.dumps(header, separators=(",", ":")))
    return 8 + math.ceil(length / 8) * 8 + end


def _packed(name: str, shape: tuple[int, ...], quant_type: str, double_quant: bool) -> list[Tensor]:
    """A 4-bit matrix as bitsandbytes stores it: nibbles, scales, code book and settings."""
    numbers = math.prod(shape)
    blocks = math.ceil(numbers / BLOCK)
    settings: dict[str, Any] = {
        "quant_type": quant_type,
        "blocksize": BLOCK,
        "dtype": "bfloat16",
        "shape": list(shape),
    }
    found = [
        Tensor(name, "U8", (math.ceil(numbers / 2), 1)),
        Tensor(f"{name}.absmax", "U8" if double_quant else "F32", (blocks,)),
        Tensor(f"{name}.quant_map", "F32", (16,)),
    ]
    if double_quant:
        settings |= {
            "nested_blocksize": NESTED_BLOCK,
            "nested_dtype": "float32",
            "nested_offset": 0.012345678901234567,
        }
        found += [
            Tensor(f"{name}.nested_absmax", "F32", (math.ceil(blocks / NESTED_BLOCK),)),
            Tensor(f"{name}.nested_quant_map", "F32", (256,)),
        ]
    state = f"{name}.quant_state.bitsandbytes__{quant_type}"
    return [*found, Tensor(state, "U8", (len(json.dumps(settings)),))]


def _int8(name: str, shape: tuple[int, ...]) -> list[Tensor]:
    """An 8-bit matrix as bitsandbytes stores it: numbers, one scale a row, a format mark."""
    base = name.removesuffix(".weight")
    return [
        Tensor(name, "I8", shape),
        Tensor(f"{base}.SCB", "F32", shape[:1]),
        Tensor(f"{base}.weight_format", "U8", ()),
    ]


def _layers_to_quantise(model: Any, quant_type: str) -> set[str]:
    """Names of the weights that would be quantised: transformers itself decides which."""
    if quant_type == "none":
        return set()
    from transformers import BitsAndBytesConfig
    from transformers.quantizers import AutoHfQuantizer

    four = quant_type in FOUR_BITS
    config = BitsAndBytesConfig(load_in_4bit=four, load_in_8bit=not four)
    quantizer = AutoHfQuantizer.from_config(config, pre_quantized=False)
    quantizer.preprocess_model(model=model, device_map={"": "cpu"})
    wanted = "Linear4bit" if four else "Linear8bitLt"
    return {
        f"{name}.weight"
        for name, module in model.named_modules()
        if type(module).__name__ == wanted
    }


def _config(found: Found) -> Any:
    from transformers import CONFIG_MAPPING, AutoConfig

    kind = found.config.get("model_type")
    own_code = found.trust_remote_code and "auto_map" in found.config
    with _one_sentence(found.name, "cannot be read"):
        if kind in CONFIG_MAPPING and not own_code:
            return CONFIG_MAPPING[kind].from_dict(found.config)
        where, revision = found.where or (found.name, None)
        return AutoConfig.from_pretrained(
            where, revision=revision or "main", trust_remote_code=found.trust_remote_code
        )


def _shape(model: Any) -> Shape:
    from torch import nn

    config = model.config.get_text_config()
    layers, hidden = config.num_hidden_layers, config.hidden_size
    heads = _first(config, "num_attention_heads")
    window = _first(config, "sliding_window")
    every = "sliding_attention" if window else "full_attention"
    kinds = _first(config, "layer_types") or [every] * layers
    head = model.get_output_embeddings()
    matrices = [m.weight for m in model.modules() if type(m) is nn.Linear and m is not head]
    return Shape(
        model_type=config.model_type,
        layers=layers,
        hidden=hidden,
        intermediate=_first(config, "intermediate_size", "ffn_dim", "n_inner") or 4 * hidden,
        heads=heads,
        kv_heads=_first(config, "num_key_value_heads") or heads,
        head_dim=_first(config, "head_dim") or hidden // heads,
        vocabulary=config.vocab_size,
        windows=tuple(window if kind == "sliding_attention" else None for kind in kinds),
        tied=head is not None and head.weight is model.get_input_embeddings().weight,
        eager=model.config._attn_implementation == "eager",
        largest_matrix=max((matrix.numel() for matrix in matrices), default=0),
    )


def _first(config: Any, *names: str) -> Any:
    """The first of these that the configuration has."""
    return next((v for name in names if (v := _value(config, name)) is not None), None)


def _value(config: Any, name: str) -> Any:
    """An attribute or None; where layers differ (Gemma 4), the largest, which is enough for all."""
    try:
        return getattr(config, name, None)
    except RuntimeError:
        values = [getattr(layer, name, None) for layer in config.per_layer_config]
        return max((value for value in values if value is not None), default=None)
