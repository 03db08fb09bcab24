"""P(yes) from a language model's next-token logits.

torch and transformers are imported inside the functions: a guesser that never
answers must not pay for them.
"""

from __future__ import annotations

import copy
import logging
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import architectures
from .prompts import BASE_MODEL_TEMPLATE, Template, get_template

log = logging.getLogger("twentyq")

MIN_PREFIX = 8
"""Tokens that prompts must share before the shared part is run once and kept."""


class LLMError(RuntimeError):
    """The model cannot be used here: missing or broken weights, or too old a library."""


@dataclass(frozen=True)
class NextToken:
    """A candidate for the next token and its probability."""

    text: str
    probability: float


def pick_device(device: str = "auto") -> str:
    """``auto`` is the first GPU where there is one, else the CPU."""
    import torch

    if device != "auto":
        return device
    return "cuda:0" if torch.cuda.is_available() else "cpu"


def pick_compute_dtype(device: str, dtype: str = "auto", weights: Path | None = None) -> Any:
    """The torch dtype to compute in.

    ``auto``: bfloat16 where the hardware multiplies it, float16 on older GPUs (a T4),
    float32 on older CPUs, where bfloat16 is emulated and a hundred times slower. Float32
    also on older GPUs if the architecture of ``weights`` overflows in float16.
    """
    import torch

    if dtype != "auto":
        return getattr(torch, dtype)
    if device.startswith("cuda"):
        major, _ = torch.cuda.get_device_capability(device)
        if major >= 8:
            return torch.bfloat16
        overflows = weights is not None and not architectures.of_weights(weights).float16
        return torch.float32 if overflows else torch.float16
    return torch.bfloat16 if _cpu_has_bfloat16() else torch.float32


def check_versions(made_with: dict[str, str], installed: Callable[[str], str]) -> None:
    """Raise LLMError if the weights were saved by a newer library generation than this one.

    Weights and tokenizers of transformers 5 load wrongly, or not at all, in 4: another
    major version (the first two numbers while it is 0) is refused, a newer one of the
    same is not. ``installed`` maps a distribution's name to its version.
    """
    for name, made in made_with.items():
        try:
            here = installed(name)
        except Exception:
            raise LLMError(
                f"The weights need {name} {made}, which is not installed here."
            ) from None
        if _generation(here) < _generation(made):
            raise LLMError(
                f"The weights were made with {name} {made}, but {here} is installed here, "
                "which cannot be trusted to read them."
            )


