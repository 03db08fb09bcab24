"""Promises of the arena, checked by games in the real environment with agents of a few lines."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest
from made_up_games import made_up

from pipeline import arena_report, baselines, seats
from pipeline.arena import play_games, read_records, run_arena
from pipeline.game import GameRecord, play_game
from pipeline.keywords import Keyword, choose_keywords, load_keywords
from pipeline.lineup import Lineup
from pipeline.seats import ArenaError, SeatFailure, SeatProcess

KIWI = Keyword("Kiwi", ("Chinese gooseberry",), "things")

WINS_IN_ROUND_3 = """
def agent_fn(obs, cfg):
    if obs.turnType == "ask":
        return "Is it a fruit?"
    if obs.turnType == "guess":
        return "kiwis" if len(obs.questions) == 3 else "apple"
    return "yes"
"""


def write_agent(folder: Path, source: str) -> Path:
    """An agent file ``main.py`` in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "main.py"
    path.write_text(dedent(source))
    return path


def play_with(main: Path, seat: int, **limits) -> GameRecord:
    """A game about the kiwi with ``main`` in one seat of the pair, and quiet players else."""
    names = ["inert", "named", "inert", "inert"]
    names[seat] = str(main)
    with Lineup(names, preload=False) as lineup:
        for player in lineup.seats:
            player.grace = 0.3
        lineup.new_game("0")
        return play_game(KIWI, lineup.seats, **limits)


# --- one game ------------------------------------------------------------------------------------


def test_a_hit_is_recorded_with_its_round_and_times(tmp_path):
    record = play_with(write_agent(tmp_path, WINS_IN_ROUND_3), seat=0)
    assert (record.won, record.round, record.failed) == (True, 3, False)
    assert record.guesses == ["apple", "apple", "kiwis"]
    assert record.questions == ["Is it a fruit?"] * 3
    assert record.answers == ["no"] * 3
    assert record.rewards == [18, 18, 0, 0]
    assert record.statuses == ["DONE"] * 4
    assert record.error == ""
    assert [turn["turn_type"] for turn in record.seconds if turn["seat"] < 2] == [
        "ask",
        "answer",
        "guess",
    ] * 3
    assert record.max_seconds[0] > 0
    assert record.overage == [300] * 4
    assert record.opponents["guesses"] == [baselines.INERT_GUESS] * 3
    assert GameRecord.from_json(record.to_json()) == record
    if sys.platform == "linux":
        assert 5 < record.peak_memory_mb[0] < 2000


@pytest.mark.parametrize(
    "guess, hit",
    [
        ("chinese gooseberry", True),
        ("The KIWI!", True),
        ("Chinese gooseberries", False),
        ("kiwi bird", False),
    ],
)
def test_variants_count_as_the_environment_compares_them(guess, hit):
    def guesser(obs):
        return "Is it a fruit?" if obs.turnType == "ask" else guess

    quiet = baselines.guesser("inert", ())
    no = baselines.answerer("no")
    record = play_game(KIWI, [guesser, no, quiet, no])
    assert (record.won, record.round) == ((True, 1) if hit else (False, None))


@pytest.mark.parametrize(
    "seat, source, status, sentence",
    [
        (0, "def f(obs):\n    return 1 / 0", "ERROR", "ZeroDivisionError"),
        (0, "import no_such_library\ndef f(obs): pass", "ERROR", "No module named"),
        (0, "def f(obs):\n    return None", "ERROR", "returned nothing"),
        (0, "def f(obs):\n    return {1, 2}", "INVALID", "where the environment expects a string"),
        (1, "def f(obs):\n    return 'perhaps'", "ERROR", "neither 'yes' nor 'no'"),
        (1, "import os\ndef f(obs): os.kill(os.getpid(), 9)", "ERROR", "signal 9 (SIGKILL)"),
        (1, "import os\ndef f(obs): os.abort()", "ERROR", "SIGABRT"),
        (1, "import sys\ndef f(obs): sys.exit(3)", "ERROR", "exit status 3"),
        (1, "import time\ndef f(obs): time.sleep(60)", "ERROR", "no answer in turn 'answer'"),
        (
            1,
            "import time\ndef f(obs): time.sleep(.5); return 'no'",
            "ERROR",
            "s, too late: it had 0.3 s",
        ),
    ],
)
def test_an_agent_that_fails_is_named_with_its_fault(tmp_path, seat, source, status, sentence):
    main = write_agent(tmp_path, source)
    record = play_with(main, seat, configuration={"actTimeout": 0.2}, overage=0.1)
    assert record.statuses[seat] == status, record.error
    assert [record.statuses[other] for other in range(4) if other != seat] == ["DONE"] * 3
    assert sentence in record.error
    assert f"Seat {seat}, turn" in record.error
    assert record.failed and not record.won and record.round is None
    assert record.illegal_answers == ("perhaps" in source)


