"""A model's configuration without its weights: where it is, and whether it can be used at all.

What cannot work is refused here, before anything large is downloaded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from . import hub, places
from .errors import WeightsError
from .params import Gguf, known_gguf

TABLE = places.DATA / "model_configs.yaml"
ENDS = {"awq": "-AWQ", "gptq": "-GPTQ", "fp8": "-FP8", "bitsandbytes": "-bnb-4bit"}
"""How names of quantised repositories end, by method."""
CHARACTERS_PER_TOKEN = 3
"""Of English, with some reserve: tokenizers of today take four and more."""
TEMPLATE_CHARACTERS = 200
"""Role marks and default system prompts that chat templates add, generously."""


class SizeUnknown(WeightsError):
    """How large a model is cannot be told without a download."""


@dataclass(frozen=True)
class Found:
    """A configuration as ``config.json`` has it, and where it was found.

    ``files`` maps names to bytes, where they are known; ``download``: bytes still to fetch, None
    if the hub was not asked; ``gguf``: the weights come as one GGUF file; ``where``: what the
    configuration can be loaded from with the model's own code.
    """

    name: str
    described: str
    config: dict[str, Any]
    files: dict[str, int] | None = None
    download: int | None = None
    gguf: bool = False
    chat_template: bool | None = None
    where: tuple[str, str | None] | None = None
    trust_remote_code: bool = False
    warnings: list[str] = field(default_factory=list)


def find(
    *,
    source: str,
    model_id: str,
    revision: str = "main",
    path: str | None = None,
    gguf: dict[str, Any] | str | None = None,
    trust_remote_code: bool = False,
) -> Found:
    """The checked configuration of a local folder, or of a model id.

    An id is looked for on the hub; where that cannot be reached or refuses (a gated model), in
    the hub's cache and then in the project's own table (``data/model_configs.yaml``). Raises
    WeightsError with one sentence if it is nowhere, or if the model is none that can be used.
    """
    if source == "local":
        return from_folder(places.local_folder(path or ""), trust_remote_code)
    if source == "gguf":
        known = known_gguf(gguf) if isinstance(gguf, str) else Gguf.model_validate(gguf)
        found = _from_table(model_id, f"those of {known.file} are in the file itself")
        return check(replace(found, download=known.size, gguf=True))
    try:
        commit = hub.resolve_commit(model_id, revision)
        return from_hub(model_id, commit, trust_remote_code)
    except hub.Refused as error:
        note = f"to download it, mind this: {error}"
        return _from_here(model_id, revision, trust_remote_code, error, [note])
    except WeightsError as error:
        if not str(error).startswith(("no network", "offline mode")):
            raise
        return _from_here(model_id, revision, trust_remote_code, error, [])


def _from_here(
    model_id: str, revision: str, code: bool, why: WeightsError, notes: list[str]
) -> Found:
    """Without the hub: from its cache, or from the project's table. Raises WeightsError."""
    cached = hub.cached_file(model_id, revision, "config.json")
    if cached is not None:
        found = _from_cache(cached.parent, model_id, revision, code)
    elif notes and model_id not in known_models():
        raise why
    else:
        found = _from_table(model_id, "the hub refuses its config.json" if notes else str(why))
    return check(replace(found, warnings=[*found.warnings, *notes]))


def check(found: Found) -> Found:
    """The same, with warnings; raises WeightsError if it is no model for this kit."""
    config, name = found.config, found.name
    safetensors = found.files is None or any(f.endswith(".safetensors") for f in found.files)
    if not safetensors and any(f.lower().endswith(".gguf") for f in found.files):
        raise WeightsError(
            f"{name} holds GGUF files: name the original repository with safetensors (usually "
            "the same name without -GGUF), or set model.source=gguf with the file, its sha256 "
            "and its place."
        )
    if found.files is not None and not config:
        raise WeightsError(_no_config(name, found.files))
    quantised = config.get("quantization_config") or {}
    if quantised:
        method = str(quantised.get("quant_method") or "an unnamed method")
        usually = f", usually the same name without {ENDS[method]}" if method in ENDS else ""
        raise WeightsError(
            f"{name} is already quantised ({method}); this kit quantises itself: name the 16-bit "
            f"repository it was made from{usually}."
        )
    _check_architecture(found)
    if not safetensors:
        raise WeightsError(
            f"{name} has no safetensors files; pickled weights (.bin) are not loaded here. Use a "
            "repository or folder that has safetensors."
        )
    tokens, context = longest_prompt(), context_of(config)
    if context is not None and context < tokens:
        raise WeightsError(
            f"{name} reads at most {context} tokens, but the longest prompt takes about {tokens}: "
            "choose a model with a longer context (max_position_embeddings in its config.json)."
        )
    if found.chat_template is False:
        found.warnings.append(
            "it has no chat template, so it is taken for a base model and asked with worked "
            "examples (eda.template=worked or worked_keyword); its -Instruct or -Chat sibling "
            "answers better"
        )
    return found


def longest_prompt() -> int:
    """Tokens of the longest prompt that the agent makes: its longest template and question."""
    from twentyq.prompts import LONGEST_QUESTION, load_templates

    longest = 0
    for template in load_templates().values():
        text = template.text or f"{template.system}{template.user}"
        questions = text.count("question}")
        characters = len(text.replace("{keyword}", "k" * 60)) + TEMPLATE_CHARACTERS
        tokens = characters // CHARACTERS_PER_TOKEN + questions * LONGEST_QUESTION
        longest = max(longest, tokens)
    return longest


