"""Lists printed apart from the question that points at them, with instructions between.

"Is the keyword one of these words? Answer yes or no. List: apple, plum" is read as
if it were "Is the keyword one of these words? apple, plum. Answer yes or no."
"""

from __future__ import annotations

from .cursor import GiveUp
from .tokens import Token
from .vocabulary import AUXILIARIES, words

_NOUNS = words(
    "list set group words letters items options candidates keywords names strings terms "
    "choices characters possibilities things objects answers entries phrases guesses"
)
_ONE = words("word letter string term name text character")
_POINTERS = words("following these those below above follows list set group brackets")
_BACK = {"it": ("the", "list"), "them": ("these",)}
_CLOSE = words("yes no or not right ,")
_TAIL = (
    _NOUNS
    | _ONE
    | _POINTERS
    | words(
        "one any all both of the given here that follow in on within from between inside it them "
        "among listed comma-separated contain contains include includes keyword exactly printed "
        "shown this my yes or no , anywhere at least"
    )
)
_LABEL = _NOUNS | words(
    "the a my this these following here is are of i have given consider our some as follows"
)
_TELLING = words(
    "answer reply respond say if note remember think please only otherwise else consider "
    "ignore do don't just be take use return output give keep bear treat you your nb hint"
)
_TOLD = words("yes no answer reply respond")
_SPEAKING = AUXILIARIES | words("it i we you keyword not that")
_PARTING = (",", ";", "|", "/", "•")
_CLOSING = {"[": "]", "(": ")", "{": "}"}
_MAX_WORDS = 5
"""Words of an item of a list that nothing announces."""


def gathered(tokens: list[Token]) -> list[Token]:
    """``tokens`` with the list a question points at right after it; raises GiveUp for none."""
    parts = _sentences(tokens)
    tokens = [token for part in parts for token in part]
    pointing = [i for i, part in enumerate(parts) if _pointer(part) is not None]
    if len(pointing) != 1:
        return tokens
    asked = pointing[0]
    following = range(asked + 1, len(parts))
    shown = [i for i in (*following, *range(asked)) if _items(parts[i], i > asked)]
    labelled = [i for i in shown if _label(parts[i])]
    listed = [i for i in following if i in shown]
    question = parts[asked]
    back = question[_pointer(question)].low in _BACK
    plain = not (back or labelled or _singular(question) or len(_asking(question)) < len(question))
    if (back and not shown) or (plain and listed == [asked + 1]):
        return tokens
    found = labelled or listed or shown
    if not found:
        if any(tells(parts[i]) for i in following[:1]):
            raise GiveUp("an instruction where a list is pointed at")
        return tokens
    if len(found) > 1:
        raise GiveUp("several lists")
    items = _items(parts[found[0]], True)
    rest = [i for i in range(len(parts)) if i not in (asked, found[0])]
    before = [token for i in rest if i < asked for token in parts[i]]
    after = [token for i in rest if i > asked for token in parts[i]]
    return before + _joined(question, items) + after


def _sentences(tokens: list[Token]) -> list[list[Token]]:
    """The tokens by sentence, each with its stop; a line that asks or labels begins one."""
    parts: list[list[Token]] = [[]]
    for at, token in enumerate(tokens):
        here = parts[-1]
        asks = token.low in AUXILIARIES and token.kind == "word"
        told = token.fresh and tells(sentence(tokens, at))
        if told and here:
            here.append(Token("stop", ".", ".", token.start, token.start))
        line = told or (token.fresh and (asks or _label(tokens[at : at + 8])))
        after = asks and len(here) > 1 and here[-1].low == "," and here[-2].low in ("]", ")", "}")
        if here and (line or after):
            parts.append([])
        parts[-1].append(token)
        numbering = len(parts[-1]) > 1 and parts[-1][-2].fresh and parts[-1][-2].low.isdigit()
        if token.kind == "stop" and not (token.low == "." and numbering):
            parts.append([])
    return [part for part in parts if part]


def sentence(tokens: list[Token], at: int) -> list[Token]:
    """The tokens from ``at`` to the end of the line, or to its first full stop."""
    end = at + 1
    while end < min(len(tokens), at + 16) and not tokens[end].fresh and tokens[end].kind != "stop":
        end += 1
    return tokens[at:end]


def _asking(question: list[Token]) -> list[Token]:
    """A question without "yes or no" at its end; its stop is kept where it has none."""
    end = len(question) - (question[-1].kind == "stop")
    stop, last = end, end
    while last > 0 and _is(question[last - 1], _CLOSE):
        last -= 1
    return question if last == stop else question[:last]


