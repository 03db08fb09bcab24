"""Cards for agents and for labelling, without any card."""

from __future__ import annotations

import types

import numpy as np
import pytest

from pipeline import devices
from pipeline.devices import Replicas, round_robin, visible_gpus
from pipeline.lineup import Lineup

AGENT = "def agent(obs, cfg):\n    return 'no'\n"


@pytest.mark.parametrize(
    ("variable", "limit", "expected"),
    [
        ("0,1", 0, ["0", "1"]),
        ("0,1", 1, ["0"]),
        ("GPU-ab, GPU-cd", 0, ["GPU-ab", "GPU-cd"]),
        ("1,-1,0", 0, ["1"]),
        ("", 0, []),
        ("-1", 2, []),
    ],
)
def test_cards_are_those_that_the_variable_leaves(monkeypatch, variable, limit, expected):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", variable)
    assert visible_gpus(limit) == expected


def test_without_the_variable_the_device_files_count(tmp_path, monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    for name in ("nvidia10", "nvidia0", "nvidia2", "nvidiactl", "nvidia-uvm"):
        (tmp_path / name).touch()
    monkeypatch.setattr(devices, "Path", lambda path: tmp_path)
    assert visible_gpus() == ["0", "2", "10"]


def test_takers_get_cards_in_turn():
    assert round_robin(["a", "b", "a", "c"], ["0", "1"]) == {"a": "0", "b": "1", "c": "0"}
    assert round_robin(["a"], []) == {}


def seated(tmp_path, names, gpus):
    for name in "pqr":
        (tmp_path / f"{name}.py").write_text(AGENT)
    named = [str(tmp_path / f"{n}.py") if n in "pqr" else n for n in names]
    lineup = Lineup(named, agent_main=tmp_path / "p.py", gpus=gpus)
    return [getattr(s, "settings", {}).get("CUDA_VISIBLE_DEVICES") for s in lineup.seats]


@pytest.mark.parametrize(
    ("names", "gpus", "expected"),
    [
        # Both answerers load a model; the guessers' processes come after them.
        (["q", "q", "r", "r"], ["0", "1"], ["0", "0", "1", "1"]),
        # Ours is one process for all its seats.
        (["ours", "ours", "q", "q"], ["0", "1"], ["0", "0", "0", "1"]),
        (["random", "ours", "random", "q"], ["5", "7"], [None, "5", None, "7"]),
        (["ours", "ours", "ours", "ours"], ["0", "1"], ["0"] * 4),
        (["ours", "q", "q", "q"], [], [None] * 4),
    ],
)
def test_each_answerer_sees_a_card_of_its_own(tmp_path, names, gpus, expected):
    assert seated(tmp_path, names, gpus) == expected


class Copy:
    """A model whose log-odds are the numbers in the prompts."""

    tokenizer = "the first copy's"

    def __init__(self):
        self.asked = []

    def read(self, prompts, layers=(), *, odds=True, progress=None):
        self.asked = list(prompts)
        if progress:
            progress(len(prompts))
        log_odds = np.array([float(p) for p in prompts], dtype=np.float32)
        return log_odds, np.repeat(log_odds[:, None, None], len(layers), axis=1)


@pytest.mark.parametrize("count", [1, 2, 5, 40])
def test_copies_share_the_questions_and_keep_their_order(count):
    copies, done = [Copy(), Copy(), Copy()], []
    prompts = [str((7 * i) % count * 10 ** (i % 4)) for i in range(count)]
    odds, streams = Replicas(copies).read(prompts, (3, 5), progress=done.append)
    assert streams.shape == (count, 2, 1) and (streams[:, 1, 0] == odds).all()
    assert odds.tolist() == [float(p) for p in prompts] and odds.dtype == np.float32
    shares = [len(c.asked) for c in copies]
    assert sum(shares) == sum(done) == count and max(shares) - min(shares) <= 1


def test_an_error_of_one_copy_is_not_lost():
    broken = types.SimpleNamespace(read=lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Replicas([Copy(), broken]).log_odds(["1", "2"])


def test_everything_else_is_the_first_copys():
    assert Replicas([Copy(), Copy()]).tokenizer == "the first copy's"


@pytest.mark.parametrize(
    ("cards", "device", "limit", "expected"),
    [
        (2, "auto", 0, ["cuda:0", "cuda:1"]),
        (2, "auto", 1, ["cuda:0"]),
        (1, "auto", 2, ["cuda:0"]),
        (2, "cuda:1", 0, ["cuda:1"]),
        (2, "cpu", 0, ["cpu"]),
        (0, "auto", 0, ["auto"]),
    ],
)
def test_the_model_is_loaded_once_a_card(tmp_path, monkeypatch, cards, device, limit, expected):
    from twentyq.llm import YesNoModel

    loaded = []
    monkeypatch.setattr("torch.cuda.device_count", lambda: cards)
    monkeypatch.setattr(
        YesNoModel, "load", lambda weights, device, **more: loaded.append((device, more)) or Copy()
    )
    model = devices.load_everywhere(tmp_path, device=device, gpus=limit, pass_tokens=64)
    assert [place for place, _ in loaded] == expected
    assert isinstance(model, Replicas) == (len(expected) > 1)
    assert all(more == {"pass_tokens": 64} for _, more in loaded)


def test_two_copies_of_a_real_model_say_what_one_says(tiny_model_folder):
    from twentyq.llm import YesNoModel

    load = {"device": "cpu", "compute_dtype": "float32", "pass_tokens": 64}
    copies = [YesNoModel.load(tiny_model_folder, **load) for _ in range(2)]
    prompts = [f"keyword {'lamp ' * (i % 5)}is it red" for i in range(9)]
    together = Replicas(copies).log_odds(prompts)
    assert np.allclose(together, copies[0].log_odds(prompts), atol=1e-5)
