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
CHARACTERS_PER_TOKEN = 3
"""Of English, with some reserve: tokenizers of today take four and more."""
TEMPLATE_CHARACTERS = 200
"""Role marks and default system prompts that chat templates add, generously."""


class ConfigUnknown(WeightsError):
    """A configuration is nowhere to be found without a download."""


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

    An id is looked for on the hub, then in the hub's cache, then in the project's own table
    (``data/model_configs.yaml``). Raises WeightsError with one sentence if it is nowhere, or
    if the model is none that can be used.
    """
    if source == "local":
        return from_folder(places.local_folder(path or ""), trust_remote_code)
    if source == "gguf":
        known = known_gguf(gguf) if isinstance(gguf, str) else Gguf.model_validate(gguf)
        found = _from_table(model_id, f"those of {known.file} are in the file itself")
        return check(replace(found, download=known.size, gguf=True))
    try:
        commit = hub.resolve_commit(model_id, revision)
    except WeightsError as error:
        if not str(error).startswith(("no network", "offline mode")):
            raise
        cached = hub.cached_file(model_id, revision, "config.json")
        if cached is None:
            return check(_from_table(model_id, str(error)))
        return check(_from_cache(cached.parent, model_id, revision, trust_remote_code))
    return from_hub(model_id, commit, trust_remote_code)


def check(found: Found) -> Found:
    """The same, with warnings; raises WeightsError if it is no model for this kit."""
    config, name = found.config, found.name
    if found.files is not None and not config:
        raise WeightsError(_no_config(name, found.files))
    quantised = config.get("quantization_config") or {}
    if quantised:
        method = quantised.get("quant_method") or "an unnamed method"
        raise WeightsError(
            f"{name} is already quantised ({method}); this kit quantises itself: name the 16-bit "
            "repository it was made from, usually the same name without "
            f"{str(method).upper()}, GPTQ, AWQ, FP8 or 4bit."
        )
    _check_architecture(found)
    if found.files is not None and not any(f.endswith(".safetensors") for f in found.files):
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
    files = {p.name: p.stat().st_size for p in folder.iterdir()} if folder.is_dir() else {}
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
        raise ConfigUnknown(
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
    if any(f.lower().endswith(".gguf") for f in files):
        return (
            f"{name} holds GGUF files: name the original repository with safetensors (usually "
            "the same name without -GGUF), or set model.source=gguf with the file, its sha256 "
            "and its place."
        )
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
    own_code = "auto_map" in config
    if kind not in CONFIG_MAPPING and not (own_code and found.trust_remote_code):
        if own_code:
            raise WeightsError(
                f"{name} comes with its own code, which is not run unless you say so: read the "
                ".py files of the repository, then set model.trust_remote_code=true."
            )
        raise WeightsError(
            f"{name} is of the type {kind!r}, which this transformers does not know: install a "
            "newer one, or choose another model."
        )
    if own_code and kind not in CONFIG_MAPPING:
        return
    causal = {
        n for names in CAUSAL.values() for n in ([names] if isinstance(names, str) else names)
    }
    if heads and any(head in causal or head.endswith("ForCausalLM") for head in heads):
        return
    if not heads and kind in CAUSAL:
        return
    raise WeightsError(
        f"{name} is no causal language model ({', '.join(heads) or kind}"
        f"{_what(heads, config)}): name a model that writes text, such as "
        "Qwen/Qwen2.5-7B-Instruct."
    )


def _what(heads: list[str], config: dict[str, Any]) -> str:
    if config.get("is_encoder_decoder"):
        return ", an encoder with a decoder"
    if any(head.endswith(("ForMaskedLM", "Model", "ForPreTraining")) for head in heads):
        return ", an encoder"
    return ""
