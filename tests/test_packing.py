"""The token tree: every row's path through it spells the row, whatever is shared or kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twentyq.packing import EMPTY, known, pack, passes, shared

row_lists = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=7), min_size=1, max_size=12)


def seen_by(packed, kept, end):
    """What the node at ``end`` attends to, as (depth, token) in order of depth."""
    tokens = np.concatenate([kept.tokens, packed.tokens])
    depths = np.concatenate([kept.depths, packed.depths])
    nodes = np.flatnonzero(packed.visible[end])
    return sorted((int(depths[n]), int(tokens[n])) for n in nodes)


@given(row_lists, row_lists)
def test_a_row_sees_itself_and_nothing_else(rows, prefixes):
    kept = pack(prefixes)
    packed = pack(rows, kept)
    for row, end in zip(rows, packed.ends, strict=True):
        assert seen_by(packed, kept, end) == list(enumerate(row))


@given(row_lists, row_lists)
def test_no_token_is_run_twice(rows, prefixes):
    kept = pack(prefixes)
    packed = pack(rows, kept)
    beginnings = {tuple(r[: i + 1]) for r in rows for i in range(len(r))}
    held = {tuple(p[: i + 1]) for p in prefixes for i in range(len(p))}
    # A row's last token is run even where it is held: only new tokens have logits.
    assert len(packed.tokens) == len((beginnings - held) | {tuple(r) for r in rows})


@given(row_lists, st.integers(1, 20))
def test_passes_hold_every_row_once_and_keep_to_the_size(rows, most):
    kept = pack([[0, 1]])
    groups = list(passes(rows, kept, most))
    assert sorted(i for g in groups for i in g) == list(range(len(rows)))
    for group in groups:
        size = len(pack([rows[i] for i in group], kept).tokens)
        assert size <= most or len(group) == 1


def test_kept_tokens_are_found():
    kept = pack([[1, 2, 3], [1, 4]])
    assert [known(r, kept) for r in ([1, 2, 9], [1, 4], [5], [1, 2, 3, 7])] == [2, 2, 0, 3]
    assert known([1], EMPTY) == 0 and shared([1, 2], [1, 2, 3]) == 2 and shared([1], [2]) == 0


def test_an_empty_row_is_refused():
    with pytest.raises(ValueError, match="without tokens"):
        pack([[1], []])
