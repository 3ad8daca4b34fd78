"""Print the size of the house and fail where a room has grown past what one can hold in mind."""

from __future__ import annotations

import ast
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILE_LIMIT, SCRIPT_LIMIT, FUNCTION_LIMIT, MEDIAN_LIMIT = 400, 300, 50, 10


def function_lengths(path: Path) -> list[tuple[int, str]]:
    """Lengths in lines, docstring not counted, of every function of a file."""
    lengths = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            lengths.append((lines, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"))
    return lengths


def main() -> int:
    """Print lines, files, functions; return the number of faults."""
    sources = sorted((ROOT / "labkit").rglob("*.py"))
    scripts = [p for p in sorted((ROOT / "widgets" / "src").rglob("*.ts")) if not p.name.endswith(".test.ts")]
    lines = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in (*sources, *scripts)}
    functions = [f for p in sources for f in function_lengths(p)]
    median = statistics.median(length for length, _ in functions)
    print(f"labkit: {len(sources)} files, {sum(lines[p] for p in sources)} lines, {len(functions)} functions,", end=" ")
    print(f"median {median:.0f} lines; front end: {len(scripts)} files, {sum(lines[p] for p in scripts)} lines")
    faults = [f"{p.relative_to(ROOT)} has {lines[p]} lines" for p in sources if lines[p] > FILE_LIMIT]
    faults += [f"{p.relative_to(ROOT)} has {lines[p]} lines" for p in scripts if lines[p] > SCRIPT_LIMIT]
    faults += [f"{place} has {length} lines" for length, place in functions if length > FUNCTION_LIMIT]
    faults += [f"the median function has {median} lines"] if median > MEDIAN_LIMIT else []
    print("\n".join(faults), file=sys.stderr)
    return len(faults)


if __name__ == "__main__":
    sys.exit(min(1, main()))
