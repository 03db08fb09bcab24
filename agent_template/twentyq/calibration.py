"""From what a model computes to P(yes): ``calibration.json``, fitted by the workbench.

    P(yes) = sigmoid(intercept + sum over columns of weight * reading)

A column reads one prompt: either the log-odds of yes against no of the next token (Platt's
scaling; several prompts make a logistic stack), or a linear probe of the residual stream
after an inner layer (Alain and Bengio, "Understanding intermediate layers using linear
classifier probes", 2016), which knows the answer better than a small model says it.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

log = logging.getLogger("twentyq")

DEFAULT_TEMPLATE = "both"
FARTHEST = 30.0
"""Log-odds beyond which P(yes) is cut, so that it stays strictly between 0 and 1."""


class CalibrationError(ValueError):
    """A calibration that cannot be used, or not with this model."""


@dataclass(frozen=True)
class Probe:
    """``stream @ direction + bias`` of the residual stream after ``layer`` (1 is the first)."""

    layer: int
    direction: np.ndarray
    bias: float

    def to_json(self) -> dict[str, Any]:
        # One line of text: a list of some thousand numbers would bury the rest of the file.
        text = " ".join(f"{v:.7g}" for v in self.direction)
        return {"layer": self.layer, "bias": self.bias, "direction": text}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Probe:
        direction = np.array(found["direction"].split(), np.float32)
        return cls(int(found["layer"]), direction, float(found["bias"]))


@dataclass(frozen=True)
class Column:
    """One reading of one prompt; without a ``probe`` it is the next token's log-odds."""

    template: str
    weight: float = 1.0
    probe: Probe | None = None

    @property
    def name(self) -> str:
        return column_name(self.template, self.probe and self.probe.layer)


@dataclass(frozen=True)
class Calibration:
    """The columns of a stack and its intercept."""

    columns: tuple[Column, ...] = (Column(DEFAULT_TEMPLATE),)
    intercept: float = 0.0

    @cached_property
    def templates(self) -> tuple[str, ...]:
        """The prompts to ask, each once."""
        return tuple(dict.fromkeys(c.template for c in self.columns))

    @cached_property
    def layers(self) -> tuple[int, ...]:
        """The layers that probes read, each once, in order."""
        return tuple(sorted({c.probe.layer for c in self.columns if c.probe}))

    @cached_property
    def needs_odds(self) -> bool:
        """Whether any column reads the next token; without one the last layers need not run."""
        return any(c.probe is None for c in self.columns)

    @property
    def depth(self) -> int:
        """How many layers have to be run; 0 stands for all."""
        return 0 if self.needs_odds else max(self.layers)

    def check(self, width: int, n_layers: int) -> None:
        """Raise CalibrationError if a probe was made for a model of another shape."""
        for column in self.columns:
            probe = column.probe
            if probe and (len(probe.direction) != width or not 1 <= probe.layer <= n_layers):
                raise CalibrationError(
                    f"The probe {column.name} is for a model of width {len(probe.direction)}; this "
                    f"one has width {width} and {n_layers} layers. Run 02_prompt_eda for it."
                )

    def p_yes(self, odds: np.ndarray, streams: np.ndarray) -> np.ndarray:
        """P(yes), float64 [n], strictly between 0 and 1; NaN where a reading is not finite.

        ``odds``: log-odds [n, n_templates]; ``streams``: [n, n_templates, n_layers, width], both
        in the order of ``templates`` and ``layers``.
        """
        z = np.full(len(odds), self.intercept)
        for column in self.columns:
            place = self.templates.index(column.template)
            if column.probe is None:
                reading = odds[:, place].astype(np.float64)
            else:
                layer = self.layers.index(column.probe.layer)
                reading = streams[:, place, layer] @ column.probe.direction + column.probe.bias
            z += column.weight * reading
        # An overflow is no answer; cut to FARTHEST it would be a sure one.
        z[~np.isfinite(z)] = np.nan
        return 1.0 / (1.0 + np.exp(-np.clip(z, -FARTHEST, FARTHEST)))

    def ask(
        self,
        model: Any,
        pairs: Sequence[tuple[str, str]],
        progress: Callable[[float], None] | None = None,
    ) -> np.ndarray:
        """P(yes), float64 [n], of (keyword, question) pairs by a ``YesNoModel``.

        ``progress`` is called with the number of pairs just done, a fraction at times.
        """
        templates = [model.template(name) for name in self.templates]
        prompts = [t.render(model.tokenizer, *pair) for pair in pairs for t in templates]
        told = progress and (lambda done: progress(done / len(templates)))
        odds, streams = model.read(prompts, self.layers, odds=self.needs_odds, progress=told)
        shape = (len(pairs), len(templates))
        return self.p_yes(odds.reshape(shape), streams.reshape(*shape, *streams.shape[1:]))

    def to_json(self) -> dict[str, Any]:
        """Plain values that ``from_json`` takes."""
        columns = [
            {"template": c.template, "weight": c.weight, "probe": c.probe and c.probe.to_json()}
            for c in self.columns
        ]
        return {"intercept": self.intercept, "columns": columns}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Calibration:
        """Raises CalibrationError naming what is wrong."""
        try:
            columns = tuple(
                Column(
                    str(c["template"]),
                    float(c["weight"]),
                    Probe.from_json(c["probe"]) if c.get("probe") else None,
                )
                for c in found["columns"]
            )
            read = cls(columns, float(found["intercept"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CalibrationError(f"{type(error).__name__}: {error}") from error
        numbers = [read.intercept, *(c.weight for c in columns)]
        numbers += [v for c in columns if c.probe for v in (c.probe.bias, *c.probe.direction)]
        if not columns or not all(map(math.isfinite, numbers)):
            raise CalibrationError("no columns, or numbers that are none")
        return read

    @classmethod
    def read(cls, path: Path) -> Calibration:
        """The calibration in a file; without a usable one, one prompt as it comes."""
        try:
            return cls.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            log.warning("No usable calibration in %s (%s): none is applied.", path, error)
            return cls()


def column_name(template: str, layer: int | None) -> str:
    """``both`` for the next token's log-odds, ``both@22`` for a probe after layer 22."""
    return f"{template}@{layer}" if layer else template
