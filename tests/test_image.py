"""What may be in ``lib/``, judged by a manifest of the machine that plays."""

from __future__ import annotations

import importlib.metadata

import pytest
import yaml

from pipeline import assemble, chain, environment, image, stages
from pipeline.environment import too_old
from pipeline.errors import PackageError
from pipeline.params import load
from pipeline.places import DATA, ROOT

KAGGLE = DATA / "kaggle_image.yaml"


@pytest.fixture
def old() -> image.Image:
    return image.read(KAGGLE)


def vendored(folder, name, version, *, requires=(), python=">=3.8"):
    """A distribution as pip unpacks it."""
    package = folder / name.replace("-", "_")
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    info = folder / f"{package.name}-{version}.dist-info"
    info.mkdir()
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Python: {python}", *(f"Requires-Dist: {line}" for line in requires)]
    (info / "METADATA").write_text("\n".join(lines) + "\n")
    return folder


@pytest.mark.parametrize(
    "name", ["numpy", "torch==2.4", "nvidia-cublas-cu12", "Transformers", "huggingface_hub>=0.2"]
)
def test_what_the_server_has_imported_is_refused(old, name):
    with pytest.raises(PackageError, match=r"must not be in lib/.*found numpy==2\.0\.0") as caught:
        image.to_vendor([name], old, print)
    if name == "numpy":
        assert "numpy (1.26.4 in Kaggle's Python image" in str(caught.value)


def test_what_only_looks_alike_is_not(old):
    names = ["bitsandbytes==0.43.3", "torchless", "numpydoc"]
    assert image.to_vendor(names, old, print) == names


def test_what_the_image_has_is_left_out_and_said(old):
    said = []
    wanted = image.to_vendor(["bitsandbytes==0.43.3", "accelerate==1.15.0"], old, said.append)
    assert wanted == ["bitsandbytes==0.43.3"]
    assert said == [f"lib/: without accelerate, {old.image} has 0.32.1"]


def test_here_the_defaults_are_vendored():
    libraries = ["bitsandbytes==0.50.2", "accelerate==1.15.0"]
    assert image.to_vendor(libraries, image.chosen(None, libraries), print) == libraries


@pytest.mark.parametrize(
    "line", ["regex==2020.1", "jinja2==3.1.0", "PyYAML==5.4", "typing_extensions"]
)
def test_here_too_a_shadow_of_what_the_server_imports_is_refused(line):
    libraries = ["bitsandbytes==0.50.2", "accelerate==1.15.0", line]
    here = importlib.metadata.version(image.distribution(line))
    with pytest.raises(PackageError) as caught:
        image.to_vendor(libraries, image.chosen(None, libraries), print)
    said = str(caught.value)
    assert said.startswith(f"'{line}' must not be in lib/: the server has imported its own")
    assert f"({here} in this environment)" in said and "only the version number would" in said


def test_the_same_release_as_the_server_has_is_left_out():
    same = f"regex=={importlib.metadata.version('regex')}"
    said = []
    assert image.to_vendor([same, "new==1"], image.chosen(None, [same]), said.append) == ["new==1"]
    assert said and said[0].startswith("lib/: without regex, this environment has")


def test_all_shadows_are_told_at_once(old):
    with pytest.raises(PackageError) as caught:
        image.to_vendor(["numpy", "bitsandbytes", "regex==2020.1"], old, print)
    assert [line.split()[0] for line in str(caught.value).splitlines()] == [
        "'numpy'",
        "'regex==2020.1'",
    ]


def test_numpy_pulled_in_by_a_library_is_found(tmp_path, old):
    vendored(vendored(tmp_path, "tinylib", "1.0"), "numpy", "2.0.0")
    with pytest.raises(PackageError, match="'numpy' must not be in lib/"):
        image.check_vendored(tmp_path, old)


