"""The bake-off: cached, cross-validated, and saved so that the agent computes the same."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pipeline import bakeoff
from pipeline.errors import PipelineError
from pipeline.evaluate import (
    Pair,
    cross_validate,
    fit_calibration,
    fit_probe,
    folds,
    sigmoid,
    table_pairs,
)
from pipeline.measures import by_kind, log_loss, metrics, mistakes
from pipeline.places import DATA, NOTEBOOKS
from twentyq.calibration import Calibration
from twentyq.llm import YesNoModel

KEYWORDS = ("lamp", "desk", "red lamp", "blue desk", "secret", "keyword")
QUESTIONS = (
    "Is it red?",
    "Is it blue?",
    "Can you eat it?",
    "Does it use electricity?",
    "Is it a desk?",
    "Is it secret?",
)
MADE = {"files": {"model.safetensors": {"sha256": "ab"}}, "model": "org/tiny", "commit": "c0"}


def made_up(n_questions=12, n_keywords=15):
    """Pairs on a grid with labels of both kinds."""
    generator = np.random.default_rng(3)
    return [
        Pair(f"thing {k}", f"Is it {q}?", bool(generator.random() < 0.4), f"kind {q % 3}")
        for k in range(n_keywords)
        for q in range(n_questions)
    ]


def synthetic(strength=2.0):
    """Scores in which a probe of layer 2 knows the answer and the next token hardly does."""
    pairs = made_up()
    generator = np.random.default_rng(4)
    labels = np.array([p.answer for p in pairs])
    signal = np.where(labels, strength, -strength)
    odds = np.stack([0.3 * signal + generator.normal(size=len(pairs)) * 2 + 3] * 2, axis=1)
    streams = generator.normal(size=(len(pairs), 2, 2, 40))
    streams[:, :, 1, 7] += signal[:, None]
    speeds = {"plain": np.array([[10, 2.0], [10, 3.0]]), "both": np.array([[20, 20.0]])}
    shaped = odds.astype(np.float32), streams.astype(np.float32)
    return bakeoff.Scores(pairs, ("plain", "both"), (1, 2), *shaped, speeds)


@pytest.fixture(scope="module")
def model(tiny_model_folder):
    return YesNoModel.load(tiny_model_folder)


@pytest.fixture
def pairs():
    return [
        Pair(k, q, bool((i + j) % 2))
        for i, k in enumerate(KEYWORDS)
        for j, q in enumerate(QUESTIONS)
    ]


def test_no_fold_trains_on_its_own_questions_or_keywords():
    sparse = [Pair(f"k{i}", f"q{i % 7}", bool(i % 2)) for i in range(70)]
    for pairs in (sparse, made_up()):
        for train, test in folds(pairs):
            for attribute in ("keyword", "question"):
                trained = {getattr(pairs[i], attribute) for i in train}
                assert trained and not trained & {getattr(pairs[i], attribute) for i in test}
        assert sorted(i for _, test in folds(pairs) for i in test) == list(range(len(pairs)))
    assert len(folds(sparse)) == 5


def test_scores_are_kept_and_only_what_is_new_is_asked(model, pairs, tmp_path, monkeypatch):
    templates = bakeoff.templates(model, ["plain", "substituted"])
    whole = bakeoff.score(model, templates, pairs, tmp_path / "a", MADE)
    assert whole.odds.shape == (36, 2) and whole.streams.shape == (36, 2, len(whole.layers), 64)
    asked = []
    real = model.read
    monkeypatch.setattr(model, "read", lambda p, *a, **k: (asked.extend(p), real(p, *a, **k))[1])
    part = bakeoff.score(model, templates, pairs[:20], tmp_path / "b", MADE)
    assert len(asked) == 40 and np.abs(part.odds - whole.odds[:20]).max() < 1e-3
    asked.clear()
    again = bakeoff.score(model, templates, pairs, tmp_path / "b", MADE)
    assert len(asked) == 32 and np.abs(again.odds - whole.odds).max() < 1e-3
    asked.clear()
    bakeoff.score(model, templates, pairs, tmp_path / "b", MADE)
    assert not asked
    other = {**MADE, "files": {"model.safetensors": {"sha256": "cd"}}}
    bakeoff.score(model, templates, pairs, tmp_path / "b", other)
    assert len(asked) == 72


def test_streams_beyond_half_precision_are_kept(model, pairs, tmp_path, monkeypatch):
    real = model.read

    def read(prompts, *arguments, **options):
        odds, streams = real(prompts, *arguments, **options)
        return odds, 1e6 * streams

    monkeypatch.setattr(model, "read", read)
    for _ in range(2):  # read, and read again from the file
        scores = bakeoff.score(model, bakeoff.templates(model, ["plain"]), pairs, tmp_path, MADE)
        assert np.isfinite(scores.streams).all() and np.abs(scores.streams).max() > 1e5


def test_a_broken_score_file_is_made_anew(model, pairs, tmp_path):
    templates = bakeoff.templates(model, ["plain"])
    for name in ("plain.npz", "plain.0001.npz"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 not a zip")
    made = bakeoff.score(model, templates, pairs, tmp_path, MADE)
    assert np.isfinite(made.odds).all()
    assert [path.name for path in tmp_path.iterdir()] == ["plain.0001.npz"]


def test_each_prompt_is_written_once_and_a_killed_run_goes_on(model, pairs, tmp_path, monkeypatch):
    monkeypatch.setattr(bakeoff, "CHUNK", 10)
    templates = bakeoff.templates(model, ["plain"])
    asked = []
    real = model.read

    def read(prompts, *arguments, **options):
        if len(asked) == 20:
            raise KeyboardInterrupt
        asked.extend(prompts)
        return real(prompts, *arguments, **options)

    monkeypatch.setattr(model, "read", read)
    with pytest.raises(KeyboardInterrupt):
        bakeoff.score(model, templates, pairs, tmp_path, MADE)
    asked.append("killed")
    scores = bakeoff.score(model, templates, pairs, tmp_path, MADE)
    assert len(asked) == 36 + 1 and len(scores.speeds["plain"]) == 4
    kept = [np.load(path)["keys"] for path in sorted(tmp_path.glob("plain.*.npz"))]
    assert [len(keys) for keys in kept] == [10, 10, 10, 6]
    assert len(set(np.concatenate(kept).tolist())) == 36


def test_labels_of_one_kind_are_refused(model, tmp_path):
    one_sided = [Pair("lamp", q, True) for q in QUESTIONS]
    with pytest.raises(PipelineError, match="both answers"):
        bakeoff.score(model, bakeoff.templates(model, ["plain"]), one_sided, tmp_path, MADE)


def test_the_better_reading_wins():
    scores = synthetic()
    assert set(scores.columns) == {"plain", "both", "plain@2", "both@2"}
    chosen = bakeoff.choose(scores, most=1)
    assert chosen[0].endswith("@2")
    found = metrics(scores.labels, scores.p_yes(chosen))
    assert found["auc"] > 0.95 > metrics(scores.labels, scores.p_yes(["plain"]))["auc"]
    assert bakeoff.choose(scores, most=3, among=("plain",))[0] == "plain@2"


def test_a_column_that_adds_nothing_is_left_out():
    scores = synthetic()
    scores.streams[:, 1] = scores.streams[:, 0]
    assert bakeoff.choose(scores, most=3, among=("plain", "both")) == ("plain@2",)


def test_noise_stays_at_chance():
    scores = synthetic(strength=0.0)
    p_yes = scores.p_yes(bakeoff.choose(scores, most=2))
    assert metrics(scores.labels, p_yes)["balanced_accuracy"] < 0.65


def test_what_is_saved_is_what_was_fitted(model, pairs, tmp_path):
    templates = bakeoff.templates(model, ["plain", "both"])
    scores = bakeoff.score(model, templates, pairs, tmp_path / "scores", MADE)
    chosen = (next(n for n in scores.columns if n.startswith("both@")), "plain")
    made = bakeoff.calibrate(scores, chosen, pairs_file="p.csv", model=MADE)
    bakeoff.save(tmp_path, made, chosen)
    read = Calibration.read(tmp_path / "calibration.json")
    assert tuple(c.name for c in read.columns) == chosen and read.needs_odds
    asked = read.ask(model, [(p.keyword, p.question) for p in pairs])
    layer = int(chosen[0].partition("@")[2])
    direction, bias = fit_probe(scores.stream("both", layer), scores.labels)
    readings = np.stack(
        [scores.stream("both", layer) @ direction + bias, scores.columns["plain"]], 1
    )
    weights, intercept = fit_calibration(scores.readings(chosen), scores.labels)
    assert np.abs(asked - sigmoid(readings @ weights + intercept)).max() < 0.02
    saved = json.loads((tmp_path / "report" / "eda.json").read_text())
    assert saved["template"] == " + ".join(chosen) and 0 <= saved["auc"] <= 1
    low, high = saved["auc_95"]
    assert low < saved["auc"] < high
    assert made["model"] == "org/tiny" and made["keywords"] == len(KEYWORDS)


def test_one_answer_needs_no_later_layers(model, pairs):
    prompts = [
        model.template("plain").render(model.tokenizer, p.keyword, p.question) for p in pairs
    ]
    odds, streams = model.read(prompts, (1, 2))
    none, early = model.read(prompts, (1,), odds=False)
    assert np.isnan(none).all() and np.isfinite(odds).all()
    assert np.abs(early[:, 0] - streams[:, 0]).max() < 1e-4
    assert streams.shape == (len(prompts), 2, model.width) and model.n_layers == 2


def test_a_pin_names_what_there_is(model):
    names = ["both", "plain"]
    templates = bakeoff.templates(model, names)
    assert bakeoff.pinned("auto", names, templates) == ()
    assert bakeoff.pinned("plain + both", names, templates) == ("plain", "both")
    with pytest.raises(PipelineError, match="'worked'.*among eda.templates"):
        bakeoff.pinned("worked", names, templates)
    with pytest.raises(PipelineError, match="'bath', which is not in prompts.yaml"):
        bakeoff.templates(model, ["bath"])


@pytest.mark.parametrize(
    ("pin", "allowed", "said"),
    [
        ("auto", (), ""),
        ("both", (), "among worked, worked_keyword"),
        ("both+worked_keyword", ("worked_keyword",), "among worked_keyword"),
        ("worked", ("worked",), ""),
    ],
)
def test_a_base_model_is_asked_in_raw_text_whatever_is_pinned(
    model, pairs, tmp_path, monkeypatch, pin, allowed, said
):
    monkeypatch.setattr(model.tokenizer, "chat_template", None)
    lines = []
    names = ["both", "plain", "worked"]
    templates = bakeoff.templates(model, names, lines.append)
    assert [t.name for t in templates] == ["worked", "worked_keyword"]
    assert lines.pop().endswith("base models are compared: worked, worked_keyword.")
    found = bakeoff.pinned(pin, names, templates, lines.append)
    assert found == allowed and said in "".join(lines) and len(lines) == bool(said)
    scores = bakeoff.score(model, templates, pairs[:12], tmp_path, MADE)
    assert bakeoff.choose(scores, 1, found)[0].startswith("worked")


def test_an_empty_choice_is_one_sentence():
    with pytest.raises(PipelineError, match="worked was not scored, only plain, both"):
        bakeoff.choose(synthetic(), most=1, among=("worked",))


def test_tables_and_plots_show_every_column(tmp_path):
    scores = synthetic()
    chosen = ("both@2", "plain")
    table = bakeoff.table(scores, chosen)
    assert set(table.index) == {*scores.columns, "both@2 + plain"}
    value, low, high = (
        float(x)
        for x in table.loc["both@2", "auc"]
        .replace("-", " ")
        .replace("(", "")
        .replace(")", "")
        .split()
    )
    assert low < value < high
    assert table.loc["plain", "answers/s"].startswith("4.0 (")
    steps = bakeoff.ablation(scores, chosen)
    assert list(steps.index) == [
        "both, as it comes", "both, calibrated", "both@2", "and plain", "and the kind"
    ]  # fmt: skip
    assert abs(steps.loc["and the kind", "auc"] - steps.loc["and plain", "auc"]) < 0.05
    assert steps.loc["both@2", "auc"] > steps.loc["both, calibrated", "auc"]
    p_yes = scores.p_yes(chosen)
    kinds = by_kind(scores.pairs, p_yes)
    assert kinds["pairs"].sum() == len(scores.pairs) and len(kinds) == 3
    assert (kinds["auc_low"] < kinds["auc_high"]).all()
    shown = bakeoff.kinds_table(kinds)
    assert shown["pairs"].sum() == len(scores.pairs)
    assert shown["balanced accuracy"].str.fullmatch(r"0\.\d{3} \(0\.\d{3}-[01]\.\d{3}\)").all()
    bakeoff.plot_reliability(scores, chosen, tmp_path / "p.png")
    bakeoff.plot_kinds(kinds, tmp_path / "k.png")
    assert (tmp_path / "p.png").stat().st_size > 5000 < (tmp_path / "k.png").stat().st_size


def test_before_and_after_are_of_the_same_reading():
    scores = synthetic()
    probe = bakeoff.curves(scores, ("both@2", "plain"))
    assert list(probe) == [
        "next token of both, as it comes",
        "before: both@2, uncalibrated",
        "after: both@2, calibrated",
        "after: both@2 + plain, calibrated",
    ]
    before = probe["before: both@2, uncalibrated"][0]
    assert np.array_equal(before, sigmoid(scores.columns["both@2"]))
    assert np.array_equal(probe["after: both@2, calibrated"][0], scores.p_yes(["both@2"]))
    assert len({colour for _, colour in probe.values()}) == 4
    token = bakeoff.curves(scores, ("plain",))
    assert list(token) == ["before: next token of plain, as it comes", "after: plain, calibrated"]


def test_only_mistakes_are_listed():
    scores = synthetic()
    p_yes = np.where(scores.labels, 0.9, 0.1)
    assert not len(bakeoff.worst(scores, p_yes))
    wrong = [7, 3, 11]
    p_yes[wrong] = np.where(scores.labels[wrong], [0.1, 0.3, 0.2], [0.9, 0.7, 0.8])
    found = bakeoff.worst(scores, p_yes)
    assert list(found["question"]) == [scores.pairs[i].question for i in (7, 11, 3)]
    assert [int(i) for i in mistakes(scores.labels, p_yes)] == [7, 11, 3]
    assert len(bakeoff.worst(scores, 1 - p_yes)) == 20


def test_the_notebook_shows_mistakes_in_full(monkeypatch):
    import IPython.display
    import pandas as pd

    notebook = json.loads((NOTEBOOKS / "02_prompt_eda.ipynb").read_text(encoding="utf-8"))
    texts = ["".join(cell["source"]) for cell in notebook["cells"]]
    (cell,) = [text for text in texts if "bakeoff.worst" in text]
    scores = synthetic()
    question = "Is it one of those things that " + "nobody would ever think of " * 5 + "at home?"
    scores.pairs[4] = Pair("thing", question, not scores.labels[4])
    shown = []
    monkeypatch.setattr(IPython.display, "display", lambda found: shown.append(found.to_html()))
    p_yes = np.where(np.arange(len(scores.pairs)) == 4, ~scores.labels, scores.labels) * 1.0
    exec(cell, {"bakeoff": bakeoff, "pd": pd, "scores": scores, "p_yes": p_yes})
    assert question in shown[0]


def test_small_kinds_are_joined():
    pairs = [Pair(f"k{i}", f"q{i}", bool(i % 2), "big" if i < 30 else f"small {i % 3}")
             for i in range(48)]  # fmt: skip
    kinds = by_kind([*pairs, Pair("k", "q", True)], np.linspace(0, 1, 49))
    assert kinds["pairs"].to_dict() == {"big": 30, "other": 19}


def test_cross_validated_figures_are_not_fitted_to_themselves():
    pairs = made_up()
    labels = np.array([p.answer for p in pairs])
    by_question = {p.question: i for i, p in enumerate(pairs)}
    # A reading that tells questions apart but not answers.
    reading = np.array([by_question[p.question] % 5 for p in pairs], float)[:, None]
    assert metrics(labels, cross_validate(pairs, reading, labels))["auc"] < 0.7


def test_log_loss_weighs_both_answers_alike():
    labels = np.array([True, False, False, False])
    assert log_loss(labels, np.full(4, 0.5)) == pytest.approx(np.log(2))
    assert log_loss(labels, np.array([0.9, 0.2, 0.2, 0.2])) == pytest.approx(
        -(np.log(0.9) + np.log(0.8)) / 2
    )


def test_cells_of_the_table_are_own_and_balanced():
    import csv

    cells = table_pairs(DATA, 100, seed=1)
    assert len(cells) == 100 and sum(bool(p.answer) for p in cells) == 50
    with (DATA / "things.csv").open(encoding="utf-8", newline="") as source:
        rows = {row["keyword"]: row for row in csv.DictReader(source)}
    with (DATA / "questions.csv").open(encoding="utf-8", newline="") as source:
        ids = {row["question"]: row["id"] for row in csv.DictReader(source)}
    for pair in cells:
        assert rows[pair.keyword]["source"] == "own"
        assert rows[pair.keyword][ids[pair.question]] == ("y" if pair.answer else "n")
    assert cells == table_pairs(DATA, 100, seed=1) != table_pairs(DATA, 100, seed=2)
    assert table_pairs(DATA, 0, seed=1) == []