def context_of(config: dict[str, Any]) -> int | None:
    """The longest input in tokens, by whichever name the configuration has for it."""
    text = config.get("text_config") or config
    for key in ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len"):
        if isinstance(text.get(key), int):
            return text[key]
    return None


def known_models() -> dict[str, dict[str, Any]]:
    """``data/model_configs.yaml`` by model id; ``like`` is resolved."""
    rows = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    for row in rows.values():
        if "like" in row:
            base = rows[row["like"]]
            row["config"] = {**base["config"], **row.get("config", {})}
            row.setdefault("parameters", base["parameters"])
    return rows


def _from_cache(folder: Path, model_id: str, revision: str, code: bool) -> Found:
    """What the hub's cache has, which may be the configuration only."""
    tokenizer = _read_json(folder / "tokenizer_config.json")
    template = _has_template({p.name: 0 for p in folder.iterdir()}, tokenizer)
    return Found(
        model_id,
        f"{model_id}, from the hub cache",
        _read_json(folder / "config.json"),
        chat_template=template if tokenizer else None,
        where=(model_id, revision),
        trust_remote_code=code,
    )


def from_folder(folder: Path, code: bool) -> Found:
    """The checked configuration of a local folder. Raises WeightsError."""
    if not folder.is_dir():
        raise WeightsError(places.no_model_folder(folder))
    files = {p.name: p.stat().st_size for p in folder.iterdir()}
    config = _read_json(folder / "config.json")
    template = _has_template(files, _read_json(folder / "tokenizer_config.json"))
    return check(
        Found(
            str(folder),
            f"local folder {folder}",
            config,
            files,
            download=0,
            chat_template=template,
            where=(str(folder), None),
            trust_remote_code=code,
        )
    )


def from_hub(model_id: str, commit: str, code: bool) -> Found:
    """The checked configuration of a commit; only small files are fetched. Raises WeightsError."""
    files = hub.listing(model_id, commit)
    config, tokenizer = (
        _read_json(hub.small_file(model_id, commit, name)) if name in files else {}
        for name in ("config.json", "tokenizer_config.json")
    )
    return check(
        Found(
            model_id,
            f"{model_id} @ {commit[:12]}",
            config,
            files,
            download=hub.wanted_bytes(files),
            chat_template=_has_template(files, tokenizer),
            where=(model_id, commit),
            trust_remote_code=code,
        )
    )


def _from_table(model_id: str, why: str) -> Found:
    row = known_models().get(model_id)
    if row is None:
        raise SizeUnknown(
            f"The numbers of {model_id} are not in the local hub cache nor in data/{TABLE.name}, "
            f"and {why}. Connect and run again, or name a folder that holds the model."
        )
    described = f"{model_id}, by the project's own table data/{TABLE.name}: {why}"
    return Found(model_id, described, row["config"])


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise WeightsError(
            f"{path} is not JSON ({error}); fetch the file again or replace the folder."
        ) from None
    return values if isinstance(values, dict) else {}


def _has_template(files: dict[str, int], tokenizer: dict[str, Any]) -> bool:
    return bool(tokenizer.get("chat_template")) or any("chat_template" in name for name in files)


def _no_config(name: str, files: dict[str, int]) -> str:
    if "adapter_config.json" in files:
        return (
            f"{name} is an adapter, not a whole model: merge it into its base model and name the "
            "result, or use the base model."
        )
    return (
        f"{name} holds no model: expected config.json and safetensors, in a repository of the "
        "hub or in a folder such as an attached Kaggle dataset or model."
    )


def _check_architecture(found: Found) -> None:
    from transformers import CONFIG_MAPPING
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES as CAUSAL

    config, name = found.config, found.name
    kind = config.get("model_type")
    heads = config.get("architectures") or []
    known = {n for names in CAUSAL.values() for n in ([names] if isinstance(names, str) else names)}
    named = not heads or any(head in known for head in heads)
    if "auto_map" in config and not (kind in CONFIG_MAPPING and named):
        if found.trust_remote_code:
            return
        raise WeightsError(
            f"{name} comes with its own code, which is not run unless you say so: read the .py "
            "files of the repository, then add --set model.trust_remote_code=true (with make: "
            "SET=model.trust_remote_code=true)."
        )
    if kind not in CONFIG_MAPPING:
        raise WeightsError(
            f"{name} is of the type {kind!r}, which this transformers does not know: install a "
            "newer one, or choose another model."
        )
    writes = named or any(head.endswith("ForCausalLM") for head in heads)
    if kind in CAUSAL and writes and not _reads_both_ways(config):
        return
    raise WeightsError(
        f"{name} is no causal language model ({', '.join(heads) or kind}"
        f"{_what(heads, config)}): name a model that writes text, such as "
        "Qwen/Qwen2.5-7B-Instruct."
    )


def _reads_both_ways(config: dict[str, Any]) -> bool:
    """Whether it is of a type that is trained to fill gaps, and not told to write (BERT)."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_MASKED_LM_MAPPING_NAMES as MASKED

    return config["model_type"] in MASKED and not (config.get("is_decoder") or config.get("causal"))


def _what(heads: list[str], config: dict[str, Any]) -> str:
    if config.get("is_encoder_decoder"):
        return ", an encoder with a decoder"
    if _reads_both_ways(config) or any(
        head.endswith(("ForMaskedLM", "Model", "ForPreTraining")) for head in heads
    ):
        return ", an encoder"
    return ""
