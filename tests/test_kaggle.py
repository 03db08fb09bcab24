"""Kaggle: the notebook that is pushed, and the project and models found where Kaggle puts them."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest

from pipeline import chain, kaggle, places
from pipeline.errors import ParamsError, PipelineError
from pipeline.notebooks import parameter_defaults
from pipeline.params import Kaggle, RunParams, load
from pipeline.places import NOTEBOOKS, ROOT
from pipeline.stages import STAGES

T4 = ROOT / "params" / "t4-llama-3-smaug-8b.yaml"
HANDLE = "metaresearch/llama-3/transformers/8b-chat-hf"
SECRET = "hf_" + "secretsecretsecretsecret"


@pytest.fixture
def at_kaggle(own_folders, monkeypatch) -> Path:
    """An empty tree in place of /kaggle, in a session of Kaggle's."""
    tree = own_folders / "kaggle"
    for folder in ("input", "working"):
        (tree / folder).mkdir(parents=True)
    monkeypatch.setenv("TWENTYQ_KAGGLE", str(tree))
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Batch")
    return tree


def built(tmp_path, *overrides, owner="me", params=T4):
    name, resolved = load(params, list(overrides))
    out = tmp_path / "build"
    return kaggle.build(params, name, resolved, list(overrides), owner=owner, out=out)


def metadata(folder, name="kernel-metadata.json"):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_two_t4s_internet_and_the_project(tmp_path):
    made = built(tmp_path, "model.id=Qwen/Qwen2.5-7B-Instruct")
    found = metadata(made.kernel)
    assert found["machine_shape"] == "NvidiaTeslaT4" and found["enable_gpu"] is True
    assert found["enable_internet"] is True and found["is_private"] is True
    assert found["dataset_sources"] == ["me/llm-20-questions-kit"] and found["model_sources"] == []
    assert found["id"] == "me/twentyq-t4-llama-3-smaug-8b-qwen-qwen2-5-7b-instruct"[:53].rstrip("-")
    assert parameter_defaults(made.kernel / "kaggle.ipynb") == {
        "params": "params/t4-llama-3-smaug-8b.yaml",
        "overrides": ["model.id=Qwen/Qwen2.5-7B-Instruct"],
        "repository": None,
    }
    assert {p.name for p in made.dataset.iterdir()} == {*kaggle.CARRIED, "dataset-metadata.json"}
    assert not list(made.dataset.rglob("__pycache__"))
    assert f"kaggle kernels push -p {made.kernel}" in made.next_steps()


def test_a_cloned_project_needs_no_dataset(tmp_path):
    made = built(tmp_path, "kaggle.repository=https://example.org/kit.git")
    assert made.dataset is None and not (tmp_path / "build" / "dataset").exists()
    assert metadata(made.kernel)["dataset_sources"] == []
    values = parameter_defaults(made.kernel / "kaggle.ipynb")
    assert values["repository"] == "https://example.org/kit.git"
    assert not [line for line in made.next_steps() if "datasets" in line]


@pytest.mark.parametrize(
    ("path", "models", "datasets"),
    [
        (f"kaggle:{HANDLE}/1", [f"{HANDLE}/1"], ["me/llm-20-questions-kit"]),
        ("kaggle:someone/my-model", [], ["me/llm-20-questions-kit", "someone/my-model"]),
        ("/kaggle/input/x/y", [], ["me/llm-20-questions-kit"]),
    ],
)
def test_a_model_named_by_its_handle_is_attached(tmp_path, path, models, datasets):
    made = built(tmp_path, "model.source=local", f"model.path={path}")
    found = metadata(made.kernel)
    assert (found["model_sources"], found["dataset_sources"]) == (models, datasets)


