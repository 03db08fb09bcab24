"""How many public things the lexicon covers that has not seen them, by size.

python benchmarks/lexicon.py               # the committed lexicon: seconds
python benchmarks/lexicon.py --rebuild     # all candidates, from the sources: minutes
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "agent_template")]

from pipeline import lexicon  # noqa: E402


def main() -> None:
    """Print coverage by size and mean log2 rank, counted with the environment's matcher."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rebuild", action="store_true", help="read the sources again")
    if not parser.parse_args().rebuild:
        table = lexicon.load(withhold="public")
        print(f"{len(table):,} keywords, public list withheld")
        print(lexicon.summary(lexicon.withheld_ranks(table), lexicon.SIZES[:-1]))
        return
    made = lexicon.prepare("public")
    every = len(made.keywords)
    print(f"{every:,} candidates")
    table = lexicon.assemble(made, "public", rows=every)
    print("withheld:       ", lexicon.summary(lexicon.withheld_ranks(table)))
    print("cross-validated:", lexicon.summary(lexicon.cross_validation(made)))


if __name__ == "__main__":
    main()
