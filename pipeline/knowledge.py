"""Compile the hand-made tables in ``data/`` into the knowledge folder that ships.

    from pipeline.knowledge import build
    build(Path("data"), Path("runs/x/submission/knowledge"))

``things.csv`` has one column per labelled question; ``places.csv`` has facts, and every
row of ``place_questions.csv`` says which fact decides it. Where there is a lexicon, its
candidates follow, with what the learned table says of them (see ``candidates``).
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twentyq.knowledge import LEVELS, question_key, split_variants
from twentyq.naming_index import NameIndex

from . import completion, reliability, spacing, table_rows
from .errors import PipelineError
from .hashing import changed, sha256
from .table_rows import TableRows

BORDER = 4.5
"""Log-odds of the truth that a label stands for. What is learnt is mostly nearer to the border
between yes and no, and strangers then disagree more often: of 2 to 5.5 this told the answers in
``data/answers.csv`` best."""
LABELS = {"y": BORDER, "n": -BORDER, "?": 0.0}
"""Log-odds of the truth by the label."""
UNCLEAR = 0.6
"""P(a stranger says yes) where the label is unclear: two thirds did. Too little for the answerer to
go by."""
RATES = (0.06, 0.93)
"""P(a partner says yes) where the truth is no and where it is yes, to a question without the
columns ``reliability.COLUMNS``."""
PRIOR_WEIGHTS = {"public": 1.0, "own": 0.6}
"""Of one thing, by its source, without a lexicon: the public list is the best sample of the
game's keywords."""
PLACES_SHARE = 0.03
"""Of the whole prior: the game that is played now draws things, older versions drew places."""
MAX_KEYWORD, MAX_QUESTION = 100, 750
"""Characters the environment keeps of a guess and of a question."""
MANIFEST = "manifest.json"
ALIASES = "question_aliases.csv"
"""Other wordings of the table's questions, where there are any."""


class KnowledgeError(PipelineError):
    """A table in ``data/`` cannot be compiled; the message names the file, line and column."""


@dataclass(frozen=True)
class _Row:
    """One line of a table: ``cells`` by column name, and where it stands."""

    where: str
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def error(self, column: str, expected: str) -> KnowledgeError:
        return KnowledgeError(
            f"{self.where}, column {column}: expected {expected}, found {self[column]!r}"
        )


