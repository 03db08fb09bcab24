"""The lexicon: where candidates come from, how they are ranked, and what withholding means."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from run_notebook import run_cells

from pipeline import (
    candidates,
    frequency,
    keyword_prior,
    knowledge,
    learning,
    lexicon,
    sources,
    table,
    wordnet,
)
from pipeline.candidates import LexiconError
from pipeline.features import Features
from pipeline.places import DATA
from pipeline.wordnet import Sense, Synset, WordNet

NOUNS = {
    "artifact": "lamp,table,chair,brush,desk,paper clip,kitchen table,garden,kitchen,door,cup",
    "food": "soup,apple,cake,tomato,apple cake",
    "animal": "dog,cat,horse,sheep dog",
    "person": "painter,farmer",
    "cognition": "idea,theory,thought",
}
EVERYDAY = """\
# furniture
kitchen table
kitchen chair
garden table
garden chair

# food
tomato soup
apple soup
paint brush
desk lamps
"""
THINGS = """\
keyword,variants,source,living
Desk lamp,,public,n
Horse brush,Pony comb,public,n
Zeppelin hangar,,public,n
Paper Clip,,own,n
Kitchen chair,,own,n
Tomato soup,,own,n
Sheep dog,Sheepdog,own,y
"""
PLACES = "keyword,variants,kind\nParis,,city\n"
CEDICT = [{"english": ["to eat", "horse brush (tool)", "a desk; reading lamp"]}]
BIGRAMS = (
    "rude cup\t950\ndog brush\t900\nof cat\t9999\nred tea\t100\nkitchen table\t700\nold dog\t20\n"
)


def handmade_wordnet() -> WordNet:
    synsets, senses = {}, {}
    for lexname, lemmas in NOUNS.items():
        for lemma in lemmas.split(","):
            offset = 1000 + len(synsets)
            synsets[offset] = Synset(offset, lexname, (lemma,), f"what {lemma} is")
            senses[lemma] = (Sense(offset, len(lemma)),)
    return WordNet(synsets, senses)


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A small data folder and small sources; returns the folder."""
    files = {
        "everyday_things.txt": EVERYDAY,
        "excluded_words.txt": "# none may hold\nrude\n",
        "things.csv": THINGS,
        "places.csv": PLACES,
        "dictionary/package/cedict.json": json.dumps(CEDICT),
        "bigrams/wordsegment/bigrams.txt": BIGRAMS,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(sources, "fetch", lambda name, echo: tmp_path / name)
    monkeypatch.setattr(wordnet, "fetched", handmade_wordnet)
    words = {w: 3.0 + len(w) / 10 for w in " ".join(EVERYDAY.split()).split()}
    monkeypatch.setattr(frequency, "fetched", lambda: words)
    return tmp_path


def quiet(_line: str) -> None:
    """Takes the messages of a build."""


def gathered(world, **options):
    return candidates.gather(handmade_wordnet(), data=world, echo=quiet, **options).sources


def test_each_candidate_knows_its_sources(world):
    found = gathered(world, compounds=0)
    assert found["kitchen table"] == {"everyday", "wordnet", "bigrams"}
    assert found["horse brush"] == {"dictionary", "public"}
    assert found["zeppelin hangar"] == {"public"} and found["pony comb"] == {"public"}
    assert found["reading lamp"] == {"dictionary"} and found["paris"] == {"places"}
    assert found["desk"] == {"wordnet", "dictionary"}
    assert found["dog brush"] == {"bigrams"}
    assert not {"of cat", "red tea", "eat", "to eat", "# food", "rude cup"} & found.keys()


def test_what_only_the_second_everyday_list_has_is_known_and_less_likely(world):
    (world / "more_everyday_things.txt").write_text("# more\nkitchen chair\nsoup ladle\ncup\n")
    (world / "further_things.txt").write_text("soup ladle\ntea cosy\n")
    found = candidates.gather(handmade_wordnet(), data=world, echo=quiet, compounds=0)
    assert found.later == {"soup ladle": 1.0, "cup": 1.0, "tea cosy": 1.5}
    assert found.sources["soup ladle"] == {"everyday"}
    assert found.sources["cup"] == {"everyday", "wordnet"}
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(400, len(keyword_prior.FEATURES))).astype(np.float32)
    matrix[:, keyword_prior.LATER] = np.arange(400) % 2
    likely = np.flatnonzero((matrix[:, 0] > 0.5) & (matrix[:, keyword_prior.LATER] == 0))
    fixed = keyword_prior.fit(matrix, likely, learn_later=False)
    assert fixed[keyword_prior.LATER] == pytest.approx(-2 * np.log(2))
    assert keyword_prior.fit(matrix, likely)[keyword_prior.LATER] < -3
    assert fixed[0] > 1


