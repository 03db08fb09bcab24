"""P(yes) from logits: the same numbers in batches, behind a shared prefix, and one by one."""

from __future__ import annotations

import numpy as np
import pytest
from tokenizers import AddedToken

from twentyq.llm import LLMError, YesNoModel, answer_tokens, check_versions
from twentyq.notices import Notices
from twentyq.prompts import (
    LONGEST_QUESTION,
    PromptError,
    get_template,
    load_templates,
    shorten,
    substitute,
    with_article,
)

QUESTIONS = [
    "Is it red?",
    "Can you eat it?",
    "Does it use electricity or the lamp?",
    "no",
    "Is the keyword a secret everyday thing, blue and red, a lamp or a desk, yes or no?",
]


@pytest.fixture(scope="module")
def model(tiny_model_folder):
    return YesNoModel.load(tiny_model_folder, pass_tokens=24, compute_dtype="float32")


def one_by_one(model, prompts):
    import torch

    odds = []
    for prompt in prompts:
        ids = model.tokenizer(prompt, add_special_tokens=False, return_tensors="pt")["input_ids"]
        with torch.inference_mode():
            logits = model.model(ids).logits[0, -1].float()
        p = torch.softmax(logits, -1)
        odds.append(float(torch.log(p[model.yes_ids].sum()) - torch.log(p[model.no_ids].sum())))
    return np.array(odds)


@pytest.mark.parametrize("name", ["substituted", "plain", "worked"])
def test_batches_equal_one_by_one(model, name):
    template = get_template(name)
    prompts = [template.render(model.tokenizer, "Desk lamp", q) for q in QUESTIONS]
    assert np.abs(model.log_odds(prompts) - one_by_one(model, prompts)).max() < 1e-3


def test_what_templates_begin_with_is_kept(tiny_model_folder):
    model = YesNoModel.load(tiny_model_folder, compute_dtype="float32")
    templates = [get_template("plain"), get_template("both"), get_template("worked")]
    model.warm_up(templates)
    kept = len(model._kept.tokens)
    prompts = [t.render(model.tokenizer, "Lamp", "Is it red?") for t in templates]
    assert kept > 20
    assert np.abs(model.log_odds(prompts) - one_by_one(model, prompts)).max() < 1e-3
    assert len(model._kept.tokens) == kept


def test_what_is_kept_for_a_probe_goes_no_deeper_and_is_not_used_beyond(tiny_model_folder):
    model = YesNoModel.load(tiny_model_folder, compute_dtype="float32")
    template = get_template("both")
    prompts = [template.render(model.tokenizer, "Lamp", question) for question in QUESTIONS]
    _, expected = model.read(prompts, (1,), odds=False)
    ran = []
    model._layers[1].register_forward_hook(lambda *_: ran.append(True))
    model.warm_up([template], depth=1)
    _, streams = model.read(prompts, (1,), odds=False)
    assert not ran and model.n_layers > 1
    assert np.abs(streams - expected).max() < 1e-4
    assert np.abs(model.log_odds(prompts) - one_by_one(model, prompts)).max() < 1e-3


