"""The table of things: its format, its questions, and the logic that its answers must keep."""

from __future__ import annotations

import csv
import importlib.util
import json
import runpy
from pathlib import Path

import numpy as np
import pytest

DATA = Path(__file__).parent.parent / "data"

# A "y" in the first column forbids an "n" in the second.
IMPLIES = [
    ("mammal", "animal"),
    ("animal", "living"),
    ("animal", "animal_related"),
    ("animal", "nature"),
    ("fruit_vegetable", "plant"),
    ("fruit_vegetable", "edible"),
    ("drink", "edible"),
    ("drink", "liquid"),
    ("baked", "edible"),
    ("sweet", "edible"),
    ("ingredient", "edible"),
    ("edible", "used_up"),
    ("battery", "electric"),
    ("screen", "electric"),
    ("motor", "moving_parts"),
    ("wheels", "moving_parts"),
    ("vehicle", "transport"),
    ("vehicle", "vehicle_related"),
    ("clothing", "wearable"),
    ("worn_head", "wearable"),
    ("tiny", "fits_hand"),
    ("fits_hand", "fits_backpack"),
    ("bigger_car", "bigger_microwave"),
    ("kitchen", "home"),
    ("bedroom", "home"),
    ("living_room", "home"),
    ("wall_ceiling", "fixed"),
    ("bird", "animal"),
    ("bug", "animal"),
    ("reptile", "animal"),
    ("pet", "animal"),
    ("farm_animal", "animal"),
    ("wild_animal", "animal"),
    ("fruit", "fruit_vegetable"),
    ("fruit", "edible"),
    ("vegetable", "edible"),
    ("dish", "edible"),
    ("dessert", "edible"),
    ("snack", "edible"),
    ("sauce", "edible"),
    ("spice_herb", "edible"),
    ("tree", "plant"),
    ("fits_pocket", "fits_backpack"),
    ("smaller_fingernail", "tiny"),
    ("bigger_house", "bigger_microwave"),
    ("bigger_person", "bigger_microwave"),
    ("jewelry", "wearable"),
    ("instrument", "music"),
    ("very_expensive", "expensive"),
    ("ancient", "old"),
    ("worn_neck", "wearable"),
    ("cord", "electric"),
    ("camera", "electric"),
    ("device", "electric"),
    ("element", "substance"),
]

# No thing is both.
EXCLUDES = [
    ("living", "abstract"),
    ("living", "electric"),
    ("living", "building"),
    ("animal", "plant"),
    ("animal", "tool"),
    ("abstract", "heavy"),
    ("abstract", "fits_hand"),
    ("abstract", "bigger_microwave"),
    ("fits_backpack", "bigger_microwave"),
    ("fits_backpack", "heavy"),
    ("fits_backpack", "place"),
    ("edible", "electric"),
    ("vehicle", "edible"),
    ("vehicle", "wearable"),
    ("indoors", "outdoors"),
    ("metal", "wood"),
    ("metal", "paper"),
    ("nature", "screen"),
    ("nature", "clothing"),
    ("ancient", "modern"),
    ("cheap", "expensive"),
    ("fruit", "meat"),
    ("animal", "device"),
    ("idea", "fits_hand"),
    ("vegan", "meat"),
    ("bigger_house", "fits_backpack"),
    ("edible", "machine"),
    ("gas", "hard"),
    ("fits_pocket", "bigger_person"),
    ("wild_animal", "furniture"),
    ("white", "black"),
]


def read(name: str) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows of a file of ``data/``; ``strict`` raises on broken quoting."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = list(reader)
    return list(reader.fieldnames or []), rows


QUESTION_HEADER, QUESTIONS = read("questions.csv")
HEADER, THINGS = read("things.csv")
ANCHOR_HEADER, ANCHORS = read("anchors.csv")
IDS = [column for column in HEADER if column not in ("keyword", "variants", "source")]


def variants(row: dict[str, str]) -> list[str]:
    """The other spellings of a thing."""
    return row["variants"].split(" | ") if row["variants"] else []


def public_keywords() -> dict[str, list[str]]:
    """Keyword to its alternatives, from the installed package.

    The file is run by path: importing the package takes seconds.
    """
    spec = importlib.util.find_spec("kaggle_environments")
    if spec is None:
        pytest.skip("kaggle-environments is not installed")
    root = Path(next(iter(spec.submodule_search_locations)))
    source = runpy.run_path(str(root / "envs" / "llm_20_questions" / "keywords.py"))
    categories = json.loads(source["KEYWORDS_JSON"])
    return {word["keyword"]: word["alts"] for group in categories for word in group["words"]}


