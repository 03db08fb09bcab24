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
