"""A seat at the table: an agent file played in a process of its own.

Two submissions in one process would share ``sys.modules``, and one that runs out of memory or
never returns would take the arena with it. So each file gets a worker (``seat_worker.py``), a
scratch working directory, a time limit and a sentence saying how it died.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError

WORKER = Path(__file__).with_name("seat_worker.py")
START_SECONDS = 300.0
"""Longest wait for a worker to import the environment (about 6 s on two idle cores)."""
GRACE_SECONDS = 5.0
"""Waited beyond the turn's own limit, so that an agent just too late can still say so itself."""
POLL_SECONDS = 0.25
"""Interval at which a thinking worker's memory is read."""


class ArenaError(PipelineError):
    """What was expected, what was found, and what to do next, in sentences."""


class SeatFailure(Exception):
    """A turn without an action. Returned as the action, which the environment makes an ERROR.

    ``log`` is the agent's traceback, or the sentence that says how its process ended.
    """

    def __init__(self, summary: str, log: str = "") -> None:
        super().__init__(summary)
        self.log = log.strip() or summary


def peak_memory_mb(pid: int) -> float | None:
    """Peak resident memory of a running process in MiB (``VmHWM``); None where /proc has none."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return None


class SeatProcess:
    """An agent file behind a pipe, callable like an agent: ``(obs, cfg) -> str``.

    Also returns a ``SeatFailure``, which the environment makes an ERROR (in this game it turns
    time-outs into errors too). ``settings`` are environment variables for the worker; ``fresh``
    starts a new process for each game, for files that keep state between turns; ``preload``
    imports all of ``kaggle_environments`` first, as Kaggle does (see ``seat_worker.py``).
    Raises ``ArenaError`` if the file is missing or the worker does not start.
    """

    def __init__(
        self,
        main_path: Path | str,
        *,
        name: str = "",
        settings: Mapping[str, str] | None = None,
        fresh: bool = False,
        preload: bool = True,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self.main_path = Path(main_path).resolve()
        if not self.main_path.is_file():
            raise ArenaError(
                f"Expected an agent file at {self.main_path}, found none. "
                "Build or unpack a submission first, or give the path of its main.py."
            )
        self.name = name or str(main_path)
        self.settings = dict(settings or {})
        self.fresh, self.preload, self.grace = fresh, preload, grace
        self.peak_mb: float | None = None
        self._process: subprocess.Popen | None = None
        self._ready = False
        self._turns = 0
        self._scratch: Path | None = None
        self._log_start = 0
        self._read_fd = self._write_fd = -1
        self._buffer = b""

    def __enter__(self) -> SeatProcess:
        self.launch()
        self.wait_ready()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def new_game(self, seed: str = "") -> None:
        """Before a game: begin to start the worker if it is needed; ``wait_ready`` waits for it."""
        if self._process and (self._process.poll() is not None or (self.fresh and self._turns)):
            self.close()
        self.launch()

    def launch(self) -> None:
        """Start the worker without waiting, so that several can import at the same time."""
        if self._process is not None:
            return
        self._scratch = Path(tempfile.mkdtemp(prefix="seat-"))
        to_worker, self._write_fd = os.pipe()
        self._read_fd, from_worker = os.pipe()
        # the project must not be importable by accident, nor its settings leak into foreign files
        variables = {
            key: value
            for key, value in os.environ.items()
            if key != "PYTHONPATH" and not key.startswith("TWENTYQ_")
        }
        command = [sys.executable, "-P", "-X", "faulthandler", str(WORKER), str(self.main_path)]
        command += ["--read-fd", str(to_worker), "--write-fd", str(from_worker)]
        command += [] if self.preload else ["--no-preload"]
        (self._scratch / "cwd").mkdir()
        with self._log_path.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self._scratch / "cwd",
                env={**variables, **self.settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(to_worker, from_worker),
                start_new_session=True,  # its children end with it, and Ctrl-C reaches us alone
            )
        os.close(to_worker)
        os.close(from_worker)
        self._buffer, self._ready, self._turns = b"", False, 0

    def wait_ready(self) -> None:
        """Wait until the worker can take its first turn; the agent itself is not loaded yet."""
        if self._ready:
            return
        line = self._read_line(START_SECONDS)
        reply = json.loads(line) if line else {}
        if not reply.get("ready"):
            reason = reply.get("error") or (
                f"it was not ready after {START_SECONDS:.0f} s"
                if line is None
                else self._obituary("while starting")
            )
            self.close()
            raise ArenaError(
                f"Expected a worker for {self.main_path} to start, but: {reason.strip()}\n"
                "Check that `python -c 'import kaggle_environments'` works "
                "(pip install -r requirements.txt)."
            )
        self._log_start = self._log_path.stat().st_size
        self._ready = True

    def __call__(self, observation: Mapping[str, Any], configuration: Mapping[str, Any]) -> Any:
        """Play one turn; prints of the agent are passed on to stdout and stderr."""
        self.launch()
        self.wait_ready()
        self._turns += 1
        limit = configuration["actTimeout"] + observation["remainingOverageTime"]
        where = f"in turn '{observation['turnType']}' of step {observation['step']}"
        request = {"observation": observation, "configuration": configuration}
        try:
            with contextlib.suppress(BrokenPipeError):  # a dead worker shows when we read
                self._write(json.dumps(request).encode() + b"\n")
            line = self._read_line(limit + self.grace)
        except BaseException:
            self.close()  # interrupted in mid-turn: its late reply must not answer the next one
            raise
        if line is None:
            self.close()
            return SeatFailure(
                f"The agent gave no answer {where} within {limit:.1f} s (the turn's "
                f"{configuration['actTimeout']:g} s and what was left of the overage), so its "
                "process was ended. Lower its own deadline, or use a faster model."
            )
        if not line:
            obituary = self._obituary(where)
            self.close()
            return SeatFailure(obituary)
        reply = json.loads(line)
        sys.stdout.write(reply["stdout"])
        sys.stderr.write(reply["stderr"])
        if reply["kind"] == "late":
            return SeatFailure(
                f"The agent answered {where} after {reply['seconds']:.1f} s, too late: it had "
                f"{limit:.1f} s. Lower its own deadline, or use a faster model.",
            )
        if reply["kind"] == "error":
            return SeatFailure(reply["error"], log=reply["stderr"])
        if reply["kind"] == "unserialisable":
            return {"unserialisable": reply["action"]}  # not a string either way: INVALID
        return reply["action"]

    def close(self) -> None:
        """End the worker and remove its scratch folder; a later turn would start a new one."""
        process, self._process = self._process, None
        if process is None:
            return
        self._note_memory(process)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(self._read_fd)
        os.close(self._write_fd)
        self._ready = False
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def _log_path(self) -> Path:
        assert self._scratch is not None
        return self._scratch / "log"

    def _note_memory(self, process: subprocess.Popen) -> None:
        peak = peak_memory_mb(process.pid)
        if peak is not None:
            self.peak_mb = max(peak, self.peak_mb or 0.0)

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._write_fd, data) :]

    def _read_line(self, seconds: float) -> bytes | None:
        """The next line; ``b""`` if the worker is gone, None if ``seconds`` pass without one."""
        assert self._process is not None
        deadline = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self._note_memory(self._process)
            if select.select([self._read_fd], [], [], min(left, POLL_SECONDS))[0]:
                data = os.read(self._read_fd, 1 << 16)
                if not data:
                    return b""
                self._buffer += data
        self._note_memory(self._process)
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _obituary(self, where: str) -> str:
        """How the worker ended, what it held, and the last it wrote."""
        assert self._process is not None
        try:
            status = self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            status = None
        if status is None:
            how = "closed its pipe without ending"
        elif status < 0:
            how = f"was ended by signal {-status} ({signal.Signals(-status).name})"
        else:
            how = f"ended by itself with exit status {status}"
        memory = f", having used at most {self.peak_mb / 1024:.1f} GiB" if self.peak_mb else ""
        text = f"The agent's process {how} {where}{memory}."
        if status == -signal.SIGKILL:
            text += (
                " Nothing in the arena sent that signal; the usual cause is that the machine ran"
                " out of memory. Use a smaller model, or give it more memory."
            )
        with self._log_path.open("rb") as log:
            log.seek(self._log_start)
            last = log.read().decode(errors="replace").strip()[-2000:]
        return f"{text}\nThe last it wrote:\n{last}" if last else text
