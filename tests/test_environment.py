"""A given interpreter gets what it lacks and keeps what it has."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from pipeline import environment
from pipeline.places import ROOT


@pytest.fixture
def wanted(tmp_path, monkeypatch):
    """Requirements of which numpy is here (in another version), and two are not."""
    path = tmp_path / "requirements.txt"
    path.write_text("# comment\nnumpy==0.1  # old\nabsent-one==1.0\nabsent-two==2.0\n")
    return path


def test_a_package_that_is_there_is_kept_whatever_its_version(wanted):
    assert environment.missing(wanted) == ["absent-one==1.0", "absent-two==2.0"]


def test_another_kaggle_environments_is_as_good_as_none(tmp_path, monkeypatch):
    path = tmp_path / "requirements.txt"
    path.write_text("kaggle-environments==9.9\n")
    assert environment.missing(path) == ["kaggle-environments==9.9"]


def test_what_is_there_constrains_pip(wanted, monkeypatch):
    calls = []

    def pip(command, check):
        constraints = Path(command[command.index("--constraint") + 1]).read_text()
        calls.append((command[-2:], constraints.splitlines()))
        return types.SimpleNamespace(returncode=0 if len(calls) == 2 else 1)

    monkeypatch.setattr(environment.subprocess, "run", pip)
    # The exact pins clashed; any version that fits is taken instead.
    assert environment.install_missing(wanted) == ["absent-one", "absent-two"]
    import numpy

    (first, constraints), (second, _) = calls
    assert first == ["absent-one==1.0", "absent-two==2.0"] and second == [
        "absent-one",
        "absent-two",
    ]
    assert f"numpy=={numpy.__version__}" in constraints
    assert not [c for c in constraints if c.startswith("absent")]


def test_elsewhere_than_on_kaggle_nothing_is_installed_by_a_notebook(monkeypatch):
    monkeypatch.delenv("KAGGLE_KERNEL_RUN_TYPE", raising=False)
    monkeypatch.setattr(environment, "missing", lambda: ["isal==1.9.1"])
    with pytest.raises(ModuleNotFoundError, match=r"lacks isal==1\.9\.1\. Run `make lab`"):
        environment.ensure()


def test_the_kaggle_secret_stands_in_for_the_token(monkeypatch):
    secrets = types.ModuleType("kaggle_secrets")
    secrets.UserSecretsClient = lambda: types.SimpleNamespace(get_secret=lambda name: f"<{name}>")
    monkeypatch.setitem(sys.modules, "kaggle_secrets", secrets)
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    monkeypatch.setenv("HF_TOKEN", "")
    monkeypatch.delenv("HF_TOKEN")
    environment.prepare()
    assert os.environ["HF_TOKEN"] == "<HF_TOKEN>"


def test_make_alone_is_help_and_names_every_target():
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in (
        "setup",
        "submission",
        "test",
        "eda",
        "arena",
        "lab",
        "clean",
        "status",
        "kaggle",
    ):
        assert f"make {target} " in shown


def test_a_given_python_is_used_as_it_is():
    # As if called by hand, although `make test` may have called us.
    outside = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    done = subprocess.run(
        ["make", "setup", f"PYTHON={sys.executable}"],
        cwd=ROOT,
        env=outside,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "nothing is missing" and done.returncode == 0
