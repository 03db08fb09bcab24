"""The keywords that games are played about: files of them, the environment's list, and draws."""

from __future__ import annotations

import contextlib
import io
import json
import random
import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from pipeline.seats import ArenaError

MAX_KEYWORD = 100
"""Characters of a guess that the environment keeps: a longer keyword could not be guessed."""


@dataclass(frozen=True)
class Keyword:
    """A keyword, the variants that count as a hit beside it, and its category."""

    text: str
    variants: tuple[str, ...] = ()
    category: str = "things"


@cache
def environment_module() -> ModuleType:
    """The module of ``llm_20_questions``, imported once (about 6 s) and in silence.

    Raises ``ArenaError`` if ``kaggle_environments`` is missing or does not contain the game.
    """
    noise = io.StringIO()  # never closed: log handlers made during the import keep it
    try:
        with contextlib.redirect_stdout(noise), contextlib.redirect_stderr(noise):
            import kaggle_environments
            from kaggle_environments.envs.llm_20_questions import llm_20_questions
    except ImportError as error:
        raise ArenaError(
            f"Expected kaggle-environments 1.18.0 with the game llm_20_questions, found: {error}. "
            "Run: pip install kaggle-environments==1.18.0"
        ) from error
    if "llm_20_questions" not in kaggle_environments.environments:
        raise ArenaError(
            "Expected kaggle_environments to have registered llm_20_questions, but it did not: "
            f"{noise.getvalue().strip()[-500:]}. Run: pip install kaggle-environments==1.18.0"
        )
    return llm_20_questions


def load_keywords(path: Path | str | None) -> list[Keyword]:
    """Read a keyword file, or the environment's public list for None.

    A file is UTF-8 text with one keyword a line, its variants after it, separated by `` | ``;
    blank lines and lines that begin with ``#`` are skipped.
    Raises ``ArenaError`` naming the file and line.
    """
    if path is None:
        return _public_keywords()
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ArenaError(
            f"Expected a UTF-8 text file of keywords at {path}, found: {error}. "
            "Give the path of a file with one keyword a line."
        ) from error
    keywords: list[Keyword] = []
    first_line: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        keyword = _parse_line(line, f"{path}, line {number}")
        before = first_line.setdefault(keyword.text.lower(), number)
        if before != number:
            raise ArenaError(
                f"{path}, line {number}: expected each keyword once, found '{keyword.text}', "
                f"which line {before} has already. Remove one of the two lines."
            )
        keywords.append(keyword)
    if not keywords:
        raise ArenaError(f"Expected at least one keyword in {path}, found none. Add one a line.")
    return keywords


def choose_keywords(keywords: Sequence[Keyword], games: int | None, seed: int) -> list[Keyword]:
    """The keyword of each game: all in order for None, else ``games`` drawn with ``seed``.

    Drawn without replacement, unless there are more games than keywords.
    """
    if games is None:
        return list(keywords)
    if games < 1:
        raise ArenaError(
            f"Expected at least one game, found {games}. "
            "Leave the number out to play every keyword."
        )
    generator = random.Random(seed)
    if games > len(keywords):
        return generator.choices(keywords, k=games)
    return generator.sample(list(keywords), games)


def _parse_line(line: str, where: str) -> Keyword:
    names = [name.strip() for name in line.split("|")]
    for name in names:
        if not name:
            raise ArenaError(
                f"{where}: expected a keyword and its variants separated by ' | ', found an empty "
                f"one in '{line}'. Remove the extra '|'."
            )
        if len(name) > MAX_KEYWORD:
            raise ArenaError(
                f"{where}: expected at most {MAX_KEYWORD} characters, all that the environment "
                f"keeps of a guess, found {len(name)} in '{name[:40]}...'. Shorten it."
            )
        if not _normalised(name):
            raise ArenaError(
                f"{where}: expected letters or digits beside 'the' and punctuation, which the "
                f"environment removes before it compares, found '{name}'. Remove or rename it."
            )
    return Keyword(names[0], tuple(names[1:]))


def _normalised(name: str) -> str:
    """What the environment leaves of a name when it compares, see ``normalize`` there."""
    name = name.lower().replace("the", "").replace(" ", "")
    return name.translate(str.maketrans("", "", string.punctuation))


def _public_keywords() -> list[Keyword]:
    return [
        Keyword(word["keyword"], tuple(word["alts"]), category["category"])
        for category in json.loads(environment_module().KEYWORDS_JSON)
        for word in category["words"]
    ]
