"""Questions about meaning, which the spelling rules must leave to others."""

from __future__ import annotations

import pytest
from twentyq.spelling import answer, parse

SEMANTIC = """
Is it a source of vitamin C?
Does it come before dinner?
Is it a letter?
Is it used to start a car?
Does it have a handle?
Does it contain water?
Is it used to write words?
Does it begin with a seed?
Is it one of the planets?
Does it have letters on it?
Does it contain an engine?
Is it bigger than a car?
Does it end with death?
Does it contain metal?
Is it something that comes in order?
Is it an animal?
Is it a plant?
Is it a place?
Is it alive?
Is it man-made?
Is it a country?
Is it a city in Europe?
Is it a mammal?
Is it larger than a breadbox?
Is it smaller than a shoe box?
Is it heavier than 10 kilograms?
Is it longer than a meter?
Is it longer than 5 inches?
Is it more than 100 years old?
Is it at least 3 feet long?
Does it have two wheels?
Does it have four legs?
Does it have more than one part?
Does it have more than two wheels?
Does it have 3 sides?
Is it made of two parts?
Is it made of one piece?
Does it consist of several parts?
Does it contain numbers?
Does it have numbers on it?
Does it have a number on it?
Does it contain letters?
Does it have letters?
Does it contain words?
Does it contain text?
Does it have characters?
Does it have two characters?
Does it use a keyboard?
Does it have keys?
Does it have a dash?
Does it have a space inside?
Does it have space for storage?
Is it in outer space?
Is it found in space?
Is it a keyword in Python?
Is it a word?
Is it a noun?
Is it a verb?
Is it a long word?
Is it a compound word?
Is it an abstract concept?
Is it a proper noun?
Is it a synonym of big?
Does the word rhyme with cat?
Does the keyword rhyme with "cat"?
Does the keyword have two syllables?
Does the keyword have more than three syllables?
Is the keyword a type of food?
Is the keyword a place?
Is the keyword related to sports?
Is the keyword used in a kitchen?
Is the keyword bigger than a car?
Is the keyword smaller than a car?
Is the keyword larger than a house?
Does the keyword contain a motor?
Does the keyword contain water?
Does the keyword contain metal?
Does the keyword contain alcohol?
Does the keyword have a handle?
Does the keyword have wheels?
Does the keyword come before dinner?
Does the keyword start with a seed?
Does the keyword include electronic components?
Does the keyword refer to an animal?
Is the keyword an animal or a plant?
Is the keyword one of the planets?
Is the keyword in the kitchen?
Is the keyword in Europe?
Is the keyword found in nature?
Is the answer an animal?
Does the answer have fur?
Does the object have a screen?
Is the object longer than it is wide?
Is it one of the seven wonders of the world?
Is it one of the five senses?
Is it one of the primary colors?
Is it one of the following: animal, plant or mineral?
Is it one of the following: an animal, a plant, a mineral?
Is it one of the following categories: food, drink, furniture?
Is it one of the following? a tool, a toy, a vehicle
Is the keyword one of the following: animal, plant, food?
Is it either a fruit or a vegetable?
Is it a cat or a dog?
Is it a fruit, a vegetable, or a nut?
Is it red, green or blue?
Is it made of wood, metal or plastic?
Is it part of a computer?
Is it part of the human body?
Is it in the list of endangered species?
Is it on the periodic table?
Is it on land?
Is it in the dictionary?
Is it sorted alphabetically?
Is it arranged in alphabetical order?
Are its parts listed in alphabetical order?
Is it used to sort things in alphabetical order?
Does it have entries in alphabetical order?
Is it an alphabet?
Is it a type of alphabet?
Does it come in order?
Does it come in a box?
Does it come in different colors?
Does it come after spring?
Does it come after a storm?
Does it come from a cow?
Does it follow a recipe?
Does it follow the sun?
Does it precede a war?
Does it fall between two other things?
Is it between 1 and 2 meters tall?
Is it between two oceans?
Does it start in spring?
Does it start with electricity?
Does it start a fire?
Does it begin in childhood?
Does it begin at birth?
Does it begin with planting?
Does it end in victory?
Does it end at midnight?
Does it end in the sea?
Does it start with a key?
Does it start and stop?
Is it used at the beginning of the day?
Is it used first thing in the morning?
Is it the first step of a process?
Is it the first of its kind?
Is its first use medical?
Is it the last thing you do?
Is the first owner famous?
Does its name come from Latin?
Is its name derived from a person?
Is it named after a person?
Does its name describe what it does?
Does its color start with B?
Does its scientific name start with A?
Does its capital start with the letter P?
Does the country it comes from start with F?
Is it from a country whose name starts with a?
Does it have an A rating?
Does it contain vitamin C?
Is it rich in vitamin A or vitamin D?
Is it a type of T-shirt?
Does it have a TV?
Does it use GPS?
Does it contain DNA?
Does it have an X-ray function?
Is it shaped like the letter O?
Is it shaped like a T?
Does it look like an X?
Is it part of the A-team?
Is it a grade A product?
Is it a 4 digit number?
Is it a number?
Is it even?
Is it an odd number?
Is it even possible to buy it?
Is it odd to own one?
Is it a vowel?
Is it a consonant?
Is it capital?
Is it a capital city?
Is it hot or cold?
Is it expensive (more than $100)?
Is it something with a handle?
Is it something that starts a fire?
Is it something that has wheels?
Is it something you can write with?
Is it an item used for spelling?
Is it used to spell words?
Is it used for counting?
Is it a game with letters?
Is it a board game with letter tiles?
Is it a book with more than 500 pages?
Is it a story with two characters?
Does it have a name?
Does it have a long name?
Is its name long?
Is it a brand name?
Does it contain an "active ingredient"?
Does it have a "handle"?
Does it have a "screen" or "display"?
Is it a "thing"?
Is it "big"?
Is it considered a "tool"?
Is it an animal and does it start with B?
Is it an animal or does the keyword start with B?
Does it start with B and is it an animal?
Is it an animal that starts with B?
Is it a fruit starting with the letter A?
Is it a country whose first letter is A?
Is it a city with more than 5 letters in its name?
Does it start with B or is it blue?
Does the keyword start with a letter and refer to food?
Is it an animal? Does it start with B?
The first letter is B. Is it an animal?
In French, does the keyword start with P?
If it is an animal, does it start with B?
When translated to Spanish, does it end in o?
Does the keyword start with a silent letter?
Does it start with a vowel sound?
Does the keyword start with the same sound as "cat"?
Is the first letter capitalized?
Is the keyword capitalized?
Is the keyword plural?
Is the keyword long?
Is the keyword longer than 5 feet?
Is it longer than a football field?
Is it shorter than 2 weeks?
Is it over 50 years old?
Is it under 10 dollars?
Is it more than a word?
Can you spell it?
Can you eat it?
Can it fly?
Can it be held in one hand?
Would you find it in a kitchen?
Has it been used for more than 100 years?
Does it have two or more legs?
Does it need two people?
Was it invented before 1900?
Was it built after 1950?
Is it from before the year 2000?
Did it exist before the 20th century?
Is it older than "Stonehenge"?
Is it in the top 10?
Does it appear in the first half of the year?
Is it in the first half of the list?
Is it used by letter carriers?
Is it a love letter?
Does it come with a letter?
Does it contain a letter?
Does it contain a message?
Does it have a hyphenated name?
Is the string made of cotton?
Is it a string instrument?
Does it have strings?
Does it contain string?
Does it have a title?
Does it have a period?
Does it require two words to describe?
What letter does it start with?
Which letter comes first?
How many letters does it have?
How many words is it?
What is the first letter?
Does the keyword precede or follow "m" in alphabetical order?
Does the keyword come before?
Does the keyword start with?
Does the keyword start with ""?
Is the keyword one of the following?
Is the keyword one of the following words:
Does the keyword contain the letter?
Is the first letter?
yes
no
keyword
a
?
apple
"""


@pytest.mark.parametrize("question", SEMANTIC.strip().splitlines())
def test_a_question_about_meaning_is_declined(question):
    assert parse(question) is None
    assert answer("apple", question) is None


def test_enough_questions_are_declined():
    assert len(set(SEMANTIC.strip().splitlines())) >= 150