WRONG = [
    (
        {"requires": ["torch<3,>=2.3"]},
        r"tinylib 1\.0 needs torch<3,>=2\.3, but .* has 2\.1\.2, which has been imported",
    ),
    ({"requires": ["einops"]}, "needs einops, which is neither in the image.*add einops to"),
    ({"python": ">=3.11"}, r"needs Python >=3\.11, but the image .* has 3\.10\.14"),
]


@pytest.mark.parametrize(("what", "expected"), WRONG, ids=["version", "missing", "python"])
def test_a_library_that_cannot_work_there_is_named(tmp_path, old, what, expected):
    vendored(tmp_path, "tinylib", "1.0", **what)
    with pytest.raises(PackageError, match=expected):
        image.check_vendored(tmp_path, old)


def test_a_library_that_works_there_is_listed(tmp_path, old):
    needs = ["torch>=2", "einops", 'tensorflow; extra == "tf"', 'pywin32; sys_platform == "win32"']
    vendored(vendored(tmp_path, "tinylib", "1.0", requires=needs), "einops", "0.8.0")
    assert image.check_vendored(tmp_path, old) == {"einops": "0.8.0", "tinylib": "1.0"}


def test_the_manifest_of_the_competition_tells_where_each_version_is_from(old):
    assert all(package.source for package in [old.python, *old.packages.values()])
    assert {package.known for package in old.packages.values()} == {"stated", "assumed"}
    assert set(old.preloaded) <= set(old.packages)
    assert image.COMMAND in KAGGLE.read_text(encoding="utf-8")


def test_the_notebooks_refuse_an_image_as_old_as_the_competition(old):
    def version(name):
        return old.python.version if name == "python" else old.version(name)

    assert too_old(version) == [
        "python 3.10.14 (3.11 is needed)",
        "torch 2.1.2 (2.4 is needed)",
        "transformers 4.42.3 (4.57 is needed)",
    ]
    assert too_old() == []


def test_weights_of_a_newer_generation_are_refused_before_they_are_packed(old):
    made = {"transformers": "4.41.2", "tokenizers": "0.19.1", "bitsandbytes": "0.43.1"}
    assemble.check_readers(made, old, {"bitsandbytes": "0.43.3"})
    for library, newer, message in (
        ("transformers", "5.23.0", r"transformers 5\.23\.0.* there is 4\.42\.3: .*5 or later is"),
        ("tokenizers", "0.22.1", r"tokenizers 0\.22\.1.* there is 0\.19\.1: .*0\.20 or later is"),
        ("bitsandbytes", "0.50.2", r"bitsandbytes 0\.50\.2.* there is 0\.43\.3: .*0\.50 or later"),
    ):
        with pytest.raises(PackageError, match=f"{message}.*agent.libraries"):
            assemble.check_readers(made | {library: newer}, old, {"bitsandbytes": "0.43.3"})


def told(**changes):
    """What the preflight says, a line each."""
    values = {f"agent.{key}": value for key, value in changes.items()}
    sets = [f"{key}={value}" for key, value in values.items()]
    _, params = load(ROOT / "params" / "smoke.yaml", sets)
    try:
        assemble.preflight(params)
    except PackageError as error:
        return str(error).splitlines()
    return []


def test_all_that_stage_03_would_refuse_is_told_at_once_transformers_first():
    changes = {"server_image": "data/kaggle_image.yaml", "libraries": "[torch, bitsandbytes]"}
    transformers, tokenizers, python, torch = told(**changes)
    assert transformers.startswith("The weights are made with transformers")
    assert "the kit makes weights with transformers 4.57 or later only" in transformers
    assert image.COMMAND in transformers and "or leave it out" in transformers
    assert tokenizers.startswith("The weights are made with tokenizers")
    assert python.endswith("set agent.server_python to 3.10.")
    assert torch.startswith("'torch' must not be in lib/")
    assert told() == told(libraries="[bitsandbytes==0.50.2]") == []
    (line,) = told(libraries="[bitsandbytes==0.43.1]")
    assert line.endswith("in agent.libraries (bitsandbytes==0.50.2).")


