"""The calibration that ships: what it asks for, what it makes of it, what it refuses."""

from __future__ import annotations

import json

import numpy as np
import pytest

from twentyq.calibration import Calibration, CalibrationError, Column, Probe

PROBE = Probe(3, np.array([1.0, 0.0, -1.0], np.float32), 0.5)
STACK = Calibration((Column("plain", 2.0), Column("both", 1.0), Column("both", 0.5, PROBE)), -4.0)


def test_a_stack_is_a_weighted_sum():
    odds = np.array([[1.0, 2.0], [1.5, 2.0], [1.0, 1.0]])
    streams = np.zeros((3, 2, 1, 3))
    streams[:, 1, 0, 2] = 0.5
    even, above, below = STACK.p_yes(odds, streams)
    assert even == pytest.approx(0.5) and above > 0.7 > 0.3 > below
    low, high = STACK.p_yes(np.array([[-1e9, 0.0], [1e9, 0.0]]), streams[:2])
    assert 0 < low < high < 1


@pytest.mark.parametrize("overflown", [np.nan, np.inf, -np.inf])
def test_an_overflow_is_no_answer(overflown):
    odds, streams = np.zeros((2, 2)), np.zeros((2, 2, 1, 3))
    assert np.isnan(STACK.p_yes(np.array([[overflown, 0.0], [1.0, 0.0]]), streams)[0])
    streams[1, 1, 0, 0] = overflown
    found = STACK.p_yes(odds, streams)
    assert np.isfinite(found[0]) and np.isnan(found[1])


def test_it_asks_each_prompt_once_and_no_more_layers_than_needed():
    assert STACK.templates == ("plain", "both") and STACK.layers == (3,) and STACK.needs_odds
    assert [c.name for c in STACK.columns] == ["plain", "both", "both@3"]
    assert not Calibration((Column("both", 1.0, PROBE),)).needs_odds


def test_it_survives_its_file(tmp_path):
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps({**STACK.to_json(), "model": "org/name"}))
    read = Calibration.read(path)
    assert read.columns[0] == STACK.columns[0] and read.intercept == -4.0
    assert read.columns[2].probe.layer == 3
    assert read.columns[2].probe.direction.tolist() == [1.0, 0.0, -1.0]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"columns": [], "intercept": 0}',
        '{"columns": ["plain"], "intercept": 0}',
        '{"columns": [{"template": "plain", "weight": 1}]}',
        '{"columns": [{"template": "plain", "weight": NaN}], "intercept": 0}',
        '{"columns": [{"template": "p", "weight": 1, "probe": {"layer": 1}}], "intercept": 0}',
        '{"columns": [{"template": "p", "weight": 1, "probe": {"layer": 1, "bias": 0, '
        '"direction": "1 x"}}], "intercept": 0}',
    ],
)
def test_an_unusable_file_changes_nothing(tmp_path, text):
    path = tmp_path / "calibration.json"
    path.write_text(text)
    assert Calibration.read(path) == Calibration()
    assert Calibration.read(tmp_path / "missing.json") == Calibration()


@pytest.mark.parametrize(("width", "layers"), [(4, 8), (3, 2)])
def test_a_probe_of_another_model_is_refused(width, layers):
    STACK.check(3, 3)
    with pytest.raises(CalibrationError, match="both@3 is for a model of width 3"):
        STACK.check(width, layers)
