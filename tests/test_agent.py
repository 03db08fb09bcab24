"""The agent's guard rails: in time, legal, and never an exception, whatever breaks."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.knowledge import build
from pipeline.places import AGENT_TEMPLATE, DATA
from twentyq.agent import Agent, spare_move, turn_seconds
from twentyq.answerer import Answerer
from twentyq.background import ASKED, LOADING, BackgroundModel
from twentyq.knowledge import Knowledge
from twentyq.naming import names_keyword
from twentyq.observation import Observation
from twentyq.settings import Settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A submission without weights."""
    path = tmp_path_factory.mktemp("submission")
    build(DATA, path / "knowledge", limit=500)
    (path / "agent.json").write_text(json.dumps({"handshake": "auto", "questions": "all"}))
    return path


def says(p):
    """A model that says the same to everything, and remembers what it was asked."""
    asked = []

    def score(pairs, progress=None):
        asked.extend(pairs)
        return [p] * len(pairs)

    score.asked = asked
    return score


def answer(agent, keyword, question, **more):
    return agent.act({"turnType": "answer", "keyword": keyword, "questions": [question], **more})


CASES = [
    ("Desk lamp", "Is it Agent Alpha?", "yes"),
    ("Desk lamp", 'Does the keyword (in lowercase) precede "m" in alphabetical order?', "yes"),
    ("Zebra", 'Does the keyword (in lowercase) precede "m" in alphabetical order?', "no"),
    ("Desk lamp", "Does the keyword start with the letter d?", "yes"),
    ("Desk lamp", "Is it a desk lamp?", "yes"),
    ("Owl", "Is it an animal?", "yes"),  # from the table
    ("Owl", "Is it a vehicle?", "no"),
    ("Owls", "Is it an animal?", "yes"),  # by the row of the singular
]


@pytest.mark.parametrize(("keyword", "question", "expected"), CASES)
def test_rules_and_table_need_no_model(folder, keyword, question, expected):
    model = says(0.5)
    assert answer(Agent(folder, lambda: model), keyword, question) == expected
    assert not model.asked


@pytest.mark.parametrize("question", ["Is it Agent Alpha?", "Is it an animal?", ""])
def test_any_answer_turn_starts_loading_and_does_not_wait(folder, question):
    begun, ready = threading.Event(), threading.Event()

    def load():
        begun.set()
        ready.wait(30)
        return says(0.9)

    agent = Agent(folder, load)
    start = time.perf_counter()
    answer(agent, "Owl", question)
    assert begun.wait(5) and time.perf_counter() - start < 5
    assert agent.model._thread.name == LOADING
    ready.set()
    assert answer(agent, "Owl", "Is it wise?") == "yes"
    assert agent.model._thread.name == ASKED


@pytest.mark.parametrize("turn_type", ["ask", "guess"])
def test_a_guesser_never_loads_the_model(folder, turn_type):
    agent = Agent(folder, lambda: says(0.9))
    agent.act({"turnType": turn_type, "questions": ["Is it alive?"], "answers": ["no"]})
    assert agent.model._thread is None


def test_the_model_decides_the_rest(folder):
    model = says(0.8)
    agent = Agent(folder, lambda: model)
    assert answer(agent, "Xylograph", "Would a pirate like it?") == "yes"
    assert model.asked == [("Xylograph", "Would a pirate like it?")]


@pytest.mark.parametrize(
    ("keyword", "question", "expected"),
    [
        ("Banana", "Is it a banana?", True),
        ("Banana", "Could it be bananas?", True),
        ("Banana", 'Is the keyword "banana"?', True),
        ("Banana", "Is it an apple, a pear or a banana?", True),
        ("iran", "Is it Iran?", True),
        ("iran", "Is it Tirana?", False),
        ("Ant", "Is it an antelope?", False),
        ("Banana", "Is it smaller than a banana?", False),
        ("Can of soup", "Is it a bowl of soup or a can of soup?", False),
        ("Can of soup", "Is it a pan, a pot or a can of soup?", True),
        ("Bus", "Is it bigger than a car, truck or bus?", False),
        ("Toaster", "Is it smaller than a bread box or toaster?", False),
        ("Cloth", "Is it used to cut paper, wood or cloth?", False),
        ("Desk", "Is it found on a shelf, table or desk?", False),
        ("Fish", "Is it something other than a mammal, bird or fish?", False),
        ("Hammer", "Is it not a screwdriver or a hammer?", False),
        ("Lamp", "Is it a lamp, but not an electric one?", False),
        ("Vehicle", "Is it a vehicle, specifically a car?", False),
        ("Fruit", "Is it a fruit, like apples or plums?", False),
        ("Banana", "Do people put it on a banana?", False),
        ("", "Is it a banana?", False),
    ],
)
def test_the_keyword_counts_only_as_a_whole_word(keyword, question, expected):
    assert names_keyword(keyword, question) is expected


