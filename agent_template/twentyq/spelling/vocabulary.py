"""Sets of words the grammar knows."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of ``text``, which are separated by spaces."""
    return frozenset(text.split())


_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth"
)
NUMBERS = {word: value for value, word in enumerate(_NUMBERS.split())}
ORDINALS = {word: value for value, word in enumerate(_ORDINALS.split(), start=1)}
AUXILIARIES = words(
    "does do did is are was were can could would will has have should might must may shall"
)

TRUE = (
    "is it true that",
    "is it the case that",
    "is it correct that",
    "is it correct to say that",
    "is it right that",
    "is it a fact that",
    "would it be correct to say that",
    "would it be true that",
    "can we say that",
    "would you say that",
    "would you say",
    "do you agree that",
    "can you tell me if",
    "can you tell me whether",
    "can you confirm that",
    "can you confirm if",
    "can you confirm whether",
    "can you confirm",
    "could you tell me if",
    "could you tell me whether",
    "could you confirm that",
    "please tell me if",
    "please tell me whether",
    "tell me if",
    "tell me whether",
    "i want to know if",
    "i want to know whether",
    "i would like to know if",
    "i would like to know whether",
    "may i ask if",
    "may i know if",
    "do you think that",
    "do you think",
    "answer yes if",
    "say yes if",
    "answer yes if and only if",
    "answer yes only if",
    "am i right that",
    "am i right in thinking that",
    "am i correct that",
    "am i correct in thinking that",
    "am i correct in thinking",
    "would i be correct to say that",
    "would it be correct to say",
    "is it possible that",
    "is the following statement true",
    "is this statement true",
    "yes or no",
    "answer no unless",
)
FALSE = ("is it false that", "is it not true that", "is it not the case that", "is it untrue that")
