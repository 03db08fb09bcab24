"""The whole chain on a small real model: killed, resumed, skipped, verified, played."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline import chain, fit, receipts
from pipeline.errors import PipelineError, StageError
from pipeline.params import load
from pipeline.places import ROOT
from pipeline.stages import STAGES, find

pytestmark = pytest.mark.chain
SMOKE = ROOT / "params" / "smoke.yaml"
NAMES = [s.name for s in STAGES]


def command(*arguments):
    return [sys.executable, "-m", "pipeline", *map(str, arguments)]


def environment(runs: Path) -> dict[str, str]:
    return {**os.environ, "TWENTYQ_RUNS": str(runs)}


def pipeline(runs, *arguments, **more):
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env=environment(runs),
        capture_output=True,
        text=True,
        check=False,
        **more,
    )


def ran(output: str) -> list[str]:
    return [line.split(":")[0] for line in output.splitlines() if ": running (" in line]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A finished smoke run; its first attempt was killed in the middle of stage 02."""
    folder = tmp_path_factory.mktemp("runs")
    process = subprocess.Popen(
        command("run", SMOKE),
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("02_prompt_eda: running"):
            break
    time.sleep(4)  # the kernel is at work by now
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert sum(line.startswith("will it fit? ") for line in said) == 2
    run_dir = folder / "smoke"
    left = {s.name: receipts.read(run_dir, s) is not None for s in STAGES}
    assert left == {name: name == "01_quantize" for name in NAMES}
    done = pipeline(folder, "run", SMOKE)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "resumed.txt").write_text(done.stdout)
    return folder


def test_a_killed_run_is_resumed_where_it_was(runs):
    assert ran((runs / "resumed.txt").read_text()) == NAMES[1:]


def test_the_summary_tells_what_people_want_to_know(runs):
    shown = (runs / "resumed.txt").read_text()
    tarball = runs / "smoke" / "submission.tar.gz"
    proof = json.loads((runs / "smoke" / "report" / "verification.json").read_text())
    for part in (
        "01_quantize",
        "up to date",
        "balanced accuracy",
        "answers/s",
        "against random + named",
        str(tarball),
        f"{tarball.stat().st_size:,} bytes",
        proof["sha256"],
    ):
        assert part in shown


def test_a_run_begins_with_the_verdict_and_the_sizes_come_true(runs):
    real = (runs / "smoke" / "weights" / "model.safetensors").stat().st_size
    assert fit.fit_named(str(SMOKE)).disk == pytest.approx(real, rel=0.01)
    again = pipeline(runs, "run", SMOKE, "--set", "hardware.stop_if_too_large=false")
    assert ran(again.stdout) == [] and "will it fit?" not in again.stdout


def test_the_game_from_the_tarball_was_played_by_the_model_without_network(runs):
    proof = json.loads((runs / "smoke" / "report" / "verification.json").read_text())
    assert proof["statuses"] == ["DONE"] * 4 and proof["rounds"] == len(proof["answers"])
    assert set(proof["answers"]) <= {"yes", "no"} and proof["problems"] == []
    assert proof["network_attempts"] == []


def test_what_the_tarball_holds(runs):
    import tarfile

    with tarfile.open(runs / "smoke" / "submission.tar.gz") as tar:
        names = tar.getnames()
    tops = {n.split("/")[0] for n in names}
    assert names[0] == "main.py"
    assert tops == {
        "main.py",
        "agent.json",
        "calibration.json",
        "knowledge",
        "lib",
        "twentyq",
        "weights",
    }
    libraries = {n.split("/")[1] for n in names if n.startswith("lib/")}
    assert {"bitsandbytes", "accelerate"} <= libraries
    assert not {"numpy", "torch", "transformers", "tokenizers"} & libraries
    assert not [n for n in names if n.endswith((".pyc", ".bin.tmp", ".pt"))]


def test_reports_are_there_to_look_at(runs):
    report = runs / "smoke" / "report"
    games = [json.loads(line) for line in (report / "games.jsonl").read_text().splitlines()]
    assert len(games) == 2 and not [g["error"] for g in games if g["error"]]
    page = (report / "replay.html").read_text()
    assert games[0]["keyword"] in page and "://" not in page.replace("http://www.w3.org", "")
    for picture in ("p_yes.png", "arena.png"):
        assert (report / picture).read_bytes().startswith(b"\x89PNG")


def test_a_rerun_skips_everything(runs):
    done = pipeline(runs, "run", SMOKE)
    assert done.returncode == 0 and ran(done.stdout) == []
    assert done.stdout.count("skipped, up to date") == 5


def test_status_says_what_would_run(runs):
    done = pipeline(runs, "status", SMOKE, "--set", "package.level=2")
    rows = dict(line.split(None, 1) for line in done.stdout.splitlines())
    assert rows["03_write_agent"] == "up to date"
    assert rows["04_package"] == "would run (changed parameter package_level)"
    assert rows["05_arena"] == "would run (04_package would run)"


def test_a_packaging_key_reruns_packaging_and_arena(runs):
    done = pipeline(runs, "run", SMOKE, "--set", "package.level=0")
    assert done.returncode == 0, done.stderr
    assert ran(done.stdout) == ["04_package", "05_arena"]


