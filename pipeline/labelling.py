"""Have a language model answer questions about keywords, in shards that outlive the job.

    with local_pool(4) as executor:
        run(job, Path("runs/default/labels"), executor)

A shard is some keywords with all questions, and one Parquet file. Tasks are pure: they get a
shard and return the file's bytes; only the driver writes, beside and then renamed, so it does
no harm that Dask may run a task twice. What is batched together is fixed by the shard and
every task runs on one thread: the bytes do not depend on who worked, or on how many.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .errors import PipelineError
from .hashing import sha256
from .places import AGENT_TEMPLATE, write_bytes, write_text
from .progress import bar
from .shards import parquet_bytes
from .weights import read_manifest

UNIT = 0.01
"""Of stored log-odds: an int16 v means UNIT * v."""
AHEAD = 64
"""Shards that are handed out at a time: enough for every worker, few enough to keep in memory."""
RETRIES = 3
"""How often Dask may give a lost shard to another worker."""
CONNECT_SECONDS = 10
JOB = "job.json"


class LabellingError(PipelineError):
    """The labels cannot be made or read; finished shards are kept."""


class Scorer(Protocol):
    """log P(yes) - log P(no) by keyword and question, float [n_keywords, n_questions].

    It travels to the workers by pickle, and says in ``name`` whose answers these are.
    """

    @property
    def name(self) -> str: ...

    def __call__(self, keywords: Sequence[str], questions: Sequence[str]) -> np.ndarray: ...


@dataclass(frozen=True)
class ModelScorer:
    """A language model in a folder of weights and its ``calibration.json``, loaded once a worker.

    Its log-odds are those of the calibrated P(yes), as the agent computes it.
    """

    weights: str
    calibration: str
    pass_tokens: int = 512
    device: str = "auto"

    @property
    def name(self) -> str:
        """The weights by the hashes that their manifest records, and the calibration by its own.

        Raises WeightsError if the folder holds no finished weights.
        """
        weights = Path(self.weights)
        files = sorted(read_manifest(weights)["files"].items())
        recorded = _digest([f"{name} {entry['sha256']}" for name, entry in files])
        calibration = sha256(Path(self.calibration))
        return f"{weights.name} (files {recorded[:12]}), calibration {calibration[:12]}"

    def __call__(self, keywords: Sequence[str], questions: Sequence[str]) -> np.ndarray:
        model, calibration = _loaded(self.weights, self.calibration, self.pass_tokens, self.device)
        rows = [calibration.ask(model, [(k, q) for q in questions]) for k in keywords]
        p_yes = np.array(rows)
        return np.log(p_yes) - np.log1p(-p_yes)


@lru_cache(maxsize=1)
def _loaded(weights: str, calibration: str, pass_tokens: int, device: str) -> tuple[Any, Any]:
    import torch

    # A Dask worker was not started by our command line, which puts the agent's package there.
    if str(AGENT_TEMPLATE) not in sys.path:
        sys.path.insert(0, str(AGENT_TEMPLATE))
    from twentyq.calibration import Calibration
    from twentyq.llm import YesNoModel

    torch.set_num_threads(1)
    model = YesNoModel.load(Path(weights), pass_tokens=pass_tokens, device=device)
    found = Calibration.read(Path(calibration))
    found.check(model.width, model.n_layers)
    model.warm_up([model.template(name) for name in found.templates], found.depth)
    return model, found


@dataclass(frozen=True)
class Job:
    """What is to be labelled; ``questions`` are (id, wording); ``block`` keywords a shard."""

    keywords: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]
    scorer: Scorer
    block: int = 16

    @property
    def shards(self) -> int:
        return -(-len(self.keywords) // self.block)

    def of(self, shard: int) -> tuple[str, ...]:
        """The keywords of a shard."""
        return self.keywords[shard * self.block : (shard + 1) * self.block]

    def describe(self) -> dict[str, Any]:
        """Everything that the bytes of the shards depend on."""
        return {
            "format": 1,
            "scorer": self.scorer.name,
            "keywords": len(self.keywords),
            "keywords_sha256": _digest(self.keywords),
            "questions": len(self.questions),
            "questions_sha256": _digest([text for pair in self.questions for text in pair]),
            "block": self.block,
            "unit": UNIT,
        }


def label(scorer: Scorer, keywords: Sequence[str], questions: Sequence[tuple[str, str]]) -> bytes:
    """One shard's Parquet file: ``keyword``, then an int16 column per question."""
    one_thread()
    odds = scorer(keywords, [wording for _, wording in questions])
    stored = np.clip(np.rint(np.asarray(odds) / UNIT), -32767, 32767).astype(np.int16)
    columns = {"keyword": pa.array(keywords, pa.string())}
    columns |= {name: stored[:, i] for i, (name, _) in enumerate(questions)}
    return parquet_bytes(pa.table(columns))


