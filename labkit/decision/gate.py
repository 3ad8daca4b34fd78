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
from labkit.texts import retold, say

_NAMED = 5  # rows


@dataclass(frozen=True, slots=True)
class GateLine:
    """One rule: its name, what it wants, what was measured, and whether it passed.

    The three are words, and always English ones, as a release records them; `told` says them to people.
    """

    rule: str
    wanted: str
    measured: str
    passed: bool

    def told(self, lang: str | None = None) -> GateLine:
        """The line in the interface language, or in `lang`."""
        wanted, measured = (retold(cell, "gate.cell.", lang) for cell in (self.wanted, self.measured))
        return GateLine(retold(self.rule, "gate.rule.", lang), wanted, measured, self.passed)


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
    open_rows = run.counts["pending"]
    frozen = task.test_sha256 in (None, examples_sha256([row.example for row in run.rows]))
    strange = run.header.split == "test" and not frozen
    key = {(True, True): "rows_open_not_frozen", (True, False): "rows_open", (False, True): "rows_not_frozen"}
    counts = {"rows": len(run.rows), "split": run.header.split, "open": open_rows}
    found = _cell(key.get((bool(open_rows), strange), "rows_of"), **counts)
    passed = run.header.split == "test" and bool(run.rows) and not open_rows and frozen
    return GateLine(_rule("test_rows"), _cell("all_asked"), found, passed)


def _minima(gate: Gate, scores: Scores) -> Iterator[GateLine]:
    for metric, least in gate.minimum.items():
        found = scores.values.get(metric)
        falls = metric in LOWER_IS_BETTER
        wanted = _cell("at_most" if falls else "at_least", value=_share(least))
        passed = found is not None and (found.value <= least if falls else found.value >= least)
        yield GateLine(metric, wanted, _interval(found) if found else _cell("no_gold"), passed)


def _recalls(gate: Gate, scores: Scores) -> Iterator[GateLine]:
    for label, least in gate.recall.items():
        entry = scores.of_label(label)
        measured, passed = _cell("no_gold_label"), False
        if entry and entry.support:
            measured, passed = _interval(entry.recall, rows=entry.support), entry.recall.value >= least
        yield GateLine(_rule("recall", label=label), _cell("at_least", value=_share(least)), measured, passed)


def _no_label_worse(margin: float, run: Run, champion: Run | None) -> GateLine:
    rule, wanted = _rule("no_label_worse"), _cell("f1_falls", margin=_share(margin))
    if champion is None:
        return GateLine(rule, wanted, _cell("no_champion"), False)
    try:
        deltas = {entry.label: entry.delta for entry in paired(champion, run).per_label}
    except BadData as error:
        return GateLine(rule, wanted, error.problem, False)
    measured = {label: delta for label, delta in deltas.items() if delta is not None}
    unmeasured = [label for label in deltas if label not in measured]
    if unmeasured:
        return GateLine(rule, wanted, _cell("no_common", labels=", ".join(unmeasured)), False)
    worst = min(measured, key=lambda label: measured[label].value)
    change = measured[worst]
    ends = {"low": f"{change.low:+.3f}", "high": f"{change.high:+.3f}"}
    found = _cell("interval", value=f"{worst} {change.value:+.3f}", **ends)
    return GateLine(rule, wanted, found, change.value >= -margin)


def _valid_answers(least: float, run: Run) -> GateLine:
    answered = run.counts["answered"]
    found = _cell("answered", answered=answered, rows=len(run.rows))
    wanted = _cell("at_least", value=_share(least))
    return GateLine(_rule("valid_answers"), wanted, found, answered >= least * max(1, len(run.rows)))


def _latency(most: float, run: Run) -> GateLine:
    """A row that was never answered took longer than any."""
    rule, wanted = _rule("latency"), _cell("within", seconds=f"{most:g}")
    seconds = sorted(inf if row.latency_s is None else row.latency_s for row in run.rows)
    if not seconds or seconds[0] == inf:
        return GateLine(rule, wanted, _cell("unknown"), False)
    p95 = seconds[ceil(0.95 * len(seconds)) - 1]
    measured = _cell("too_many_silent") if p95 == inf else _cell("seconds", seconds=f"{p95:.3g}")
    return GateLine(rule, wanted, measured, p95 <= most)


def _cost(most: float, currency: str, run: Run, cost: Cost | None) -> GateLine:
    rule, wanted = _rule("cost"), _cell("at_most", value=f"{most:g} {currency}")
    if cost is None or cost.unknown or set(cost.amounts) - {currency} or not run.rows:
        return GateLine(rule, wanted, _cell("unknown_in", currency=currency), False)
    found = 1000 * cost.amounts.get(currency, 0.0) / len(run.rows)
    return GateLine(rule, wanted, f"{found:.4g} {currency}", found <= most)


def _must_not_break(ids: tuple[str, ...], run: Run) -> GateLine:
    correct = {row.example.id: row.correct for row in run.rows}
    wrong = [row for row in ids if correct.get(row) is False]
    missing = [row for row in ids if correct.get(row) is None]
    named = {name: _some(rows) for name, rows in (("wrong", wrong), ("missing", missing)) if rows}
    found = _cell("_".join(named) or "right", right=len(ids) - len(wrong) - len(missing), **named)
    return GateLine(_rule("must_not_break"), _cell("rows_right", rows=len(ids)), found, not named)


def _some(rows: list[str]) -> str:
    return ", ".join(rows[:_NAMED]) + (" …" if len(rows) > _NAMED else "")


def _rule(key: str, **values: object) -> str:
    return say(f"gate.rule.{key}", "en", **values)


def _cell(key: str, **values: object) -> str:
    return say(f"gate.cell.{key}", "en", **values)


def _share(value: float) -> str:
    return f"{value:.3f}"


def _interval(found: Interval, rows: int | None = None) -> str:
    ends = {"value": _share(found.value), "low": _share(found.low), "high": _share(found.high)}
    return _cell("interval", **ends) if rows is None else _cell("interval_rows", **ends, rows=rows)
