"""What came of a trial of an edited prompt, as a widget shows it: scores with intervals, fixed and regressed rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labkit.comparison import paired
from labkit.evaluation.affected import AffectedRun
from labkit.evaluation.trial import Trial
from labkit.prompts.hidden import visible
from labkit.records import Run, RunRow, Status
from labkit.scoring import Interval, score
from labkit.scoring.tally import answered_labels
from labkit.views.markup import short

IDS_SHOWN = 40  # of fixed and of regressed rows; the numbers are those of all
_SAID = 600  # characters of a rationale


def trial_shown(trial: Trial) -> dict[str, Any]:
    """A trial as plain values.

    Args:
        trial: a finished one, or one with open rows.

    Returns:
        "after", "before" and "delta", value and interval of the metric of the bar or None; "estimated", whether
        "after" is an estimate for rows that were not asked; "verdict" over the rows that were asked; "fixed",
        "regressed" and "still_wrong", which were wrong and are wrong in another way, with their numbers; how many rows
        were asked, saved, left open and without an answer.
    """
    run, found = trial.run, trial.affected
    metric = run.task.bar.metric
    values = _values(trial, metric) if run.complete else {"after": None, "before": None, "delta": None}
    return {
        "run": run.id,
        "prompt": run.header.prompt_sha256,
        "before_name": trial.before.header.prompt_name if trial.before else "",
        "model": run.header.model,
        "metric": metric,
        "asked": len(run.rows),
        "open": run.counts[Status.PENDING],
        "unanswered": len(run.rows) - run.counts[Status.ANSWERED] - run.counts[Status.PENDING],
        "saved": found.calls_saved if found else 0,
        "control": len(found.rows.control) if found else 0,
        "estimated": bool(found and found.estimate and not found.estimate.exact),
        "whole": run.header.split == "dev",
        "verdict": trial.pair.verdict if trial.pair else "",
        **values,
        **_changes(trial),
    }


def answers_shown(trial: Trial, row: str) -> list[dict[str, Any]]:
    """What the version before and the edited prompt said of one row, as far as they were asked about it.

    Args:
        trial: a finished one, or one with open rows.
        row: the id of an example.
    """
    runs = [(trial.before, trial.before.header.prompt_name)] if trial.before else []
    runs.append((trial.run, "" if trial.before else trial.run.header.prompt_name))
    return [_told(found, run, name) for run, name in runs for found in run.rows if _is_answered(found, row)]


def _is_answered(row: RunRow, wanted: str) -> bool:
    return row.example.id == wanted and row.prediction.status is not Status.PENDING


def _told(row: RunRow, run: Run, version: str) -> dict[str, Any]:
    """One answer; without a version it is the edit's, which the hash of its prompt tells from later ones."""
    prediction = row.prediction
    problem = "" if prediction.status is Status.ANSWERED else prediction.reason or row.error
    return {
        "version": version,
        "prompt": run.header.prompt_sha256,
        "labels": [visible(label) for label in prediction.labels],
        "correct": row.correct,
        "said": short(problem or prediction.rationale, _SAID),
    }


def _values(trial: Trial, metric: str) -> dict[str, Any]:
    estimate = trial.affected.estimate if trial.affected else None
    if estimate is not None:
        after, earlier = estimate.values.get(metric), estimate.before.get(metric)
        return {
            "after": _limits(after),
            "before": None if earlier is None else {"value": earlier},
            "delta": _moved(after, earlier) if not estimate.exact else _paired(trial, metric),
        }
    return {
        "after": _limits(_score(trial.run, metric)),
        "before": _limits(_score(trial.before, metric)) if trial.before and not trial.affected else None,
        "delta": _limits(trial.pair.delta.get(metric)) if trial.pair else None,
    }


def _paired(trial: Trial, metric: str) -> dict[str, float] | None:
    """The change over all rows, where nothing had to be estimated."""
    if trial.before is None or trial.affected is None:
        return None
    return _limits(paired(trial.before, trial.affected.combined).delta.get(metric))


def _moved(after: Interval | None, earlier: float | None) -> dict[str, float] | None:
    """How far an estimate lies from a score that is known exactly for the same rows."""
    if after is None or earlier is None:
        return None
    return {"value": after.value - earlier, "low": after.low - earlier, "high": after.high - earlier}


def _changes(trial: Trial) -> dict[str, Any]:
    source: AffectedRun | Any = trial.affected or trial.pair
    fixed: Sequence[str] = source.fixed if source and trial.run.complete else ()
    regressed: Sequence[str] = source.regressed if source and trial.run.complete else ()
    changed = {"fixed": fixed, "regressed": regressed, "still_wrong": _wrong_otherwise(trial)}
    return {
        **{name: list(ids[:IDS_SHOWN]) for name, ids in changed.items()},
        **{f"{name}_count": len(ids) for name, ids in changed.items()},
    }


def _wrong_otherwise(trial: Trial) -> list[str]:
    """Rows that were wrong and are wrong in another way: they move a score while nothing was fixed or broken."""
    if trial.before is None or not trial.run.complete:
        return []
    then = {row.example.id: row for row in trial.before.rows if row.correct is False}
    now = ((row, then.get(row.example.id)) for row in trial.run.rows if row.correct is False)
    return [row.example.id for row, old in now if old and _answer(row) != _answer(old)]


def _answer(row: RunRow) -> tuple[Status, frozenset[str]]:
    return row.prediction.status, answered_labels(row)


def _score(run: Run, metric: str) -> Interval | None:
    return score(run).values.get(metric)


def _limits(interval: Interval | None) -> dict[str, float] | None:
    return {"value": interval.value, "low": interval.low, "high": interval.high} if interval else None
