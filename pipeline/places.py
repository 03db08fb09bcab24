"""Where things are: the project, its runs, the download cache; and whether there is room."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .environment import on_kaggle
from .errors import DiskError, PipelineError

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
AGENT_TEMPLATE = ROOT / "agent_template"
DATA = ROOT / "data"
HANDLE = "kaggle:"
"""Starts the handle of a Kaggle model or dataset where a path is expected."""
CHAIN_ENV = "TWENTYQ_IN_CHAIN"
"""Set in kernels started by the chain, where nobody looks at widgets."""


def runs_folder() -> Path:
    """The folder of all runs: ``runs/``, or scratch in /tmp on Kaggle, whose output is capped.

    ``TWENTYQ_RUNS`` overrides it.
    """
    if os.environ.get("TWENTYQ_RUNS"):
        return Path(os.environ["TWENTYQ_RUNS"]).expanduser().resolve()
    if on_kaggle():
        return Path(tempfile.gettempdir()) / "twentyq" / "runs"
    return ROOT / "runs"


def cache_folder() -> Path:
    """Downloads shared by all runs; ``TWENTYQ_CACHE`` overrides it."""
    if os.environ.get("TWENTYQ_CACHE"):
        return Path(os.environ["TWENTYQ_CACHE"]).expanduser().resolve()
    if on_kaggle():
        return Path(tempfile.gettempdir()) / "twentyq" / "cache"
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "twentyq"


def kaggle_folder() -> Path:
    """``/kaggle``, which holds ``input`` and ``working``; ``TWENTYQ_KAGGLE`` overrides it."""
    return Path(os.environ.get("TWENTYQ_KAGGLE", "/kaggle"))


def attached(handle: str) -> Path:
    """The folder of a model or dataset that is attached to this Kaggle notebook.

    ``handle``: ``owner/model/framework/variation``, with or without ``/version``, or
    ``owner/dataset``. Looked for where Kaggle mounts them: without the owner's name below
    ``input``, and with it below ``input/models`` or ``input/datasets``.
    Raises PipelineError listing what is attached.
    """
    owner, *rest = handle.strip("/").split("/")
    kind = "models" if len(rest) > 1 else "datasets"
    top = kaggle_folder() / "input"
    for folder in (top.joinpath(*rest), top.joinpath(kind, owner, *rest)):
        if folder.is_dir():
            versions = [p for p in folder.iterdir() if p.is_dir() and p.name.isdigit()]
            # Without a version, the newest that is attached.
            if len(rest) == 3 and versions:
                return max(versions, key=lambda p: int(p.name))
            return folder
    there = ", ".join(str(p) for p in model_folders(top)) or "no folder with a config.json"
    raise PipelineError(
        f"The {kind[:-1]} {handle!r} is not attached below {top}: add it with the notebook's "
        f"Add Input button, or name one that is there ({there})."
    )


def model_folders(top: Path) -> list[Path]:
    """Folders with a model (a ``config.json``) at most six levels below ``top``."""
    found = (p for depth in range(1, 7) for p in top.glob("*/" * depth + "config.json"))
    return sorted(p.parent for p in found)


def local_folder(path: str) -> Path:
    """The folder that a local model's path names: a path, or ``kaggle:`` and a handle."""
    if path.startswith(HANDLE):
        return attached(path.removeprefix(HANDLE))
    return Path(path).expanduser()


def no_model_folder(path: Path) -> str:
    """The sentence for a model's folder that is none."""
    found = "a file" if path.exists() else "nothing"
    return (
        f"There is no folder {path}: expected one that holds a model (config.json and "
        f"safetensors), found {found}. Check the path, or name a model as org/name (of the hub) "
        f"or {HANDLE}owner/... (attached on Kaggle)."
    )


def run_folder(run: str | Path) -> Path:
    """A run's folder from its name (``default``) or its path; it need not exist yet."""
    text = str(run)
    if os.sep in text or Path(text).is_dir():
        path = Path(text).expanduser()
        relative_to_root = ROOT / path
        # Notebooks opened by hand say runs/default, wherever their kernel was started.
        if not path.is_absolute() and path.parts[:1] == ("runs",) and not path.exists():
            return runs_folder().joinpath(*path.parts[1:])
        return path.resolve() if path.is_absolute() or path.exists() else relative_to_root
    return runs_folder() / text


def existing_run(run: str | Path) -> Path:
    """A run's folder that exists; the error lists the runs there are."""
    folder = run_folder(run)
    if folder.is_dir():
        return folder
    there = sorted(p.name for p in runs_folder().glob("*") if p.is_dir())
    raise PipelineError(
        f"There is no run {str(run)!r} (looked for {folder}). "
        + (f"The runs there are: {', '.join(there)}. " if there else "There are no runs yet. ")
        + "Make one with `make submission`."
    )


def in_project(path: str | Path) -> Path:
    """A path from a parameters file: absolute, or relative to the project's root."""
    path = Path(path).expanduser()
    return path if path.is_absolute() else ROOT / path


def human(size: float) -> str:
    """Bytes for people: ``1.1 GB``."""
    for unit in ("B", "kB", "MB"):
        if abs(size) < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def require_disk(folder: Path, needed: int, what: str) -> None:
    """Raise DiskError if the disk of ``folder`` has less than ``needed`` bytes (5% margin)."""
    place = folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < needed * 1.05:
        raise DiskError(
            f"Not enough disk for {what}: it needs about {human(needed * 1.05)}, but {place} has "
            f"{human(free)} free. Free some space, or point TWENTYQ_RUNS and TWENTYQ_CACHE at a "
            "larger disk."
        )


def fsync_folder(folder: Path) -> None:
    """Make a rename inside ``folder`` survive a crash."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    """As ``write_bytes``, in UTF-8."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that it is either the old one or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    fsync_folder(path.parent)


def save_figure(figure: Any, path: Path) -> None:
    """Write a matplotlib figure in the format its name says; the old file or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    figure.savefig(beside, dpi=150, format=path.suffix.lstrip(".") or "png")
    beside.replace(path)


def require_ours(folder: Path, marker: str | None) -> None:
    """Raise PipelineError unless ``folder`` may be replaced: new, empty, or made by us.

    ``marker``: a file that every folder of the kind has, relative to it; None: no such kind.
    """
    if not folder.exists() or (marker and (folder / marker).is_file()):
        return
    there = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else ["a file"]
    if there:
        kind = f", or one with {marker}" if marker else ""
        raise PipelineError(
            f"{folder} would be replaced, but was not made by this kit: expected a new or empty "
            f"folder{kind}, found {', '.join(there[:3])}. Name another folder, or move this one "
            "away."
        )


@contextmanager
def fresh_folder(final: Path, marker: str | None = None) -> Iterator[Path]:
    """A temporary folder beside ``final`` that takes its place only if the block succeeds.

    Raises PipelineError, and deletes nothing, if what is there was not made by us (``marker``,
    see ``require_ours``).
    """
    final = final.resolve()
    require_ours(final, marker)
    final.parent.mkdir(parents=True, exist_ok=True)
    partial = final.with_name(f".{final.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        yield partial
        shutil.rmtree(final, ignore_errors=True)
        partial.rename(final)
        fsync_folder(final.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
