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

from packaging.version import Version

from . import image, places
from .environment import OLDEST
from .errors import PackageError
from .knowledge import build as build_knowledge
from .params import RunParams
from .weights import MANIFEST, check_hashes, libraries_of, link_or_copy, read_manifest

AGENT = "agent.json"
"""The agent's settings; every submission folder of ours has them."""


def assemble(
    run_dir: Path,
    *,
    handshake: str,
    questions: str,
    libraries: list[str],
    server_platforms: list[str],
    server_python: str,
    server_image: str | None = None,
    withhold: str = "none",
    candidates: int = 0,
    echo: Callable[[str], None] = print,
) -> dict[str, int]:
    """Build ``run_dir/submission`` and return the bytes of each of its parts.

    ``server_image``: the manifest of the machine that will play; none: this environment.
    Raises PackageError or WeightsError; an earlier submission folder is then as it was.
    """
    weights = run_dir / "weights"
    manifest = read_manifest(weights)
    check_hashes(weights, manifest)
    calibration = run_dir / "calibration.json"
    if not calibration.is_file():
        raise PackageError(f"{calibration} is missing; run 02_prompt_eda first.")
    server = image.chosen(server_image, libraries)
    check_python(server, server_python)
    libraries, brought = image.to_vendor(libraries, server, echo), {}
    if libraries:
        wheels = vendored(libraries, server_platforms, server_python, echo)
        brought = image.check_vendored(wheels, server)
    check_readers(manifest["made_with"], server, brought)
    with places.fresh_folder(run_dir / "submission", AGENT) as partial:
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
            shutil.copytree(wheels, partial / "lib")
        settings = {
            "handshake": handshake,
            "questions": questions,
            "model": manifest["model"],
            "trust_remote_code": manifest["trust_remote_code"],
            "made_with": {k: v for k, v in manifest["made_with"].items() if k != "tokenizers"},
        }
        places.write_text(partial / AGENT, json.dumps(settings, indent=1) + "\n")
    return parts(run_dir / "submission")


def preflight(params: RunParams) -> None:
    """Raise PackageError with all that stage 03 would refuse for sure, one sentence a line.

    Without weights: those that stage 01 makes are of the libraries that are installed here.
    """
    agent = params.agent
    server = image.chosen(agent.server_image, agent.libraries)
    pinned = [line.partition("==") for line in agent.libraries]
    # What is not pinned is the newest there is, and will do.
    brought = {image.distribution(name): version or "9999" for name, _, version in pinned}
    out = {name for name in brought if name in server.preloaded or image.never(name)}
    brought = {name: version for name, version in brought.items() if name not in out}
    problems = unreadable(libraries_of(params.quantize.quant_type), server, brought)
    for check in (
        lambda: check_python(server, agent.server_python),
        lambda: image.to_vendor(agent.libraries, server, lambda text: None),
    ):
        try:
            check()
        except PackageError as error:
            problems.append(str(error))
    if problems:
        raise PackageError("\n".join(problems))


def check_python(server: image.Image, python: str) -> None:
    """Raise PackageError if wheels for ``python`` are of no use to the server."""
    there = ".".join(server.python.version.split(".")[:2])
    if server.made_by != image.HERE and there != python:
        raise PackageError(
            f"agent.server_python is {python}, but {server.image} has Python "
            f"{server.python.version}: set agent.server_python to {there}."
        )


def check_readers(made_with: dict[str, str], server: image.Image, brought: dict[str, str]) -> None:
    """Raise PackageError if the server's libraries are of an older format than the weights.

    ``made_with``: versions of the libraries that saved the weights; ``brought``: those in
    ``lib/``. For transformers and bitsandbytes the agent would say the same at its first
    answer; tokenizers writes since 0.20 what its earlier releases do not read.
    """
    problems = unreadable(made_with, server, brought)
    if problems:
        raise PackageError("\n".join(problems))


def unreadable(
    made_with: dict[str, str], server: image.Image, brought: dict[str, str]
) -> list[str]:
    """A sentence for each library of the server's that does not read the weights."""
    from twentyq.llm import generation

    problems = []
    for name, made in made_with.items():
        there = brought.get(name) or getattr(server.packages.get(name), "version", None)
        if there is None:
            problems.append(
                f"The weights need {name} {made}, which is neither in lib/ nor in {server.image}: "
                "add it to agent.libraries."
            )
            continue
        needed = min(generation(made), (0, 20)) if name == "tokenizers" else generation(made)
        if generation(there) < needed:
            problems.append(
                f"The weights are made with {name} {made}, and in {server.image} there is "
                f"{there}: {'.'.join(map(str, needed))} or later is needed to read them. "
                f"{_way_out(name, made, there)}"
            )
    return problems


def _way_out(name: str, made: str, there: str) -> str:
    if not image.never(name):
        return f"Name a newer version in agent.libraries ({name}=={made})."
    oldest = OLDEST["transformers"]
    if name == "transformers" and Version(there) >= Version(oldest):
        return (
            f"Run the kit where transformers {there} is installed, in a notebook of that image or "
            f"after `.venv/bin/pip install transformers=={there}`, or name another "
            "agent.server_image."
        )
    return (
        f"No setting mends that: the kit makes weights with transformers {oldest} or later only, "
        "and the server's own cannot be replaced by agent.libraries. Name the manifest of a newer "
        f"machine in agent.server_image ({image.COMMAND}), or leave it out to build for this "
        "environment."
    )


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

    Raises PackageError if pip fails.
    """
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
        # Scripts are of no use to an agent, and carry this machine's paths.
        shutil.rmtree(target / "bin", ignore_errors=True)
        target.rename(final)
    echo(f"lib/: {', '.join(libraries)} fetched")
    return final


def describe(sizes: dict[str, int]) -> Any:
    """The parts as a table for a notebook."""
    import pandas as pd

    table = pd.DataFrame({"size": [places.human(v) for v in sizes.values()]}, index=list(sizes))
    table.index.name = "in submission/"
    return table