def test_a_failing_model_is_reported_once_and_never_again(folder, caplog):
    loads = []

    def broken():
        loads.append(1)
        raise OSError("weights are gone")

    agent = Agent(folder, broken)
    answers = [answer(agent, "Xylograph", f"Would a pirate {v} it?") for v in ("eat", "see", "buy")]
    assert answers == ["no"] * 3 and len(loads) == 1
    lines = [r.getMessage() for r in caplog.records if "without the model" in r.getMessage()]
    assert lines == ["Playing without the model: OSError: weights are gone"]


def test_a_failing_question_leaves_the_model_in_use(folder):
    def fickle(pairs, progress=None):
        if "eat" in pairs[0][1]:
            raise RuntimeError("CUDA error")
        return [0.9]

    agent = Agent(folder, lambda: fickle)
    assert answer(agent, "Xylograph", "Would a pirate eat it?") == "no"
    assert answer(agent, "Xylograph", "Would a pirate see it?") == "yes"


def with_weights(folder, path, weights):
    """The submission with these weights, to be run on the CPU."""
    shutil.copytree(folder, path)
    shutil.copytree(weights, path / "weights")
    (path / "agent.json").write_text(json.dumps({"device": "cpu"}))
    return path


def test_truncated_weights_leave_rules_and_table(folder, tmp_path, tiny_model_folder, caplog):
    path = with_weights(folder, tmp_path / "cut", tiny_model_folder)
    weights = path / "weights" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    agent = Agent(path)
    asked = [("Is it Agent Alpha?", "yes"), ("Is it an animal?", "yes"), ("Is it wise?", "no")]
    for question, expected in asked * 2:
        assert answer(agent, "Owl", question) == expected
    (line,) = (r.getMessage() for r in caplog.records if r.name == "twentyq")
    assert line.startswith("Playing without the model: LLMError: The weights in ")
    assert "could not be loaded" in line and "\n" not in line


def test_an_unknown_prompt_leaves_the_default_one(folder, tmp_path, tiny_model_folder, caplog):
    path = with_weights(folder, tmp_path / "odd", tiny_model_folder)
    agent = Agent(path)
    plain = agent.answerer.answer("Owl", "Is it wise?")
    caplog.clear()
    columns = [{"template": "of a later version", "weight": 2.0}]
    text = json.dumps({"columns": columns, "intercept": -5.0})
    (path / "calibration.json").write_text(text)
    agent = Agent(path)
    assert [agent.answerer.answer("Owl", "Is it wise?") for _ in range(2)] == [plain] * 2
    assert plain.source == "model"
    (line,) = (r.getMessage() for r in caplog.records if r.name == "twentyq")
    assert line.startswith(
        "Playing without the calibration: There is no prompt template 'of a later version'"
    )


def test_slow_loading_is_not_lost_for_the_next_turn(folder):
    ready = threading.Event()
    loads = []

    def slow():
        loads.append(1)
        ready.wait(10)
        return says(0.9)

    agent = Agent(folder, slow)
    agent.knowledge.covered_by("lamp")  # what is slow here is the model, not the table
    cfg = SimpleNamespace(actTimeout=0.4)
    short = {"remainingOverageTime": 0.0}
    start = time.perf_counter()
    turn = {"turnType": "answer", "keyword": "Xylograph", "questions": ["Would it float?"], **short}
    assert agent.act(turn, cfg) == "no"
    assert time.perf_counter() - start < 2
    ready.set()
    agent.model._thread.join(0.3)
    assert agent.act({**turn, "questions": ["Would it burn?"]}, cfg) == "yes"
    assert len(loads) == 1


