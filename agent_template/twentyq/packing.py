"""Many prompts in one sequence: tokens that prompts begin with alike are run once.

The prompts of a pass form a tree of tokens. Its nodes are laid out in one row; each sees
only its ancestors and itself, and stands at the position of its depth, so that the model
computes for every node what it would compute for the prompt alone. There is no padding,
and instructions, keywords and the beginnings of questions are shared as far as they go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

ROOT = -1
Tokens = Sequence[int]


@dataclass(frozen=True)
class Packed:
    """Nodes of a token tree, parents before children, after ``kept`` earlier ones.

    ``tokens`` and ``depths``: int64 [n]; ``visible``: bool [n, kept + n], what a node
    attends to; ``ends``: for each row the place of its last token, int64 [rows], counted
    from the first new node; ``children``: (node, token) to node, where nodes are counted
    from the first kept one and ``ROOT`` is the beginning.
    """

    tokens: np.ndarray
    depths: np.ndarray
    visible: np.ndarray
    ends: np.ndarray
    children: dict[tuple[int, int], int] = field(repr=False)


EMPTY = Packed(
    np.zeros(0, np.int64),
    np.zeros(0, np.int64),
    np.zeros((0, 0), bool),
    np.zeros(0, np.int64),
    {},
)


def pack(rows: Sequence[Tokens], kept: Packed = EMPTY) -> Packed:
    """The tree of ``rows`` as far as it is not in ``kept``, whose own nodes have no kept ones.

    Every row's last token is a new node, because only new nodes have logits.
    Raises ValueError for an empty row.
    """
    first = len(kept.tokens)
    children: dict[tuple[int, int], int] = {}
    tokens: list[int] = []
    parents: list[int] = []
    ends = np.zeros(len(rows), np.int64)
    for r, row in enumerate(rows):
        if not len(row):
            raise ValueError("a prompt without tokens cannot be scored")
        node = ROOT
        for i, token in enumerate(row):
            step = (node, token)
            found = kept.children.get(step) if i + 1 < len(row) else None
            if found is None:
                found = children.get(step)
            if found is None:
                found = children[step] = first + len(tokens)
                tokens.append(token)
                parents.append(node)
            node = found
        ends[r] = node - first
    depths = np.zeros(len(tokens), np.int64)
    visible = np.zeros((len(tokens), first + len(tokens)), bool)
    for i, parent in enumerate(parents):
        if parent >= first:
            depths[i] = depths[parent - first] + 1
            visible[i] = visible[parent - first]
        elif parent != ROOT:
            depths[i] = kept.depths[parent] + 1
            visible[i, :first] = kept.visible[parent]
        visible[i, first + i] = True
    return Packed(np.array(tokens, np.int64), depths, visible, ends, children)


def known(row: Tokens, kept: Packed) -> int:
    """How many of a row's leading tokens ``kept`` holds."""
    node = ROOT
    for i, token in enumerate(row):
        found = kept.children.get((node, token))
        if found is None:
            return i
        node = found
    return len(row)


def shared(one: Tokens, other: Tokens) -> int:
    """How many leading tokens two rows have in common."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def passes(rows: Sequence[Tokens], kept: Packed, most_tokens: int) -> Iterator[list[int]]:
    """Indices of ``rows``, in groups that pack into about ``most_tokens`` new nodes.

    Rows that begin alike are neighbours. A group has one row at least, whatever its length.
    """
    order = sorted(range(len(rows)), key=lambda i: list(rows[i]))
    group: list[int] = []
    size = 0
    for i in order:
        # At least the last token is new.
        had = min(known(rows[i], kept), len(rows[i]) - 1)
        fresh = len(rows[i]) - max(had, shared(rows[group[-1]], rows[i]) if group else 0)
        if group and size + fresh > most_tokens:
            yield group
            group, size, fresh = [], 0, len(rows[i]) - had
        group.append(i)
        size += fresh
    if group:
        yield group
