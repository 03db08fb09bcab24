"""The table judged by itself: what it has, how right it is, and what is said of bad input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from pipeline import judging, measures
from pipeline.__main__ import cli
from pipeline.evaluate import Pair
from pipeline.judging import JudgingError, judge
from pipeline.knowledge import KnowledgeError, build

QUESTIONS = """id,question,scope,yes_if_no,yes_if_yes
animal,Is it an animal?,all,0.2,0.6
home,Is it found in a home?,things,0.06,0.93
"""
THINGS = """keyword,variants,source,animal,home
Cat,Kitty | House cat,public,y,y
Cats,,own,n,n
Sofa,Couch,own,n,y
Fog,,own,n,?
"""
PAIRS = """keyword,question,answer
cat,Is it an animal?,yes
kitty,is the keyword usually an animal,yes
sofa,Would it be a beast?,no
Fog,Is it an animal?,yes
Couch,Is it found in a home?,yes
cat,Is it found in a home?,no
Unheard of,Is it an animal?,yes
cat,Is it blue?,yes
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "questions.csv").write_text(QUESTIONS)
    (folder / "things.csv").write_text(THINGS)
    (folder / "question_aliases.csv").write_text("alias,id\nWould it be a beast?,animal\n")
    (tmp_path / "pairs.csv").write_text(PAIRS)
    return folder


def command(data: Path, *more: str, pairs: str = "pairs.csv"):
    given = ["judge-table", data.parent / pairs, "--data", data, "-o", data.parent / "out.png"]
    return CliRunner().invoke(cli, [*map(str, given), *more])


def judged(data: Path, asked: list[Pair], withhold: str = "none") -> judging.Judged:
    with judging.table_of(None, data, withhold) as (known, rates):
        return judge(asked, known, rates)


def test_the_rates_of_strangers_are_undone(data: Path) -> None:
    asked = [Pair("Cat", "Is it an animal?", True), Pair("Fog", "Is it an animal?", False)]
    asked.append(Pair("Fog", "Is it found in a home?", False))
    found = judged(data, asked)
    assert found.p_true == pytest.approx([0.99, 0.01, 0.69], abs=0.015)
    assert found.p_yes[:2] == pytest.approx([0.6, 0.2], abs=0.01)
    assert found.by_hand.all()


def test_keywords_and_wordings_are_found_as_the_agent_finds_them(data: Path) -> None:
    result = command(data)
    assert result.exit_code == 0, result.output
    assert "the table has 6 of 8 pairs, 4 of 5 questions and 5 of 6 keywords" in result.output
    # Three of four labelled yes are told rightly, one of two labelled no.
    assert "balanced accuracy        0.625 (" in result.output
    rows = pd.read_csv(data.parent / "out.csv").set_index("question")
    assert rows.loc["Is it an animal?"].tolist()[:3] == [2, 1.0, 0.5]
    assert rows.loc["Is it found in a home?"].tolist() == [2, 0.5, 1.0, 0.0]
    assert np.isnan(rows.loc["Would it be a beast?", "true yes"])
    assert (data.parent / "out.png").read_bytes().startswith(b"\x89PNG")


def test_a_withheld_table_lacks_the_public_keywords(data: Path) -> None:
    result = command(data, "--withhold", "public")
    assert result.exit_code == 0, result.output
    # Of the public "Cat" there is nothing left; it has the row of another thing, "Cats".
    assert "the table has 5 of 8 pairs, 3 of 5 questions and 4 of 6 keywords" in result.output


def test_a_plural_of_another_name_is_another_thing(data: Path) -> None:
    asked = [Pair("cats", "Is it an animal?", False), Pair("cat", "Is it an animal?", True)]
    assert judged(data, asked).p_true.tolist() == [0.01, 0.99]


def test_figures_have_intervals_and_bins_have_counts(data: Path) -> None:
    answers = ((f"thing {i}", f"Is it {q}?", (i + q) % 3 == 0) for i in range(20) for q in range(9))
    pairs = [Pair(*answer) for answer in answers]
    labels = np.array([bool(pair.answer) for pair in pairs])
    p = np.where(np.arange(len(pairs)) % 10 == 0, ~labels, labels).astype(float)
    found = judging.figures(judging.Judged(pairs, pairs, p, p, labels, labels), resamples=50)
    assert found["balanced_accuracy"] == pytest.approx(0.9, abs=0.01)
    assert found["auc_low"] < found["auc"] == found["auc_shipped"] < found["auc_high"]
    low, high = measures.bins(p, labels, 10)
    assert low[::2] == (0.0, (p == 0).sum()) and high[::2] == (1.0, (p == 1).sum())
    assert low[1] < 0.1 and high[1] > 0.8


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("keyword,question\nCat,Is it?\n", "the column 'answer' is missing"),
        ("keyword,question,answer\nCat,Is it?,perhaps\n", "line 2: answer should be yes or no"),
        ("keyword,question,answer\nCat,,yes\n", "line 2: keyword or question is empty"),
        ("keyword,question,answer\n", "holds no pairs"),
        ("keyword,question,answer\nCat,Is it blue?,yes\n", "The table has none of the 1 pairs"),
        ("", "the column 'keyword' is missing"),
    ],
)
def test_bad_files_get_one_sentence(data: Path, text: str, message: str) -> None:
    (data.parent / "bad.csv").write_text(text)
    result = command(data, pairs="bad.csv")
    assert message in str(result.exception) and "\n" not in str(result.exception)
    assert not (data.parent / "out.png").exists()


def test_a_missing_file_is_named(data: Path) -> None:
    assert "There is no file" in str(command(data, pairs="nowhere.csv").exception)


def test_a_folder_is_judged_with_its_own_rates_only(data: Path, tmp_path: Path) -> None:
    build(data, tmp_path / "out", "public")
    folder = ("--knowledge", str(tmp_path / "out"))
    assert "the table has 5 of 8 pairs" in command(data, *folder).output
    assert "--withhold is for --data" in command(data, *folder, "--withhold", "none").output
    (data / "questions.csv").write_text(QUESTIONS.replace("0.6\n", "0.7\n"))
    error = command(data, *folder).exception
    assert isinstance(error, JudgingError) and "from another questions.csv" in str(error)
    (tmp_path / "out" / "p_yes.npy").write_bytes(b"")
    assert isinstance(command(data, *folder).exception, KnowledgeError)
