"""The chain: the notebooks in order, through papermill, skipping what is up to date.

python -m pipeline run params/default.yaml
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import places, receipts
from .assemble import preflight
from .environment import on_kaggle
from .errors import PipelineError, StageError, WeightsError
from .fit import foresee
from .notebooks import check_parameters
from .params import Model, RunParams, dump
from .places import human
from .stages import STAGES, Stage
from .tarball import set_aside


@dataclass(frozen=True)
class Outcome:
    """What became of one stage."""

    stage: Stage
    ran: bool
    why: str
    seconds: float


def run(
    name: str,
    params: RunParams,
    *,
    until: Stage | None = None,
    force: Stage | None = None,
    echo: Callable[[str], None] = print,
) -> tuple[Path, list[Outcome]]:
    """Bring a run up to date; returns its folder and what each stage did.

    ``force`` reruns that stage, and with it all that depend on it. Raises StageError with
    the stage, cell, last line of the error and the executed notebook's path.
    """
    wanted = list(STAGES[: STAGES.index(until) + 1] if until else STAGES)
    for stage in wanted:
        check_parameters(stage)
    if any("submission" in stage.outputs for stage in wanted):
        # What stage 03 would refuse need not wait for stages 01 and 02.
        preflight(params)
    run_dir = places.runs_folder() / name
    run_dir.mkdir(parents=True, exist_ok=True)
    outcomes = []
    with only_one(run_dir):
        places.write_text(run_dir / "receipts" / "params.yaml", dump(params))
        for stage in wanted:
            why = _why_run(run_dir, stage, params)
            if stage == force:
                why = "forced"
            if why is None:
                echo(f"{stage.name}: skipped, up to date")
                seconds = float((receipts.read(run_dir, stage) or {}).get("seconds", 0.0))
                outcomes.append(Outcome(stage, False, "up to date", seconds))
                continue
            echo(f"{stage.name}: running ({why})")
            if "weights" in stage.outputs:
                foresee(params, echo)
            outcomes.append(_run_stage(run_dir, stage, params, why))
        if on_kaggle():
            publish(run_dir, name, echo)
    return run_dir, outcomes


def plan(name: str, params: RunParams) -> list[tuple[Stage, str]]:
    """For each stage, why it would run or be skipped; a rerun makes all that follow rerun."""
    run_dir = places.runs_folder() / name
    rows: list[tuple[Stage, str]] = []
    stale: set[str] = set()
    for stage in STAGES:
        why = _why_run(run_dir, stage, params)
        behind = [n for n in stage.needs if n in stale]
        if why is None and behind:
            why = f"{behind[0]} would run"
        if why is not None:
            stale.add(stage.name)
        rows.append((stage, f"would run ({why})" if why else "up to date"))
    return rows


def _why_run(run_dir: Path, stage: Stage, params: RunParams) -> str | None:
    """As the receipt says; and a hub model runs again if its branch has moved on."""
    why = receipts.why_run(run_dir, stage, params)
    if why or "weights" not in stage.outputs:
        return why
    return moved(params.model, _json(run_dir / "weights" / "weights.json").get("commit"))


def moved(model: Model, used: str | None) -> str | None:
    """Says so if the branch of a hub model is no longer at the commit that was used."""
    if model.source != "hub" or model.revision == used:
        return None
    from . import hub

    try:
        now = hub.resolve_commit(model.id, model.revision)
    except WeightsError:
        # Without a network what is here is the newest there is.
        return None
    return None if now == used else f"{model.revision} of {model.id} is now {now[:12]}"


def _run_stage(run_dir: Path, stage: Stage, params: RunParams, why: str) -> Outcome:
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    receipts.discard(run_dir, stage)
    if stage.name <= "04_package":
        set_aside(run_dir)
    # papermill guesses at parameters and misses some; they were checked by our own reading.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    executed = run_dir / "notebooks" / stage.notebook.name
    executed.parent.mkdir(parents=True, exist_ok=True)
    values = {"run_dir": str(run_dir), **stage.parameters(params)}
    # The kernel is this interpreter's, whatever kernels a user has installed under python3.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.environ[places.CHAIN_ENV] = "1"
    start = time.perf_counter()
    watch = MemoryWatch()
    try:
        with watch, tempfile.TemporaryDirectory(prefix="twentyq-") as sockets:
            papermill.execute_notebook(
                str(stage.notebook),
                str(executed),
                parameters=values,
                kernel_name="python3",
                cwd=str(places.NOTEBOOKS),
                progress_bar={"desc": stage.name, "leave": True} if sys.stderr.isatty() else False,
                stderr_file=sys.stderr,
                # Not over TCP, where others on the machine could listen; and with sockets of
                # its own, because the project may be read-only, as an attached dataset is.
                config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}}),
            )
    except PapermillExecutionError as error:
        lines = str(error.evalue).strip().splitlines() or [""]
        # Ours are one sentence, perhaps over several lines; of others the last line tells.
        message = " ".join(lines) if error.ename.endswith("Error") else lines[-1]
        raise StageError(
            f"Stage {stage.name} stopped in cell [{error.exec_count}]: {error.ename}: {message}\n"
            f"The executed notebook is {executed}."
        ) from error
    except DeadKernelError as error:
        raise StageError(
            f"The kernel of stage {stage.name} died, most likely out of memory: "
            f"{watch.figures()}.\nThe executed notebook is {executed}. "
            "Close other programs, or take a smaller model (MODEL=org/name)."
        ) from error
    seconds = time.perf_counter() - start
    try:
        receipts.write(run_dir, stage, params, seconds, why)
    except FileNotFoundError as error:
        raise StageError(
            f"Stage {stage.name} ended without its output {error} in {run_dir}.\n"
            f"The executed notebook is {executed}."
        ) from None
    return Outcome(stage, True, why, seconds)


@contextmanager
def only_one(run_dir: Path) -> Iterator[None]:
    """Hold the run's lock; the kernel of a killed chain does not keep it."""
    with (run_dir / ".lock").open("a+") as lock:
        os.set_inheritable(lock.fileno(), False)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise PipelineError(
                f"Another process ({lock.read().strip() or 'unknown'}) is working on {run_dir}. "
                "Wait for it to end, or stop it; what it has finished is kept."
            ) from None
        lock.truncate(0)
        lock.write(f"pid {os.getpid()}")
        lock.flush()
        yield


