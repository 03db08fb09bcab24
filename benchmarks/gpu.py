"""A model of 8 billion parameters on a GPU, side by side with the starter's loop.

    python benchmarks/gpu.py -o benchmarks/gpu.md                 # random weights, Llama 3's shape
    python benchmarks/gpu.py -o benchmarks/gpu.md --run default   # and a real model, GPU and CPU
    python benchmarks/gpu.py -o gpu.md --device cpu --shape tiny  # does it work at all?

Nothing is downloaded. The weights are made on the device and written to a scratch folder
(TMPDIR; 23 GB for 8 billion parameters), then quantised, loaded and asked as any model is.
Figures do not depend on what the weights are; what the answers are worth, `--run` shows.
"""

from __future__ import annotations

import argparse
import csv
import gc
import importlib.metadata
import json
import math
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from answers import ROOT, keywords, questions

SHAPES = {"8b": {}, "tiny": {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2}}
MODEL = "meta-llama/Meta-Llama-3-8B-Instruct"
"""The row of data/model_configs.yaml that gives the shape."""
SHARD = 4 << 30
"""Bytes of random weights to make and write at once."""
CHAT = (
    "<bos>{% for m in messages %}<head>{{ m['role'] }}</head>\n\n{{ m['content'] | trim }}<eot>"
    "{% endfor %}{% if add_generation_prompt %}<head>assistant</head>\n\n{% endif %}"
)
"""A chat template of Llama 3's shape."""
SPECIALS = ["<bos>", "<eot>", "<head>", "</head>"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--out", type=Path, required=True, help="markdown to write")
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--shape", choices=SHAPES, default="8b")
    parser.add_argument("--run", metavar="NAME", help="a finished run, on the device and the CPU")
    parser.add_argument("--pairs", type=int, default=100, help="labelled ones, for --run")
    parser.add_argument("--keywords", type=int, default=20)
    parser.add_argument("--questions", type=int, default=90)
    parser.add_argument("--sample", type=int, default=40, help="prompts of the slow ways")
    parser.add_argument("--pass-tokens", type=int, nargs="+", default=[512, 2048, 8192])
    chosen = parser.parse_args()

    from pipeline.environment import prepare

    prepare()
    import torch

    from pipeline.errors import PipelineError
    from pipeline.places import run_folder, write_text
    from pipeline.weights import read_manifest

    cuda = chosen.device.startswith("cuda")
    if not cuda and chosen.shape != "tiny":
        sys.exit("On a CPU that takes days: add --shape tiny, or name a GPU.")
    if cuda and not torch.cuda.is_available():
        sys.exit(
            "There is no CUDA device here: run it on a machine with a GPU and a CUDA build of "
            "torch, or with --device cpu --shape tiny to see that it works."
        )
    try:
        if chosen.run:
            # Before minutes are spent on the other model.
            read_manifest(run_folder(chosen.run) / "weights")
        lines = [*machine(chosen.device), *shaped(chosen)]
        if chosen.run:
            lines += real(chosen)
    except PipelineError as error:
        sys.exit(f"Error: {error}")
    write_text(chosen.out, "\n".join(lines) + "\n")
    print(f"wrote {chosen.out}")


def machine(device: str) -> list[str]:
    """Where and with what, as the head of the page."""
    import torch

    name = f"{processor()}, {torch.get_num_threads()} threads"
    if device.startswith("cuda"):
        card = torch.cuda.get_device_properties(device)
        memory = f"{card.total_memory / 2**30:.1f} GiB"
        name = f"{card.name}, {memory}, CUDA {torch.version.cuda}, beside {name}"
    packages = ("torch", "transformers", "bitsandbytes")
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in packages)
    today = datetime.now(UTC).date().isoformat()
    return [
        f"# On {name}",
        f"`python benchmarks/gpu.py {' '.join(sys.argv[1:])}`, {today}; "
        f"Python {platform.python_version()}, {versions}.",
    ]


