"""Reading notebooks without running them: the parameters cell and what it must hold."""

from __future__ import annotations

import ast
import difflib
import json
from pathlib import Path
from typing import Any

from .errors import ParamsError
from .params import RunParams
from .stages import Stage


def parameter_defaults(notebook: Path) -> dict[str, Any]:
    """Names and literal values assigned in the one cell tagged ``parameters``.

    papermill's own inspection drops annotated names and cuts values at a ``#``; this reads
    the cell's syntax tree. Raises ParamsError if there is not exactly one such cell, or if
    it does anything but assign literals.
    """
    if not notebook.is_file():
        raise ParamsError(f"The notebook {notebook} is missing; restore it with git checkout.")
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        raise ParamsError(
            f"{notebook.name}: expected one cell tagged 'parameters', found {len(tagged)}."
        )
    values = {}
    for node in ast.parse("".join(tagged[0]["source"])).body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            raise ParamsError(
                f"{notebook.name}: the parameters cell may only assign literals to names."
            )
        try:
            values[node.targets[0].id] = ast.literal_eval(node.value)
        except ValueError:
            raise ParamsError(
                f"{notebook.name}: {node.targets[0].id} is not a literal; derive values in the "
                "next cell, because injected parameters come after this one."
            ) from None
    return values


def check_parameters(stage: Stage) -> None:
    """Raise ParamsError unless the notebook takes just the parameters that the stage gives."""
    has = set(parameter_defaults(stage.notebook))
    gives = {"run_dir", *stage.parameters(RunParams())}
    for name in sorted(gives - has):
        close = difflib.get_close_matches(name, has - gives, n=1)
        hint = f" (is {close[0]!r} a misspelling of it?)" if close else ""
        raise ParamsError(f"{stage.notebook.name}: the parameters cell lacks {name!r}{hint}.")
    for name in sorted(has - gives):
        close = difflib.get_close_matches(name, gives, n=1)
        hint = f"; the nearest known one is {close[0]!r}" if close else ""
        raise ParamsError(f"{stage.notebook.name}: unknown parameter {name!r}{hint}.")
