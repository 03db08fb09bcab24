"""What is installed on the machine that plays: a manifest, and whether ``lib/`` fits it.

    python -m pipeline image-manifest --out data/kaggle_image.yaml     # in a Kaggle notebook

The environment imports its own torch and transformers before the agent's file runs. So a
library in ``lib/`` must not be one of those, and must accept the versions that are there.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from . import places
from .environment import requirements
from .errors import PackageError
from .params import Agent

NEVER = frozenset(
    {
        "huggingface-hub",
        "kaggle-environments",
        "numpy",
        "pandas",
        "safetensors",
        "scipy",
        "tokenizers",
        "torch",
        "transformers",
        "triton",
    }
)
"""Never in ``lib/``, whatever a manifest says: the environment imports them, or they belong to
what it imports. Nor is anything of nvidia's."""
COMMAND = "python -m pipeline image-manifest --out data/kaggle_image.yaml"
HERE = "looked up in this environment"
SHIPPED = places.DATA / "kaggle_image.yaml"
PRELOADED = "import json, sys, kaggle_environments; print(json.dumps(sorted(sys.modules)))"


class Package(BaseModel):
    """One package of the image, and how its version is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    known: Literal["measured", "stated", "assumed"]
    source: str = ""


class Image(BaseModel):
    """The Python and the packages of a machine; ``preloaded``: imported before the agent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    image: str = Field(description="which machine this is")
    date: str = Field(description="when it was so")
    made_by: str = Field(description="how the manifest was made")
    python: Package
    packages: dict[str, Package]
    preloaded: list[str]

    def version(self, name: str) -> str:
        """The version of a distribution; raises PackageNotFoundError if it is not there."""
        found = self.packages.get(canonicalize_name(name))
        if found is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return found.version


