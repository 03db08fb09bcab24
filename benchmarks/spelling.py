"""How long a question takes to read: real wordings, and hostile texts of 10,000 characters.

Run: python benchmarks/spelling.py. It prints, per text, the processor time of
one reading in milliseconds (the smaller of two, the second only where the first
is slow), worst first.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "agent_template"))

from twentyq.spelling import MAX_LENGTH, bisection_question, parse  # noqa: E402

SLOW = 10.0
"""Milliseconds no text may take."""
WORDINGS = (
    bisection_question("mango"),
    "Does the keyword start with one of the letters 'x', 'y', 'z'?",
    "Is the keyword one of the following words: " + ", ".join(f"word{i}" for i in range(60)) + "?",
    "Is the first letter a vowel or does the keyword have more than five letters?",
    "Is it something that can be found in a kitchen and is used to prepare food?",
)
OPENINGS = (
    "",
    "Does the keyword contain ",
    "Does the keyword start with any of the letters ",
    "Is the keyword one of the following: ",
    "Is the keyword alphabetically between ",
)
PIECES = (
    '"', "'", "'a ", "a' ", "''", "`", "(", "()", "[a", '"a", ', "'a', ", "a, ", "a or ", "ab, ",
    ",", ", ", "not ", "not (", "either ", "neither a nor ", "and ", "or ", "1 ", "- ", ". ", "...",
    "is it? ", "does it start with a? ", "Does the keyword ", "the first letter of ", "keyword's ",
    "alphabetical order ", "when sorted ", "between ", "more than ", "two-", "a-", "x", "\n", "a\n",
    "e.g. ", "in ", "keyword[0] ", "keyword.startswith(", "len(", "é☃𝔘́ ", "\x00", "letters ", "<a ",
)  # fmt: skip


def texts() -> dict[str, str]:
    """Texts by a short name."""
    rng = random.Random(0)
    found = {wording[:60]: wording for wording in WORDINGS}
    for opening in OPENINGS:
        for piece in PIECES:
            name = f"{opening[:30]!r} + {piece!r} ..."
            found[name] = (opening + piece * MAX_LENGTH)[:MAX_LENGTH]
    letters = "abcdefghijklmnopqrstuvwxyz ,'\"?.()-"
    for number in range(5):
        found[f"random letters {number}"] = "".join(rng.choices(letters, k=MAX_LENGTH))
    known = (
        "does is the keyword it first letter word start end with contain of any a b c , ' or and"
    )
    for number in range(5):
        text = " ".join(rng.choices(known.split(), k=MAX_LENGTH))
        found[f"random known words {number}"] = text[:MAX_LENGTH]
    return found


def milliseconds(text: str) -> float:
    """Processor time of one reading."""
    cost = 1000.0
    for _ in range(2):
        if cost > SLOW:
            parse.cache_clear()
            start = time.process_time()
            parse(text)
            cost = min(cost, 1000 * (time.process_time() - start))
    return cost


def main() -> None:
    taken = sorted(((milliseconds(text), name) for name, text in texts().items()), reverse=True)
    for cost, name in taken[:25]:
        print(f"{cost:8.2f} ms  {name}")
    print(f"{len(taken)} texts, {sum(cost > SLOW for cost, _ in taken)} over {SLOW:.0f} ms")


if __name__ == "__main__":
    main()
