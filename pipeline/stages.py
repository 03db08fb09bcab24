"""The five stages of the chain: what each reads, needs and leaves behind.

A stage's notebook has one ``parameters`` cell with ``run_dir`` and one name for each
parameter it reads: section and key joined by an underscore (``eda.limit`` -> ``eda_limit``).
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import ParamsError
from .params import RunParams
from .places import NOTEBOOKS


@dataclass(frozen=True)
class Stage:
    """One notebook.

    ``reads``: sections of the parameters, or single keys of one (``hardware.device``);
    ``outputs``: files or folders of the run; ``files``: globs of the project.
    """

    name: str
    does: str
    reads: tuple[str, ...]
    needs: tuple[str, ...]
    outputs: tuple[str, ...]
    files: tuple[str, ...] = ()

    @property
    def notebook(self) -> Path:
        return NOTEBOOKS / f"{self.name}.ipynb"

    def parameters(self, params: RunParams) -> dict[str, Any]:
        """The notebook's parameters, plain JSON values, without ``run_dir``."""
        values = params.model_dump(mode="json")
        found = {}
        for name in self.reads:
            section, _, only = name.partition(".")
            for key in [only] if only else values[section]:
                found[f"{section}_{key}"] = values[section][key]
        return found


STAGES = (
    Stage(
        "01_quantize",
        "model id -> 4-bit weights",
        reads=("model", "quantize", "hardware.device", "hardware.compute_dtype"),
        needs=(),
        outputs=("weights",),
        files=("data/gguf_models.yaml", "agent_template/twentyq/architectures.yaml"),
    ),
    Stage(
        "02_prompt_eda",
        "how does it answer? calibration",
        reads=(
            "eda",
            "hardware.device",
            "hardware.compute_dtype",
            "hardware.pass_tokens",
            "hardware.gpus",
        ),
        needs=("01_quantize",),
        outputs=("calibration.json", "report/eda.json", "report/p_yes.png", "report/kinds.png"),
        files=(
            "data/labelled_pairs.csv",
            "data/things.csv",
            "data/questions.csv",
            "agent_template/twentyq/*.yaml",
        ),
    ),
    Stage(
        "03_write_agent",
        "template + weights + knowledge -> submission folder",
        reads=("agent", "knowledge"),
        needs=("01_quantize", "02_prompt_eda"),
        outputs=("submission",),
        files=(
            "agent_template/**/*",
            "data/*.csv",
            "data/lexicon.parquet",
            "data/table*/*",
            "data/kaggle_image.yaml",
        ),
    ),
    Stage(
        "04_package",
        "submission folder -> verified tarball",
        reads=("package",),
        needs=("03_write_agent",),
        outputs=("submission.tar.gz", "report/verification.json"),
        files=("pipeline/referee.py",),
    ),
    Stage(
        "05_arena",
        "the tarball against baselines",
        reads=("arena", "hardware.gpus"),
        needs=("04_package",),
        outputs=("report/arena.json", "report/games.jsonl", "report/replay.html"),
        files=("pipeline/seat_worker.py",),
    ),
)


def find(name: str) -> Stage:
    """A stage by its name, number or word: ``02_prompt_eda``, ``02``, ``prompt_eda``."""
    for stage in STAGES:
        number, _, word = stage.name.partition("_")
        if name in (stage.name, number, str(int(number)), word):
            return stage
    names = [stage.name for stage in STAGES]
    close = difflib.get_close_matches(name, names + [n.partition("_")[2] for n in names], n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise ParamsError(f"There is no stage {name!r}; the stages are {', '.join(names)}.{hint}")