def test_a_player_without_a_process_can_be_too_late_as_well():
    def slow(obs):
        time.sleep(0.2)
        return "no"

    quiet, no = baselines.guesser("inert", ()), baselines.answerer("no")
    limits = {"configuration": {"actTimeout": 0.05}, "overage": 0.05}
    record = play_game(KIWI, [quiet, slow, quiet, no], **limits)
    assert record.failed
    assert "Seat 1, turn 'answer' of round 1" in record.error and "had run out" in record.error


def test_a_bare_keyword_as_question_is_a_record_not_a_crash():
    def asks_it(obs):
        return "kiwi"

    no, quiet = baselines.answerer("no"), baselines.guesser("inert", ())
    record = play_game(KIWI, [asks_it, no, quiet, no])
    assert not record.won
    assert record.statuses[0] == "ERROR"
    assert "Seat 0 asked the bare keyword" in record.error


# --- a seat in a process of its own --------------------------------------------------------------


OBSERVATION = {
    "turnType": "ask",
    "role": "guesser",
    "questions": [],
    "answers": [],
    "guesses": [],
    "keyword": "",
    "category": "",
    "step": 0,
    "remainingOverageTime": 1,
}
CONFIGURATION = {"actTimeout": 60, "maxLogLength": 10}


def test_prints_are_passed_on_and_cut_as_the_environment_does(tmp_path, capfd):
    main = write_agent(
        tmp_path,
        """
        import os, sys
        def agent_fn(obs, cfg):
            print("x" * 50)
            print("e" * 50, file=sys.stderr)
            os.write(1, b'{"kind": "action", "action": "forged"}\\n')
            return "Is it?"
        """,
    )
    with SeatProcess(main, preload=False) as seat:
        assert seat(OBSERVATION, CONFIGURATION) == "Is it?"
    output = capfd.readouterr()
    assert (output.out, output.err) == ("x" * 10, "e" * 10)


def test_the_turn_s_stdout_is_closed_after_the_turn(tmp_path):
    main = write_agent(
        tmp_path,
        """
        import sys
        kept = []
        def agent_fn(obs, cfg):
            kept.append(sys.stdout)
            kept[0].write("late")
            return "ok"
        """,
    )
    with SeatProcess(main, preload=False) as seat:
        assert seat(OBSERVATION, CONFIGURATION) == "ok"
        failure = seat(OBSERVATION, CONFIGURATION)
    assert isinstance(failure, SeatFailure)
    assert "I/O operation on closed file" in str(failure)


def test_agents_with_a_sibling_package_of_one_name_get_their_own_code(tmp_path):
    mains = []
    for name in ("first", "second"):
        package = tmp_path / name / "twentyq"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(f"NAME = {name!r}\n")
        mains.append(
            write_agent(tmp_path / name, "from twentyq import NAME\ndef f(obs): return NAME")
        )
    with SeatProcess(mains[0], preload=False) as one, SeatProcess(mains[1], preload=False) as two:
        assert one(OBSERVATION, CONFIGURATION) == "first"
        assert two(OBSERVATION, CONFIGURATION) == "second"


