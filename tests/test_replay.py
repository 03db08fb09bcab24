"""Promises of the replay page: it shows the game, needs no network, and trusts no text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from pipeline import replay
from pipeline.game import GameRecord


def make_record(**changes) -> GameRecord:
    values = {
        "keyword": "Air compressor",
        "variants": ["air pump"],
        "category": "things",
        "seats": ["ours", "named", "inert", "inert"],
        "game": 2,
        "seed": 7,
        "settings": {"handshake": "auto", "questions": "all"},
        "won": True,
        "round": 2,
        "questions": ["Is it Agent Alpha?", 'Does it precede "dog"?'],
        "answers": ["yes", "no"],
        "guesses": ["apple", "air compressors"],
        "opponents": {"questions": ["Is it?"] * 2, "answers": ["no"] * 2, "guesses": ["zz"] * 2},
        "statuses": ["DONE"] * 4,
        "rewards": [19, 19, 0, 0],
        "seconds": [
            {"step": 0, "seat": 0, "turn_type": "ask", "seconds": 1.0},
            {"step": 1, "seat": 1, "turn_type": "answer", "seconds": 0.5},
            {"step": 2, "seat": 0, "turn_type": "guess", "seconds": 0.02},
        ],
        "max_seconds": [1.0, 0.5, 0.0, 0.0],
        "overage": [300.0] * 4,
    }
    return GameRecord(**{**values, **changes})


HOSTILE = "<script>alert(1)</script>\"'&{{facts}}"


class Page(HTMLParser):
    """The elements, references and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.references: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.references += [value for name, value in attrs if name in ("src", "href", "action")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data):
        self.text += data


def test_the_page_shows_the_game():
    text = Page(replay.render(make_record())).text
    for part in ("Air compressor", "Found in round 2", "air pump", "Is it Agent Alpha?", "apple"):
        assert part in text
    assert "1.5 s" in text  # asking and answering
    assert "20 ms" in text  # guessing


def test_the_page_refers_to_nothing_outside():
    html = replay.render(make_record(seats=["ours", "named", "random", "named"]))
    page = Page(html)
    assert page.references == []
    assert not re.search(r"https?://|//cdn|@import|url\(|<link|<iframe|<img", html)
    assert "default-src 'none'" in html


@pytest.mark.parametrize("field", ["keyword", "category", "error"])
def test_text_is_escaped(field):
    check_hostile(make_record(**{field: HOSTILE}))


@pytest.mark.parametrize("field", ["questions", "answers", "guesses", "variants", "seats"])
def test_text_in_lists_is_escaped(field):
    check_hostile(make_record(**{field: [HOSTILE] * (4 if field == "seats" else 2)}))


def test_text_of_opponents_is_escaped():
    lists = {"questions": [HOSTILE], "answers": [HOSTILE], "guesses": [HOSTILE]}
    check_hostile(make_record(opponents=lists, seats=["ours", "named", "random", "named"]))


def check_hostile(record: GameRecord) -> None:
    html = replay.render(record)
    assert "<script>alert" not in html
    assert Page(html).tags.count("script") == 1
    assert HOSTILE in Page(html).text


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({}, "Found in round 2"),
        ({"won": False, "round": None, "guesses": ["x"] * 20}, "Not found in 20 rounds"),
        ({"won": False, "round": None}, "Opponents were first, in round 2"),
        (
            {"won": False, "statuses": ["DONE", "INVALID", "DONE", "DONE"]},
            "Invalid of the answerer",
        ),
        ({"won": False, "statuses": ["ERROR", "DONE", "DONE", "DONE"]}, "Error of the guesser"),
        (
            {"won": False, "statuses": ["DONE", "DONE", "DONE", "ERROR"]},
            "Ended by an opponent's error",
        ),
    ],
)
def test_the_verdict(changes, sentence):
    record = make_record(**changes)
    assert replay.verdict(record)[0] == sentence
    assert sentence in Page(replay.render(record)).text


def test_inert_opponents_take_no_room_and_others_do():
    quiet = replay.render(make_record())
    assert "not trying to win" in quiet and "zz" not in Page(quiet).text
    loud = Page(replay.render(make_record(seats=["ours", "named", "random", "named"]))).text
    assert "zz" in loud and "not trying to win" not in loud


def test_a_game_that_ended_at_once_still_has_a_page():
    empty = make_record(
        won=False,
        round=None,
        questions=[],
        answers=[],
        guesses=[],
        opponents={"questions": [], "answers": [], "guesses": []},
        seconds=[],
        statuses=["ERROR", "DONE", "DONE", "DONE"],
        error="Seat 0: ZeroDivisionError",
    )
    text = Page(replay.render(empty)).text
    assert "No question was asked." in text and "ZeroDivisionError" in text
    assert "ZeroDivisionError" in replay.transcript_text(empty)


def test_every_step_is_marked_once_for_the_step_through():
    html = replay.render(make_record())
    assert re.findall(r'data-step="(\d+)"', html) == ["0", "1", "2", "3", "4", "5"]


def test_writing_replaces_the_page_whole(tmp_path):
    path = replay.write(make_record(), tmp_path / "replays" / "game.html")
    assert path.read_text(encoding="utf-8") == replay.render(make_record())
    assert list(path.parent.iterdir()) == [path]


def test_the_transcript():
    assert replay.transcript_text(make_record()) == (
        "# Air compressor: Found in round 2\n"
        "\n"
        "Also counts: air pump\n"
        "\n"
        "ours asking, named answering.\n"
        "\n"
        "1. Is it Agent Alpha? **yes**; guess: apple (1.5 s)\n"
        '2. Does it precede "dog"? **no**; guess: air compressors (< 1 ms)\n'
    )


@pytest.mark.parametrize(
    "seconds, text",
    [
        (None, ""),
        (0.0, "< 1 ms"),
        (0.012, "12 ms"),
        (0.1, "0.1 s"),
        (61.04, "61.0 s"),
        (125, "2 min 5 s"),
    ],
)
def test_durations(seconds, text):
    assert replay.duration(seconds) == text
