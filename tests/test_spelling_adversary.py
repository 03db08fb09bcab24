"""Wordings and traps written against the parser: each meaning in many words, or none."""

# ruff: noqa: E501 - a question is one line of its table
from __future__ import annotations

import pytest

from twentyq.spelling import parse

KEYWORDS = """
apple
pine cone
T-shirt
bull's eye
3d printer
catch-22
zoo
Scissors
stone
sandal
audio
banana
egg
mango
mangos
lemon
cattle
Air compressor
air conditioner
water bottle
football
ball pen
salt and pepper
rhythm
moose
nut
table
ring
Swing
radar
dad
beetle
education
cab
cut
fig
quilt
south
fzz
x-ray
7up
lamp
Mango
tree
ice cream
level
pie
one 2 three
bus
glass
umbrella
spoon
seal
piano
""".strip().splitlines()


def letters(k):
    return sum(map(str.isalpha, k))


def vowels(k):
    return sum(c in "aeiou" for c in k)


def consonants(k):
    return letters(k) - vowels(k)


def nth(k, index):
    """A letter or digit by its place, "" where there is none."""
    shown = [c for c in k if c.isalnum()]
    return shown[index] if -len(shown) <= index < len(shown) else ""


def second(k):
    return (k.split() + ["", ""])[1]


