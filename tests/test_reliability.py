"""How strangers answer: P(yes) by what the table says, per question."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from pipeline import places
from pipeline.knowledge import build
from pipeline.reliability import (
    COLUMNS,
    OWN,
    ReliabilityError,
    measure,
    read,
    read_scored,
    truths,
    update,
)
from twentyq.answerer import SURE
from twentyq.knowledge import Knowledge
from twentyq.matching import forms_of, normalize


def answers(name: str, if_no: tuple[int, int], if_yes: tuple[int, int]) -> list:
    """(yes, no) answers where the table says no, and where it says yes."""
    return [
        (name, truth, said)
        for truth, (yes, no) in ((0.0, if_no), (1.0, if_yes))
        for said, times in ((True, yes), (False, no))
        for _ in range(times)
    ]


def test_rates_are_the_shares_of_yes() -> None:
    found = measure(
        answers("good", (50, 9950), (9900, 100)) + answers("coin", (5000, 5000), (5000, 5000))
    )[0]
    assert found["good"] == pytest.approx((0.005, 0.99), abs=0.01)
    assert found["coin"] == pytest.approx((0.5, 0.5), abs=0.01)


def test_few_answers_lean_on_the_other_questions() -> None:
    found, overall = measure(
        answers("many", (100, 900), (950, 50)) + answers("few", (2, 2), (0, 0))
    )
    assert overall == pytest.approx((102 / 1004, 0.95), abs=0.002)
    few = (2 + OWN * overall[0]) / (4 + OWN)
    assert found["few"] == pytest.approx((few, overall[1]), abs=0.001)


def test_an_uncertain_truth_counts_in_part() -> None:
    rng = np.random.default_rng(1)
    p_yes = rng.choice([0.05, 0.3, 0.8, 0.97], 20_000)
    truth = rng.random(len(p_yes)) < p_yes
    said = rng.random(len(p_yes)) < np.where(truth, 0.9, 0.2)
    found = measure([("q", float(p), bool(s)) for p, s in zip(p_yes, said, strict=True)])[0]
    assert found["q"] == pytest.approx((0.2, 0.9), abs=0.02)


@pytest.mark.parametrize("given", [[], answers("q", (0, 0), (3, 0))])
def test_nothing_to_measure_is_said(given: list) -> None:
    with pytest.raises(ReliabilityError, match="some that it answers with yes and some with no"):
        measure(given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "questions.csv").write_text(
        "id,question,scope\nanimal,Is it an animal?,all\nhome,Is it found in a home?,things\n"
    )
    (tmp_path / "things.csv").write_text(
        "keyword,variants,source,animal,home\nCat,,own,y,y\nSofa,,own,n,y\nFog,,own,n,?\n"
    )
    return tmp_path


def test_from_scored_answers_to_what_the_guesser_expects(folder: Path) -> None:
    scored = folder / "scored.csv"
    scored.write_text(
        "keyword,question,p_yes,answer\ncat,is it an animal,0.9,yes\nSofa,Is it an animal?,0.1,no\n"
        "Fog,Is it found in a home?,0.2,no\nUnicorn,Is it an animal?,0.5,yes\nCat,Why?,0.1,no\n"
    )
    found = truths(folder, read_scored(scored, folder))
    assert found == [("animal", 1.0, True), ("animal", 0.0, False)]
    assert update(folder, found * 50, "a test") == 1
    with (folder / "questions.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["answers"] for row in rows] == ["100", "0"]
    assert {row["answers_from"] for row in rows} == {"a test"}
    assert rows[1]["question"] == "Is it found in a home?"
    build(folder, folder / "out")
    knowledge = Knowledge.load(folder / "out")
    rates = [float(rows[0][column]) for column in COLUMNS]
    assert knowledge.p_yes[[1, 0], 0] / 255 == pytest.approx(rates, abs=0.003)


def test_a_file_without_answers_is_named(folder: Path) -> None:
    (folder / "scored.csv").write_text("id,question,keyword\na,b,c\n")
    with pytest.raises(ReliabilityError, match="Expected the columns keyword, question, answer"):
        read_scored(folder / "scored.csv", folder)


def test_the_shipped_answers_are_about_no_public_keyword() -> None:
    with (places.DATA / "things.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        public = forms_of(row["keyword"] for row in rows if row["source"] == "public")
    found = read(places.DATA)
    assert len(found) > 10_000
    assert not public & {normalize(keyword) for keyword, _, _ in found}


def test_the_shipped_rates_are_those_of_the_shipped_answers(tmp_path: Path) -> None:
    questions = tmp_path / "questions.csv"
    shutil.copy(places.DATA / "questions.csv", questions)
    update(tmp_path, truths(places.DATA, read(places.DATA)), "answers.csv")
    assert questions.read_bytes() == (places.DATA / "questions.csv").read_bytes()


def test_no_shipped_rate_keeps_our_answerer_from_being_sure() -> None:
    with (places.DATA / "questions.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["yes_if_no"]]
    assert rows
    assert max(float(row["yes_if_no"]) for row in rows) <= 1 - SURE
    assert min(float(row["yes_if_yes"]) for row in rows) >= SURE
