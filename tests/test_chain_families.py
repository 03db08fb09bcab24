"""The whole chain, papermill and all, for tiny models of three families."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile

import pytest
from families import BY_NAME, save_tiny

from pipeline.places import ROOT

pytestmark = pytest.mark.chain


@pytest.mark.parametrize("name", ["qwen3", "mistral", "gemma-3"])
def test_from_model_folder_to_played_games(name, tmp_path):
    folder = save_tiny(BY_NAME[name], tmp_path / name)
    settings = ["eda.limit=60", "arena.games=1", "arena.pairings=[self]", "package.level=0"]
    command = [sys.executable, "-m", "pipeline", "run", "params/smoke.yaml", "--model", folder]
    command += [part for setting in settings for part in ("--set", setting)]
    runs = tmp_path / "runs"
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, "TWENTYQ_RUNS": str(runs)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = runs.iterdir()
    proof = json.loads((run / "report" / "verification.json").read_text())
    assert proof["problems"] == [] and set(proof["answers"]) <= {"yes", "no"}
    games = [json.loads(line) for line in (run / "report" / "games.jsonl").open()]
    assert len(games) == 1 and not games[0]["error"]
    with tarfile.open(run / "submission.tar.gz") as tar:
        names = tar.getnames()
    assert {"weights/model.safetensors", "twentyq/architectures.yaml"} <= set(names)
