"""Bootstrap intervals: right for known distributions, wider for clustered rows."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.bootstrap import draws, interval


def test_the_mean_of_independent_rows_has_the_textbook_interval():
    values = np.random.default_rng(1).normal(3.0, 2.0, 400)
    low, high = interval(lambda rows: values[rows].mean(), 400)
    half = 1.96 * values.std() / 20
    assert low == pytest.approx(values.mean() - half, abs=0.03)
    assert high == pytest.approx(values.mean() + half, abs=0.03)


def test_the_same_seed_gives_the_same_interval():
    def mean(rows):
        return rows.mean()

    assert interval(mean, 30, seed=4).tolist() == interval(mean, 30, seed=4).tolist()
    assert interval(mean, 30, seed=4).tolist() != interval(mean, 30, seed=5).tolist()


def test_rows_that_go_together_widen_the_interval():
    clusters = np.repeat(np.arange(25), 16)
    values = np.random.default_rng(2).normal(size=25)[clusters]
    alone = np.ptp(interval(lambda rows: values[rows].mean(), len(values)))
    together = np.ptp(interval(lambda rows: values[rows].mean(), [clusters]))
    assert together == pytest.approx(4 * alone, rel=0.15)  # 25 values, not 400


def test_clusters_are_drawn_whole():
    labels = ["a", "a", "a", "b", "c", "c"]
    for rows in draws([labels], 50, 0):
        times = np.bincount(rows, minlength=6)
        assert times[0] == times[1] == times[2] and times[4] == times[5]
        assert times[0] + times[3] + times[4] == 3


def test_with_two_kinds_of_cluster_a_row_occurs_as_often_as_their_product():
    questions, keywords = [0, 0, 1, 1], ["x", "y", "x", "y"]
    for rows in draws([questions, keywords], 50, 0):
        times = np.bincount(rows, minlength=4).reshape(2, 2)
        assert times.sum() == 4 and np.linalg.matrix_rank(times) == 1


def test_several_values_come_from_the_same_resamples():
    values = np.random.default_rng(3).normal(size=(2, 60))
    values[1] = values[0] + 0.5
    ends = interval(
        lambda rows: np.append(values[:, rows].mean(1), (values[1] - values[0])[rows].mean()), 60
    )
    assert ends.shape == (2, 3)
    assert ends[:, 2] == pytest.approx([0.5, 0.5])
    assert ends[:, 1] - ends[:, 0] == pytest.approx([0.5, 0.5])


def test_resamples_without_a_value_do_not_count():
    labels = np.array([True, False, False])

    def rate(rows):
        return labels[rows].mean() if labels[rows].any() else np.nan

    low, high = interval(rate, 3)
    assert low == pytest.approx(1 / 3) and high == 1.0
    assert np.isnan(interval(lambda rows: np.nan, 3)).all()


@pytest.mark.parametrize("units", [0, [], [[1, 2], [1]], [[]]])
def test_units_that_make_no_sense_are_refused(units):
    with pytest.raises(ValueError, match="one label per row"):
        interval(lambda rows: 0.0, units)
