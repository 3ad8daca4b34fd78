"""`python -m tests.bench [NAME…]`: run every benchmark, or those named, and keep the tables under results/."""

from __future__ import annotations

import contextlib
import io
import sys
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results"


def main(names: list[str]) -> None:
    """Run the benchmarks one after another; each table is printed and written to results/<name>.txt."""
    RESULTS.mkdir(exist_ok=True)
    for path in sorted(FOLDER.glob("*.py")):
        if path.stem.startswith("__") or (names and path.stem not in names):
            continue
        print(f"== {path.stem}", flush=True)
        table = io.StringIO()
        with contextlib.redirect_stdout(table):
            import_module(f"tests.bench.{path.stem}").main()
        print(table.getvalue(), flush=True)
        (RESULTS / f"{path.stem}.txt").write_text(table.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