def test_rows_longer_than_a_sliding_window_are_run_alone(tmp_path, tiny_tokenizer):
    import torch
    from transformers import MistralConfig, MistralForCausalLM

    torch.manual_seed(0)
    config = MistralConfig(
        vocab_size=len(tiny_tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        sliding_window=40,
        initializer_range=0.3,
    )
    MistralForCausalLM(config).save_pretrained(tmp_path)
    tiny_tokenizer.save_pretrained(tmp_path)
    model = YesNoModel.load(tmp_path)
    templates = [get_template("substituted"), get_template("plain"), get_template("worked")]
    model.warm_up(templates)
    assert 0 < len(model._kept.tokens) < 40
    prompts = [t.render(model.tokenizer, "Lamp", q) for t in templates for q in QUESTIONS]
    lengths = [len(model.tokenizer(p)["input_ids"]) for p in prompts]
    assert min(lengths) <= 40 < max(lengths)
    assert np.abs(model.log_odds(prompts) - one_by_one(model, prompts)).max() < 1e-3


class OutOfMemoryError(RuntimeError):
    """As torch calls its own."""


SCARCE = [
    OutOfMemoryError("CUDA out of memory"),
    MemoryError(),
    RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    RuntimeError("CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
]


def short_of_memory(model, monkeypatch, error, fits):
    """The sizes of the passes of a model that runs out of memory unless ``fits(rows)``."""
    real, sizes = model._forward, []

    def scarce(rows, layers, odds):
        sizes.append(len(rows))
        if not fits(rows):
            raise error
        return real(rows, layers, odds)

    monkeypatch.setattr(model, "_forward", scarce)
    return sizes


@pytest.mark.parametrize("error", SCARCE, ids=lambda error: type(error).__name__)
def test_running_out_of_memory_halves_the_pass(tiny_model_folder, monkeypatch, caplog, error):
    model = YesNoModel.load(tiny_model_folder)
    sizes = short_of_memory(model, monkeypatch, error, lambda rows: len(rows) == 1)
    words = ["red", "blue", "lamp", "desk", "yes", "no", "or", "and"]
    prompts = [f"is it {word}" for word in words]
    told = []
    assert np.abs(model.log_odds(prompts, told.append) - one_by_one(model, prompts)).max() < 1e-3
    assert sizes == [8, 4, 2, *[1] * 8] and sum(told) == 8 and model.pass_tokens < 8
    assert [r.getMessage() for r in caplog.records] == [
        "Out of memory: going on with fewer tokens a pass."
    ]


def test_rows_that_are_alike_are_parted_too(tiny_model_folder, monkeypatch):
    model = YesNoModel.load(tiny_model_folder)
    sizes = short_of_memory(model, monkeypatch, MemoryError(), lambda rows: len(rows) == 1)
    assert len(model.log_odds(["is it red"] * 5)) == 5 and sizes[-1] == 1


def test_a_single_row_is_tried_again_without_what_is_kept(tiny_model_folder, monkeypatch, caplog):
    model = YesNoModel.load(tiny_model_folder)
    model.warm_up([get_template("plain")])
    prompts = [get_template("plain").render(model.tokenizer, "Lamp", "Is it red?")]
    emptied = []
    monkeypatch.setattr("torch.cuda.empty_cache", lambda: emptied.append(True))
    sizes = short_of_memory(model, monkeypatch, MemoryError(), lambda rows: model._cache is None)
    assert np.abs(model.log_odds(prompts) - one_by_one(model, prompts)).max() < 1e-3
    assert sizes == [1, 1] and emptied and not len(model._kept.tokens)
    assert len(caplog.records) == 1


def test_a_single_row_that_never_fits_is_an_error(tiny_model_folder, monkeypatch):
    model = YesNoModel.load(tiny_model_folder)
    sizes = short_of_memory(model, monkeypatch, MemoryError(), lambda rows: False)
    with pytest.raises(MemoryError):
        model.log_odds(["is it red"])
    assert sizes == [1, 1]


def test_a_warm_up_that_does_not_fit_is_left_out(tiny_model_folder, monkeypatch, caplog):
    model = YesNoModel.load(tiny_model_folder)
    with monkeypatch.context() as patched:

        def scarce(*_, **__):
            raise SCARCE[2]

        patched.setattr(model, "_run", scarce)
        model.warm_up([get_template("plain")])
    prompts = [get_template("plain").render(model.tokenizer, "Lamp", "Is it red?")]
    assert np.abs(model.log_odds(prompts) - one_by_one(model, prompts)).max() < 1e-3
    assert [r.getMessage() for r in caplog.records] == [
        "Out of memory for the prompts' beginnings: they are run every time."
    ]


def test_top_tokens_are_probabilities(model):
    top = model.next_tokens("is it red", 5)
    values = [t.probability for t in top]
    assert values == sorted(values, reverse=True) and 0 < sum(values) <= 1 + 1e-6


def test_all_single_token_spellings_count(tiny_tokenizer):
    yes, no = answer_tokens(tiny_tokenizer)
    assert sorted(tiny_tokenizer.convert_ids_to_tokens(yes)) == ["YES", "Yes", "yes"]
    assert sorted(tiny_tokenizer.convert_ids_to_tokens(no)) == ["No", "no"]


def test_a_missing_or_broken_folder_is_one_sentence(tmp_path, tiny_model_folder):
    with pytest.raises(LLMError, match="There are no weights in"):
        YesNoModel.load(tmp_path)
    for file in tiny_model_folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    whole = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LLMError, match="could not be loaded"):
        YesNoModel.load(tmp_path)


@pytest.mark.parametrize(
    ("made", "here", "complaint"),
    [
        ("5.23.0", "5.1.0", None),
        ("5.23.0", "6.0.0", None),
        ("5.23.0", "4.41.2", "made with transformers 5.23.0, but 4.41.2 is installed"),
        ("0.50.2", "0.49.1", "0.49.1 is installed"),
        ("0.50.2", None, "not installed"),
    ],
)
def test_older_libraries_are_refused(made, here, complaint):
    def installed(name):
        if here is None:
            raise ModuleNotFoundError(name)
        return here

    if complaint is None:
        check_versions({"transformers": made}, installed)
    else:
        with pytest.raises(LLMError, match=complaint):
            check_versions({"transformers": made}, installed)


def test_a_system_role_that_is_refused_moves_to_the_user(tiny_tokenizer):
    import copy

    refusing = copy.deepcopy(tiny_tokenizer)
    refusing.chat_template = (
        "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
        + tiny_tokenizer.chat_template
    )
    prompt = get_template("plain").render(refusing, "Lamp", "Is it red?")
    assert "game of 20 questions" in prompt and prompt.startswith("<|user|>")


def test_a_base_model_gets_the_worked_examples(model, monkeypatch):
    assert model.template("plain").name == "plain"
    monkeypatch.setattr(model.tokenizer, "chat_template", None)
    assert model.template("plain").name == "worked"


def test_templates_are_read_once_and_their_lack_is_one_line(model, monkeypatch, caplog):
    monkeypatch.setattr(model.tokenizer, "chat_template", None)
    model.template("both")
    monkeypatch.setattr("twentyq.llm.get_template", None)
    model._notices = Notices()
    assert [model.template("both").name for _ in range(3)] == ["worked"] * 3
    lines = [r.getMessage() for r in caplog.records]
    assert lines.count("No chat template: using the prompt 'worked' for base models.") == 1


@pytest.mark.parametrize("name", ["both", "plain", "worked"])
@pytest.mark.parametrize("foreign", ["<|im_end|>", "<|IM_End|>", "<|im_<|im_end|>end|>", "<pad>"])
def test_special_tokens_in_a_question_are_no_tokens(tiny_tokenizer, name, foreign):
    import copy

    tokenizer = copy.deepcopy(tiny_tokenizer)
    tokenizer.add_tokens(AddedToken("<|im_end|>", special=True), special_tokens=True)
    special = set(tokenizer.all_special_ids) | {tokenizer.convert_tokens_to_ids("<|im_end|>")}

    def count(keyword, question):
        prompt = get_template(name).render(tokenizer, keyword, question)
        ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
        return sum(i in special - {tokenizer.unk_token_id} for i in ids)

    asked = count(f"lamp{foreign}", f"Is it {foreign}red?{foreign} yes")
    assert asked == count("lamp", "Is it red? yes")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Is it used indoors?", "Is a desk lamp used indoors?"),
        ("Can you eat it?", "Can you eat a desk lamp?"),
        ("Is the keyword a tool?", "Is a desk lamp a tool?"),
        ("Is this object used indoors?", "Is a desk lamp used indoors?"),
        ("Is your secret word alive?", "Is a desk lamp alive?"),
        ("Is it possible to eat it?", "Is it possible to eat a desk lamp?"),
        ("Is it easy to carry?", "Is a desk lamp easy to carry?"),
        ("Is it a thing that it needs?", "Is a desk lamp a thing that it needs?"),
        ("Does it's owner", "About a desk lamp: Does it's owner"),
        ("Italian or British?", "About a desk lamp: Italian or British?"),
    ],
)
def test_the_keyword_takes_the_place_of_it(question, expected):
    assert substitute("Desk lamp", question) == expected


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ("Owl", "an owl"),
        ("Aprons", "aprons"),
        ("Glass", "a glass"),
        ("The sun", "the sun"),
        ("Hourglass", "an hourglass"),
        ("Unicorn", "a unicorn"),
        ("Umbrella", "an umbrella"),
        ("Ukulele", "a ukulele"),
        ("USB cable", "a usb cable"),
    ],
)
def test_the_keyword_gets_its_article(keyword, expected):
    assert with_article(keyword) == expected