# what is asked of a keyword in lower case, and the questions that ask it (\n is a line's end)
MEANINGS = [
    (
        lambda k: k[0]=='s',
        r"""
Does the keyword start with an s?
does keyword start with s
Does the keyword's name start with S?
Is the first letter 'S'?
Is the first letter S?
Is the first character of the keyword 's'?
Does it's name begin with an S?
Does the word begin with the letter S?
Does the word I'm trying to guess begin with the letter S?
Does the name of this item start with S?
Does the object's name start with the letter S?
Does the city's name begin with S?
Does the first letter of the secret word happen to be S?
Does the keyword's spelling start with the letter S?
Is it spelled starting with S?
Is 's' the first letter?
Is the keyword a word that begins with the letter "S"?
Does the keyword start with the letter S (upper or lower case)?
Does the keyword start with 's' or 'S'?
Does the keyword start with the lowercase letter s?
Does the keyword begin with the uppercase letter "S"?
Does the keyword (ignoring case) start with "s"?
Ignoring case, does the keyword start with "s"?
First letter S?
The first letter of the keyword is S?
Keyword starts with S?
Starts with S?
Is the initial letter of the word S?
Is the starting letter S?
Does it start with the letter "S"?
Does it begin with S?
Does the target word start with S?
Does your keyword begin with an S?
Does the mystery word begin with "s"?
Does the solution start with S?
Does the first word of the keyword start with S?
Does the keyword start with letter S
Does the keyword start with the alphabet S?
Is the keyword starting with S?
Is the word starting with letter S?
Does the keyword have the first letter S?
Does the keyword have an S at the start?
Let's check the letters. Does the keyword start with the letter "s"?
We know it's a thing. Does the keyword start with the letter S?
**Does the keyword start with the letter "S"?**
Q5: Does the keyword start with the letter S?
Next question: does the keyword start with the letter S?
My next question is: Does the keyword start with the letter S?
[Question] Does the keyword start with the letter S?
Does the keyword start with the letter S? (yes/no)
Does the keyword start with the letter S? Answer with yes or no only.
Does the keyword start with the letter S? E.g. "sofa", "sun".
Does the keyword start with "S" like "sofa"?
Does the keyword start with the letter S, as in "sun"?
\nDoes the keyword start with the letter "S"?
Does the keyword start with the letter (S)?
Does the keyword start with the letter: S?
Does the first letter of the keyword match 's'?
Is the first letter of the keyword equals to "s"?
Is the first letter of the keyword an S?
Is the first letter of its name S?
keyword[0] == 's'
Is it true that the first letter is S?
Is the keyword something that starts with the letter S?
Does the object start with the letter S?
Does the city start with the letter S?
Does the country name start with letter S?
Is the name of the thing starting with S?
Does the keyword start with the following letter: S?
Does the keyword start with the following letter: 's'?
Does the keyword start with the letter "s" or "S"?
Does the keyword start with letter: S
Is the first letter of the keyword: S?
Is the keyword's first letter equal to S?
Is the keyword's first letter the letter "S"?
Is the keyword's initial letter S?
Is the keyword's initial S?
Is the word's first letter "S"?
Is the first letter of word "S"?
Is the first letter of the answer S?
Is the first letter of the name of the thing S?
Is the first letter in the keyword S?
Is the first letter in keyword 's'?
Is first letter of keyword s?
is first letter s
Does first letter of the keyword is S?
Do the keyword start with S?
Do the keyword starts with letter 'S'?
Did the keyword start with S?
Has the keyword S as its first letter?
Is the keyword begin with S?
Is keyword start with 's'?
Is the keyword starts with "s"?
Is it starts with S?
Is it start with the letter S?
Is it begin with letter S?
Its name starts with S?
Can you confirm the keyword starts with S?
Could the keyword start with the letter S?
Might the keyword begin with S?
Is it correct that the keyword begins with S?
So the keyword starts with S?
So, does it start with S?
And does it start with S?
Now, does the keyword start with S?
OK, let me ask: does the keyword start with S?
Let me ask about the spelling: does the keyword begin with the letter S?
I'd like to narrow down by first letter. Does the keyword start with S?
Does the keyword start with S, yes or no?
Does the keyword start with S??
Does the keyword start with S!?
""",
    ),
    (
        lambda k: k[0] in 'abc',
        r"""
Does the keyword begin with any of the following letters: A, B, C?
Does the keyword start with one of these letters: 'a','b','c'
Does the keyword start with a letter in ['a', 'b', 'c']?
Does the keyword start with any letter in "abc"?
Does the keyword start with any letter between A and C?
Does the keyword start with a letter between 'A' and 'C' (inclusive)?
Does the keyword start with letters A-C?
Does the keyword start with the letters A, B, or C?
Does the keyword start with the letter A or B or C?
Does the keyword start with A or B or C?
Does the keyword start with 'a' or 'b' or 'c'?
Does the keyword start with either of a, b, c?
Does the keyword start with a, b, c?
Does the keyword start with (a, b, c)?
Does the keyword start with any of [a, b, c]?
Does the keyword start with any of the letters "abc"?
Does the keyword start with one of the first three letters of the alphabet?
Does the keyword start with a letter before D?
Does the keyword start with a letter that comes before 'd' alphabetically?
Does the keyword start with a letter earlier in the alphabet than D?
Does the first letter of the keyword fall in the range A to C?
Is the first letter of the keyword in [a, b, c]?
Is the first letter of the keyword in the set {a, b, c}?
Is the first letter of the keyword in the list: a, b, c?
Is the first letter of the keyword in the following: a, b, c?
Is the first letter of the keyword among a, b, c?
Is the first letter of the keyword any of these: a b c?
Is the first letter of the keyword a, b, or c?
Is the first letter of the keyword from A through C?
Is the first letter of the keyword (case insensitive) any of the following: a, b, c?
Is the first letter of the keyword one of "a", "b", "c"?
Is the first letter within the first three letters of the alphabet?
Is the first letter of the keyword within the range of A to C?
Is the first letter of the keyword between "A" and "C", inclusive?
Is the first letter of the keyword between A and C alphabetically?
Does any of the following letter: 'a', 'b', 'c' equals to the first letter of the keyword in lower or upper case?
Do any of the following letters match the first letter of the keyword: a, b, c?
Is one of the letters a, b, c the first letter of the keyword?
Does one of the letters a, b, c start the keyword?
obs.keyword[0].lower() in ['a','b','c']
Does the keyword's name begin with a letter in the range A–C?
Does the keyword begin with a letter that is between A and C (inclusive) in the alphabet?
Does the keyword start with one of the letters a, b, c, i.e. the first three?
Does its name start with A, B or C?
Does it start with a letter from A to C?
Does it start with any of these letters: A, B, C?
Is the starting letter of the keyword among these: a, b, c?
Does the first letter of the keyword belong to the group A-C?
Does the keyword start with one of the following? a, b, c
""",
    ),
    (
        lambda k: k[0] in 'abcdefghijklm',
        r"""
Does the keyword start with a letter from A to M?
Does the keyword start with a letter in the first half of the alphabet (A to M)?
Does the keyword begin with a letter from the first half of the alphabet?
Does the keyword's name begin with a letter in the first half of the alphabet, A through M?
Does the first letter of the keyword appear in the first half of the alphabet?
Is the keyword's first letter in the first half of the alphabet?
Is the first letter of the keyword located in the first half of the alphabet?
Is the first letter of the keyword between A and M inclusive?
Is the first letter one of the first 13 letters of the alphabet?
Does the word start with a letter in the range of A to M?
Does it start with a letter between A and M?
Does the keyword start with a letter A through M?
Does the keyword fall in the first half of the alphabet?
Does the keyword start with a letter that appears before N in the alphabet?
Does the keyword start with a letter which is in the first half of the alphabet (a-m)?
Does the keyword start with a letter (A-M)?
""",
    ),
    (
        lambda k: k[0] in 'nopqrstuvwxyz',
        r"""
Does the keyword start with a letter in the second half of the alphabet (N-Z)?
Does the keyword start with a letter in the last half of the alphabet?
Is the first letter between N and Z?
Does the first letter of the keyword come after the letter M alphabetically?
Does the keyword begin with a letter later than M in the alphabet?
Does the keyword start with a letter between N and Z, inclusive?
""",
    ),
    (
        lambda k: k[0] in 'aeiou',
        r"""
Does the keyword begin with a vowel letter?
Does the keyword start with any vowel?
Does the keyword start with a vowel?
Is the first letter of the keyword one of the vowels?
Is the first letter vowel?
Does the word start with a vowel like a, e, i, o or u?
Is the first letter a vowel or not?
Does the keyword start with a vowel, such as a or e?
Does the keyword start with a vowel letter, i.e. A, E, I, O or U?
""",
    ),
    (
        lambda k: k[0].isalpha() and k[0] not in 'aeiou',
        r"""
Does the keyword start with a consonant?
Is the first letter of the keyword a consonant?
Does its name begin with a consonant?
""",
    ),
    (
        lambda k: k[-1]=='e',
        r"""
Does the keyword end in e?
Does the keyword end in an "e"?
Does it end with e?
Does the spelling end in 'e'?
Is the last letter of the keyword an E?
Is the final letter of the secret word E?
Is 'e' the last letter of the keyword?
Does the last letter of the keyword equal 'e'?
Ends with e?
Does the keyword finish with the letter e?
Is the ending letter of the keyword e?
Is the keyword ending in the letter 'e'?
Does the last word of the keyword end with e?
Does the keyword have an 'e' at the end?
""",
    ),
    (
        lambda k: k[-1] in 'aeiou',
        r"""
Does the keyword end with a vowel?
Does it end with a vowel?
Is the last letter one of a, e, i, o, u?
""",
    ),
    (
        lambda k: 'e' in k,
        r"""
Does the keyword contain the letter "e"?
Does the keyword contain an E?
Does the keyword include an "e"?
Does the keyword have the letter e?
Does the keyword have an e in it?
Does the keyword have at least one e?
Does the keyword use the letter e?
Does the keyword's spelling contain an e?
Does the spelling include an E?
Does its name contain an 'e'?
Does it contain the letter 'e'?
Does it have an 'e' in its name?
Does it have the letter e in the name?
Is there the letter e in the keyword?
Is there any e in the keyword?
Is the letter "e" in the keyword?
Is the letter e part of the keyword?
Is the letter e contained in the keyword?
Is the letter 'e' used in the keyword?
Is the letter e one of the letters in the keyword?
Is 'e' in the keyword?
Does the letter e occur in the keyword?
Does the letter "e" appear in the word?
Does an e appear in the keyword?
Does the keyword contain the character "e"?
Does the keyword (in lowercase) contain the letter "e"?
Does the keyword contain the letter e at least once?
Does the keyword contain any e's?
Does the keyword contain e in its spelling?
Do you find the letter e in the keyword?
Can the letter e be found in the keyword?
Is the keyword written with an e?
Contains the letter e?
'e' in keyword
Does the word feature the letter e?
Does the keyword hold the letter e?
Does the keyword contain the vowel "e"?
Does the set of letters in the keyword include e?
""",
    ),
    (
        lambda k: 'e' not in k,
        r"""
Does the keyword not contain the letter e?
Is the keyword missing the letter e?
Is the letter e not in the keyword?
Does the keyword contain no letter e?
Is the keyword without the letter e?
Does the keyword have no e's?
Does the keyword avoid the letter e?
""",
    ),
    (
        lambda k: 'a' in k or 'e' in k,
        r"""
Does the keyword contain the letters 'a' or 'e'?
Does the keyword contain either the letter a or the letter e?
Does the keyword contain at least one of the following letters: a, e?
Does the keyword contain any of the letters a or e?
Does the keyword include one or more of the following letters: a, e?
Does the keyword have any of these letters in it: a, e?
Does the keyword contain an 'a' or 'e'?
Does the keyword contain any one of the letters a, e?
Does the keyword contain a and/or e?
Are any of the following letters in the keyword: a, e?
Is any of these letters in the keyword: a, e?
Is either a or e in the keyword?
Do any of the letters a, e appear in the keyword?
Does any of the following letters appear in the keyword: 'a', 'e'?
Does at least one of the letters a, e appear in the keyword?
Is there an "a" or "e" in the keyword?
Does the keyword contain one of the following letters: a, e?
Does the keyword contain one of the letters in "ae"?
Does the keyword contain any of the letters in this list: [a, e]?
Does the keyword contain any of the characters 'a', 'e'?
Does the keyword contain either 'a' or 'e'?
""",
    ),
    (
        lambda k: 'a' in k and 'e' in k,
        r"""
Does the keyword contain both the letters a and e?
Does the keyword contain both the letter a and the letter e?
Does the keyword contain the letters 'a' and 'e'?
Does the keyword include both a and e?
Does the keyword have an a and an e in it?
Does the keyword contain all of these letters: a, e?
Does the keyword contain every one of these letters: a, e?
Are the letters a and e in the keyword?
Do both a and e appear in the keyword?
Do the letters a and e both appear in the keyword?
Is there both an a and an e in the keyword?
Does the keyword contain a and also contain e?
""",
    ),
    (
        lambda k: 'a' not in k and 'e' not in k,
        r"""
Does the keyword contain neither the letter a nor the letter e?
Does the keyword contain none of the following letters: a, e?
Does the keyword not contain a or e?
Does neither a nor e appear in the keyword?
Is the keyword without any of the letters a, e?
""",
    ),
    (
        lambda k: k[0] not in 'abc',
        r"""
Does the keyword not start with a, b, or c?
Does the keyword start with none of the letters a, b, c?
""",
    ),
    (
        lambda k: len(k.split())==1,
        r"""
Is the keyword a single word?
Is the keyword only one word?
Is the keyword a one-word term?
Is the keyword comprised of one word?
Is the keyword made up of only one word?
Is it a single-word answer?
Is it a one word keyword?
Is the answer one word?
Is the keyword one single word?
Does the keyword consist of only one word?
Does the keyword consist of just one word?
Does the keyword contain exactly one word?
Does the keyword have only 1 word?
Is the name just one word?
Is there only one word in the keyword?
Is the keyword one word only?
Is the keyword a single word with no spaces?
Is the keyword a single word and not a phrase?
Single word?
Is it a single word or not?
Is the keyword written as one word?
""",
    ),
    (
        lambda k: len(k.split())==2,
        r"""
Is the keyword two words?
Is the keyword a two word phrase?
Is the keyword a two-word compound?
Is the keyword made up of exactly two words?
Is the keyword composed of two words?
Is the keyword formed by two words?
Is the keyword two separate words?
Is the answer a two-word answer?
Is it a two-word phrase?
Is it a 2-word keyword?
Is its name two words?
Does the keyword consist of 2 words?
Does the keyword contain exactly 2 words?
Does the keyword have two words in it?
Does the name consist of two words?
Are there two words in the keyword?
Is the number of words in the keyword two?
Is the number of words equal to 2?
Is the keyword two words separated by a space?
Two words?
Is the keyword comprised of two separate words?
Is it a two-word keyword?
Is it composed of two words?
Is it comprised of two words?
Does it consist of two words?
Does the answer consist of two words?
Does the answer contain two words?
Is the keyword two words (e.g., "ice cream")?
Is the keyword two words, like "ice cream"?
Is the keyword a compound of two words separated by a space?
Is the keyword made of two words?
Does the name contain two words?
Does the keyword have exactly one space?
""",
    ),
    (
        lambda k: len(k.split())>1,
        r"""
Is the keyword more than one word?
Is the keyword longer than one word?
Is the keyword made of multiple words?
Is the keyword composed of two or more words?
Is the keyword a multi-word phrase?
Is the keyword multi-word?
Is the answer more than one word?
Is it multiple words?
Is it made up of two or more words?
Is the name made up of more than one word?
Does the keyword consist of two or more words?
Does the keyword consist of at least two words?
Does the keyword contain two or more words?
Does the keyword contain at least 2 words?
Does the keyword have more than one word in it?
Are there multiple words in the keyword?
Are there two or more words in the keyword?
Is the number of words in the keyword more than 1?
Does the number of words in the keyword exceed 1?
Is the keyword's word count greater than one?
Is the keyword not one word?
Is the keyword a multi-word term?
Is it a multi-word keyword?
Is the keyword composed of more than a single word?
Does the keyword have 2+ words?
Does the keyword have 2 or more words?
Does the keyword contain more than a single word?
Is the keyword a phrase consisting of more than one word?
Is the keyword a phrase of two or more words?
Is the keyword a phrase made up of multiple words?
Does the keyword's name consist of more than one word?
Does its name contain more than one word?
Does the name have more than one word?
Does the answer consist of more than one word?
Does the answer have more than one word?
Does the answer contain multiple words?
Is the secret word more than one word?
Are there at least two words in the keyword?
Is the keyword made up of 2 or more words?
""",
    ),
    (
        lambda k: ' ' in k,
        r"""
Does the keyword contain a space?
Does the keyword have a space in it?
Does the keyword include any spaces?
Does the keyword have spaces in it?
Does the keyword contain at least one space?
Does the keyword contain a space between words?
Does the keyword contain any whitespace?
Does the keyword contain a space (' ')?
Does the keyword contain ' '?
Is there any space in the keyword?
Is there a space in the name?
Does its name contain a space?
Does it contain a space character?
Is the keyword separated by a space?
""",
    ),
    (
        lambda k: ' ' not in k,
        r"""
Does the keyword not contain a space?
Is the keyword without spaces?
Are there no spaces in the keyword?
Does the keyword lack spaces?
""",
    ),
    (
        lambda k: '-' in k,
        r"""
Does the keyword contain a hyphen (-)?
Does the keyword contain a dash?
Does the keyword contain the character "-"?
Does the keyword include a hyphen?
Is there a hyphen in the keyword?
Is it hyphenated?
Is its name hyphenated?
Is the keyword spelled with a hyphen?
Are there any hyphens in the keyword?
""",
    ),
    (
        lambda k: letters(k)>6,
        r"""
Does the keyword have more than 6 letters?
Does the keyword contain more than 6 letters?
Does the keyword have more than 6 letters in it?
Does the keyword have more than six letters in total, excluding spaces?
Does the keyword have more than six letters (not counting spaces)?
Does the keyword have over 6 letters?
Does the keyword have 7 or more letters?
Does the keyword have 7 letters or more?
Does the keyword have a minimum of 7 letters?
Does the keyword have no fewer than 7 letters?
Does its name have more than 6 letters?
Does it have more than 6 letters in its name?
Does the keyword's name have more than 6 letters?
Is the keyword more than 6 letters?
Is the keyword over 6 letters long?
Is the keyword longer than six letters in length?
Is the keyword 7 letters or longer?
Is the keyword greater than 6 letters in length?
Is the word longer than 6 letters?
Is it more than 6 letters long?
Is it at least seven letters long?
Is the name longer than six letters?
Are there more than six letters in the name?
Is the number of letters in the keyword greater than 6?
Is the number of letters in the keyword above 6?
Is the number of letters in the keyword at least 7?
Is the number of letters of the keyword greater than 6?
Does the keyword exceed 6 letters?
Is the letter count of the keyword greater than 6?
Is the total number of letters in the keyword greater than 6?
Is the length of the keyword more than 6 letters?
Is the keyword a word with more than 6 letters?
Is it a word with more than 6 letters?
Is the keyword composed of more than 6 letters?
Does the keyword have a length of more than 6 letters?
Does the keyword contain more than 6 letters overall?
More than 6 letters?
Does the keyword have more than 6 letters? (Do not count spaces)
Does the keyword have more than 6 letters (spaces excluded)?
Does the keyword contain seven or more letters?
Does the keyword comprise more than 6 letters?
Is the keyword spelled with more than 6 letters?
Is the keyword's spelling longer than 6 letters?
Is the total letter count of the keyword more than 6?
Is the total number of letters more than 6?
Does the word consist of more than 6 letters?
Is the word more than six letters in length?
Are there over 6 letters in the keyword?
Does the keyword have > 6 letters?
Does the keyword have >6 letters?
Does the keyword have >= 7 letters?
Is the keyword > 6 letters?
Is the keyword > 6 letters long?
""",
    ),
    (
        lambda k: len(k)>6,
        r"""
Is len(keyword) > 6?
Does the keyword have more than 6 characters?
Is the keyword longer than 6 characters, including spaces?
Is the keyword's length greater than 6?
Is the length of the keyword greater than 6?
Does the length of the keyword exceed 6 characters?
Is the number of characters in the keyword greater than 6?
Does the keyword contain more than 6 characters?
Does the keyword have at least 7 characters?
""",
    ),
    (
        lambda k: letters(k)==5,
        r"""
Does the keyword have five letters?
Does the keyword have 5 letters in it?
Does the keyword consist of five letters?
Is the keyword five letters long?
Is the keyword 5 letters?
Is the keyword 5 letters in length?
Is the keyword a 5 letter word?
Is the keyword a five-letter word?
Is it a 5 letter word?
Is it 5 letters long?
Is the word five letters long?
Are there 5 letters in the keyword?
Is the number of letters in the keyword 5?
Is the number of letters in the keyword equal to 5?
Is the keyword made up of 5 letters?
Is the keyword a word of 5 letters?
Does the name have five letters?
Does it have 5 letters in its name?
5 letters?
""",
    ),
    (
        lambda k: letters(k)<6,
        r"""
Does the keyword have less than six letters?
Does the keyword have 5 or fewer letters?
Does the keyword have five or less letters?
Does the keyword have at most 5 letters?
Does the keyword have under 6 letters?
Is the keyword less than 6 letters long?
Is the keyword fewer than six letters?
Is the keyword 5 letters or fewer in length?
Is the keyword no longer than 5 letters?
Is the number of letters in the keyword fewer than 6?
Is the number of letters in the keyword at most 5?
Are there fewer than 6 letters in the keyword?
""",
    ),
    (
        lambda k: 5<=letters(k)<=8,
        r"""
Does the keyword have between 5 and 8 letters, inclusive?
Does the keyword have between five and eight letters?
Does the keyword have 5 to 8 letters?
Does the keyword contain between 5 and 8 letters?
Is the keyword between 5 and 8 letters?
Is the keyword 5 to 8 letters long?
Is the number of letters in the keyword between 5 and 8?
Is the length of the keyword between 5 and 8 letters?
Does the keyword have more than 4 and fewer than 9 letters?
Does the keyword have at least 5 letters and at most 8 letters?
""",
    ),
    (
        lambda k: letters(k)%2==0,
        r"""
Does the keyword contain an even number of letters?
Is the number of letters even?
Is the letter count even?
Does the keyword have an even letter count?
""",
    ),
    (
        lambda k: vowels(k)>2,
        r"""
Does the keyword contain more than two vowels?
Does the keyword have at least three vowels?
Does the keyword contain three or more vowels?
Is the number of vowels in the keyword greater than 2?
Are there at least three vowels in the keyword?
Does the name have more than 2 vowels in it?
Does the keyword contain more than two vowels (a, e, i, o, u)?
""",
    ),
    (
        lambda k: vowels(k)==2,
        r"""
Does the keyword contain exactly 2 vowels?
Is the number of vowels in the keyword 2?
Does the keyword contain only two vowels?
""",
    ),
    (
        lambda k: any(a==b and a.isalpha() for a,b in zip(k, k[1:], strict=False)),
        r"""
Does the keyword contain a double letter?
Does the keyword have double letters?
Does the keyword have double letters in it?
Does the keyword contain a pair of identical consecutive letters?
Does the keyword contain two identical letters in a row?
Does the keyword contain the same letter twice in a row?
Does the keyword have two of the same letters in a row?
Does the keyword have any consecutive identical letters?
Does the keyword contain any consecutive repeated letters?
Does the keyword contain any double letters (like "ss" or "oo")?
Does the keyword contain a double letter, such as "ee" or "ll"?
Does the keyword include a pair of double letters?
Does the name have a double letter?
Does it have a double letter?
Is there a double letter in the keyword?
Are there double letters in the keyword?
Are there two of the same letter in a row in the keyword?
Is any letter repeated consecutively in the keyword?
Does the keyword contain at least one double letter?
Does the keyword have two adjacent letters that are identical?
""",
    ),
    (
        lambda k: len({c for c in k if c.isalpha()})<letters(k),
        r"""
Does the keyword contain repeated letters?
Does the keyword have any repeating letters?
Does the keyword have any letter that appears more than once?
Does the keyword contain any letter more than once?
Does any letter repeat in the keyword?
Do any letters appear more than once in the keyword?
Are there repeated letters in the keyword?
Is any letter repeated in the keyword?
Is there any letter that appears twice or more in the keyword?
Does the keyword repeat any letters?
""",
    ),
    (
        lambda k: k.count('e')>1,
        r"""
Does the keyword contain more than one 'e'?
Does the keyword have more than one e?
Does the keyword contain two or more e's?
Does the keyword contain the letter 'e' at least twice?
Does the letter e appear at least twice in the keyword?
Does the keyword have multiple e's?
Are there two or more e's in the keyword?
Does the letter e appear two or more times in the keyword?
""",
    ),
    (
        lambda k: k.startswith('st'),
        r"""
Does the keyword start with "st"?
Does the keyword start with st?
Does the keyword start with the letters 'ST'?
Does the keyword begin with the prefix "st"?
Does the keyword begin with the string 'st'?
Are the first two letters "st"?
Do the first two letters of the keyword equal 'st'?
Is "st" the beginning of the keyword?
Does "st" start the keyword?
Does the keyword start with the two letters "st"?
Does the keyword start with the letter sequence "st"?
Does the keyword have the prefix "st"?
Does the word start with the blend "st"?
Does it start with "st"?
""",
    ),
    (
        lambda k: k.startswith(('st','sa')),
        r"""
Does the keyword start with either "st" or "sa"?
Does the keyword start with any of the following prefixes: st, sa?
Does the keyword start with any of ["st", "sa"]?
Does the keyword start with any of the following strings: "st", "sa"?
Are the first two letters of the keyword one of the following: st, sa?
""",
    ),
    (
        lambda k: k.endswith('ing'),
        r"""
Does the keyword end with "ing"?
Does the keyword end in -ing?
Does the keyword end with '-ing'?
Does the keyword have the suffix "ing"?
Do the last three letters of the keyword spell "ing"?
Does it end in "ing"?
Does the name end in "ing"?
Is it a word that ends in "ing"?
""",
    ),
    (
        lambda k: 'th' in k,
        r"""
Does the keyword contain "th"?
Does the keyword contain the letter combination "th"?
Does the keyword contain the string 'th'?
Does the keyword contain the letter sequence 'th'?
Does the keyword contain the consecutive letters "th"?
Does the keyword contain the bigram "th"?
Does the keyword have "th" in it?
Is "th" a substring of the keyword?
Is the substring "th" in the keyword?
Does the string "th" occur in the keyword?
Does it contain the letters "th"?
""",
    ),
    (
        lambda k: 'ball' in k,
        r"""
Does the keyword contain the word 'ball'?
Does the keyword include the word "ball"?
Does the name contain the word "ball"?
Does it contain the word "ball"?
Is the word "ball" part of the keyword?
Does the word "ball" appear in the keyword?
Is "ball" contained in the keyword?
""",
    ),
    (
        lambda k: k.endswith('ball'),
        r"""
Does the keyword end with the word "ball"?
Is "ball" at the end of the keyword?
""",
    ),
    (
        lambda k: nth(k,1)=='a',
        r"""
Is the second letter of the keyword an 'a'?
Is the second letter an a?
Is the 2nd letter of the keyword 'a'?
Does the second letter equal 'a'?
Does the keyword have an 'a' as its second letter?
Does the keyword have an "a" in position 2?
Is the letter a the second letter of the keyword?
Is the letter in position 2 of the keyword 'a'?
""",
    ),
    (
        lambda k: nth(k,1) in 'aeiou' and nth(k,1)!='',
        r"""
Is the second letter of the keyword a vowel?
Is the keyword's second letter a vowel?
Does the keyword have a vowel in the second position?
Is the second letter of the keyword one of the following: a, e, i, o, u?
""",
    ),
    (
        lambda k: '' < nth(k,1) < 'm',
        r"""
Does the second letter of the keyword come before M?
Does the second letter of the keyword (in lowercase) precede "m" in alphabetical order?
Is the second letter of the keyword alphabetically before M?
Is the second letter between A and L?
Is the second letter of the keyword in the range A-L?
""",
    ),
    (
        lambda k: k < 'mango',
        r"""
Does the keyword precede "mango" in alphabetical order?
Does the keyword come before "mango" in the alphabetical order?
Does the keyword come before mango in alphabetical order?
Does the keyword come before "mango" when sorted alphabetically?
Does the keyword come before "mango" when arranged alphabetically?
Does the keyword come before "mango" if sorted alphabetically?
Does the keyword come before "mango" in an alphabetically sorted list?
Does the keyword come before "mango" in an English dictionary?
Does the keyword alphabetically come before "mango"?
Does the keyword fall before "mango" in alphabetical order?
Does the keyword appear earlier than "mango" in the dictionary?
Does the keyword rank before "mango" alphabetically?
Does the keyword sort alphabetically before "mango"?
Does the keyword lexicographically precede "mango"?
Does the keyword come earlier than "mango" alphabetically?
Does the keyword come earlier in alphabetical order than "mango"?
Does the keyword, in lowercase, come before "mango" in alphabetical order?
Does the lowercase keyword precede "mango" in alphabetical order?
Does the keyword (lowercased) come before "mango" in alphabetical order?
Does the keyword (when written in lowercase) precede "mango" in alphabetical order?
Does the keyword (in lowercase) come before "mango" lexicographically?
Does the keyword (in lowercase) precede "mango" in lexicographical order?
Does the keyword (in lowercase) precede "mango" in ASCII order?
Does the keyword (in lowercase) precede "mango" in sorted order?
Does the keyword (in lowercase) precede "mango" in alphabetic order?
Does the keyword (in lowercase) precede "mango" in alphabetical sorting?
Does the keyword (in lowercase) precedes "mango" in alphabetical order?
Does the keyword (in lowercase) precede "mango" in alphabetical order? For example, "apple" precedes "banana" in alphabetical order.
Does the keyword (in lowercase) precede "mango" in alphabetical order? e.g. apple < banana
Does the keyword (in lowercase) precede "mango" in alphabetical order? Hint: compare the first letters.
Does the keyword (in lowercase) precede "mango" in alphabetical order? Think step by step.
Does the keyword (in lowercase) precede "mango" in alphabetical order? For instance "lemon" does and "pear" does not.
Does the keyword (in lowercase) precede "mango" in alphabetical order? Examples: 'apple' yes, 'pear' no.
Does the keyword (in lowercase) precede "mango" in alphabetical order? (For example, "apple" precedes "mango", so the answer would be yes; "pear" does not, so the answer would be no.)
The remaining candidates range from "apple" to "zebra". The middle candidate is "mango". Does the keyword (in lowercase) precede "mango" in alphabetical order?
We are binary searching the dictionary; the bounds are "lemon" and "pear".\nDoes the keyword (in lowercase) precede "mango" in alphabetical order?
Is the keyword before "mango" alphabetically?
Is the keyword before mango in alphabetical order?
Is the keyword alphabetically prior to "mango"?
Is the keyword alphabetically smaller than "mango"?
Is the keyword alphabetically earlier than "mango"?
Is the keyword lexicographically smaller than mango?
Is the keyword lexicographically before "mango"?
Is the keyword lexically smaller than "mango"?
Is the keyword smaller than "mango" lexicographically?
Is the keyword less than "mango" in lexicographic order?
Is the keyword earlier than "mango" in alphabetical order?
Is the keyword positioned before "mango" in alphabetical order?
Is the keyword sorted before "mango"?
Is the word lexicographically smaller than "mango"?
Is the answer alphabetically before "mango"?
Is it alphabetically before "mango"?
Is it lexicographically smaller than "mango"?
Is it before "mango" alphabetically?
Does it come before mango in alphabetical order?
Does it precede "mango" in alphabetical order?
Does its name come before "mango" in alphabetical order?
Would the keyword come before "mango" in a dictionary?
Would the keyword be listed before "mango" in alphabetical order?
Would the keyword appear before "mango" in an alphabetically ordered list?
Would it come before "mango" in the dictionary?
Alphabetically speaking, does the keyword come before "mango"?
In alphabetical order, is the keyword before "mango"?
In a dictionary, would the keyword come before "mango"?
If we sort alphabetically, does the keyword come before "mango"?
If words are sorted alphabetically, does the keyword come before "mango"?
Does "mango" come after the keyword in alphabetical order?
Does the word "mango" come after the keyword alphabetically?
Is "mango" lexicographically greater than the keyword?
keyword < "mango"
Is the keyword < mango in alphabetical order?
Comparing lowercase strings, is the keyword less than "mango"?
Does the keyword come before the string "mango" in lexicographical order?
Does the keyword come before "mango" in terms of alphabetical order?
Does the keyword come before “mango” in alphabetical order?
Does the keyword come before `mango` in alphabetical order?
Does the keyword come before <mango> in alphabetical order?
Does the keyword come before (mango) in alphabetical order?
""",
    ),
    (
        lambda k: k > 'mango',
        r"""
Does the keyword come after "mango" in alphabetical order?
Does the keyword (in lowercase) come after "mango" in alphabetical order?
Does the keyword (in lowercase) follow "mango" in alphabetical order?
Is the keyword after "mango" in alphabetical order?
Is the keyword alphabetically later than "mango"?
Is the keyword lexicographically larger than "mango"?
Is the keyword > "mango"?
Does it come after "mango" in alphabetical order?
Does "mango" come before the keyword in alphabetical order?
Is "mango" alphabetically before the keyword?
""",
    ),
    (
        lambda k: not k < 'mango',
        r"""
Does the keyword not precede "mango" in alphabetical order?
Is the keyword lexicographically greater than or equal to "mango"?
Is it false that the keyword precedes "mango" in alphabetical order?
""",
    ),
    (
        lambda k: k <= 'mango',
        r"""
Does the keyword come before or is it equal to "mango" in alphabetical order?
Is the keyword <= "mango"?
Is the keyword equal to "mango" or does it precede "mango" in alphabetical order?
""",
    ),
    (
        lambda k: 'cat' < k < 'mango',
        r"""
Is the keyword alphabetically between "cat" and "mango"?
Does the keyword fall between 'cat' and 'mango' alphabetically?
Does the keyword lie between "cat" and "mango" in the dictionary?
Is the keyword between "cat" and "mango" lexicographically?
Is the keyword alphabetically after "cat" but before "mango"?
Does the keyword follow "cat" and precede "mango" in alphabetical order?
Is "cat" < keyword < "mango"?
""",
    ),
    (
        lambda k: k < 'm',
        r"""
Does the keyword come before the letter M in alphabetical order?
Does the keyword come before M in the alphabet?
Is the keyword alphabetically before M?
Does the keyword precede the letter M in the alphabet?
Does the keyword come before "m"?
Is the keyword lexicographically smaller than "m"?
""",
    ),
    (
        lambda k: k < 'pine cone',
        r"""
Does the keyword (in lowercase) precede 'Pine Cone' in alphabetical order?
Is the keyword lexicographically smaller than pine cone?
""",
    ),
    (
        lambda k: k < "bull's eye",
        r"""
Does the keyword (in lowercase) precede "bull's eye" in alphabetical order?
Does the keyword (in lowercase) precede bull's eye in alphabetical order?
Is the keyword lexicographically smaller than 'bull's eye'?
""",
    ),
    (
        lambda k: k in ('apple','pine cone','zoo'),
        r"""
Is the keyword one of the following: apple, pine cone, zoo?
Is the keyword one of the following: ['apple', 'pine cone', 'zoo']?
Is the keyword one of the following words: apple, pine cone or zoo
Is the keyword one of the following options: apple, pine cone, zoo?
Is the keyword one of the following terms: apple, pine cone, zoo?
Is the keyword one of the following 3 words: apple, pine cone, zoo?
Is the keyword one of the following, apple, pine cone, zoo?
Is the keyword one of these? apple, pine cone, zoo
Is the keyword one of these three words: apple, pine cone, zoo?
Is the keyword one of ["apple", "pine cone", "zoo"]?
Is the keyword one of the words apple, pine cone, zoo?
Is the keyword one of the words in this list: apple, pine cone, zoo?
Is the keyword any of the following: apple, pine cone, zoo?
Is the keyword any of these words: apple, pine cone, zoo?
Is the keyword in the following list: apple, pine cone, zoo?
Is the keyword in the following list of words: apple, pine cone, zoo?
Is the keyword in this list? ["apple", "pine cone", "zoo"]
Is the keyword in the list [apple, pine cone, zoo]?
Is the keyword in the set {apple, pine cone, zoo}?
Is the keyword among these: apple, pine cone, zoo?
Is the keyword included in the following list: apple, pine cone, zoo?
Is the keyword contained in the following list: apple, pine cone, zoo?
Is the keyword found in this list: apple, pine cone, zoo?
Is the keyword either of the following: apple, pine cone, zoo?
Is the keyword "apple", "pine cone" or "zoo"?
Is the keyword equal to any of the following: apple, pine cone, zoo?
Does the keyword match any of these words: apple, pine cone, zoo?
Does the keyword appear in the following list: apple, pine cone, zoo?
Does the keyword belong to the following list: apple, pine cone, zoo?
Does the keyword exist in the following list: apple, pine cone, zoo?
Does this list contain the keyword? apple, pine cone, zoo
Is one of the following the keyword: apple, pine cone, zoo?
Is the secret word one of the following: apple, pine cone, zoo?
Is the word one of the following: apple, pine cone, zoo?
Is it one of the following words: apple, pine cone, zoo?
Is it one of the following keywords: apple, pine cone, zoo?
Is it any of potential keywords apple, pine cone, zoo,
Is it any of potential keywords apple,pine cone,zoo,
Is it any of these potential keywords: apple, pine cone, zoo?
Is it one of these possible keywords: apple, pine cone, zoo?
Is the keyword one of the following potential keywords: apple, pine cone, zoo?
Is the keyword one of my candidates: apple, pine cone, zoo?
Is the keyword one of the following items: apple, pine cone, zoo?
Is the keyword one of the following things: apple, pine cone, zoo?
Is the keyword one of the following?\n1. apple\n2. pine cone\n3. zoo
keyword in ['apple', 'pine cone', 'zoo']
Is the answer in this list: apple, pine cone, zoo?
""",
    ),
    (
        lambda k: k not in ('apple','pine cone','zoo'),
        r"""
Is the keyword not one of the following: apple, pine cone, zoo?
""",
    ),
    (
        lambda k: k == 'apple',
        r"""
Is the keyword "apple"?
Is the keyword equal to "apple"?
Is the keyword exactly "apple"?
Is the word "apple"?
keyword == "apple"
""",
    ),
    (
        lambda k: second(k)[:1]=='c',
        r"""
Does the second word start with the letter "c"?
Does the second word of the keyword begin with C?
Does the keyword's second word start with c?
Is the first letter of the second word 'c'?
Does the second word begin with the letter C?
""",
    ),
    (
        lambda k: second(k)!='' and second(k)<'m',
        r"""
Does the second word of the keyword come before "m" in alphabetical order?
Does the second word precede "m" in alphabetical order?
""",
    ),
    (
        lambda k: k.split()[0]=='air',
        r"""
Is the first word of the keyword "air"?
""",
    ),
    (
        lambda k: k.split()[-1]=='bottle',
        r"""
Is the last word of the keyword "bottle"?
""",
    ),
    (
        lambda k: k[0]=='s' and k[-1]=='s',
        r"""
Does the keyword start and end with the letter s?
Does the keyword begin with S and end with S?
Is the first letter s and the last letter s?
""",
    ),
    (
        lambda k: k[0]==k[-1],
        r"""
Does the keyword start and end with the same letter?
Is the first letter of the keyword the same as the last letter?
Are the first and last letters of the keyword the same?
Do the first and last letters of the keyword match?
""",
    ),
    (
        lambda k: k[0] in 'abc' or k < 'fzzz',
        r"""
Is the first letter of the word any of the following: a b c A B C or does the keyword (in lowercase) precede "fzzz" in alphabetical order?
Does the keyword start with a, b or c, or precede "fzzz" in alphabetical order?
""",
    ),
    (
        lambda k: any(c.isdigit() for c in k),
        r"""
Does the keyword contain any digits?
Does the keyword contain any numbers?
Does the keyword contain numerical digits?
Does the keyword have any digits in it?
Is there a digit in the keyword?
Are there any numbers in the keyword?
""",
    ),
    (
        lambda k: any(not c.isalpha() and not c.isspace() and not c.isdigit() for c in k),
        r"""
Does the keyword contain any punctuation?
Does the keyword include any punctuation?
""",
    ),
    (
        lambda k: k.startswith('3'),
        r"""
Does the keyword start with "3"?
""",
    ),
    (
        lambda k: k[0].isdigit(),
        r"""
Does the keyword start with a digit?
Is the first character of the keyword a digit?
""",
    ),
    (
        lambda k: "'" in k,
        r"""
Does the keyword contain an apostrophe?
Does the keyword include an apostrophe (')?
""",
    ),
    (
        lambda k: k==k[::-1],
        r"""
Is the keyword a palindrome?
Is its name a palindrome?
""",
    ),
    (
        lambda k: consonants(k)>3,
        r"""
Does the keyword contain more than 3 consonants?
""",
    ),
    (
        lambda k: vowels(k)>consonants(k),
        r"""
Does the keyword have more vowels than consonants?
Are there more vowels than consonants in the keyword?
Is the number of vowels in the keyword greater than the number of consonants?
""",
    ),
    (
        lambda k: nth(k,2)=='a',
        r"""
Is the third letter A?
""",
    ),
    (
        lambda k: nth(k,-2)=='l',
        r"""
Is the second-to-last letter of the keyword 'l'?
Is the penultimate letter 'l'?
""",
    ),
    (
        lambda k: len({c for c in k if c.isalpha()})==letters(k),
        r"""
Are all letters in the keyword unique?
Does the keyword contain only unique letters?
Does the keyword contain no repeating letters?
""",
    ),
    (
        lambda k: all(v in k for v in 'aeiou'),
        r"""
Does the keyword contain all the vowels?
Does the keyword contain every vowel?
""",
    ),
    (
        lambda k: vowels(k)>0,
        r"""
Does the keyword contain any vowels?
Does the keyword have a vowel in it?
Is there a vowel in the keyword?
""",
    ),
    (
        lambda k: len(k.split())>2,
        r"""
Does the keyword have three or more words?
Does the keyword consist of more than 2 words?
""",
    ),
    (
        lambda k: len(k.split())==3,
        r"""
Is the keyword three words?
Does the keyword consist of three words?
""",
    ),
    (
        lambda k: k[0] in 'aeiou' or k[0]=='y',
        r"""
Does the keyword start with a vowel or the letter Y?
Does the keyword begin with a vowel or with y?
""",
    ),
    (
        lambda k: k[0]=='s' or k[-1]=='s',
        r"""
Does the keyword start with s or end with s?
Does the keyword start or end with the letter "s"?
""",
    ),
    (
        lambda k: k[0]=='s' and len(k.split())==1,
        r"""
Is it a single word starting with S?
Is the keyword a single word, and does it start with "S"?
Does the keyword start with S and consist of one word?
Is the keyword one word and starts with S?
""",
    ),
    (
        lambda k: len(k.split())==2 and k[0]=='p',
        r"""
Is the keyword two words and does the first word start with P?
Is the keyword a two-word phrase that starts with the letter "P"?
""",
    ),
    (
        lambda k: k[0] not in 'aeiou' and k[-1]=='e',
        r"""
Does the keyword end with e and not start with a vowel?
""",
    ),
    (
        lambda k: k[0] in 'abc' or k[0] in 'xyz',
        r"""
Does the keyword start with a letter from A to C or from X to Z?
Does the keyword start with A-C or X-Z?
Is the first letter between A and C or between X and Z?
""",
    ),
    (
        lambda k: k<'cat' or k>'mango',
        r"""
Does the keyword come before "cat" or after "mango" alphabetically?
""",
    ),
    (
        lambda k: 'a' in k and 'e' not in k,
        r"""
Does the keyword contain the letter a but not the letter e?
Does the keyword contain "a" and not contain "e"?
Does the keyword contain an a and no e?
Does the keyword include the letter A but not E?
""",
    ),
    (
        lambda k: 'a' in k or k[0]=='s',
        r"""
Does the keyword contain the letter 'a' or start with 's'?
Does the keyword either contain a or start with s?
""",
    ),
    (
        lambda k: k[0]=='s' and not k<'mango',
        r"""
Does the keyword start with S and not precede "mango" alphabetically?
""",
    ),
    (
        lambda k: k<'mango',
        r"""
Does the keyword (in lowercase) precede "mango" in alphabetical order? I think the midpoint of the remaining words is "mango".
My list has 2,000 words left, half of them before "mango". Does the keyword (in lowercase) precede "mango" in alphabetical order?
Since the keyword is after "cat" and before "zoo", I will split the range. Does the keyword (in lowercase) precede "mango" in alphabetical order?
Given that the keyword does not start with a vowel, does the keyword (in lowercase) precede "mango" in alphabetical order?
Reasoning: we know it is not a place. The alphabet's middle is m.\nQuestion: Does the keyword (in lowercase) precede "mango" in alphabetical order?
Thought: bisect.\n\nDoes the keyword come before "mango" alphabetically?
does the keyword (in lower case) precede "mango" in alphabetical order
Does the keyword(in lowercase) precede "mango" in alphabetical order?
Does the keyword (in lowercase)precede "mango" in alphabetical order?
Does the keyword (in lowercase) precede"mango" in alphabetical order?
Does the keyword (in lowercase) precede "mango"in alphabetical order?
Does the keyword ( in lowercase ) precede " mango " in alphabetical order?
Does the secret word (in lowercase) precede "mango" in alphabetical order?
Does the answer (in lowercase) precede "mango" in alphabetical order?
Does the term (in lowercase) precede "mango" in alphabetical order?
Does the keyword's name (in lowercase) precede "mango" in alphabetical order?
Does the thing's name come before "mango" in alphabetical order?
Does the keyword (in lowercase) sort before "mango"?
Does the keyword (in lowercase) come before "mango"?
Would the keyword be found before "mango" in the dictionary?
If all words are sorted alphabetically, is the keyword before "mango"?
If we arranged all words alphabetically, would the keyword come before "mango"?
If sorted in a dictionary, would the keyword appear before "mango"?
In terms of alphabetical order, does the keyword come before "mango"?
In terms of lexicographic order, is the keyword smaller than "mango"?
By alphabetical order, is the keyword before "mango"?
Using alphabetical order, does the keyword come before "mango"?
Following alphabetical order, does the keyword come before "mango"?
Is the keyword's alphabetical position before "mango"?
Is the spelling of the keyword alphabetically before "mango"?
Is the lowercase keyword lexicographically less than "mango"?
Is the lower-case version of the keyword before "mango" in alphabetical order?
Is the keyword in lowercase lexicographically smaller than "mango"?
Is the keyword, when written in lowercase, alphabetically before "mango"?
Is the keyword lexicographically smaller than the word "mango"?
Is the keyword lexicographically smaller than the string "mango"?
Is the keyword lexicographically (strictly) smaller than "mango"?
Is the keyword < "mango" in lexicographic order?
Is the keyword < 'mango' (alphabetical order)?
Is the keyword less than "mango" (in alphabetical order)?
Is the keyword less than "mango" when compared alphabetically?
Is "mango" greater than the keyword in alphabetical order?
Is "mango" lexicographically larger than the keyword?
Does the word "mango" come alphabetically after the keyword?
""",
    ),
    (
        lambda k: k[0] < 'n' and k[0].isalpha(),
        r"""
Does the keyword begin with any letter from A to M, inclusive?
Is the initial of the keyword between A and M?
Does the initial letter fall between A and M?
Does the keyword's starting letter fall within A to M?
Does the keyword's starting letter lie between A and M (inclusive)?
Is the keyword's starting letter in the first half of the alphabet?
Does the word begin with one of the letters from A to M?
Does the word begin with a letter in the first half of the alphabet, i.e., A-M?
Does the name of the item begin with a letter between A and M?
Does the thing's name start with a letter between A and M?
Does the name of the thing start with a letter in the first half of the alphabet?
Does it start with any letter between A and M?
Is the first letter of its name between A and M?
Is its first letter between A and M?
Is its first letter in the first half of the alphabet?
Could the first letter be between A and M?
Is the first letter in the range [a-m]?
Is the first letter of the keyword in the range 'a' to 'm'?
Is the first letter of the keyword in the range 'a'-'m'?
Is the first letter of the keyword from the set A-M?
Is the first letter of the keyword within A-M?
Is the first letter of the keyword a letter between A and M?
Is the first letter of the keyword a letter in the first half of the alphabet?
""",
    ),
    (
        lambda k: nth(k,-1)=='g',
        r"""
Is the last letter g?
Is the keyword's last letter 'g'?
Does the last letter equal "g"?
""",
    ),
    (
        lambda k: nth(k,2) in 'aeiou' and len(k)>2,
        r"""
Is the third letter of the keyword a vowel?
Is the third letter a vowel?
Does the keyword have a vowel as its third letter?
""",
    ),
    (
        lambda k: k[:2]=='ba',
        r"""
Do the first two letters of the keyword match "ba"?
Is "ba" the first two letters of the keyword?
Does the keyword begin with "ba" (as in "banana")?
Does the keyword's first two letters equal "ba"?
Does the keyword start with "Ba"?
""",
    ),
    (
        lambda k: k in ('apple','zoo'),
        r"""
Is the keyword either of these: apple, zoo?
Is the keyword either of these words: apple, zoo?
Is it one of these two words: apple, zoo?
Is it either of the following words: "apple", "zoo"?
Is it one of the words "apple" or "zoo"?
Is the keyword exactly one of the following: "apple", "zoo"?
Is the keyword one of the following\napple\nzoo
Is the keyword one of the following options:\n- apple\n- zoo?
Could the keyword be one of the following: apple, zoo?
Could the keyword be one of these: apple, zoo?
Would the keyword be one of the following words: apple, zoo?
Can the keyword be one of the following: apple, zoo?
Is the keyword present in the following list: apple, zoo?
Is the keyword present in this list: [apple, zoo]?
Is the keyword in the following set of words: apple, zoo?
Is the keyword in the following words: apple, zoo?
Is the keyword in the list below: apple, zoo?
Is the keyword in the list of words: apple, zoo?
Is the keyword in list ['apple', 'zoo']?
Is keyword in ['apple', 'zoo']?
Is keyword in [apple, zoo]?
Is the keyword among these words: apple, zoo?
Is the keyword among the following candidates: apple, zoo?
Is the keyword in my list: apple, zoo?
Is the thing one of the following words: apple, zoo?
Does the keyword equal any of the following: apple, zoo?
Does the keyword equal one of these words: apple, zoo?
Does the keyword equal "apple" or "zoo"?
""",
    ),
]  # fmt: skip

