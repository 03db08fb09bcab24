"""Libraries that come after transformers: what is in ``lib/`` was not there when it was imported.

The environment imports transformers before an agent's file puts ``lib/`` on the path, and
transformers decides while it is imported whether accelerate and bitsandbytes are there.
"""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import importlib.util
import logging
import sys
from pathlib import Path
from types import ModuleType

log = logging.getLogger("twentyq")

LIBRARIES = ("accelerate", "bitsandbytes")


def notice_late_libraries() -> list[str]:
    """Let an already imported transformers use libraries found only now; returns their names.

    Its answer is kept in three places, and all are brought up to date: constants (version 4),
    cached functions, and imports under ``if is_accelerate_available():`` at the top of modules.
    """
    checks = sys.modules.get("transformers.utils.import_utils")
    if checks is None:
        return []
    importlib.invalidate_caches()
    late = [
        name
        for name in LIBRARIES
        if not getattr(checks, f"is_{name}_available")() and importlib.util.find_spec(name)
    ]
    for name in late:
        version = importlib.metadata.version(name)
        for constant, value in ((f"_{name}_available", True), (f"_{name}_version", version)):
            if hasattr(checks, constant):
                setattr(checks, constant, value)
        clear = getattr(getattr(checks, f"is_{name}_available"), "cache_clear", None)
        if clear is not None:
            clear()
    wanted = {f"is_{name}_available" for name in late}
    for name, module in list(sys.modules.items()):
        if name.startswith("transformers.") and wanted & vars(module).keys():
            _run_conditional_imports(module, wanted)
    if late:
        log.info("Found after transformers was imported: %s.", ", ".join(late))
    return late


def _run_conditional_imports(module: ModuleType, checks: set[str]) -> None:
    """Run the module's top-level ``if`` statements that ask one of ``checks``, in its names."""
    file = getattr(module, "__file__", None)
    if not file:
        return
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    chosen = [
        node
        for node in tree.body
        if isinstance(node, ast.If)
        and checks & {name.id for name in ast.walk(node.test) if isinstance(name, ast.Name)}
    ]
    if chosen:
        exec(compile(ast.Module(chosen, []), file, "exec"), vars(module))