def read(path: Path) -> Image:
    """A manifest. Raises PackageError naming the file, the key and the command that makes one."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Image.model_validate(values)
    except OSError:
        problem = "there is no such file"
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problem = f"it is not YAML ({' '.join(str(error).split())[:120]})"
    except ValidationError as error:
        first = error.errors()[0]
        problem = f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"
    raise PackageError(
        f"{path} is no manifest of an image: {problem}. Make one in a Kaggle notebook: {COMMAND}"
    )


def chosen(path: str | None, libraries: list[str]) -> Image:
    """The image in a manifest; without one, this environment less ``libraries``.

    The latter is what the verification game has, without what the submission brings along; what
    the shipped manifest says to be imported before an agent is taken to be imported here, too,
    but for what the kit itself brings. Raises PackageError if a manifest is none.
    """
    if path:
        return read(places.in_project(path))
    preloaded = set(read(SHIPPED).preloaded) - _ours()
    brought = {distribution(line) for line in libraries} - preloaded
    packages = _installed(_closure(list(requirements())) - brought)
    return _image("this environment", packages, preloaded=preloaded, made_by=HERE)


def _ours() -> set[str]:
    """What the kit vendors unless told otherwise."""
    return {distribution(line) for line in Agent().libraries}


def distribution(line: str) -> str:
    """The canonical name in a requirement line."""
    return canonicalize_name(re.split(r"[=<>!~;\[ ]", line)[0])


def refuse_shadows(names: list[str], image: Image) -> None:
    """Raise PackageError for the names that would stand in for what the image imports."""
    found = [text for text in (_shadow(name, image) for name in names) if text]
    if found:
        raise PackageError("\n".join(found))


def _shadow(name: str, image: Image) -> str | None:
    plain = distribution(name)
    there = image.packages.get(plain)
    version = f" ({there.version} in {image.image})" if there else ""
    start = f"{name!r} must not be in lib/: the server has imported its own {plain}{version} before"
    if never(plain):
        return (
            f"{start} the agent starts, and a second copy is half-loaded. The usual end is "
            '"numpy>=1.17,<2.0 is required ... found numpy==2.0.0", from `pip install -t`, '
            "which also installs what a library needs. Take it out of agent.libraries."
        )
    if plain in image.preloaded:
        return (
            f"{start} the agent starts, so that of a second copy only the version number would "
            "count, and the code would be the old one. Take it out of agent.libraries."
        )
    return None


def never(plain: str) -> bool:
    """Whether a canonical name may be in no ``lib/`` at all."""
    return plain in NEVER or plain.split("-")[0] == "nvidia"


def to_vendor(libraries: list[str], image: Image, echo: Callable[[str], None]) -> list[str]:
    """Those of the requirement lines that the image lacks; raises PackageError for shadows.

    What the image has imported before the agent's file runs is left out if it is the same, or
    one that the kit brings itself.
    """
    wanted = []
    for line in libraries:
        name = distribution(line)
        there = image.packages.get(name)
        same = there and line == f"{name}=={there.version}"
        if not never(name) and (same or (there and name in _ours() & set(image.preloaded))):
            echo(f"lib/: without {name}, {image.image} has {there.version}")
        else:
            wanted.append(line)
    refuse_shadows(wanted, image)
    return wanted


def check_vendored(folder: Path, image: Image) -> dict[str, str]:
    """Check the distributions in ``lib/`` against the image; returns their versions.

    Each must be for the image's Python and find what it requires in the image or in ``lib/``
    itself. Raises PackageError with the first that does not.
    """
    found = {
        canonicalize_name(d.metadata["Name"]): d
        for d in importlib.metadata.distributions(path=[str(folder)])
    }
    refuse_shadows([p.name for p in folder.iterdir() if p.suffix != ".dist-info"], image)
    refuse_shadows(sorted(found), image)
    for name, distribution in found.items():
        wants = distribution.metadata.get("Requires-Python")
        if wants and not _accepts(f"python{wants}", image.python.version):
            raise PackageError(
                f"{name} {distribution.version} needs Python {wants}, but the image "
                f"({image.image}) has {image.python.version}. Name another version in "
                "agent.libraries."
            )
        for line in distribution.requires or []:
            _check_requirement(f"{name} {distribution.version}", line, found, image)
    return {name: distribution.version for name, distribution in found.items()}


def _check_requirement(who: str, line: str, vendored: dict[str, Any], image: Image) -> None:
    requirement = Requirement(line)
    where = {"extra": "", "python_version": ".".join(image.python.version.split(".")[:2]),
             "sys_platform": "linux", "platform_system": "Linux"}  # fmt: skip
    if requirement.marker and not requirement.marker.evaluate(where):
        return
    name = canonicalize_name(requirement.name)
    if name in vendored:
        version = vendored[name].version
    elif name in image.packages:
        version = image.packages[name].version
    else:
        raise PackageError(
            f"{who} needs {requirement.name}, which is neither in the image ({image.image}) nor "
            f"in lib/: add {requirement.name} to agent.libraries."
        )
    if not _accepts(str(requirement), version):
        raise PackageError(
            f"{who} needs {requirement.name}{requirement.specifier}, but the image "
            f"({image.image}) has {version}, which has been imported by then. Name a version of "
            f"{who.split()[0]} in agent.libraries that takes it."
        )


def _accepts(requirement: str, version: str) -> bool:
    return Requirement(requirement).specifier.contains(Version(version), prereleases=True)


def measure() -> Image:
    """The image of this very interpreter, for ``image-manifest``.

    Kept are the packages of requirements.txt and those that they or the environment need here:
    a few dozen lines. Raises PackageError if kaggle-environments cannot be imported.
    """
    done = subprocess.run(
        [sys.executable, "-c", PRELOADED], capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise PackageError(
            f"kaggle_environments cannot be imported here ({reason}), so it is unknown what it "
            "imports before an agent. Run this in a Kaggle notebook."
        )
    modules = {m.split(".")[0] for m in json.loads(done.stdout.splitlines()[-1])}
    owners = importlib.metadata.packages_distributions()
    preloaded = {canonicalize_name(d) for m in modules for d in owners.get(m, ())}
    wanted = NEVER | _closure([*requirements(), *(NEVER & preloaded)])
    built = os.environ.get("BUILD_DATE")
    name = f"Kaggle's image of {built}" if built else platform.platform()
    return _image(name, _installed(wanted), preloaded=preloaded, made_by=COMMAND)


def _image(name: str, versions: dict[str, str], *, preloaded: set[str], made_by: str) -> Image:
    return Image(
        image=name,
        date=datetime.date.today().isoformat(),
        made_by=made_by,
        python=Package(version=platform.python_version(), known="measured"),
        packages={k: Package(version=v, known="measured") for k, v in sorted(versions.items())},
        preloaded=sorted(preloaded & set(versions)),
    )


def _installed(names: set[str]) -> dict[str, str]:
    """Versions of those of the distributions that are installed here."""
    found: dict[str, str] = {}
    for each in importlib.metadata.distributions():
        name = canonicalize_name(each.metadata["Name"] or "")
        if name in names:
            # The first on the path is the one that is imported.
            found.setdefault(name, each.version)
    return found


def _closure(names: list[str]) -> set[str]:
    """Canonical names of distributions and, through what is installed here, of all they need."""
    todo, seen = [canonicalize_name(n) for n in names], set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            lines = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        needs = [Requirement(line) for line in lines]
        todo += [canonicalize_name(r.name) for r in needs
                 if not r.marker or r.marker.evaluate({"extra": ""})]  # fmt: skip
    return seen


def write(image: Image, path: Path) -> None:
    """The manifest as YAML, whole or not at all; sources that are empty are left out."""
    values = image.model_dump(mode="json")
    for package in [values["python"], *values["packages"].values()]:
        if not package["source"]:
            del package["source"]
    places.write_text(path, yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=99))