def test_scores_are_written_beside_the_pairs(runs, tmp_path):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(
        "keyword,question,answer,note\n"
        "Xylograph,Is it made of wood?,yes,a\n"
        "Owl,Is it an animal?,yes,b\n"
        "Owl,Does the keyword start with the letter z?,no,c\n"
    )
    done = pipeline(runs, "score", "smoke", pairs, "-o", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[0] == "keyword,question,label,note,p_yes,answer,source"
    assert [line.split(",")[-1] for line in lines[1:]] == ["model", "table", "rule"]
    assert "3 labelled" in done.stdout and "One answer of the model" in done.stdout


def test_the_time_of_an_answer_is_measured_in_a_process_of_its_own(runs):
    command = [sys.executable, "benchmarks/latency.py", "--run", runs / "smoke", "--answers", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "first answer, cold" in done.stdout and "2 answers after it: median" in done.stdout


def test_any_pairing_can_be_played(runs, tmp_path):
    keywords = tmp_path / "keywords.txt"
    keywords.write_text("Owl\nAir conditioner | Air conditioning\n")
    done = pipeline(
        runs, "arena", runs / "smoke", "--keywords", keywords, "-o", tmp_path / "out.jsonl"
    )
    assert done.returncode == 0, done.stderr
    games = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [g["keyword"] for g in games] == ["Owl", "Air conditioner"]
    assert all(g["won"] and 1 <= g["round"] <= 20 for g in games)


def test_models_are_compared_and_a_broken_one_is_a_row(runs, tmp_path):
    # As the test before left the run, so that nothing of it has to run again.
    level = ("--set", "package.level=0")
    done = pipeline(runs, "compare", SMOKE, tmp_path, "--base", SMOKE, *level)
    assert done.returncode == 1 and ran(done.stdout)[-1] == "01_quantize"
    assert "holds no model" in done.stdout and "1 of 2 models failed" in done.stderr
    row = next(line for line in done.stdout.splitlines() if line.startswith("smoke  "))
    assert "nf4-double" in row and "%" in row
    report = runs / "compare" / "report"
    assert (report / "models.csv").read_text().count("\n") == 3
    assert (report / "models.png").is_file()


def test_ways_to_store_the_weights_are_compared_once(runs):
    command = ["compare-quantization", SMOKE, "--set", "eda.limit=12", "--set", "eda.cells=12"]
    command += ["--choice", "int8", "--choice", "none"]
    first, second = (pipeline(runs, *command) for _ in range(2))
    assert first.returncode == second.returncode == 0, first.stderr
    assert first.stdout.count("measuring (no receipt)") == 2
    assert second.stdout.count("measured before, nothing has changed") == 2
    rows = {line.split()[0]: line for line in second.stdout.splitlines() if line}
    assert rows["int8"] in first.stdout and rows["none"] in first.stdout
    assert rows["none"].split()[-2:] == ["1.00", "1.00"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["score", "smok", "x.csv", "-o", "y.csv"], "There is no run 'smok'"),
        (["score", "smoke", "x.csv", "-o", "y.csv"], "There is no file x.csv"),
        (["verify", "x.tar.gz"], "There is no tarball x.tar.gz"),
        (["arena", "smoke", "--guesser", "ourz", "-o", "y.jsonl"], "found 'ourz'"),
        (["run", "params/smoke.yaml", "--force", "06"], "There is no stage '06'"),
    ],
)
def test_bad_arguments_get_one_sentence(runs, arguments, expected):
    done = pipeline(runs, *arguments)
    assert done.returncode in (1, 2)
    assert expected in done.stderr and "Traceback" not in done.stderr


def fake_notebook(folder, stage, code):
    """The stage's notebook with its bootstrap and this code instead of its work."""
    text = json.loads(stage.notebook.read_text(encoding="utf-8"))
    text["cells"] = [c for c in text["cells"] if c["cell_type"] == "code"][:2]
    extra = {**text["cells"][1], "source": [code], "id": "extra"}
    text["cells"].append(extra)
    (folder / stage.notebook.name).write_text(json.dumps(text), encoding="utf-8")


@pytest.fixture
def broken(own_folders, monkeypatch):
    """Run stage 01 with this code in it."""
    folder = own_folders / "notebooks"
    folder.mkdir()
    stage = find("quantize")

    def run(code):
        fake_notebook(folder, stage, code)
        with monkeypatch.context() as patch:
            patch.setattr("pipeline.stages.NOTEBOOKS", folder)
            name, params = load(SMOKE)
            return chain.run(name, params, until=stage, echo=lambda text: None)

    return run


def test_a_raising_cell_stops_the_chain_and_is_named(broken, own_folders):
    with pytest.raises(StageError) as caught:
        broken("raise ValueError('first line\\nthe reason')")
    executed = own_folders / "runs" / "smoke" / "notebooks" / "01_quantize.ipynb"
    for part in ("Stage 01_quantize stopped in cell", "ValueError", "the reason", str(executed)):
        assert part in str(caught.value)
    assert executed.is_file()
    assert receipts.read(own_folders / "runs" / "smoke", find("quantize")) is None


def test_a_dead_kernel_is_named_with_the_likely_reason(broken):
    with pytest.raises(StageError, match=r"died, most likely out of memory: it held .* of .*B"):
        broken("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")


def test_a_notebook_that_leaves_early_is_not_taken_for_finished(broken):
    with pytest.raises(StageError, match="ended without its output weights"):
        broken("import sys; sys.exit(0)")


def test_two_chains_do_not_share_a_run(own_folders):
    run_dir = own_folders / "runs" / "smoke"
    run_dir.mkdir(parents=True)
    with (
        chain.only_one(run_dir),
        pytest.raises(PipelineError, match=rf"Another process \(pid {os.getpid()}\)"),
        chain.only_one(run_dir),
    ):
        pass
