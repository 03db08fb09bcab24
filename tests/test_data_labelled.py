"""The project's own labelled pairs, on which prompts are compared and thresholds fitted."""

from __future__ import annotations

import ast
import csv
import importlib.util
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from pipeline.evaluate import load_pairs
from twentyq.spelling import parse

DATA = Path(__file__).parent.parent / "data"
FILE = DATA / "labelled_pairs.csv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = list(reader)
    assert reader.fieldnames == ["keyword", "question", "answer", "kind"]
    return rows


@pytest.fixture(scope="module")
def answers_by_question(rows: list[dict[str, str]]) -> dict[str, Counter[str]]:
    answers = defaultdict(Counter)
    for row in rows:
        answers[row["question"]][row["answer"]] += 1
    return dict(answers)


def letters(text: str) -> str:
    """What a reader sees as the same text: lower case, without spaces and punctuation."""
    return "".join(char for char in text.lower() if char.isalnum())


def documented_kinds() -> set[str]:
    """The first column of the table of kinds in data/README.md."""
    text = (DATA / "README.md").read_text(encoding="utf-8")
    section = text.split("## labelled_pairs.csv")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE))


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
    """So no pair contradicts another either."""
    seen = Counter((letters(row["keyword"]), letters(row["question"])) for row in rows)
    assert [pair for pair, count in seen.items() if count > 1] == []


def test_a_keyword_is_written_in_one_way(rows: list[dict[str, str]]) -> None:
    spellings = defaultdict(set)
    for row in rows:
        spellings[letters(row["keyword"])].add(row["keyword"])
        assert row["keyword"][0].isupper(), row
    assert [forms for forms in spellings.values() if len(forms) > 1] == []


def test_a_question_is_written_in_one_way_and_has_one_kind(rows: list[dict[str, str]]) -> None:
    forms = defaultdict(set)
    for row in rows:
        forms[letters(row["question"])].add((row["question"], row["kind"]))
    assert [form for form in forms.values() if len(form) > 1] == []


def test_the_set_is_large_and_varied(rows: list[dict[str, str]]) -> None:
    assert len(rows) >= 2200
    assert len({row["question"] for row in rows}) >= 300
    assert max(Counter(row["keyword"] for row in rows).values()) <= 0.01 * len(rows)


def test_most_keywords_are_compounds(rows: list[dict[str, str]]) -> None:
    """At least half of the distinct keywords, and half of the pairs, are of several words."""
    for keywords in ([row["keyword"] for row in rows], {row["keyword"] for row in rows}):
        assert sum(" " in keyword for keyword in keywords) >= 0.5 * len(keywords)


def test_the_kinds_are_the_documented_ones(rows: list[dict[str, str]]) -> None:
    assert {row["kind"] for row in rows} == documented_kinds()


def test_every_kind_has_both_answers_in_balance(rows: list[dict[str, str]]) -> None:
    answers, questions = defaultdict(Counter), defaultdict(set)
    for row in rows:
        answers[row["kind"]][row["answer"]] += 1
        questions[row["kind"]].add(row["question"])
    for kind, count in answers.items():
        assert len(questions[kind]) >= 10, kind
        assert 0.35 <= count["yes"] / count.total() <= 0.5, (kind, count)


def test_every_question_has_both_answers(answers_by_question: dict[str, Counter[str]]) -> None:
    for question, count in answers_by_question.items():
        assert count.total() >= 5 and min(count["yes"], count["no"]) >= 2, (question, count)


def test_no_question_is_about_spelling(answers_by_question: dict[str, Counter[str]]) -> None:
    """The spelling rules answer those; a prompt is not tuned on what it is never asked."""
    assert [question for question in answers_by_question if parse(question) is not None] == []


def test_the_prompt_notebook_can_read_it(rows: list[dict[str, str]]) -> None:
    """A further column is no obstacle to the reader."""
    pairs = load_pairs(FILE, labelled=True)
    assert [(pair.keyword, pair.question, pair.answer) for pair in pairs] == [
        (row["keyword"], row["question"], row["answer"] == "yes") for row in rows
    ]


def test_few_keywords_are_public(rows: list[dict[str, str]]) -> None:
    """What is tuned on this set has to carry over to keywords nobody has seen."""
    keywords = {row["keyword"].lower() for row in rows}
    assert len(keywords & public_keywords()) <= 0.1 * len(keywords)
