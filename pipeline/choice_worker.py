"""One way of storing the weights, in a process of its own: made, or loaded and scored.

    python -m pipeline.choice_worker store|score FOLDER CHOICE

``compare_quantization`` starts it, so that what one choice holds in memory does not count for the
next, and running out of memory ends one choice only. FOLDER has the resolved ``params.yaml``. Ends
when its standard input closes: a killed parent takes it along.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from . import environment, evaluate, places, weights
from .errors import PipelineError
from .params import Eda, Model, RunParams
from .quantization import Choice, find
from .weights import Source


def store(folder: Path, choice: Choice, params: RunParams) -> None:
    """Quantise into ``FOLDER/CHOICE/weights``, which appears whole or not at all."""
    made = weights.quantize(
        _source(folder, params.model),
        folder / choice.name / "weights",
        quant_type=choice.quant_type,
        double_quant=choice.double_quant,
        device=params.hardware.device,
        compute_dtype=params.hardware.compute_dtype,
        trust_remote_code=params.model.trust_remote_code,
        model_id=params.model.id,
    )
    print(f"{choice.name}: stored in {made['quantize_seconds']:.0f} s")


def score(folder: Path, choice: Choice, params: RunParams) -> None:
    """Load as the agent does, answer the labelled pairs, write ``FOLDER/CHOICE/scores.json``.

    In it: bytes on disk and as this process holds the weights (``loaded``), seconds, answers per
    second, and P(yes) of each pair, calibrated without its question and keyword.
    """
    made = weights.read_manifest(folder / choice.name / "weights")
    model, memory = _load(folder / choice.name / "weights", params)
    p_yes, speed = _answers(model, params.eda, folder / choice.name / "answers", made)
    found = {
        "commit": made["commit"],
        "parameters": made["parameters"],
        "device": model.model.device.type,
        "compute_dtype": made["compute_dtype"],
        "disk": sum(record["bytes"] for record in made["files"].values()),
        "loaded": memory,
        "quantize_seconds": made["quantize_seconds"],
        "answers_per_second": speed,
        "p_yes": [round(float(p), 6) for p in p_yes],
    }
    places.write_text(folder / choice.name / "scores.json", json.dumps(found) + "\n")


def chosen_pairs(eda: Eda) -> list[evaluate.Pair]:
    """The labelled pairs that ``eda`` names, the same for every choice."""
    return evaluate.choose_pairs(eda.pairs, eda.limit, eda.cells, eda.seed)


def _answers(model: Any, eda: Eda, folder: Path, made: dict[str, Any]) -> tuple[np.ndarray, float]:
    """P(yes), float64 [n_pairs], as notebook 02 has it, and answers per second."""
    from . import bakeoff  # imports the agent's package, for which main() prepares

    templates = bakeoff.templates(model, eda.templates)
    allowed = bakeoff.pinned(eda.template, eda.templates, templates)
    scores = bakeoff.score(model, templates, chosen_pairs(eda), folder, made)
    chosen = bakeoff.choose(scores, eda.most, allowed)
    return scores.p_yes(chosen), scores.answers_per_second(chosen)


def _load(folder: Path, params: RunParams) -> tuple[Any, int]:
    """The model, and the bytes by which it made this process, or the GPU's share of it, grow."""
    import psutil
    import torch
    import transformers  # noqa: F401  # its own size is not the model's

    from twentyq.llm import YesNoModel

    # One line per layer and pass: 8-bit layers compute in float16, whatever is asked for.
    logging.getLogger("bitsandbytes.autograd._functions").setLevel(logging.ERROR)
    before = psutil.Process().memory_info().rss
    model = YesNoModel.load(
        folder,
        device=params.hardware.device,
        compute_dtype=params.hardware.compute_dtype,
        pass_tokens=params.hardware.pass_tokens,
        trust_remote_code=params.model.trust_remote_code,
    )
    if model.model.device.type == "cuda":
        return model, int(torch.cuda.memory_allocated())
    return model, psutil.Process().memory_info().rss - before


def _source(folder: Path, model: Model) -> Source:
    """The model to quantise; a GGUF file is unpacked once for all choices."""
    record = folder / "source.json"
    wanted = model.model_dump(mode="json")
    if record.is_file():
        kept = json.loads(record.read_text(encoding="utf-8"))
        if kept.pop("model") == wanted:
            return Source(**{**kept, "folder": Path(kept["folder"])})
    record.unlink(missing_ok=True)
    source = weights.find_source(
        source=model.source,
        model_id=model.id,
        revision=model.revision,
        path=model.path,
        gguf=wanted["gguf"],
        trust_remote_code=model.trust_remote_code,
        scratch=folder / "source",
    )
    if source.temporary:
        kept = {"folder": str(source.folder), "described": source.described}
        kept = {"model": wanted, "commit": source.commit, **kept}
        places.write_text(record, json.dumps(kept) + "\n")
    return replace(source, temporary=False)


def _end_with_parent() -> None:
    # Not through sys.stdin, whose lock a normal exit would wait for.
    while os.read(0, 1):
        continue
    os._exit(1)


def main(step: str, folder: Path, choice: str) -> int:
    """Do one step; an error of ours is the last line printed, after ``Error: ``."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    environment.prepare()
    sys.path.insert(0, str(places.AGENT_TEMPLATE))
    text = (folder / "params.yaml").read_text(encoding="utf-8")
    params = RunParams.model_validate(yaml.safe_load(text))
    try:
        {"store": store, "score": score}[step](folder, find(choice), params)
    except (PipelineError, RuntimeError, OSError) as error:
        print(f"Error: {' '.join(str(error).split())}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
