"""`import labkit` against its bar of 0.3 s, beside an empty interpreter and the libraries it must not pull in."""

from __future__ import annotations

import subprocess
import sys
import time

ROUNDS = 5
IMPORTS = ("sys", "labkit", "pandas", "openai", "plotly.graph_objects")


def seconds(module: str) -> float:
    """The fastest of several fresh interpreters that import one module."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print a table of seconds over an empty interpreter."""
    empty = seconds("sys")
    print(f"{'import':24}{'seconds over an empty interpreter':>36}")
    for module in IMPORTS[1:]:
        print(f"{module:24}{seconds(module) - empty:>36.3f}")
