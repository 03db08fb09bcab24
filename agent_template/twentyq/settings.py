"""What a packaged agent was told: ``agent.json`` beside ``main.py``, and the calibration."""

from __future__ import annotations

import json
import logging
import math
import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

log = logging.getLogger("twentyq")

CHOICES = {
    "handshake": ("always", "never", "auto"),
    "questions": ("all", "semantic", "spelling"),
}
DEFAULT_TEMPLATE = "both"


@dataclass(frozen=True)
class Calibration:
    """Turns log-odds into P(yes): ``sigmoid((log_odds - threshold) / temperature)``.

    ``threshold`` is the log-odds at which yes and no are equally likely, ``template`` the
    prompt they were measured with; one is worth nothing with another.
    """

    template: str = DEFAULT_TEMPLATE
    threshold: float = 0.0
    temperature: float = 1.0

    def p_yes(self, log_odds: float) -> float:
        """P(yes), strictly between 0 and 1."""
        z = (log_odds - self.threshold) / self.temperature
        return 1.0 / (1.0 + math.exp(-min(max(z, -30.0), 30.0)))

    @classmethod
    def read(cls, path: Path) -> Calibration:
        """The calibration in a file; without a usable one, no shift and no scale."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            read = cls(
                str(found["template"]), float(found["threshold"]), float(found["temperature"])
            )
            if not (math.isfinite(read.threshold) and read.temperature > 0):
                raise ValueError(f"threshold {read.threshold}, temperature {read.temperature}")
            return read
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("No usable calibration in %s (%s): none is applied.", path, error)
            return cls()


@dataclass(frozen=True)
class Settings:
    """How the agent plays. ``made_with``: versions of the libraries that saved the weights."""

    handshake: str = "auto"
    questions: str = "all"
    batch_size: int = 16
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
