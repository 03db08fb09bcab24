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
Does it have a double bed?
Does it contain B vitamins?
Is it an I-beam?
Does it end in a point?
Does the keyword end in a point?
Is the keyword before Christ?
Is the keyword after World War 2?
Is the keyword over 100 years old?
Does it have one letter or number on it?
Does it have at least one word on it?
Does it have a space bar?
Does the keyword have a space bar?
Does the keyword have a number pad?
Does the keyword contain words?
Is the keyword in the dictionary?
Is the keyword located between France and Spain?
Is it called "apple"?
Is it the name of a person?
Is it the name of one of the planets?
Is it a phrase that contains a verb?
Is it a word that has two meanings?
Is it a word that starts a sentence?
Is it something that has an E on it?
Does the object have a T shape?
Does it contain X and Y chromosomes?
Does it come in S, M or L?
Is it in A, B or C?
Is the first letter used in medicine?
Is the first word a verb?
Is the first word an animal?
Is the second word a color?
Is the last letter silent?
Does the first word describe a color?
Is its length greater than 5?
Is the length of the object greater than 5?
Does it use two C batteries?
Is it one of a kind?
Is the keyword one of a kind?
Is the keyword one of the most popular, well-known things?
Is the keyword one of the following: used in kitchen, used in bathroom?
Is it one of the following: larger than a car, smaller than a car?
Is it one of these options: hot, cold, warm?
Does it come before 5?
Is it after 5?
Can it be spelled with one hand?
Can it be written with a pen?
Is it written using HTML?
Does the keyword use HTML?
Thinking about its color, does it start with B?
Does the brand name start with A?
Does the last name start with A?
Does the full name start with A?
Does the given name start with A?
Does the word appear in the Bible?
Does the keyword appear in the list of UNESCO sites?
Does the keyword belong to the group of animals, birds, or fish?
Does the keyword belong to one of the following groups: mammals, birds?
Does the keyword belong to one of the following categories: tools, toys, vehicles?
Is it one of these fruits? apple, pear
Is the keyword one of these fruits?
Is the keyword one of the following sports equipment?
Is it one of these animals, dog or cat?
Does it match the following description: big, red, round?
Is it a thing that starts with electricity?
Is it something that begins with an idea?
Is it something that ends with a party?
Does it have more than two colors?
Does it have two or more colors or letters on it?
Is it used to write letters?
Is it used to contain water?
Is it used to hold letters?
Is it a container for letters?
Does it contain five vowels sounds?
Does it contain a vowel sound?
Does it involve letters?
Does it involve spelling?
Does it relate to the alphabet?
Is it related to the letter A?
Is it named after a letter?
Is it the letter A?
Is it a Greek letter?
Is the answer a letter of the alphabet?
Is it a part of speech?
Is it part of a sentence?
Is it part of a word?
Is it a prefix?
Does it have a prefix?
Does it have an abbreviation?
Is it an acronym?
Is it an abbreviation with three letters in common use?
Is it commonly abbreviated to two letters?
Can it be abbreviated to three letters?
Is its symbol a single letter?
Is its chemical symbol two letters?
Does its abbreviation start with N?
Does its nickname start with B?
Does the animal it comes from start with C?
Does the category start with P?
Does the plural end in s?
Does its plural end with "es"?
Is the keyword in plural form?
Is the keyword made of metal?
Is the keyword made of two parts?
Is the keyword made of wood or plastic?
Is the keyword made up of atoms?
Does the keyword consist of metal?
Does the keyword consist of multiple parts?
Is the keyword composed of several pieces?
Does the keyword start working when plugged in?
Does the keyword start at a specific time?
Does the keyword end a sentence?
Is the keyword at the end of a sentence?
Is the keyword at the beginning of the day?
Is the keyword first used in the 1900s?
Is the keyword the first of its kind?
Is the keyword the last thing you see?
Is the keyword more expensive than a car?
Is the keyword older than 100 years?
Is the keyword bigger than "a breadbox"?
Is the keyword larger than a "shoe box"?
Is the keyword smaller than "a coin"?
Is it smaller than "a car"?
Is it less than 5 kg?
Is it less than 5 dollars?
Is it greater than a person in size?
Is it higher than 3 meters?
Is it longer than 5?
Is it equal to 5?
Is it exactly two meters?
Is it two meters long?
Is it 5 cm long?
Is it at least 10 cm long?
Is it one piece?
Is it one object?
Is it one thing?
Is it only one person?
Is it a single object?
Is it a single person?
Is it a two-person game?
Is it a 4-wheel vehicle?
Is it a three-legged stool?
Is it a two-part device?
Is it a two-story building?
Is it a five-star hotel?
Is it multi-purpose?
Is it multi-colored?
Is it compound?
Is it a compound machine?
Is it a compound used in chemistry?
Is it composed of two elements?
Is it composed of hydrogen and oxygen?
Does it contain both sugar and salt?
Does it contain either sugar or salt?
Does it contain any sugar?
Does it contain any of the following: sugar, salt, or flour?
Does it contain any of these: metal, wood, plastic?
Does it have any of the following: wheels, legs, wings?
Does it include any of the following features: a lid, a handle?
Does the keyword contain any of the following: sugar, salt, flour?
Does the keyword have any of the following: wheels, legs, wings?
Does the keyword include at least one of the following: a motor, a battery?
Does it start with one of the following steps?
Does it begin with one of the following: planting, watering?
Does it have no moving parts?
Does it have no wheels?
Does it contain no metal?
Does it have neither legs nor wheels?
Does it have more legs than wheels?
Does it have more than one use and start with electricity?
Is it used in the first half of the day?
Is it in the first half of the book?
Is it from the first half of the 20th century?
Is the place in the first half of the list of countries in alphabetical order?
Are there letters in it?
Are there words in it?
Are there numbers in it?
Is there water in it?
Is there metal in the keyword?
Is there a letter in it?
Is there more than one kind?
Is there more than one type of the keyword?
Is there only one in the world?
Are there two of them?
Are there more than 5 in a house?
Do people have more than two?
Do you have more than one word for it?
Do you use two hands?
Do you need to spell it?
Would you use it before dinner?
Would it come before lunch?
Would you find it between the pages of a book?
Would you put it between two slices of bread?
Can it come between two people?
Can you start with it?
Can it contain more than 5 liters?
Can it hold two or more people?
Can it have letters on it?
Could it be used to start a fire?
Has it got a handle?
Has it got wheels?
Have you used it before?
Has the keyword been to space?
Was the keyword invented after 1900?
Was it before "World War II"?
Is it used after "sunset"?
Is it eaten before bed?
Is it a "type A" personality?
Is it a hepatitis B vaccine?
Does it give you vitamin D or E?
Is it a plan B?
Is it a C major chord?
Does it have an A side and a B side?
Does it play the note A, B or C?
Is it in the key of C?
Does it have the shape of the letter O?
Does it have the form of an S?
Does it resemble the letter "U"?
Does it have a Y-shape?
Does it have a U shape?
Does it have an 'on' button?
Does it have a "power" button?
Does it have 'wheels'?
Does it have the word "stop" on it?
Does it have the word written on it?
Does it have the letter H on it?
Does it include the letter H on its surface?
Does it display the letter "A"?
Does it say "hello"?
Is it labelled with a letter?
Is it marked with the letter R?
Is it played with letters and words?
Is it about words?
Is it something you spell?
Is it something you read from start to end?
Is it an item that begins its life as a seed?
Is it an event that comes before the wedding?
Is it an event that comes before or after winter?
Is it an animal whose name has 5 letters?
Is it an animal with a two-word name?
Is it a person whose first name starts with J?
Is it a movie whose title starts with "The"?
Is it a country with more than 5 letters?
Is it a city with two words in its name?
Is it a food that is spelled with an e?
Is it a type of food with more than 5 letters?
Is it a tool that starts with h?
Is it a musical instrument that starts with P?
Is the keyword an animal that starts with b?
Is the keyword a food starting with b?
Is the keyword a food, and does it start with b?
Is the keyword edible and two words?
Is the keyword edible or does it contain the letter a?
Is the keyword two words and edible?
Is the keyword not edible and starts with B?
Does the keyword start with B and refer to an animal?
Does the keyword start with the letter B, or is it something edible?
Does the keyword start with B if it is an animal?
Does the keyword start with B when translated into French?
Does the keyword start with B in French?
Does the keyword start with B or not an animal?
Does the keyword contain the letter e in Spanish?
Does the keyword come before dinner or after lunch?
Does the keyword follow a schedule?
Does the keyword precede an event?
Does the keyword fall from trees?
Does the keyword fall between summer and winter?
Does the keyword lie between two points?
Does the keyword come after the main course?
Does the keyword come with batteries?
Does the keyword go before the verb?
Does the keyword appear before midnight?
Does the keyword appear in books?
Does the keyword appear in nature more than once?
Does the keyword occur twice a year?
Does the keyword occur more than once a day?
Does the keyword have a beginning and an end?
Does the keyword have two ends?
Does the keyword have a long length?
Does the keyword have a length of 5 meters?
Does the keyword have a length greater than 2 feet?
Is the length of the keyword more than 2 meters?
Is the keyword's length more than one foot?
Is the keyword's name well known?
Is the keyword's color red?
Is the keyword's first use known?
Is the keyword's origin in Asia?
Is the word order important?
Is the word used as a verb?
Is the word commonly used?
Is the word for a place?
Is the word a name?
Is the word English?
Is the word of Latin origin?
Is the word of two origins?
Is the name of the place famous?
Is the name a person's name?
Is the title of a book?
Is the phrase an idiom?
Is the term technical?
Is the term used in medicine or law?
Is it an animal and Does it start with B?
Does the keyword start with B? Or is it an animal?
Does the keyword start with b, c, d, etc.?
Is the first letter a vowel or a consonant?
Is the number of letters in the keyword even or odd?
Is it one word or several words?
Does the keyword not start with a or end with b?
Does the keyword start with a or end with b, and contain c?
Does the keyword contain the letters a, b, c?
Does the keyword start with a and b?
Does the keyword precede "mango" in alphabetical order if it is an animal?
Is the keyword between the pages of "Moby Dick"?
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


@pytest.mark.parametrize(
    "question",
    [
        "Does the keyword start with B\nor is it an animal?",
        "Is it an animal?\nDoes it start with B?",
        "Consider the country it comes from. Does it start with F?",
        "I want to know about its colour.\nDoes it begin with R?",
        "",
        " ",
        "\n\n",
        "?" * 50,
    ],
)
def test_several_lines_that_do_not_ask_about_the_keyword_are_declined(question):
    assert parse(question) is None


def test_enough_questions_are_declined():
    assert len(set(SEMANTIC.strip().splitlines())) >= 400
