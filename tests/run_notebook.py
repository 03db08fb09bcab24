"""Run a notebook's cells in the test's own process, where a source can be replaced."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from pipeline.places import NOTEBOOKS


def run_cells(
    name: str, given: dict[str, Any], patch: pytest.MonkeyPatch, until: str = ""
) -> dict[str, Any]:
    """The names that the code cells of a notebook leave, run with the parameters ``given``.

    ``until``: the papermill description of the last cell to run; empty: all.
    """
    patch.setenv("MPLBACKEND", "agg")
    patch.setattr(sys, "path", [*sys.path])
    patch.chdir(NOTEBOOKS)
    names: dict[str, Any] = {}
    for cell in json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            exec(source, names)
        if "parameters" in cell["metadata"].get("tags", []):
            assert given.keys() <= names.keys()
            names |= given
        if until and source.startswith(f"#papermill_description={until}\n"):
            break
    return names