REFUSED = [
    ([], None, T4, "Whose notebook is it.*make kaggle OWNER=name"),
    (["kaggle.title=abcd"], "me", T4, "kernel title should have 5 to 50 characters, but 'abcd'"),
    ([f"kaggle.title={'a' * 51}"], "me", T4, "kernel title should have 5 to 50"),
    (["kaggle.dataset=short"], "me", T4, "dataset title should have 6 to 50"),
    (["kaggle.accelerator=T4x2"], "me", T4, "machine_shape should be one of 'NvidiaTeslaT4'"),
    (["kaggle.dataset_sources=[kit]"], "me", T4, "dataset_sources should look like owner/name"),
    ([f"kaggle.model_sources=[{HANDLE}]"], "me", T4, "owner/model/framework/variation/version"),
    ([f"kaggle.model_sources=[{HANDLE}/new]"], "me", T4, "end in a version number, found"),
    (["kaggle.title=abcde"], "m e", T4, "id should look like owner/name, found 'm e/abcde'"),
    (["model.source=local", "model.path=/home/me/x"], "me", T4, "folder of this machine. Upload"),
]


@pytest.mark.parametrize(("overrides", "owner", "params", "message"), REFUSED)
def test_what_kaggle_would_refuse_is_refused_here(tmp_path, overrides, owner, params, message):
    with pytest.raises(ParamsError, match=message):
        built(tmp_path, *overrides, owner=owner, params=params)
    assert not (tmp_path / "build").exists()


def test_a_parameters_file_that_would_not_travel_is_refused(tmp_path):
    (tmp_path / "mine.yaml").write_text(f"include: {T4}\n")
    with pytest.raises(ParamsError, match="mine.yaml does not travel to Kaggle.*Copy it there"):
        built(tmp_path, params=tmp_path / "mine.yaml")


@pytest.fixture
def client(monkeypatch, tmp_path):
    """Kaggle's own client, with what it would send kept instead; no network, no account."""
    if importlib.util.find_spec("kaggle") is None:
        pytest.skip("Kaggle's client is not installed")
    monkeypatch.setenv("KAGGLE_CONFIG_DIR", str(tmp_path / "no-account"))
    from kaggle.api.kaggle_api_extended import KaggleApi

    sent = []
    service = types.SimpleNamespace(save_kernel=lambda request: sent.append(request))

    class Connection:
        kernels = types.SimpleNamespace(kernels_api_client=service)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(KaggleApi, "build_kaggle_client", lambda self: Connection())
    api = KaggleApi()
    api.sent = sent
    return api


def test_kaggles_client_would_push_the_kernel(client, tmp_path, capsys):
    made = built(tmp_path, "model.source=local", f"model.path=kaggle:{HANDLE}/1")
    client.kernels_push(str(made.kernel))
    (request,) = client.sent
    assert request.slug == made.slug and request.machine_shape == "NvidiaTeslaT4"
    assert request.model_data_sources == [f"{HANDLE}/1"]
    assert "environment.ensure()" in request.text
    # The client would have said that the title does not lead to the slug.
    assert capsys.readouterr().out == ""


def test_kaggles_client_would_upload_the_project(client, tmp_path, monkeypatch):
    made = built(tmp_path)
    client.config_values = {"username": "me"}

    class Reached(Exception):
        pass

    def status(dataset):
        # All that the client checks by itself lies before its first question to the server.
        raise Reached(dataset)

    monkeypatch.setattr(client, "dataset_status", status)
    with pytest.raises(Reached, match="me/llm-20-questions-kit"):
        client.dataset_create_new(str(made.dataset))


@pytest.mark.parametrize(
    "title", ["Twentyq t4 llama 3", "  A -- b_c's 4.5 Élan!", "Qwen/Qwen2.5", "Über 20 Questions?"]
)
def test_a_slug_is_made_as_the_client_makes_it(title):
    slugify = pytest.importorskip("slugify")
    assert kaggle.slug(title) == slugify.slugify(title)


def project(folder):
    """The project's code, as a dataset or a clone brings it."""
    for name in ("pipeline", "agent_template"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "kernel-ipc-*")
        )
    shutil.copyfile(ROOT / "requirements.txt", folder / "requirements.txt")
    return folder


