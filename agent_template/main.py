"""LLM 20 Questions agent: the file that the environment loads.

It is exec-ed in an empty namespace at the first turn: the folder is found through the
code object, and the last callable defined here is the agent.
"""

import inspect
import os
import sys

_here = os.path.dirname(os.path.abspath(inspect.currentframe().f_code.co_filename))
# Inserted, not appended: the environment drops the last entry once this file has run.
sys.path[:0] = [os.path.join(_here, "lib"), _here]

from twentyq.agent import Agent  # noqa: E402

_agent = Agent(_here)


def agent_fn(obs, cfg):
    """One turn: a question, a guess, or "yes" or "no"."""
    return _agent.act(obs, cfg)