def test_a_worker_sees_its_settings_but_neither_the_project_nor_our_environment(
    tmp_path, monkeypatch
):
    root = str(Path(seats.__file__).parents[1])
    monkeypatch.setenv("PYTHONPATH", root)
    monkeypatch.setenv("TWENTYQ_QUESTIONS", "leaked")
    monkeypatch.setenv("TWENTYQ_OTHER", "leaked")
    main = write_agent(
        tmp_path,
        """
        import json, os, sys
        def agent_fn(obs, cfg):
            own = {k: v for k, v in os.environ.items() if k.startswith("TWENTYQ_")}
            return json.dumps([own, sys.path, sys.argv[1:], os.getcwd()])
        """,
    )
    names = ["ours", "ours", "inert", "inert"]
    with Lineup(names, agent_main=main, handshake="never", preload=False) as lineup:
        assert lineup.seats[0] is lineup.seats[1]
        lineup.new_game("0")
        own, path, arguments, folder = json.loads(lineup.seats[0](OBSERVATION, CONFIGURATION))
    assert own == {"TWENTYQ_HANDSHAKE": "never", "TWENTYQ_QUESTIONS": "all"}
    assert root not in path and str(Path(root) / "pipeline") not in path
    assert arguments == []
    assert folder != str(Path.cwd())


def test_a_foreign_file_starts_each_game_anew_and_a_dead_worker_comes_back(tmp_path):
    main = write_agent(
        tmp_path,
        """
        import os
        turns = []
        def agent_fn(obs, cfg):
            turns.append(1)
            if len(turns) == 3:
                os._exit(1)
            return str(len(turns))
        """,
    )
    for fresh, expected in ((True, ["1", "2", "1"]), (False, ["1", "2", None, "1"])):
        with SeatProcess(main, fresh=fresh, preload=False) as seat:
            found = [seat(OBSERVATION, CONFIGURATION), seat(OBSERVATION, CONFIGURATION)]
            while len(found) < len(expected):
                seat.new_game()
                action = seat(OBSERVATION, CONFIGURATION)
                found.append(None if isinstance(action, SeatFailure) else action)
        assert found == expected


def test_the_worker_runs_from_anywhere_with_the_whole_environment_loaded(tmp_path):
    """By hand, over stdin and stdout, copied elsewhere; torch is there first, as on Kaggle."""
    worker = tmp_path / "elsewhere" / "worker.py"
    worker.parent.mkdir()
    worker.write_text(seats.WORKER.read_text())
    source = """
    import sys
    loaded = "torch" in sys.modules
    def agent_fn(obs):
        print("noise")
        return f"{loaded} {obs.turnType}"
    """
    request = json.dumps({"observation": OBSERVATION, "configuration": CONFIGURATION}) + "\n"
    result = subprocess.run(
        [sys.executable, "worker.py", str(write_agent(tmp_path, source))],
        input=request,
        text=True,
        capture_output=True,
        cwd=worker.parent,
        timeout=120,
        check=True,
    )
    ready, reply = map(json.loads, result.stdout.splitlines())
    assert ready == {"ready": True}
    assert (reply["kind"], reply["action"], reply["stdout"]) == ("action", "True ask", "noise\n")


# --- baselines and line-up -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "question, keyword, answer",
    [
        ("Is it a kiwi?", "Kiwi", "yes"),
        ("Is it KIWI", "kiwi", "yes"),
        ("Is it an Air  compressor?", "air compressor", "yes"),
        ("Is it a kiwifruit?", "Kiwi", "no"),
        ("Is it made of air?", "Air compressor", "no"),
        ("Is it 50% (off)?", "50% (off)", "yes"),
        ("Is it a fruit?", "", "no"),
    ],
)
def test_the_named_answerer_wants_whole_words(question, keyword, answer):
    player = baselines.answerer("named")
    assert player({"questions": [question], "keyword": keyword}, {}) == answer