def build(data_dir: Path, out_dir: Path, withhold: str = "none", limit: int = 0) -> dict:
    """Write the knowledge folder ``out_dir``, replacing an earlier one, and return its manifest.

    ``withhold``: "public" builds as if the public list had never been seen; ``limit``: candidates
    of the lexicon at most (0: all). The places are left out if neither of their two tables
    exists, and so is the lexicon. Raises ``KnowledgeError``, ``LexiconError`` or
    ``TableError``; ``out_dir`` is then as it was.
    """
    data_dir, out_dir = Path(data_dir), Path(out_dir)
    if withhold not in table_rows.TABLES:
        raise KnowledgeError(f"Expected withhold to be none or public, found {withhold!r}.")
    questions = _read(data_dir / "questions.csv", ("id", "question", "scope"))
    things = _read(data_dir / "things.csv", ("keyword", "variants", "source"))
    sources = ["questions.csv", "things.csv"]
    places: list[_Row] = []
    place_questions: list[_Row] = []
    if (data_dir / "places.csv").exists() or (data_dir / "place_questions.csv").exists():
        places = _read(data_dir / "places.csv", ("keyword", "variants", "kind"))
        place_questions = _read(
            data_dir / "place_questions.csv", ("id", "question", "scope", "rule")
        )
        sources += ["places.csv", "place_questions.csv"]
    _check_questions(questions, place_questions)
    aliases: dict[str, list[str]] = {}
    if (data_dir / ALIASES).exists():
        sources.append(ALIASES)
        aliases = _aliases(data_dir / ALIASES, questions)
    _check_columns(data_dir / "things.csv", things, questions)
    for table in (things, places):
        _check_keywords(table)

    things = [row for row in things if _source(row) != withhold]
    rows = [*things, *places]
    answers = np.array(
        [_thing_answers(row, questions, len(place_questions)) for row in things]
        + [_place_answers(row, questions, place_questions) for row in places]
    )
    labels = np.select([answers == value for value in LABELS], list(LABELS.values()))
    low, high = np.array([_rates(q) for q in questions] + [RATES] * len(place_questions)).T
    p_yes = np.where(answers == "?", UNCLEAR, said(labels, low, high))
    names = [(row["keyword"], row["variants"]) for row in rows]
    categories = [row["source"] for row in things] + ["place"] * len(places)
    priors = _priors(categories)
    if table_rows.sources(data_dir, withhold):
        found = table_rows.load(data_dir, [q["id"] for q in questions], withhold, limit)
        sources += table_rows.sources(data_dir, withhold)
        fresh = found.without({row["keyword"].lower() for row in rows})
        # Keywords of which nothing is learned come last and share the last row.
        learned = found.learned[fresh]
        fresh = np.concatenate([fresh[learned], fresh[~learned]])
        priors = _with_lexicon(priors, names, categories, found, fresh)
        place = np.cumsum(found.learned) - 1
        n = len(questions)
        block = np.tile(low.astype(np.float32), (int(learned.sum()), 1))
        block[:, :n] = said(found.logits[place[fresh[: len(block)]]], low[:n], high[:n])
        p_yes = np.concatenate([p_yes, block])
        names += [(found.keywords[i], "") for i in fresh]
        categories += ["lexicon"] * len(fresh)
        names, categories, priors = _respelt(names, categories, priors)
        if len(names) > len(p_yes):
            if len(block):
                last = np.average(block, axis=0, weights=found.prior[fresh[: len(block)]])
            else:
                last = said(np.zeros(len(low)), low, high)
            p_yes = np.concatenate([p_yes, last[None]])

    def write(folder: Path) -> dict:
        _write(
            folder / "keywords.csv",
            ("keyword", "variants", "category", "prior"),
            (
                (*name, category, f"{prior:.9g}")
                for name, category, prior in zip(names, categories, priors, strict=True)
            ),
        )
        _write(
            folder / "questions.csv",
            ("id", "question", "aliases"),
            (
                (
                    prefix + question["id"],
                    question["question"],
                    " | ".join(aliases.get(prefix + question["id"], ())),
                )
                for prefix, table in (("", questions), ("place:", place_questions))
                for question in table
            ),
        )
        stored = np.rint(LEVELS * p_yes).astype(np.uint8)
        np.save(folder / "p_yes.npy", stored, allow_pickle=False)
        split = [split_variants(variants) for _, variants in names]
        NameIndex.of([keyword for keyword, _ in names], split).save(folder)
        files = sorted(folder.iterdir())
        return {
            "format": 1,
            "keywords": len(names),
            "questions": len(questions) + len(place_questions),
            "categories": dict(sorted(Counter(categories).items())),
            "withheld": withhold,
            "files": {f.name: {"bytes": f.stat().st_size, "sha256": sha256(f)} for f in files},
            "sources": {name: sha256(data_dir / name) for name in sources},
        }

    return _replace(out_dir, write)


def check(folder: Path) -> None:
    """Raise KnowledgeError unless ``folder`` holds what ``build`` wrote, byte for byte.

    The agent itself compares sizes only: it has two seconds to its first question.
    """
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        there = {path.name for path in folder.iterdir()} - {MANIFEST}
        if there != set(files):
            raise ValueError(f"it has {', '.join(sorted(there))}")
        wrong = changed(folder, files)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(
            f"{folder} is not what its manifest describes ({type(error).__name__}: {error}): "
            "make it again with 03_write_agent."
        ) from error
    if wrong:
        raise KnowledgeError(f"{wrong}: make it again with 03_write_agent.")


