"""The stored table: what it keeps of the logits, its size, its hashes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.completion import sigmoid
from pipeline.table import LEVELS, Table, TableError, encode, load, save

N, QUESTIONS = 3000, 120


def made_up() -> np.ndarray:
    """Logits that differ along twelve directions and a little everywhere."""
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(N, 12)) @ rng.normal(size=(12, QUESTIONS)) * 0.7 - 1.5
    return np.clip(logits + 0.2 * rng.normal(size=logits.shape), -4.5, 4.5).astype(np.float32)


LOGITS = made_up()


def encoded() -> Table:
    questions = [(f"q{i}", f"Is it number {i}?") for i in range(QUESTIONS)]
    return encode([f"word {i}" for i in range(N)], questions, LOGITS, {"yes": [7] * QUESTIONS})


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("table") / "table"
    save(encoded(), folder, {"withheld": ""})
    return folder


def test_p_yes_survives(stored: Path) -> None:
    table = load(stored)
    rows = np.array([5, 0, 2999])
    error = np.abs(table.p_yes(np.arange(N)) / LEVELS - sigmoid(LOGITS))
    assert error.mean() < 0.04 and np.quantile(error, 0.99) < 0.2
    assert np.array_equal(table.p_yes(rows), table.p_yes(np.arange(N))[rows])
    assert (table.keywords[2999], table.question_ids[3], table.wordings[3]) == (
        "word 2999",
        "q3",
        "Is it number 3?",
    )
    assert table.statistics == {"yes": [7] * QUESTIONS}


def test_it_is_small(stored: Path) -> None:
    size = sum(path.stat().st_size for path in stored.iterdir())
    assert size < N * QUESTIONS / 2  # half a byte an answer, noise in every axis included


def test_a_finer_step_keeps_more() -> None:
    fine = encode(["a"] * N, [("q", "?")] * QUESTIONS, LOGITS, {}, step=0.3)
    assert np.abs(fine.logits() - LOGITS).max() < np.abs(encoded().logits() - LOGITS).max() / 3


def test_saving_again_gives_the_same_bytes(stored: Path, tmp_path: Path) -> None:
    save(encoded(), tmp_path / "again", {"withheld": ""})
    for path in stored.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: cut(f / "codes.parquet"), "codes.parquet: expected sha256"),
        (lambda f: cut(f / "questions.parquet"), "questions.parquet: expected sha256"),
        (lambda f: (f / "codes.parquet").unlink(), "is no complete table"),
        (lambda f: (f / "manifest.json").write_text("{}"), "is no complete table"),
        (lambda f: (f / "manifest.json").unlink(), "is no complete table"),
    ],
)
def test_damage_is_found(tmp_path: Path, damage: Callable[[Path], None], message: str) -> None:
    save(encoded(), tmp_path / "table", {})
    damage(tmp_path / "table")
    with pytest.raises(TableError, match=message) as caught:
        load(tmp_path / "table")
    assert "make knowledge" in str(caught.value)