@pytest.mark.parametrize(
    "names, agent, settings, sentence",
    [
        (("ours", "no", "inert", "inert"), None, {}, "guesser is 'ours', but no agent was given"),
        (("randm", "no", "inert", "inert"), None, {}, "Did you mean 'random'?"),
        (
            ("named", "no", "inert", "inert"),
            None,
            {},
            "Expected as guesser one of ours, random, inert",
        ),
        (("inert", "nothing.py", "inert", "inert"), None, {}, "Expected as answerer one of"),
        (("inert", "no", "inert"), None, {}, "Expected four seats, found 3"),
        (("ours", "no", "inert", "inert"), "gone/main.py", {}, "found none. Build or unpack"),
        (("inert", "no", "inert", "inert"), None, {"handshake": "yes"}, "always, never, auto"),
        (("inert", "no", "inert", "inert"), None, {"questions": "none"}, "all, semantic, spelling"),
    ],
)
def test_an_impossible_line_up_is_refused(names, agent, settings, sentence):
    with pytest.raises(ArenaError) as error:
        Lineup(names, agent_main=agent, **settings)
    assert sentence in str(error.value)


# --- keywords ------------------------------------------------------------------------------------


def test_a_keyword_file_with_variants_comments_and_blank_lines(tmp_path):
    path = tmp_path / "keywords.txt"
    path.write_text("\ufeff# fruit\nKiwi | Chinese gooseberry|Kiwi fruit\n\n  apple  \n", "utf-8")
    assert load_keywords(path) == [
        Keyword("Kiwi", ("Chinese gooseberry", "Kiwi fruit")),
        Keyword("apple"),
    ]


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("apple\nkiwi | | fruit\n", "keywords.txt, line 2: expected a keyword and its variants"),
        ("apple\n\nthe!\n", "keywords.txt, line 3: expected letters or digits beside 'the'"),
        ("a" * 101, "keywords.txt, line 1: expected at most 100 characters"),
        ("Kiwi\napple\nkiwi\n", "line 3: expected each keyword once, found 'kiwi', which line 1"),
        ("# nothing\n", "Expected at least one keyword"),
        (None, "No such file"),
    ],
)
def test_a_bad_keyword_file_is_refused_by_file_and_line(tmp_path, text, sentence):
    path = tmp_path / "keywords.txt"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ArenaError) as error:
        load_keywords(path)
    assert sentence in str(error.value)


def test_the_environment_s_own_list():
    keywords = load_keywords(None)
    assert len(keywords) == 579
    assert Keyword("Air Conditioner", ("Air Conditioning",), "things") in keywords


def test_draws_are_seeded_and_repeat_only_when_they_must():
    keywords = [Keyword(name) for name in "abcdefgh"]
    assert choose_keywords(keywords, None, 1) == keywords
    assert choose_keywords(keywords, 5, 1) == choose_keywords(keywords, 5, 1)
    assert choose_keywords(keywords, 5, 1) != choose_keywords(keywords, 5, 2)
    assert sorted(choose_keywords(keywords, 8, 3), key=lambda k: k.text) == keywords
    assert len(choose_keywords(keywords, 20, 3)) == 20
    with pytest.raises(ArenaError, match="at least one game, found 0"):
        choose_keywords(keywords, 0, 1)


# --- series --------------------------------------------------------------------------------------


def without_times(record: GameRecord) -> dict:
    return {
        key: value
        for key, value in vars(record).items()
        if key not in ("seconds", "max_seconds", "peak_memory_mb")
    }


def test_a_series_is_written_reported_and_repeats_with_its_seed(tmp_path):
    keywords = tmp_path / "keywords.txt"
    keywords.write_text("Kiwi | Chinese gooseberry\nFern\nOnyx\nTruck\n")

    def run(name: str, seed: int) -> tuple[dict, list[GameRecord]]:
        summary = run_arena(
            agent_main=None,
            guesser="random",
            answerer="random",
            keywords=keywords,
            games=3,
            seed=seed,
            handshake="auto",
            questions="all",
            out=tmp_path / "report" / name,
            progress=False,
        )
        return summary, read_records(summary["out"])

    summary, records = run("a.jsonl", 5)
    _, again = run("b.jsonl", 5)
    _, other = run("c.jsonl", 6)
    assert [without_times(r) for r in records] == [without_times(r) for r in again]
    assert [without_times(r) for r in records] != [without_times(r) for r in other]
    assert [record.game for record in records] == [0, 1, 2]
    assert records[0].seats == ["random", "random", "inert", "inert"]
    assert records[0].settings == {"handshake": "auto", "questions": "all"}
    assert summary["games"] == 3
    assert summary["wins"] == sum(record.won for record in records)
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == [
        "a.jsonl",
        "b.jsonl",
        "c.jsonl",
    ]


