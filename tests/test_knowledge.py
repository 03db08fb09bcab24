"""The matcher, the compiled knowledge, and what is said when its sources are wrong."""

from __future__ import annotations

import ast
import importlib.util
import json
import string
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from guesser_world import TRICKY, world
from hypothesis import given
from hypothesis import strategies as st

from pipeline.knowledge import BORDER, KnowledgeError, build, check, said, truth
from twentyq.belief import infer
from twentyq.knowledge import Knowledge, question_key
from twentyq.knowledge import KnowledgeError as LoadError
from twentyq.matching import matches
from twentyq.naming_index import FORMS, ORDER, OWNERS, NameIndex
from twentyq.spelling import Order, Text

DATA = Path(__file__).parent.parent / "data"
FILES = {
    "questions.csv": """id,question,scope,places
animal,Is it an animal?,all,n
home,Is it found in a home?,things,n
""",
    "things.csv": """keyword,variants,source,animal,home
Cat,Kitty | House cat,public,y,y
Sofa,Couch,public,n,y
Fog,,own,n,?
""",
    "places.csv": """keyword,variants,kind,continent
Paris,,city,Europe
Atlantis,,city,
""",
    "place_questions.csv": """id,question,scope,rule
animal,Is it a place on a map?,places,any
in_europe,Is it in Europe?,places,continent=Europe
""",
}


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    folder = tmp_path_factory.mktemp("real") / "knowledge"
    build(DATA, folder, limit=2000)
    return Knowledge.load(folder)


def environment_matcher() -> Callable[[str, str], bool]:
    """``compare_words`` out of the installed environment's source, without its 6 s of imports."""
    spec = importlib.util.find_spec("kaggle_environments")
    root = Path(spec.submodule_search_locations[0])
    source = (root / "envs/llm_20_questions/llm_20_questions.py").read_text(encoding="utf-8")
    wanted = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name in ("normalize", "compare_words")
    ]
    names: dict = {"string": string}
    exec(compile(ast.Module(wanted, []), "environment", "exec"), names)
    return names["compare_words"]


ENVIRONMENT_MATCHES = environment_matcher()
SHORT_WORDS = st.text(alphabet="aest h'-", max_size=7)


@given(SHORT_WORDS, SHORT_WORDS)
def test_matcher_is_the_environments(a: str, b: str) -> None:
    assert matches(a, b) == ENVIRONMENT_MATCHES(a, b)


@pytest.mark.parametrize("guess", [*TRICKY, "cates", "ro", "Cat s", "atre", ""])
def test_covered_by_finds_what_the_environment_would_accept(guess: str) -> None:
    knowledge = world()
    accepted = {i for i, k in enumerate(knowledge.keywords) if ENVIRONMENT_MATCHES(guess, k)}
    assert set(knowledge.covered_by(guess)) == accepted


def test_build_and_load(sources: Path, tmp_path: Path) -> None:
    manifest = build(sources, tmp_path / "out")
    knowledge = Knowledge.load(tmp_path / "out")
    assert (manifest["keywords"], manifest["questions"]) == (5, 4)
    assert knowledge.keywords == ["Cat", "Sofa", "Fog", "Paris", "Atlantis"]
    assert knowledge.variants[0] == ("Kitty", "House cat")
    assert knowledge.covered_by("couch") == [1]
    assert knowledge.question_ids == ["animal", "home", "place:animal", "place:in_europe"]
    y, n, u = 237, 15, 153
    expected = [[y, y, n, n], [n, y, n, n], [n, u, n, n], [n, n, y, y], [n, n, y, u]]
    assert knowledge.p_yes.tolist() == expected
    assert isinstance(knowledge.p_yes, np.memmap)


