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
    found = other_spellings([*PARTS, keyword])
    assert [text for i, text in found if i == len(PARTS)] == expected


@pytest.mark.parametrize(
    ("keyword", "others", "expected"),
    [
        ("ham", ["ham sandwich"], ["hams"]),
        ("ham", ["hamster"], ["hams"]),
        ("ham", ["hamper"], ["hams"]),
        ("ham", ["hand"], []),
        ("ham", ["ham sandwich", "hams"], []),
        ("glass", ["glass bowl"], ["glasses"]),
        ("glasses", ["glass bowl"], ["glass"]),
        ("guards", ["guard dog"], ["guard"]),
        ("guards", ["grin"], []),
        ("berry", ["berry bowl"], ["berrys"]),
        ("bus", ["bus stop"], ["buses"]),
        ("ox", ["ox cart"], []),
    ],
)
def test_a_plural_that_bisection_could_lose(
    keyword: str, others: list[str], expected: list[str]
) -> None:
    assert [text for i, text in other_spellings([keyword, *others]) if i == 0] == expected


def test_what_is_a_keyword_already_is_not_added() -> None:
    found = other_spellings([*PARTS, "bedframe", "bed frame"])
    assert not {text for _, text in found} & {"bedframe", "bed frame"}
