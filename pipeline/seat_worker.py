"""One agent file in a process of its own, answering observations over a pipe.

    python -P seat_worker.py path/to/main.py

reads one JSON object per line (``{"observation": {...}, "configuration": {...}}``) and answers each
with one line; by hand that is stdin and stdout, the arena passes descriptors of its own. The file
is loaded and called by the environment's own ``Agent`` class, so that everything it does to an
agent happens here too: exec at the first turn, last callable, the number of arguments read from its
code, stdout and stderr captured, cut, and their buffers closed after the turn.

Standard library and ``kaggle_environments`` only: the script runs from wherever it lies, and the
project it belongs to stays off the agent's ``sys.path``.

Lines sent:
    ``{"ready": true}`` or ``{"ready": false, "error": text}`` once, then for each turn
    ``{"kind": "action" | "error" | "late" | "unserialisable", "action", "error", "stdout",
    "stderr", "seconds"}``.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import json
import os
import sys
import traceback
import types
from pathlib import Path


def import_agent_class(preload: bool) -> tuple[type, object]:
    """The environment's ``Agent`` class and ``structify``.

    ``preload`` imports all of ``kaggle_environments``, as on Kaggle, where torch and transformers
    are therefore imported before any agent: several seconds. Without it only ``agent.py`` is
    imported, through a stand-in for its package that is removed again at once.
    """
    if preload:
        from kaggle_environments.agent import Agent, structify

        return Agent, structify
    spec = importlib.util.find_spec("kaggle_environments")
    if spec is None:
        raise ModuleNotFoundError("No module named 'kaggle_environments'")
    stand_in = types.ModuleType("kaggle_environments")
    stand_in.__path__ = list(spec.submodule_search_locations or ())
    sys.modules["kaggle_environments"] = stand_in
    # an optional part of jsonschema that takes 3 s to import, and that no turn needs
    sys.modules["rfc3987_syntax"] = None
    try:
        from kaggle_environments.agent import Agent, structify
    finally:
        del sys.modules["rfc3987_syntax"]
        for name in [name for name in sys.modules if name.split(".")[0] == "kaggle_environments"]:
            del sys.modules[name]
    return Agent, structify


class Environment:
    """The four fields of an environment that its ``Agent`` class reads."""

    name = "llm_20_questions"
    debug = False

    def __init__(self) -> None:
        self.agents: dict = {}
        self.configuration: dict = {}


def take_turn(agent, structify, request: dict) -> dict:
    """Play one observation; an exception makes the reply an ``error``, a slow turn ``late``."""
    agent.configuration = structify(request["configuration"])
    action, log = agent.act(structify(request["observation"]))
    reply = {"kind": "action", "action": action, "stdout": log["stdout"], "stderr": log["stderr"]}
    reply["seconds"] = log["duration"]
    if isinstance(action, BaseException):
        late = type(action).__name__ == "DeadlineExceeded"
        reply.update(kind="late" if late else "error", action=None, error=repr(action))
    return reply


def encode(reply: dict) -> bytes:
    """One line; an action that JSON cannot hold is replaced by its ``repr``."""
    try:
        text = json.dumps(reply)
    except (TypeError, ValueError):
        text = json.dumps(
            {**reply, "kind": "unserialisable", "action": repr(reply["action"])[:200]}
        )
    return text.encode() + b"\n"


def serve(main_path: str, requests: io.BufferedReader, replies: io.RawIOBase, preload: bool) -> int:
    """Answer requests until the pipe closes; returns the exit status."""
    noise = io.StringIO()  # never closed: log handlers made during the import keep it
    try:
        with contextlib.redirect_stdout(noise), contextlib.redirect_stderr(noise):
            agent_class, structify = import_agent_class(preload)
            agent = agent_class(main_path, Environment())
    except Exception:
        text = traceback.format_exc()
        replies.write(encode({"ready": False, "error": text, "action": None}))
        return 1
    replies.write(encode({"ready": True}))
    for line in requests:
        replies.write(encode(take_turn(agent, structify, json.loads(line))))
    return 0


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """The command line; without descriptors the protocol runs over stdin and stdout."""
    parser = argparse.ArgumentParser(description="Answer observations with one agent file.")
    parser.add_argument("main_path")
    parser.add_argument("--read-fd", type=int)
    parser.add_argument("--write-fd", type=int)
    parser.add_argument("--no-preload", action="store_true")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Set up the descriptors, then serve."""
    options = parse_arguments(argv)
    read_fd, write_fd = options.read_fd, options.write_fd
    if read_fd is None or write_fd is None:
        read_fd, write_fd = os.dup(0), os.dup(1)
        os.dup2(2, 1)  # what the agent's libraries print must not get between the replies
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.argv[:] = sys.argv[:1]  # an agent must not see, or parse, our command line
    if sys.path and Path(sys.path[0]).resolve() == Path(__file__).resolve().parent:
        del sys.path[0]  # run by hand without -P
    with os.fdopen(read_fd, "rb") as requests, os.fdopen(write_fd, "wb", buffering=0) as replies:
        try:
            return serve(options.main_path, requests, replies, not options.no_preload)
        except BrokenPipeError:
            return 0  # the arena is gone, and nobody is left to tell


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