class YesNoModel:
    """A causal language model that is only ever asked for the next token."""

    def __init__(self, model: Any, tokenizer: Any, batch_size: int = 16):
        self.model = model
        self.tokenizer = tokenizer
        self.batch_size = batch_size
        self.yes_ids, self.no_ids = answer_tokens(tokenizer)
        self._prefix: tuple[tuple[int, ...], Any] | None = None

    @classmethod
    def load(
        cls,
        weights: Path,
        *,
        device: str = "auto",
        compute_dtype: str = "auto",
        batch_size: int = 16,
        unpack: str = "auto",
        trust_remote_code: bool = False,
    ) -> YesNoModel:
        """Load a folder that ``save_pretrained`` wrote.

        ``unpack``: on a CPU, bitsandbytes unpacks every 4-bit matrix anew at each call;
        ``auto`` unpacks them once instead where memory allows (same numbers, several
        times faster for single questions), ``never`` keeps them packed.
        Raises LLMError with one sentence if that fails.
        """
        if not (Path(weights) / "config.json").is_file():
            raise LLMError(f"There are no weights in {weights} (config.json is missing).")
        try:
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer
            from transformers.utils import logging as transformers_logging

            transformers_logging.disable_progress_bar()
            place = pick_device(device)
            dtype = pick_compute_dtype(place, compute_dtype, Path(weights))
            common = {"local_files_only": True, "trust_remote_code": trust_remote_code}
            tokenizer = AutoTokenizer.from_pretrained(weights, **common)
            model = AutoModelForCausalLM.from_pretrained(
                weights, dtype=dtype, device_map={"": place}, **common
            )
        except Exception as error:
            message = " ".join(str(error).split())[:300]
            raise LLMError(
                f"The weights in {weights} could not be loaded: {type(error).__name__}: {message}"
            ) from error
        model.eval()
        set_compute_dtype(model, dtype)
        if unpack == "auto" and place == "cpu" and dtype == torch.float32:
            unpack_linears(model)
        return cls(model, tokenizer, batch_size)

    def template(self, name: str) -> Template:
        """The named template, or the one for base models if there is no chat template."""
        template = get_template(name)
        if template.text or getattr(self.tokenizer, "chat_template", None):
            return template
        log.warning("No chat template: using the prompt %r for base models.", BASE_MODEL_TEMPLATE)
        return get_template(BASE_MODEL_TEMPLATE)

    def log_odds(
        self, prompts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """log P(yes) - log P(no) of the next token, float32 [n_prompts].

        Summed over every single-token spelling of yes and of no. What all prompts have in
        common is run once. ``progress`` is called with the number of prompts just done.
        """
        scores = self._last_logits(prompts, self._odds, progress)
        return np.asarray(scores, dtype=np.float32)

    def next_tokens(self, prompt: str, k: int = 10) -> list[NextToken]:
        """The ``k`` most probable next tokens, most probable first."""
        import torch

        def top(logits: Any) -> list[list[NextToken]]:
            values, ids = torch.softmax(logits, -1).topk(k, -1)
            return [
                [NextToken(self.tokenizer.decode([i]), p) for i, p in zip(row, probs, strict=True)]
                for row, probs in zip(ids.tolist(), values.tolist(), strict=True)
            ]

        return self._last_logits([prompt], top)[0]

    def _odds(self, logits: Any) -> list[float]:
        import torch

        yes = torch.logsumexp(logits[:, self.yes_ids], -1)
        no = torch.logsumexp(logits[:, self.no_ids], -1)
        return (yes - no).tolist()

    def _last_logits(
        self,
        prompts: Sequence[str],
        reduce: Callable[[Any], list],
        progress: Callable[[int], None] | None = None,
    ) -> list:
        """``reduce`` of the float32 logits [batch, vocabulary] after each prompt, in order."""
        if not prompts:
            return []
        rows = [self.tokenizer(p, add_special_tokens=False)["input_ids"] for p in prompts]
        prefix = self._shared_prefix(rows)
        # Neighbours in length share a batch: less padding.
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        results: list = [None] * len(rows)
        start, size = 0, self.batch_size
        while start < len(order):
            batch = order[start : start + size]
            try:
                logits = self._forward([rows[i] for i in batch], prefix)
            except Exception as error:
                if "OutOfMemory" not in type(error).__name__ or size == 1:
                    raise
                size = max(1, size // 2)
                log.warning("Out of memory: going on with batches of %d.", size)
                continue
            for i, value in zip(batch, reduce(logits), strict=True):
                results[i] = value
            start += len(batch)
            if progress:
                progress(len(batch))
        return results

    def _shared_prefix(self, rows: list[list[int]]) -> int:
        """How many leading tokens to take from the cache; runs and keeps them if need be."""
        if self._prefix is not None:
            kept = self._prefix[0]
            if all(len(row) > len(kept) and tuple(row[: len(kept)]) == kept for row in rows):
                return len(kept)
        first, last = min(rows), max(rows)
        limit = min(len(row) for row in rows) - 1
        shared = next((i for i in range(limit) if first[i] != last[i]), limit)
        # One prompt alone cannot tell instructions from question: nothing to keep.
        if len(rows) == 1 or shared < MIN_PREFIX:
            return 0
        self.keep_prefix(first[:shared])
        return shared

    def keep_prefix(self, tokens: Sequence[int]) -> None:
        """Run ``tokens`` once and keep their attention cache for prompts that start with them."""
        import torch

        ids = torch.tensor([list(tokens)], device=self.model.device)
        with torch.inference_mode():
            cache = self.model(input_ids=ids, use_cache=True, logits_to_keep=1).past_key_values
        self._prefix = (tuple(tokens), cache)

    def warm_up(self, template: Template) -> None:
        """Keep what every prompt of ``template`` starts with, before the first question."""
        self.log_odds([template.render(self.tokenizer, *pair) for pair in _WARM_UP_PAIRS])

    def _forward(self, rows: list[list[int]], prefix: int) -> Any:
        import torch

        width = max(len(row) for row in rows)
        device = self.model.device
        ids = torch.zeros((len(rows), width - prefix), dtype=torch.long)
        mask = torch.zeros((len(rows), width), dtype=torch.long)
        mask[:, :prefix] = 1
        # Padding stands between the shared prefix and the rest, so that every row ends in
        # the last column and one column of logits is enough.
        for i, row in enumerate(rows):
            rest = len(row) - prefix
            ids[i, width - prefix - rest :] = torch.tensor(row[prefix:])
            mask[i, width - rest :] = 1
        positions = (mask.cumsum(-1) - 1).clamp(min=0)[:, prefix:]
        cache = None
        if prefix:
            cache = copy.deepcopy(self._prefix[1])
            cache.batch_repeat_interleave(len(rows))
        with torch.inference_mode():
            output = self.model(
                input_ids=ids.to(device),
                attention_mask=mask.to(device),
                position_ids=positions.to(device),
                past_key_values=cache,
                use_cache=prefix > 0,
                logits_to_keep=1,
            )
        return output.logits[:, -1, :].float()


def answer_tokens(tokenizer: Any) -> tuple[list[int], list[int]]:
    """Ids of all single tokens that read "yes", and that read "no", whatever the case or space.

    A word without one is represented by the first tokens of its spellings, less those that
    begin the other word too: their probability includes other words with that beginning,
    which the calibration allows for. Raises LLMError if nothing tells the two apart.
    """
    found: dict[str, list[int]] = {"yes": [], "no": []}
    for token, index in tokenizer.get_vocab().items():
        # Byte-level vocabularies write a leading space as G with a dot, sentencepiece as a bar.
        word = token.strip("\u0120\u2581 ").lower()
        if word in found and tokenizer.decode([index]).strip().lower() == word:
            found[word].append(index)
    if not (found["yes"] and found["no"]):
        first = {word: _first_tokens(tokenizer, word) for word in found}
        shared = first["yes"] & first["no"]
        found = {word: ids or list(first[word] - shared) for word, ids in found.items()}
    if not (found["yes"] and found["no"]):
        raise LLMError("The tokenizer has no token that tells yes from no.")
    return sorted(found["yes"]), sorted(found["no"])


def _first_tokens(tokenizer: Any, word: str) -> set[int]:
    """What the spellings of a word begin with; a token that is only a space is passed over."""
    spellings = [form(word) for form in (str.lower, str.capitalize, str.upper)]
    found = set()
    for text in (*spellings, *(f" {spelling}" for spelling in spellings)):
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        found.update([i for i in ids if tokenizer.decode([i]).strip()][:1])
    return found - {tokenizer.unk_token_id}


def set_compute_dtype(model: Any, dtype: Any) -> int:
    """Make a loaded model compute in ``dtype``; returns the number of its 4-bit layers.

    What was saved with the weights is the dtype of the machine that made them, and a
    quantised checkpoint keeps it whatever ``from_pretrained`` is asked for.
    """
    for parameter in model.parameters():
        if parameter.is_floating_point():
            parameter.data = parameter.data.to(dtype)
    layers = [m for m in model.modules() if type(m).__name__ == "Linear4bit"]
    for layer in layers:
        layer.compute_dtype = dtype
        layer.compute_type_is_set = True
    return len(layers)


def unpack_linears(model: Any) -> bool:
    """Replace 4-bit layers on the CPU by float32 ones with the same values, if memory allows."""
    import torch

    layers = [
        (parent, name, child)
        for parent in model.modules()
        for name, child in parent.named_children()
        if type(child).__name__ == "Linear4bit"
    ]
    if not layers:
        return False
    needed = sum(4 * math.prod(child.weight.quant_state.shape) for _, _, child in layers)
    if needed * 1.25 > _available_memory():
        return False
    from bitsandbytes.functional import dequantize_4bit

    for parent, name, child in layers:
        # As the packed layer does it: unpacked straight to float32, without rounding to 16 bits.
        child.weight.quant_state.dtype = torch.float32
        weight = dequantize_4bit(child.weight.data, child.weight.quant_state)
        plain = torch.nn.Linear(
            weight.shape[1], weight.shape[0], bias=child.bias is not None, device="meta"
        )
        plain.weight = torch.nn.Parameter(weight, requires_grad=False)
        if child.bias is not None:
            plain.bias = torch.nn.Parameter(child.bias.data.float(), requires_grad=False)
        setattr(parent, name, plain)
    return True


_WARM_UP_PAIRS = (("Apple", "Is it red?"), ("Stone", "Can you eat it?"), ("zebra", "Does it fly?"))


def _generation(version: str) -> tuple[int, ...]:
    numbers = [int(n) for n in re.findall(r"\d+", version)[:2]] + [0, 0]
    return (numbers[0],) if numbers[0] else (0, numbers[1])


def _cpu_has_bfloat16() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def _available_memory() -> int:
    """Bytes that can be had without swapping; 0 where the system does not say."""
    try:
        text = Path("/proc/meminfo").read_text()
    except OSError:
        return 0
    found = re.search(r"MemAvailable:\s+(\d+) kB", text)
    return int(found.group(1)) * 1024 if found else 0
