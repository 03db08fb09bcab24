"""From a model id, folder or GGUF file to quantised safetensors, read back and checked."""

from __future__ import annotations

import importlib.metadata
import json
import math
import os
import shutil
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import configs, gguf_file, hub, places, quantization
from .errors import WeightsError
from .params import Gguf, known_gguf

MANIFEST = "weights.json"
MADE_WITH = ("transformers", "tokenizers", "bitsandbytes")
"""Libraries whose generation decides whether saved weights can be read."""
PROBE = "Question: Is a banana something you can eat?\nAnswer:"
PACKED = (("Apple", "Is it red?"), ("Apple", "Can you eat it?"), ("Stone", "Can you eat it?"))
"""Prompts that must be answered together as each alone."""
NOISE = {"float32": 0.001, "float16": 0.05, "bfloat16": 0.3}
"""Log-odds by which two ways to compute one answer differ at most; 8-bit layers have the most."""


@dataclass(frozen=True)
class Source:
    """A folder with plain safetensors and a tokenizer, and where it came from.

    A ``temporary`` one lies in a scratch folder that goes with it.
    """

    folder: Path
    described: str
    commit: str | None = None
    temporary: bool = False


def find_source(
    *,
    source: str,
    model_id: str,
    revision: str,
    path: str | None,
    gguf: dict[str, Any] | str | None,
    trust_remote_code: bool,
    scratch: Path,
    echo: Callable[[str], None] = print,
) -> Source:
    """Fetch the model if need be. ``scratch`` is for what is only needed once, and is deleted.

    Raises WeightsError or DiskError; nothing incomplete is kept as if it were whole.
    """
    if source == "gguf":
        known = known_gguf(gguf) if isinstance(gguf, str) else Gguf.model_validate(gguf)
        # Unpacked to 16 bits, a 4-bit file takes about three times its size.
        places.require_disk(scratch, known.size * 4, f"unpacking and quantising {known.file}")
        file = gguf_file.fetch(known, echo)
        echo(f"unpacking {file.name} (a minute or two)")
        folder = scratch / "unpacked"
        # A killed run may have left some of another model here.
        shutil.rmtree(folder, ignore_errors=True)
        gguf_file.unpack(file, folder, echo)
        return Source(folder, f"{model_id} ({known.file})", known.sha256, temporary=True)
    if source == "local":
        folder = places.local_folder(path or "")
        configs.from_folder(folder, trust_remote_code)
        check_safetensors(folder, f"replace the file in {folder} by a whole copy")
        return Source(folder, f"{model_id} (local folder {folder})")
    return _from_hub(model_id, revision, trust_remote_code, scratch, echo)