def test_new_compounds_are_plausible_and_none_is_known(world):
    found = gathered(world, compounds=3)
    new = [k for k, names in found.items() if names == {"compounds"}]
    assert 0 < len(new) <= 3
    assert {k.split()[0] for k in new} <= {"kitchen", "garden", "apple", "sheep"}
    assert not set(new) & set(EVERYDAY.splitlines())


@pytest.mark.parametrize(
    ("keyword", "good"),
    [
        ("desk lamp", True),
        ("x-ray machine", True),
        ("3d printer", True),
        ("40 000", False),
        ("as", False),
        ("one two three four five", False),
        ("naïve art", False),
    ],
)
def test_only_what_the_game_could_have_is_a_candidate(keyword, good):
    assert candidates.well_formed(keyword) is good


def test_what_the_game_takes_for_each_other_is_one_candidate():
    nouns = handmade_wordnet()
    found = candidates.merged(
        {
            "paperclip": {"everyday"},
            "desk lamps": {"everyday"},
            "paper clip": {"wordnet"},
            "desk lamp": {"compounds"},
            "dog": {"wordnet"},
            "dogs": {"dictionary"},
        },
        nouns,
    )
    assert found == {
        "paper clip": {"everyday", "wordnet"},
        "desk lamp": {"everyday", "compounds"},
        "dog": {"wordnet", "dictionary"},
    }


@pytest.mark.parametrize(
    ("names", "rank"),
    [
        (["Desk Lamp"], 2),
        (["desk lamps"], 2),
        (["Glass"], 3),
        (["The Cup"], 1),
        (["unheard of", "CUP"], 1),
        (["unheard of"], np.inf),
    ],
)
def test_a_rank_counts_as_the_environment_matches(names, rank):
    (found,) = keyword_prior.ranks(["cup", "desk lamp", "glasses", "cups"], [names])
    assert found == rank


def test_coverage_is_the_share_within_a_size():
    found = np.array([1, 10, 11, np.inf])
    assert keyword_prior.coverage(found, [1, 10, 100]) == {1: 0.25, 10: 0.5, 100: 0.75}


def test_the_prior_learns_what_targets_have_in_common():
    generator = np.random.default_rng(1)
    matrix = generator.normal(size=(500, len(keyword_prior.FEATURES))).astype(np.float32)
    matrix[:50, 0] += 4
    found = keyword_prior.cross_validated(matrix, [[row] for row in range(50)] + [[]])
    assert np.median(found[:50]) < 60 and np.isinf(found[50])
    assert np.exp2(keyword_prior.normalised(matrix[:, 0])).sum() == pytest.approx(1)


def build(world, withhold="none", rows=20):
    made = lexicon.prepare(withhold, compounds=10, data=world, echo=quiet)
    return lexicon.assemble(made, withhold, rows, world)


