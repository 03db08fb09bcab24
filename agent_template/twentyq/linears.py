"""Matrices of a model on a CPU, laid out for the processor.

A 4-bit matrix of bitsandbytes is unpacked anew at each call there, and a plain one is copied
into the order that the multiplication wants at each call, which costs more than multiplying
by the few tokens of one question. Both are done once here, when a layer is first used: what a
probe of an inner layer never runs is never unpacked.

Imports torch: to be imported only where a model is at hand.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from .memory import available_memory

SLACK = 1.25
"""Memory that has to be there for unpacking, as a multiple of what it takes."""


class FastLinear(torch.nn.Module):
    """Stands for a linear layer in float32: the same numbers, up to the order of sums.

    Where oneDNN is missing the matrix is unpacked, and no more.
    """

    def __init__(self, layer: torch.nn.Module):
        super().__init__()
        # In a list, so that the layer is no part of the model any more.
        self._source = [layer]
        self._one_dnn = torch.backends.mkldnn.is_available()
        self._weight = torch.empty(0)
        self.bias = None if layer.bias is None else layer.bias.data.float()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self._source:
            self._weight = self._laid_out(self._source[0])
            # Only now: where memory ran out, the next call tries again.
            self._source.clear()
        if self._one_dnn:
            return torch.ops.mkldnn._linear_pointwise(x, self._weight, self.bias, "none", [], "")
        return torch.nn.functional.linear(x, self._weight, self.bias)

    def _laid_out(self, layer: torch.nn.Module) -> torch.Tensor:
        weight = _plain(layer)
        return torch.ops.mkldnn._reorder_linear_weight(weight) if self._one_dnn else weight


def lay_out(model: Any) -> bool:
    """Replace the linear layers of a float32 model on the CPU, if memory allows.

    All but the one to the vocabulary, which may share its matrix with the embedding.
    """
    layers = [
        (parent, name, child)
        for parent in model.modules()
        for name, child in parent.named_children()
        if type(child).__name__ in ("Linear", "Linear4bit")
        and child is not model.get_output_embeddings()
    ]
    needed = sum(4 * math.prod(_shape(child)) for _, _, child in layers)
    if needed * SLACK > available_memory():
        return False
    for parent, name, child in layers:
        setattr(parent, name, FastLinear(child))
    return bool(layers)


def _shape(layer: torch.nn.Module) -> tuple[int, ...]:
    packed = getattr(layer.weight, "quant_state", None)
    return tuple(packed.shape if packed else layer.weight.shape)


def _plain(layer: torch.nn.Module) -> torch.Tensor:
    """The layer's matrix, float32."""
    packed = getattr(layer.weight, "quant_state", None)
    if packed is None:
        return layer.weight.data
    from bitsandbytes.functional import dequantize_4bit

    # As the packed layer does it: unpacked straight to float32, without rounding to 16 bits.
    packed.dtype = torch.float32
    return dequantize_4bit(layer.weight.data, packed)