def bootstrap(cwd):
    """What the one bootstrap cell prints, started where Kaggle starts a kernel."""
    cells = json.loads((NOTEBOOKS / "kaggle.ipynb").read_text(encoding="utf-8"))["cells"]
    (text,) = ["".join(c["source"]) for c in cells if "=bootstrap" in "".join(c["source"])]
    done = subprocess.run(
        [sys.executable, "-B", "-c", text], cwd=cwd, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "where",
    [
        "input/llm-20-questions-kit",
        "input/llm-20-questions-kit/kit-main",
        "input/datasets/me/llm-20-questions-kit",
        "input/datasets/me/llm-20-questions-kit/kit-main",
        "working/kit",
    ],
)
def test_the_project_is_found_attached_or_cloned_and_left_as_it_is(at_kaggle, where):
    root = project(at_kaggle / where)
    before = sorted(at_kaggle.rglob("*"))
    for path in root.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    shown = bootstrap(at_kaggle / "working")
    assert shown.splitlines() == ["installing nothing: all is here", f"project: {root}"]
    assert sorted(at_kaggle.rglob("*")) == before


def test_a_clone_comes_before_an_attached_copy(at_kaggle):
    project(at_kaggle / "input" / "kit")
    clone = project(at_kaggle / "working" / "kit")
    assert f"project: {clone}" in bootstrap(at_kaggle / "working")


def test_nowhere_is_said_with_the_places(at_kaggle):
    shown = bootstrap(at_kaggle / "working")
    assert "The project was not found. Looked in" in shown
    assert str(at_kaggle / "input" / "*") in shown


@pytest.mark.parametrize("mounted", ["", "models/metaresearch/"])
@pytest.mark.parametrize(("version", "expected"), [("/1", "1"), ("", "10")])
def test_an_attached_model_is_found_by_its_handle(at_kaggle, mounted, version, expected):
    folder = at_kaggle / "input" / f"{mounted}llama-3/transformers/8b-chat-hf"
    for each in ("1", "10", "9"):
        (folder / each).mkdir(parents=True)
        (folder / each / "config.json").write_text("{}")
    assert places.local_folder(f"kaggle:{HANDLE}{version}") == folder / expected


@pytest.mark.parametrize("mounted", ["", "datasets/me/"])
def test_an_attached_dataset_is_found_by_its_handle(at_kaggle, mounted):
    folder = at_kaggle / "input" / f"{mounted}my-model"
    folder.mkdir(parents=True)
    assert places.local_folder("kaggle:me/my-model") == folder


def test_a_model_that_is_not_attached_is_one_sentence(at_kaggle):
    there = at_kaggle / "input" / "gemma-2" / "transformers" / "2b" / "1"
    there.mkdir(parents=True)
    (there / "config.json").write_text("{}")
    with pytest.raises(PipelineError, match=f"is not attached below.*Add Input.*{there}"):
        places.local_folder(f"kaggle:{HANDLE}/1")


def test_naming_a_handle_as_the_model_means_a_local_source():
    name, params = load(T4, [f"model.id=kaggle:{HANDLE}/1"])
    assert (params.model.source, params.model.path) == ("local", f"kaggle:{HANDLE}/1")
    assert name == "t4-llama-3-smaug-8b--kaggle-metaresearch-llama-3-transformers-8b-chat-hf-1"