def _pointer(part: list[Token]) -> int | None:
    """Where a question points at a list without showing it, as in "one of these words?"."""
    if _label(part) or tells(_asking(part)):
        return None
    at = len(part) - (part[-1].kind == "stop")
    found = None
    while at > 0 and (part[at - 1].kind == "order" or _is(part[at - 1], _TAIL)):
        at -= 1
        it = part[at].low in _BACK and part[at - 1].low in ("in", "on", "among", "within", "of")
        if it or _is(part[at], _POINTERS):
            found = at
    asks = any(
        _is(token, AUXILIARIES) and (i == 0 or part[i - 1].low not in ("i", "we", "you"))
        for i, token in enumerate(part[: at + 1])
    )
    return found if asks else None


def _is(token: Token, lows: frozenset[str]) -> bool:
    return token.kind in ("word", "punct") and token.low in lows


def tells(part: list[Token]) -> bool:
    """Whether a sentence tells how to answer, as in "Please answer yes or no"."""
    chunks = _chunks(part)
    if not chunks or part[0].kind != "word":
        return False
    told = any(len(chunk) > 1 and any(_is(t, _TOLD) for t in chunk) for chunk in chunks)
    return told or (len(chunks[0]) > 1 and part[0].low in _TELLING)


def _label(part: list[Token]) -> int:
    """The tokens of "The list is:", "Given the letters" (before a bracket), 0 where none is."""
    colon = next((i for i, t in enumerate(part[:8]) if t.kind == "punct" and t.low == ":"), 0)
    if colon and tells(part[:colon]) and not _is(part[0], AUXILIARIES):
        return colon + 1
    at = 0
    while at < min(len(part), 8) and _is(part[at], _LABEL):
        at += 1
    named = any(_is(token, _NOUNS) for token in part[:at])
    if not named or at == len(part) or _is(part[0], AUXILIARIES):
        return 0
    if part[at].low == ":" and part[at].kind == "punct":
        return at + 1
    return at if part[at].low in _CLOSING and part[at].kind == "punct" else 0


def _chunks(part: list[Token]) -> list[list[Token]]:
    """The tokens between commas and other parting marks, without the stop."""
    chunks: list[list[Token]] = [[]]
    for token in part:
        if token.kind == "punct" and token.low in _PARTING:
            chunks.append([])
        elif token.kind != "stop":
            if token.fresh and chunks[-1]:
                chunks.append([])
            chunks[-1].append(token)
    return [chunk for chunk in chunks if chunk]


def _items(part: list[Token], after: bool) -> list[Token]:
    """The list a sentence is; one that nothing announces only in brackets or ``after``."""
    label = _label(part)
    items = part[label:]
    while items and items[-1].kind == "stop":
        items = items[:-1]
    if not items:
        return []
    if items[0].kind == "punct" and items[0].low in _CLOSING:
        if items[-1].low == ",":
            items = items[:-1]
        return items if items[-1].low == _CLOSING[items[0].low] else []
    if label:
        return items
    if not after or tells(part):
        return []
    chunks = _chunks(items)
    plain = all(
        len(chunk) <= _MAX_WORDS and not any(_is(token, _SPEAKING) for token in chunk)
        for chunk in chunks
    )
    texts = [token for chunk in chunks for token in chunk]
    letters = len(texts) > 1 and all(len(t.low) == 1 for t in texts)
    sure = letters or all(t.kind == "quote" for t in texts)
    return items if plain and (sure or len(chunks) > 1) else []


def _singular(question: list[Token]) -> int:
    """Where "the following word" names one text, 0 where it does not."""
    at = _pointer(question)
    one = question[at].low == "following" and any(_is(t, _ONE) for t in question[at + 1 : at + 2])
    return at if one and question[at - 1].low == "the" else 0


def _joined(question: list[Token], items: list[Token]) -> list[Token]:
    """The question with the list it points at."""
    stop = Token("stop", "?", "?", question[-1].end, question[-1].end)
    body = _asking(question)
    body = body[:-1] if body[-1].kind == "stop" else body
    at = _singular(question)
    if at:
        return [*body[:at], body[at + 1], *items, *body[at + 2 :], stop]
    at = _pointer(question)
    if body[at].low in _BACK:
        body = [*body[:at], *(body[at]._replace(low=low) for low in _BACK[body[at].low])]
    return [*body, stop, *items, stop._replace(low=".")]