def _read(path: Path, columns: Sequence[str]) -> list[_Row]:
    """The rows of a CSV file that has at least ``columns``, each cell stripped."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            missing = [column for column in columns if column not in header]
            if missing or len(set(header)) < len(header):
                raise KnowledgeError(
                    f"{path}, line 1: expected distinct columns with {', '.join(columns)}, "
                    f"found {', '.join(header) or 'nothing'}"
                )
            rows = []
            for cells in reader:
                where = f"{path}, line {reader.line_num}"
                if len(cells) != len(header):
                    raise KnowledgeError(
                        f"{where}: expected {len(header)} cells, found {len(cells)}"
                    )
                stripped = map(str.strip, cells)
                rows.append(_Row(where, dict(zip(header, stripped, strict=True))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise KnowledgeError(f"{path} cannot be read: {error}") from error
    if not rows:
        raise KnowledgeError(f"{path}: expected at least one row below the header, found none")
    return rows


def _check_questions(*tables: Iterable[_Row]) -> None:
    """An id is used once in its table, a wording once in all."""
    wordings: dict[str, str] = {}
    for table in tables:
        ids: dict[str, str] = {}
        for row in table:
            if row["scope"] not in ("things", "places", "all"):
                raise row.error("scope", "things, places or all")
            if not row["id"]:
                raise row.error("id", "a name")
            if not row["question"] or len(row["question"]) > MAX_QUESTION:
                raise row.error("question", f"1 to {MAX_QUESTION} characters")
            if row.cells.get("places", "?") not in LABELS:
                raise row.error("places", ", ".join(LABELS))
            for column, seen in (("id", ids), ("question", wordings)):
                key = question_key(row[column]) if column == "question" else row[column].lower()
                if key in seen:
                    raise row.error(column, f"something that {seen[key]} does not have already")
                seen[key] = row.where


def _aliases(path: Path, questions: Iterable[_Row]) -> dict[str, list[str]]:
    """Other wordings by question id."""
    wordings = {question_key(row["question"]): row["id"] for row in questions}
    ids = set(wordings.values())
    found: dict[str, list[str]] = {}
    for row in _read(path, ("alias", "id")):
        if row["id"] not in ids:
            raise row.error("id", "an id of questions.csv")
        if not row["alias"] or "|" in row["alias"]:
            raise row.error("alias", "a question without the character |")
        taken = wordings.setdefault(question_key(row["alias"]), row["id"])
        if taken != row["id"]:
            raise row.error("alias", f"a wording that {taken} does not have already")
        found.setdefault(row["id"], []).append(row["alias"])
    return found


def _check_columns(path: Path, things: Sequence[_Row], questions: Sequence[_Row]) -> None:
    """A question may be without labels, but a column has its question."""
    labelled = set(things[0].cells) - {"keyword", "variants", "source"}
    unknown = labelled - {row["id"] for row in questions}
    if unknown:
        raise KnowledgeError(
            f"{path}, line 1: expected columns named by an id of questions.csv; "
            f"unknown: {', '.join(sorted(unknown))}"
        )


def _check_keywords(table: Iterable[_Row]) -> None:
    seen: dict[str, str] = {}
    for row in table:
        keyword = row["keyword"]
        if not keyword or len(keyword) > MAX_KEYWORD or "\n" in keyword:
            raise row.error("keyword", f"one line of 1 to {MAX_KEYWORD} characters")
        if keyword.lower() in seen:
            raise row.error("keyword", f"one that {seen[keyword.lower()]} does not have already")
        seen[keyword.lower()] = row.where


def _source(row: _Row) -> str:
    if row["source"] not in PRIOR_WEIGHTS:
        raise row.error("source", " or ".join(PRIOR_WEIGHTS))
    return row["source"]


def _thing_answers(row: _Row, questions: Sequence[_Row], n_place_questions: int) -> list[str]:
    for question in questions:
        if row.cells.get(question["id"], "?") not in LABELS:
            raise row.error(question["id"], ", ".join(LABELS))
    # No thing lies on a continent or is a capital.
    return [row.cells.get(q["id"], "?") for q in questions] + ["n"] * n_place_questions


def _place_answers(
    row: _Row, questions: Sequence[_Row], place_questions: Sequence[_Row]
) -> list[str]:
    known = [question.cells.get("places", "?") for question in questions]
    return known + [_by_rule(row, question) for question in place_questions]


def _by_rule(place: _Row, question: _Row) -> str:
    """y, n or ? by a rule, ``any`` or ``column=value``; an empty cell is unclear."""
    rule = question["rule"]
    if rule == "any":
        return "y"
    column, equals, value = rule.partition("=")
    if not equals or column not in place.cells:
        raise question.error("rule", '"any" or column=value with a column of places.csv')
    if place[column] in ("", "?"):
        return "?"
    return "y" if place[column] == value else "n"


def _priors(categories: Sequence[str]) -> np.ndarray:
    """float64 [n_keywords], summing to 1, with ``PLACES_SHARE`` for all places together."""
    places = np.array([category == "place" for category in categories])
    weights = np.array([PRIOR_WEIGHTS.get(category, 0.0) for category in categories])
    share = PLACES_SHARE if places.any() else 0.0
    priors = (1 - share) * weights / weights.sum()
    priors[places] = share / max(places.sum(), 1)
    return priors


def _with_lexicon(
    priors: np.ndarray,
    names: Sequence[tuple[str, str]],
    categories: Sequence[str],
    found: TableRows,
    fresh: np.ndarray,
) -> np.ndarray:
    """float64 [n_names + n_fresh], summing to 1: a thing counts as the lexicon says, or as its
    median thing; the places keep their share.
    """
    known = dict(zip(map(str.lower, found.keywords), found.prior, strict=True))
    things = np.array([category != "place" for category in categories])
    listed = [known[name.lower()] for name, _ in names if name.lower() in known]
    usual = float(np.median(listed)) if listed else float(np.median(found.prior))
    weights = np.array([known.get(name.lower(), usual) for name, _ in names])
    weights = np.concatenate([np.where(things, weights, 0.0), found.prior[fresh]])
    share = priors[~things].sum()
    weights *= (1 - share) / weights.sum()
    weights[: len(things)][~things] = priors[~things]
    return weights


def _respelt(
    names: list[tuple[str, str]], categories: list[str], priors: np.ndarray
) -> tuple[list[tuple[str, str]], list[str], np.ndarray]:
    """With other spellings of the likeliest keywords as candidates of their own, the last."""
    likely = np.argsort(-priors, kind="stable")
    likely = likely[[categories[i] != "place" for i in likely]]
    known = {name.lower() for name, _ in names}
    found = spacing.other_spellings([names[i][0].lower() for i in likely])
    found = [(likely[i], spelling) for i, spelling in found if spelling not in known]
    extra = spacing.SHARE * priors[[i for i, _ in found]] if found else np.zeros(0)
    priors = np.concatenate([priors, extra])
    names = names + [(spelling, "") for _, spelling in found]
    return names, categories + ["spelling"] * len(found), priors / priors.sum()


def rates(data_dir: Path) -> dict[str, tuple[float, float]]:
    """P(a partner says yes) where the truth is no, and where it is yes, by question id.

    Questions about places are not among them: they have ``RATES``. Raises KnowledgeError.
    """
    return {row["id"]: _rates(row) for row in _read(data_dir / "questions.csv", ("id",))}


def said(truth: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """P(a stranger says yes) by the log-odds that yes is true, both [..., n_questions].

    ``low``, ``high``: that of keywords labelled no, and yes, float [n_questions]; between these,
    and beyond them, straight on in log-odds.
    """
    middle, slope = _line(low, high)
    return completion.sigmoid(middle + truth * slope).astype(np.float32)


def truth(said: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """What ``said`` was made of: the log-odds that yes is true, float64 [..., n_questions]."""
    middle, slope = _line(low, high)
    return (_logit(said) - middle) / slope


def _line(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds that a stranger says yes: at the border, and added by log-odds of the truth."""
    low, high = _logit(low), _logit(high)
    return (low + high) / 2, (high - low) / (2 * BORDER)


