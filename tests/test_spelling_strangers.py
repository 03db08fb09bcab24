"""Questions a second adversary wrote without seeing the parser, and what it took wrongly."""

# ruff: noqa: E501 - a question is one line of its table
from __future__ import annotations

import pytest

from twentyq.spelling import answer, parse

# keyword | question | yes or no
MENDED = r"""
# lists
Soup spoon | Is the keyword one of the following: 1) fork, 2) knife, 3) soup spoon? | yes
Fork | Is the keyword one of the following? 1. fork 2. knife 3. soup spoon | yes
Spoon | Is the keyword one of the following? 1. fork 2. knife 3. soup spoon | no
Mug | Is the keyword one of the following options: A) cup B) mug C) glass? | yes
Knife | Is the keyword one of the following: (1) fork (2) knife (3) spoon? | yes
Knife | Is the keyword one of the following: fork or knife or spoon? | yes
Pan | Is the keyword one of the following: fork or knife or spoon? | no
St. Louis | Is the keyword one of the following? Washington D.C., St. Louis, Mt. Fuji | yes
Washington D.C. | Is the keyword one of the following? Washington D.C., St. Louis, Mt. Fuji | yes
Louis | Is the keyword one of the following? Washington D.C., St. Louis, Mt. Fuji | no
Washington D.C. | Is the keyword in the following list: ['st. louis', 'washington d.c.']? | yes
Spoon | Is the keyword one of the following? <fork>, <knife>, <spoon> | yes
# lengths, runs, repeats
Table | Is the word length 5? | yes
Cat | Is the word length 5? | no
Banana | Does the keyword have a word length of more than 5? | yes
Banana | Is the keyword's word length even? | yes
Pen | Does the keyword contain consecutive vowels? | no
Bread | Does the keyword contain two consecutive vowels? | yes
Banana | Does the keyword have consecutive consonants? | no
Strawberry | Does the keyword contain three consonants in a row? | yes
Table | Does the keyword contain three consonants in a row? | no
Cat | Are there consecutive vowels in the keyword? | no
Audio | Does the keyword start with two vowels? | yes
Apple | Does the keyword start with two vowels? | no
Bird | Does the keyword end with two consonants? | yes
Oven | Does the keyword end with two consonants? | no
Eel | Does the keyword start with a double letter? | yes
Glass | Does the keyword end with a double letter? | yes
Train | Does the keyword end with a double letter? | no
Banana | Is there more than one 'a' in the keyword? | yes
Church | Does the keyword contain the letters 'ch' together? | yes
Cloth | Does the keyword contain the letters 'ch' together? | no
Apple | Does the keyword contain two different vowels? | yes
Banana | Are there more than 2 distinct vowels in the keyword? | no
Bread | Is it a short word (less than 6 letters)? | yes
Bread | Is the keyword a long word (more than 8 letters)? | no
France | Is the keyword one of the following countries: france, spain, italy? | yes
Soup spoon | Is it one of these three: fork, knife, soup spoon? | yes
Spoon | Is it one of the following words or phrases: fork, knife, soup spoon? | no
Fork | Is the keyword in this comma-separated list: fork,knife,soup spoon? | yes
# letters
Egg | Does the keyword start with a consonant between B and K? | no
Bone | Does the keyword start with a consonant in the first half of the alphabet? | yes
Cat | Does the keyword contain a vowel in the second half of the alphabet? | no
Cat | Does the keyword start with the letter following 'b' in the alphabet? | yes
Bone | Does the keyword start with the letter following 'b' in the alphabet? | no
Bat | Does the keyword start with the letter preceding 'c' in the alphabet? | yes
Ant | Does the keyword start with the first letter of the alphabet? | yes
Cat | Does the keyword start with the third letter of the alphabet? | yes
Ant | Does the keyword start with a letter that is a vowel? | yes
Sun | Does the keyword start with one of the five vowels? | no
Fig | Does the keyword start with anything except a vowel? | yes
Sofa | Does the keyword start with a letter outside A-M? | yes
Ant | Does the keyword start with a letter not in the range A-M? | no
Cat | Does the keyword start with a letter up to M? | yes
Nut | Does the keyword start with a letter from N onwards? | yes
Bone | Is the first letter strictly between 'b' and 'f'? | no
Goat | Does the keyword start with A-F, N-P? | no
Nut | Does the keyword start with A-F, N-P? | yes
Moon | Does the keyword start with A-C, M, or X-Z? | yes
Ball | Is the keyword's first letter in the first half of the alphabet (from A to M)? | yes
# order
Tuna | Is the keyword come before "tundra" in alphabet order? | yes
Cat | Does the keyword come before "mango" and "dog" in alphabetical order? | yes
Lamp | Does the keyword come before "mango" and "dog" in alphabetical order? | no
# how it is put
Bone | Am I right that the keyword starts with 'b'? | yes
Pen | Answer yes if the keyword starts with 'b', otherwise answer no. | no
Bone | Yes or no, does the keyword start with 'b'? | yes
Bone | Question: "Does the keyword start with the letter 'B'?" | yes
Bone | {"question": "Does the keyword start with the letter B?"} | yes
Bone | 'Does the keyword start with the letter b?' | yes
Bone | Does the keyword start with 'b', contain an 'o' and end with 'e'? | yes
Bake | Does the keyword start with 'b', contain an 'o' and end with 'e'? | no
Sofa | Does the keyword begin with s and/or end with e? | yes
Coffee mug | Is the keyword a two-word term whose second word starts with 'm'? | yes
Bone | Is it something whose name begins with B? | yes
Sofa | Does the keyword consist of only one word, with no spaces? | yes
Eiffel Tower | Does the name of the monument consist of two words? | yes
Penguin | Does the animal's name start with the letter 'P'? | yes
Mango | Does the fruit start with the letter 'm'? | yes
Bone | Does what you are thinking of start with the letter 'B'? | yes
Bone | Does the full name of the keyword start with the letter 'b'? | yes
# code
Bone | Does keyword.startswith('b') return True? | yes
Crab | keyword.startswith(('a','b'))? | no
Ice cream | len(keyword.split()) == 2 | yes
Zoo | any(c in keyword for c in 'xyz') | yes
Crab | all(c in keyword for c in 'rab') | yes
"""
DECLINED = r"""
Is the keyword one of the following: edible, wearable, drivable?
Is the keyword one of the following? 1. living thing 2. place 3. object
Is the keyword one of the following: 1) animal, 2) city, 3) object?
Is the keyword one of the following: Wild Animal, Domestic Animal, Sea Animal?
Is the keyword one of the following: pet, city, gadget?
Is the keyword one of the following materials: oak, pine, steel?
Is the keyword one of the following animals: mammal, bird, reptile?
Does it contain 'water'?
Does it include 'sugar'?
Does the city contain the 'Eiffel Tower'?
Does it have A/C?
Does it start with 'once upon a time'?
Does it begin with 'breakfast'?
Does it start with a 'boom'?
Does the game begin with a 'kick-off'?
Does the full name start with A?
Does the keyword start with the same letter as "banana" or "cherry"?
Does the keyword have the same number of letters as 'banana' or 'cat'?
Does the keyword come before "mango" or "dog" in alphabetical order?
Does the keyword contain the consecutive letters 'o' and 'n'?
Does the keyword start with the letter after B?
Does the keyword contain a vowel before 'm'?
Does the keyword contain a consonant between 'b' and 't'?
Let W = "hotel". Does the keyword (in lowercase) precede W in alphabetical order?
The word W is 'hotel'. Does the keyword precede W in alphabetical order?
Is the keyword one of: St. Louis, Mt. Everest, Washington D.C. and more. U.S. islands too?
"""


def table(text):
    lines = (line for line in text.strip().splitlines() if not line.startswith("#"))
    return [tuple(cell.strip() for cell in line.split(" | ")) for line in lines]


@pytest.mark.parametrize(("keyword", "question", "expected"), table(MENDED))
def test_a_mended_question_is_answered_rightly(keyword, question, expected):
    assert answer(keyword, question) is (expected == "yes")


def test_letters_parted_by_bars_are_a_list():
    assert answer("igloo", "Does the keyword contain one of 'o' | 'v' | 'y'?") is True


@pytest.mark.parametrize("question", DECLINED.strip().splitlines())
def test_what_is_ambiguous_or_about_meaning_is_declined(question):
    assert parse(question) is None