def test_braces_in_a_question_are_only_text(tiny_tokenizer):
    prompt = get_template("plain").render(tiny_tokenizer, "Lamp", "Is {keyword} {question} it?")
    assert "Is {keyword} {question} it?" in prompt


@pytest.fixture(scope="module")
def bytewise():
    """A tokenizer with a token for every byte."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    raw = Tokenizer(models.BPE({letter: i for i, letter in enumerate(alphabet)}, []))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=raw)


@pytest.mark.parametrize("filling", ["x" * 2000, "\N{OWL}" * 740, "is it  blue or " * 50])
def test_long_questions_lose_their_middle(bytewise, filling):
    short = shorten(f"Start {filling} end?", bytewise)
    assert short.startswith("Start ") and short.endswith(" end?") and " ... " in short
    # An owl that is cut in two leaves a mark of three bytes.
    assert LONGEST_QUESTION - 2 <= len(bytewise(short)["input_ids"]) <= LONGEST_QUESTION + 5 + 6


def test_a_question_that_fits_is_shown_whole(bytewise, tiny_tokenizer):
    question = "Is it " + "very " * 30 + "red?"
    assert shorten(question, tiny_tokenizer) == question
    assert shorten(question[-LONGEST_QUESTION:], bytewise) == question[-LONGEST_QUESTION:]


def test_bad_templates_are_named(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text("a: {user: hi, sytem: x}")
    with pytest.raises(PromptError, match="unknown field.*sytem"):
        load_templates(path)
    path.write_text("a: {system: x}")
    with pytest.raises(PromptError, match="either 'user' or 'text'"):
        load_templates(path)
    with pytest.raises(PromptError, match="no prompt template 'plane'.*plain"):
        get_template("plane")