def _logit(p: np.ndarray) -> np.ndarray:
    p = np.clip(p, 0.5 / LEVELS, 1 - 0.5 / LEVELS)
    return np.log(p) - np.log1p(-p)


def _rates(question: _Row) -> tuple[float, float]:
    """P(a partner says yes) to it where the truth is no, and where it is yes."""
    cells = [question.cells.get(column, "") for column in reliability.COLUMNS]
    if not any(cells):
        return RATES
    for column, cell in zip(reliability.COLUMNS, cells, strict=True):
        try:
            fits = 0 <= float(cell) <= 1
        except ValueError:
            fits = False
        if not fits:
            raise question.error(column, "a number between 0 and 1 (or nothing in both)")
    return float(cells[0]), float(cells[1])


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def _replace(out_dir: Path, write: Callable[[Path], dict]) -> dict:
    """Fill a folder beside ``out_dir``, its manifest last, and put it where ``out_dir`` is."""
    if out_dir.exists() and any(out_dir.iterdir()) and not (out_dir / MANIFEST).exists():
        raise KnowledgeError(
            f"{out_dir} holds something else than knowledge: choose another folder"
        )
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{out_dir.name}-", dir=out_dir.parent))
    try:
        fresh, stale = temporary / "fresh", temporary / "stale"
        fresh.mkdir()
        manifest = write(fresh)
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        (fresh / MANIFEST).write_text(text, encoding="utf-8")
        if out_dir.exists():
            out_dir.replace(stale)
        fresh.replace(out_dir)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return manifest
