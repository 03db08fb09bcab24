"""Play one game from an unpacked submission, alone: run as a script, imports nothing of ours.

    python -I referee.py FOLDER KEYWORD REPORT.json

The network is blocked, the agent file is loaded by the environment itself, and the
report lists every problem found.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

MODEL_THREAD = "twentyq-model"
WITHOUT_MODEL = ("Playing without the model", "Playing without the table", "The model failed")
INERT_QUESTION, INERT_GUESS = "Is it inert?", "zzz inert zzz"


class NetworkBlocked(OSError):
    """Raised where the agent reaches for the network."""


def block_network():
    """Refuse connections and name look-ups; an audit hook cannot be taken out again."""
    attempts = []

    def hook(event, args):
        remote = event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")
        if event == "socket.connect":
            remote = not isinstance(args[1], (str, bytes))  # those are local sockets
        if remote:
            attempts.append(f"{event} {args[1:2] or args[:1]}")
            raise NetworkBlocked("the network is cut during verification")

    sys.addaudithook(hook)
    return attempts


def inert(obs, cfg):
    """Always legal, never wins."""
    return {"ask": INERT_QUESTION, "guess": INERT_GUESS}.get(obs.turnType, "no")


def play(folder, keyword):
    """The finished environment and the seconds it took."""
    import kaggle_environments
    from kaggle_environments.envs.llm_20_questions import llm_20_questions as game

    game.keyword, game.category, game.alts = keyword, "things", []
    env = kaggle_environments.make("llm_20_questions", debug=False)
    main = str(Path(folder) / "main.py")
    start = time.perf_counter()
    env.run([main, main, inert, inert])
    return env, time.perf_counter() - start


def judge(env, seconds, attempts):
    """The report: what was played, and every problem."""
    problems, turns = [], []
    overage = {0: 300.0, 1: 300.0}
    act = float(env.configuration.actTimeout)
    logs = [""] * 2
    for step, entry in enumerate(env.logs):
        for seat in (0, 1):
            log = entry[seat] if seat < len(entry) else None
            if not log:
                continue
            used = float(log.get("duration", 0.0))
            turns.append({"step": step, "seat": seat, "seconds": round(used, 3)})
            if used > act + overage[seat]:
                problems.append(f"seat {seat} took {used:.0f} s at step {step}, over its time")
            overage[seat] -= max(0.0, used - act)
            logs[seat] += log.get("stderr", "") + log.get("stdout", "")
    last = env.steps[-1]
    statuses = [state.status for state in last]
    raw = [
        str(state[1].action)
        for before, state in zip(env.steps, env.steps[1:])
        if before[1].status == "ACTIVE" and before[1].observation.turnType == "answer"
    ]
    bad = [answer for answer in raw if answer not in ("yes", "no")]
    if set(statuses[:2]) != {"DONE"}:
        problems.append(f"the game ended with {statuses[:2]} instead of DONE, DONE")
    if bad:
        problems.append(f"{len(bad)} answers were neither yes nor no, the first {bad[0]!r}")
    if not raw:
        problems.append("no question was ever answered")
    for text in logs:
        for line in text.splitlines():
            if line.startswith(WITHOUT_MODEL):
                problems.append(f"the agent reported: {line.strip()[:300]}")
    tail = [line for text in logs for line in text.strip().splitlines()[-1:]]
    if problems and tail:
        problems.append(f"last line of its log: {tail[-1][:300]}")
    asked = any(thread.name == MODEL_THREAD for thread in threading.enumerate())
    if not asked and not problems:
        problems.append("the model was never asked: choose another package.verify_keyword")
    first = last[0].observation
    return {
        "problems": problems,
        "statuses": statuses,
        "rewards": [state.reward for state in last],
        "rounds": len(first.questions),
        "questions": list(first.questions),
        "answers": list(first.answers),
        "guesses": list(first.guesses),
        "game_seconds": round(seconds, 1),
        "longest_turn_seconds": max((t["seconds"] for t in turns), default=0.0),
        "overage_left": {str(seat): round(left, 1) for seat, left in overage.items()},
        "network_attempts": attempts,
    }


def main(folder, keyword, report):
    # Semantic questions about a keyword outside the table: the model has to answer them.
    os.environ["TWENTYQ_HANDSHAKE"] = "never"
    os.environ["TWENTYQ_QUESTIONS"] = "semantic"
    attempts = block_network()
    env, seconds = play(folder, keyword)
    found = judge(env, seconds, attempts)
    Path(report).write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:4])
    # The model's thread may still be at work; nobody waits for it.
    sys.stdout.flush()
    os._exit(0)