def processor() -> str:
    """The CPU's name where the system tells it."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        text = ""
    found = re.search(r"model name\s*: (.+)", text)
    return found[1] if found else platform.machine()


def shaped(chosen: argparse.Namespace) -> list[str]:
    """A random model of the shape: quantised, loaded and asked."""
    import torch

    from pipeline import places, weights
    from twentyq.llm import YesNoModel
    from twentyq.prompts import get_template

    pairs = [(k, q) for k in keywords(chosen.keywords) for q in questions(chosen.questions)]
    with tempfile.TemporaryDirectory(prefix="twentyq-gpu-") as scratch:
        plain, packed = Path(scratch) / "plain", Path(scratch) / "weights"
        tokenizer = made_tokenizer()
        parameters = make_weights(plain, chosen.shape, tokenizer, chosen.device)
        print(f"{parameters / 1e9:.2f} billion random parameters; quantising")
        manifest = weights.quantize(
            weights.Source(plain, f"random weights, {chosen.shape}"),
            packed,
            quant_type="nf4",
            double_quant=True,
            device=chosen.device,
            compute_dtype="auto",
        )
        before = held(chosen.device)
        start = time.perf_counter()
        model = YesNoModel.load(packed, device=chosen.device)
        waited(chosen.device)
        load = time.perf_counter() - start
        size = held(chosen.device) - before or manifest["memory_footprint"]
        disk = weights.total_bytes(packed)
    template = get_template("both")
    prompts = [template.render(model.tokenizer, *pair) for pair in pairs]
    model.warm_up([template])
    rows = [model.tokenizer(p, add_special_tokens=False)["input_ids"] for p in prompts]
    loop, single, batched = speeds(model, prompts, chosen)
    best = max(batched, key=lambda row: row[1])
    bandwidth, arithmetic = limits(chosen.device, model.model.dtype)
    computed = linear_parameters(model.model)
    own = np.mean([len(row) for row in rows]) - len(model._kept.tokens)
    # Of the embedding a few rows are read, of all else everything.
    unread = model.model.get_input_embeddings().weight.nbytes
    least = max((size - unread) / bandwidth, 2 * computed * own / arithmetic)
    reached = best[1] * best[2] * 2 * computed / arithmetic
    how = f"random weights of the shape of {MODEL}" if chosen.shape == "8b" else "a tiny model"
    table = [
        ("quantised in", f"{manifest['quantize_seconds']:.0f} s, disk and all"),
        ("on the disk, NF4 with double quantisation", places.human(disk)),
        ("in the device's memory, loaded", places.human(size)),
        ("loaded in", f"{load:.1f} s, the files in the disk cache"),
        ("one answer", f"median {np.median(single) * 1e3:.1f} ms, 95% within "
         f"{np.quantile(single, 0.95) * 1e3:.1f} ms"),
        ("the starter's loop, one `generate` a question", f"{loop:.2f} answers/s"),
        *((f"packed, {n} tokens a pass", f"{rate:.1f} answers/s, {rate / loop:.1f} times the loop")
          for n, rate, _ in batched),
        ("measured limits", f"{bandwidth / 1e9:.0f} GB/s, {arithmetic / 1e12:.2f} TFLOP/s"),
        ("one answer, of the limit by bandwidth or arithmetic",
         f"{least / float(np.median(single)):.1%}"),
        ("packed, of the limit by arithmetic", f"{reached:.1%}"),
    ]  # fmt: skip
    if chosen.device.startswith("cuda"):
        peak = torch.cuda.max_memory_allocated(chosen.device)
        table.append(("most memory on the card, quantising included", places.human(int(peak))))
    return [
        "",
        f"## {parameters / 1e9:.2f} billion parameters, {how}",
        f"{len(prompts):,} prompts of {np.mean([len(r) for r in rows]):.1f} tokens, "
        f"{best[2]:.1f} of them run when packed, in {str(model.model.dtype)[6:]}; the same "
        "prompts and weights in every row, the loop and single answers over a sample of "
        f"{min(chosen.sample, len(prompts))}. Packed is {best[1] / loop:.1f} times the loop at "
        "best; the target is 50.",
        "",
        *rendered(table),
    ]


def real(chosen: argparse.Namespace) -> list[str]:
    """A finished run's model: the same P(yes) on the device and on the CPU?"""
    from pipeline import evaluate, measures, places
    from twentyq.agent import scorer
    from twentyq.calibration import Calibration
    from twentyq.llm import YesNoModel

    run = places.run_folder(chosen.run)
    pairs = evaluate.load_pairs(places.DATA / "labelled_pairs.csv", labelled=True)
    pairs = evaluate.choose(pairs, chosen.pairs, seed=0)
    labels = np.array([pair.answer for pair in pairs])
    calibration = Calibration.read(run / "calibration.json")
    odds, rows = {}, []
    for place in (chosen.device, "cpu"):
        model = YesNoModel.load(run / "weights", device=place)
        start = time.perf_counter()
        p_yes = np.array(scorer(model, calibration)([(p.keyword, p.question) for p in pairs]))
        seconds = time.perf_counter() - start
        odds[place] = np.log(p_yes) - np.log1p(-p_yes)
        found = measures.metrics(labels, p_yes)
        rows.append((place, str(model.model.dtype)[6:], found, len(pairs) / seconds))
        del model
    off = np.abs(odds[chosen.device] - odds["cpu"])
    said = (odds[chosen.device] > 0) == (odds["cpu"] > 0)
    table = [
        (f"{place}, {dtype}", f"balanced accuracy {found['balanced_accuracy']:.3f}, AUC "
         f"{found['auc']:.3f}, {rate:.1f} answers/s")
        for place, dtype, found, rate in rows
    ]  # fmt: skip
    table += [
        ("difference of calibrated log-odds", f"at most {off.max():.3f}, mean {off.mean():.3f}"),
        ("same answer", f"{said.sum()} of {len(said)}"),
    ]
    return ["", f"## The model of {run.name}, {len(pairs)} labelled pairs", *rendered(table)]


