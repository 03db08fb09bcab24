"""The tarball: the same bytes from the same folder, and no name before it has been played."""

from __future__ import annotations

import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from pipeline import assemble, tarball
from pipeline.errors import DiskError, PackageError
from pipeline.knowledge import KnowledgeError

WINNING = """
import sys, os, inspect
_here = os.path.dirname(os.path.abspath(inspect.currentframe().f_code.co_filename))
{extra}
def agent_fn(obs, cfg):
    {body}
"""
PLAIN = 'return {"ask": "Is it %d?" % len(obs.questions), "guess": "b"}.get(obs.turnType, "no")'
THREAD = (
    "import threading, time\n"
    "threading.Thread(target=time.sleep, args=(600,), name='twentyq-model', daemon=True).start()"
)


def submission(run_dir, body=PLAIN, extra=THREAD, name="main.py"):
    folder = run_dir / "submission"
    folder.mkdir(parents=True)
    (folder / name).write_text(WINNING.format(body=body, extra=extra))
    (folder / "weights").mkdir()
    (folder / "weights" / "model.safetensors").write_bytes(os.urandom(3_000_000))
    return folder


def package(run_dir):
    return tarball.package(
        run_dir, level=1, threads=2, verify_keyword="Lamp", echo=lambda text: None
    )


def test_the_same_folder_gives_the_same_bytes(tmp_path):
    folder = submission(tmp_path)
    tarball.pack(folder, tmp_path / "a.tar.gz")
    for path in folder.rglob("*"):
        os.utime(path, (1, 1))
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "main.pyc").write_bytes(b"x")
    tarball.pack(folder, tmp_path / "b.tar.gz")
    assert (tmp_path / "a.tar.gz").read_bytes() == (tmp_path / "b.tar.gz").read_bytes()
    with tarfile.open(tmp_path / "a.tar.gz") as tar:
        assert tar.getnames() == ["main.py", "weights/model.safetensors"]
        weights = tar.extractfile("weights/model.safetensors").read()
    assert weights == (folder / "weights" / "model.safetensors").read_bytes()


def test_a_tarball_that_plays_gets_its_name(tmp_path, monkeypatch):
    submission(tmp_path)
    monkeypatch.chdir(tmp_path)
    # A relative path, as people give on the command line.
    found = package(Path())
    assert (tmp_path / "submission.tar.gz").stat().st_size == found["bytes"]
    assert found["statuses"][:2] == ["DONE", "DONE"] and found["rounds"] == 20
    assert json.loads((tmp_path / "report" / "verification.json").read_text()) == found
    assert not list(tmp_path.glob("*.partial")) + list(tmp_path.glob("twentyq-verify-*"))


BROKEN = [
    ("raises", 'raise RuntimeError("broken")', THREAD, "ended with .*ERROR"),
    ("cannot be loaded", PLAIN, "import no_such_module", "No module named 'no_such_module'"),
    ("maybe", 'return "maybe" if obs.turnType == "answer" else "Is it?"', THREAD, "yes nor no"),
    ("Yes", 'return "Yes." if obs.turnType == "answer" else "Is it?"', THREAD, "neither.*'Yes.'"),
    ("no model", PLAIN, "", "model was never asked"),
    (
        "model missing",
        'sys.stderr.write("Playing without the model: gone"); ' + PLAIN,
        THREAD,
        "Playing without the model: gone",
    ),
    (
        "network",
        "import socket; socket.create_connection(('example.org', 80)); " + PLAIN,
        THREAD,
        "network is cut",
    ),
    ("exit", "os._exit(3)", THREAD, "ended with no result"),
]


@pytest.mark.parametrize(
    ("body", "extra", "expected"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN]
)
def test_a_broken_agent_gets_no_tarball(tmp_path, body, extra, expected):
    submission(tmp_path, body, extra)
    (tmp_path / "submission.tar.gz").write_bytes(b"of an earlier, working agent")
    with pytest.raises(PackageError, match=expected):
        package(tmp_path)
    kept = {"submission", "previous-submission.tar.gz"}
    assert {p.name for p in tmp_path.iterdir()} <= {*kept, "report"}


def test_main_py_must_be_at_the_root(tmp_path):
    folder = submission(tmp_path)
    tarball.pack(folder.parent, tmp_path / "nested.tar.gz")
    with pytest.raises(PackageError, match="no main.py at its root"):
        tarball.verify(tmp_path / "nested.tar.gz", echo=lambda text: None)


def test_a_table_that_is_not_the_one_built_is_refused(tmp_path):
    folder = submission(tmp_path) / "knowledge"
    folder.mkdir()
    (folder / "p_yes.npy").write_bytes(b"changed")
    recorded = {"p_yes.npy": {"bytes": 7, "sha256": "0" * 64}}
    (folder / "manifest.json").write_text(json.dumps({"files": recorded}))
    with pytest.raises(KnowledgeError, match=r"p_yes\.npy: expected sha256 0000000000000000\.\.\."):
        package(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"submission"}


def test_bad_files_are_named(tmp_path):
    with pytest.raises(PackageError, match="There is no tarball"):
        tarball.verify(tmp_path / "nowhere.tar.gz")
    (tmp_path / "cut.tar.gz").write_bytes(b"\x1f\x8b\x08 not really")
    with pytest.raises(PackageError, match="cannot be unpacked"):
        tarball.verify(tmp_path / "cut.tar.gz")
    with pytest.raises(PackageError, match="run 03_write_agent"):
        package(tmp_path)


def test_a_full_disk_is_noticed_before_packing(tmp_path, monkeypatch):
    import shutil

    submission(tmp_path)
    full = shutil._ntuple_diskusage(100, 99, 1000)
    monkeypatch.setattr("pipeline.places.shutil.disk_usage", lambda path: full)
    with pytest.raises(DiskError, match="Not enough disk for the tarball"):
        package(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"submission"}


def test_libraries_are_for_the_server_and_without_bytecode(own_folders, monkeypatch):
    index = own_folders / "index"
    index.mkdir()
    for tag in ("cp311-cp311-manylinux2014_x86_64", "cp311-cp311-win_amd64"):
        with zipfile.ZipFile(index / f"tinylib-1.0-{tag}.whl", "w") as archive:
            archive.writestr("tinylib/__init__.py", f"TAG = {tag!r}\n")
            info = "tinylib-1.0.dist-info"
            archive.writestr(
                f"{info}/METADATA",
                "Metadata-Version: 2.1\nName: tinylib\nVersion: 1.0\nRequires-Dist: numpy\n",
            )
            archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")
            archive.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    folder = assemble.vendored(["tinylib==1.0"], ["manylinux2014_x86_64"], "3.11", lambda t: None)
    assert "manylinux2014" in (folder / "tinylib" / "__init__.py").read_text()
    assert {p.name.split("-")[0] for p in folder.iterdir()} == {"tinylib"}
    assert not list(folder.rglob("*.pyc"))
    with pytest.raises(PackageError, match="pip could not fetch absent==1"):
        assemble.vendored(["absent==1"], ["manylinux2014_x86_64"], "3.11")
