"""Receipts: why a stage may be skipped, or must run.

A receipt records everything a stage's result depends on, and the sizes of what it
made. It is written last; without a matching one the stage runs.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from . import places
from .params import RunParams
from .stages import STAGES, Stage

_PACKAGES = ("pipeline", "twentyq")


def receipt_path(run_dir: Path, stage: Stage) -> Path:
    return run_dir / "receipts" / f"{stage.name}.json"


def read(run_dir: Path, stage: Stage) -> dict[str, Any] | None:
    """The stage's receipt, or None if there is none that can be read."""
    try:
        receipt = json.loads(receipt_path(run_dir, stage).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return receipt if isinstance(receipt, dict) else None


def discard(run_dir: Path, stage: Stage) -> None:
    """Forget that the stage ever finished; done before it starts again."""
    receipt_path(run_dir, stage).unlink(missing_ok=True)


def write(run_dir: Path, stage: Stage, params: RunParams, seconds: float, why: str) -> None:
    """Record a finished stage. Raises PipelineError through ``sizes`` if an output is missing."""
    record = {
        "stage": stage.name,
        "fingerprint": fingerprint(run_dir, stage, params),
        "outputs": sizes(run_dir, stage),
        "seconds": round(seconds, 2),
        "why": why,
    }
    places.write_text(receipt_path(run_dir, stage), json.dumps(record, indent=1) + "\n")


def why_run(run_dir: Path, stage: Stage, params: RunParams) -> str | None:
    """The reason to run the stage, in words; None if its receipt matches."""
    receipt = read(run_dir, stage)
    if receipt is None:
        return "no receipt"
    why = difference(receipt.get("fingerprint", {}), fingerprint(run_dir, stage, params))
    if why:
        return why
    try:
        present = sizes(run_dir, stage)
    except FileNotFoundError as error:
        return f"output {error} is missing"
    if present != receipt.get("outputs"):
        return f"changed output {_difference(receipt.get('outputs'), present)}"
    return None


def difference(then: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """What changed between two fingerprints, in words; None if nothing did."""
    for kind, label in (
        ("parameters", "parameter"),
        ("notebook", "notebook"),
        ("modules", "module"),
        ("files", "file"),
        ("packages", "package version of"),
        ("inputs", "input"),
    ):
        if now.get(kind) != then.get(kind):
            return f"changed {label} {_difference(then.get(kind), now.get(kind))}".rstrip()
    return None


def fingerprint(run_dir: Path, stage: Stage, params: RunParams) -> dict[str, Any]:
    """Everything the stage's result depends on."""
    values = stage.parameters(params)
    return {
        "parameters": values,
        "notebook": _sha("\n".join(code_cells(stage.notebook)).encode()),
        **code_fingerprint(notebook_code(stage.notebook), stage.files, values),
        "inputs": {name: _input(run_dir, name) for name in stage.needs},
    }


def code_fingerprint(
    code: str, files: Iterable[str], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """What a result depends on beside its parameters: modules, files and package versions.

    ``files``: globs of the project; those that ``parameters`` name are added.
    """
    modules = reached_modules(code)
    sources = [code, *(path.read_text(encoding="utf-8") for path in modules)]
    return {
        "modules": {_relative(path): _file_sha(path) for path in modules},
        "files": {
            _relative(path): _file_sha(path)
            for glob in (*files, *_parameter_files(parameters))
            for path in sorted(places.ROOT.glob(glob))
            if path.is_file() and "__pycache__" not in path.parts
        },
        "packages": _versions(frozenset(third_party(sources))),
    }


def sizes(run_dir: Path, stage: Stage) -> dict[str, int]:
    """Bytes of every output file. Raises FileNotFoundError naming a missing output."""
    found = {}
    for output in stage.outputs:
        path = run_dir / output
        if path.is_dir():
            files = [p for p in sorted(path.rglob("*")) if p.is_file()]
            # Bytecode is left by whoever imports from the folder; it is not the stage's work.
            files = [p for p in files if "__pycache__" not in p.parts]
        elif path.is_file():
            files = [path]
        else:
            raise FileNotFoundError(output)
        found.update({p.relative_to(run_dir).as_posix(): p.stat().st_size for p in files})
    return found


def code_cells(notebook: Path) -> list[str]:
    """Source of a notebook's code cells, in order."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]


def notebook_code(notebook: Path) -> str:
    """The notebook as one Python text, without IPython magics."""
    lines = "\n".join(code_cells(notebook)).splitlines()
    return "\n".join(line for line in lines if not re.match(r"\s*[%!]", line))


def reached_modules(code: str) -> list[Path]:
    """The project's own modules that ``code`` reaches by import, transitively."""
    todo = set(_imports(code, package=""))
    seen: dict[str, Path] = {}
    while todo:
        name = todo.pop()
        if name in seen or name.split(".")[0] not in _PACKAGES:
            continue
        path = _module_path(name)
        if path is None:
            continue
        seen[name] = path
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        todo |= _imports(path.read_text(encoding="utf-8"), package)
        if "." in name:
            todo.add(name.rpartition(".")[0])
    return sorted(set(seen.values()))


def third_party(sources: list[str]) -> set[str]:
    """Top-level names of everything that the sources import."""
    names = {n.split(".")[0] for text in sources for n in _imports(text, package="pipeline")}
    return names - set(_PACKAGES)


@cache
def _imports(code: str, package: str) -> frozenset[str]:
    """Dotted names imported anywhere in ``code``; ``from a import b`` gives a and a.b.

    Code that does not parse imports nothing: its stage runs, because the text changed, and
    the kernel says what is wrong with it.
    """
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return frozenset()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base]).strip(".")
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return frozenset(names - {""})


def _module_path(name: str) -> Path | None:
    root = places.AGENT_TEMPLATE if name.split(".")[0] == "twentyq" else places.ROOT
    base = root.joinpath(*name.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _parameter_files(parameters: Mapping[str, Any]) -> list[str]:
    """Project files that a parameter names."""
    named = [v for v in parameters.values() if isinstance(v, str)]
    return [v for v in named if v.endswith((".csv", ".txt", ".yaml")) and not Path(v).is_absolute()]


@cache
def _versions(names: frozenset[str]) -> dict[str, str]:
    owners = _packages_distributions()
    found = {}
    for name in sorted(names):
        for distribution in owners.get(name, ()):
            found[distribution] = importlib.metadata.version(distribution)
    return found


@cache
def _packages_distributions() -> dict[str, list[str]]:
    return {k: sorted(set(v)) for k, v in importlib.metadata.packages_distributions().items()}


def _input(run_dir: Path, name: str) -> str:
    """Which result of an earlier stage this one used: the hash of its receipt."""
    stage = next(s for s in STAGES if s.name == name)
    path = receipt_path(run_dir, stage)
    return _file_sha(path) if path.is_file() else "none"


def _difference(then: Any, now: Any) -> str:
    if isinstance(then, dict) and isinstance(now, dict):
        keys = [k for k in {**then, **now} if then.get(k) != now.get(k)]
        return ", ".join(keys[:3]) + (", ..." if len(keys) > 3 else "")
    return ""


def _relative(path: Path) -> str:
    return path.relative_to(places.ROOT).as_posix()


def _file_sha(path: Path) -> str:
    return _sha(path.read_bytes())


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
