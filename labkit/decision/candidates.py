"""The models that a decision chooses from: each with its best prompt, and everything measured of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from labkit.decision.floors import FLOORS, AgainstFloor, against_floors
from labkit.decision.money import Money, money_per_1000
from labkit.decision.standing import ScoredRun, Standing, goodness, standing
from labkit.decision.terms import ModelFacts, Terms
from labkit.diagnosis import Reliance, is_probe, names_only, reliance, swapped_definitions, swaps
from labkit.errors import LabkitError
from labkit.privacy.hosts import host_of, is_this_machine
from labkit.prompts import parse_prompt, prompt_sha256
from labkit.records import Run, Task
from labkit.scoring import Interval, score
from labkit.scoring.scores import metric_value

Kind = Literal["floor", "tuned", "open", "api"]
_NOTHING = Interval(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model that could answer in production.

    Args:
        kind: a floor, a tuned model, an open one, or somebody's API.
        dev: its best run over dev rows.
        test: the run of the same prompt over test rows, or None when they were not read for it.
        per_1000: money for 1,000 posts at the prices given; None when it is not known.
        month: money a month at the bar's volume, its machine included; None when a part is not known.
        reliance: whether it reads its definitions, if the probes were run.
        facts: what its owner says of it.
        floor: how it stands against the best floor; None for floors.
    """

    kind: Kind
    dev: ScoredRun
    test: ScoredRun | None
    per_1000: Money | None
    month: Money | None
    reliance: Reliance | None
    facts: ModelFacts
    floor: AgainstFloor | None = None

    @property
    def model(self) -> str:
        """The model's name."""
        return self.dev.run.header.model

    @property
    def stays_here(self) -> bool:
        """Whether what it is asked is known not to leave the machine that asks it."""
        return is_this_machine(host_of(str(self.dev.run.header.parameters.get("base_url", ""))))

    @property
    def prompt(self) -> str:
        """The prompt's name."""
        return self.dev.run.header.prompt_name

    @property
    def judged(self) -> ScoredRun:
        """What it is judged by: test rows where they were read for it, else dev rows."""
        return self.test or self.dev

    @property
    def where(self) -> Standing:
        """How it stands against the bar."""
        return standing(self.judged.run.task, self.judged.scores)

    @property
    def goodness(self) -> float:
        """Its score on dev rows, which all candidates share, by the bar's metric; more is better."""
        metric = self.dev.run.task.bar.metric
        return goodness(metric, self.dev.scores.values[metric].value)

    @property
    def latency_p95_s(self) -> float | None:
        """Seconds within which 95 % of its answers came; None when nobody timed them."""
        return self.judged.scores.effort.latency_p95_s


def candidates(task: Task, runs: Sequence[Run], terms: Terms) -> tuple[Candidate, ...]:
    """The candidates, the best on dev rows first.

    Args:
        task: its bar of today counts.
        runs: the scene's runs, the newest first. Counted are complete ones over dev rows with gold labels, as many
            rows as the largest; and those over test rows that go with them.
        terms: prices and facts.
    """
    measured = [
        replace(run, task=replace(run.task, bar=task.bar)) for run in runs if run.complete and not is_probe(run.header)
    ]
    dev, test = (_whole(measured, split) for split in ("dev", "test"))
    found = [_candidate(_scored(best), test, runs, terms) for best in _best_of_each(dev, task.bar.metric)]
    beside = {entry.run: entry for entry in against_floors([candidate.dev.run for candidate in found])}
    held = (replace(candidate, floor=beside.get(candidate.dev.run.id)) for candidate in found)
    return tuple(sorted(held, key=lambda candidate: -candidate.goodness))


def kind_of(model: str, terms: Terms) -> Kind:
    """What kind of model a name means; a server is an API unless its model is said to be open."""
    if model in FLOORS:
        return "floor"
    if model.startswith("local/"):
        return "tuned" if "+" in model else "open"
    return "open" if terms.facts(model).is_open else "api"


def _whole(runs: Sequence[Run], split: str) -> list[Run]:
    """Runs over all rows of a split: those of the largest number, so that a pilot never stands beside them."""
    rows = {run.id: _labelled(run) for run in runs if run.header.split == split}
    most = max(rows.values(), default=0)
    return [run for run in runs if most and rows.get(run.id) == most]


def _labelled(run: Run) -> int:
    return len({row.example.id for row in run.rows if row.example.labels is not None})


def _best_of_each(runs: Sequence[Run], metric: str) -> list[Run]:
    """The best run of each model, the newest of equals. Only these are scored with intervals, which takes time."""
    best: dict[str, tuple[float, Run]] = {}
    for run in runs:
        value = metric_value(run, metric)
        found = best.get(run.header.model)
        if value is not None and (found is None or goodness(metric, value) > found[0]):
            best[run.header.model] = (goodness(metric, value), run)
    return [run for _, run in best.values()]


def _scored(run: Run) -> ScoredRun:
    return ScoredRun(run, score(run))


def _candidate(dev: ScoredRun, test: Sequence[Run], runs: Sequence[Run], terms: Terms) -> Candidate:
    header, bar = dev.run.header, dev.run.task.bar
    asked = (header.prompt_sha256, header.model)
    per_1000 = money_per_1000(dev.run, terms.token_prices(bar.currency))
    kind, monthly = kind_of(header.model, terms), machine(header.model, terms)
    return Candidate(
        kind=kind,
        dev=dev,
        test=next((_scored(run) for run in test if (run.header.prompt_sha256, run.header.model) == asked), None),
        per_1000=per_1000,
        month=_month(per_1000, monthly, bar.monthly_volume),
        reliance=_reliance(dev.run, runs),
        facts=terms.facts(header.model),
    )


def machine(model: str, terms: Terms) -> Interval | None:
    """What its machine costs a month, however much is asked of it; None when that is not known.

    What its owner says stands first; then the hours in which a vendor keeps it ready; nothing where tokens alone are
    bought, or for a floor.
    """
    if said := terms.facts(model).monthly:
        return said
    if model in terms.hosting:
        return terms.hosting[model]
    free = kind_of(model, terms) in ("floor", "api") or model in terms.prices.prices
    return _NOTHING if free else None


def _month(per_1000: Money | None, monthly: Interval | None, volume: int | None) -> Money | None:
    if per_1000 is None or monthly is None or volume is None:
        return None
    return per_1000.times(volume / 1000).plus(Money(monthly, per_1000.currency))


def _reliance(written: Run, runs: Sequence[Run]) -> Reliance | None:
    """Judged from the recorded probes of this very prompt; None when they were not run over these rows."""
    header = written.header
    try:
        prompt = parse_prompt(header.prompt_text, header.prompt_name)
        bent = [prompt_sha256(p) for p in (names_only(prompt), swapped_definitions(prompt, written.task))]
    except LabkitError:  # an imported run without a prompt's text, or a prompt without definitions
        return None
    bare, swapped = (_probe(runs, written, sha256) for sha256 in bent)
    return reliance(bare, written, swapped, swaps(prompt, written.task)) if bare and swapped else None


def _probe(runs: Sequence[Run], written: Run, sha256: str) -> Run | None:
    """The newest complete run of a bent prompt by the same model over the same rows."""
    wanted = (sha256, written.header.model, written.header.examples_sha256)
    headers = ((run, run.header) for run in runs if run.complete)
    return next((run for run, h in headers if (h.prompt_sha256, h.model, h.examples_sha256) == wanted), None)
