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
handle | Does the keyword have a "handle" in it? | yes
school | Does the keyword have a "sch"? | yes
"""

LISTS = """
bowl | Is the keyword one of the following words: [bowl]? | yes
bowl | Is the keyword one of the words in the following list? If the keyword is in the list answer yes, otherwise answer no. List: bowl, plate, fork | yes
otherwise answer no | Is the keyword one of the words in the following list? If the keyword is in the list answer yes, otherwise answer no. List: bowl, plate, fork | no
fork | Is the keyword one of the following words? Please answer with yes or no. bowl, plate, fork | yes
no | Is the keyword one of the following words? Please answer with yes or no. bowl, plate, fork | no
bowl | Is the keyword one of the words in the list? Remember that plurals do not count. The list is: plate, fork, bowl | yes
knife | Is the keyword in the list? Reply yes or no. The list: spoon, fork, knife | yes
knife | Is the keyword one of these words? Think carefully. spoon, fork, knife | yes
spoon | Is the keyword any of the following? Note: ignore capitalization. spoon, fork, knife | yes
knife | Is the keyword one of the following words? If so, answer yes. Words: spoon, fork, knife | yes
knife | Does the keyword appear in the list that follows? If it appears, say yes; else say no. [spoon, fork, knife] | yes
bowl | Is the keyword in this list? Answer yes if it is. List: bowl, plate, fork | yes
fork | Is the keyword in the following list? I am asking because I want to narrow things down. plate, fork, bowl | yes
vase | Is the keyword one of the following words? Only consider the exact word, not similar words. plate, fork, bowl | no
fork | Is the keyword one of the words below? Answer with "yes" or "no" only.\\n- plate\\n- fork | yes
fork | Is the keyword one of the words below?\\nplate\\nfork\\nAnswer only with yes or no. | yes
fork | Is the keyword one of these words: plate, fork\\nAnswer yes or no. | yes
fork | Is the keyword one of these, yes or no? plate, fork, bowl | yes
yes | Is the keyword one of these, yes or no? plate, fork, bowl | no
fork | Is the keyword one of the following? Answer yes or no: plate, fork, bowl | yes
plate | Is the secret word one of the words in this list? (Answer yes only if it matches exactly.) plate, fork, bowl | yes
fork | Does this list contain the keyword? Answer yes or no.\\n- plate\\n- fork | yes
fork | Does the list below contain the keyword? Answer yes or no. plate, fork | yes
fork | Is the keyword one of the words listed below? Answer yes or no.\\n\\nplate, fork | yes
no | Does the following list include the keyword? Please answer yes or no. ["plate", "fork"] | no
fork | Is the keyword one of the following words? Ignore plurals, articles and case. plate, fork | yes
bowl | List: plate, fork, bowl.\\nIs the keyword one of these? | yes
bowl | Here is a list of words: plate, fork, bowl. Is the keyword in the list? | yes
vase | Here is a list of words: plate, fork, bowl. Is the keyword in the list? | no
bowl | I have a list of candidates.\\n["plate", "fork", "bowl"]\\nIs the keyword on it? | yes
bowl | Consider the words: plate, fork, bowl. Is the keyword one of them? | yes
bowl | Words: plate, fork, bowl\\nIs the keyword in the list above? | yes
vase | Given the list [plate, fork, bowl], is the keyword in it? | no
plate | Is the keyword one of the items between the brackets? [plate | fork | bowl] | yes
fork | Does the keyword match one of these exactly: "plate", "fork", "bowl"? | yes
knife | Does the first letter of the keyword belong to the following set? Answer yes or no. Set: J, K, L | yes
knife | Is the first letter one of the following letters? If yes, say yes. Letters: J, K, L | yes
mango | Is the first letter one of these? Please say only yes or no. J, K, L | no
knife | Does the keyword contain any of the following letters? Answer yes or no. f, g, h | yes
knife | Does the keyword contain any of these letters? Only answer yes if at least one is present. Letters: f, g, h | yes
kind | Does the keyword contain all of the following letters? Answer yes or no. k, n, f | no
knife | Does the keyword start with any of these? Answer yes or no. "ka", "kn", "ko" | yes
knife | Does the keyword start with one of the following letters? Answer yes or no. J K L | yes
Pan | Given the list of letters [P, Q, R, S], does the first letter of the keyword appear in it? Answer yes if it does and no if it does not. | yes
mitt | Given the list of letters [P, Q, R, S], does the first letter of the keyword appear in it? Answer yes if it does and no if it does not. | no
knife | Does the keyword come before the following word in the alphabet? Answer yes or no. "lamp" | yes
mango | Does the keyword come before the following word in the alphabet? Answer yes or no. "lamp" | no
"""
ORDERS = """
basket | Does the keyword alphabetically come no later than "baker"? | no
baker | Does the keyword alphabetically come no later than "baker"? | yes
melon | In reverse alphabetical order, does the keyword come before "lemon"? | yes
kiwi | In reverse alphabetical order, does the keyword come before "lemon"? | no
kiwi | Does the keyword come after "lemon" in reverse alphabetical order? | yes
Wheelbarrow | If all possible words were sorted in alphabetical order, would the keyword appear later than "tiger"? | yes
Apron | If all possible words were sorted in alphabetical order, would the keyword appear later than "tiger"? | no
jacket | Using lexicographic (dictionary) ordering on lowercase strings, is keyword <= "jacket"? | yes
jackets | Using lexicographic (dictionary) ordering on lowercase strings, is keyword <= "jacket"? | no
Sandal | Python compares strings like so: "apple" < "banana" is True and "pear" < "orange" is False. With that in mind, is keyword.lower() < "tangerine" True? | yes
Walnut | Python compares strings like so: "apple" < "banana" is True and "pear" < "orange" is False. With that in mind, is keyword.lower() < "tangerine" True? | no
Mustard | Does the keyword (ignoring case and spaces) come strictly after "lampshade" and strictly before "nutmeg" when sorted in dictionary order? | yes
Olive | Does the keyword (ignoring case and spaces) come strictly after "lampshade" and strictly before "nutmeg" when sorted in dictionary order? | no
new age | Ignoring spaces, does the keyword come before "neutron" in alphabetical order? | no
"""
CHANGED = """
New York City | Does the keyword, without its spaces, have 11 characters? | yes
knife | If you remove the first letter of the keyword, does it start with "n"? | yes
knife | If you drop the last letter, does the keyword end with "f"? | yes
knife | When spelled backwards, does the keyword start with "e"? | yes
knife | When reversed, does the keyword start with "k"? | no
"""
QUANTIFIED = """
Fire truck | Does either word of the keyword start with the letter G? | no
Fire truck | Does either word of the keyword start with the letter T? | yes
New York City | Does any word in the keyword start with Y? | yes
Tall tree | Do both words start with the same letter? | yes
Tall oak | Do both words start with the same letter? | no
Tall | Do both words start with the same letter? | no
New York City | Do all the words in the keyword start with the same letter? | no
Eiffel Tower | Is one of the words in the keyword "Tower"? | yes
Tall tree | Does each word have 4 letters? | yes
Tall trees | Does each word have 4 letters? | no
Tall oak | Do both words contain the letter "a"? | yes
Tall tree | Do both words contain the letter "a"? | no
Tall tree | Do both words of the keyword have a double letter? | yes
Eiffel Tower | Is the first word longer than the second word? | yes
Fire engine | Is the first word longer than the second word? | no
Fire | Is the first word longer than the second word? | no
Tall trees | Does the first word have more letters than the second word? | no
Button | Are any of the first three letters of the keyword a "u"? | yes
Button | Are any of the first three letters of the keyword an "o"? | no
String | Are all of the first three letters consonants? | yes
Glass | Are the first two letters of the keyword both consonants? | yes
Onion | Are the first two letters of the keyword both consonants? | no
Glass | Are the last two letters of the keyword the same? | yes
Apple | Are the last two letters of the keyword the same? | no
Apple | Are the first three letters of the keyword all different? | no
book | Is the second letter different from the third letter? | no
Sand | Are the first three letters of the word S-A-N? | yes
mouse | Is the keyword spelled m-o-u-s-e? | yes
bowl | Does the keyword start with the same letter as "banana"? | yes
vase | Does the keyword start with the same letter as "banana"? | no
panda | Does the keyword end with the same letter as the word "banana"? | yes
bowl | Does the keyword share its first letter with the word "banana"? | yes
bowl | Does the keyword have the same number of letters as the word "tree"? | yes
knife | Does the keyword have as many vowels as consonants? | no
lime | Does the keyword have as many vowels as consonants? | yes
knife | Does the keyword contain 2 vowels and 3 consonants? | yes
"""
BESIDE = """
book | Is "o" the only vowel in the keyword? | yes
boat | Is "o" the only vowel in the keyword? | no
book | Is the keyword spelled with two o's in a row? | yes
robot | Is the keyword spelled with two o's in a row? | no
Glass | Does the keyword contain any vowel other than 'a'? | no
Onion | Does the keyword contain any vowel other than 'o'? | yes
Onion | Does the keyword contain the same vowel twice? | yes
Glass | Does the keyword contain the same vowel twice? | no
knife | Does the keyword contain an "e" that is not at the end? | no
eagle | Does the keyword contain an "e" that is not at the end? | yes
Apple | Does the keyword contain an "a" that is not the first letter? | no
Onion | Does the keyword contain the letter "o", not counting the first letter? | yes
knife | Does the keyword contain the letter "k" other than at the start? | no
knife | Does the keyword contain a vowel apart from the last letter? | yes
Button | Is there a "b" anywhere other than the first position of the keyword? | no
knife | Does the keyword contain "n" immediately followed by "i"? | yes
knife | Does the keyword contain "n" immediately followed by "f"? | no
Button | Does the keyword contain the letter "o" before the letter "u"? | no
Button | Does the keyword contain the letter "u" before the letter "o"? | yes
knife | Does the letter "e" come after the letter "f" in the keyword? | yes
knife | Does the letter "k" come after the letter "f" in the keyword? | no
"""
ALPHABET = """
Tulip | Does the keyword start with a letter from the last quarter of the alphabet (T-Z)? | yes
Glass | Does the keyword start with a letter from the last quarter of the alphabet (T-Z)? | no
Glass | Is the first letter of the keyword in the first third of the alphabet (A-I)? | yes
bowl | Answer yes if the keyword starts with B. | yes
bowl | If the keyword starts with a letter from A to M answer no, otherwise answer yes. | no
vase | If the keyword starts with a letter from A to M answer no, otherwise answer yes. | yes
"""
SEVERAL = """
drum | Does the keyword contain "a"? If not, does it contain "u"? | yes
drip | Does the keyword contain "a"? If not, does it contain "u"? | no
knife | Does the keyword start with A? Or does it start with K? | yes
knife | Does it contain a "z"? Or does it contain a "k"? | yes
lamp | Does it contain a "z"? Or does it contain a "k"? | no
"""


def rows(table: str) -> list[list[str]]:
    return [line.rsplit(" | ", 1) for line in table.strip().splitlines()]


@pytest.mark.parametrize(
    "table", [PARTS, LISTS, ORDERS, CHANGED, QUANTIFIED, BESIDE, ALPHABET, SEVERAL]
)
def test_each_question_has_its_answer(table):
    wrong = []
    for asked, expected in rows(table):
        keyword, question = asked.split(" | ", 1)
        found = answer(keyword, question.replace("\\n", "\n"))
        if found is not (expected == "yes"):
            wrong.append((keyword, question, found))
    assert not wrong


DECLINED = """
Does the keyword contain "a"? Or does it have wheels
Is the keyword one of these words (exact match)? plate, fork
Is the keyword one of the following words? Case, plurals, spaces ignored. plate, fork
Is a or e the only vowel in the keyword?
Does the keyword contain an "a" that is followed by a "t"?
Does the keyword contain an "n" followed by an "e"?
Does the keyword have a "handle"?
Is the keyword alphabetically before "lamp" or after "lamp"?
Is any of the following true? It has wheels, it has doors, it flies.
Here is a list of categories: animal, plant, tool. Is it in the list?
Here is a list of words: animal, plant, tool. Is the keyword related to any of these?
Is the keyword associated with any of the following words? Answer yes or no. fire, water, earth
Is the keyword a synonym of one of these words? Answer yes or no. big, large
Does the keyword belong to one of the following groups? Answer yes or no. mammals, birds, fish
Does the keyword belong to one of the following groups: mammals, birds, fish?
Can the keyword be described by any of these words? Answer yes or no. big, small
Does the keyword fit in any of these? Answer yes or no. a box, a car
Does the keyword contain any of these? Answer yes or no. sugar, milk, eggs
Is the first word an animal and the second word a thing?
Does the keyword have the same number of legs as a dog?
Is the keyword one of the following? Answer yes or no. Europe, Asia, Africa
Is the keyword in the list? Answer yes or no. The list of banned items: knife, gun
Is it used in one of these? Answer yes or no. kitchen, garden, office
Is the keyword found in any of the following places? Please answer yes or no. kitchen, garden, office
Is the keyword one of these things? Answer yes or no. tool, toy, vehicle
Is the keyword one of these? It could be an animal. It could be a plant.
Is the keyword one of the following categories? Answer yes or no. apples, pears, plums
Do you like any of these letters? A, B, C
Does it come in one of these sizes? Answer yes or no. S, M, L
Is it one of these vitamins? Answer yes or no. A, B, C
Does it contain any of these vitamins? Answer yes or no. A, B, C
Is it the same colour as "grass"?
Do both parts of it start with a click?
Does each word have a meaning of its own?
Does it have as many legs as eyes?
Does the keyword have as many letters as legs?
Does the keyword end with the same sound as "banana"?
Is each word of it a food?
Does one of its words start with a B?
If it has wheels answer no, otherwise answer yes.
Does the keyword contain a letter in its first envelope?
Does the keyword contain a "b" before the "a" in time?
Is there a letter before the letter B?
Are any of the first two players human?
Was it listed in one of these? Reply yes or no. Forbes, Time
I have these words: apple, plum. They are fruits. Is the keyword a fruit like these?
Here is the list: apple, plum, pear. Does the keyword come before all of these alphabetically?
Is the keyword one of these things? Answer yes or no.
Does the keyword come before the following alphabetically: apple?
Is the first letter of the keyword in the first third of the alphabet?
Answer yes if it is an animal.
Is it a tool? Answer yes if the keyword starts with B.
If the keyword is an animal answer yes, otherwise no.
Is one of the words a color?
Does either word describe an animal?
Do both words refer to food?
Is either word a verb?
Are any of the first three letters used?
Does the keyword start with the same letter as a dog?
Does the keyword share a room with "banana"?
Does the keyword have more legs than the second word?
Does it contain a vowel before the year 2000?
Does it contain an A besides the first?
Does it have 4 wheels and 2 digits?
Does the keyword come no later than 1990?
Using your hands, is it kept before you?
When reversed, does it start in the opposite direction?
If you remove the lid, does it start with "n"?
Ignoring spaces, does the keyword come before "new york" alphabetically?
Does the keyword start with a? b? c? k?
Does the keyword start with K? If so, does it end with E?
Is the keyword one of the following? Please answer yes or no.
Is the keyword in the list? Answer yes or no.
Is it one of the following? Answer yes or no. furniture, food, clothing
Is it one of these? Please answer honestly. a tool, a toy, a vehicle
Is the keyword one of these words? Answer yes or no. plate, fork. Or maybe: bowl, vase.
"""


def test_what_has_no_sure_meaning_is_declined():
    assert not [question for question in DECLINED.strip().splitlines() if parse(question)]


def test_only_a_plain_order_is_of_the_kind_that_is_searched():
    """Whoever evaluates a predicate of the kind "order" reads its bounds."""
    assert parse('Is the keyword before "m" in reverse alphabetical order?').kind == "order"
    assert parse('Ignoring spaces, is the keyword before "m" alphabetically?').kind == "letters"
    assert parse('Does any word in the keyword come before "m" alphabetically?').kind == "letters"