def test_a_server_that_the_kit_runs_on_gets_another_way_out(old):
    package = image.Package(version="4.57.1", known="measured")
    newer = old.model_copy(update={"packages": old.packages | {"transformers": package}})
    with pytest.raises(PackageError, match=r"pip install transformers==4\.57\.1`, or name another"):
        assemble.check_readers({"transformers": "5.23.0"}, newer, {})


@pytest.mark.parametrize(("until", "refused"), [("02", False), ("03", True)])
def test_the_chain_refuses_before_anything_runs(own_folders, monkeypatch, until, refused):
    ran = []

    def run_stage(_folder, stage, _params, why):
        ran.append(stage.name)
        return chain.Outcome(stage, True, why, 0.0)

    monkeypatch.setattr(chain, "_run_stage", run_stage)
    sets = ["agent.server_image=data/kaggle_image.yaml"]
    name, params = load(ROOT / "params" / "smoke.yaml", sets)
    quiet = {"until": stages.find(until), "echo": lambda text: None}
    if refused:
        with pytest.raises(PackageError, match="transformers"):
            chain.run(name, params, **quiet)
    else:
        chain.run(name, params, **quiet)
    assert ran == ([] if refused else ["01_quantize", "02_prompt_eda"])


def test_a_tokenizer_of_a_neighbouring_release_is_not_refused(old):
    tokenizers = image.Package(version="0.22.0", known="measured")
    newer = old.model_copy(update={"packages": old.packages | {"tokenizers": tokenizers}})
    assemble.check_readers({"tokenizers": "0.23.3"}, newer, {})


def test_weights_without_their_library_are_refused(old):
    with pytest.raises(PackageError, match=r"need bitsandbytes 0\.43\.1, which is neither"):
        assemble.check_readers({"bitsandbytes": "0.43.1"}, old, {})


def test_another_python_is_named(old):
    with pytest.raises(PackageError, match=r"set agent\.server_python to 3\.10"):
        assemble.check_python(old, "3.11")
    assemble.check_python(old, "3.10")


def test_a_measured_manifest_can_be_read_and_judges(tmp_path):
    found = image.measure()
    image.write(found, tmp_path / "image.yaml")
    assert image.read(tmp_path / "image.yaml") == found
    assert found.version("torch") == importlib.metadata.version("torch")
    assert {"numpy", "torch", "transformers", "accelerate"} <= set(found.preloaded)
    assert found.made_by == image.COMMAND and found.packages["numpy"].known == "measured"
    # As on a machine whose environment imports accelerate by itself.
    assert image.to_vendor(["accelerate==0.1", "new==1"], found, lambda text: None) == ["new==1"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (None, "there is no such file"),
        ({"packages": {"torch": {"version": "2"}}}, r"packages\.torch\.known: Field required"),
        ({"imported": []}, "imported: Extra inputs are not permitted"),
    ],
)
def test_a_broken_manifest_is_one_sentence(tmp_path, change, problem):
    path = tmp_path / "image.yaml"
    if change:
        path.write_text(yaml.safe_dump(yaml.safe_load(KAGGLE.read_text()) | change))
    with pytest.raises(PackageError, match=f"is no manifest of an image: {problem}.*Make one"):
        image.read(path)


def test_of_a_notebook_image_only_what_is_missing_is_installed(old, monkeypatch):
    monkeypatch.setattr(environment.importlib.metadata, "version", old.version)
    lines = environment.missing()
    names = {image.distribution(line) for line in lines}
    assert {"bitsandbytes", "papermill", "isal", "gguf"} <= names
    assert not names & (set(old.packages) - environment.EXACT)
    # Another release of the game's package is as good as none.
    assert "kaggle-environments==1.18.0" in lines
