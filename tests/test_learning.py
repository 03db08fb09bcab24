"""The learned table end to end: labels and lexicon in, rows of the shipped knowledge out."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import table
from pipeline.candidates import SOURCES
from pipeline.described import DescriptionError
from pipeline.features import Features
from pipeline.knowledge import RATES, build
from pipeline.labelling import Labels
from pipeline.learning import learn, read_labels, spelt, with_model
from twentyq.knowledge import Knowledge

LETTERS = "abcdefghijklmnopqrstuvwxyz"
QUESTIONS = {"has_a": "a", "has_e": "e", "has_o": "o"}
"""Made-up questions that the letters of a keyword answer."""


def words(n: int, seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    return sorted({"".join(rng.choice(list(LETTERS), 7)) for _ in range(n)})


PUBLIC, OWN, REST = words(60, 1), words(120, 2), words(300, 3)


def describe(keywords: Sequence[str]) -> Features:
    letters = [[float(letter in keyword.lower()) for letter in LETTERS] for keyword in keywords]
    return Features({"sentence": np.array(letters, np.float32)})


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def make(folder: Path, public_says: str = "") -> Path:
    """A data folder; ``public_says`` replaces every label of the public keywords."""
    folder.mkdir()
    write_csv(
        folder / "questions.csv",
        [("id", "question", "scope")]
        + [(name, f"Does it have the letter {x}?", "all") for name, x in QUESTIONS.items()],
    )
    things = [("keyword", "variants", "source", *QUESTIONS)]
    for source, keywords in (("public", PUBLIC), ("own", OWN)):
        for keyword in keywords:
            answers = ["y" if x in keyword else "n" for x in QUESTIONS.values()]
            if source == "public" and public_says:
                answers = [public_says] * len(answers)
            things.append((keyword.capitalize(), "", source, *answers))
    write_csv(folder / "things.csv", things)
    keywords = sorted({*PUBLIC, *OWN, *REST})
    known_openly = [k not in PUBLIC or k in PUBLIC[:20] for k in keywords]
    columns = {
        "keyword": keywords,
        "log2_prior": pa.array(-np.arange(len(keywords)) / 50 - 8, pa.float32()),
        "log2_prior_withheld": pa.array(
            np.arange(len(keywords)) / 50 - 16, pa.float32(), mask=~np.array(known_openly)
        ),
        "synset": pa.array([-1] * len(keywords), pa.int32()),
    }
    columns |= {source: [k in PUBLIC for k in keywords] for source in SOURCES}
    pq.write_table(pa.table(columns), folder / "lexicon.parquet")
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(tmp_path_factory.mktemp("learning") / "data")
    for withhold in ("none", "public"):
        learn(folder, withhold, rows=200, describe=describe)
    return folder


def test_candidates_get_what_was_learnt(data: Path, tmp_path: Path) -> None:
    manifest = build(data, tmp_path / "out")
    knowledge = Knowledge.load(tmp_path / "out")
    assert manifest["categories"] == {
        "lexicon": len(set(REST) - set(OWN) - set(PUBLIC)), "own": len(OWN), "public": len(PUBLIC)
    }  # fmt: skip
    learned = set(table.load(data / "table").keywords)
    fresh = [i for i, c in enumerate(knowledge.categories) if c == "lexicon"]
    known = [i for i in fresh if knowledge.keywords[i] in learned]
    assert 50 < len(known) < len(fresh)
    truth = np.array([[x in knowledge.keywords[i] for x in QUESTIONS.values()] for i in known])
    p_yes = knowledge.p_yes[known] / 255
    assert ((p_yes > 0.4) == truth).mean() > 0.9
    # What is learnt is less sure than a label, or a little surer.
    assert 0.03 < p_yes.min() < 0.2 and 0.8 < p_yes.max() < 0.97


def test_candidates_without_a_row_get_the_mean(data: Path, tmp_path: Path) -> None:
    build(data, tmp_path / "out")
    knowledge = Knowledge.load(tmp_path / "out")
    learned = set(table.load(data / "table").keywords)
    others = [
        i
        for i, (keyword, category) in enumerate(
            zip(knowledge.keywords, knowledge.categories, strict=True)
        )
        if category == "lexicon" and keyword not in learned
    ]
    assert len(set(knowledge.rows(np.array(others)).tolist())) == 1
    mean = knowledge.p_yes[knowledge.rows(others[0])] / 255
    assert ((mean > 0.1) & (mean < 0.5)).all()


def test_labels_by_hand_overrule_what_was_learnt(data: Path, tmp_path: Path) -> None:
    build(data, tmp_path / "out")
    knowledge = Knowledge.load(tmp_path / "out")
    for i, keyword in enumerate(knowledge.keywords[: len(PUBLIC) + len(OWN)]):
        expected = [RATES[x in keyword.lower()] for x in QUESTIONS.values()]
        assert knowledge.p_yes[i] / 255 == pytest.approx(expected, abs=0.003)


def test_priors_are_the_lexicons(data: Path, tmp_path: Path) -> None:
    build(data, tmp_path / "out")
    knowledge = Knowledge.load(tmp_path / "out")
    lower = {keyword.lower(): i for i, keyword in enumerate(knowledge.keywords)}
    ranked = sorted(lower, key=lambda keyword: -knowledge.prior[lower[keyword]])
    assert ranked == sorted({*PUBLIC, *OWN, *REST})


def test_the_likeliest_candidates_are_kept(data: Path, tmp_path: Path) -> None:
    build(data, tmp_path / "out", limit=40)
    knowledge = Knowledge.load(tmp_path / "out")
    fresh = {k for k, c in zip(knowledge.keywords, knowledge.categories, strict=True)
             if c == "lexicon"}  # fmt: skip
    assert fresh == set(sorted({*PUBLIC, *OWN, *REST})[:40]) - {*PUBLIC, *OWN}


def test_withheld_knowledge_has_not_seen_the_public_list(data: Path, tmp_path: Path) -> None:
    lied_to = make(tmp_path / "data", public_says="y")
    for withhold in ("none", "public"):
        learn(lied_to, withhold, rows=200, describe=describe)
    build(data, tmp_path / "honest", "public")
    build(lied_to, tmp_path / "lied", "public")
    for name in ("keywords.csv", "questions.csv", "p_yes.npy"):
        assert (tmp_path / "honest" / name).read_bytes() == (tmp_path / "lied" / name).read_bytes()
    codes = "table/codes.parquet"
    assert (data / codes).read_bytes() != (lied_to / codes).read_bytes()
    knowledge = Knowledge.load(tmp_path / "honest")
    named = set(map(str.lower, knowledge.keywords))
    assert not named & set(PUBLIC[20:])
    # What open sources have too stays, as a candidate like any other.
    assert set(PUBLIC[:20]) <= named
    assert "public" not in knowledge.categories


def test_learning_again_gives_the_same_bytes(data: Path, tmp_path: Path) -> None:
    again = make(tmp_path / "data")
    learn(again, "none", rows=200, describe=describe)
    for path in (data / "table").iterdir():
        assert (again / "table" / path.name).read_bytes() == path.read_bytes()


def test_the_manifest_says_where_it_came_from(data: Path) -> None:
    manifest = json.loads((data / "table" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["withheld"] == "none" and set(manifest["inputs"]) == {
        "questions.csv", "things.csv", "lexicon.parquet"
    }  # fmt: skip
    assert sum(count for _, _, count in manifest["calibration"]) == 3 * (len(PUBLIC) + len(OWN))
    assert all(abs(said - true) < 0.2 for said, true, n in manifest["calibration"] if n > 50)
    found = table.load(data / "table")
    assert found.statistics["labels"] == [len(PUBLIC) + len(OWN)] * 3
    assert all(a > 0.8 for a in found.statistics["accuracy"])
    assert all(
        x < y for x, y in zip(found.statistics["loss"], found.statistics["base_loss"], strict=True)
    )


def test_a_models_labels_fill_in_but_do_not_overrule(data: Path) -> None:
    labelled = read_labels(data)
    odds = np.array([[4.0, -4.0], [4.0, 4.0]], np.float32)
    found = Labels(["Fresh word", labelled.keywords[0].lower()], ["has_a", "has_o"], odds)
    more = with_model(labelled, found, trust=0.8)
    assert more.keywords == [*labelled.keywords, "Fresh word"]
    assert more.labels[-1] == pytest.approx([0.886, 0.5, 0.114], abs=0.001)
    assert np.array_equal(more.labels[:-1], labelled.labels)


def test_anchors_teach_too_and_are_checked(tmp_path: Path) -> None:
    folder = make(tmp_path / "data")
    anchors = folder / "anchors.csv"
    anchors.write_text("keyword,yes,unclear\nQueen,has_e,has_a\n", encoding="utf-8")
    labelled = read_labels(folder, "public")
    assert len(labelled.keywords) == len(OWN) + 1
    assert labelled.labels[-1].tolist() == [0.5, 1.0, 0.0]
    anchors.write_text("keyword,yes,unclear\nQueen,has_e,has_z\n", encoding="utf-8")
    with pytest.raises(DescriptionError, match=r"anchors.csv, Queen: expected ids .* found has_z"):
        read_labels(folder)


def write_descriptions(
    folder: Path,
    keywords: Sequence[str],
    name: str = "described_things.csv",
    asked: Sequence[str] = tuple(QUESTIONS),
) -> None:
    """Of ``keywords``, every tenth wrongly (all but the first letter forgotten)."""
    rows = [("keyword", "yes", "unclear")]
    for i, keyword in enumerate(keywords):
        yes = [name for name in asked if QUESTIONS[name] in keyword]
        rows.append((keyword, " ".join(yes[:1] if i % 10 == 0 else yes), ""))
    write_csv(folder / name, rows)


def blind(keywords: Sequence[str]) -> Features:
    """To the letter o."""
    return describe([keyword.lower().replace("o", "") for keyword in keywords])


def loss(found: table.Table, told: Sequence[str], names: Sequence[str] = tuple(QUESTIONS)) -> float:
    """Mean, in nats, over the answers about ``told``."""
    rows = np.array([found.keywords.index(keyword) for keyword in told])
    columns = [found.question_ids.index(name) for name in names]
    truth = np.array([[QUESTIONS[name] in keyword for name in names] for keyword in told])
    p_yes = np.clip(found.p_yes(rows)[:, columns] / table.LEVELS, 0.01, 0.99)
    return float(-np.log(np.where(truth, p_yes, 1 - p_yes)).mean())


def test_descriptions_tell_what_cannot_be_learnt(tmp_path: Path) -> None:
    tables = []
    folder = make(tmp_path / "data")
    for _ in range(2):
        learn(folder, "none", rows=200, describe=blind)
        tables.append(table.load(folder / "table"))
        write_descriptions(folder, [*OWN[:60], *REST[:150]])
    before, after = tables
    told = [keyword for keyword in REST[1:150] if keyword in before.keywords]
    assert loss(after, told) < 0.6 * loss(before, told)
    assert set(REST[:150]) <= set(after.keywords)
    assert after.statistics["labels"] == before.statistics["labels"]


def test_further_descriptions_tell_of_other_questions(tmp_path: Path) -> None:
    tables = []
    folder = make(tmp_path / "data")
    write_descriptions(folder, [*OWN[:60], *REST[:150]], asked=("has_a", "has_e"))
    for _ in range(2):
        manifest = learn(folder, "none", rows=200, describe=blind)
        tables.append(table.load(folder / "table"))
        write_descriptions(folder, [*OWN[:60], *REST[:80]], "described_further.csv", ("has_o",))
    before, after = tables
    assert manifest["described"] == [210, 140]
    told = REST[1:80]
    assert loss(after, told, ["has_o"]) < 0.6 * loss(before, told, ["has_o"])
    kept = ("has_a", "has_e")
    assert loss(after, told, kept) == pytest.approx(loss(before, told, kept), abs=0.02)


def test_a_description_holds_for_other_spellings_too() -> None:
    known = {"sand bag": np.ones(1), "ruins": np.zeros(1), "glass": np.full(1, 2.0)}
    known["glasses"] = np.full(1, 3.0)
    found = spelt(known, ["glasses", "sandbag", "ruin", "glass", "sandbags", "stone"])
    assert {keyword: float(logits[0]) for keyword, logits in found.items()} == {
        "glasses": 3.0, "sandbag": 1.0, "ruin": 0.0, "glass": 2.0, "sandbags": 1.0,
    }  # fmt: skip


def test_withheld_descriptions_are_not_read(tmp_path: Path) -> None:
    tables = []
    for name, keywords in (("with", [*OWN[:60], *PUBLIC]), ("without", OWN[:60])):
        folder = make(tmp_path / name)
        write_descriptions(folder, keywords)
        learn(folder, "public", rows=200, describe=describe)
        tables.append((folder / "table_withheld" / "codes.parquet").read_bytes())
    assert tables[0] == tables[1]


def test_descriptions_need_labels_to_be_judged_by(tmp_path: Path) -> None:
    folder = make(tmp_path / "data")
    write_descriptions(folder, REST)
    with pytest.raises(DescriptionError, match="Expected some keywords .* to be labelled"):
        learn(folder, "none", rows=200, describe=describe)
