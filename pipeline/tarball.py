"""``submission.tar.gz``: the same bytes from the same folder, and only after a game from it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import knowledge, places
from .errors import PackageError
from .gguf_file import sha256
from .params import VERIFY_KEYWORD
from .progress import bytes_bar
from .weights import total_bytes

BLOCK = 1 << 20
PREVIOUS = "previous-submission.tar.gz"
"""An earlier tarball of the run, kept until a new one is verified."""
REFEREE = Path(__file__).with_name("referee.py")
VERIFY_SECONDS = 3600
"""A whole game may take this long on a slow machine."""


def package(
    run_dir: Path,
    *,
    level: int,
    threads: int,
    verify_keyword: str,
    echo: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Pack ``run_dir/submission``, verify the tarball by playing from it, then name it.

    Returns what ``verify`` found, with size and sha256. Raises PackageError or DiskError;
    ``submission.tar.gz`` then does not exist, so that nothing unverified can be uploaded; one
    of an earlier run is kept under another name.
    """
    folder, final = run_dir / "submission", run_dir / "submission.tar.gz"
    if not (folder / "main.py").is_file():
        raise PackageError(f"{folder} is no submission (main.py is missing); run 03_write_agent.")
    set_aside(run_dir)
    partial = run_dir / "submission.tar.gz.partial"
    size = total_bytes(folder)
    places.require_disk(run_dir, 2 * size, "the tarball and its unpacked copy")
    try:
        pack(folder, partial, level=level, threads=threads)
        found = verify(partial, keyword=verify_keyword, echo=echo)
        found |= {
            "bytes": partial.stat().st_size,
            "sha256": sha256(partial),
            "unpacked_bytes": size,
        }
        partial.replace(final)
        (run_dir / PREVIOUS).unlink(missing_ok=True)
    finally:
        partial.unlink(missing_ok=True)
    places.write_text(run_dir / "report" / "verification.json", json.dumps(found, indent=1) + "\n")
    return found


def set_aside(run_dir: Path) -> None:
    """Take the final name from an earlier tarball: it is not what is being made now."""
    final = run_dir / "submission.tar.gz"
    if final.is_file():
        final.replace(run_dir / PREVIOUS)


def pack(folder: Path, out: Path, *, level: int = 1, threads: int = 2) -> None:
    """Write ``folder``'s contents to a gzipped tar, ``main.py`` first, in parallel.

    Names, order, times, owners and modes are fixed: the bytes depend on the contents alone.
    """
    from isal import igzip_threaded

    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and "__pycache__" not in p.parts]
    files.sort(key=lambda p: (p != folder / "main.py", p.relative_to(folder).as_posix()))
    with (
        igzip_threaded.open(
            out, "wb", compresslevel=level, threads=threads, block_size=BLOCK
        ) as gz,
        tarfile.open(fileobj=gz, mode="w|", format=tarfile.GNU_FORMAT, bufsize=BLOCK) as tar,
        bytes_bar(sum(p.stat().st_size for p in files), out.name) as bar,
    ):
        for path in files:
            entry = tarfile.TarInfo(path.relative_to(folder).as_posix())
            entry.size = path.stat().st_size
            entry.mode = 0o755 if os.access(path, os.X_OK) else 0o644
            with path.open("rb") as source:
                tar.addfile(entry, _Counted(source, bar.update))


def verify(
    tarball: Path, *, keyword: str = VERIFY_KEYWORD, echo: Callable[[str], None] = print
) -> dict[str, Any]:
    """Play one whole game from nothing but the tarball, with the network cut.

    It is unpacked into a fresh folder and played by a fresh process in the real
    environment, both seats of one pair. Returns the referee's report; raises PackageError
    with the first thing that is wrong, KnowledgeError if that is the table.
    """
    if not tarball.is_file():
        raise PackageError(f"There is no tarball {tarball}; make one with `make submission`.")
    # The referee works in a folder of its own.
    tarball = tarball.resolve()
    with tempfile.TemporaryDirectory(prefix="twentyq-verify-", dir=tarball.parent) as scratch:
        folder = Path(scratch) / "agent"
        _unpack(tarball, folder)
        if not (folder / "main.py").is_file():
            raise PackageError(
                f"{tarball.name} has no main.py at its root, where the server looks."
            )
        if (folder / "knowledge").is_dir():
            knowledge.check(folder / "knowledge")
        echo(f"playing a game from {tarball.name} with the network cut (keyword: {keyword})")
        report = Path(scratch) / "report.json"
        command = [sys.executable, "-I", str(REFEREE), str(folder), keyword, str(report)]
        done = subprocess.run(
            [*_without_network(), *command],
            cwd=scratch,
            env=_clean_environment(),
            capture_output=True,
            text=True,
            timeout=VERIFY_SECONDS,
            check=False,
        )
        if not report.is_file():
            reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
            killed = f"signal {-done.returncode}" if done.returncode < 0 else "no result"
            raise PackageError(f"The verification game ended with {killed}: {reason}")
        found = json.loads(report.read_text(encoding="utf-8"))
    if found["problems"]:
        raise PackageError(f"The tarball was refused: {'; '.join(found['problems'])}")
    return found


def _unpack(tarball: Path, folder: Path) -> None:
    from isal import igzip_threaded

    folder.mkdir(parents=True)
    try:
        with (
            igzip_threaded.open(tarball, "rb") as gz,
            tarfile.open(fileobj=gz, mode="r|") as tar,
        ):
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise PackageError(f"{tarball} cannot be unpacked: {error}") from error


def _without_network() -> list[str]:
    """A command prefix that takes the network away, where the system lets us.

    The referee blocks sockets by itself as well; a namespace also stops native code.
    """
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    prefix = [unshare, "--net", "--map-root-user"]
    works = subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    return prefix if works else []


def _clean_environment() -> dict[str, str]:
    """This process's environment without what could lend the agent our code, cache or tokens."""
    secret = ("TOKEN", "KEY", "SECRET", "PASSWORD")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TWENTYQ_", "PYTHON", "HF_", "HUGGING"))
        and not any(word in name.upper() for word in secret)
    }


class _Counted:
    """A file that tells how many bytes were read."""

    def __init__(self, source: Any, count: Callable[[int], Any]) -> None:
        self._source, self._count = source, count

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self._count(len(data))
        return data
