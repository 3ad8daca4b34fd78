"""`python -m tests.monday`: go the way, print the table that the README shows, and every step behind it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.monday.other_tools import STEPS
from tests.monday.steps import Step, table
from tests.monday.walk import walk


def main() -> None:
    """Walk in a temporary folder and print."""
    with TemporaryDirectory() as folder:
        ours, _ = walk(Path(folder))
    print(table(ours, STEPS))
    for title, steps in (("labkit, run just now", ours), ("promptfoo + LLaMA-Factory, from their documents", STEPS)):
        print(f"\n{title}", *_lines(steps), sep="\n")


def _lines(steps: Sequence[Step]) -> list[str]:
    return [f"  {s.towards:9} {s.kind:11} {s.what}{f'  [{s.source}]' if s.source else ''}" for s in steps]


if __name__ == "__main__":
    sys.exit(main())
