"""Prompt templates: named data in ``prompts.yaml``, rendered for whatever model is at hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

LIBRARY = Path(__file__).with_name("prompts.yaml")
LONGEST_QUESTION = 128
"""Tokens of a question that are shown to the model; longer ones lose their middle."""
BASE_MODEL_TEMPLATE = "worked"

_PLACEHOLDER = re.compile(r"\{(keyword|question|statement_question)\}")
_FIELDS = {"description", "system", "user", "text"}
# Whatever stands for the keyword in a question, where it is the subject or the object.
_SUBJECT = re.compile(
    r"\b(?:(?:the|this|that|your) (?:secret )?(?:keyword|word|thing|object|item|answer)|it|this)\b"
    r"(?!')",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"^\W*(?:is|was|would|will) it (?:be )?(?:very |usually |often |generally )?(?:possible|common|"
    r"easy|hard|difficult|safe|dangerous|legal|illegal|normal|usual|typical|likely|true|necessary|"
    r"important|healthy|polite|expensive|fun) (?:to|for|that)\b(?=.*\bit\b)",
    re.IGNORECASE,
)
"""The "it" of "Is it possible to eat it?", which stands for nothing."""
_AN = re.compile(
    r"(?!uni(?!n)|us[abeu]|ut[ei]|uk[aeu]|ur[ao]|eu|ew|one\b|onesie|once)[aeiou]|hour|heir|hono|x-?ray"
)
"""How a word begins whose article is "an", by its sound."""
_ARTICLES = {"a", "an", "the"}


class PromptError(ValueError):
    """A template is missing, misspelt or has the wrong fields."""


@dataclass(frozen=True)
class Template:
    """One way of asking; ``text`` is raw, otherwise ``system`` and ``user`` are chat turns."""

    name: str
    description: str
    system: str = ""
    user: str = ""
    text: str = ""

    def render(self, tokenizer: Any, keyword: str, question: str) -> str:
        """The full prompt, ready for the next token to be the answer.

        ``tokenizer`` is a transformers tokenizer. Long questions are shortened, and neither they
        nor the keyword bring special tokens with them. A chat template that refuses the system
        role gets it at the head of the user's turn instead.
        """
        keyword, question = (_specials(tokenizer).sub(" ", text) for text in (keyword, question))
        fill = _filler(keyword, shorten(question, tokenizer))
        if self.text:
            return _beginning(tokenizer) + fill(self.text)
        user, system = fill(self.user), fill(self.system)
        turns = [{"role": "user", "content": user}]
        if system:
            try:
                return _chat(tokenizer, [{"role": "system", "content": system}, *turns])
            except Exception as error:  # jinja2's TemplateError; jinja2 need not be importable here
                if "TemplateError" not in {c.__name__ for c in type(error).__mro__}:
                    raise
                turns = [{"role": "user", "content": f"{system}\n\n{user}"}]
        return _chat(tokenizer, turns)


def load_templates(path: Path = LIBRARY) -> dict[str, Template]:
    """All templates of a YAML file by name.

    Raises PromptError if an entry has an unknown field or neither ``user`` nor ``text``.
    """
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    templates = {}
    for name, fields in entries.items():
        unknown = set(fields) - _FIELDS
        if unknown:
            raise PromptError(
                f"{path.name}: template {name!r} has the unknown field(s) "
                f"{', '.join(sorted(unknown))}; expected {', '.join(sorted(_FIELDS))}."
            )
        if bool(fields.get("user")) == bool(fields.get("text")):
            raise PromptError(f"{path.name}: template {name!r} needs either 'user' or 'text'.")
        templates[name] = Template(name=name, **fields)
    return templates


def get_template(name: str, path: Path = LIBRARY) -> Template:
    """The template of that name; raises PromptError naming the ones there are."""
    templates = load_templates(path)
    if name not in templates:
        raise PromptError(
            f"There is no prompt template {name!r} in {path.name}; "
            f"it has {', '.join(sorted(templates))}."
        )
    return templates[name]


def substitute(keyword: str, question: str) -> str:
    """The question with the keyword in place of its first "it" (or "the keyword", ...).

    >>> substitute("Desk lamp", "Is it used indoors?")
    'Is a desk lamp used indoors?'

    A question with nothing to replace gets the keyword in front of it.
    """
    name = with_article(keyword)
    empty = _EXPLETIVE.match(question)
    head = question[: empty.end()] if empty else ""
    replaced, count = _SUBJECT.subn(lambda _: name, question[len(head) :], count=1)
    return head + replaced if count else f"About {name}: {question}"


def with_article(keyword: str) -> str:
    """The keyword in lower case, as it stands in a sentence: "a desk lamp", "an owl", "aprons".

    Without an article the model takes a count noun for something odd: on 200 of the project's
    labelled pairs the AUC of the default model was 0.906 with it and 0.893 without.
    """
    name = keyword.strip().lower()
    if not name or name.split()[0] in _ARTICLES or (name[-1] == "s" and name[-2:] != "ss"):
        return name
    return f"{'an' if _AN.match(name) else 'a'} {name}"


def shorten(text: str, tokenizer: Any, limit: int = LONGEST_QUESTION) -> str:
    """About ``limit`` tokens of ``text`` at most, cut from its middle; white space is collapsed."""
    text = " ".join(text.split())
    if len(text.encode()) <= limit:
        # No token is shorter than a byte.
        return text
    tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
    if len(tokens) <= limit:
        return text
    head = limit * 2 // 3
    begin, end = (tokenizer.decode(cut).strip() for cut in (tokens[:head], tokens[head - limit :]))
    return f"{begin} ... {end}"


@lru_cache(maxsize=4)
def _specials(tokenizer: Any) -> re.Pattern[str]:
    """Matches what the tokenizer takes for one of its special tokens, such as ``<|im_end|>``.

    In any case of letters, because the keyword is put in lower case.
    """
    added = getattr(tokenizer, "added_tokens_decoder", {}).values()
    tokens = {*tokenizer.all_special_tokens, *(token.content for token in added if token.special)}
    longest_first = sorted(filter(str.strip, tokens), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or "(?!)", re.IGNORECASE)


def _filler(keyword: str, question: str) -> Callable[[str], str]:
    values = {
        "keyword": keyword.strip().lower(),
        "question": question,
        "statement_question": substitute(keyword, question),
    }
    # One pass, so that braces in another team's question are never taken for placeholders.
    return lambda text: _PLACEHOLDER.sub(lambda m: values[m.group(1)], text)


def _beginning(tokenizer: Any) -> str:
    """The token that a model expects before any text, if its tokenizer puts it there itself.

    Chat templates write it; raw text must too, because prompts are tokenized as they stand.
    """
    bos = tokenizer.bos_token_id
    begins = bos is not None and tokenizer("")["input_ids"][:1] == [bos]
    return tokenizer.bos_token if begins else ""


def _chat(tokenizer: Any, turns: list[dict[str, str]]) -> str:
    return tokenizer.apply_chat_template(
        turns, tokenize=False, add_generation_prompt=True, enable_thinking=False
    )
