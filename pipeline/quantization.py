"""The ways to store weights: bitsandbytes' NF4, FP4 and 8 bits, or 16 bits as they are.

NF4 and FP4: Dettmers et al., "QLoRA", 2023; 8 bits: Dettmers et al., "LLM.int8()", 2022. All of
them are made and run on a GPU or on a CPU.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from .errors import ParamsError, WeightsError

FOUR_BITS = ("nf4", "fp4")
BITS = {"nf4": 4, "fp4": 4, "int8": 8, "none": 16}
"""Bits of a weight in a linear layer; embeddings and norms keep 16."""
LAYERS = {"layers_4bit": "Linear4bit", "layers_8bit": "Linear8bitLt"}
"""Names in the manifest, and bitsandbytes' classes."""


@dataclass(frozen=True)
class Choice:
    """A name for a setting of ``quantize.quant_type`` and ``quantize.double_quant``."""

    name: str
    quant_type: str
    double_quant: bool = False


CHOICES = (
    Choice("nf4-double", "nf4", True),
    Choice("nf4", "nf4"),
    Choice("fp4-double", "fp4", True),
    Choice("fp4", "fp4"),
    Choice("int8", "int8"),
    Choice("none", "none"),
)


def find(name: str) -> Choice:
    """The choice of that name; raises ParamsError with the nearest one."""
    names = [choice.name for choice in CHOICES]
    if name in names:
        return CHOICES[names.index(name)]
    close = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise ParamsError(f"There is no choice {name!r}; the choices are {', '.join(names)}.{hint}")


def label(quant_type: str, double_quant: bool | None) -> str:
    """How a choice is named: ``nf4-double``, ``nf4``, ..., ``int8``, ``none``."""
    return f"{quant_type}-double" if double_quant and quant_type in FOUR_BITS else quant_type


def config(quant_type: str, double_quant: bool, dtype: Any) -> Any:
    """What ``from_pretrained`` takes as ``quantization_config``; None for 16 bits."""
    from transformers import BitsAndBytesConfig

    if quant_type == "none":
        return None
    if quant_type == "int8":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type=quant_type,
        bnb_4bit_use_double_quant=double_quant,
        bnb_4bit_compute_dtype=dtype,
    )


def settings(model: Any) -> dict[str, Any]:
    """What a loaded model is really stored in, whatever its configuration says.

    ``quant_type``, ``double_quant`` (None but for 4 bits), ``compute_dtype`` and the numbers of
    4-bit and 8-bit layers. Values that differ between layers are joined by commas.
    """
    layers = {
        key: [m for m in model.modules() if type(m).__name__ == name]
        for key, name in LAYERS.items()
    }
    states = [layer.weight.quant_state for layer in layers["layers_4bit"]]
    kinds = [state.quant_type for state in states] + ["int8"] * len(layers["layers_8bit"])
    dtypes = [layer.compute_dtype for layer in layers["layers_4bit"]]
    dtypes = dtypes or [p.dtype for p in model.parameters() if p.is_floating_point()]
    return {
        **{key: len(found) for key, found in layers.items()},
        "quant_type": _one(kinds) if kinds else "none",
        "double_quant": _one([bool(s.nested) for s in states]) if states else None,
        "compute_dtype": _one([str(dtype).removeprefix("torch.") for dtype in dtypes]),
    }


def check(found: dict[str, Any], quant_type: str, double_quant: bool, dtype: Any) -> None:
    """Raise WeightsError naming each of the ``settings`` that is not as asked for."""
    wanted = {
        "quant_type": quant_type,
        "double_quant": double_quant if quant_type in FOUR_BITS else None,
        "compute_dtype": str(dtype).removeprefix("torch."),
    }
    wrong = [f"{k} should be {v}, is {found[k]}" for k, v in wanted.items() if found[k] != v]
    if wrong:
        raise WeightsError(f"The saved weights are not as asked for: {'; '.join(wrong)}.")


def _one(values: list[Any]) -> Any:
    distinct = sorted({str(value) for value in values})
    return values[0] if len(distinct) == 1 else ", ".join(distinct)
