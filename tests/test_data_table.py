"""The learned tables in ``data/``: whole, up to date with their labels, good enough, small."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from pipeline import candidates, described, learning, lexicon, table, table_rows
from twentyq.matching import forms_of, normalize

DATA = Path(__file__).parent.parent / "data"
FOLDERS = sorted(table_rows.TABLES.items())


@pytest.fixture(params=FOLDERS, ids=lambda pair: pair[1], scope="module")
def stored(request: pytest.FixtureRequest) -> tuple[str, Path, table.Table]:
    withhold, name = request.param
    return withhold, DATA / name, table.load(DATA / name)


def test_it_is_large_and_small(stored: tuple[str, Path, table.Table]) -> None:
    _, folder, found = stored
    assert len(found.keywords) >= 30_000 and len(found.question_ids) >= 400
    assert len(set(found.keywords)) == len(found.keywords)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 6_000_000


def test_its_questions_are_ours(stored: tuple[str, Path, table.Table]) -> None:
    found = stored[2]
    with (DATA / "questions.csv").open(encoding="utf-8", newline="") as file:
        ours = {row["id"]: row["question"] for row in csv.DictReader(file)}
    assert dict(zip(found.question_ids, found.wordings, strict=True)).items() <= ours.items()


def test_it_was_learnt_from_what_lies_beside_it(stored: tuple[str, Path, table.Table]) -> None:
    withhold, folder, _ = stored
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["withheld"] == withhold
    # questions.csv may have gained rates since.
    for name in ("things.csv", "anchors.csv", *described.NAMES, described.AGAIN, "lexicon.parquet"):
        now = hashlib.sha256((DATA / name).read_bytes()).hexdigest()
        assert manifest["inputs"][name] == now, f"{name} has changed: run `make knowledge`"


def test_left_out_keywords_are_told(stored: tuple[str, Path, table.Table]) -> None:
    statistics = stored[2].statistics
    assert np.nanmean(statistics["accuracy"]) > 0.88
    assert np.sum(statistics["loss"]) < 0.5 * np.sum(statistics["base_loss"])


def test_its_probabilities_are_honest(stored: tuple[str, Path, table.Table]) -> None:
    manifest = json.loads((stored[1] / "manifest.json").read_text(encoding="utf-8"))
    for said, true, answers in manifest["calibration"]:
        chance = 2 * np.sqrt(true * (1 - true) / answers)
        assert abs(said - true) < 0.06 + chance, (said, true, answers)


def test_the_withheld_table_has_no_keyword_from_the_public_list_alone() -> None:
    found = lexicon.load(DATA / "lexicon.parquet")
    alone = {
        keyword
        for keyword, prior in zip(
            found["keyword"].to_pylist(), found["log2_prior_withheld"].to_pylist(), strict=True
        )
        if prior is None
    }
    assert alone
    assert not alone & set(table.load(DATA / "table_withheld").keywords)


def test_no_description_of_a_public_keyword_is_behind_the_withheld_table() -> None:
    public = forms_of(candidates.table_keywords(DATA / "things.csv", source="public"))
    told = learning.read_described(DATA, "public")
    assert [some.name for some in told] == [*described.NAMES, described.AGAIN, described.AGAIN]
    assert all(len(some.keywords) > 4_000 for some in told)
    assert not any(public & set(map(normalize, some.keywords)) for some in told)
    manifest = json.loads((DATA / "table_withheld" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["described"] == [len(some.keywords) for some in told]


def test_some_answers_that_nobody_labelled() -> None:
    found = table.load(DATA / "table")
    row = {keyword: i for i, keyword in enumerate(found.keywords)}
    column = {name: i for i, name in enumerate(found.question_ids)}
    keywords = ["spanner", "raven", "wheelbarrow", "lasagne", "cardigan", "oboe", "minivan"]
    expected = ["tool", "bird", "garden_farm", "edible", "clothing", "instrument", "vehicle"]
    pairs = [(k, e) for k, e in zip(keywords, expected, strict=True) if k in row]
    assert len(pairs) >= 5
    for keyword, name in pairs:
        p_yes = found.p_yes(np.array([row[keyword]]))[0] / table.LEVELS
        assert p_yes[column[name]] > 0.5, (keyword, name)
        others = [column[other] for other in expected if other != name]
        assert p_yes[others].mean() < 0.35, keyword