def test_how_strangers_answer_is_in_the_table(sources: Path, tmp_path: Path) -> None:
    path = sources / "questions.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()

    def written(rates: str) -> None:
        lines = [f"{header},yes_if_no,yes_if_yes", *(f"{row},{rates}" for row in rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    written("0.2,0.92")
    build(sources, tmp_path / "out")
    cat, sofa = Knowledge.load(tmp_path / "out").p_yes[:2, 0]
    assert (cat, sofa) == (235, 51)
    written("0.2,1.5")
    with pytest.raises(KnowledgeError, match="column yes_if_yes: expected a number between 0 and"):
        build(sources, tmp_path / "out")


@given(
    st.floats(-8, 8), st.tuples(st.floats(0.01, 0.97), st.floats(0.01, 0.97)).filter(
        lambda rates: rates[1] - rates[0] > 0.05
    )
)  # fmt: skip
def test_what_strangers_say_goes_between_the_rates(
    known: float, rates: tuple[float, float]
) -> None:
    low, high = np.array([[rate] for rate in rates])
    assert said(np.array([-BORDER]), low, high) == pytest.approx(low, abs=1e-5)
    assert said(np.array([BORDER]), low, high) == pytest.approx(high, abs=1e-5)
    p_yes = said(np.array([known]), low, high)
    assert truth(p_yes, low, high) == pytest.approx(known, abs=0.02) or not 0.003 < p_yes < 0.997
    assert (p_yes > low) == (known > -BORDER) or known == pytest.approx(-BORDER, abs=1e-4)


def test_prior_prefers_public_things_and_keeps_places_low(sources: Path, tmp_path: Path) -> None:
    build(sources, tmp_path / "out")
    prior = Knowledge.load(tmp_path / "out").prior
    assert prior.sum() == pytest.approx(1)
    assert prior[0] == prior[1] > prior[2] > prior[3] == prior[4]
    assert prior[3:].sum() == pytest.approx(0.03)


def test_places_may_be_missing(sources: Path, tmp_path: Path) -> None:
    (sources / "places.csv").unlink()
    (sources / "place_questions.csv").unlink()
    assert build(sources, tmp_path / "out")["keywords"] == 3


def test_building_again_gives_the_same_bytes(sources: Path, tmp_path: Path) -> None:
    first = build(sources, tmp_path / "out")
    contents = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert build(sources, tmp_path / "out") == first
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == contents


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("things.csv", "n,y\n", "n,maybe\n", "things.csv, line 3, column home: expected y, n, ?,"),
        (
            "things.csv",
            "own",
            "mine",
            "line 4, column source: expected public or own, found 'mine'",
        ),
        ("things.csv", "Fog,", ",", "line 4, column keyword: expected one line of 1 to 100"),
        ("things.csv", "Fog", "sofa", "one that {}/things.csv, line 3 does not have already"),
        ("things.csv", "Fog,,own", "Fog,own", "line 4: expected 5 cells, found 4"),
        (
            "things.csv",
            ",home",
            ",hom",
            "expected columns named by an id of questions.csv; unknown",
        ),
        ("things.csv", FILES["things.csv"].partition("\n")[2], "", "expected at least one row"),
        ("questions.csv", ",all,n", ",all,x", "line 2, column places: expected y, n, ?"),
        ("questions.csv", ",things", ",thing", "line 3, column scope: expected things, places or"),
        (
            "questions.csv",
            "scope,",
            "range,",
            "line 1: expected distinct columns with id",
        ),
        ("questions.csv", "home,", ",", "line 3, column id: expected a name, found ''"),
        ("questions.csv", "Is it found in a home?", "is it an animal", "line 3, column question"),
        ("place_questions.csv", "Is it in Europe?", "Is it an animal?", "line 3, column question"),
        ("place_questions.csv", "continent=", "land=", 'column rule: expected "any" or column='),
        ("places.csv", "Paris", '"Paris', "places.csv cannot be read"),
    ],
)
def test_errors_say_where_and_leave_the_old_knowledge(
    sources: Path, tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    build(sources, tmp_path / "out")
    path = sources / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        build(sources, tmp_path / "out")
    assert message.format(sources) in str(caught.value)
    assert len(Knowledge.load(tmp_path / "out").keywords) == 5
    assert {path.name for path in tmp_path.iterdir()} == {"data", "out"}


def test_a_missing_source_is_named(sources: Path, tmp_path: Path) -> None:
    (sources / "things.csv").unlink()
    with pytest.raises(KnowledgeError, match=r"things\.csv cannot be read"):
        build(sources, tmp_path / "out")


def test_other_folders_are_not_replaced(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="something else than knowledge"):
        build(sources, sources)
    assert {path.name for path in sources.iterdir()} == set(FILES)


def truncate(folder: Path) -> None:
    (folder / "p_yes.npy").write_bytes((folder / "p_yes.npy").read_bytes()[:-1])


def lose_a_keyword(folder: Path) -> None:
    path = folder / "keywords.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    forget_sizes(folder)


def forget_sizes(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"files": {}}')


def pickle_inside(folder: Path) -> None:
    np.save(folder / "p_yes.npy", np.array([[{}]]), allow_pickle=True)
    forget_sizes(folder)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (truncate, "bytes, its manifest says"),
        (lose_a_keyword, "the index of names is not one of 4 keywords"),
        (pickle_inside, "no complete knowledge folder"),
        (lambda folder: (folder / "questions.csv").unlink(), "no complete knowledge folder"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "no complete knowledge"),
        (lambda folder: (folder / "manifest.json").unlink(), "no complete knowledge folder"),
    ],
)
def test_damaged_knowledge_is_not_loaded(
    sources: Path, tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    build(sources, tmp_path / "out")
    damage(tmp_path / "out")
    with pytest.raises(LoadError, match=message):
        Knowledge.load(tmp_path / "out")


def change_a_byte(folder: Path) -> None:
    content = bytearray((folder / "p_yes.npy").read_bytes())
    content[-1] ^= 1
    (folder / "p_yes.npy").write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (change_a_byte, r"p_yes\.npy: expected sha256 \w{16}\.\.\., found \w{16}\.\.\.: make it"),
        (lambda folder: (folder / "p_yes.npy").unlink(), "not what its manifest describes"),
        (forget_sizes, "not what its manifest describes"),
        (lambda folder: (folder / "manifest.json").unlink(), "not what its manifest describes"),
    ],
)
def test_every_byte_can_be_checked(
    sources: Path, tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    build(sources, tmp_path / "out")
    check(tmp_path / "out")
    damage(tmp_path / "out")
    with pytest.raises(KnowledgeError, match=message):
        check(tmp_path / "out")


@pytest.mark.parametrize(
    "predicate",
    [
        Order(high="cat"),
        Order(low="cat", low_equal=True, high="cats", high_equal=True),
        Order(low="cat", high="cats"),
        Order(low="zz"),
        Order(),
        Text("starts", ("c", "th")),
    ],
)
def test_evaluate_is_the_predicate_of_each_keyword(predicate: Order | Text) -> None:
    expected = [predicate(keyword) for keyword in world().keywords]
    assert world().evaluate(predicate).tolist() == expected


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(LoadError, match=r"p_yes should be uint8 of shape \(1, 1\)"):
        Knowledge.from_table(["Cat"], ["Is it?"], np.zeros((2, 1), np.uint8))


def test_keywords_beyond_the_last_row_share_it() -> None:
    p_yes = np.array([[237], [13]], np.uint8)
    knowledge = Knowledge.from_table(["Cat", "Fog", "Rain"], ["Is it an animal?"], p_yes)
    assert knowledge.rows(np.arange(3)).tolist() == [0, 1, 1]
    every = Knowledge.from_table(
        ["Cat", "Fog", "Rain"], ["Is it an animal?"], p_yes[[0, 1, 1]], knowledge.prior
    )
    history = [("Is it an animal?", False)]
    assert infer(knowledge, history).weights == pytest.approx(infer(every, history).weights)


def test_the_index_of_names_survives_a_round_trip(tmp_path: Path) -> None:
    variants = [("The " + word, "so called") if i % 7 == 0 else () for i, word in enumerate(TRICKY)]
    index = NameIndex.of(TRICKY, variants)
    index.save(tmp_path)
    again = NameIndex.load(tmp_path, len(TRICKY))
    assert again.order.tolist() == index.order.tolist()
    assert [TRICKY[i].lower() for i in index.order] == sorted(word.lower() for word in TRICKY)
    for text in (*TRICKY, "theatres", "pine-cones", "socalled", "no such word", ""):
        expected = [
            i
            for i, names in enumerate(zip(TRICKY, variants, strict=True))
            if any(matches(text, name) for name in (names[0], *names[1]))
        ]
        assert sorted(set(index.covered_by(text))) == expected
        assert sorted(again.covered_by(text)) == sorted(index.covered_by(text))


def test_real_tables_compile(real: Knowledge) -> None:
    public = [i for i, category in enumerate(real.categories) if category == "public"]
    assert len(public) >= 500
    assert real.prior[public].sum() > 0.25
    assert not any(real.covered_by(question) for question in real.questions)


def test_manifest_describes_every_file(sources: Path, tmp_path: Path) -> None:
    build(sources, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    found = {path.name for path in (tmp_path / "out").iterdir()} - {"manifest.json"}
    assert set(manifest["files"]) == found
    assert found == {"keywords.csv", "questions.csv", "p_yes.npy", ORDER, FORMS, OWNERS}
    assert set(manifest["sources"]) == set(FILES)
    assert all(len(entry["sha256"]) == 64 for entry in manifest["files"].values())


def test_other_wordings_find_the_same_column(sources, tmp_path):
    aliases = sources / "question_aliases.csv"
    aliases.write_text("alias,id\nWould it be a beast?,animal\nIs it a household thing?,home\n")
    build(sources, tmp_path / "out")
    index = Knowledge.load(tmp_path / "out").question_index
    assert index[question_key("would the keyword usually be a  beast")] == 0
    assert index[question_key("Is this item found in a home")] == 1
    assert question_key("Does this thing mostly fly?") == question_key("Does it fly")
    for line, message in (
        ("Would it be a beast?,home", "a wording that animal does not have already"),
        ("Is it found in a home,animal", "a wording that home does not have already"),
        ("Is it odd?,nothing", "an id of questions.csv, found 'nothing'"),
    ):
        aliases.write_text(f"alias,id\nWould it be a beast?,animal\n{line}\n")
        with pytest.raises(KnowledgeError, match=message):
            build(sources, tmp_path / "out")
