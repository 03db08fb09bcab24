"""Layers laid out for the CPU: the same numbers, unpacked only when used."""

from __future__ import annotations

import pytest
import torch

from twentyq import linears
from twentyq.linears import FastLinear, lay_out


class Toy(torch.nn.Module):
    """Two layers and a head that shares its matrix with the embedding."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embedding = torch.nn.Embedding(32, 16)
        self.first = torch.nn.Linear(16, 24)
        self.second = torch.nn.Linear(24, 16, bias=False)
        self.head = torch.nn.Linear(16, 32, bias=False)
        self.head.weight = self.embedding.weight

    def get_output_embeddings(self) -> torch.nn.Module:
        return self.head

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.head(self.second(torch.relu(self.first(self.embedding(ids)))))


@pytest.mark.parametrize("one_dnn", [True, False])
@pytest.mark.parametrize("length", [1, 7, 64])
def test_laid_out_layers_give_the_same(monkeypatch, one_dnn: bool, length: int) -> None:
    if one_dnn and not torch.backends.mkldnn.is_available():
        pytest.skip("this torch has no oneDNN")
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: one_dnn)
    model, ids = Toy().eval(), torch.arange(length)[None] % 32
    with torch.inference_mode():
        expected = model(ids)
        assert lay_out(model)
        assert isinstance(model.first, FastLinear) and isinstance(model.second, FastLinear)
        assert model.head.weight is model.embedding.weight
        for _ in range(2):
            assert torch.allclose(model(ids), expected, atol=1e-5)


def test_a_layer_is_unpacked_when_it_is_used() -> None:
    model = Toy().eval()
    lay_out(model)
    with torch.inference_mode():
        model.first(torch.zeros(1, 3, 16))
    assert not model.first._source and model.second._source


@pytest.mark.parametrize("step", ["_plain", "_reorder"])
def test_a_layer_survives_that_memory_runs_out(monkeypatch, step: str) -> None:
    model, ids = Toy().eval(), torch.arange(5)[None]
    with torch.inference_mode():
        expected = model(ids)
        lay_out(model)

        def scarce(*_):
            raise MemoryError

        with monkeypatch.context() as patched:
            if step == "_plain":
                patched.setattr(linears, "_plain", scarce)
            elif model.first._one_dnn:
                patched.setattr(torch.ops.mkldnn, "_reorder_linear_weight", scarce)
            else:
                pytest.skip("this torch has no oneDNN")
            with pytest.raises(MemoryError):
                model(ids)
        assert torch.allclose(model(ids), expected, atol=1e-5)


def test_nothing_is_changed_without_the_memory(monkeypatch) -> None:
    monkeypatch.setattr(linears, "available_memory", lambda: 1000)
    model = Toy()
    assert not lay_out(model)
    assert type(model.first) is torch.nn.Linear
