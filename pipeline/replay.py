"""A game as one HTML page that needs no network, and as a plain transcript.

The environment's own page loads scripts from public servers and is blank without them. This one
is a template (``replay.html``: styles and the step-through control inside) filled with escaped
text; without JavaScript it shows the whole game.
"""

from __future__ import annotations

import re
from html import escape
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from pipeline.game import FAILED, PAIR, GameRecord

TEMPLATE = Path(__file__).with_name("replay.html")
TURN_TYPES = ("ask", "answer", "guess")


class Round(NamedTuple):
    """One team's round. None where the game ended before; ``seconds`` by turn type."""

    question: str | None
    answer: str | None
    guess: str | None
    seconds: dict[str, float]


def rounds_of(record: GameRecord, team: int) -> list[Round]:
    """The rounds of team 0 (the pair under test) or 1 (the opponents)."""
    talk = vars(record) if team == 0 else record.opponents
    seconds: dict[int, dict[str, float]] = {}
    for turn in record.seconds:
        if turn["seat"] // 2 == team:
            seconds.setdefault(turn["step"] // 3, {})[turn["turn_type"]] = turn["seconds"]
    rows = zip_longest(talk["questions"], talk["answers"], talk["guesses"])
    return [Round(*row, seconds.get(index, {})) for index, row in enumerate(rows)]


def verdict(record: GameRecord) -> tuple[str, str]:
    """How the game ended for the pair under test, and ``won``, ``lost`` or ``failed``."""
    if record.won:
        return f"Found in round {record.round}", "won"
    if record.failed:
        seat = next(seat for seat in PAIR if record.statuses[seat] in FAILED)
        role = "guesser" if seat == PAIR[0] else "answerer"
        return f"{record.statuses[seat].capitalize()} of the {role}", "failed"
    if any(status in FAILED for status in record.statuses):
        return "Ended by an opponent's error", "lost"
    if len(record.guesses) < 20:
        return f"Opponents were first, in round {len(record.guesses)}", "lost"
    return "Not found in 20 rounds", "lost"


def duration(seconds: float | None) -> str:
    """``"3 ms"``, ``"1.4 s"`` or ``"2 min 5 s"``; empty for None."""
    if seconds is None:
        return ""
    if seconds < 0.0995:
        return f"{1000 * seconds:.0f} ms" if seconds >= 0.0005 else "< 1 ms"
    if seconds < 99.5:
        return f"{seconds:.1f} s"
    return f"{round(seconds) // 60} min {round(seconds) % 60} s"


def render(record: GameRecord) -> str:
    """The page. All text of players and keyword files is escaped."""
    ours, theirs = rounds_of(record, 0), rounds_of(record, 1)
    quiet = record.seats[2] == "inert"
    ending, ending_class = verdict(record)
    empty = Round(None, None, None, {})
    rows = list(zip_longest(ours, [] if quiet else theirs, fillvalue=empty))
    parts = {
        "title": f"{escape(record.keyword)} - {escape(ending)}",
        "layout": "" if quiet else "both",
        "eyebrow": f"LLM 20 Questions &middot; game {record.game + 1}",
        "keyword": escape(record.keyword),
        "verdict": escape(ending),
        "verdict_class": ending_class,
        "variants": _variants(record),
        "facts": _facts(record),
        "error": _error(record),
        "strip": "".join(_dot(index, row, record) for index, row in enumerate(ours)),
        "rounds": _heads(record, quiet)
        + "".join(_round(index, pair, record, quiet) for index, pair in enumerate(rows))
        + ("" if rows else '<p class="quiet">No question was asked.</p>'),
        "quiet": _quiet(record) if quiet else "",
        "footer": "Arrow keys step, space plays. This page needs no network.",
    }
    # one pass: text that happens to look like a placeholder is left alone
    template = TEMPLATE.read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def write(record: GameRecord, path: Path | str) -> Path:
    """Write the page beside ``path`` and rename, so that no half page is ever seen."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(render(record), encoding="utf-8")
    temporary.replace(path)
    return path


def transcript_text(record: GameRecord) -> str:
    """The game in Markdown: the pair under test, round by round."""
    lines = [f"# {_one_line(record.keyword)}: {verdict(record)[0]}", ""]
    if record.variants:
        lines += [f"Also counts: {', '.join(map(_one_line, record.variants))}", ""]
    lines += [f"{record.seats[0]} asking, {record.seats[1]} answering.", ""]
    for number, row in enumerate(rounds_of(record, 0), start=1):
        time = sum(row.seconds.values())
        lines.append(
            f"{number}. {_one_line(row.question or '(no question)')} "
            f"**{_one_line(row.answer or '(no answer)')}**; "
            f"guess: {_one_line(row.guess or '(none)')} ({duration(time)})"
        )
    if record.error:
        lines += ["", "```", record.error.replace("```", "'''"), "```"]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _variants(record: GameRecord) -> str:
    if not record.variants:
        return ""
    return f'<p class="variants">Also counts: {escape(", ".join(record.variants))}</p>'


def _facts(record: GameRecord) -> str:
    thinking = sum(turn["seconds"] for turn in record.seconds if turn["seat"] < 2)
    facts = {
        "Asking": record.seats[0],
        "Answering": record.seats[1],
        "Category": record.category or "-",
        "Time of the pair": duration(thinking),
        "Slowest turn": duration(max(record.max_seconds[:2])),
        "Overage left": duration(min(record.overage[:2])),
        "Seed": str(record.seed),
    }
    facts.update({key.capitalize(): value for key, value in record.settings.items()})
    return "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in facts.items()
    )


def _error(record: GameRecord) -> str:
    if not record.error:
        return ""
    text = escape(record.error)
    return f'<section class="error"><h2>What went wrong</h2><pre>{text}</pre></section>'


def _dot(index: int, row: Round, record: GameRecord) -> str:
    if record.won and index + 1 == record.round:
        kind = "hit"
    elif row.answer is None:
        kind = "bad"
    else:
        kind = row.answer if row.answer in ("yes", "no") else "bad"
    label = {"hit": "keyword found", "bad": "no answer"}.get(kind, f"answer {kind}")
    return (
        f'<button type="button" class="{kind}" data-jump="{index}" '
        f'aria-label="Round {index + 1}: {label}">{index + 1}</button>'
    )


def _heads(record: GameRecord, quiet: bool) -> str:
    def head(title: str, seats: list[str]) -> str:
        players = f"{escape(seats[0])} asking, {escape(seats[1])} answering"
        return f"<h2>{title} <span>&middot; {players}</span></h2>"

    heads = head("Pair under test", record.seats[:2])
    if not quiet:
        heads += head("Opponents", record.seats[2:])
    return f'<div class="teams"><div></div>{heads}</div>\n'


def _round(index: int, pair: tuple[Round, Round], record: GameRecord, quiet: bool) -> str:
    won = record.won and index + 1 == record.round
    teams = _team(index, pair[0], won)
    if not quiet:
        teams += _team(index, pair[1], False)
    return (
        f'<section class="round" data-round="{index}" aria-label="Round {index + 1}">'
        f"<h3>{index + 1}</h3>{teams}</section>\n"
    )


def _team(index: int, row: Round, hit: bool) -> str:
    if row.question is None:
        return '<div class="card team"><span class="nothing">no question</span></div>'
    step = 3 * index
    badge = ""
    if row.answer is not None:
        kind = row.answer if row.answer in ("yes", "no") else "bad"
        badge = f'<span class="badge {kind}" data-step="{step + 1}">{escape(row.answer)}</span>'
    times = [row.seconds.get(turn) for turn in TURN_TYPES]
    spoken = None if times[:2] == [None, None] else (times[0] or 0.0) + (times[1] or 0.0)
    detail = f"asked in {duration(times[0]) or '?'}, answered in {duration(times[1]) or '?'}"
    lines = (
        f'<div class="line" data-step="{step}"><span class="text">{escape(row.question)}</span>'
        f'<span>{badge}</span><span class="time" title="{escape(detail)}">'
        f"{escape(duration(spoken))}</span></div>"
    )
    if row.guess is not None:
        star = " &#10003; that is it" if hit else ""
        lines += (
            f'<div class="line guess{" hit" if hit else ""}" data-step="{step + 2}">'
            f'<span class="text">Guess: <b>{escape(row.guess)}</b>{star}</span><span></span>'
            f'<span class="time">{escape(duration(times[2]))}</span></div>'
        )
    return f'<div class="card team">{lines}</div>'


def _quiet(record: GameRecord) -> str:
    names = " and ".join(dict.fromkeys(record.seats[2:]))
    return f'<p class="quiet">Opponents: {escape(names)}, not trying to win.</p>'
