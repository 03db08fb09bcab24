"""Other spellings of compounds: split, joined, without hyphen, and never one that is there."""

from __future__ import annotations

import pytest

from pipeline.spacing import other_spellings

PARTS = ["bed", "frame", "hair", "spray", "ant", "era"]


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ("bedframe", ["bed frame"]),
        ("hair spray", ["hairspray"]),
        ("e-book", ["e book"]),
        ("antenna", []),
        ("bed of roses", []),
        ("extraordinary machine", []),
    ],
)
def test_other_spellings(keyword: str, expected: list[str]) -> None:
    assert other_spellings([*PARTS, keyword]) == [(len(PARTS), text) for text in expected]


def test_what_is_a_keyword_already_is_not_added() -> None:
    assert other_spellings([*PARTS, "bedframe", "bed frame"]) == []
