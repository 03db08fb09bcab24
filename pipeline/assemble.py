"""The submission folder: the agent template, weights, knowledge, calibration and ``lib/``.

What ships is what is in ``agent_template/``; nothing is generated but data.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import places
from .errors import PackageError
from .knowledge import build as build_knowledge
from .weights import MANIFEST, check_hashes, link_or_copy, read_manifest

DENIED = (
    "numpy",
    "torch",
    "transformers",
    "tokenizers",
    "safetensors",
    "huggingface_hub",
    "pandas",
    "scipy",
    "triton",
    "nvidia",
    "kaggle_environments",
)
"""Never in ``lib/``: the environment has imported its own before the agent starts."""


def assemble(
    run_dir: Path,
    *,
    handshake: str,
    questions: str,
    libraries: list[str],
    server_platforms: list[str],
    server_python: str,
    withhold: str = "none",
    candidates: int = 0,
    echo: Callable[[str], None] = print,
) -> dict[str, int]:
    """Build ``run_dir/submission`` and return the bytes of each of its parts.

    Raises PackageError or WeightsError; an earlier submission folder is then as it was.
    """
    weights = run_dir / "weights"
    manifest = read_manifest(weights)
    check_hashes(weights, manifest)
    calibration = run_dir / "calibration.json"
    if not calibration.is_file():
        raise PackageError(f"{calibration} is missing; run 02_prompt_eda first.")
    with places.fresh_folder(run_dir / "submission") as partial:
        shutil.copytree(
            places.AGENT_TEMPLATE,
            partial,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*"),
        )
        for name in (*manifest["files"], MANIFEST):
            link_or_copy(weights / name, partial / "weights" / name)
        shutil.copyfile(calibration, partial / calibration.name)
        build_knowledge(places.DATA, partial / "knowledge", withhold, candidates)
        if libraries:
            shutil.copytree(
                vendored(libraries, server_platforms, server_python, echo), partial / "lib"
            )
        settings = {
            "handshake": handshake,
            "questions": questions,
            "model": manifest["model"],
            "trust_remote_code": manifest["trust_remote_code"],
            "made_with": {k: manifest["made_with"][k] for k in ("transformers", "bitsandbytes")},
        }
        places.write_text(partial / "agent.json", json.dumps(settings, indent=1) + "\n")
    return parts(run_dir / "submission")


def parts(folder: Path) -> dict[str, int]:
    """Bytes of each file and folder right below ``folder``, largest first."""
    found = {}
    for path in folder.iterdir():
        files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        found[path.name + ("/" if path.is_dir() else "")] = sum(p.stat().st_size for p in files)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def vendored(
    libraries: list[str], platforms: list[str], python: str, echo: Callable[[str], None] = print
) -> Path:
    """A folder with the libraries' wheels unpacked for the server; kept in the cache.

    Raises PackageError if pip fails or a library on the deny-list would ship.
    """
    for library in libraries:
        _refuse_denied([library])
    key = hashlib.sha256(json.dumps([libraries, platforms, python]).encode()).hexdigest()[:16]
    final = places.cache_folder() / "lib" / key
    if final.is_dir():
        echo(f"lib/: {', '.join(libraries)} from the cache")
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--no-deps"]
    command += ["--no-compile", "--only-binary=:all:", "--disable-pip-version-check"]
    command += ["--implementation", "cp", "--python-version", python]
    for platform in platforms:
        command += ["--platform", platform]
    with tempfile.TemporaryDirectory(dir=final.parent) as scratch:
        target = Path(scratch) / "lib"
        done = subprocess.run(
            [*command, "--target", str(target), *libraries],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            errors = [s for s in done.stderr.splitlines() if s.startswith("ERROR")] or ["no reason"]
            raise PackageError(
                f"pip could not fetch {', '.join(libraries)} for {', '.join(platforms)}, Python "
                f"{python}: {errors[-1]}. Check the network and agent.libraries."
            )
        _refuse_denied([p.name for p in target.iterdir()])
        # Scripts are of no use to an agent, and carry this machine's paths.
        shutil.rmtree(target / "bin", ignore_errors=True)
        target.rename(final)
    echo(f"lib/: {', '.join(libraries)} fetched")
    return final


def _refuse_denied(names: list[str]) -> None:
    for name in names:
        top = name.lower().replace("-", "_")
        for denied in DENIED:
            if top == denied or (top.startswith(denied) and not top[len(denied)].isalnum()):
                raise PackageError(
                    f"{name!r} must not be in lib/: the server has imported its own {denied} "
                    "before the agent starts, and a second copy is half-loaded (the usual end is "
                    '"numpy>=1.17,<2.0 is required ... found numpy==2.0.0"). Take it out of '
                    "agent.libraries."
                )


def describe(sizes: dict[str, int]) -> Any:
    """The parts as a table for a notebook."""
    import pandas as pd

    table = pd.DataFrame({"size": [places.human(v) for v in sizes.values()]}, index=list(sizes))
    table.index.name = "in submission/"
    return table
