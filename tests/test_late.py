"""transformers is imported before ``lib/`` is on the path; 4-bit weights load all the same."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from pathlib import Path

import pytest

from pipeline import weights
from pipeline.places import AGENT_TEMPLATE
from twentyq import late

LIBRARIES = ("accelerate", "bitsandbytes")
AS_ON_THE_SERVER = """
import importlib.util, json, sys
server, lib, agent, weights = sys.argv[1:]
sys.path[:] = [p for p in sys.path if "site-packages" not in p] + [server]
from transformers import T5ForConditionalGeneration
hidden = [importlib.util.find_spec(n) is None for n in ("accelerate", "bitsandbytes")]
sys.path[:0] = [lib, agent]
from twentyq.llm import YesNoModel
loaded = YesNoModel.load(weights, device="cpu", compute_dtype="float32", unpack="never")
layers = [m for m in loaded.model.modules() if type(m).__name__ == "Linear4bit"]
odds = loaded.log_odds(["lamp red", "desk blue"]).tolist()
import accelerate, bitsandbytes
files = [accelerate.__file__, bitsandbytes.__file__]
print(json.dumps({"hidden": hidden, "layers": len(layers), "odds": odds, "files": files}))
"""


def test_a_lib_that_comes_after_transformers_loads_4_bit_weights(tiny_model_folder, tmp_path):
    made = tmp_path / "weights"
    weights.quantize(
        weights.Source(tiny_model_folder, "tiny"),
        made,
        quant_type="nf4",
        double_quant=True,
        device="cpu",
        compute_dtype="float32",
    )
    import accelerate

    packages = Path(accelerate.__file__).parents[1]
    for folder in ("server", "lib"):
        (tmp_path / folder).mkdir()
    for entry in packages.iterdir():
        if entry.suffix != ".pth":
            ours = entry.name.startswith(LIBRARIES)
            (tmp_path / ("lib" if ours else "server") / entry.name).symlink_to(entry)
    folders = [tmp_path / "server", tmp_path / "lib", AGENT_TEMPLATE, made]
    done = subprocess.run(
        [sys.executable, "-S", "-c", AS_ON_THE_SERVER, *map(str, folders)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["hidden"] == [True, True] and found["layers"] == 14
    assert all(Path(f).is_relative_to(tmp_path / "lib") for f in found["files"])
    from twentyq.llm import YesNoModel

    here = YesNoModel.load(made, device="cpu", compute_dtype="float32", unpack="never")
    assert found["odds"] == pytest.approx(
        here.log_odds(["lamp red", "desk blue"]).tolist(), abs=1e-5
    )


@pytest.fixture
def old_transformers(tmp_path, monkeypatch):
    """Modules shaped like those of transformers 4: constants, and imports that depend on them."""
    checks = types.ModuleType("transformers.utils.import_utils")
    checks._accelerate_available, checks._accelerate_version = False, "N/A"
    checks._bitsandbytes_available = False
    checks.is_accelerate_available = lambda: checks._accelerate_available
    checks.is_bitsandbytes_available = lambda: checks._bitsandbytes_available
    user = types.ModuleType("transformers.user")
    user.__file__ = str(tmp_path / "user.py")
    Path(user.__file__).write_text(
        "if is_accelerate_available():\n    import accelerate as found\n"
        "if True:\n    untouched = 1\n"
    )
    user.is_accelerate_available = checks.is_accelerate_available
    for module in (checks, user):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(late.importlib.metadata, "version", lambda name: "1.2.3")
    return checks, user


def test_constants_and_conditional_imports_of_version_4(old_transformers):
    checks, user = old_transformers
    assert late.notice_late_libraries() == list(LIBRARIES)
    assert checks._accelerate_available and checks._accelerate_version == "1.2.3"
    assert user.found.__name__ == "accelerate" and not hasattr(user, "untouched")
    assert late.notice_late_libraries() == []


def test_what_is_nowhere_is_not_claimed(old_transformers, monkeypatch):
    checks, user = old_transformers
    monkeypatch.setattr(late.importlib.util, "find_spec", lambda name: None)
    assert late.notice_late_libraries() == []
    assert not checks._accelerate_available and not hasattr(user, "found")


def test_before_transformers_there_is_nothing_to_do(monkeypatch):
    monkeypatch.delitem(sys.modules, "transformers.utils.import_utils", raising=False)
    assert late.notice_late_libraries() == []
