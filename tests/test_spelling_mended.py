"""Questions an adversary found misread: a part of the keyword, a list printed apart, an order."""

# ruff: noqa: E501 - a question is one line of its table
from __future__ import annotations

import pytest

from twentyq.spelling import answer, parse

# keyword | question | yes or no
PARTS = """
Button hole | Does the second word of the keyword have a double letter? | no
Button hole | Does the first word of the keyword contain a double letter? | yes
Button hole | Does the second word have repeated letters? | no
Paper ball | Does the first word have consecutive repeated letters? | no
Paper ball | Does the second word have two identical letters in a row? | yes
Paper ball | Does the second word contain "ll" at the end? | yes
Cat food | Are all the letters of the first word different? | yes
Cat food | Are all the letters of the second word different? | no
Apple | Are all the letters of the second word different? | no
Cat tree | Does any letter repeat in the first word? | no
Cat tree | Does any letter repeat in the second word? | yes
Mom jeans | Is the first word a palindrome? | yes
Mom jeans | Is the second word a palindrome? | no
Mom | Is the second word a palindrome? | no
Dad hat | Does the first word start and end with the same letter? | yes
Dad hat | Does the last word start and end with the same letter? | no
Cat tree | Does the second word contain more vowels than consonants? | no
Cat tie | Does the second word contain more vowels than consonants? | yes
Apple | Is the second word shorter than 6 letters? | no
Apple pie | Is the second word shorter than 6 letters? | yes
Apple | Is the second word at most 4 letters long? | no
Apple | Does the second word have fewer than 5 letters? | no
Onion | Does the keyword contain the letter "n" in its first three letters? | yes
Union | Does the keyword contain the letter "o" in its first three letters? | no
Onion | Does the keyword contain "o" in the first two letters? | yes
Onion | Does the keyword contain a "x" or an "n" in the first two letters? | yes
Onion | Does the keyword contain the letter "o" in its last two letters? | yes
Knife | Does the keyword contain an "f" in its last two letters? | yes
Knife | Does the keyword have an "i" within its first four letters? | yes
Knife | Does the keyword contain a vowel in its first two letters? | no
Knife | Does the keyword contain the letter "k" in its third position? | no
Onion | Is there an "i" among the first three letters of the keyword? | yes
Onion | Is there an "x" among the first three letters of the keyword? | no
Onion | Are there two vowels in the last three letters of the keyword? | yes
Button | Is there a vowel among the last two letters of the keyword? | yes
Knife | Do the first three letters of the keyword include "n"? | yes
Knife | Do the first two letters contain a vowel? | no
Lamp | Is there an "e" anywhere in its name? | no
"""


def rows(table: str) -> list[list[str]]:
    return [line.rsplit(" | ", 1) for line in table.strip().splitlines()]


@pytest.mark.parametrize("table", [PARTS])
def test_each_question_has_its_answer(table):
    wrong = []
    for asked, expected in rows(table):
        keyword, question = asked.split(" | ", 1)
        found = answer(keyword, question.replace("\\n", "\n"))
        if found is not (expected == "yes"):
            wrong.append((keyword, question, found))
    assert not wrong


DECLINED = """
Does the keyword contain an "a" that is followed by a "t"?
Does the keyword contain an "n" followed by an "e"?
"""


def test_what_has_no_sure_meaning_is_declined():
    assert not [question for question in DECLINED.strip().splitlines() if parse(question)]