def _from_hub(
    model_id: str, revision: str, code: bool, scratch: Path, echo: Callable[[str], None]
) -> Source:
    try:
        commit = hub.resolve_commit(model_id, revision)
    except WeightsError as error:
        if not str(error).startswith(("no network", "offline mode")):
            raise
        folder = hub.cached_snapshot(model_id, revision)
        if folder is None:
            raise WeightsError(
                f"{model_id} is not in the local hub cache, and {error}. Connect and run again, "
                "or use a folder (model.source=local, model.path=...)."
            ) from None
        check_safetensors(folder, "delete it and run again with a network")
        echo(f"{model_id}: from the hub cache, not checked for news ({error})")
        return Source(folder, f"{model_id} @ {folder.name[:12]}", folder.name)
    size = configs.from_hub(model_id, commit, code).download or 0
    echo(f"{model_id} @ {commit[:12]}: {places.human(size)} to download or in the cache already")
    cached = hub.cached_snapshot(model_id, commit)
    if cached is None:
        places.require_disk(_hub_cache(), size, f"downloading {model_id}")
    places.require_disk(scratch, size // 2, f"the 4-bit weights of {model_id}")
    folder = hub.snapshot(model_id, commit, code)
    check_safetensors(folder, "delete it and run again")
    return Source(folder, f"{model_id} @ {commit[:12]}", commit)


def _hub_cache() -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def check_safetensors(folder: Path, remedy: str) -> None:
    """Raise WeightsError naming the file, if one is shorter than its own header says."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise WeightsError(
            f"{folder} has no safetensors files; pickled weights (.bin) are not loaded here. "
            "Use a repository or folder that has safetensors."
        )
    for file in files:
        size = file.stat().st_size
        with file.open("rb") as source:
            head = source.read(8)
            length = struct.unpack("<Q", head)[0] if len(head) == 8 else size
            try:
                header = json.loads(source.read(length)) if length < size else None
                entries = [v for k, v in header.items() if k != "__metadata__"]
                expected = 8 + length + max((v["data_offsets"][1] for v in entries), default=0)
            except (AttributeError, ValueError, KeyError, TypeError):
                expected = -1
        if expected != size:
            wanted = f"{expected:,} bytes" if expected > 0 else "a readable header"
            raise WeightsError(
                f"{file.name} is truncated or damaged: expected {wanted}, found {size:,} bytes; "
                f"{remedy}."
            )


def quantize(
    source: Source,
    out: Path,
    *,
    quant_type: str,
    double_quant: bool,
    device: str,
    compute_dtype: str,
    trust_remote_code: bool = False,
    model_id: str = "",
    echo: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Quantise with bitsandbytes, save, read back and check; returns the manifest.

    ``out`` appears whole or not at all; its ``weights.json`` is the manifest: source,
    settings as found in the reloaded model, versions, file sizes and sha256, seconds.
    Raises WeightsError or DiskError.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from twentyq.llm import pick_compute_dtype, pick_device

    place = pick_device(device)
    dtype = pick_compute_dtype(place, compute_dtype, source.folder)
    bits = quantization.BITS[quant_type]
    places.require_ours(out, MANIFEST)
    places.require_disk(
        out, plain_bytes(source.folder) * bits // 16, f"weights in {bits} bits of {model_id}"
    )
    start = time.perf_counter()
    try:
        model = AutoModelForCausalLM.from_pretrained(
            source.folder,
            # 16 bits are enough for what stays unquantised, whatever the computing is done in.
            dtype=torch.float16 if dtype == torch.float16 else torch.bfloat16,
            device_map={"": place},
            trust_remote_code=trust_remote_code,
            quantization_config=quantization.config(quant_type, double_quant, dtype),
        )
        tokenizer = AutoTokenizer.from_pretrained(
            source.folder, trust_remote_code=trust_remote_code
        )
    except Exception as error:
        text = " ".join(str(error).split())[:400]
        raise WeightsError(
            f"{source.described} cannot be loaded in {bits} bits: {type(error).__name__}: {text}"
        ) from error
    parameters = count_parameters(model)
    seconds = time.perf_counter() - start
    with places.fresh_folder(out, MANIFEST) as partial:
        model.save_pretrained(partial)
        tokenizer.save_pretrained(partial)
        _drop_pickles(partial)
        del model
        if place != "cpu":
            torch.cuda.empty_cache()
        echo("reading the saved weights back")
        found = inspect(partial, place, compute_dtype, trust_remote_code, echo)
        quantization.check(found, quant_type, double_quant, dtype)
        manifest = {
            "model": model_id,
            "source": source.described,
            "commit": source.commit,
            "trust_remote_code": trust_remote_code,
            "parameters": parameters,
            **found,
            "quantize_seconds": round(seconds, 1),
            "made_with": libraries_of(quant_type),
            "files": {
                file.name: {"bytes": file.stat().st_size, "sha256": gguf_file.sha256(file)}
                for file in sorted(partial.iterdir())
            },
        }
        places.write_text(partial / MANIFEST, json.dumps(manifest, indent=1) + "\n")
    if source.temporary:
        shutil.rmtree(source.folder.parent, ignore_errors=True)
    manifest["peak_memory"] = peak_memory()
    return manifest


def libraries_of(quant_type: str) -> dict[str, str]:
    """Versions here of the libraries that decide who can read weights stored so."""
    names = [name for name in MADE_WITH if name != "bitsandbytes" or quant_type != "none"]
    return {name: importlib.metadata.version(name) for name in names}


def inspect(
    folder: Path,
    device: str,
    compute_dtype: str,
    code: bool,
    echo: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Load saved weights as the agent does and report what is really in them.

    ``packs``: whether many prompts may share one pass; the agent obeys. Raises WeightsError.
    """
    from twentyq.llm import LLMError, YesNoModel

    start = time.perf_counter()
    try:
        loaded = YesNoModel.load(
            folder,
            device=device,
            compute_dtype=compute_dtype,
            unpack="never",
            trust_remote_code=code,
        )
    except LLMError as error:
        raise WeightsError(str(error)) from error
    seconds = time.perf_counter() - start
    model = loaded.model
    found = quantization.settings(model)
    _check_numbers(loaded)
    packs = _packs(loaded, "bfloat16" if found["layers_8bit"] else found["compute_dtype"], echo)
    head = model.get_output_embeddings()
    return {
        **found,
        "packs": packs,
        "tied_embeddings": head is not None
        and head.weight.data_ptr() == model.get_input_embeddings().weight.data_ptr(),
        "memory_footprint": int(model.get_memory_footprint()),
        "load_seconds": round(seconds, 1),
        "yes_tokens": [loaded.tokenizer.decode([i]) for i in loaded.yes_ids],
        "no_tokens": [loaded.tokenizer.decode([i]) for i in loaded.no_ids],
        "chat_template": bool(getattr(loaded.tokenizer, "chat_template", None)),
    }


def _check_numbers(loaded: Any) -> None:
    """Raise WeightsError if there is no answer, or one that is no number, as after an overflow."""
    from twentyq.memory import is_out_of_memory

    packs, loaded.packs = loaded.packs, False
    try:
        answer = loaded.read([PROBE], [loaded.n_layers])[0][0]
    except Exception as error:
        if is_out_of_memory(error):
            raise
        text = " ".join(str(error).split())[:200]
        raise WeightsError(
            f"{type(loaded.model).__name__} cannot be asked by this kit ({type(error).__name__}: "
            f"{text}): choose another model, such as Qwen/Qwen2.5-7B-Instruct."
        ) from error
    finally:
        loaded.packs = packs
    if math.isfinite(answer):
        return
    dtype = str(loaded.model.dtype).removeprefix("torch.")
    raise WeightsError(
        f"The model overflows in {dtype}: its answers are no numbers. Set "
        "hardware.compute_dtype=float32 (or bfloat16 on a card that has it) and run again."
    )


def _packs(loaded: Any, noise: str, echo: Callable[[str], None]) -> bool:
    """Whether prompts packed into one pass are answered as each alone; if not, says why.

    ``noise``: a dtype of ``NOISE``, to compare by.
    """
    from twentyq.memory import is_out_of_memory

    alone = "so each prompt is run alone: as right, but several times slower."
    kind = type(loaded.model).__name__
    if not loaded.packs:
        echo(f"{kind} has layers or positions that packed prompts would share, {alone}")
        return False
    template = loaded.template("both")
    prompts = [template.render(loaded.tokenizer, *pair) for pair in PACKED]
    loaded.packs = False
    wanted = loaded.log_odds(prompts)
    loaded.packs = True
    try:
        loaded.warm_up([template])
        off = float(abs(loaded.log_odds(prompts) - wanted).max())
    except Exception as error:
        if is_out_of_memory(error):
            raise
        echo(f"{kind} does not take packed prompts ({type(error).__name__}), {alone}")
        return False
    spread = float(wanted.max() - wanted.min())
    if off <= NOISE.get(noise, max(NOISE.values())) + 0.01 * spread:
        return True
    echo(
        f"Packed prompts are answered otherwise than alone (log-odds off by {off:.4f}, where "
        f"answers spread over {spread:.4f}), {alone}"
    )
    return False


def read_manifest(weights: Path) -> dict[str, Any]:
    """The manifest of quantised weights; raises WeightsError if the folder is not whole."""
    try:
        manifest = json.loads((weights / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise WeightsError(
            f"{weights} holds no finished weights ({MANIFEST} is missing); run 01_quantize first."
        ) from None
    for name, record in manifest["files"].items():
        file = weights / name
        size = file.stat().st_size if file.is_file() else 0
        if size != record["bytes"]:
            raise WeightsError(
                f"{file} is damaged: expected {record['bytes']:,} bytes, found {size:,}; "
                "run 01_quantize again (--force 01)."
            )
    return manifest


def check_hashes(weights: Path, manifest: dict[str, Any]) -> None:
    """Raise WeightsError naming the file and both hashes if one is not what was saved."""
    for name, record in manifest["files"].items():
        found = gguf_file.sha256(weights / name, "checking")
        if found != record["sha256"]:
            raise WeightsError(
                f"{weights / name} is damaged: expected sha256 {record['sha256']}, found {found}; "
                "run 01_quantize again (--force 01)."
            )


def count_parameters(model: Any) -> int:
    """Numbers in the model, tied ones once; a packed 4-bit matrix counts what it unpacks to."""
    total = 0
    for parameter in model.parameters():
        state = getattr(parameter, "quant_state", None)
        shape = state.shape if state is not None else parameter.shape
        size = 1
        for n in shape:
            size *= n
        total += size
    return total


def peak_memory() -> dict[str, int]:
    """Most bytes this process held: of main memory, and of the GPU if one was used."""
    import resource

    import torch

    peak = {"host": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
    if torch.cuda.is_available():
        peak["gpu"] = int(torch.cuda.max_memory_allocated())
    return peak


def plain_bytes(folder: Path) -> int:
    """Bytes of a model's safetensors files, not those of folders below."""
    return sum(file.stat().st_size for file in folder.glob("*.safetensors"))


def total_bytes(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def link_or_copy(source: Path, target: Path) -> None:
    """A second name for a file where the disk allows it, else a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _drop_pickles(folder: Path) -> None:
    for file in folder.iterdir():
        if file.suffix in (".bin", ".pt", ".pth", ".pkl"):
            file.unlink()


def describe(manifest: dict[str, Any], folder: Path) -> Any:
    """What was made, as a table for a notebook."""
    import pandas as pd

    peak = manifest["peak_memory"]
    facts = {
        "model": manifest["source"],
        "parameters": f"{manifest['parameters'] / 1e9:.2f} billion",
        "on disk": places.human(total_bytes(folder)),
        "in memory": places.human(manifest["memory_footprint"]),
        "4-bit / 8-bit layers": f"{manifest['layers_4bit']} / {manifest['layers_8bit']}",
        "quantisation": quantization.label(manifest["quant_type"], manifest["double_quant"]),
        "compute dtype": manifest["compute_dtype"],
        "embeddings tied": manifest["tied_embeddings"],
        "prompts packed": manifest["packs"],
        "chat template": manifest["chat_template"],
        "spellings of yes / no": f"{manifest['yes_tokens']} / {manifest['no_tokens']}",
        "quantised in": f"{manifest['quantize_seconds']:.0f} s",
        "loads in": f"{manifest['load_seconds']:.0f} s",
        "peak memory": ", ".join(f"{k} {places.human(v)}" for k, v in peak.items()),
    }
    return pd.DataFrame({"": [str(v) for v in facts.values()]}, index=list(facts))
