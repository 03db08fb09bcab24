"""The benchmark for a GPU, on a tiny model: it measures, and refuses in one sentence."""

from __future__ import annotations

import re
import shutil
import sys

import pytest

from pipeline import weights
from pipeline.places import ROOT

TINY = ["--device", "cpu", "--shape", "tiny", "--keywords", "2", "--questions", "8"]
TINY += ["--sample", "4", "--pass-tokens", "256", "1024"]


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """Run it with these arguments; returns the page it wrote."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import gpu

    def run(*arguments):
        out = tmp_path / "gpu.md"
        monkeypatch.setattr(sys, "argv", ["gpu.py", "-o", str(out), *map(str, arguments)])
        gpu.main()
        return out.read_text(encoding="utf-8")

    return run


def test_every_figure_is_there(bench, tiny_model_folder, tmp_path):
    run = tmp_path / "made"
    weights.quantize(
        weights.Source(tiny_model_folder, "tiny"),
        run / "weights",
        quant_type="nf4",
        double_quant=True,
        device="cpu",
        compute_dtype="float32",
        echo=lambda text: None,
    )
    page = bench(*TINY, "--run", run, "--pairs", "6")
    shutil.rmtree(run)
    for figure in (
        r"^# On .+ threads$",
        r"^`python benchmarks/gpu\.py .*torch \S+, transformers \S+, bitsandbytes \S+\.$",
        r"^16 prompts of [\d.]+ tokens, [\d.]+ of them run when packed, in \w+;",
        r"^\| quantised in \| \d+ s",
        r"^\| on the disk, NF4 .* \| [\d.]+ [kM]B",
        r"^\| in the device's memory, loaded \| [\d.]+ [kM]B",
        r"^\| loaded in \| [\d.]+ s",
        r"^\| one answer \| median [\d.]+ ms, 95% within [\d.]+ ms \|$",
        r"^\| the starter's loop.* \| [\d.]+ answers/s \|$",
        r"^\| packed, 256 tokens a pass \| [\d.]+ answers/s, [\d.]+ times the loop \|$",
        r"^\| packed, 1024 tokens a pass \| ",
        r"^\| measured limits \| \d+ GB/s, [\d.]+ TFLOP/s \|$",
        r"^\| one answer, of the limit .* \| [\d.]+% \|$",
        r"^\| packed, of the limit by arithmetic \| [\d.]+% \|$",
        r"^## The model of made, 6 labelled pairs$",
        r"^\| cpu, \w+ \| balanced accuracy \d\.\d+, AUC",
        r"^\| difference of calibrated log-odds \| at most 0\.000, mean 0\.000 \|$",
        r"^\| same answer \| 6 of 6 \|$",
    ):
        assert re.search(figure, page, re.MULTILINE), (figure, page)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "There is no CUDA device here: run it on a machine with a GPU.*--shape tiny"),
        (["--device", "cpu"], "On a CPU that takes days: add --shape tiny"),
        ([*TINY, "--run", "nothing-there"], "holds no finished weights|There is no run"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_a_sentence(bench, monkeypatch, arguments, sentence):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SystemExit, match=sentence) as stopped:
        bench(*arguments)
    assert "\n" not in str(stopped.value)