def run(
    job: Job, folder: Path, executor: Executor, echo: Callable[[str], None] = print
) -> list[Path]:
    """Label what is missing in ``folder`` and return the files of all shards.

    Raises LabellingError if the folder belongs to another job, or a worker dies for good.
    """
    _claim(job, folder)
    files = [_file(folder, shard) for shard in range(job.shards)]
    missing = [shard for shard in range(job.shards) if not files[shard].exists()]
    if len(missing) < job.shards:
        echo(f"{job.shards - len(missing)} of {job.shards} shards are there already")
    with bar(total=job.shards, initial=job.shards - len(missing), desc="labelling") as shown:
        for shard, content in _results(job, missing, executor):
            write_bytes(files[shard], content)
            shown.update()
    return files


def _results(job: Job, shards: Sequence[int], executor: Executor) -> Iterator[tuple[int, bytes]]:
    """(shard, its bytes) as they are done, with ``AHEAD`` of them under way."""
    waiting = iter(shards)
    running: dict[Future[bytes], int] = {}
    while True:
        for shard in waiting:
            task = executor.submit(label, job.scorer, job.of(shard), job.questions)
            running[task] = shard
            if len(running) >= AHEAD:
                break
        if not running:
            return
        done = wait(running, return_when=FIRST_COMPLETED).done
        # What went well is kept before what failed ends the job.
        for task in sorted(done, key=lambda task: task.exception() is not None):
            shard = running.pop(task)
            yield shard, _result(task, shard)


def _result(task: Future[bytes], shard: int) -> bytes:
    try:
        return task.result()
    except PipelineError:
        raise
    except BrokenProcessPool:
        reason = "a worker died (most often for want of memory: use fewer workers)"
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    raise LabellingError(
        f"Shard {shard} could not be labelled: {reason}. The shards that were done are kept; "
        "run the same command again to go on."
    )


@contextmanager
def local_pool(workers: int) -> Iterator[Executor]:
    """``workers`` processes on this machine, one thread each."""
    # Spawned: a forked copy of a process with threads, as torch starts them, may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=one_thread) as pool:
        yield pool


@contextmanager
def dask_cluster(address: str) -> Iterator[Executor]:
    """The workers of a Dask scheduler, such as ``tcp://10.0.0.5:8786``.

    They need this project on their path, the same packages, and one thread each
    (``dask worker ADDRESS --nthreads 1``). Raises LabellingError if nobody answers.
    """
    from distributed import Client

    try:
        client = Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise LabellingError(
            f"Expected a Dask scheduler at {address!r}, found none ({error}). Start one with "
            "`dask scheduler`, its workers with `dask worker ADDRESS --nthreads 1`."
        ) from error
    with client:
        threads = {worker["nthreads"] for worker in client.scheduler_info(-1)["workers"].values()}
        if threads - {1}:
            raise LabellingError(
                f"Expected Dask workers of one thread each, found some of {max(threads)}. Start "
                "them with `dask worker ADDRESS --nthreads 1`."
            )
        yield client.get_executor(retries=RETRIES, pure=False)


def one_thread() -> None:
    """Let this process compute on one thread, so that sums are always taken in one order."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)


def _claim(job: Job, folder: Path) -> None:
    """Write the job's description into an empty folder; refuse that of another job."""
    described = job.describe()
    path = folder / JOB
    if path.exists():
        found = json.loads(path.read_text(encoding="utf-8"))
        changed = sorted(k for k in described if found.get(k) != described[k])
        if changed:
            raise LabellingError(
                f"{folder} holds the labels of another job (it differs in {', '.join(changed)}). "
                "Choose another folder, or delete this one."
            )
    else:
        write_text(path, json.dumps(described, indent=1) + "\n")


@dataclass(frozen=True, eq=False)
class Labels:
    """A finished job; ``log_odds``: float32 [n_keywords, n_questions]."""

    keywords: list[str]
    question_ids: list[str]
    log_odds: np.ndarray


def read(folder: Path) -> Labels:
    """All shards of a finished job, in order. Raises LabellingError if some are missing."""
    try:
        job = json.loads((folder / JOB).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise LabellingError(
            f"Expected labels in {folder}, found no {JOB}. Make them with notebooks/"
            "00_knowledge.ipynb."
        ) from None
    files = [_file(folder, shard) for shard in range(-(-job["keywords"] // job["block"]))]
    missing = [path.name for path in files if not path.exists()]
    if missing:
        raise LabellingError(
            f"{folder}: {len(missing)} of {len(files)} shards are missing, the first {missing[0]}. "
            "Run the labelling again to finish it."
        )
    table = pa.concat_tables([pq.read_table(path) for path in files])
    ids = table.column_names[1:]
    stored = np.column_stack([table[name].to_numpy() for name in ids])
    return Labels(table["keyword"].to_pylist(), ids, (UNIT * stored).astype(np.float32))


def _file(folder: Path, shard: int) -> Path:
    return folder / f"{shard:06d}.parquet"


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
