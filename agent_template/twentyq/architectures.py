"""What is peculiar to a model's architecture: the table in ``architectures.yaml``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

TABLE = Path(__file__).with_name("architectures.yaml")


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
