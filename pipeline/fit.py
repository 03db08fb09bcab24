"""Will it fit? What a model needs on a machine, told before anything large is downloaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from . import configs
from .errors import ParamsError, PipelineError, WeightsError
from .machines import Machine, machine
from .params import RunParams, load_model
from .places import ROOT, human
from .sizing import QUANT_TYPES, EmptyModel, file_bytes

DEFAULT = ROOT / "params" / "default.yaml"
HOST_BASE = 350_000_000
"""Main memory of a process with torch, transformers and bitsandbytes imported (measured)."""
CUDA_HOST = 1_500_000_000
"""Main memory that CUDA's libraries take besides (an allowance, not measured)."""
CONTEXT = 500_000_000
"""Memory of a card that CUDA itself, its libraries and kernels take (an allowance)."""
PASS_TOKENS = 512
"""New tokens in one forward pass, unless told otherwise (``hardware.pass_tokens``)."""
TIGHT = 0.08
"""A margin below this fraction of the card is called tight: memory fragments."""
SURE = 1.1
"""More than this part of what a machine has is certainly too much: estimates of peaks err."""
SUBMISSION_LIMIT = 20_000_000_000
"""Bytes of a submission made from a Kaggle notebook."""


@dataclass(frozen=True)
class Fit:
    """What a model needs on a machine, in bytes.

    ``pass_tokens``: new tokens in one forward pass; ``tokens``: of the longest prompt, and at
    most as many instructions are kept; ``wanted_dtype``: to compute in, "auto" is the machine's.
    """

    found: configs.Found
    model: EmptyModel
    machine: Machine
    quant_type: str = "nf4"
    double_quant: bool = True
    pass_tokens: int = PASS_TOKENS
    tokens: int = field(default_factory=configs.longest_prompt)
    wanted_dtype: str = "auto"

    @cached_property
    def compute_dtype(self) -> str:
        if self.wanted_dtype != "auto":
            return self.wanted_dtype
        return self.machine.compute_dtype(self.architecture.float16)

    @property
    def architecture(self) -> Any:
        from twentyq.architectures import of_type

        return of_type(self.found.config.get("model_type"))

    @property
    def width(self) -> int:
        return 4 if self.compute_dtype == "float32" else 2

    @cached_property
    def disk(self) -> int:
        """Of model.safetensors; tokenizer and configuration add a few megabytes."""
        return file_bytes(self.model.tensors(self.quant_type, self.double_quant))

    @cached_property
    def weights(self) -> int:
        tensors = self.model.tensors(self.quant_type, self.double_quant)
        return sum(tensor.card_bytes(self.width) for tensor in tensors)

    @cached_property
    def widening(self) -> int:
        """The largest unquantised matrix once more, where it is converted on the card."""
        tensors = self.model.tensors(self.quant_type, self.double_quant)
        return max((t.bytes for t in tensors if t.cast), default=0) if self.width == 4 else 0

    @property
    def cache(self) -> int:
        return self.model.shape.cache_bytes(self.tokens + self.pass_tokens, self.width)

    @property
    def working(self) -> int:
        shape = self.model.shape
        return max(shape.working_bytes(self.pass_tokens, self.tokens, self.width), self.widening)

    @property
    def context(self) -> int:
        return CONTEXT if self.machine.cuda else HOST_BASE

    @property
    def needed(self) -> int:
        return self.context + self.weights + self.cache + self.working

    @property
    def margin(self) -> int:
        return self.machine.memory - self.needed

    @property
    def download(self) -> int:
        """Bytes; from the number of parameters in 16 bits where the hub was not asked."""
        known = self.found.download
        return 2 * self.model.parameters if known is None else known

    @property
    def host_peak(self) -> int:
        """Main memory while quantising, which goes tensor by tensor, shard by shard.

        On the CPU it holds the quantised model, and then the one that was read back; on a
        card at most the saved file's bytes. Pages of the 16-bit files that the system caches
        are not counted: it gives them up when memory is short. A GGUF file is first unpacked
        to 16 bits, in memory, and copied.
        """
        if self.found.gguf:
            return HOST_BASE + 4 * self.model.parameters
        if self.machine.cuda:
            return HOST_BASE + CUDA_HOST + self.disk
        return HOST_BASE + self.weights + max(self.widening, 4 * self.model.shape.largest_matrix)

    @property
    def load_seconds(self) -> float:
        return self.machine.load_start + self.disk / self.machine.load_rate

    @property
    def largest(self) -> float:
        """About how many parameters would fit in the same settings."""
        room = self.machine.memory - (self.needed - self.weights)
        return max(0.0, self.model.parameters * room / self.weights)

    def remedy(self) -> str:
        """The smallest change that makes it fit, in words."""
        if self.quant_type in ("int8", "none"):
            four = replace(self, quant_type="nf4", double_quant=True)
            if four.margin >= 0:
                return f"4 bits (quantize.quant_type=nf4) need {human(four.needed)}"
        if not self.double_quant and replace(self, double_quant=True).margin >= 0:
            return "double quantisation (quantize.double_quant=true) is enough"
        fewer = self.pass_tokens
        while fewer > self.tokens:
            fewer = max(fewer // 2, self.tokens)
            if replace(self, pass_tokens=fewer).margin >= 0:
                return f"fewer tokens a pass (hardware.pass_tokens={fewer}) are enough"
        return f"choose a model of at most about {self.largest / 1e9:.0f} billion parameters"

    def verdict(self) -> str:
        """One sentence or two: does it fit, with what margin, and what to change."""
        where = f"{human(self.needed)} of {human(self.machine.memory)} of the {self.machine.label}"
        if self.margin < 0:
            text = f"Does not fit: it needs {where}; {self.remedy()}."
        elif self.margin < TIGHT * self.machine.memory:
            text = f"Fits, but tightly: {where}, {human(self.margin)} to spare; {self._ease()}."
        else:
            text = f"Fits: {where}, {human(self.margin)} to spare."
        if self.host_peak > self.machine.host:
            text += f" {self._host_shortage()}"
        if self.disk > SUBMISSION_LIMIT:
            text += f" A submission may have {human(SUBMISSION_LIMIT)}: take fewer bits."
        return text

    def _host_shortage(self) -> str:
        return (
            f"Quantising needs {human(self.host_peak)} of main memory, but there are "
            f"{human(self.machine.host)}: take a smaller model, or a machine with more."
        )

    def too_large(self) -> str | None:
        """What the machine certainly lacks, to run the model or to quantise it, and a remedy."""
        if self.needed > SURE * self.machine.memory:
            return self.verdict()
        return self._host_shortage() if self.host_peak > SURE * self.machine.host else None

    def _ease(self) -> str:
        if self.quant_type in ("int8", "none"):
            return "4 bits leave more room"
        return "fewer tokens a pass (hardware.pass_tokens) leave more room"

    def notes(self) -> list[str]:
        """What is peculiar to the model, one sentence each."""
        row, found = self.architecture, []
        if self.machine.remark:
            found.append(self.machine.remark)
        if not row.float16:
            rest = "without bfloat16 it computes in float32"
            if self.compute_dtype == "float16":
                rest = "set hardware.compute_dtype=auto, which takes float32 where it must"
            found.append(f"{row.models} overflows in float16: {rest}")
        if not row.system_role:
            found.append("its template may refuse a system role: the prompt goes to the user then")
        if row.thinking:
            found.append("thinking is switched off (enable_thinking=False)")
        if row.soft_cap:
            found.append("attention logits are capped: transformers' eager attention is used")
        if not self.model.packs:
            found.append("its prompts cannot share a pass: they run one by one, which is slow")
        if not self.machine.cuda and self.width == 4:
            room = human(5 * self.model.parameters)
            found.append(f"4-bit layers are unpacked for speed where {room} are free")
        return [*found, *self.found.warnings]

    def rows(self) -> list[tuple[str, str]]:
        """Names and values for a table."""
        model, shape = self.model, self.model.shape
        kinds = [replace(self, quant_type=kind) for kind in ("nf4", "int8", "none")]
        bits = list(zip(("4 bits", "8 bits", "16 bits"), kinds, strict=True))
        about = "about " if self.found.download is None else ""
        tied = "tied" if shape.tied else "not tied"
        assumed = " (assumed, not measured)" if self.machine.cuda else ""
        return [
            ("model", self.found.described),
            ("parameters", f"{model.parameters / 1e9:.2f} billion, embeddings {tied}"),
            ("architecture", f"{shape.model_type} ({self.architecture.models})"),
            ("download", f"{about}{human(self.download)}"),
            ("on disk", ", ".join(f"{label} {human(fit.disk)}" for label, fit in bits)),
            ("in memory", ", ".join(f"{label} {human(fit.weights)}" for label, fit in bits)),
            ("on a", f"{self.machine.label}: {self.quant_label}, {self.compute_dtype}"),
            ("weights", human(self.weights)),
            ("KV cache", f"{human(self.cache)} ({self.tokens} + {self.pass_tokens} tokens)"),
            ("working memory", human(self.working)),
            ("CUDA" if self.machine.cuda else "libraries", human(self.context)),
            ("together", f"{human(self.needed)} of {human(self.machine.memory)}"),
            ("main memory", f"{human(self.host_peak)} of {human(self.machine.host)} to quantise"),
            ("loads in", f"about {self.load_seconds:.0f} s{assumed}"),
        ]

    @property
    def quant_label(self) -> str:
        double = self.double_quant and self.quant_type in ("nf4", "fp4")
        return f"{self.quant_type}{' with double quantisation' if double else ''}"

    def text(self) -> str:
        """The table, the notes and the verdict as lines."""
        rows = [*self.rows(), *(("note", note) for note in self.notes())]
        lines = [f"{name:<15} {value}" for name, value in rows]
        return "\n".join([*lines, "", self.verdict()])


def fit_named(name: str, overrides: Sequence[str] = (), **settings: Any) -> Fit:
    """A fit for a model named by its id, a folder, a Kaggle handle or a parameters file.

    ``overrides`` are key=value, as of ``--set``; ``settings`` that are None are left to the
    parameters.
    """
    implied = of_params(load_model(name, DEFAULT, overrides)[1])
    return fit(**{**implied, **{k: v for k, v in settings.items() if v is not None}})


def of_params(params: RunParams) -> dict[str, Any]:
    """What ``fit`` takes of a run's parameters."""
    model = params.model
    return {
        "source": model.source,
        "model_id": model.id,
        "path": model.path,
        "gguf": model.gguf and model.gguf.model_dump(),
        "revision": model.revision,
        "trust_remote_code": model.trust_remote_code,
        "quant_type": params.quantize.quant_type,
        "double_quant": params.quantize.double_quant,
        "pass_tokens": params.hardware.pass_tokens,
        "compute_dtype": params.hardware.compute_dtype,
    }


def preview(compute_dtype: str = "auto", **settings: Any) -> str:
    """For a notebook: what ``fit`` finds for the server's T4, and the verdict for this machine.

    A model whose size cannot be known before it is downloaded is no error here.
    """
    try:
        server, here = there_and_here(**settings, compute_dtype=compute_dtype)
    except configs.SizeUnknown as error:
        return f"Its size is known only when it is here. {error}"
    return f"{server.text()}\nHere, {PASS_TOKENS} tokens a pass: {here.verdict()}"


def there_and_here(
    *,
    device: str = "auto",
    compute_dtype: str = "auto",
    pass_tokens: int = PASS_TOKENS,
    **settings: Any,
) -> tuple[Fit, Fit]:
    """For the server's T4, and for this machine (its ``device``).

    The server asks one question a turn, this machine many at a time, and in ``compute_dtype``;
    an agent picks the one that suits the machine it plays on.
    """
    server = fit(**settings, gpu="t4", pass_tokens=configs.longest_prompt())
    place = machine("cpu" if device == "cpu" else "auto")
    here = replace(server, machine=place, pass_tokens=pass_tokens, wanted_dtype=compute_dtype)
    return server, here


def foresee(params: RunParams, echo: Callable[[str], None]) -> None:
    """Before a run's weights are made: both verdicts, one line each, or that they are not known.

    Raises WeightsError if the model cannot be used, or if this machine lacks the memory for it
    and ``hardware.stop_if_too_large`` is true.
    """
    try:
        server, here = there_and_here(**of_params(params), device=params.hardware.device)
    except configs.SizeUnknown as error:
        echo(f"will it fit? Not known before the download. {error}")
        return
    echo(f"will it fit? On the server: {server.verdict()}")
    echo(f"will it fit? Here: {here.verdict()}")
    lacking = here.too_large()
    if lacking and params.hardware.stop_if_too_large:
        raise WeightsError(
            f"{here.found.name} is too large for this machine. {lacking} To try all the same: "
            "--set hardware.stop_if_too_large=false (with make: SET=...)."
        )


def one_line(found: Fit) -> str:
    """Model, parameters, disk, memory needed and the verdict's first word."""
    word = found.verdict().split(":")[0]
    return (
        f"{found.found.name:<40} {found.model.parameters / 1e9:6.2f}e9  disk {human(found.disk):>8}"
        f"  needs {human(found.needed):>8} of {human(found.machine.memory)}  {word}"
    )


def lines(models: Sequence[str], overrides: Sequence[str], **settings: Any) -> Iterator[str]:
    """One line for each model, as ``fit_named`` takes it; raises PipelineError after the last
    if one of them cannot be sized."""
    failed = []
    for name in models:
        try:
            yield one_line(fit_named(name, overrides, **settings))
        except PipelineError as error:
            failed.append(name)
            yield f"{name:<40} {' '.join(str(error).split())}"
    if failed:
        raise PipelineError(
            f"{len(failed)} of {len(models)} models cannot be sized: {', '.join(failed)}. The "
            "reasons stand above."
        )


def fit(
    *,
    source: str,
    model_id: str,
    revision: str = "main",
    path: str | None = None,
    gguf: dict[str, Any] | str | None = None,
    trust_remote_code: bool = False,
    gpu: str = "t4",
    quant_type: str = "nf4",
    double_quant: bool = True,
    pass_tokens: int = PASS_TOKENS,
    compute_dtype: str = "auto",
    tokens: int | None = None,
) -> Fit:
    """Find the configuration, make the empty model and add up. Raises PipelineError."""
    if quant_type not in QUANT_TYPES:
        raise ParamsError(f"There is no {quant_type!r}; there are {', '.join(QUANT_TYPES)}.")
    place = machine(gpu)
    found = configs.find(
        source=source,
        model_id=model_id,
        revision=revision,
        path=path,
        gguf=gguf,
        trust_remote_code=trust_remote_code,
    )
    model = EmptyModel(found)
    tokens = tokens or configs.longest_prompt()
    return Fit(found, model, place, quant_type, double_quant, pass_tokens, tokens, compute_dtype)
