"""The table of places, and the questions decided by rules over its columns."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from twentyq.matching import normalize

DATA = Path(__file__).parent.parent / "data"
YES_NO = ["capital", "coast", "island", "north"]
COLUMNS = ["keyword", "variants", "kind", "country", "continent", *YES_NO]
CONTINENTS = {
    "Africa",
    "Antarctica",
    "Asia",
    "Europe",
    "North America",
    "Oceania",
    "South America",
}


def read(name: str) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows of a file of ``data/``; ``strict`` raises on broken quoting."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = list(reader)
    return list(reader.fieldnames or []), rows


HEADER, PLACES = read("places.csv")
QUESTION_HEADER, QUESTIONS = read("place_questions.csv")
BY_KEYWORD = {row["keyword"]: row for row in PLACES}


def names(row: dict[str, str]) -> list[str]:
    """The keyword and its variants."""
    return [row["keyword"], *filter(None, row["variants"].split(" | "))]


def holds(rule: str, row: dict[str, str]) -> bool:
    """Whether a rule, ``any`` or ``column=value``, is true of a place."""
    if rule == "any":
        return True
    column, _, value = rule.partition("=")
    return row[column] == value


@pytest.mark.parametrize("name", ["places.csv", "place_questions.csv"])
def test_files_have_unix_newlines_and_full_trimmed_rows(name: str) -> None:
    raw = (DATA / name).read_bytes()
    assert b"\r" not in raw and raw.endswith(b"\n")
    header, rows = read(name)
    for row in rows:
        assert set(row) == set(header), row
        assert all(value is not None and value == value.strip() for value in row.values()), row


def test_columns_are_the_documented_ones() -> None:
    assert HEADER == COLUMNS
    assert QUESTION_HEADER == ["id", "question", "scope", "rule"]


def test_every_cell_has_a_known_value() -> None:
    for row in PLACES:
        assert row["keyword"], row
        assert row["kind"] in {"country", "city", "landmark"}, row
        assert row["continent"] in CONTINENTS, row
        assert all(row[column] in {"y", "n"} for column in YES_NO), row


def test_no_two_places_share_a_name() -> None:
    """Nor two names of one place: the environment compares normalised names."""
    seen = Counter(normalize(name) for row in PLACES for name in names(row))
    assert [name for name, count in seen.items() if count > 1] == []


def test_names_are_single_names_without_list_separators() -> None:
    for row in PLACES:
        assert not any(mark in name for name in names(row) for mark in "|;/"), row


def test_countries_belong_to_themselves_and_other_places_to_a_listed_country() -> None:
    countries = {row["keyword"] for row in PLACES if row["kind"] == "country"}
    for row in PLACES:
        if row["kind"] == "country":
            assert row["country"] == row["keyword"], row
        else:
            assert row["country"] in countries | {"Antarctica"}, row


def test_only_cities_are_capitals_and_nearly_every_country_has_one() -> None:
    assert {row["kind"] for row in PLACES if row["capital"] == "y"} == {"city"}
    with_capital = {row["country"] for row in PLACES if row["capital"] == "y"}
    countries = {row["keyword"] for row in PLACES if row["kind"] == "country"}
    # City-states share the capital's name; Nauru has no official one.
    without = {"Singapore", "Monaco", "Vatican City", "San Marino", "Luxembourg", "Nauru"}
    assert countries - with_capital == without


def test_the_table_is_as_large_as_promised() -> None:
    kinds = Counter(row["kind"] for row in PLACES)
    assert kinds["country"] >= 193
    assert kinds["city"] >= 350
    assert kinds["landmark"] >= 150


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ("Japan", "country Japan Asia n y y y"),
        ("Nepal", "country Nepal Asia n n n y"),
        ("Ottawa", "city Canada North America y n n y"),
        ("Sydney", "city Australia Oceania n y n n"),
        ("Honolulu", "city United States Oceania n y y y"),
        ("Istanbul", "city Turkey Europe n y n y"),
        ("Colosseum", "landmark Italy Europe n n n y"),
        ("Machu Picchu", "landmark Peru South America n n n n"),
    ],
)
def test_known_places(keyword: str, expected: str) -> None:
    row = BY_KEYWORD[keyword]
    assert " ".join(row[column] for column in COLUMNS[2:]) == expected


def test_place_questions_repeat_no_text_of_the_other_questions() -> None:
    _, others = read("questions.csv")
    theirs = {question["question"].lower() for question in others}
    assert [q["question"] for q in QUESTIONS if q["question"].lower() in theirs] == []


def test_questions_have_unique_names_and_texts() -> None:
    assert len({q["id"] for q in QUESTIONS}) == len(QUESTIONS)
    assert len({q["question"].lower() for q in QUESTIONS}) == len(QUESTIONS)
    for question in QUESTIONS:
        assert question["id"].isidentifier() and question["id"] == question["id"].lower()
        assert question["question"].endswith("?")
        assert question["scope"] == "places"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["id"])
def test_every_rule_refers_to_a_column_and_a_value_in_it(question: dict[str, str]) -> None:
    if question["rule"] == "any":
        assert question["id"] == "place"
        return
    column, separator, value = question["rule"].partition("=")
    assert separator and column in HEADER
    assert value in {row[column] for row in PLACES}


@pytest.mark.parametrize(
    "question", [q for q in QUESTIONS if q["rule"] != "any"], ids=lambda q: q["id"]
)
def test_every_rule_splits_the_places(question: dict[str, str]) -> None:
    assert len({holds(question["rule"], row) for row in PLACES}) == 2
