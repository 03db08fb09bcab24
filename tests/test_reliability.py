"""Reliability of a question: what a stranger's answers to it are worth."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.reliability import ReliabilityError, measure, read_answers, update


def answers(right_yes: int, wrong_yes: int, right_no: int, wrong_no: int) -> list:
    return (
        [(True, True)] * right_yes
        + [(True, False)] * wrong_yes
        + [(False, False)] * right_no
        + [(False, True)] * wrong_no
    )


def test_reliability_is_what_an_answer_says_beyond_a_coin() -> None:
    found = measure({"good": answers(2000, 0, 2000, 0), "coin": answers(1000, 1000, 1000, 1000)})
    assert found == pytest.approx({"good": 1.0, "coin": 0.0}, abs=0.01)


def test_few_answers_lean_on_the_other_questions() -> None:
    found = measure({"many": answers(500, 100, 500, 100), "few": answers(2, 0, 2, 0),
                     "always no": answers(0, 0, 30, 0)})  # fmt: skip
    mean = (1200 * 2 / 3 + 4) / 1204
    assert found["many"] == pytest.approx(2 / 3, abs=0.01)
    assert found["few"] == pytest.approx(4 / 24 + 20 / 24 * mean)
    assert found["always no"] == pytest.approx(mean)


def test_worse_than_a_coin_is_worth_nothing() -> None:
    assert measure({"upside down": answers(0, 500, 0, 500)})["upside down"] == 0


@pytest.mark.parametrize("given", [{}, {"q": answers(3, 0, 0, 0)}])
def test_nothing_to_measure_is_said(given: dict) -> None:
    with pytest.raises(ReliabilityError, match="keywords of both kinds"):
        measure(given)


def test_from_scored_answers_to_the_questions_file(tmp_path: Path) -> None:
    (tmp_path / "questions.csv").write_text(
        "id,question,scope\nanimal,Is it an animal?,all\nhome,Is it found in a home?,things\n"
    )
    (tmp_path / "things.csv").write_text(
        "keyword,variants,source,animal,home\nCat,,own,y,y\nSofa,,own,n,y\nFog,,own,n,?\n"
    )
    scored = tmp_path / "scored.csv"
    scored.write_text(
        "keyword,question,p_yes,answer\ncat,is it an animal,0.9,yes\nSofa,Is it an animal?,0.1,no\n"
        "Fog,Is it found in a home?,0.2,no\nUnicorn,Is it an animal?,0.5,yes\nCat,Why?,0.1,no\n"
    )
    found = read_answers(scored, tmp_path)
    assert found == {"animal": [(True, True), (False, False)]}
    update(tmp_path, measure(found), "a test")
    with (tmp_path / "questions.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["reliability"] for row in rows] == ["1.000", ""]
    assert [row["reliability_from"] for row in rows] == ["a test", ""]
    assert rows[1]["question"] == "Is it found in a home?"


def test_a_file_without_answers_is_named(tmp_path: Path) -> None:
    for name in ("questions.csv", "things.csv", "scored.csv"):
        (tmp_path / name).write_text("id,question,keyword\na,b,c\n")
    with pytest.raises(ReliabilityError, match="Expected the columns keyword, question"):
        read_answers(tmp_path / "scored.csv", tmp_path)