def test_the_secret_reaches_the_hub_and_no_file(at_kaggle, monkeypatch, tiny_model_folder):
    """The pushed notebook with an attached model, up to the weights; one real kernel in another."""
    import papermill

    modules = at_kaggle / "modules"
    modules.mkdir()
    (modules / "kaggle_secrets.py").write_text(
        "class UserSecretsClient:\n    def get_secret(self, name):\n"
        f"        return {{'HF_TOKEN': {'hf_'!r} + {SECRET[3:]!r}}}[name]\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(modules))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    attached = at_kaggle / "input" / "tiny/transformers/default/1"
    shutil.copytree(tiny_model_folder, attached)
    root = project(at_kaggle / "input" / "kit")
    for name in ("notebooks", "params", "data"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("kernel-ipc-*"))
    # The last cell says what the process knows.
    book = json.loads((NOTEBOOKS / "kaggle.ipynb").read_text(encoding="utf-8"))
    chain = "".join(book["cells"][-1]["source"]).replace(
        "resolved)\n", "resolved, until=find('01'))\n"
    )
    chain += "\nimport os\nassert os.environ['HF_TOKEN'].endswith('secretsecret')"
    book["cells"][-1]["source"] = f"from pipeline.stages import find\n{chain}"
    pushed = at_kaggle / "pushed.ipynb"
    pushed.write_text(json.dumps(book))
    papermill.execute_notebook(
        str(pushed),
        str(at_kaggle / "working" / "__notebook__.ipynb"),
        parameters={
            "params": "params/smoke.yaml",
            "overrides": ["model.id=kaggle:me/tiny/transformers/default/1", "hardware.device=cpu"],
        },
        cwd=str(at_kaggle / "working"),
        kernel_name="python3",
        progress_bar=False,
    )
    runs = Path(os.environ["TWENTYQ_RUNS"])
    (weights,) = runs.glob("*/weights/weights.json")
    assert "local folder" in json.loads(weights.read_text())["source"]
    kept = at_kaggle / "working" / weights.parent.parent.name / "notebooks" / "01_quantize.ipynb"
    assert kept.is_file()
    texts = [p.read_bytes() for p in at_kaggle.parent.rglob("*") if p.is_file()]
    assert len(texts) > 50 and not [t for t in texts if SECRET.encode() in t]
    assert not [p for p in (at_kaggle / "input").rglob("*") if p.name in ("runs", "scratch")]


def test_titles_of_the_defaults_are_long_enough():
    found = kaggle.dataset_metadata(Kaggle(), "me")
    assert found["id"] == "me/llm-20-questions-kit" and 6 <= len(found["title"]) <= 50


def test_kernels_talk_through_sockets_outside_the_project(own_folders, monkeypatch):
    """A dataset is mounted read-only, and a kernel starts in the project's notebooks folder."""
    sockets = []

    def execute(*_, config, **__):
        sockets.append(Path(config.KernelManager.ip))
        assert sockets[0].parent.is_dir()
        raise KeyboardInterrupt

    monkeypatch.setattr("papermill.execute_notebook", execute)
    with pytest.raises(KeyboardInterrupt):
        chain._run_stage(own_folders / "run", STAGES[0], RunParams(), "for a test")
    assert sockets[0].is_absolute() and not sockets[0].is_relative_to(ROOT)
    assert not sockets[0].parent.exists()


@pytest.mark.parametrize("out", [".", "mine"])
def test_a_folder_that_is_not_ours_is_left_alone(tmp_path, monkeypatch, out):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / out
    folder.mkdir(exist_ok=True)
    (folder / "thesis.txt").write_text("years of work")
    name, resolved = load(T4)
    with pytest.raises(PipelineError, match="not made by this kit: .* found thesis.txt. Name"):
        kaggle.build(T4, name, resolved, [], owner="me", out=Path(out))
    assert (folder / "thesis.txt").read_text() == "years of work"


def test_a_build_is_replaced_unless_something_was_put_beside_it(tmp_path):
    first = built(tmp_path)
    again = built(tmp_path, "kaggle.repository=https://example.org/kit.git")
    assert again.kernel == first.kernel and not first.dataset.exists()
    assert again.next_steps()[-1].endswith(f"-p {tmp_path / 'build'}-output")
    (tmp_path / "build" / "output").mkdir()
    with pytest.raises(ParamsError, match="expected only kernel and dataset in it, found output"):
        built(tmp_path)