@pytest.mark.parametrize("error", [SystemExit(1), MemoryError("no room")])
def test_a_loader_that_ends_its_thread_costs_no_time(folder, caplog, error):
    def leaves():
        raise error

    agent = Agent(folder, leaves)
    start = time.perf_counter()
    assert answer(agent, "Xylograph", "Would a pirate eat it?") == "no"
    assert time.perf_counter() - start < 10
    assert [r.getMessage() for r in caplog.records] == [
        f"Playing without the model: {type(error).__name__}: {error}"
    ]


def test_a_dead_thread_is_noticed(monkeypatch, caplog):
    model = BackgroundModel(lambda: says(0.9))
    monkeypatch.setattr(model, "_work", lambda: None)
    start = time.perf_counter()
    assert [model.p_yes([("a", "b?")], 60) for _ in range(3)] == [None] * 3
    assert time.perf_counter() - start < 10
    lines = [r.getMessage() for r in caplog.records]
    assert lines == ["Playing without the model: its thread has ended."]


def test_each_kind_of_failure_is_one_line(folder, caplog):
    def failing(pairs, progress=None):
        raise {"eat": MemoryError, "see": RuntimeError}[pairs[0][1].split()[-1]](pairs[0][1])

    agent = Agent(folder, lambda: failing)
    for question in ["Would you eat", "Would you see", "Could you eat", "Could you see"]:
        assert answer(agent, "Xylograph", question) == "no"
    assert [r.getMessage() for r in caplog.records] == [
        "The model failed on a question: MemoryError: Would you eat",
        "The model failed on a question: RuntimeError: Would you see",
    ]


def test_a_question_whose_turn_is_over_is_not_scored():
    gate, seen = threading.Event(), []

    def score(pairs, progress=None):
        seen.extend(pairs)
        return [0.9] * len(pairs)

    def load():
        gate.wait(10)
        return score

    model = BackgroundModel(load)
    assert model.p_yes([("a", "old?")], 0.05) is None
    gate.set()
    assert model.p_yes([("a", "new?")], 5) == [0.9]
    assert seen == [("a", "new?")]


def test_a_slow_guesser_still_moves_in_time(folder, monkeypatch):
    agent = Agent(folder)
    monkeypatch.setattr(agent.questioner, "ask", lambda turn: time.sleep(5) or "late")
    start = time.perf_counter()
    asked = {"turnType": "ask", "remainingOverageTime": 0.0}
    made = agent.act(asked, SimpleNamespace(actTimeout=0.3))
    assert made and made != "late" and time.perf_counter() - start < 2


SHORT = SimpleNamespace(actTimeout=0.5)
SLOW = [("ask", "Is it Agent Alpha?"), ("answer", "yes")]


@pytest.mark.parametrize(("turn_type", "expected"), SLOW)
def test_a_slow_table_costs_no_turn_and_is_read_once(folder, monkeypatch, turn_type, expected):
    loads, load, ready = [], Knowledge.load, threading.Event()

    def slow(path):
        loads.append(path)
        ready.wait(30)
        return load(path)

    monkeypatch.setattr(Knowledge, "load", slow)
    agent = Agent(folder, lambda: says(0.1))
    turn = {"turnType": turn_type, "keyword": "Owl", "remainingOverageTime": 0.0}
    if turn_type == "answer":
        turn["questions"] = ["Is it an animal?"]
    for _ in range(2):
        start = time.perf_counter()
        assert agent.act(turn, SHORT)
        assert time.perf_counter() - start < 10
    ready.set()
    assert agent.act(turn, SimpleNamespace(actTimeout=60)) == expected and len(loads) == 1


@pytest.mark.parametrize("slow", ["spelling.answer", "names_keyword"])
def test_a_slow_rule_costs_no_turn(folder, monkeypatch, slow):
    monkeypatch.setattr(f"twentyq.answerer.{slow}", lambda *_: time.sleep(30))
    agent = Agent(folder, lambda: says(0.9))
    turn = {"turnType": "answer", "keyword": "Owl", "questions": ["Is it wise?"]}
    start = time.perf_counter()
    assert agent.act({**turn, "remainingOverageTime": 0.0}, SHORT) == "no"
    assert time.perf_counter() - start < 10


