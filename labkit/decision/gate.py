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
from labkit.texts import Phrase


@dataclass(frozen=True, slots=True)
class GateWords:
    """A line of the gate's table as a person reads it."""

    rule: str
    wanted: str
    measured: str
    passed: bool


@dataclass(frozen=True, slots=True)
class GateLine:
    """One rule: its name, what it wants, what was measured, and whether it passed.

    A release records it so: what was measured, in no language; `told` says it to people in theirs.
    """

    rule: Phrase
    wanted: Phrase
    measured: Phrase
    passed: bool

    def told(self, lang: str | None = None) -> GateWords:
        """The line in the interface language, or in `lang`."""
        return GateWords(self.rule.told(lang), self.wanted.told(lang), self.measured.told(lang), self.passed)


@dataclass(frozen=True, slots=True)
class GateResult:
    """Every rule of a gate held against one run."""

    lines: tuple[GateLine, ...]

    @property
    def passed(self) -> bool:
        """Whether every rule passed."""
        return all(line.passed for line in self.lines)


def gate(
    gate: Gate,
    task: Task,
    run: Run,
    champion: Run | None = None,
    cost: Cost | None = None,
    canaries: Run | None = None,
) -> GateResult:
    """Hold a run against a gate. A rule that cannot be measured does not pass.

    Args:
        gate: the rules.
        task: the scene's task as it is now: its frozen test rows, its currency.
        run: the candidate's run over the test rows.
        champion: the run of what is in production, on the same rows; `no_label_worse_by` needs it.
        cost: what the run's rows cost, those whose answers were taken over too, if it is known.
        canaries: what the same model answered to the canaries, if it was asked.

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
    if gate.canaries is not None:
        lines.append(_canaries(gate.canaries, canaries))
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
        wanted = _cell("at_most" if falls else "at_least", value=least)
        passed = found is not None and (found.value <= least if falls else found.value >= least)
        yield GateLine(_rule("metric", metric=metric), wanted, _interval(found) if found else _cell("no_gold"), passed)


def _recalls(gate: Gate, scores: Scores) -> Iterator[GateLine]:
    for label, least in gate.recall.items():
        entry = scores.of_label(label)
        measured, passed = _cell("no_gold_label"), False
        if entry and entry.support:
            measured, passed = _interval(entry.recall, rows=entry.support), entry.recall.value >= least
        yield GateLine(_rule("recall", label=label), _cell("at_least", value=least), measured, passed)


def _no_label_worse(margin: float, run: Run, champion: Run | None) -> GateLine:
    rule, wanted = _rule("no_label_worse"), _cell("f1_falls", margin=margin)
    if champion is None:
        return GateLine(rule, wanted, _cell("no_champion"), False)
    try:
        deltas = {entry.label: entry.delta for entry in paired(champion, run).per_label}
    except BadData as error:
        return GateLine(rule, wanted, as_recorded(error.problem), False)
    measured = {label: delta for label, delta in deltas.items() if delta is not None}
    unmeasured = [label for label in deltas if label not in measured]
    if unmeasured:
        return GateLine(rule, wanted, _cell("no_common", labels=unmeasured), False)
    worst = min(measured, key=lambda label: measured[label].value)
    change = measured[worst]
    found = _cell("change", label=worst, value=change.value, low=change.low, high=change.high)
    return GateLine(rule, wanted, found, change.value >= -margin)


def _valid_answers(least: float, run: Run) -> GateLine:
    answered = run.counts["answered"]
    found = _cell("answered", answered=answered, rows=len(run.rows))
    wanted = _cell("at_least", value=least)
    return GateLine(_rule("valid_answers"), wanted, found, answered >= least * max(1, len(run.rows)))


def _latency(most: float, run: Run) -> GateLine:
    """A row that was never answered took longer than any."""
    rule, wanted = _rule("latency"), _cell("within", seconds=most)
    seconds = sorted(inf if row.latency_s is None else row.latency_s for row in run.rows)
    if not seconds or seconds[0] == inf:
        return GateLine(rule, wanted, _cell("unknown"), False)
    p95 = seconds[ceil(0.95 * len(seconds)) - 1]
    measured = _cell("too_many_silent") if p95 == inf else _cell("seconds", seconds=p95)
    return GateLine(rule, wanted, measured, p95 <= most)


def _cost(most: float, currency: str, run: Run, cost: Cost | None) -> GateLine:
    replied = len(run.rows) - run.counts["pending"]
    rule, wanted = _rule("cost"), _cell("costs_at_most", money=most, currency=currency)
    if cost is None or cost.unknown or set(cost.amounts) - {currency} or not replied:
        return GateLine(rule, wanted, _cell("unknown_in", currency=currency), False)
    found = 1000 * cost.amounts.get(currency, 0.0) / replied
    return GateLine(rule, wanted, _cell("costs", money=found, currency=currency), found <= most)


def _must_not_break(ids: tuple[str, ...], run: Run) -> GateLine:
    correct = {row.example.id: row.correct for row in run.rows}
    wrong = [row for row in ids if correct.get(row) is False]
    missing = [row for row in ids if correct.get(row) is None]
    named = {name: rows for name, rows in (("wrong", wrong), ("missing", missing)) if rows}
    found = _cell("_".join(named) or "right", right=len(ids) - len(wrong) - len(missing), **named)
    return GateLine(_rule("must_not_break"), _cell("rows_right", rows=len(ids)), found, not named)


def _canaries(least: float, asked: Run | None) -> GateLine:
    rule, wanted = _rule("canaries"), _cell("at_least", value=least)
    if asked is None:
        return GateLine(rule, wanted, _cell("canaries_not_asked"), False)
    found = score(asked).values["accuracy"]
    return GateLine(rule, wanted, _interval(found, rows=len(asked.rows)), found.value >= least)


def as_recorded(words: str) -> Phrase:
    """Words that have no key: those of an error, or of a release recorded in sentences."""
    return Phrase("gate.as_recorded", {"words": words})


def _rule(key: str, **values: object) -> Phrase:
    return Phrase(f"gate.rule.{key}", values)


def _cell(key: str, **values: object) -> Phrase:
    return Phrase(f"gate.cell.{key}", values)


def _interval(found: Interval, **values: object) -> Phrase:
    ends = {"value": found.value, "low": found.low, "high": found.high}
    return _cell("interval_rows" if values else "interval", **ends, **values)
