"""`compare_tuned`: what a training changed and whether to go on with it, in a notebook, a terminal, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from labkit.comparison import Ranked
from labkit.costs import is_free
from labkit.decision import TuningVerdict
from labkit.decision.tuning import ChangedRow, Part
from labkit.hosted import HostedTuning, compare_hosted
from labkit.records import Example, example_to_json
from labkit.scoring import LOWER_IS_BETTER
from labkit.texts import say
from labkit.training.job import TrainingJob
from labkit.training.judging import compare_tuned as ask
from labkit.views.markup import render_template, short
from labkit.views.sentences import metric_words, of_100, pair_words, signed
from labkit.workspace import Scene

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]  # heads and lines
SHOWN = 30  # changed rows of each kind on the screen; what is left out is stated
_TEXT = 160  # characters of a row's posts in a table


def compare_tuned(scene: Scene, job: TrainingJob | HostedTuning, split: str = "dev", **wishes: Any) -> ShownTuning:
    """Hold a tuned model against its prompt-only base and all candidates on the same rows: PASS, HOLD or FAIL.

    Args:
        scene: where the job, the rows and the runs are.
        job: finished or stopped; or a tuning that a provider has done.
        split: dev, or test with a `reason`.
        wishes: further words of `training.judging.compare_tuned`: prompt, base_prompt, margin, reason, progress.

    Raises:
        LabkitError: as `training.judging.compare_tuned` does.
    """
    if isinstance(job, HostedTuning):
        return ShownTuning(compare_hosted(scene, job, split, **wishes), split, job)
    return ShownTuning(ask(scene, job, split, **wishes), split)


@dataclass(frozen=True, eq=False, repr=False)
class ShownTuning:
    """A verdict on a training, ready to be told.

    Args:
        found: the verdict.
        split: where the rows are from.
        hosted: the tuning, where a provider did it; its price belongs to the comparison.
    """

    found: TuningVerdict
    split: str
    hosted: HostedTuning | None = None

    def title(self, lang: str | None = None) -> str:
        """The outcome, and of which two models."""
        models = {entry.run: short(entry.model) for entry in self.found.comparison.ranking}
        pair = self.found.pair
        return say("tuning.title", lang, outcome=self.found.outcome, tuned=models[pair.b], base=models[pair.a])

    def sentences(self, lang: str | None = None) -> Iterator[str]:
        """What the pair says, what fell, and the rule."""
        pair = self.found.pair
        names = {pair.a: say("tuning.base", lang), pair.b: say("tuning.tuned", lang)}
        yield pair_words(pair, names, self.split, lang)[0]
        if pair.verdict == "cannot tell" and pair.rows_needed:
            yield say("tuning.needed", lang, rows=f"{pair.rows_needed:,}")
        for part in self.found.fallen:
            dear = part.kind != "subtask" and part.name in self.found.must_not_miss
            key = "dear" if dear else "alarm" if part.alarm else "fell"
            yield say(f"tuning.{key}", lang, what=_part_words(part, lang), change=_change(part))
        if self.hosted:
            yield _price_words(self.hosted, lang)
        yield say(
            "tuning.rule_lower" if pair.metric in LOWER_IS_BETTER else "tuning.rule",
            lang,
            metric=metric_words(pair.metric, lang),
            margin=f"{100 * self.found.margin:g}",
            dear=say("page.comma", lang).join(map(short, self.found.must_not_miss)) or say("tuning.no_dear", lang),
        )

    def models(self, lang: str | None = None) -> Table:
        """All models on these rows, the best first."""
        metric = self.found.comparison.metric
        heads = _heads(("place", "who"), lang), (metric_words(metric, lang),), _heads(("answered", "p95", "cost"), lang)
        return sum(heads, ()), [_model_cells(entry, metric) for entry in self.found.comparison.ranking]

    def parts(self, lang: str | None = None) -> Table:
        """Labels, recalls and subtasks: what changed, and what fell."""
        return _heads(("part", "rows", "change", "note"), lang), [_part_cells(part, lang) for part in self.found.parts]

    def rows(self, changed: Sequence[ChangedRow], lang: str | None = None) -> Table:
        """Rows that were fixed or broken, with their texts and both answers."""
        heads = _heads(("row", "text", "gold", "base", "tuned"), lang)
        return heads, [_row_cells(row, lang) for row in changed[:SHOWN]]

    def changes(self, lang: str | None = None) -> Iterator[tuple[str, Table, str]]:
        """The fixed rows, then the broken ones: a heading, a table, and how many it leaves out ("" for none)."""
        for kind, changed in (("fixed", self.found.fixed), ("broken", self.found.broken)):
            left = len(changed) - SHOWN
            more = say("tuning.more", lang, rows=left) if left > 0 else ""
            yield say(f"tuning.{kind}", lang, rows=len(changed)), self.rows(changed, lang), more

    def as_json(self) -> dict[str, Any]:
        """Everything as one JSON value; all fixed and broken rows with their texts."""
        found = self.found
        return {
            "outcome": found.outcome,
            "rule": list(self.sentences())[-1],
            "split": self.split,
            "margin": found.margin,
            "hosted": self.hosted.to_json() if self.hosted else None,
            "must_not_miss": list(found.must_not_miss),
            "pair": asdict(found.pair),
            "parts": [asdict(part) for part in found.parts],
            "alarms": [asdict(part) for part in found.alarms],
            "ranking": [_ranked_json(entry) for entry in found.comparison.ranking],
            "cautions": [asdict(caution) for caution in found.comparison.cautions],
            "fixed": [_row_json(row) for row in found.fixed],
            "broken": [_row_json(row) for row in found.broken],
        }

    def __str__(self) -> str:
        return "\n".join([self.title(), *self.sentences()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        tables = [(say("tuning.models"), self.models(), ""), (say("tuning.parts"), self.parts(), ""), *self.changes()]
        words = {"title": self.title(), "sentences": tuple(self.sentences())}
        return render_template("tuned.html", say=say, tables=tables, **words)


def _heads(keys: Sequence[str], lang: str | None) -> tuple[str, ...]:
    return tuple(say(f"tuning.head.{key}", lang) for key in keys)


def _model_cells(entry: Ranked, metric: str) -> tuple[str, ...]:
    values, seconds = entry.scores.values, entry.scores.effort.latency_p95_s
    shares = (of_100(values[name]) if name in values else "–" for name in (metric, "answered"))
    money = f"{entry.cost.list_price:.3g} {entry.cost.currency}" if entry.cost else "0" if is_free(entry.model) else "?"
    asked = f"{short(entry.prompt)} · {short(entry.model)}"
    return str(entry.group), asked, *shares, "–" if seconds is None else f"{seconds:.3g}", money


def _price_words(hosted: HostedTuning, lang: str | None) -> str:
    """What the training cost, or is expected to, and what an hour of keeping the model ready costs."""
    cost = hosted.expected_cost if hosted.cost is None else hosted.cost
    amounts = ((cost, "training"), (hosted.hosting_hour, "hosting"))
    money = {
        name: say("hosted.unknown", lang) if amount is None else f"{amount:.4g} {hosted.currency}"
        for amount, name in amounts
    }
    return say("hosted.price", lang, **money)


def _part_words(part: Part, lang: str | None) -> str:
    return say(f"tuning.part.{part.kind}", lang, name=short(part.name))


def _part_cells(part: Part, lang: str | None) -> tuple[str, ...]:
    mark = say(f"tuning.mark.{'alarm' if part.alarm else 'fell'}", lang) if part.fell else ""
    return _part_words(part, lang), str(part.support), _change(part), mark


def _change(part: Part) -> str:
    return signed(part.interval) if part.interval else f"{100 * part.change:+.1f}".replace("-", "−")


def _row_cells(row: ChangedRow, lang: str | None) -> tuple[str, ...]:
    answers = (_labels(labels, lang) for labels in (row.example.labels, row.base, row.tuned))
    return short(row.example.id), short(_text(row.example), _TEXT), *answers


def _text(example: Example) -> str:
    return " ⏎ ".join(" ".join(item.split()) for item in example.items)


def _labels(labels: Sequence[str] | None, lang: str | None) -> str:
    if labels is None:
        return say("tuning.unread", lang)
    return say("page.comma", lang).join(map(short, labels)) or say("label.none", lang)


def _row_json(row: ChangedRow) -> dict[str, Any]:
    answers = {"base": row.base, "tuned": row.tuned}
    return {**example_to_json(row.example), **{k: None if v is None else list(v) for k, v in answers.items()}}


def _ranked_json(entry: Ranked) -> dict[str, Any]:
    scores = asdict(entry.scores)
    named = {key: getattr(entry, key) for key in ("run", "prompt", "model", "group")}
    measured = {"scores": scores["values"], "per_label": scores["per_label"], "effort": scores["effort"]}
    return {**named, **measured, "cost": asdict(entry.cost) if entry.cost else None}
