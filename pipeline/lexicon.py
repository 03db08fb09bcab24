"""The lexicon: candidate keywords with a prior, from open sources.

    from pipeline import lexicon
    table = lexicon.build(withhold="public")      # a pyarrow table, as `load` returns it
    lexicon.write(lexicon.build())                # data/lexicon.parquet

The prior is learnt from what makes a public keyword likely. With ``withhold="public"`` neither
the candidates nor the prior nor the selection has seen the public keywords; the prior is then
learnt from the project's own things.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from . import frequency, keyword_prior, places, wordnet
from .candidates import SOURCES, WITHHOLDABLE, Candidates, LexiconError, gather

PATH = places.DATA / "lexicon.parquet"
ROWS = 300_000
"""Keywords that are kept in git."""
COMPOUNDS = 300_000
"""Compounds that are generated, which brings the candidates to about half a million."""
PUBLIC_SHARE = 0.2
"""Of the full prior: the chance that the keyword is one of the public list. The hidden list of
the competition had few of them; games at home are mostly played with them."""
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)


@dataclass(frozen=True)
class Ingredients:
    """What a lexicon is made of, so that several can be made from one reading of the sources."""

    candidates: Candidates
    nouns: wordnet.WordNet
    matrix: np.ndarray
    """float32 [n_candidates, len(keyword_prior.FEATURES)]."""

    @property
    def keywords(self) -> list[str]:
        """The candidates, in the order of the matrix."""
        return list(self.candidates.sources)


def things(source: str, data: Path = places.DATA) -> list[list[str]]:
    """Keyword and variants of each row of ``things.csv`` that has this ``source``."""
    with (data / "things.csv").open(encoding="utf-8", newline="") as table:
        return [
            [row["keyword"], *filter(None, row["variants"].split(" | "))]
            for row in csv.DictReader(table)
            if row["source"] == source
        ]


def prepare(
    withhold: str = "none",
    compounds: int = COMPOUNDS,
    data: Path = places.DATA,
    echo: Callable[[str], None] = print,
) -> Ingredients:
    """Read the sources and compute the features. Raises LexiconError or SourceError."""
    nouns = wordnet.fetched()
    found = gather(nouns, withhold, compounds, data, echo)
    return Ingredients(found, nouns, keyword_prior.features(found, nouns, frequency.fetched()))


def build(withhold: str = "none", rows: int = ROWS, data: Path = places.DATA) -> pa.Table:
    """Read the sources and make the table, as ``assemble`` does."""
    return assemble(prepare(withhold, data=data), withhold, rows, data)


def assemble(
    made: Ingredients, withhold: str = "none", rows: int = ROWS, data: Path = places.DATA
) -> pa.Table:
    """The ``rows`` likeliest candidates by the withheld prior, and the public ones.

    Sorted by keyword. Columns: keyword (lower case), log2_prior (float32), synset (offset in
    WordNet 3.1, -1 where it has none), one bool per source, and, unless the public list is
    withheld, log2_prior_withheld (null in rows that are there for being public).
    """
    keywords, names = made.keywords, list(made.candidates.sources.values())
    open_rows = np.flatnonzero([found != {"public"} for found in names])
    withheld = np.full(len(names), -np.inf)
    withheld[open_rows] = learnt(made, open_rows, things("own", data), "things")
    priors = {"log2_prior": withheld}
    chosen = set(np.argsort(-withheld, kind="stable")[: min(rows, len(open_rows))].tolist())
    if withhold == "none":
        public = [row for row, found in enumerate(names) if "public" in found]
        withheld[sorted(set(range(len(names))) - chosen)] = -np.inf
        chosen.update(public)
        seen = learnt(made, open_rows, things("public", data), "public", everywhere=True)
        priors = {"log2_prior": with_public(seen, public), "log2_prior_withheld": withheld}
    order = sorted(chosen, key=keywords.__getitem__)
    return _table(made, order, priors)


def learnt(
    made: Ingredients,
    rows: np.ndarray,
    targets: Sequence[Sequence[str]],
    label: str,
    everywhere: bool = False,
) -> np.ndarray:
    """Log2 of a prior over ``rows`` learnt from ``targets``; over all rows if ``everywhere``.

    A target that no source but ``label`` has teaches nothing.
    """
    matrix = made.matrix[rows]
    positives = sorted({hits[0] for hits in known_rows(made, rows, targets, label) if hits})
    slopes = keyword_prior.fit(matrix, positives, learn_later=label == "public")
    return keyword_prior.normalised((made.matrix if everywhere else matrix) @ slopes)


def known_rows(
    made: Ingredients, rows: np.ndarray, targets: Sequence[Sequence[str]], label: str
) -> list[list[int]]:
    """Which of ``rows`` (as positions in it) hit each target and have a source beside ``label``."""
    keywords, names = made.keywords, list(made.candidates.sources.values())
    hits = keyword_prior.rows_of([keywords[row] for row in rows], targets)
    return [[hit for hit in found if names[rows[hit]] - {label}] for found in hits]


def cross_validation(made: Ingredients, data: Path = places.DATA) -> np.ndarray:
    """Rank of each public thing by a prior learnt from the other folds' public things.

    Candidates that only the public list has do not count; a thing without another is at inf.
    """
    rows = np.flatnonzero([found != {"public"} for found in made.candidates.sources.values()])
    hits = known_rows(made, rows, things("public", data), "public")
    return keyword_prior.cross_validated(made.matrix[rows], hits)


def withheld_ranks(table: pa.Table, data: Path = places.DATA) -> np.ndarray:
    """Rank of each public thing in a table that has not seen them; inf if it lacks it."""
    return keyword_prior.ranks(by_prior(table), things("public", data))


def summary(found: np.ndarray, sizes: Sequence[int] = SIZES) -> str:
    """Coverage at each size and the mean log2 rank of what is covered, in a line."""
    shares = keyword_prior.coverage(found, sizes)
    cells = [f"{size:,}: {share:.1%}" for size, share in shares.items()]
    mean = np.log2(found[np.isfinite(found)]).mean()
    return f"{'  '.join(cells)}  mean log2 rank {mean:.2f}"


def with_public(log2_prior: np.ndarray, public: Sequence[int]) -> np.ndarray:
    """A mixture: ``PUBLIC_SHARE`` spread evenly over the public keywords, the rest as learnt."""
    mixed = (1 - PUBLIC_SHARE) * np.exp2(log2_prior)
    mixed[list(public)] += PUBLIC_SHARE / len(public)
    return np.log2(mixed)


def _table(made: Ingredients, order: Sequence[int], priors: dict[str, np.ndarray]) -> pa.Table:
    keywords, names = made.keywords, list(made.candidates.sources.values())
    chosen = [keywords[row] for row in order]
    columns: dict[str, pa.Array] = {"keyword": pa.array(chosen, pa.string())}
    for name, prior in priors.items():
        values = np.round(prior[order], 2)
        columns[name] = pa.array(values, pa.float32(), mask=np.isneginf(values))
    synsets = (made.nouns.thing_sense(keyword) for keyword in chosen)
    columns["synset"] = pa.array([-1 if s is None else s.offset for s in synsets], pa.int32())
    for source in SOURCES:
        columns[source] = pa.array([source in names[row] for row in order], pa.bool_())
    return pa.table(columns)


def write(table: pa.Table, path: Path = PATH) -> None:
    """Write the table as Parquet (zstd); the old file or the whole new one."""
    beside = path.with_name(f".{path.name}.tmp")
    pq.write_table(
        table,
        beside,
        compression="zstd",
        compression_level=19,
        use_dictionary=False,
        column_encoding={"keyword": "DELTA_BYTE_ARRAY"},
    )
    beside.replace(path)


def load(path: Path = PATH, withhold: str = "none") -> pa.Table:
    """The table of a file that ``write`` made, as ``build`` with this ``withhold`` makes it.

    Raises LexiconError if the file is missing or another one.
    """
    if withhold not in WITHHOLDABLE:
        raise LexiconError(
            f"Expected withhold to be one of {', '.join(WITHHOLDABLE)}, found {withhold!r}."
        )
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise LexiconError(
            f"Expected the lexicon at {path}, found: {error}. Rebuild it with "
            "notebooks/00_knowledge.ipynb."
        ) from error
    missing = {"keyword", "log2_prior", "log2_prior_withheld", *SOURCES} - {*table.column_names}
    if missing:
        raise LexiconError(
            f"Expected the columns {', '.join(sorted(missing))} in {path}, found "
            f"{', '.join(table.column_names)}. Rebuild it with notebooks/00_knowledge.ipynb."
        )
    return table if withhold == "none" else hidden(table)


def hidden(table: pa.Table) -> pa.Table:
    """What is left of a full table when the public list is withheld."""
    table = table.filter(pc.is_valid(table["log2_prior_withheld"]))
    unknown = pa.array(np.zeros(len(table), dtype=bool))
    for name, column in (("log2_prior", table["log2_prior_withheld"]), ("public", unknown)):
        table = table.set_column(table.column_names.index(name), name, column)
    return table.drop_columns("log2_prior_withheld")


def by_prior(table: pa.Table) -> list[str]:
    """The keywords, the likeliest first."""
    return table.take(pc.sort_indices(table, [("log2_prior", "descending")]))["keyword"].to_pylist()
