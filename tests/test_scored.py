"""What `python -m pipeline score` prints: all that labels allow, and no more."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from click.testing import CliRunner

from pipeline import __main__, measures, scored
from pipeline.errors import PipelineError
from pipeline.evaluate import Pair
from pipeline.scored import Scored, report
from twentyq import agent
from twentyq.answerer import Answer, Answerer

LONG = "Is it something that " + "a very careful person " * 12 + "would keep in a drawer?"


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """Of the bootstrap: enough to see intervals."""
    monkeypatch.setattr(measures, "RESAMPLES", 60)


def answered(labels=True, kinds=True, count=240):
    """Pairs with a made-up answerer that is right three times of four."""
    generator = np.random.default_rng(5)
    pairs, answers = [], []
    for i in range(count):
        right = bool(generator.random() < 0.4)
        said = right if generator.random() < 0.75 else not right
        p_yes = float(np.clip(0.5 + (0.05 + 0.4 * generator.random()) * (1 if said else -1), 0, 1))
        question = f"{('Is it', 'Can you', 'Does it')[i % 3]} thing {i % 40}?"
        kind = ("living", "food", "size")[i % 3] if kinds else ""
        pairs.append(Pair(f"keyword {i % 20}", question, right if labels else None, kind))
        answers.append(Answer(p_yes, ("model", "table", "rule")[i % 3]))
    return Scored(pairs, answers, [(48, 4.0), (48, 4.0)], [0.5, 0.5, 0.5, 2.0])


def line_of(text, beginning):
    return next(line for line in text.splitlines() if line.startswith(beginning))


def test_with_labels_all_figures_have_their_intervals():
    text = report(answered())
    assert text.startswith("240 pairs: 120 questions, 20 keywords; 240 labelled, ")
    for name in ("accuracy", "balanced accuracy", "AUC", "Brier score", "log loss", "share of yes"):
        value, low, _, high = line_of(text, name)[len(name) :].replace("(", "").split()
        assert float(low) < float(value) < float(high.rstrip(")"))
    for source in ("rule", "table", "model"):
        name, pairs, share, accuracy, *_, wrong = line_of(text, source).split()
        assert pairs == "80" and share.endswith("%")
        assert float(accuracy) == pytest.approx(1 - int(wrong) / 80, abs=1e-3)
    assert {"living", "food", "size"} <= {line.split()[0] for line in text.splitlines() if line}
    assert max(map(len, text.splitlines())) <= 100


def test_the_worst_mistakes_are_in_full_and_no_right_answer_is_among_them():
    pairs = [Pair("Owl", LONG, False), Pair("Key", "Is it metal?", True), Pair("Elm", "q?", True)]
    answers = [Answer(0.97, "model"), Answer(0.999, "table"), Answer(0.2, "model")]
    text = report(Scored(pairs, answers))
    shown = " ".join(text[text.index("2 of 3 labelled") :].split())
    assert f"the surest 2: Owl: {LONG} [right: no, P(yes) 0.970 by model] Elm: q?" in shown
    assert "Key" not in shown and max(map(len, text.splitlines())) <= 100
    assert "0 of 1 labelled pairs are answered wrongly." in report(Scored(pairs[1:2], answers[1:2]))


def test_without_labels_only_yeses_sources_and_speed_are_told():
    text = report(answered(labels=False))
    assert "240 pairs: 120 questions, 20 keywords; no labels" in text
    assert line_of(text, "model").split()[1] == "80"
    assert "12.0 answers a second" in text and "median 0.50 s, 95% within 1.77 s (4" in text
    assert "accuracy" not in text and "wrong" not in text and "nan" not in text


def test_without_a_column_kind_the_first_words_tell_questions_apart():
    text = report(answered(kinds=False))
    assert line_of(text, "is it").split()[2] == line_of(text, "spelling").split()[1] == "80"


def test_labels_of_one_kind_leave_out_what_needs_both():
    text = report(Scored([Pair("Owl", "Is it a bird?", True)] * 3, [Answer(0.9, "model")] * 3))
    assert (
        line_of(text, "AUC").split() == ["AUC", "-"] and "need both" in text and "nan" not in text
    )


class Clock:
    """A model whose first answer takes long, as if it had to be loaded."""

    def __init__(self, monkeypatch):
        self.now, self.asked = 0.0, []
        monkeypatch.setattr(scored.time, "perf_counter", lambda: self.now)

    def p_yes(self, pairs, seconds=None, progress=None):
        self.now += len(pairs) * 0.5 + (0 if self.asked else 20)
        self.asked.append(len(pairs))
        return [0.7] * len(pairs)


def test_loading_does_not_count_for_the_speed(monkeypatch):
    model = Clock(monkeypatch)
    pairs = [Pair(f"Thing {i:03}", "Is it red?") for i in range(100)]
    pairs[0] = Pair("Abacus", "Does the keyword start with the letter a?")
    answerer = Answerer(None, model)
    found = scored.answer(answerer, pairs)
    assert [a.source for a in found.answers] == ["rule"] + ["model"] * 99
    assert model.asked == [1, 48, 48, 2] and [count for count, _ in found.batches] == [1, 48, 48, 2]
    assert sum(seconds for _, seconds in found.batches) == pytest.approx(49)
    assert scored.time_alone(answerer, found) == pytest.approx([0.5] * 20)


def test_the_command_answers_a_file_and_says_how_well(own_folders, monkeypatch):
    folder = own_folders / "runs" / "mine" / "submission"
    folder.mkdir(parents=True)
    (folder / "main.py").touch()

    def load():
        return lambda pairs, progress=None: [0.8] * len(pairs)

    real = agent.Agent
    monkeypatch.setattr(agent, "Agent", lambda at: real(at, load))
    pairs, out = own_folders / "pairs.csv", own_folders / "out.csv"
    pairs.write_text(
        "keyword,question,answer,note\n"
        "Owl,Is it a bird?,yes,a\nOwl,Is it a tool?,no,b\nOwl,Does it start with the letter o?,,c\n"
    )
    done = CliRunner().invoke(__main__.cli, ["score", "mine", str(pairs), "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert "3 pairs: 3 questions, 1 keywords; 2 labelled, 50.0% of them yes" in done.output
    assert "Owl: Is it a tool?" in done.output and "1 of 2 labelled" in done.output
    with out.open(newline="") as source:
        rows = list(csv.DictReader(source))
    assert list(rows[0]) == ["keyword", "question", "label", "note", "p_yes", "answer", "source"]
    assert [row["source"] for row in rows] == ["model", "model", "rule"]
    missing = CliRunner().invoke(__main__.cli, ["score", "mine", "none.csv", "-o", str(out)])
    assert isinstance(missing.exception, PipelineError) and "no file none.csv" in str(
        missing.exception
    )
