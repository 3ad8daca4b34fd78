"""What the data dashboard shows: a light for each principle, what else was checked, the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from labkit.auditing import PRINCIPLES, Audit, Finding
from labkit.records import Example
from labkit.texts import say
from labkit.views.shown_rows import RowsBehind, rows_behind
from labkit.workspace import Scene

Colour = Literal["green", "amber", "red", "grey"]
COLOURS: dict[str, Colour] = {
    "ok": "green",
    "note": "amber",
    "warn": "amber",
    "block": "red",
    "not examined": "grey",
}
SPLITS_SHOWN = ("test", "dev", "pool", "traffic")
_OF_PRINCIPLES = {check for checks in PRINCIPLES.values() for check in checks}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """What one check says: its name, its colour, what was found, what to do, and the rows concerned."""

    name: str
    colour: Colour
    found: str
    fix: str
    rows: RowsBehind


@dataclass(frozen=True, slots=True)
class Light:
    """One principle: its name, its colour, the colour's name in words, and the checks that speak of it."""

    anchor: str
    name: str
    colour: Colour
    said: str
    checks: tuple[CheckLine, ...]


def lights_values(audit: Audit, scene: Scene, lang: str | None = None) -> dict[str, Any]:
    """What the template `lights.html` needs of an audit.

    Args:
        audit: what was found.
        scene: whose rows it looked at.
        lang: "en" or "zh".

    Returns:
        Lights in the workflow's order; then the checks outside the principles: leaks, splits, personal data, origin.
    """
    lights = tuple(_light(principle, audit, scene, lang) for principle in PRINCIPLES)
    others = [finding for finding in audit.findings if finding.check not in _OF_PRINCIPLES]
    green = sum(light.colour == "green" for light in lights)
    red = sum(finding.severity == "block" for finding in audit.findings)
    return {
        "lights": lights,
        "others": tuple(_check_line(finding, scene, lang) for finding in others),
        "stop": say("lights.stop", lang, red=red) if red else "",
        "summary": say("lights.summary", lang, green=green, of=len(lights)),
    }


def data_values(scene: Scene) -> dict[str, Any]:
    """What the template `data.html` needs: examples by label and split, and what is known of them."""
    examples = (*scene.examples("all"), *scene.examples("traffic"))
    splits = [split for split in SPLITS_SHOWN if any(example.split == split for example in examples)]
    table = [(label, [_carrying(examples, label, split) for split in splits]) for label in scene.task.labels]
    return {
        "splits": splits,
        "table": table,
        "most": max((sum(counts) for _, counts in table), default=0) or 1,
        "totals": [sum(example.split == split for example in examples) for split in splits],
        "rows": len(examples),
        "labelled": sum(example.labels is not None for example in examples),
        "several": sum(len(example.items) > 1 for example in examples),
        "noted": sum(bool(example.note) for example in examples),
        "length": round(median(len(example.text) for example in examples)) if examples else 0,
        "datasets": [(name, len(scene.dataset(name).rows)) for name in scene.dataset_names()],
    }


def training_rows_words(scene: Scene, dataset: str | None, lang: str | None = None) -> str:
    """On what we train: the newest dataset with its rows and date, or the pool as long as none was selected."""
    if dataset is None:
        return say("lights.pool", lang, rows=len(scene.examples("pool")))
    found = scene.dataset(dataset)
    return say("lights.dataset", lang, name=dataset, rows=len(found.rows), date=dataset_day(scene, dataset))


def newest_dataset(scene: Scene) -> str | None:
    """The dataset that was made last; None before the first."""
    return max(scene.dataset_names(), key=lambda name: (scene.dataset(name).made, name), default=None)


def dataset_day(scene: Scene, name: str) -> str:
    """The day (UTC) on which a dataset was made."""
    return scene.dataset(name).made.date().isoformat()


def _light(principle: str, audit: Audit, scene: Scene, lang: str | None) -> Light:
    colour = COLOURS[audit.light(principle)]
    checks = tuple(_check_line(audit.finding(check), scene, lang) for check in PRINCIPLES[principle])
    name, said = say(f"audit.principle.{principle}", lang), say(f"lights.{colour}", lang)
    return Light(f"light-{principle}", name, colour, said, checks)


def _check_line(finding: Finding, scene: Scene, lang: str | None) -> CheckLine:
    rows = rows_behind(scene.examples("all") if finding.rows else (), finding.rows, scene.task.language)
    return CheckLine(say(f"audit.{finding.check}", lang), COLOURS[finding.severity], finding.reason, finding.fix, rows)


def _carrying(examples: Sequence[Example], label: str, split: str) -> int:
    return sum(example.split == split and label in (example.labels or ()) for example in examples)
