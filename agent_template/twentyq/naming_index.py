"""Where keywords stand in the alphabet, and which of them the environment takes a text for.

Both orders are worked out when the knowledge is built: sorting and normalising hundreds of
thousands of names takes longer than a first turn may.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twentyq.matching import normalize, plural_forms

ORDER, FORMS, OWNERS = "order.npy", "forms.txt", "owners.npy"


@dataclass(frozen=True, eq=False)
class NameIndex:
    """``order``: int32 [n_keywords], by lower-case code points. ``forms``: the normalised
    keywords and variants, sorted; ``owners``: int32 [n_forms], whose each is.
    """

    order: np.ndarray
    forms: list[str]
    owners: np.ndarray

    @classmethod
    def of(cls, keywords: Sequence[str], variants: Sequence[tuple[str, ...]]) -> NameIndex:
        """Worked out from the names."""
        lower = [keyword.lower() for keyword in keywords]
        order = sorted(range(len(lower)), key=lower.__getitem__)
        named = [(i, name) for i, some in enumerate(variants) for name in some]
        owners = [*range(len(lower)), *(i for i, _ in named)]
        names = [*keywords, *(name for _, name in named)]
        # One pass over a joined text is several times faster than a call per name.
        forms = normalize("\n".join(" ".join(name.split("\n")) for name in names)).split("\n")
        by_form = sorted(range(len(forms)), key=forms.__getitem__)
        return cls(
            np.array(order, dtype=np.int32),
            [forms[i] for i in by_form],
            np.array([owners[i] for i in by_form], dtype=np.int32),
        )

    def save(self, folder: Path) -> None:
        np.save(folder / ORDER, self.order, allow_pickle=False)
        np.save(folder / OWNERS, self.owners, allow_pickle=False)
        with (folder / FORMS).open("w", encoding="utf-8", newline="") as file:
            file.write("\n".join(self.forms))

    @classmethod
    def load(cls, folder: Path, n_keywords: int) -> NameIndex:
        """Raises ValueError if it is not one of ``n_keywords``."""
        order = np.load(folder / ORDER, allow_pickle=False)
        owners = np.load(folder / OWNERS, allow_pickle=False)
        forms = (folder / FORMS).read_bytes().decode("utf-8").split("\n")
        if len(order) != n_keywords or len(forms) != len(owners) or owners.max() >= n_keywords:
            raise ValueError(f"the index of names is not one of {n_keywords} keywords")
        return cls(order, forms, owners)

    def covered_by(self, text: str) -> list[int]:
        """Keywords that the environment would take ``text`` for, in no order."""
        found: list[int] = []
        for form in plural_forms(normalize(text)):
            place = bisect_left(self.forms, form)
            while place < len(self.forms) and self.forms[place] == form:
                found.append(int(self.owners[place]))
                place += 1
        return found
