"""The gate before production: every rule with what it wants, what was measured, and whether it passed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, inf

from labkit.comparison import paired
from labkit.costs import Cost
from labkit.decision.gate_rules import Gate
from labkit.errors import BadData
from labkit.records import Run, Task, examples_sha256
from labkit.scoring import LOWER_IS_BETTER, Interval, Scores, score


@dataclass(frozen=True, slots=True)
class GateLine:
    """One rule: its name, what it wants, what was measured, both in words, and whether it passed."""

    rule: str
    wanted: str
    measured: str
    passed: bool


@dataclass(frozen=True, slots=True)
class GateResult:
    """Every rule of a gate held against one run."""

    lines: tuple[GateLine, ...]

    @property
    def passed(self) -> bool:
        """Whether every rule passed."""
        return all(line.passed for line in self.lines)


def gate(gate: Gate, task: Task, run: Run, champion: Run | None = None, cost: Cost | None = None) -> GateResult:
    """Hold a run against a gate. A rule that cannot be measured does not pass.

    Args:
        gate: the rules.
        task: the scene's task as it is now: its frozen test rows, its currency.
        run: the candidate's run over the test rows.
        champion: the run of what is in production, on the same rows; `no_label_worse_by` needs it.
        cost: what the run cost, if it is known.

    Returns:
        The lines, first the one that the run covers all test rows.
    """
    scores = score(run)
    lines = [_test_rows(task, run), *_minima(gate, scores), *_recalls(gate, scores)]
    if gate.no_label_worse_by is not None:
        lines.append(_no_label_worse(gate.no_label_worse_by, run, champion))
    if gate.valid_answers is not None:
        lines.append(_valid_answers(gate.valid_answers, run))
    if gate.latency_p95_s is not None:
        lines.append(_latency(gate.latency_p95_s, run))
    if gate.cost_per_1000 is not None:
        lines.append(_cost(gate.cost_per_1000, task.bar.currency, run, cost))
    if gate.must_not_break:
        lines.append(_must_not_break(gate.must_not_break, run))
    return GateResult(tuple(lines))


def _test_rows(task: Task, run: Run) -> GateLine:
    found = f"{len(run.rows)} rows of {run.header.split}"
    open_rows = run.counts["pending"]
    frozen = task.test_sha256 in (None, examples_sha256([row.example for row in run.rows]))
    if open_rows:
        found += f", {open_rows} of them not asked yet"
    if run.header.split == "test" and not frozen:
        found += ", which are not the frozen test rows"
    passed = run.header.split == "test" and bool(run.rows) and not open_rows and frozen
    return GateLine("test rows", "all of them asked", found, passed)


def _minima(gate: Gate, scores: Scores) -> Iterator[GateLine]:
    for metric, least in gate.minimum.items():
        found = scores.values.get(metric)
        falls = metric in LOWER_IS_BETTER
        wanted = f"at most {_share(least)}" if falls else f"at least {_share(least)}"
        passed = found is not None and (found.value <= least if falls else found.value >= least)
        yield GateLine(metric, wanted, _interval(found) if found else "no row has gold labels", passed)


def _recalls(gate: Gate, scores: Scores) -> Iterator[GateLine]:
    for label, least in gate.recall.items():
        entry = scores.of_label(label)
        measured, passed = "no gold row carries it", False
        if entry and entry.support:
            measured, passed = f"{_interval(entry.recall)}, {entry.support} rows", entry.recall.value >= least
        yield GateLine(f"recall of {label}", f"at least {_share(least)}", measured, passed)


def _no_label_worse(margin: float, run: Run, champion: Run | None) -> GateLine:
    rule, wanted = "no label worse", f"F1 falls by at most {_share(margin)}"
    if champion is None:
        return GateLine(rule, wanted, "no champion to compare with", False)
    try:
        deltas = {entry.label: entry.delta for entry in paired(champion, run).per_label}
    except BadData as error:
        return GateLine(rule, wanted, error.problem, False)
    measured = {label: delta for label, delta in deltas.items() if delta is not None}
    unmeasured = [label for label in deltas if label not in measured]
    if unmeasured:
        return GateLine(rule, wanted, f"no common gold row carries {', '.join(unmeasured)}", False)
    worst = min(measured, key=lambda label: measured[label].value)
    change = measured[worst]
    found = f"{worst} {change.value:+.3f} ({change.low:+.3f} to {change.high:+.3f})"
    return GateLine(rule, wanted, found, change.value >= -margin)


def _valid_answers(least: float, run: Run) -> GateLine:
    answered = run.counts["answered"]
    found = f"{answered} of {len(run.rows)} rows"
    return GateLine("valid answers", f"at least {_share(least)}", found, answered >= least * max(1, len(run.rows)))


def _latency(most: float, run: Run) -> GateLine:
    """A row that was never answered took longer than any."""
    rule, wanted = "latency", f"95 % within {most:g} s"
    seconds = sorted(inf if row.latency_s is None else row.latency_s for row in run.rows)
    if not seconds or seconds[0] == inf:
        return GateLine(rule, wanted, "not known", False)
    p95 = seconds[ceil(0.95 * len(seconds)) - 1]
    measured = "more than 5 % of the rows have no answer" if p95 == inf else f"{p95:.3g} s"
    return GateLine(rule, wanted, measured, p95 <= most)


def _cost(most: float, currency: str, run: Run, cost: Cost | None) -> GateLine:
    rule, wanted = "cost of 1,000 rows", f"at most {most:g} {currency}"
    if cost is None or cost.unknown or set(cost.amounts) - {currency} or not run.rows:
        return GateLine(rule, wanted, f"not known in {currency}", False)
    found = 1000 * cost.amounts.get(currency, 0.0) / len(run.rows)
    return GateLine(rule, wanted, f"{found:.4g} {currency}", found <= most)


def _must_not_break(ids: tuple[str, ...], run: Run) -> GateLine:
    correct = {row.example.id: row.correct for row in run.rows}
    broken = [row for row in ids if not correct.get(row)]
    names = ", ".join(f"{row} ({'wrong' if correct.get(row) is False else 'not measured'})" for row in broken[:5])
    found = f"{len(ids) - len(broken)} right" + (f"; {names}" if broken else "") + (" …" if len(broken) > 5 else "")
    return GateLine("must not break", f"{len(ids)} rows right", found, not broken)


def _share(value: float) -> str:
    return f"{value:.3f}"


def _interval(found: Interval) -> str:
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
