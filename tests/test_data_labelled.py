"""The project's own labelled pairs, on which prompts are compared and thresholds fitted."""

from __future__ import annotations

import ast
import csv
import importlib.util
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

FILE = Path(__file__).parent.parent / "data" / "labelled_pairs.csv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = list(reader)
    assert reader.fieldnames == ["keyword", "question", "answer"]
    return rows


def public_keywords() -> set[str]:
    """The environment's public keywords and alternatives in lower case.

    The list is read out of the package's source: importing the environment takes seconds.
    """
    package = importlib.util.find_spec("kaggle_environments")
    if package is None or package.origin is None:
        pytest.skip("kaggle-environments is not installed")
    source = Path(package.origin).parent / "envs" / "llm_20_questions" / "keywords.py"
    constants = [
        ast.literal_eval(statement.value)
        for statement in ast.parse(source.read_text(encoding="utf-8")).body
        if isinstance(statement, ast.Assign)
        and ast.unparse(statement.targets[0]) == "KEYWORDS_JSON"
    ]
    words = [word for category in json.loads(constants[0]) for word in category["words"]]
    return {name.lower() for word in words for name in (word["keyword"], *word["alts"])}


def test_the_file_has_unix_newlines() -> None:
    raw = FILE.read_bytes()
    assert b"\r" not in raw and raw.endswith(b"\n")


def test_cells_are_trimmed_and_answers_are_yes_or_no(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert None not in row.values() and None not in row
        assert all(value and value == value.strip() for value in row.values()), row
        assert row["answer"] in {"yes", "no"}, row
        assert row["question"].endswith("?"), row


def test_no_pair_occurs_twice(rows: list[dict[str, str]]) -> None:
    """So no pair contradicts another either; case is ignored, as the game ignores it."""
    seen = Counter((row["keyword"].lower(), row["question"].lower()) for row in rows)
    assert [pair for pair, count in seen.items() if count > 1] == []


def test_a_keyword_is_written_in_one_way(rows: list[dict[str, str]]) -> None:
    spellings = defaultdict(set)
    for row in rows:
        spellings[row["keyword"].lower()].add(row["keyword"])
        assert row["keyword"][0].isupper(), row
    assert [forms for forms in spellings.values() if len(forms) > 1] == []


def test_the_set_is_large_and_varied(rows: list[dict[str, str]]) -> None:
    assert len(rows) >= 640
    assert len({row["question"] for row in rows}) >= 64
    assert len({row["keyword"] for row in rows}) >= 120


def test_every_question_has_both_answers_in_balance(rows: list[dict[str, str]]) -> None:
    answers = defaultdict(Counter)
    for row in rows:
        answers[row["question"]][row["answer"]] += 1
    for question, count in answers.items():
        assert min(count["yes"], count["no"]) >= 4, (question, count)


def test_few_keywords_are_public(rows: list[dict[str, str]]) -> None:
    """What is tuned on this set has to carry over to keywords nobody has seen."""
    keywords = {row["keyword"].lower() for row in rows}
    assert len(keywords & public_keywords()) <= 0.1 * len(keywords)