def rendered(table: Sequence[tuple[str, str]]) -> list[str]:
    return ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in table)]


def speeds(
    model: Any, prompts: Sequence[str], chosen: argparse.Namespace
) -> tuple[float, np.ndarray, list[tuple[int, float, float]]]:
    """Answers/s of the loop; seconds of single answers; (tokens a pass, answers/s, new tokens an
    answer) of packed ones. The template's beginning is kept, but for the loop, which has none.
    """
    from twentyq.packing import pack, passes

    spread = np.linspace(0, len(prompts) - 1, min(chosen.sample, len(prompts))).astype(int)
    sample = [prompts[i] for i in spread]

    def loop(some: Sequence[str]) -> None:
        for prompt in some:
            ids = model.tokenizer(prompt, add_special_tokens=False, return_tensors="pt")
            model.model.generate(
                **ids.to(model.model.device), max_new_tokens=1, do_sample=False, pad_token_id=0
            )

    def timed(work: Callable[[Sequence[str]], Any], some: Sequence[str]) -> float:
        waited(chosen.device)
        start = time.perf_counter()
        work(some)
        waited(chosen.device)
        return time.perf_counter() - start

    for way in (loop, model.log_odds):
        way(sample[:3])
    looped = len(sample) / timed(loop, sample)
    single = np.array([timed(model.log_odds, [prompt]) for prompt in sample])
    rows = [model.tokenizer(p, add_special_tokens=False)["input_ids"] for p in prompts]
    batched = []
    for tokens in chosen.pass_tokens:
        model.pass_tokens = tokens
        model.log_odds(prompts[: len(prompts) // 4])
        rate = len(prompts) / timed(model.log_odds, prompts)
        groups = passes(rows, model._kept, tokens)
        new = sum(len(pack([rows[i] for i in group], model._kept).tokens) for group in groups)
        batched.append((model.pass_tokens, rate, new / len(rows)))
        print(f"packed, {model.pass_tokens} tokens a pass: {rate:.1f} answers/s")
    return looped, single, batched


def limits(device: str, dtype: Any) -> tuple[float, float]:
    """Bytes/s of a copy and operations/s of a matrix product, as measured on the device."""
    import torch

    size, width, times = (1 << 30, 8192, 10) if device.startswith("cuda") else (1 << 26, 512, 3)

    def best(work: Callable[[], Any]) -> float:
        seconds = []
        for _ in range(times):
            waited(device)
            start = time.perf_counter()
            work()
            waited(device)
            seconds.append(time.perf_counter() - start)
        return min(seconds)

    one = torch.empty(size, dtype=torch.uint8, device=device)
    other = torch.empty_like(one)
    matrix = torch.randn(width, width, device=device).to(dtype)
    # A copy reads and writes.
    return 2 * size / best(lambda: other.copy_(one)), 2 * width**3 / best(lambda: matrix @ matrix)


def linear_parameters(model: Any) -> int:
    """Numbers that each token is multiplied by: all but the embeddings and the last layer."""
    from pipeline.weights import count_parameters

    ends = (model.get_input_embeddings().weight, model.get_output_embeddings().weight)
    # Tied ones are one.
    return count_parameters(model) - sum({w.data_ptr(): w.numel() for w in ends}.values())


def made_tokenizer() -> Any:
    """A tokenizer learnt from our own questions: prompts have about a real one's length."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=8000,
        special_tokens=SPECIALS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    raw.train_from_iterator(texts(), trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, bos_token="<bos>", eos_token="<eot>")
    tokenizer.chat_template = CHAT
    return tokenizer


def texts() -> Iterator[str]:
    """What the prompts are made of."""
    from twentyq.prompts import load_templates

    for template in load_templates().values():
        yield f"{template.text} {template.system} {template.user} system user assistant yes no"
    yield from questions(10_000)
    with (ROOT / "data" / "things.csv").open(encoding="utf-8", newline="") as source:
        yield from (row["keyword"].lower() for row in csv.DictReader(source))


def make_weights(folder: Path, shape: str, tokenizer: Any, device: str) -> int:
    """Write random 16-bit weights made on the device, shard by shard; returns their number."""
    import torch
    from safetensors.torch import save_file
    from transformers import AutoConfig, AutoModelForCausalLM

    from pipeline.configs import known_models
    from pipeline.places import require_disk

    config = {**known_models()[MODEL]["config"], **SHAPES[shape]}
    if shape == "tiny":
        config |= {"vocab_size": len(tokenizer), "num_attention_heads": 4, "num_key_value_heads": 2}
    made = AutoConfig.for_model(**config, bos_token_id=0, eos_token_id=1)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(made, dtype=torch.bfloat16)
    total = sum(p.numel() for p in model.parameters())
    require_disk(folder.parent, total * 3, "random weights, in 16 and in 4 bits")
    folder.mkdir()
    made.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    generator = torch.Generator(device).manual_seed(0)
    places: dict[str, str] = {}
    shard: dict[str, Any] = {}

    def flush() -> None:
        if shard:
            name = f"model-{len(set(places.values())) + 1:05}.safetensors"
            save_file(shard, folder / name, {"format": "pt"})
            places.update(dict.fromkeys(shard, name))
            shard.clear()

    for name, parameter in model.named_parameters():
        options = {"device": device, "dtype": torch.bfloat16}
        if parameter.dim() == 1:
            tensor = torch.ones(parameter.shape, **options)
        else:
            # As large as keeps the sizes of what passes through.
            spread = 1 / math.sqrt(parameter.shape[1])
            tensor = torch.randn(parameter.shape, generator=generator, **options) * spread
        shard[name] = tensor.cpu()
        if sum(t.nbytes for t in shard.values()) > SHARD:
            flush()
    flush()
    index = {"metadata": {"total_size": total * 2}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    return total


def held(device: str) -> int:
    """Bytes of tensors on a card; 0 for a CPU, which does not say."""
    import torch

    gc.collect()
    return torch.cuda.memory_allocated(device) if device.startswith("cuda") else 0


def waited(device: str) -> None:
    """Return once the device has done all that it was told."""
    import torch

    if device.startswith("cuda"):
        torch.cuda.synchronize(device)


if __name__ == "__main__":
    main()
