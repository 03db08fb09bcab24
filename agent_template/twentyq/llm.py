"""P(yes) from a language model's next-token logits.

torch and transformers are imported inside the functions: a guesser that never
answers must not pay for them.
"""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from . import architectures
from .late import notice_late_libraries
from .memory import is_out_of_memory
from .notices import Notices
from .packing import EMPTY, Packed, pack, passes, shared
from .prompts import BASE_MODEL_TEMPLATE, Template, get_template

PASS_TOKENS = 512
"""New tokens in one forward pass: enough to keep the machine busy, little enough to fit."""


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
        if generation(here) < generation(made):
            raise LLMError(
                f"The weights were made with {name} {made}, but {here} is installed here; "
                f"{'.'.join(map(str, generation(made)))} or later is needed to read them."
            )


class _Enough(Exception):
    """Raised inside a forward pass once all that was asked for is there."""


class YesNoModel:
    """A causal language model that is only ever asked for the next token."""

    def __init__(self, model: Any, tokenizer: Any, pass_tokens: int = PASS_TOKENS):
        self.model = model
        self.tokenizer = tokenizer
        self.pass_tokens = pass_tokens
        self.yes_ids, self.no_ids = answer_tokens(tokenizer)
        self._window = architectures.window(model.config.get_text_config())
        self.packs = architectures.packs(model)
        self._kept, self._cache, self._depth = EMPTY, None, 0
        self._templates: dict[str, Template] = {}
        self._notices = Notices()

    @classmethod
    def load(
        cls,
        weights: Path,
        *,
        device: str = "auto",
        compute_dtype: str = "auto",
        pass_tokens: int = PASS_TOKENS,
        unpack: str = "auto",
        trust_remote_code: bool = False,
    ) -> YesNoModel:
        """Load a folder that ``save_pretrained`` wrote.

        ``unpack``: on a CPU, bitsandbytes unpacks every 4-bit matrix anew at each call;
        ``auto`` unpacks each once instead where memory allows (same numbers, several
        times faster for single questions; see ``linears``), ``never`` keeps them packed.
        Raises LLMError with one sentence if that fails.
        """
        if not (Path(weights) / "config.json").is_file():
            raise LLMError(f"There are no weights in {weights} (config.json is missing).")
        try:
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer
            from transformers.utils import logging as transformers_logging

            transformers_logging.disable_progress_bar()
            # At every multiplication of an 8-bit layer, unless the model computes in float16.
            logging.getLogger("bitsandbytes.autograd._functions").setLevel(logging.ERROR)
            notice_late_libraries()
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
            from .linears import lay_out

            lay_out(model)
        loaded = cls(model, tokenizer, pass_tokens)
        loaded.packs = loaded.packs and architectures.packs_as_measured(Path(weights))
        return loaded

    def template(self, name: str) -> Template:
        """The named template, or the one for base models if there is no chat template."""
        template = self._template(name)
        if self.can_use(template):
            return template
        self._notices.warn(
            "No chat template: using the prompt %r for base models.", BASE_MODEL_TEMPLATE
        )
        return self._template(BASE_MODEL_TEMPLATE)

    def _template(self, name: str) -> Template:
        """The named template; the file is read only for a name that was not asked for before."""
        if name not in self._templates:
            self._templates[name] = get_template(name)
        return self._templates[name]

    def can_use(self, template: Template) -> bool:
        """Whether it is raw text, or the model has a chat template for its turns."""
        return bool(template.text or getattr(self.tokenizer, "chat_template", None))

    def log_odds(
        self, prompts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """log P(yes) - log P(no) of the next token, float32 [n_prompts].

        Summed over every single-token spelling of yes and of no. What prompts have in common
        is run once a pass. ``progress`` is called with the number of prompts just done.
        """
        return self.read(prompts, progress=progress)[0]

    def read(
        self,
        prompts: Sequence[str],
        layers: Sequence[int] = (),
        *,
        odds: bool = True,
        progress: Callable[[int], None] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Log-odds of yes, and what the model has in mind before it answers.

        Returns float32 [n_prompts] (NaN unless ``odds``) and the residual stream after each of
        ``layers`` (1 is the first) at the prompt's last token, float32 [n_prompts, n_layers,
        width]. Without ``odds`` the layers after the last one asked for are not run.
        """
        wanted = tuple(layers)
        log_odds = np.full(len(prompts), np.nan, np.float32)
        streams = np.zeros((len(prompts), len(wanted), self.width), np.float32)
        for batch, logits, hidden in self._passes(prompts, wanted, odds, progress):
            if odds:
                log_odds[batch] = self._odds(logits)
            for column, layer in enumerate(wanted):
                streams[batch, column] = hidden[layer].float().cpu().numpy()
        return log_odds, streams

    def next_tokens(self, prompt: str, k: int = 10) -> list[NextToken]:
        """The ``k`` most probable next tokens, most probable first."""
        import torch

        ((_, logits, _),) = self._passes([prompt])
        values, ids = torch.softmax(logits[0], -1).topk(k)
        return [
            NextToken(self.tokenizer.decode([i]), p)
            for i, p in zip(ids.tolist(), values.tolist(), strict=True)
        ]

    @property
    def n_layers(self) -> int:
        return len(self._layers)

    @property
    def width(self) -> int:
        return self.model.config.get_text_config().hidden_size

    @cached_property
    def _layers(self) -> Any:
        """The decoder layers, first to last, by whatever name the architecture has for them."""
        count = self.model.config.get_text_config().num_hidden_layers
        for module in self.model.get_decoder().modules():
            if type(module).__name__ == "ModuleList" and len(module) == count:
                return module
        raise LLMError(f"{type(self.model).__name__} has no list of its {count} layers to read.")

    def _odds(self, logits: Any) -> list[float]:
        import torch

        yes = torch.logsumexp(logits[:, self.yes_ids], -1)
        no = torch.logsumexp(logits[:, self.no_ids], -1)
        return (yes - no).tolist()

    def _passes(
        self,
        prompts: Sequence[str],
        layers: tuple[int, ...] = (),
        odds: bool = True,
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[tuple[list[int], Any, dict[int, Any]]]:
        """(indices of prompts, float32 logits [batch, vocabulary], streams by layer) in turns."""
        rows = [self.tokenizer(p, add_special_tokens=False)["input_ids"] for p in prompts]
        waiting = list(range(len(rows)))
        while waiting:
            done: set[int] = set()
            kept = self._usable(layers, odds)
            for group in passes([rows[i] for i in waiting], kept, self.pass_tokens):
                batch = [waiting[g] for g in group]
                found = self._fitting([rows[i] for i in batch], layers, odds)
                if found is None:
                    break
                yield batch, *found
                done.update(batch)
                if progress:
                    progress(len(batch))
            waiting = [i for i in waiting if i not in done]

    def _fitting(
        self, rows: list[list[int]], layers: tuple[int, ...], odds: bool
    ) -> tuple[Any, dict[int, Any]] | None:
        """One pass; None if memory ran out, and the next one is to have half as many rows.

        A single row is tried once more, without what is kept.
        """
        try:
            return self._forward(rows, layers, odds)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        # Outside of ``except``, where the error would still hold what the pass had computed.
        if len(rows) == 1:
            self._notices.warn("Out of memory for one question: going on without the kept prompts.")
            self._forget()
            return self._forward(rows, layers, odds)
        self._notices.warn("Out of memory: going on with fewer tokens a pass.")
        half = pack(rows[: len(rows) // 2], self._usable(layers, odds))
        # One less at least, because rows that are alike take no tokens more than one of them.
        self.pass_tokens = min(self.pass_tokens - 1, len(half.tokens))
        _empty_cuda_cache()
        return None

    def warm_up(self, templates: Sequence[Template], depth: int = 0) -> None:
        """Run what every prompt of each template starts with once, and keep it if memory allows.

        ``depth``: the layers that are going to be used (0: all); later ones are not run.
        """
        prefixes = []
        for template in templates:
            prompts = [template.render(self.tokenizer, *pair) for pair in _WARM_UP_PAIRS]
            rows = sorted(self.tokenizer(prompts, add_special_tokens=False)["input_ids"])
            prefixes.append(rows[0][: shared(rows[0], rows[-1])])
        try:
            self.keep(prefixes, depth)
            return
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        self._notices.warn("Out of memory for the prompts' beginnings: they are run every time.")
        self._forget()

    def keep(self, prefixes: Sequence[Sequence[int]], depth: int = 0) -> None:
        """Run token sequences once and keep their attention cache, in place of what was kept.

        A model with a sliding window keeps only as many as the window holds together, and one
        whose prompts are run alone keeps none.
        """
        from transformers import DynamicCache

        packed = pack([p for p in prefixes if len(p) and self.packs])
        while self._window and len(packed.tokens) >= self._window:
            prefixes = prefixes[:-1]
            packed = pack([p for p in prefixes if len(p)])
        self._forget()
        if not len(packed.tokens):
            return
        depth = depth or self.n_layers
        cache = DynamicCache(config=self.model.config.get_text_config())
        inputs = self._inputs(packed) | {"past_key_values": cache, "use_cache": True}
        self._run(inputs, [len(packed.tokens) - 1], (depth,), odds=depth == self.n_layers)
        self._kept, self._cache, self._depth = packed, cache, depth

    def _forget(self) -> None:
        """Drop what is kept and give its memory back."""
        self._kept, self._cache, self._depth = EMPTY, None, 0
        _empty_cuda_cache()

    def _usable(self, layers: tuple[int, ...], odds: bool) -> Packed:
        """What is kept, if it reaches as deep as what is asked for."""
        return self._kept if (self.n_layers if odds else max(layers)) <= self._depth else EMPTY

    def _forward(
        self, rows: list[list[int]], layers: tuple[int, ...], odds: bool
    ) -> tuple[Any, dict[int, Any]]:
        """float32 logits [len(rows), vocabulary] and streams after the last token of each row."""
        import torch

        if not self.packs or (self._window and max(map(len, rows)) > self._window):
            # A packed row may see all that is before it; a window that is shorter may not.
            alone = [self._run(self._alone(row), [len(row) - 1], layers, odds) for row in rows]
            logits = torch.cat([one[0] for one in alone]) if odds else None
            return logits, {n: torch.cat([one[1][n] for one in alone]) for n in layers}
        kept = self._usable(layers, odds)
        packed = pack(rows, kept)
        inputs = self._inputs(packed)
        if kept is not EMPTY:
            inputs |= {"past_key_values": copy.deepcopy(self._cache), "use_cache": True}
        return self._run(inputs, packed.ends, layers, odds)

    def _run(
        self, inputs: dict[str, Any], ends: Sequence[int], layers: tuple[int, ...], odds: bool
    ) -> tuple[Any, dict[int, Any]]:
        import torch

        columns = torch.tensor(ends, device=self.model.device)
        streams: dict[int, Any] = {}

        def keep(layer: int) -> Callable[..., None]:
            def hook(_module: Any, _inputs: Any, output: Any) -> None:
                whole = output[0] if isinstance(output, tuple) else output
                streams[layer] = whole[0, columns]
                if not odds and layer == max(layers):
                    raise _Enough

            return hook

        hooks = [self._layers[n - 1].register_forward_hook(keep(n)) for n in layers]
        try:
            # One column of logits per row: those of a whole vocabulary for every token are large.
            with torch.inference_mode():
                output = self.model(**{"use_cache": False, **inputs}, logits_to_keep=columns)
            return output.logits[0].float(), streams
        except _Enough:
            return None, streams
        finally:
            for hook in hooks:
                hook.remove()

    def _alone(self, row: list[int]) -> dict[str, Any]:
        import torch

        return {"input_ids": torch.tensor([row], device=self.model.device)}

    def _inputs(self, packed: Packed) -> dict[str, Any]:
        import torch

        hidden = torch.from_numpy(~packed.visible).to(self.model.device)
        mask = torch.zeros(hidden.shape, dtype=self.model.dtype, device=self.model.device)
        mask.masked_fill_(hidden, torch.finfo(mask.dtype).min)
        return {
            "input_ids": torch.from_numpy(packed.tokens)[None].to(self.model.device),
            "position_ids": torch.from_numpy(packed.depths)[None].to(self.model.device),
            "attention_mask": mask[None, None],
        }


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
    import torch

    for parameter in model.parameters():
        if parameter.is_floating_point():
            parameter.data = parameter.data.to(dtype)
    layers = [m for m in model.modules() if type(m).__name__ == "Linear4bit"]
    for layer in layers:
        layer.compute_dtype = dtype
        layer.compute_type_is_set = True
        # That layout rounds to 16 bits, whatever the dtype.
        if layer.out_features % _BLOCK or dtype != torch.bfloat16:
            layer.support_avx512bf16_for_cpu = False
    return len(layers)


_BLOCK = 32
"""Rows that bitsandbytes lays out together for a CPU with AVX512-BF16; it fails at a matrix that
does not have a multiple of them."""


_WARM_UP_PAIRS = (("Apple", "Is it red?"), ("Stone", "Can you eat it?"), ("zebra", "Does it fly?"))


def generation(version: str) -> tuple[int, ...]:
    """What decides whether a library reads what another version of it saved.

    The major version, or the first two numbers while it is 0: (5,), (0, 50).
    """
    numbers = [int(n) for n in re.findall(r"\d+", version)[:2]] + [0, 0]
    return (numbers[0],) if numbers[0] else (0, numbers[1])


def _empty_cuda_cache() -> None:
    import torch

    torch.cuda.empty_cache()


def _cpu_has_bfloat16() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