TRAPS = """
Is it a source of vitamin C?
Does it come before dinner?
Is it a letter?
Is it used to start a car?
Is it a word processor?
Does it end in a point?
Does it contain water?
Is it an A-list item?
Is the second most common ingredient sugar?
Does it begin in spring?
Is it a T-shirt?
Is it made of two parts?
Does it have letters on it?
Is the keyword a letter of the alphabet?
Is the keyword a letter?
Is the keyword a word?
Is the keyword a number?
Is it a number?
Is it a vowel?
Is the keyword a vowel?
Is it a consonant?
Is the keyword a noun?
Is the keyword a verb?
Is the keyword a proper noun?
Is it a proper noun?
Is the keyword a compound word?
Is it a compound noun?
Is the keyword plural?
Is the keyword an acronym?
Is the keyword an abbreviation?
Is the keyword capitalized?
Does the keyword rhyme with cat?
Does the keyword rhyme with "cat"?
Does the keyword have two syllables?
Does the keyword have more than two syllables?
Is the number of syllables in the keyword two?
Is it a two-syllable word?
Does the keyword sound like "bear"?
Is the keyword pronounced with a silent letter?
Does the keyword contain a silent letter?
Does the keyword contain a silent "e"?
Does the keyword start with a vowel sound?
Is the keyword a synonym of "big"?
Is the keyword the opposite of "hot"?
Is the keyword related to the word "ball"?
Is the keyword associated with "water"?
Does the keyword mean "happy"?
Is it an anagram of "listen"?
Is the keyword an anagram of "stone"?
Is the keyword an English word?
Is the keyword a common word?
Is the keyword a foreign word?
Is the word used in everyday conversation?
Is the keyword used as a verb?
Can the keyword be used as a verb?
Is the keyword found in a dictionary?
Is it in the dictionary?
Is it a dictionary?
Is it an alphabet book?
Is it used to spell words?
Is it a word game?
Is it a crossword puzzle?
Is it a keyboard key?
Is it a key?
Is it a keyword?
Is it a name?
Is it a person's name?
Is it a brand name?
Is the keyword a brand name?
Is it a title?
Is it a string instrument?
Is it a string?
Is it a piece of string?
Does it have strings?
Does it contain a string?
Does it have a string attached?
Does it contain a letter?
Does it contain a message?
Does it contain characters?
Does it have a character limit?
Does it have a main character?
Is the first character a hero?
Does it have a space?
Does it have space inside?
Does it have a lot of space?
Does it contain space for storage?
Does it contain spaces for people?
Is it located in space?
Is it related to space?
Is it used in space?
Does it have a period?
Does it have a point?
Does it have a dash of salt?
Does it have a number of parts?
Does it have an even number of legs?
Does it have an odd number of sides?
Does it have a tail at the end?
Does it have a handle at the end?
Does it have two ends?
Does it have an end?
Does it end with an explosion?
Does it end badly?
Does it end with a bang?
Does it end in winter?
Does it end in marriage?
Does it end up in the trash?
Does it start a fire?
Does it start with a key?
Does it start with electricity?
Does it start as a liquid?
Does it start small?
Does it start in the morning?
Does it start its life as an egg?
Does it start with the seed of a plant?
Does it start with water?
Does it begin as a seed?
Does it begin with an appetizer?
Does it begin with a ceremony?
Does it begin with an egg?
Does it begin life in water?
Does it begin at night?
Does the game start with a kick?
Does the event start in January?
Does the process start with heat?
Does it come after breakfast?
Does it come after winter?
Does it come before the main course?
Does it come before a meal?
Does it come before Christmas?
Does it come before sunrise?
Does it come before lunch or dinner?
Does it come first in a meal?
Does it come last in a race?
Does it come in pairs?
Does it come in a box?
Does it come in different colors?
Does it come in more than one color?
Does it come between two slices of bread?
Does it come from the letter carrier?
Does it come from A to B?
Does it follow the sun?
Does it follow a schedule?
Does it follow an order?
Does it precede a storm?
Does it precede rain?
Does it go before a fall?
Is it before World War II?
Is it after the year 2000?
Is it between 1900 and 2000?
Is it between 5 and 10 feet tall?
Is it between a cat and a dog in size?
Is it between the house and the street?
Is it between Europe and Asia?
Is it smaller than a mango?
Is it bigger than a cat?
Is it bigger than A4 paper?
Is it larger than a letter?
Is it larger than an A4 sheet?
Is it less than 5 dollars?
Is it less than 10 inches long?
Is it less than a meter long?
Is it greater than 100 pounds?
Is it longer than a word?
Is it longer than a pencil?
Is it longer than 12 inches?
Is it longer than it is wide?
Is it shorter than a person?
Is it shorter than 6 feet?
Is the keyword longer than a bus?
Is the keyword bigger than a house?
Is the keyword smaller than a mouse?
Is the keyword smaller than an elephant?
Is the keyword less than a foot long?
Is the keyword heavier than a car?
Is the keyword before the 20th century?
Is the keyword made of two materials?
Is the keyword made of more than one material?
Is the keyword made of metal?
Is the keyword made of wood or metal?
Is the keyword made of letters?
Is the keyword composed of multiple parts?
Is the keyword made up of multiple components?
Does the keyword consist of multiple parts?
Does the keyword contain multiple parts?
Does the keyword contain metal?
Does the keyword contain water?
Does the keyword contain sugar?
Does the keyword contain caffeine?
Does the keyword contain alcohol?
Does the keyword contain electronics?
Does the keyword contain an engine?
Does the keyword contain a screen?
Does the keyword contain gluten?
Does the keyword contain vitamin C?
Does the keyword contain vitamin A or vitamin C?
Does the keyword contain batteries?
Does the keyword contain wheels?
Does the keyword include wheels?
Does the keyword include a screen?
Does the keyword include moving parts?
Does the keyword include electronic components?
Does the keyword include animals?
Does the keyword have wheels?
Does the keyword have legs?
Does the keyword have four legs?
Does the keyword have a handle?
Does the keyword have a screen?
Does the keyword have buttons?
Does the keyword have two parts?
Does the keyword have a tail?
Does the keyword have a specific color?
Does the keyword have multiple uses?
Does the keyword have more than one meaning?
Does the keyword have multiple meanings?
Does the keyword have a specific shape?
Does the keyword have a double meaning?
Does the keyword have anything to do with letters?
Does the keyword have any connection to the alphabet?
Does the keyword have to do with numbers?
Does the keyword start a fire?
Does the keyword start with electricity?
Does the keyword end in death?
Does the keyword end up in the ocean?
Does the keyword refer to a place that starts with A?
Does the keyword refer to an animal?
Does the keyword refer to something with letters?
Does the keyword describe a person?
Does the keyword relate to the letter C?
Does the keyword involve letters?
Does the keyword come before dinner?
Does the keyword come after winter?
Does the keyword come before lunch?
Does the keyword come in a can?
Does the keyword come from an animal?
Does the keyword come from nature?
Does the keyword fall between autumn and spring?
Does the keyword appear in the Bible?
Does the keyword appear in nature?
Does the keyword appear in movies?
Does the keyword appear in the kitchen?
Does the keyword appear on a list of endangered species?
Is the keyword on a list of banned items?
Is the keyword on the A-list?
Is the keyword in the kitchen?
Is the keyword in the list of UNESCO world heritage sites?
Is the keyword in a group of animals?
Is the keyword in the set of kitchen utensils?
Is the keyword in the category of food?
Is the keyword in the class of mammals?
Is the keyword one of the planets?
Is the keyword one of the five senses?
Is the keyword one of the seven wonders?
Is the keyword one of a kind?
Is the keyword one of the most popular foods?
Is the keyword one of several pieces?
Is the keyword one of two parts?
Is the keyword one of the following: an animal, a plant, a mineral?
Is the keyword one of the following categories: food, animal, place?
Is the keyword one of the following: food, animal, object?
Is the keyword one of the following types: electronic, mechanical, manual?
Is the keyword any of the following: used in the kitchen, worn, eaten?
Is the keyword either an animal or a plant?
Is the keyword a fruit, a vegetable, or a nut?
Is the keyword a fruit or vegetable?
Is it one of the following: fruit, vegetable, meat?
Is it one of the following: a tool, a toy, a weapon?
Is it one of these: living thing, machine, building?
Is it in the following list of categories: food, drink, tool?
Is it one of the five Great Lakes?
Is it one of the letters?
Is it one of the vowels?
Is it one of the first things you see in a house?
Is it one of those things with a handle?
Is it any of the following: hot, cold, warm?
Is it any of these colors: red, green, blue?
Is it red, green, or blue?
Is the color red, blue or green?
Is it a, b, or c?
Is it A or B?
Is it type A or type B?
Is it vitamin A, B, or C?
Is it hepatitis B?
Is it a B vitamin?
Is it an X-ray?
Is it a U-boat?
Is it a D-shaped object?
Is it shaped like the letter O?
Is it shaped like a letter?
Is it shaped like an "L"?
Is it in the shape of a T?
Does it look like the letter U?
Does it resemble the letter S?
Does it have the shape of a letter?
Does it have a letter on it?
Does it have the letter A printed on it?
Does it have the letter X on it?
Does it have the word "stop" on it?
Does it contain the word of God?
Does it have words on it?
Does it have words written on it?
Does it have more than 100 words?
Does it have more than two letters on it?
Does it have two letters printed on it?
Does it have 26 letters on it?
Does it use letters?
Does it use the letters of the alphabet?
Does it use words?
Does it use two words?
Does it use numbers?
Does it include numbers?
Does it include letters?
Does it include a number?
Does it include a battery?
Does it hold water?
Does it hold letters?
Does it hold more than one person?
Does it feature a letter?
Does it feature two wheels?
Is it used to write letters?
Is it used to send letters?
Is it used in writing letters?
Is it used for learning letters?
Is it used at the beginning of the day?
Is it used at the end of a meal?
Is it used before the letter is sent?
Is it used with letters and numbers?
Is it used to read words?
Is it used to teach the alphabet?
Is it the first letter of the Greek alphabet?
Is it the last letter of the alphabet?
Is it the second largest city?
Is it the second most populous country?
Is it the first thing you see?
Is it the last meal of the day?
Is the first use of it medical?
Is the first thing you notice its color?
Is the first part made of metal?
Is the last part edible?
Is the first ingredient sugar?
Is the second ingredient flour?
Is the end sharp?
Is the beginning of it in Europe?
Is the middle hollow?
Is the name of the inventor known?
Is the name derived from Latin?
Is the name of it known worldwide?
Is the name a place?
Is its name derived from a person?
Is its name a color?
Is its name also a verb?
Is its name Spanish?
Is the word a noun?
Is the word Latin?
Is the word slang?
Is the word a type of animal?
Is the word a food?
Is the word related to letters?
Does the word describe an action?
Does the word have a negative meaning?
Does the word come from Greek?
Does the word come from French?
Does the word come from Latin or Greek?
Does the name come from a person?
Does the name come from Greek mythology?
Does the name refer to a color?
Does the name include a color?
Does its name include a color?
Does its name include the name of an animal?
Does its name contain a body part?
Does its name contain an animal?
Does its name start with the name of an animal?
Does the keyword contain the name of a color?
Does the keyword contain the name of an animal?
Does the keyword include an animal name?
Does the keyword contain a color?
Does the keyword contain an animal?
Does the keyword contain a verb?
Does the keyword contain a number word?
Does the keyword contain a prefix?
Does the keyword contain a suffix?
Does the keyword start with a prefix?
Does the keyword end with a suffix?
Does the keyword start with the same letter as your name?
Does the keyword start with the same letter as its category?
Does the keyword start with a color?
Does the keyword end with an animal name?
Does the second word refer to an animal?
Is the second word a noun?
Is the second word an animal?
Is the second word a color?
Is the first word an adjective?
Is the first word a color?
Is the first word of the keyword a verb?
Is the first word of the keyword an adjective?
Is the last word a place?
Is the first word a country?
Does the second word describe a place?
Does the first word refer to a color?
Does the first word mean water?
Does the keyword start with any letter?
Does the keyword contain any letter?
Does the keyword contain letters?
Does the keyword contain a letter?
Does the keyword have letters?
Does the keyword have a name?
Does the keyword have words?
Does the keyword start with A to Z?
Does the keyword start with a vowel or a consonant?
Is it one word or two?
Is it one word or multiple words?
Is the number of letters even or odd?
Does the keyword start with A, B, C, ...?
What letter does it start with?
What is the first letter of the keyword?
How many letters does the keyword have?
How many words are in the keyword?
Which letter comes first?
Can you tell me the first letter?
Give me the first letter.
Does it start with A? Is it an animal?
Is it an animal? Does it start with A?
Is it an animal that starts with A?
Is it an animal whose name starts with A?
Is it an animal starting with the letter B?
Is it a country that starts with A?
Is it a fruit that begins with the letter A?
Is it a city beginning with B?
Is it a food that starts with the letter P?
Is it a place whose name begins with C?
Is it a country that comes before France in alphabetical order?
Is it an object with more than five letters?
Is it an animal with a two-word name?
Is it a person whose first name starts with J?
Is it in a country that starts with A?
Is it in a city that starts with B?
Is it found in a country whose name starts with C?
Is it located in a country starting with the letter S?
Is it made from something that starts with W?
Is it a synonym for a word that starts with A?
Does its category start with A?
Does the category of the keyword start with A?
Does the color of it start with B?
Does the first letter of the country it is in come before M?
Does the capital start with B?
Does the capital of the country start with P?
Does the country it is located in start with A?
Does the plural of the keyword end with "es"?
Does the plural end in s?
Does the Spanish word for it start with A?
Does the French name start with P?
Is the keyword in French spelled with an e?
Is the keyword in Spanish starting with A?
If translated to French, does it start with A?
Does the scientific name start with A?
Does the chemical symbol start with A?
Is the chemical symbol one letter?
Does the brand start with A?
Does the person's last name start with B?
Is the first letter of the person's last name B?
Does the first name start with J?
Does the last name start with S?
Does its first name have five letters?
Does the author's name start with S?
Does the owner's name start with S?
Does the inventor's name begin with E?
Does the continent start with A?
Does the continent it is on start with A?
Does the material start with W?
Does the color start with R?
Is the color's first letter R?
Is the first letter of its color R?
Is the first letter of the category A?
Is the first letter of the country where it was made a vowel?
Does the keyword's category contain the letter e?
Does the keyword's color start with B?
Does the keyword's owner start with B?
Does the keyword's plural end with s?
Does the keyword's meaning start with A?
Does the keyword's synonym start with A?
Is there an E number in it?
Is there a number on it?
Is there a letter in it?
Is there water in it?
Is there an engine in it?
Is there more than one kind of it?
Is there more than one in a house?
Are there more than two of them?
Are there two of them in a house?
Are there letters on it?
Are there words in it?
Are there more than 5 people in it?
Are there two wheels in it?
Are there any moving parts in the keyword?
Is there a motor in the keyword?
Is there a picture of a B on it?
Is e-mail related to it?
Is it e-commerce?
Is it an e-book?
Is it an i-phone?
Is it a c-section?
Is it C++?
Is it the letter C?
Is it the letter "C"?
Is it "C"?
Is it Vitamin D or E?
Is it plan B?
Is it a B-movie?
Is it rated R?
Is it rated PG-13?
Is it a G-rated movie?
Is it in Group A?
Is it in the A section?
Is it on the letter A key?
Is it on side B?
Is it Category 5?
Is it before A in a list of grades?
Is it an A in school?
Does it get an A grade?
Is it a 5-star hotel?
Is it a two-wheeled vehicle?
Is it a two-person game?
Is it a three-legged stool?
Is it a two-part item?
Is it a one-time use item?
Is it a single item?
Is it a single object?
Is it single-use?
Is it a single-player game?
Is it one thing?
Is it one piece?
Is it one object or many?
Is it two things?
Is it two-dimensional?
Is it more than one thing?
Is it more than one person?
Is it more than one object?
Is it multiple items?
Is it multiple things?
Is it made of multiple parts?
Is it made of more than two materials?
Is it made of one material?
Is it made of one or more materials?
Is it made up of different parts?
Is it made up of two pieces?
Is it composed of several ingredients?
Is it composed of two elements?
Does it consist of two pieces?
Does it consist of two people?
Does it consist of one or more rooms?
Does it have one or more buttons?
Does it have exactly four wheels?
Does it have at least one door?
Does it have at least two legs?
Does it have five sides?
Does it have fewer than four legs?
Does it have less than 10 calories?
Does it have no legs?
Does it have no moving parts?
Does it have no end?
Does it have double doors?
Does it have a double?
Does it have a repeated pattern?
Does it have repeating patterns?
Does it have repeated parts?
Does it have a pattern?
Does it have a pair?
Does it have a first name?
Does it have a last name?
Does it have a long name?
Does it have a short name?
Does it have a long neck?
Does the keyword have a long name?
Is the keyword long?
Is the keyword short?
Is it a long word?
Is the keyword a long word?
Is it easy to spell?
Is the keyword hard to spell?
Is it spelled differently in British English?
Is the keyword spelled differently in the UK?
Is it a word in the Bible?
Is it a word you would use daily?
Is it a swear word?
Is it a word associated with food?
Is it a word that describes an emotion?
Is it a term used in sports?
Is it a term for a person?
Is the term used in science?
Is the phrase an idiom?
Is it a saying?
Is it alphabetical?
Is it ordered alphabetically?
Is it sorted alphabetically?
Is it organized in alphabetical order?
Is it something arranged in alphabetical order?
Is it used to sort things alphabetically?
Is it kept in order?
Does it keep things in alphabetical order?
Does it put things in order?
Is it an order of a court?
Is it an order of magnitude larger than a car?
Is the keyword an order of mammals?
Is it higher in the food chain than a cat?
Is it earlier than the 19th century?
Is it later than noon?
Is it older than 50 years?
Is it older than "Star Wars"?
Is it less popular than "Monopoly"?
Is it more popular than "Coca Cola"?
Is it better than "Pepsi"?
Is it similar to "chess"?
Is it like "chess"?
Is it called "chess" in English?
Is it known as "the king of fruits"?
Is it in the movie "Titanic"?
Is it mentioned in "Hamlet"?
Is it featured in the song "Yesterday"?
Is it part of the "Big Five"?
Is it found in "Harry Potter"?
Is it from "Star Wars"?
Is it considered a "luxury"?
Is it a so-called "superfood"?
Is the keyword considered a "luxury item"?
Is the keyword a type of "furniture"?
Is the keyword an "animal"?
Is the keyword in the "food" category?
Does the keyword belong to the category "animals"?
Does the keyword belong to the category 'food'?
Does the keyword belong to the list of mammals?
Does the keyword belong to a group of people?
Does the keyword belong in the kitchen?
Does the keyword fall under the category of "tools"?
Does the keyword fit the description "bigger than a car"?
Would the keyword be found in the section "produce"?
Is the keyword classified as "A" or "B"?
Is it labeled with a "C"?
Is it marked with an X?
Does the keyword get marked with an X?
Does X mark it?
Is it used to mark an "X"?
Is it a game of X and O?
Is it written in C?
Is it written with a pen?
Is it written in words?
Is it written in two languages?
Is it written from left to right?
Is the keyword written on paper?
Is the keyword written in a book?
Is the keyword printed with letters?
Is it something written?
Is it something you read letter by letter?
Is it something that contains words?
Is it something that contains letters?
Is it something that starts with a spark?
Is it something that ends with a ceremony?
Is it something that starts in the morning?
Is it something that has two parts?
Is it something that comes before something else?
Is it something which comes after school?
Is it a thing that begins with an idea?
Is it the kind of thing that ends in tears?
Is it a five-a-side game?
Does it contain e-ink?
Does it contain E numbers?
Does it contain a lot of C?
Does it contain A, B and C vitamins?
Does it contain vitamin A, C or E?
Does it contain vitamins A and C?
Does it contain iron or zinc?
Does it contain C vitamins?
Does it have a C cup?
Does it have an A side?
Does it have an A and a B side?
Does it have a B side?
Does it have a y chromosome?
Does it have an X and a Y axis?
Does it have a Q rating?
Does it have an O-ring?
Does it have a USB C port?
Does it have a USB-C connector?
Does it start with a C note?
Does it start with a B flat?
Does it end in a T junction?
Does it end on a D major chord?
Does it start with C major?
Does it end at Z street?
Is the letter e used in maths to represent it?
Is the letter K used as its symbol?
Is the letter C its chemical symbol?
Does the letter C represent it?
Does the letter M stand for it?
Does the letter 'x' denote the keyword?
Is the symbol for the keyword a letter?
Does the symbol of it start with a vowel?
Is its symbol two letters?
Is its abbreviation three letters long?
Is its acronym three letters?
Does its abbreviation start with A?
Is the answer a person?
Is the answer larger than a car?
Is the answer yes?
Is the secret a place?
Is the secret something you eat?
Is the target bigger than a dog?
Does the place have more than one word in its motto?
Does the city have more than two letters in its area code?
Does the place have five letters on its sign?
Does the city have five airports?
Is the country between Germany and Italy?
Is the city before Paris on the train line?
Does the country come before France in size?
Does the country contain deserts?
Does the country end in war?
Does the city lie between two rivers?
Does the object contain letters?
Does the object contain a double handle?
Does the object start with a button?
Does the object have a hyphen key?
Does the item have a space inside?
Does the item start with a switch?
Does the thing come before sleep?
Is it a source of vitamin A, C, or E?
Is the keyword rich in vitamin C?
Is the keyword a source of vitamin B?
Does the keyword contain vitamin E or K?
Is the keyword used with the letter C?
Is the keyword related to a specific letter?
Is the keyword something that ends with a bang?
Is the keyword something that starts in spring?
Is the keyword something you start with a key?
Does the keyword start with an engine?
Does the keyword begin with a ceremony?
Does the keyword start with fire?
Does the keyword end with a party?
Does the keyword end in a point?
Does the keyword end in a sharp tip?
Does the keyword end in winter?
Does the keyword come before marriage?
Does the keyword come before a main course?
Does the keyword come after the letter is sent?
Does the keyword come before or after a meal?
Does the keyword come between two things?
Does the keyword precede an event?
Does the keyword follow a recipe?
Does the keyword follow a specific order?
Does the keyword need to be in a specific order?
Is the keyword before the sun rises?
Is the keyword after dinner?
Is the keyword smaller than a golf ball?
Is the keyword smaller than a bread box?
Is the keyword less than 1 meter?
Is the keyword less than $10?
Is the keyword greater than 10 years old?
Is the keyword longer than 2 feet?
Is the keyword longer than a car?
Is the keyword longer than 10 inches?
Is the keyword shorter than a person?
Is the keyword more than 100 years old?
Is the keyword more than one item?
Is the keyword more than one person?
Is the keyword between 1 and 2 meters tall?
Is the keyword two things?
Is the keyword two objects?
Is the keyword a single item?
Is the keyword a single person?
Is the keyword one thing?
Is the keyword one object?
Is the keyword a pair?
Is the keyword made of two pieces?
Is the keyword missing something?
Is the keyword without a handle?
Is the keyword free of sugar?
Is the keyword free from gluten?
Is the keyword missing a leg?
Does the keyword lack legs?
Does the keyword lack water?
Does the keyword lack color?
Does the keyword avoid light?
Does the keyword repeat itself?
Does the keyword repeat every year?
Does the keyword repeat a pattern?
Does the keyword exceed 10 pounds?
Does the keyword exceed 6 feet?
Does the keyword exceed one meter in height?
Does it exceed 100 dollars?
Does the keyword match a color?
Does the keyword equal money?
Does the keyword happen in spring?
Does the keyword spell danger?
Does the keyword spell trouble?
Does the letter arrive by mail?
Does the letter come before the package?
Does the letter A grade apply to it?
Is the letter sent by mail?
Is the letter written by hand?
Is any of the following true: it is red, it is big?
Are any of the following true?
Are any of the following materials used: wood, metal?
Is any of these things in the keyword: water, sugar?
Are any of these in the keyword: iron, zinc?
Are both eyes on one side?
Is either end sharp?
Are both ends of the keyword sharp?
Do both men and women use it?
Do all people have it?
Do the letters on it matter?
Are the letters in it made of wood?
Are the letters on the keyword raised?
Is every part of it edible?
Is every letter on it printed?
Are all of the parts moving?
Is it listed here in the house?
Is it one of the remaining wonders?
Is it one of the possible causes of cancer?
Is it any of the possible side effects?
Is it any of potential dangers?
Is it among the top 10 foods?
Is it among the following categories: tool, toy?
Is the keyword among animals, plants, minerals?
Is the keyword among the most expensive things?
Is the keyword among mammals?
Is the keyword none of the above?
Is the keyword none of these: alive, edible, wearable?
Is it none of the above?
Is the keyword either of these: an animal, a plant?
Is the keyword one of these: electronic, mechanical?
Is the keyword one of: animal, vegetable, mineral?
Is the keyword one of the following types: A, B, O?
Could the keyword be one of the following: a person, a place, a thing?
Is it in the range of 5 to 10 dollars?
Is it in the range A to C of energy labels?
Is it in the first half of the year?
Is it in the second half of the book?
Is the keyword in the first half of the 20th century?
Is it at the beginning of the alphabet song?
Is it at the end of a sentence?
Is it used at the end of a sentence?
Is it a punctuation mark?
Is it a hyphen?
Is it a symbol?
Is it a character?
Is it a character in a book?
Is the keyword a character?
Is the keyword a fictional character?
Is the character's name short?
Is the first character in the movie a dog?
Is the main character's name John?
Does the country name come from Latin?
Does the city name refer to a saint?
Does the country name mean something?
Does the place name have an origin in Greek?
Does the person's name have five letters?
Is the person's name one word?
Is the brand name one word?
Does the brand name start with A?
Does the product name start with A?
Does the keyword have an even number of legs?
Does the keyword have an odd number of petals?
Does the keyword have an even surface?
Does the keyword have an odd shape?
Does the keyword have a length of more than 1 meter?
Does the keyword have a length greater than 10 inches?
Does the keyword have a short length?
Does the keyword have equal sides?
Does the keyword have two identical sides?
Does the keyword have two identical parts?
Does the keyword have identical halves?
Does the keyword have adjacent rooms?
Does the keyword have more than one color?
Does the keyword have more sugar than salt?
Does the keyword have more calories than an apple?
Does the keyword have fewer than 4 wheels?
Does the keyword have fewer legs than a spider?
Does the keyword have at least two wheels?
Does the keyword have exactly two wheels?
Does the keyword have no legs?
Does the keyword have no color?
Does the keyword have one or more buttons?
Does the keyword have a number pad?
Does the keyword have a dash board?
Does the keyword have a space bar?
Does the keyword have a letter box?
Does the keyword have letter keys?
Does the keyword have a character set?
Does the keyword have a word limit?
Does the keyword have a string?
Does the keyword have strings?
Does the keyword have a point?
Does the keyword have a period?
Does the keyword use letters?
Does the keyword use electricity?
Does the keyword use a battery?
Does the keyword use an engine?
Does the keyword use gas or electricity?
Does the keyword hold more than 5 people?
Does the keyword hold water?
Does the keyword feature a screen?
Does the keyword possess wings?
Does the keyword include a letter?
Does the keyword include text?
Does the keyword include words?
Does the keyword include people?
Does the keyword include a person or animal?
Does the keyword contain fat, sugar or salt?
Does the keyword contain CO2?
Does the keyword contain DNA?
Does the keyword contain H2O?
Does the keyword contain any metal?
Does the keyword contain any animals?
Does the keyword contain two parts?
Does the keyword contain multiple components?
Does the keyword contain more than one ingredient?
Does the keyword contain other objects?
Does the keyword contain air?
Does the keyword contain gas?
Does the keyword contain ice?
Does the keyword contain oil?
Does the keyword contain tea?
Does the keyword contain both sugar and salt?
Does the keyword contain either milk or cheese?
Does the keyword contain a lot of letters?
Does the keyword contain at least one animal?
Does the keyword contain no sugar?
Does the keyword contain none of the major allergens?
Is it a type of word?
Is it a kind of letter?
Is it a part of a word?
Is it a part of a letter?
Is it a part of speech?
Is it part of the alphabet?
Is the keyword part of the alphabet?
Is the keyword part of a word?
Is the keyword a substring?
Is it spelled out?
Is it spelled like it sounds?
Is it spelled the same in Spanish?
Is the keyword spelled the same forwards and backwards in Spanish?
Is the keyword in plural form?
Is the keyword in English?
Is the keyword in the English language?
Is the keyword a singular word?
Is the keyword in singular?
Is the keyword uppercase?
Is the keyword all lowercase?
Is the keyword a single-use item?
Is the keyword a two-player game?
Is the keyword a three-course meal?
Is the keyword a five-star hotel?
Is the keyword a 3D object?
Is the keyword a 2-wheeled vehicle?
Is the keyword a B-movie?
Is the keyword an A-frame?
Is the keyword a T-shirt?
Is the keyword an X-ray machine?
Is the keyword an e-reader?
Is the keyword type A?
Is the keyword class B?
Is the keyword a C?
Is the keyword shaped like an S?
Is the keyword shaped like the letter U?
Is the keyword marked with an X?
Is the keyword labeled A?
Is the keyword on the letter C of the encyclopedia?
Does the keyword look like the letter O?
Does the keyword look like an O?
Does the keyword resemble a letter?
Does the keyword make an "s" sound?
Does the keyword make a sound like "moo"?
Does the keyword say "moo"?
Does the keyword go "woof"?
Does the keyword begin with a soft c sound?
Does the keyword start with a hard "c" sound?
Does the keyword start with the sound "k"?
Does the keyword end with an "ee" sound?
Does the keyword begin with the sound of S?
Does the keyword have a long "a" sound?
Does the keyword have a silent letter?
Does the keyword have a silent k?
Does the keyword have an accent?
Does the keyword have the accent on the first syllable?
Is the first syllable stressed?
Does the keyword have one syllable?
Is the keyword one syllable?
Is the keyword monosyllabic?
"""


@pytest.mark.parametrize(("means", "questions"), MEANINGS)
def test_each_wording_has_its_meaning(means, questions):
    for question in questions.strip().splitlines():
        predicate = parse(question.replace("\\n", "\n"))
        assert predicate is not None, question
        wrong = [k for k in KEYWORDS if predicate(k) is not bool(means(k.lower()))]
        assert not wrong, (question, wrong)


def test_questions_about_things_are_declined():
    claimed = [question for question in TRAPS.strip().splitlines() if parse(question) is not None]
    assert not claimed


def test_the_tables_are_large():
    asked = sum(len(questions.strip().splitlines()) for _, questions in MEANINGS)
    assert asked >= 800
    assert len(set(TRAPS.strip().splitlines())) >= 900