class MemoryWatch:
    """Remembers the most memory that this process's children took together."""

    def __enter__(self) -> MemoryWatch:
        self.peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        import psutil

        while not self._done.wait(0.5):
            total = 0
            for child in psutil.Process().children(recursive=True):
                try:
                    total += child.memory_info().rss
                except psutil.Error:
                    continue
            self.peak = max(self.peak, total)

    def figures(self) -> str:
        import psutil

        memory = psutil.virtual_memory()
        return (
            f"it held {human(self.peak)} when last seen, of {human(memory.total)} "
            f"({human(memory.available)} available now)"
        )


def publish(run_dir: Path, name: str, echo: Callable[[str], None]) -> None:
    """On Kaggle: only the tarball and the reports go where the output is kept."""
    target = places.kaggle_folder() / "working" / name
    target.mkdir(parents=True, exist_ok=True)
    tarball = run_dir / "submission.tar.gz"
    if tarball.is_file():
        places.require_disk(target, tarball.stat().st_size, "the copy of the tarball")
        beside = target / ".submission.partial"
        shutil.copyfile(tarball, beside)
        beside.replace(target / tarball.name)
    for folder in ("report", "notebooks"):
        if (run_dir / folder).is_dir():
            shutil.copytree(run_dir / folder, target / folder, dirs_exist_ok=True)
    echo(f"Copied the tarball and the reports to {target}")


def summary(run_dir: Path, outcomes: list[Outcome]) -> str:
    """The table a run ends with."""
    rows = [
        [o.stage.name, f"{o.seconds:.0f} s", "ran" if o.ran else "skipped", o.why] for o in outcomes
    ]
    lines = text_table(["stage", "time", "", "why"], rows)
    lines.append("")
    done = {o.stage.name for o in outcomes}
    lines += [f"{key:<8} {value}" for key, value in _facts(run_dir, done)]
    return "\n".join(lines)


def _facts(run_dir: Path, done: set[str]) -> Iterator[tuple[str, str]]:
    """What the stages in ``done`` found; of the others there may be older results."""
    report = run_dir / "report"
    eda = _json(report / "eda.json")
    if eda and "02_prompt_eda" in done:
        yield (
            "answers",
            f"balanced accuracy {eda['balanced_accuracy']:.3f}, AUC {eda['auc']:.3f} on "
            f"{eda['pairs']} labelled pairs ({eda['answers_per_second']:.1f} answers/s)",
        )
    played = _json(report / "arena.json").get("pairings", []) if "05_arena" in done else []
    for row in played:
        yield (
            "arena",
            f"{row['label']}: {row['wins']} of {row['games']} won"
            + (f", mean round {row['mean_rounds']:.1f}" if row.get("mean_rounds") else "")
            + f", {row['errors']} errors",
        )
    tarball = run_dir / "submission.tar.gz"
    proof = _json(report / "verification.json")
    if tarball.is_file() and "04_package" in done:
        yield "tarball", str(tarball)
        yield "size", f"{human(tarball.stat().st_size)} ({tarball.stat().st_size:,} bytes)"
        yield "sha256", proof.get("sha256", "unknown")
    yield "run", str(run_dir)


def _json(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def text_table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Lines of a table with a ruled head, columns as wide as they need be."""
    widths = [max(len(r[i]) for r in [head, *rows]) for i in range(len(head))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in [head, *rows]]
    return [lines[0].rstrip(), "-" * len(lines[0]), *(line.rstrip() for line in lines[1:])]
