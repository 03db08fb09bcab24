"""What is read off a keyword: head and modifier, kinds, vectors."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.embeddings import WordVectors
from pipeline.features import Featurizer, matrix, singulars, vocabulary
from pipeline.wordnet import Sense, Synset, WordNet


def synset(offset: int, lexname: str, lemma: str, gloss: str, *above: int, **more) -> Synset:
    return Synset(offset, lexname, (lemma,), gloss, above, **more)


SYNSETS = [
    synset(1, "Tops", "entity", "what is"),
    synset(2, "artifact", "lamp", "a source of light", 1, parts=(5,)),
    synset(3, "artifact", "desk", "a table to write on", 1),
    synset(4, "animal", "bat", "a flying animal", 1),
    synset(5, "artifact", "bulb", "the glass of a lamp", 1),
    synset(6, "act", "bat", "a turn at batting", 1),
]
SENSES = {
    "lamp": (Sense(2, 3),),
    "desk": (Sense(3, 9),),
    "bat": (Sense(6, 2), Sense(4, 1)),
    "bulb": (Sense(5, 0),),
}
WORDS = ["a", "of", "light", "lamp", "desk", "bat", "flying"]


@pytest.fixture(scope="module")
def featurizer() -> Featurizer:
    vectors = np.eye(len(WORDS), dtype=np.float32)
    return Featurizer(WordNet({s.offset: s for s in SYNSETS}, SENSES), WordVectors(WORDS, vectors))


@pytest.mark.parametrize(
    ("keyword", "head", "modifier", "exact"),
    [
        ("lamp", "lamp", "", True),
        ("lamps", "lamp", "", True),
        ("desk lamp", "lamp", "desk", False),
        ("desk lamps", "lamp", "desk", False),
        ("big desk lamp", "lamp", "desk", False),
        ("lava lamp", "lamp", "", False),
        ("desk thing", "", "desk", False),
        ("zzz", "", "", False),
        ("", "", "", False),
    ],
)
def test_head_and_modifier(
    featurizer: Featurizer, keyword: str, head: str, modifier: str, exact: bool
) -> None:
    parse = featurizer.parse(keyword)
    assert (parse.head, parse.modifier, parse.exact) == (head, modifier, exact)


def test_the_physical_sense_is_likelier_than_its_count_says(featurizer: Featurizer) -> None:
    (first, p), (second, q) = featurizer.senses("bat")
    assert (first, second) == (4, 6)
    assert p == pytest.approx(8 / 11) and p + q == pytest.approx(1)


def test_features_of_keywords(featurizer: Featurizer) -> None:
    found = featurizer.features(["Desk Lamp", "bat", "Zzz"], np.zeros((3, 2), np.float32))
    lamp, bat, nothing = found.bags["kind"]
    assert lamp == {"file artifact": 1, "is 2": 1, "is 1": 1, "parts 5": 1}
    assert bat["is 1"] == pytest.approx(1) and bat["is 4"] == pytest.approx(8 / 11)
    assert nothing == {}
    assert found.bags["modifier"][0] == {"file artifact": 1, "is 3": 1, "is 1": 1}
    column = WORDS.index("lamp")
    assert found.dense["head"][0, column] == 1 and 0 < found.dense["words"][0, column] < 1
    assert found.dense["gloss"][1, WORDS.index("flying")] > found.dense["gloss"][1, 0] > 0
    assert not found.dense["words"][2].any()
    assert found.dense["spelling"].tolist() == pytest.approx(
        np.array([[1, 0.9, 0], [0, 0.3, 0], [0, 0.3, 0]])
    )
    assert found.rows(np.array([2])).bags["kind"] == [nothing]


def test_singulars_begin_with_the_name() -> None:
    assert list(singulars("berries")) == ["berries", "berry", "berri", "berrie"]
    assert list(singulars("knives"))[1:3] == ["knif", "knife"]
    assert list(singulars("s")) == ["s"]


def test_matrix_has_a_column_per_name_that_recurs() -> None:
    bags = [{"a": 1.0, "b": 0.5}, {"b": 0.25}, {"c": 1.0}]
    assert vocabulary(bags) == {"b": 0}
    assert matrix(bags, {"b": 0}).toarray().tolist() == [[0.5], [0.25], [0.0]]