def test_the_model_gets_what_remains_and_leaves_time_for_the_table(folder, monkeypatch):
    waits = []

    class Slow(BackgroundModel):
        def p_yes(self, pairs, seconds=None, progress=None):
            waits.append(seconds)
            time.sleep(seconds)

    agent = Agent(folder)
    agent.model = Slow(lambda: says(0.1))
    agent.knowledge.column("")  # read before, and the turn is short
    monkeypatch.setattr("twentyq.answerer.spelling.answer", lambda *_: time.sleep(0.5))
    turn = {"turnType": "answer", "keyword": "Owl", "remainingOverageTime": 0.0}
    turn["questions"] = ["Is the keyword usually an animal?"]
    assert agent.act(turn, SimpleNamespace(actTimeout=2.5)) == "yes"
    assert waits[0] <= 2 * 0.8 - 0.5


def test_a_move_that_exits_is_replaced(folder, monkeypatch):
    agent = Agent(folder)
    monkeypatch.setattr(agent.questioner, "ask", lambda turn: sys.exit(3))
    assert agent.act({"turnType": "ask"})


@pytest.mark.parametrize(
    ("act", "overage", "low", "high"),
    [(60, 300, 100, 300), (60, 0, 30, 60), (60, -10, 30, 60), (1, 0, 0.1, 1), (0, 0, 0, 0.2)],
)
def test_the_turn_fits_the_time(act, overage, low, high):
    assert low <= turn_seconds(act, overage) <= high
    assert turn_seconds(act, overage) <= act + max(0, overage) or act == 0


def test_overage_is_shared_by_the_whole_game():
    overage = 300.0
    for _ in range(20):
        overage -= max(0.0, turn_seconds(60, overage) - 60)
    assert overage >= 50


OBSERVATIONS = st.fixed_dictionaries(
    {},
    optional={
        "turnType": st.sampled_from(["ask", "guess", "answer", "", "nonsense"]),
        "questions": st.lists(st.text(max_size=80), max_size=4),
        "answers": st.lists(st.sampled_from(["yes", "no", "maybe", ""]), max_size=4),
        "guesses": st.lists(st.text(max_size=20), max_size=4),
        "keyword": st.text(max_size=20),
        "remainingOverageTime": st.one_of(st.none(), st.floats(-10, 300)),
        "step": st.one_of(st.none(), st.integers(0, 61)),
    },
)


@pytest.fixture(scope="module")
def player(folder):
    return Agent(folder, lambda: says(0.3))


@settings(max_examples=80, deadline=None)
@given(OBSERVATIONS)
def test_every_observation_gets_a_legal_move(player, obs):
    move = player.act(obs, SimpleNamespace(actTimeout=60))
    assert isinstance(move, str) and move.strip() and len(move) <= 750
    if obs.get("turnType") == "answer":
        assert move in ("yes", "no")


@pytest.mark.parametrize("obs", [None, 3, {"questions": 5}, {"turnType": "ask", "step": "x"}])
def test_nonsense_is_survived(player, obs):
    assert player.act(obs).strip()


def test_without_a_table_the_agent_still_plays(tmp_path):
    agent = Agent(tmp_path, lambda: says(0.3))
    questions, guesses = [], []
    for _ in range(20):
        seen = {"questions": questions, "answers": ["no"] * len(questions), "guesses": guesses}
        questions.append(agent.act({"turnType": "ask", **seen}))
        guesses.append(agent.act({"turnType": "guess", **seen}))
    assert len(set(questions)) == len(set(guesses)) == 20
    assert answer(agent, "Lamp", "Is it Agent Alpha?") == "yes"
    assert answer(agent, "Lamp", "Is it alive?") == "no"


def test_spare_moves_do_not_repeat():
    asked = []
    for _ in range(20):
        asked.append(spare_move({"turnType": "ask", "questions": asked}))
    assert len(set(asked)) == 20


def test_settings_survive_nonsense_and_the_environment_wins(tmp_path, monkeypatch):
    path = tmp_path / "agent.json"
    path.write_text('{"handshake": "sometimes", "questions": "semantic", "other": 1}')
    assert Settings.read(path).handshake == "auto"
    assert Settings.read(path).questions == "semantic"
    monkeypatch.setenv("TWENTYQ_QUESTIONS", "spelling")
    assert Settings.read(path).questions == "spelling"
    monkeypatch.delenv("TWENTYQ_QUESTIONS")
    path.write_text("{")
    assert Settings.read(path) == Settings()


