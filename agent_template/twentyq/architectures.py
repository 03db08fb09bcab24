"""What is peculiar to a model's architecture: the table in ``architectures.yaml``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

TABLE = Path(__file__).with_name("architectures.yaml")
MASKED = frozenset({"full_attention", "sliding_attention", "chunked_attention"})
"""Layer types that see what the attention mask shows them, and nothing else."""


@dataclass(frozen=True)
class Architecture:
    """One row of the table, whose head says what the fields mean; unknown ones are plain."""

    models: str
    types: tuple[str, ...] = ()
    float16: bool = True
    system_role: bool = True
    thinking: bool = False
    soft_cap: bool = False
    sliding_window: Literal["none", "some", "all"] = "none"
    packs: bool = True


UNKNOWN = Architecture("not in the table of architectures")


@cache
def architectures() -> dict[str, Architecture]:
    """The table by model type, further types included."""
    rows = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    found = {}
    for name, fields in rows.items():
        row = Architecture(**fields)
        found.update(dict.fromkeys((name, *row.types), row))
    return found


def of_type(model_type: str | None) -> Architecture:
    """The row of a ``model_type``; a plain one if the table does not know it."""
    return architectures().get(model_type or "", UNKNOWN)


def of_weights(folder: Path) -> Architecture:
    """The row of the model in a folder, by its ``config.json``."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return of_type(config.get("model_type"))
    except (OSError, ValueError, AttributeError):
        return UNKNOWN


def packs(model: Any) -> bool:
    """Whether prompts can share one sequence: all that a token sees is told by mask and position.

    Not so with linear attention, state spaces and convolutions, where what was before leaks into
    what follows, nor with ALiBi, where a place in the sequence is taken for the position.
    """
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ())
    return (
        kinds <= MASKED
        and not getattr(model, "_is_stateful", False)
        and not getattr(config, "alibi", False)
        and of_type(config.model_type).packs
    )


def packs_as_measured(weights: Path) -> bool:
    """What stage 01 measured of the weights in a folder; true where it did not."""
    try:
        manifest = json.loads((weights / "weights.json").read_text(encoding="utf-8"))
        return bool(manifest.get("packs", True))
    except (OSError, ValueError, AttributeError):
        return True


def window(config: Any) -> int | None:
    """How many tokens back the shortest-sighted layers look; None: all look back to the start."""
    sizes = [getattr(config, name, None) for name in ("sliding_window", "attention_chunk_size")]
    return min((size for size in sizes if size), default=None)
