"""Are the packages here? The Makefile sets them up; on Kaggle the bootstrap cell does.

    python pipeline/environment.py        # as `PYTHON=python make setup`: install what is missing

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements.txt"
EXACT = {"kaggle-environments"}
"""Packages of which another version is as good as none: later ones lack the game."""
OLDEST = {"python": "3.11", "torch": "2.4", "transformers": "4.57"}
"""What an interpreter brings along is kept, but older than this it cannot run the notebooks:
bitsandbytes needs that torch, and with no older transformers were the tests run."""


def requirements(path: Path = REQUIREMENTS) -> dict[str, str]:
    """Package names and their pinned requirement lines."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if text:
            found[re.split(r"[=<>!~;\[ ]", text)[0]] = text
    return found


def missing(path: Path = REQUIREMENTS) -> list[str]:
    """Requirement lines of packages that are not installed, or only in a useless version."""
    lines = []
    for name, line in requirements(path).items():
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            lines.append(line)
            continue
        if name in EXACT and line != f"{name}=={version}":
            lines.append(line)
    return lines


def too_old(installed: Callable[[str], str] | None = None) -> list[str]:
    """What is here, is kept and cannot run the notebooks: ``torch 2.1.2 (2.4 is needed)``.

    ``installed`` maps ``python`` or a distribution's name to its version, and raises
    PackageNotFoundError if there is none.
    """
    found = []
    for name, oldest in OLDEST.items():
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            version = (installed or _installed)(name)
            if _numbers(version) < _numbers(oldest):
                found.append(f"{name} {version} ({oldest} is needed)")
    return found


def install_missing(path: Path = REQUIREMENTS) -> list[str]:
    """Install what is missing into this interpreter, changing nothing that is there.

    Everything installed is passed to pip as a constraint, so torch, numpy and transformers
    stay as they are. A pin that clashes with them is loosened to any version. Returns the
    lines installed; raises RuntimeError if pip fails, or if what is here is too old.
    """
    if too_old():
        raise RuntimeError(
            f"The kit does not run with {', '.join(too_old())}, and does not replace what an "
            "interpreter brings along. On Kaggle, choose the latest environment in the notebook's "
            "settings; elsewhere run `make setup` without PYTHON."
        )
    lines = missing(path)
    if not lines:
        return []
    wanted = {re.split(r"[=]", line)[0] for line in lines}
    installed = {
        d.metadata["Name"]: d.version for d in importlib.metadata.distributions() if d.metadata
    }
    constraints = [f"{n}=={v}" for n, v in installed.items() if n and n not in wanted]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write("\n".join(constraints))
    try:
        loose = [line if line.split("==")[0] in EXACT else line.split("==")[0] for line in lines]
        for attempt in (lines, loose):
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input"]
            command += ["--disable-pip-version-check", "--constraint", file.name, *attempt]
            if subprocess.run(command, check=False).returncode == 0:
                return attempt
    finally:
        Path(file.name).unlink(missing_ok=True)
    raise RuntimeError(
        f"pip could not install {', '.join(lines)} beside what is here; see its message above. "
        "On Kaggle, switch the notebook's internet on."
    )


def on_kaggle() -> bool:
    """Whether this is a Kaggle notebook session."""
    return "KAGGLE_KERNEL_RUN_TYPE" in os.environ


def prepare() -> None:
    """Set what must be in the environment before torch or the hub's client is imported.

    Idle compute threads sleep: spinning ones make small models several times slower when
    the machine has other work. On Kaggle the secret HF_TOKEN stands in for the variable.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if on_kaggle() and "HF_TOKEN" not in os.environ:
        try:
            from kaggle_secrets import UserSecretsClient

            os.environ["HF_TOKEN"] = UserSecretsClient().get_secret("HF_TOKEN")
        except Exception:
            # No such secret, or not allowed for this notebook: public models need none.
            return


def _installed(name: str) -> str:
    if name == "python":
        return ".".join(map(str, sys.version_info[:3]))
    return importlib.metadata.version(name)


def _numbers(version: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", version)[:2]]


def ensure() -> None:
    """For notebooks: install what is missing on Kaggle; elsewhere say how to."""
    prepare()
    lines = missing()
    if on_kaggle():
        print("installing", ", ".join(lines) or "nothing: all is here")
        install_missing()
        return
    if not lines:
        return
    raise ModuleNotFoundError(
        f"This kernel ({sys.executable}) lacks {', '.join(lines)}. Run `make lab`, which opens "
        "JupyterLab in the project's own environment, or `PYTHON=python make setup`."
    )


if __name__ == "__main__":
    try:
        done = install_missing()
    except RuntimeError as error:
        sys.exit(f"Error: {error}")
    print("installed " + ", ".join(done) if done else "nothing is missing")
