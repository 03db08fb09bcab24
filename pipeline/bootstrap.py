"""Bootstrap intervals of any statistic, over rows or over clusters of rows.

Labelled pairs are no independent draws: pairs that share a question, or a keyword, tend to be
right or wrong together. Drawing whole clusters keeps that (Davison and Hinkley, "Bootstrap
Methods and their Application", 1997, section 3.8).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence

import numpy as np

RESAMPLES = 2000


def interval(
    statistic: Callable[[np.ndarray], float | np.ndarray],
    units: int | Sequence[Sequence[Hashable]],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    level: float = 0.95,
) -> np.ndarray:
    """Percentile interval of ``statistic``: float64 [2], low and high, or [2, k] of k values.

    ``statistic(rows)`` gets row numbers, int64 [any length], in which a row may occur many times.
    ``units``: the number of rows, each drawn by itself; or one label per row for each kind of
    cluster, as in ``[questions]`` or ``[questions, keywords]``. See ``draws`` for several kinds.
    Resamples for which a value is NaN (an AUC without one of the answers) are left out of it; a
    value that never was a number has the interval (NaN, NaN).
    """
    values = np.array([statistic(rows) for rows in draws(units, resamples, seed)], dtype=float)
    tail = 50 * (1 - level)
    flat = values.reshape(len(values), -1)
    ends = np.full((2, flat.shape[1]), np.nan)
    for column, found in enumerate(flat.T):
        numbers = found[~np.isnan(found)]
        if len(numbers):
            ends[:, column] = np.percentile(numbers, [tail, 100 - tail])
    return ends.reshape(2, *values.shape[1:])


def draws(
    units: int | Sequence[Sequence[Hashable]], resamples: int, seed: int
) -> Iterator[np.ndarray]:
    """Row numbers of each resample, int64; clusters are drawn whole, with replacement.

    With several kinds of cluster each kind is drawn by itself and a row occurs as often as the
    product of its clusters' counts: the pigeonhole bootstrap (Owen, Annals of Applied Statistics
    1, 2007), whose intervals are wide rather than narrow. An empty resample is drawn again.
    Raises ValueError if there are no rows or the kinds differ in length.
    """
    kinds = [range(units)] if isinstance(units, int) else list(units)
    lengths = {len(labels) for labels in kinds}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(f"expected one label per row for each kind of cluster, found {lengths}")
    codes = [np.unique([str(x) for x in labels], return_inverse=True)[1] for labels in kinds]
    generator = np.random.default_rng(seed)
    rows = np.arange(lengths.pop())
    for _ in range(resamples):
        times = np.zeros(len(rows), dtype=int)
        while not times.any():
            times = np.ones(len(rows), dtype=int)
            for code in codes:
                clusters = int(code.max()) + 1
                drawn = generator.integers(clusters, size=clusters)
                times *= np.bincount(drawn, minlength=clusters)[code]
        yield np.repeat(rows, times)
