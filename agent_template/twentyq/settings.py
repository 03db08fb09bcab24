"""What a packaged agent was told: ``agent.json`` beside ``main.py``."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

log = logging.getLogger("twentyq")

CHOICES = {
    "handshake": ("always", "never", "auto"),
    "questions": ("all", "semantic", "spelling"),
}


@dataclass(frozen=True)
class Settings:
    """How the agent plays. ``made_with``: versions of the libraries that saved the weights."""

    handshake: str = "auto"
    questions: str = "all"
    pass_tokens: int = 512
    device: str = "auto"
    compute_dtype: str = "auto"
    trust_remote_code: bool = False
    model: str = ""
    made_with: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Settings:
        """Settings from ``agent.json``; ``TWENTYQ_HANDSHAKE`` and ``TWENTYQ_QUESTIONS`` win.

        What is missing or unusable gets its default: an agent must play whatever happens.
        """
        try:
            found: Any = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(found, dict):
                raise ValueError(f"expected an object, found {type(found).__name__}")
        except (OSError, ValueError) as error:
            log.warning("No usable settings in %s (%s): playing with defaults.", path, error)
            found = {}
        names = {f.name for f in fields(cls)}
        values = {k: v for k, v in found.items() if k in names}
        for name, choices in CHOICES.items():
            wanted = os.environ.get(f"TWENTYQ_{name.upper()}", values.get(name))
            if wanted in choices:
                values[name] = wanted
            elif wanted is not None:
                log.warning("%s should be one of %s, not %r.", name, ", ".join(choices), wanted)
                values.pop(name, None)
        return cls(**values)