def test_questions_are_well_formed():
    assert QUESTION_HEADER == [
        "id", "question", "scope", "places", "yes_if_no", "yes_if_yes", "answers", "answers_from",
    ]  # fmt: skip
    ids = [row["id"] for row in QUESTIONS]
    assert len(set(ids)) == len(ids) >= 410
    assert len({row["question"].lower() for row in QUESTIONS}) == len(QUESTIONS)
    for row in QUESTIONS:
        assert row["id"].isidentifier() and row["id"].islower(), row
        assert row["question"].endswith("?") and row["question"][0].isupper(), row
        assert row["scope"] in {"things", "all"}, row
        assert row["places"] in {"y", "n", "?"}, row
        assert 0 < float(row["yes_if_no"]) < float(row["yes_if_yes"]) < 1, row
        assert int(row["answers"]) >= 0 and row["answers_from"], row


def test_columns_match_the_questions():
    asked = [row["id"] for row in QUESTIONS if row["id"] in IDS]
    assert ["keyword", "variants", "source", *asked] == HEADER


def test_values_are_legal():
    for row in THINGS:
        assert row["keyword"] and row["keyword"] == row["keyword"].strip()
        assert row["source"] in {"public", "own"}, row["keyword"]
        odd = {i: row[i] for i in IDS if row[i] not in {"y", "n", "?"}}
        assert not odd, (row["keyword"], odd)


def test_no_name_is_used_twice():
    names = [name.lower() for row in THINGS for name in (row["keyword"], *variants(row))]
    assert sorted(names) == sorted(set(names))


def test_every_public_keyword_is_there_with_its_alternatives():
    by_name = {row["keyword"].lower(): row for row in THINGS}
    public = public_keywords()
    assert len(public) > 570
    for keyword, alternatives in public.items():
        row = by_name.get(keyword.lower())
        assert row is not None, keyword
        assert row["source"] == "public", keyword
        assert set(alternatives) <= set(variants(row)), keyword
    listed = {row["keyword"].lower() for row in THINGS if row["source"] == "public"}
    assert listed == {keyword.lower() for keyword in public}


def test_each_question_splits_the_things_and_the_anchors():
    for i in IDS:
        yes = sum(row[i] == "y" for row in THINGS) + sum(i in row["yes"].split() for row in ANCHORS)
        assert 4 <= yes <= 0.70 * len(THINGS), (i, yes)


def test_anchors_are_no_things_and_name_questions():
    assert ANCHOR_HEADER == ["keyword", "yes", "unclear"]
    names = {name.lower() for row in THINGS for name in (row["keyword"], *variants(row))}
    anchors = [row["keyword"].lower() for row in ANCHORS]
    assert len(set(anchors) - names) == len(anchors)
    for row in ANCHORS:
        named = row["yes"].split() + row["unclear"].split()
        assert set(named) <= set(IDS) and len(set(named)) == len(named), row["keyword"]


def test_every_question_is_labelled():
    assert [row["id"] for row in QUESTIONS] == IDS


def test_unclear_answers_are_few():
    unclear = sum(row[i] == "?" for row in THINGS for i in IDS)
    assert unclear < 0.06 * len(THINGS) * len(IDS)


def test_no_question_is_another_in_other_words():
    """Few answers follow from those to one other question: correlations over all things."""
    sure = {"y": 1.0, "n": 0.0}
    told = np.array([[sure.get(row[i], np.nan) for i in IDS] for row in THINGS])
    known = np.array([[i in row["yes"].split() for i in IDS] for row in ANCHORS], dtype=float)
    answers = np.vstack([np.where(np.isnan(told), np.nanmean(told, axis=0), told), known])
    related = np.abs(np.corrcoef(answers.T))
    np.fill_diagonal(related, 0)
    assert related.max() < 0.97
    assert (related > 0.9).sum() / 2 <= 3 and np.median(related.max(axis=0)) < 0.6


def test_no_two_things_share_all_answers():
    seen: dict[tuple[str, ...], str] = {}
    for row in THINGS:
        twin = seen.setdefault(tuple(row[i] for i in IDS), row["keyword"])
        assert twin == row["keyword"]


@pytest.mark.parametrize(("given", "then"), IMPLIES)
def test_a_yes_implies_another(given: str, then: str):
    assert [row["keyword"] for row in THINGS if row[given] == "y" and row[then] == "n"] == []


@pytest.mark.parametrize(("one", "other"), EXCLUDES)
def test_two_yeses_exclude_each_other(one: str, other: str):
    assert [row["keyword"] for row in THINGS if row[one] == "y" and row[other] == "y"] == []