@pytest.mark.parametrize("text", ["[]", "null", "3", '"auto"'])
def test_settings_that_are_no_object_are_defaults(tmp_path, caplog, text):
    (tmp_path / "agent.json").write_text(text)
    assert Agent(tmp_path).settings == Settings()
    (line,) = (r.getMessage() for r in caplog.records)
    assert "expected an object, found" in line and line.endswith("playing with defaults.")


def test_observations_come_as_mappings_and_as_objects():
    fields = {"role": "guesser", "turnType": "ask", "questions": ["a"], "answers": ["yes"]}
    assert Observation.parse(fields) == Observation.parse(SimpleNamespace(**fields))
    assert Observation.parse(fields).history == (("a", True),)
    assert Observation.parse({}).overage == 300.0


def test_answers_name_their_source(folder):
    class Model:
        def p_yes(self, pairs, seconds=None, progress=None):
            return [0.7] * len(pairs)

    known = Answerer(Knowledge.load(folder / "knowledge"), Model())
    pairs = [("Owl", "Is it Agent Alpha?"), ("Owl", "Is it an animal?"), ("Owl", "Is it wise?")]
    assert [a.source for a in known.answer_all([*pairs, ("", "Is it big?")])] == [
        "rule",
        "table",
        "model",
        "default",
    ]


def test_the_table_answers_its_own_words_and_stands_in_for_the_model(folder):
    class Model:
        works = True

        def p_yes(self, pairs, seconds=None, progress=None):
            return [0.7] * len(pairs) if self.works else None

    model = Model()
    both = Answerer(Knowledge.load(folder / "knowledge"), model)
    own, other = ("Owl", "Is it an animal?"), ("Owl", "Is the keyword usually an animal?")
    assert [a.source for a in both.answer_all([own, other])] == ["table", "model"]
    model.works = False
    assert [(a.text, a.source) for a in both.answer_all([own, other])] == [("yes", "table")] * 2
    assert both.answer("Owl", "Is it wise?").source == "default"


@pytest.mark.parametrize("overflown", [float("nan"), float("inf")])
def test_what_is_no_probability_is_no_answer_of_the_model(folder, caplog, overflown):
    agent = Agent(folder, lambda: says(overflown))
    own = [("Owl", "Is the keyword usually an animal?"), ("Owl", "Is it wise?")]
    for _ in range(2):
        answers = agent.answerer.answer_all(own)
        assert [(a.text, a.source) for a in answers] == [("yes", "table"), ("no", "default")]
    lines = [r.getMessage() for r in caplog.records]
    assert lines == ["The model failed on a question: its P(yes) is not finite."]


@pytest.mark.parametrize(
    ("stored", "said", "expected"),
    [(0.35, 0.9, 0.829), (0.32, 0.6, 0.414), (0.68, 0.4, 0.586), (0.65, 0.1, 0.171)],
)
def test_the_table_and_the_model_are_combined_where_the_table_is_unsure(stored, said, expected):
    import numpy as np

    class Model:
        def p_yes(self, pairs, seconds=None, progress=None):
            return [said] * len(pairs)

    known = Knowledge.from_table(
        ["Owl"], ["Is it wise?"], np.array([[round(255 * stored)]], np.uint8)
    )
    both = Answerer(known, Model())
    own, other = both.answer_all([("Owl", "Is it wise?"), ("Owl", "Would you say it is wise?")])
    assert (own.source, other.source) == ("model", "model")
    assert own.p_yes == pytest.approx(expected, abs=0.005) and other.p_yes == said


def test_a_guesser_never_imports_torch_and_runs_without_pandas(folder):
    code = f"""
import sys
sys.modules["torch"] = sys.modules["transformers"] = sys.modules["pandas"] = None
sys.path.insert(0, {str(AGENT_TEMPLATE)!r})
from twentyq.agent import Agent
agent = Agent({str(folder)!r})
obs = {{"turnType": "ask", "questions": [], "answers": [], "guesses": []}}
print(agent.act(obs)); print(agent.act({{**obs, "turnType": "guess", "questions": ["x"]}}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "Is it Agent Alpha?" and not done.stderr
