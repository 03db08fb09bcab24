"""A Kaggle notebook of the whole chain, ready for ``kaggle kernels push``.

    python -m pipeline kaggle params/t4-llama-3-smaug-8b.yaml --owner me

The folder ``kernel`` gets ``kernel-metadata.json`` and ``notebooks/kaggle.ipynb`` with the run's
parameters; the folder ``dataset`` gets the project, unless the notebook clones it.
"""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import places
from .errors import ParamsError
from .params import Kaggle, RunParams
from .places import HANDLE

METADATA = "kernel-metadata.json"
NOTEBOOK = places.NOTEBOOKS / "kaggle.ipynb"
CARRIED = (
    "LICENSE",
    "Makefile",
    "README.md",
    "agent_template",
    "data",
    "notebooks",
    "params",
    "pipeline",
    "pyproject.toml",
    "requirements.txt",
)
"""What of the project the notebook needs."""
ACCELERATORS = ("NvidiaTeslaT4", "NvidiaL4", "NvidiaL4X1", "NvidiaTeslaA100", "NvidiaH100",
                "NvidiaRtxPro6000", "none")  # fmt: skip
"""GPUs in the documentation of Kaggle's client 2.2.5; ``NvidiaTeslaT4`` is the pair of T4s."""
LENGTHS = {"kernel title": (5, 50), "dataset title": (6, 50), "dataset slug": (6, 50)}
PARAMETER = re.compile(r"^(\w+) = .+?(  # .+)$")


@dataclass(frozen=True)
class Built:
    """The folders that were written; without a ``dataset`` the notebook clones the project."""

    kernel: Path
    dataset: Path | None
    slug: str

    def next_steps(self) -> list[str]:
        """The commands that bring it to Kaggle and fetch the result."""
        lines = []
        if self.dataset:
            lines += [
                f"kaggle datasets create -p {self.dataset} --dir-mode zip   # the first time",
                f"kaggle datasets version -p {self.dataset} --dir-mode zip -m update   # later",
            ]
        lines += [
            f"kaggle kernels push -p {self.kernel}",
            f"kaggle kernels status {self.slug}",
            f"kaggle kernels output {self.slug} -p {self.kernel.parent}-output",
        ]
        return lines


def build(
    params_file: Path,
    name: str,
    params: RunParams,
    overrides: list[str],
    *,
    owner: str | None,
    out: Path,
) -> Built:
    """Write the folders to push for the run ``name``; either both appear, checked, or none.

    ``overrides`` are those of the command line; they travel in the notebook. ``owner`` is the
    Kaggle user. Raises ParamsError with one sentence.
    """
    owner = owner or params.kaggle.owner
    if not owner:
        raise ParamsError(
            "Whose notebook is it? Give your Kaggle user name: make kaggle OWNER=name (or set "
            "KAGGLE_USERNAME, or kaggle.owner in the parameters file)."
        )
    file = params_file.resolve()
    if not file.is_relative_to(places.ROOT / "params"):
        raise ParamsError(
            f"{params_file} does not travel to Kaggle: expected a file in {places.ROOT / 'params'}."
            " Copy it there."
        )
    if params.model.source == "local" and not (params.model.path or "").startswith(
        (HANDLE, str(places.kaggle_folder()))
    ):
        raise ParamsError(
            f"model.path {params.model.path} is a folder of this machine. Upload it as a Kaggle "
            f"model or dataset and name that: model.path={HANDLE}owner/model/framework/variation/1 "
            f"or model.path={HANDLE}owner/dataset."
        )
    _refuse_others(out)
    with places.fresh_folder(out, f"kernel/{METADATA}") as partial:
        dataset = None if params.kaggle.repository else partial / "dataset"
        metadata = kernel_metadata(name, params, owner)
        values = {
            "params": file.relative_to(places.ROOT).as_posix(),
            "overrides": overrides,
            "repository": params.kaggle.repository,
        }
        _write(partial / "kernel" / metadata["code_file"], notebook(values))
        _write(partial / "kernel" / METADATA, metadata)
        check_kernel(partial / "kernel")
        if dataset:
            for entry in CARRIED:
                _copy(places.ROOT / entry, dataset / entry)
            _write(dataset / "dataset-metadata.json", dataset_metadata(params.kaggle, owner))
            check_dataset(dataset)
    return Built(out / "kernel", out / "dataset" if dataset else None, metadata["id"])


def _refuse_others(out: Path) -> None:
    """Raise ParamsError if something was put beside an earlier build, such as fetched output."""
    if not (out / "kernel" / METADATA).is_file():
        return
    others = sorted({p.name for p in out.iterdir()} - {"kernel", "dataset"})
    if others:
        raise ParamsError(
            f"{out} would be replaced: expected only kernel and dataset in it, found "
            f"{', '.join(others[:3])}. Move that away, or name another folder (--out)."
        )


def notebook(values: dict[str, Any]) -> dict[str, Any]:
    """The driver notebook with ``values`` in its parameters cell, comments kept."""
    found = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    (cell,) = [c for c in found["cells"] if "parameters" in c["metadata"].get("tags", [])]
    lines = []
    for line in "".join(cell["source"]).splitlines():
        name, comment = PARAMETER.match(line).groups()
        lines.append(f"{name} = {values[name]!r}{comment}")
    cell["source"] = "\n".join(lines).splitlines(keepends=True)
    return found