def test_an_interrupted_series_goes_on_where_it_stopped(tmp_path, capsys):
    out = tmp_path / "games.jsonl"
    partial = tmp_path / "games.jsonl.partial"
    keywords = [Keyword("Kiwi"), Keyword("Fern"), Keyword("Onyx")]

    def series(seed: int, on_game=None) -> list[GameRecord]:
        with Lineup(("random", "named", "inert", "inert"), guesses=["moss"]) as lineup:
            return play_games(
                keywords, lineup, None, seed, out=out, on_game=on_game, progress=False
            )

    def interrupt(record: GameRecord) -> None:
        if record.game == 1:
            raise KeyboardInterrupt

    with pytest.raises(ArenaError, match=r"2 of 3 games are finished and kept in .*\.partial"):
        series(0, interrupt)
    assert not out.exists()
    first_two = read_records(partial)
    partial.write_text(partial.read_text() + '{"keyword": "On')  # cut in the middle of a line

    records = series(0)
    assert records[:2] == first_two
    assert [record.keyword for record in records] == ["Kiwi", "Fern", "Onyx"]
    assert read_records(out) == records
    assert not partial.exists()
    assert "Going on after 2 finished games" in capsys.readouterr().err

    partial.write_text("".join(record.to_json() + "\n" for record in first_two))
    with pytest.warns(UserWarning, match="games of another run"):
        assert len(series(1)) == 3
    assert read_records(tmp_path / "games.jsonl.partial.old") == first_two


# --- report --------------------------------------------------------------------------------------


def test_the_summary_counts_the_pair_under_test():
    records = [made_up(0, True, 4), made_up(1, True, 8), made_up(2, False, 20)]
    records.append(made_up(3, False, 2, "ERROR"))
    summary = arena_report.summarise(records)
    assert (summary["wins"], summary["games"], summary["win_rate"]) == (2, 4, 0.5)
    assert summary["win_rate_95"] == pytest.approx([0.1500, 0.8500], abs=1e-4)
    assert summary["mean_rounds"] == 6
    assert summary["mean_rounds_95"] == [4, 8]
    assert (summary["errors"], summary["illegal_answers"]) == (1, 1)
    assert summary["max_turn_seconds"] == 2.0
    assert summary["peak_memory_mb"] == 103.0
    assert json.loads(json.dumps(summary)) == summary
    assert "| 4 | 2 | 50.0% (15.0% to 85.0%) | 6.00" in arena_report.table({"ours": summary})


@pytest.mark.parametrize(
    "wins, games, low, high",
    [(0, 0, 0, 1), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (50, 100, 0.4038, 0.5962)],
)
def test_wilson_interval(wins, games, low, high):
    assert arena_report.wilson(wins, games) == pytest.approx((low, high), abs=1e-4)


def test_a_series_without_wins_has_no_rounds():
    summary = arena_report.summarise([made_up(0, False, 20)])
    assert summary["mean_rounds"] is None and summary["mean_rounds_95"] is None
    assert "| 0.0% (0.0% to 79.3%) | - |" in arena_report.table({"ours": summary})


def test_the_figure_is_written_whole(tmp_path):
    path = tmp_path / "report" / "games.png"
    figure = arena_report.plot([made_up(0, True, 4), made_up(1, False, 20)], path)
    assert [axes.get_xlabel() for axes in figure.axes] == ["round", "rounds played"]
    assert path.read_bytes().startswith(b"\x89PNG")
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(ArenaError, match="at least one game to plot"):
        arena_report.plot([])
