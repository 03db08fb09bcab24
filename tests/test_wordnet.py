"""The WordNet reader on a handmade folder, and archives that are only used if their hash fits."""

from __future__ import annotations

import hashlib
import tarfile
import zipfile

import pytest

from pipeline import places, sources, wordnet
from pipeline.sources import Source, SourceError

NOUNS = """\
  1 This line stands for the licence.
00000100 03 n 01 thing 0 000 | what there is
00000200 05 n 02 dog 0 Canis_familiaris 0 003 @ 00000100 n 0000 %p 00000300 n 0000 + 00000900 v \
0101 | a barking animal; kept as a pet; "the dog barked; it was loud"
00000300 05 n 01 tail 0 002 @ 00000100 n 0000 #p 00000200 n 0000 | the hind part; "it wags"
00000400 06 n 01 dog 1 002 @ 00000100 n 0000 %s 00000500 n 0000 | a holding device
00000500 27 n 01 cast_iron 0 002 @ 00000100 n 0000 #s 00000400 n 0000 | an alloy
00000600 05 n 01 Laika 0 002 @i 00000200 n 0000 #m 00000700 n 0000 | a dog in space
00000700 14 n 01 crew 0 001 %m 00000600 n 0000 | those aboard
"""
SENSES = """\
cast_iron%1:27:00:: 00000500 1 0
dog%1:05:00:: 00000200 1 42
dog%1:06:01:: 00000400 2 7
dog%2:38:00:: 00000900 1 2
laika%1:05:00:: 00000600 1 0
tail%1:05:00:: 00000300 1 3
canis_familiaris%1:05:00:: 00000200 1 0
crew%1:14:00:: 00000700 1 5
thing%1:03:00:: 00000100 1 90
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data.noun").write_text(NOUNS, encoding="utf-8")
    lines = SENSES.splitlines(keepends=True)
    (tmp_path / "index.sense").write_text("".join(reversed(lines)), encoding="utf-8")
    return tmp_path


@pytest.fixture
def nouns(folder):
    return wordnet.read(folder)


def test_a_synset_is_read_whole(nouns):
    dog = nouns.synsets[200]
    assert dog.lexname == "animal"
    assert dog.lemmas == ("dog", "Canis familiaris")
    assert dog.definition == "a barking animal; kept as a pet"
    assert dog.gloss.endswith('"the dog barked; it was loud"')
    assert (dog.hypernyms, dog.instance_of, dog.parts) == ((100,), (), (300,))


@pytest.mark.parametrize(
    ("offset", "relation", "expected"),
    [
        (300, "part_of", (200,)),
        (400, "substances", (500,)),
        (500, "substance_of", (400,)),
        (600, "instance_of", (200,)),
        (600, "member_of", (700,)),
        (700, "members", (600,)),
        (100, "hypernyms", ()),
    ],
)
def test_relations(nouns, offset, relation, expected):
    assert getattr(nouns.synsets[offset], relation) == expected


def test_senses_come_in_wordnets_order_with_counts_and_without_verbs(nouns):
    assert [(s.offset, s.count) for s in nouns.senses["dog"]] == [(200, 42), (400, 7)]
    assert [s.offset for s in nouns.lookup("Canis Familiaris")] == [200]
    assert nouns.lookup("unheard of") == ()


def test_ancestors_and_descendants_follow_kinds_and_instances(nouns):
    assert nouns.ancestors(600) == (600, 200, 100)
    assert nouns.descendants(200) == {200, 600}
    assert nouns.descendants(100) == {100, 200, 300, 400, 500, 600}


def test_what_cannot_be_read_is_named(folder, tmp_path):
    (folder / "data.noun").write_text(NOUNS + "garbage\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"data\.noun, line 9: .*'garbage'"):
        wordnet.read(folder)
    with pytest.raises(SourceError, match=r"holds data\.noun and index\.sense"):
        wordnet.read(tmp_path / "nowhere")


def pinned(archive, **changes):
    found = {"registry": "npm", "package": "p", "version": "1", "licence": "MIT", "use": "tests"}
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    return Source(**{**found, "sha256": digest, **changes})


@pytest.fixture(params=["p.tgz", "p.whl"])
def archive(request, tmp_path):
    path, inside = tmp_path / request.param, tmp_path / "inside.txt"
    inside.write_text("bytes", encoding="utf-8")
    if path.suffix == ".whl":
        with zipfile.ZipFile(path, "w") as out:
            out.write(inside, "package/inside.txt")
    else:
        with tarfile.open(path, "w:gz") as out:
            out.add(inside, "package/inside.txt")
    return path


@pytest.fixture
def offered(archive, tmp_path, monkeypatch):
    """Lists one source; ``download`` hands out ``archive`` and counts how often."""
    asked = []
    monkeypatch.setattr(places, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(sources, "listed", lambda: {"one": offered_source[0]})
    offered_source = [pinned(archive)]

    def download(source, folder):
        asked.append(source.package)
        return archive

    monkeypatch.setattr(sources, "download", download)
    return offered_source, asked


def test_an_archive_is_fetched_once(offered):
    folder = sources.fetch("one", echo=lambda _: None)
    assert (folder / "package" / "inside.txt").read_text() == "bytes"
    assert sources.fetch("one") == folder
    assert offered[1] == ["p"]


def test_another_hash_is_refused_and_leaves_nothing(offered, archive, tmp_path):
    offered[0][0] = pinned(archive, sha256="0" * 64)
    with pytest.raises(SourceError, match="expected sha256 0{64}, found .* it was not used"):
        sources.fetch("one")
    assert list((tmp_path / "cache" / "sources").iterdir()) == []


def test_an_unlisted_source_is_named():
    with pytest.raises(SourceError, match=r"Expected one of wordnet.*, found 'wordnett'"):
        sources.fetch("wordnett")


def test_npm_is_asked_for_where_it_is_missing(archive, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match=r"Expected npm.* Install Node\.js"):
        sources.download(pinned(archive), tmp_path)
