"""Descriptions: the file, and how far what it says, and what it leaves out, is believed."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from pipeline.described import (
    AGAIN,
    NAMES,
    NO,
    NOT_ASKED,
    UNCLEAR,
    YES,
    DescriptionError,
    Telling,
    evidence,
    read,
    tagged,
)

DATA = Path(__file__).parent.parent / "data"
IDS = ["living", "metal", "round"]


def file(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / NAMES[0]
    path.write_text("\n".join(["keyword,yes,unclear", *rows]) + "\n", encoding="utf-8")
    return path


def test_what_is_listed_is_read(tmp_path: Path) -> None:
    found = tagged(file(tmp_path, "coin,metal round,", "tree,living,round"), IDS)
    assert found.keywords == ["coin", "tree"]
    assert found.told.tolist() == [[NO, YES, YES], [YES, NO, UNCLEAR]]
    assert found.without({"Coins"}).keywords == ["tree"]
    assert found.without({"coin"}).told.tolist() == [[YES, NO, UNCLEAR]]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["coin,metal shiny,"], "coin: expected ids of questions.csv, each once, found shiny"),
        (["coin,metal,metal"], "found metal"),
        (["coin,metal,", "Coin,,"], "expected each keyword once, found Coin"),
    ],
)
def test_a_strange_description_is_named(tmp_path: Path, rows: list[str], message: str) -> None:
    with pytest.raises(DescriptionError, match=message):
        tagged(file(tmp_path, *rows), IDS)


def ask_again(tmp_path: Path, *rows: str) -> None:
    file(tmp_path, "coin,metal,", "tree,living,round", "pond,living,")
    (tmp_path / NAMES[1]).write_text("keyword,yes,unclear\ncoin,round,\n", encoding="utf-8")
    text = "\n".join(["keyword,yes,unclear,no", *rows]) + "\n"
    (tmp_path / AGAIN).write_text(text, encoding="utf-8")


def test_what_was_listed_is_asked_again_by_itself(tmp_path: Path) -> None:
    ask_again(tmp_path, "coin,round,metal,living", "tree,,metal,")
    first, further, unlisted, listed = read(tmp_path, IDS)
    assert (first.keywords, further.keywords) == (["coin", "tree", "pond"], ["coin"])
    assert further.told.tolist() == [[NOT_ASKED, NOT_ASKED, YES]]
    assert unlisted.keywords == listed.keywords == ["coin", "tree"]
    assert unlisted.told.tolist() == [[NO, NOT_ASKED, NOT_ASKED], [NOT_ASKED, UNCLEAR, NOT_ASKED]]
    assert listed.told.tolist() == [[NOT_ASKED, UNCLEAR, YES], [NOT_ASKED] * 3]


def test_only_what_was_asked_changes_what_is_known() -> None:
    truth = np.repeat([[1.0, 1.0], [0.0, 0.0]], 50, axis=0)
    told = np.where(truth == 1, YES, NO)
    told[:, 1] = NOT_ASKED
    told[10:20, 0] = NOT_ASKED
    weights = evidence(told, truth)
    assert weights[0, YES] > 2 and weights[0, NO] < -2 and not weights[1].any()
    after = np.zeros((100, 2))
    Telling(np.arange(100), told, weights, news=0.5).change(after, taught=True)
    assert not after[:, 1].any() and not after[10:20].any()
    assert after[0, 0] == weights[0, YES] / 2 and after[99, 0] == weights[0, NO] / 2


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("sand,living,,", "expected keywords that described_things.csv or .* has, found sand"),
        ("coin,shiny,,", "coin: expected ids of questions.csv, each once, found shiny"),
        ("coin,,living,living", "each once, found living"),
    ],
)
def test_strange_answers_are_named(tmp_path: Path, row: str, message: str) -> None:
    ask_again(tmp_path, row)
    with pytest.raises(DescriptionError, match=message):
        read(tmp_path, IDS)


def test_answers_about_nothing(tmp_path: Path) -> None:
    ask_again(tmp_path, "coin,,,living")
    for name in NAMES:
        (tmp_path / name).unlink()
    with pytest.raises(DescriptionError, match="found neither"):
        read(tmp_path, IDS)


def test_evidence_follows_how_often_descriptions_were_right() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random((4000, 3)) < 0.4
    listed = np.where(truth, rng.random((4000, 3)) < 0.8, rng.random((4000, 3)) < 0.1)
    told = np.where(listed, YES, NO)
    told[:, 2] = NOT_ASKED
    weights = evidence(told, truth.astype(float))
    assert weights[:2, YES] == pytest.approx(np.log([8, 8]), abs=0.25)
    assert weights[:2, NO] == pytest.approx(np.log([2 / 9, 2 / 9]), abs=0.25)
    assert not weights[2].any()
    after = np.zeros((4000, 3))
    Telling(np.arange(4000), told, weights).change(after)
    assert (1 / (1 + np.exp(-after[listed[:, 0], 0]))).mean() == pytest.approx(8 / 9, abs=0.03)


def test_few_labels_are_read_with_those_of_other_questions() -> None:
    told = np.full((200, 2), NO)
    told[:100] = YES
    told[0, 1] = NO
    labels = np.repeat([[1.0], [0.0]], 100, axis=0) * np.ones((1, 2))
    labels[1:, 1] = np.nan  # one label of the second question, and it contradicts
    weights = evidence(told, labels)
    assert weights[0, YES] > 3 and weights[1, YES] > 1


def test_what_is_said_of_some_keywords(tmp_path: Path) -> None:
    said = tagged(file(tmp_path, "Coin,metal,", "tree,living,", "sand,round,"), IDS)
    labels = np.array([[np.nan, 1.0]])
    about = said.about(["sand", "cloud", "coin"], ["round", "metal"], {"tree": 0}, labels)
    assert about.rows.tolist() == [2, 0]
    assert about.told.tolist() == [[NO, YES], [YES, NO]]
    logits = np.zeros((3, 2))
    about.change(logits)
    assert logits[1].tolist() == [0, 0]
    assert logits[0].tolist() == [about.weights[0, YES], about.weights[1, NO]]
    with pytest.raises(DescriptionError, match=r"some keywords of described_things.csv to be lab"):
        said.about(["sand"], IDS, {"rock": 0}, labels)


@pytest.mark.parametrize(("name", "least"), zip(NAMES, (35_000, 14_000), strict=True))
def test_shipped_descriptions_are_many_and_agree_with_the_labels(name: str, least: int) -> None:
    with (DATA / "questions.csv").open(encoding="utf-8", newline="") as source:
        ids = [row["id"] for row in csv.DictReader(source)]
    found = tagged(DATA / name, ids)
    assert len(found.keywords) > least
    with (DATA / "things.csv").open(encoding="utf-8", newline="") as source:
        things = {row["keyword"].lower(): row for row in csv.DictReader(source)}
    both = [(row, things[k]) for row, k in zip(found.told, found.keywords, strict=True)
            if k in things]  # fmt: skip
    assert len(both) > 600
    asked = (found.told != NOT_ASKED).any(axis=0)
    told = np.array([row for row, _ in both])[:, asked]
    names = [name for name, one in zip(ids, asked, strict=True) if one]
    labels = np.array([[thing.get(name, "?") for name in names] for _, thing in both])
    clear = told != UNCLEAR
    assert (told == YES)[clear & (labels == "y")].mean() > 0.8
    assert (told == NO)[clear & (labels == "n")].mean() > 0.95


def test_shipped_answers_agree_with_the_labels() -> None:
    with (DATA / "questions.csv").open(encoding="utf-8", newline="") as source:
        ids = [row["id"] for row in csv.DictReader(source)]
    unlisted = read(DATA, ids)[-2]
    assert unlisted.name == AGAIN and len(unlisted.keywords) > 3_000
    with (DATA / "things.csv").open(encoding="utf-8", newline="") as source:
        things = {row["keyword"].lower(): row for row in csv.DictReader(source)}
    both = [(row, things[k]) for row, k in zip(unlisted.told, unlisted.keywords, strict=True)
            if k in things]  # fmt: skip
    assert len(both) > 250 and all(thing["source"] == "own" for _, thing in both)
    told = np.array([row for row, _ in both])
    labels = np.array([[thing.get(name, "?") for name in ids] for _, thing in both])
    assert (labels == "n")[told == NO].mean() > 0.95
    assert (labels != "n")[told == YES].mean() > 0.5
