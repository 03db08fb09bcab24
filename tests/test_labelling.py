"""Labelling in shards: resumed, spread over processes and a Dask cluster, always the same bytes."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from labelling_world import Dies, Refuses, StandIn

from pipeline import labelling
from pipeline.errors import WeightsError
from pipeline.hashing import sha256
from pipeline.labelling import Job, LabellingError, ModelScorer, local_pool, read, run
from twentyq.calibration import Calibration, Column
from twentyq.llm import YesNoModel

KEYWORDS = tuple(f"word {i}" for i in range(50))
QUESTIONS = tuple((f"q{i}", f"Is it number {i}?") for i in range(7))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(KEYWORDS, QUESTIONS, StandIn(str(tmp_path / "journal")), block=4)


@pytest.fixture
def one() -> ThreadPoolExecutor:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_labels_come_back_in_order(job: Job, one: ThreadPoolExecutor, tmp_path: Path) -> None:
    assert len(run(job, tmp_path / "labels", one)) == job.shards == 13
    labels = read(tmp_path / "labels")
    assert labels.keywords == list(KEYWORDS)
    assert labels.question_ids == [name for name, _ in QUESTIONS]
    expected = job.scorer(KEYWORDS, [wording for _, wording in QUESTIONS])
    assert np.allclose(labels.log_odds, expected, atol=labelling.UNIT)


def test_only_what_is_missing_is_done_again(
    job: Job, one: ThreadPoolExecutor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, journal = tmp_path / "labels", tmp_path / "journal"
    run(job, folder, one)
    before = contents(folder)
    for shard in (3, 12):
        (folder / f"{shard:06d}.parquet").unlink()
    journal.write_text("")
    run(job, folder, one)
    assert sorted(line.split(maxsplit=1)[1] for line in journal.read_text().splitlines()) == [
        "word 12",
        "word 48",
    ]
    assert contents(folder) == before
    assert "11 of 13 shards are there already" in capsys.readouterr().out


def test_processes_make_the_same_bytes(job: Job, one: ThreadPoolExecutor, tmp_path: Path) -> None:
    run(job, tmp_path / "one", one)
    with local_pool(2) as pool:
        run(job, tmp_path / "two", pool)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_dask_cluster_that_loses_a_worker_makes_the_same_bytes(
    job: Job, one: ThreadPoolExecutor, tmp_path: Path
) -> None:
    from distributed import LocalCluster

    run(job, tmp_path / "one", one)
    slow = replace(job, scorer=replace(job.scorer, seconds=0.3))
    journal = tmp_path / "journal"
    journal.write_text("")
    killed = []

    def kill_the_first_worker(path: Path, content: bytes) -> None:
        real(path, content)
        if not killed:
            killed.append(int(journal.read_text().split(maxsplit=1)[0]))
            os.kill(killed[0], signal.SIGKILL)

    real = labelling.write_bytes
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        labelling.dask_cluster(cluster.scheduler_address) as executor,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(labelling, "write_bytes", kill_the_first_worker)
        run(slow, tmp_path / "two", executor)
    assert contents(tmp_path / "two") == contents(tmp_path / "one")
    workers = {line.split()[0] for line in journal.read_text().splitlines()}
    assert killed and len(workers - {str(killed[0])}) >= 1


def test_no_scheduler_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelling, "CONNECT_SECONDS", 1)
    with (
        pytest.raises(LabellingError, match="Expected a Dask scheduler at 'tcp://127.0.0.1:9'"),
        labelling.dask_cluster("tcp://127.0.0.1:9"),
    ):
        pass


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"keywords": KEYWORDS[:-1]}, "keywords, keywords_sha256"),
        ({"questions": QUESTIONS[::-1]}, "questions_sha256"),
        ({"block": 5}, "block"),
    ],
)
def test_another_jobs_folder_is_refused(
    job: Job, one: ThreadPoolExecutor, tmp_path: Path, change: dict, named: str
) -> None:
    run(job, tmp_path / "labels", one)
    before = contents(tmp_path / "labels")
    with pytest.raises(LabellingError, match=rf"another job \(it differs in {named}\)"):
        run(replace(job, **change), tmp_path / "labels", one)
    assert contents(tmp_path / "labels") == before


def finished_weights(folder: Path, content: bytes) -> str:
    """A folder as stage 01 leaves it, with these weights and the same config whatever they are."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(content)
    files = {p.name: {"bytes": p.stat().st_size, "sha256": sha256(p)} for p in folder.iterdir()}
    (folder / "weights.json").write_text(json.dumps({"files": files}))
    return str(folder)


def test_labels_of_other_weights_are_not_gone_on_with(
    job: Job, one: ThreadPoolExecutor, tmp_path: Path
) -> None:
    calibration = tmp_path / "calibration.json"
    calibration.write_text("{}")

    def by(content: bytes, run_name: str) -> Job:
        weights = finished_weights(tmp_path / run_name / "weights", content)
        name = ModelScorer(weights, str(calibration)).name
        return replace(job, scorer=replace(job.scorer, name=name))

    run(by(b"some", "a"), tmp_path / "labels", one)
    run(by(b"some", "b"), tmp_path / "labels", one)
    with pytest.raises(LabellingError, match=r"another job \(it differs in scorer\)"):
        run(by(b"more", "c"), tmp_path / "labels", one)
    with pytest.raises(WeightsError, match="holds no finished weights"):
        _ = ModelScorer(str(tmp_path), str(calibration)).name


def test_a_failed_shard_leaves_the_others(
    job: Job, one: ThreadPoolExecutor, tmp_path: Path
) -> None:
    with pytest.raises(LabellingError, match="Shard 5 could not be labelled: ValueError: no such"):
        run(replace(job, scorer=Refuses("word 20")), tmp_path / "labels", one)
    assert "000004.parquet" in contents(tmp_path / "labels")
    with pytest.raises(LabellingError, match="shards are missing, the first 000005.parquet"):
        read(tmp_path / "labels")


def test_a_dead_process_is_one_sentence(job: Job, tmp_path: Path) -> None:
    with local_pool(1) as pool, pytest.raises(LabellingError, match="a worker died"):
        run(replace(job, scorer=Dies()), tmp_path / "labels", pool)


def test_labels_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(LabellingError, match="found no job.json"):
        read(tmp_path)


def test_a_model_says_the_same_whatever_it_labelled_before(
    tiny_model_folder: Path, tmp_path: Path
) -> None:
    calibration = Calibration((Column("plain", 0.5),), 0.25)
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps(calibration.to_json()))
    scorer = ModelScorer(str(tiny_model_folder), str(path), pass_tokens=24, device="cpu")
    questions = [(f"q{i}", text) for i, text in enumerate(["Is it red?", "Can you eat it?", "no"])]
    fresh = labelling.label(scorer, ["desk", "lamp"], questions)
    labelling.label(scorer, ["secret", "keyword"], questions)
    assert labelling.label(scorer, ["desk", "lamp"], questions) == fresh
    model = YesNoModel.load(tiny_model_folder, device="cpu")
    odds = model.log_odds([model.template("plain").render(model.tokenizer, "desk", "Is it red?")])
    assert scorer(["desk"], ["Is it red?"])[0, 0] == pytest.approx(0.5 * odds[0] + 0.25, abs=1e-3)
