"""`wear`: how worn dev rows and test rows are, as a notebook, a terminal or JSON shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from labkit.comparison import SelectionLuck, selection_luck
from labkit.decision import WORN, Reading, candidates_read, goodness, ledger
from labkit.diagnosis import is_probe
from labkit.errors import BadData
from labkit.improvement.candidates import CANDIDATE
from labkit.improvement.suggest import AFTER
from labkit.records import Run, RunHeader
from labkit.scoring.scores import metric_value
from labkit.texts import say
from labkit.views.markup import render_template, short
from labkit.workspace import Scene

_CHOSEN_FROM = 20  # the best ones: what lies far behind is never the luckiest


def wear(scene: Scene, runs: Iterable[Run] | None = None) -> Wear:
    """How many prompts were tried on the dev rows and how much luck the best of them holds; who read the test rows.

    Args:
        scene: the scene.
        runs: its runs, where they are at hand; loaded when None.
    """
    headers = scene.store.runs()
    asked = [header for header in headers if _chose(header)]
    wanted = {header.run for header in asked if header.split == "dev"}
    loaded = list(runs) if runs is not None else [scene.store.load_run(run) for run in sorted(wanted)]
    return Wear(
        prompts=len({header.prompt_sha256 for header in asked}),
        runs=len(asked),
        luck=_luck([run for run in loaded if run.id in wanted], len(scene.examples("dev"))),
        readings=ledger(scene.decisions(), headers),
    )


@dataclass(frozen=True, eq=False)
class Wear:
    """How worn the rows are, ready to be told.

    Args:
        prompts: different prompts that were tried on dev rows.
        runs: in how many runs.
        luck: of the best run, over whole runs of the same dev rows; None with fewer than two.
        readings: the ledger of test readings, oldest first.
    """

    prompts: int
    runs: int
    luck: SelectionLuck | None
    readings: Sequence[Reading]

    @property
    def candidates(self) -> int:
        """Different candidates measured on test rows."""
        return candidates_read(self.readings)

    @property
    def worn(self) -> bool:
        """Whether fresh test rows are due."""
        return self.candidates >= WORN

    def on_dev(self, lang: str | None = None) -> tuple[str, ...]:
        """What choosing on dev rows has cost them, in sentences."""
        if not self.runs:
            return (say("wear.none", lang),)
        tried = say("wear.tried", lang, prompts=self.prompts, runs=self.runs)
        return (tried, luck_words(self.luck, lang)) if self.luck else (tried,)

    def on_test(self, lang: str | None = None) -> tuple[str, ...]:
        """How often the test rows were read, and whether fresh ones are due."""
        if not self.readings:
            return (say("wear.unread", lang),)
        said = say("wear.readings", lang, readings=len(self.readings), candidates=self.candidates)
        return (said, say("wear.worn", lang, candidates=self.candidates)) if self.worn else (said,)

    def table(self, lang: str | None = None) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Heads and lines of the ledger."""
        heads = tuple(say(f"wear.head.{key}", lang) for key in ("at", "who", "what", "rows", "reason"))
        return heads, [_line(reading) for reading in self.readings]

    def as_json(self) -> dict[str, Any]:
        """Everything as one JSON value."""
        luck = asdict(self.luck) if self.luck else None
        counts = {"readings": list(map(asdict, self.readings)), "candidates": self.candidates, "worn": self.worn}
        return {"prompts": self.prompts, "runs": self.runs, "luck": luck, "test": counts}

    def __str__(self) -> str:
        return "\n".join((*self.on_dev(), *self.on_test()))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        heads, lines = self.table()
        sentences = (*self.on_dev(), *self.on_test())
        return render_template("wear.html", say=say, sentences=sentences, heads=heads, lines=lines)


def luck_words(luck: SelectionLuck, lang: str | None = None) -> str:
    """What of the best run's score is the luck of having been chosen, in one sentence."""
    points = {name: f"{100 * getattr(luck, name):.1f}" for name in ("lead", "optimism", "if_equal")}
    said = {"runs": len(luck.runs), "rows": luck.rows, "metric": luck.metric, "value": f"{luck.value:.3f}"}
    return say("wear.luck", lang, **said, **points)


def _luck(runs: Sequence[Run], rows: int) -> SelectionLuck | None:
    """Of the newest whole run of each question; None where there is nothing to choose from."""
    newest: dict[tuple[str, str], Run] = {}
    for run in sorted(runs, key=lambda run: run.header.created):
        if run.complete and len({row.example.id for row in run.rows}) == rows:
            newest[_question(run.header)] = run
    found = sorted(newest.values(), key=_goodness, reverse=True)[:_CHOSEN_FROM]
    try:
        return selection_luck(found) if len(found) > 1 else None
    except BadData:  # rows without gold, or rewritten in between: nothing can be said of luck
        return None


def _chose(header: RunHeader) -> bool:
    """Whether a run tried a prompt on dev rows: a score, the trial of a suggestion, or a candidate of a search."""
    scored = header.split in ("dev", "all") and not is_probe(header)
    return scored or header.prompt_name.endswith((AFTER, CANDIDATE))


def _goodness(run: Run) -> float:
    metric = run.task.bar.metric
    value = metric_value(run, metric)
    return float("-inf") if value is None else goodness(metric, value)


def _question(header: RunHeader) -> tuple[str, str]:
    return header.prompt_sha256, header.model


def _line(reading: Reading) -> tuple[str, ...]:
    measured = f"{reading.prompt} · {reading.model}" if reading.prompt else reading.run
    cells = (reading.at[:16].replace("T", " "), reading.who, measured, str(reading.rows), reading.reason)
    return tuple(short(cell, 200) for cell in cells)
