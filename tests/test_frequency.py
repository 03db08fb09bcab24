"""Frequencies, and which of a word's meanings is the thing."""

from __future__ import annotations

import gzip
import math

import msgpack
import pytest

from pipeline import frequency
from pipeline.sources import SourceError
from pipeline.wordnet import Sense, Synset, WordNet


def wordnet_of(*entries):
    """A WordNet of (lemma, lexname, lemma as written, count, gloss), in order of sense."""
    synsets, senses = {}, {}
    for offset, (lemma, lexname, written, count, gloss) in enumerate(entries):
        synsets[offset] = Synset(offset, lexname, (written,), gloss)
        senses[lemma] = (*senses.get(lemma, ()), Sense(offset, count))
    return WordNet(synsets, senses)


def test_wordfreq_buckets_become_zipf_values(tmp_path):
    path = tmp_path / "words.msgpack.gz"
    content = [{"format": "cB", "version": 1}, [], ["the"], [], ["of", "and"]]
    path.write_bytes(gzip.compress(msgpack.dumps(content)))
    assert frequency.read(path) == {"the": 8.99, "of": 8.97, "and": 8.97}
    path.write_bytes(gzip.compress(msgpack.dumps([{"format": "other"}])))
    with pytest.raises(SourceError, match="in format cB"):
        frequency.read(path)


def test_a_phrase_is_rarer_than_its_words():
    words = {"desk": 5.0, "lamp": 4.0}
    assert frequency.zipf("Desk", words) == 5.0
    assert frequency.zipf("desk lamp", words) == pytest.approx(4.0 - math.log10(1.1) - 1, abs=1e-9)
    assert frequency.zipf("zzyzx", words) == frequency.UNSEEN


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([("thing", "a person", 9), ("artifact", "a tool", 5)], "a tool"),
        ([("person", "crowd", 90), ("artifact", "a tool", 5)], "crowd"),
        ([("animal", "first", 0), ("artifact", "second", 0)], "first"),
    ],
)
def test_the_gloss_is_of_the_most_frequent_meaning_that_is_a_thing(entries, expected):
    nouns = wordnet_of(*(("crane", lex, "crane", n, gloss) for lex, gloss, n in entries))
    assert nouns.thing_sense("Crane").gloss == expected


def test_a_proper_name_gives_way_to_a_common_noun():
    nouns = wordnet_of(
        ("crane", "person", "Crane", 7, "an author"), ("crane", "animal", "crane", 0, "a bird")
    )
    assert nouns.thing_sense("crane").gloss == "a bird"
    assert nouns.thing_sense("heron") is None