def test_a_build_is_deterministic(world, tmp_path):
    for name in ("a", "b"):
        lexicon.write(build(world), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    table = lexicon.load(tmp_path / "a")
    keywords = table["keyword"].to_pylist()
    assert keywords == sorted(set(keywords))
    assert dict(zip(keywords, table["synset"].to_pylist(), strict=True))["zeppelin hangar"] == -1


def test_the_public_keywords_have_their_share_and_their_flag(world):
    table = build(world, rows=1000)
    weight = np.exp2(table["log2_prior"].to_numpy())
    public = np.array(table["public"].to_pylist())
    assert weight.sum() == pytest.approx(1, abs=0.02)
    assert weight[public].sum() > lexicon.PUBLIC_SHARE - 0.01
    flagged = table.filter(pa.array(public))["keyword"].to_pylist()
    assert flagged == ["desk lamp", "horse brush", "pony comb", "zeppelin hangar"]


@pytest.mark.parametrize("rows", [8, 1000])
def test_with_the_public_list_withheld_nothing_has_seen_it(world, tmp_path, rows):
    withheld = build(world, "public", rows)
    assert not any(withheld["public"].to_pylist())
    assert "zeppelin hangar" not in withheld["keyword"].to_pylist()
    lexicon.write(build(world, "none", rows), tmp_path / "full")
    assert lexicon.load(tmp_path / "full", withhold="public").equals(withheld)
    other = THINGS.replace("Desk lamp", "Cat cup").replace("Zeppelin hangar", "Dog cake")
    (world / "things.csv").write_text(other, encoding="utf-8")
    assert build(world, "public", rows).equals(withheld)


def spelling(keywords):
    """Features that need no source: which letters a keyword has."""
    letters = [[float(letter in k.lower()) for letter in "abcdefghijklmnop"] for k in keywords]
    return Features({"sentence": np.array(letters, np.float32)})


def stamps(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_the_notebook_leaves_a_lexicon_that_serves_both_builds(world, tmp_path, monkeypatch):
    (world / "questions.csv").write_text("id,question,scope\nliving,Is it living?,all\n")
    (world / "place_questions.csv").write_text(
        "id,question,scope,rule\nany,Is it a place?,places,any\n"
    )
    monkeypatch.setattr(learning, "describer", lambda: spelling)
    given = {"data_dir": str(world), "lexicon_compounds": 10}
    committed, lexicons = stamps(DATA), []
    for withhold, folder in (("none", "table"), ("public", "table_withheld")):
        left = run_cells("00_knowledge.ipynb", given | {"withhold": withhold}, monkeypatch)
        assert left["manifest"]["withheld"] == withhold
        taught = set(table.load(world / folder).keywords)
        assert ("zeppelin hangar" in taught) == (withhold == "none")
        lexicons.append((world / "lexicon.parquet").read_bytes())
        for kind in ("none", "public"):
            built = knowledge.build(world, tmp_path / "knowledge" / kind, kind)
            assert built["categories"].get("public", 0) == (3 if kind == "none" else 0)
    assert lexicons[0] == lexicons[1]
    assert stamps(DATA) == committed


def test_bad_input_is_named(world, tmp_path):
    with pytest.raises(LexiconError, match="one of none, public, found 'own'"):
        candidates.gather(handmade_wordnet(), "own", data=world, echo=quiet)
    with pytest.raises(LexiconError, match=r"Rebuild it with notebooks/00_knowledge\.ipynb"):
        lexicon.load(tmp_path / "missing.parquet")
    lexicon.write(build(world, "public"), tmp_path / "withheld.parquet")
    with pytest.raises(LexiconError, match="Expected the columns log2_prior_withheld in"):
        lexicon.load(tmp_path / "withheld.parquet")


def test_the_committed_lexicon_covers_the_public_list_without_having_seen_it():
    table = lexicon.load(withhold="public")
    assert len(table) <= lexicon.ROWS and lexicon.PATH.stat().st_size < 6_000_000
    found = keyword_prior.ranks(lexicon.by_prior(table), lexicon.things("public"))
    share = keyword_prior.coverage(found, [10_000, lexicon.ROWS])
    assert share[10_000] > 0.6 and share[lexicon.ROWS] > 0.8