def kernel_metadata(name: str, params: RunParams, owner: str) -> dict[str, Any]:
    """``kernel-metadata.json``, as Kaggle's client reads it."""
    chosen = params.kaggle
    title = chosen.title or " ".join(f"Twentyq {name}".replace("-", " ").split())[:50].strip()
    gpu = chosen.accelerator != "none"
    models, datasets = list(chosen.model_sources), list(chosen.dataset_sources)
    if not chosen.repository:
        datasets.append(f"{owner}/{chosen.dataset}")
    if (params.model.path or "").startswith(HANDLE):
        handle = params.model.path.removeprefix(HANDLE)
        (models if handle.count("/") > 1 else datasets).append(handle)
    return {
        "id": f"{owner}/{slug(title)}",
        "title": title,
        "code_file": NOTEBOOK.name,
        "language": "python",
        "kernel_type": "notebook",
        "is_private": chosen.private,
        "enable_gpu": gpu,
        "enable_tpu": False,
        "enable_internet": True,
        "machine_shape": chosen.accelerator if gpu else "",
        "docker_image_pinning_type": "latest",
        "dataset_sources": sorted(set(datasets)),
        "model_sources": sorted(set(models)),
        "competition_sources": [],
        "kernel_sources": [],
    }


def dataset_metadata(chosen: Kaggle, owner: str) -> dict[str, Any]:
    """``dataset-metadata.json`` of the project's own dataset."""
    return {
        "id": f"{owner}/{chosen.dataset}",
        "title": chosen.dataset.replace("-", " ").capitalize(),
        "subtitle": "Notebooks from a model id to a verified LLM 20 Questions agent",
        "licenses": [{"name": "apache-2.0"}],
    }


def slug(title: str) -> str:
    """The last part of a page's address as Kaggle derives it from the title."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def check_kernel(folder: Path) -> None:
    """Raise ParamsError with the first thing for which Kaggle would refuse the kernel folder.

    The checks of ``kernels_push`` in Kaggle's client 2.2.4, and those that only its server
    makes: lengths, accelerator names, a slug that follows from the title.
    """
    where = METADATA
    metadata = _read(folder / where)
    owner, _, name = str(metadata.get("id", "")).partition("/")
    title = str(metadata.get("title", ""))
    _length(where, "kernel title", title)
    _owned(where, "id", f"{owner}/{name}", parts=2)
    if name != slug(title):
        raise ParamsError(f"{where}: id ends in {name!r}, but the title makes {slug(title)!r}.")
    code = folder / str(metadata.get("code_file", ""))
    if not code.is_file() or not _read(code).get("cells"):
        raise ParamsError(f"{where}: code_file should be a notebook in {folder}, found {code}.")
    for key, allowed in (
        ("language", ("python",)),
        ("kernel_type", ("notebook",)),
        ("machine_shape", (*ACCELERATORS[:-1], "")),
        ("docker_image_pinning_type", ("original", "latest")),
    ):
        if metadata.get(key) not in allowed:
            raise ParamsError(
                f"{where}: {key} should be one of {', '.join(map(repr, allowed))}, found "
                f"{metadata.get(key)!r}."
            )
    for key in ("is_private", "enable_gpu", "enable_tpu", "enable_internet"):
        if not isinstance(metadata.get(key), bool):
            raise ParamsError(f"{where}: {key} should be true or false.")
    for source in metadata["dataset_sources"]:
        _owned(where, "dataset_sources", source, parts=2)
    for source in metadata["model_sources"]:
        _owned(where, "model_sources", source, parts=5)
        if not source.rsplit("/", 1)[1].isdigit():
            raise ParamsError(
                f"{where}: model_sources must end in a version number, found {source!r}."
            )


def check_dataset(folder: Path) -> None:
    """Raise ParamsError with the first thing for which Kaggle would refuse the dataset folder."""
    where = "dataset-metadata.json"
    metadata = _read(folder / where)
    _owned(where, "id", metadata["id"], parts=2)
    _length(where, "dataset title", metadata["title"])
    _length(where, "dataset slug", metadata["id"].split("/")[1])
    if len(metadata["licenses"]) != 1:
        raise ParamsError(f"{where}: expected one licence, found {len(metadata['licenses'])}.")
    if not 20 <= len(metadata["subtitle"]) <= 80:
        raise ParamsError(f"{where}: the subtitle should have 20 to 80 characters.")


def _owned(where: str, key: str, text: str, *, parts: int) -> None:
    pattern = r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*"
    if not re.fullmatch(rf"{pattern}(?:/{pattern}){{{parts - 1}}}", text):
        shape = "owner/name" if parts == 2 else "owner/model/framework/variation/version"
        raise ParamsError(f"{where}: {key} should look like {shape}, found {text!r}.")
    if len(text.split("/")[1]) < 5 and key == "id":
        raise ParamsError(f"{where}: the name in {key} should have at least 5 characters.")


def _length(where: str, what: str, text: str) -> None:
    low, high = LENGTHS[what]
    if not low <= len(text) <= high:
        raise ParamsError(
            f"{where}: the {what} should have {low} to {high} characters, but {text!r} has "
            f"{len(text)}. Set kaggle.title or kaggle.dataset."
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ParamsError(f"{path} is not readable JSON: {error}.") from None


def _write(path: Path, value: dict[str, Any]) -> None:
    places.write_text(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        hidden = shutil.ignore_patterns("__pycache__", ".*", "kernel-ipc-*")
        shutil.copytree(source, target, ignore=hidden)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
