"""The models that a decision chooses from: each with its best prompt, and everything measured of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from labkit.comparison import Pair, Verdict, holm, paired
from labkit.comparison.paired import verdict_of
from labkit.decision.money import Money, money_per_1000
from labkit.decision.standing import ScoredRun, Standing, best_run, standing
from labkit.decision.terms import ModelFacts, Terms
from labkit.diagnosis import Reliance, is_probe, names_only, reliance, swapped_definitions, swaps
from labkit.errors import LabkitError
from labkit.prompts import parse_prompt, prompt_sha256
from labkit.records import Run, Task
from labkit.scoring import Interval, score

Kind = Literal["floor", "tuned", "open", "api"]
FLOORS = ("definition-reader", "linear")
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
        floor: the pair of the best floor and this one; None for floors.
        beats_floor: that pair's verdict, adjusted for the number of models (Holm); None for floors.
    """

    kind: Kind
    dev: ScoredRun
    test: ScoredRun | None
    per_1000: Money | None
    month: Money | None
    reliance: Reliance | None
    facts: ModelFacts
    floor: Pair | None = None
    beats_floor: Verdict | None = None

    @property
    def model(self) -> str:
        """The model's name."""
        return self.dev.run.header.model

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
    def value(self) -> float:
        """Its score on dev rows, which all candidates share, by the bar's metric."""
        return self.dev.scores.values[self.dev.run.task.bar.metric].value

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
    dev, test = (_whole(_scored(measured, split, task.bar.metric)) for split in ("dev", "test"))
    models = dict.fromkeys(s.run.header.model for s in dev)
    best = [best_run([s for s in dev if s.run.header.model == model], task.bar.metric) for model in models]
    found = [_candidate(scored, test, runs, terms) for scored in best if scored]
    return tuple(sorted(_against_floor(found), key=lambda candidate: -candidate.value))


def kind_of(model: str, terms: Terms) -> Kind:
    """What kind of model a name means; a server is an API unless its model is said to be open."""
    if model in FLOORS:
        return "floor"
    if model.startswith("local/"):
        return "tuned" if "+" in model else "open"
    return "open" if terms.facts(model).is_open else "api"


def _scored(runs: Iterable[Run], split: str, metric: str) -> list[ScoredRun]:
    found = [ScoredRun(run, score(run)) for run in runs if run.header.split == split]
    return [scored for scored in found if metric in scored.scores.values]


def _whole(scored: Sequence[ScoredRun]) -> list[ScoredRun]:
    """Runs over all rows: those of the largest number, so that a pilot never stands beside them."""
    rows = max((s.scores.examples for s in scored), default=0)
    return [s for s in scored if s.scores.examples == rows]


def _candidate(dev: ScoredRun, test: Sequence[ScoredRun], runs: Sequence[Run], terms: Terms) -> Candidate:
    header, bar = dev.run.header, dev.run.task.bar
    asked = (header.prompt_sha256, header.model)
    per_1000 = money_per_1000(dev.run, terms.token_prices(bar.currency))
    kind, machine = kind_of(header.model, terms), _machine(header.model, terms)
    return Candidate(
        kind=kind,
        dev=dev,
        test=next((s for s in test if (s.run.header.prompt_sha256, s.run.header.model) == asked), None),
        per_1000=per_1000,
        month=_month(per_1000, machine, bar.monthly_volume),
        reliance=_reliance(dev.run, runs),
        facts=terms.facts(header.model),
    )


def _machine(model: str, terms: Terms) -> Interval | None:
    """What its machine costs a month: nothing where tokens are bought, or for a floor; else what its owner says."""
    free = kind_of(model, terms) in ("floor", "api") or model in terms.prices.prices
    return terms.facts(model).monthly or (_NOTHING if free else None)


def _month(per_1000: Money | None, machine: Interval | None, volume: int | None) -> Money | None:
    if per_1000 is None or machine is None or volume is None:
        return None
    return per_1000.times(volume / 1000).plus(Money(machine, per_1000.currency))


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


def _against_floor(found: Sequence[Candidate]) -> list[Candidate]:
    """Every other candidate against the best floor, the verdicts adjusted for being several."""
    floor = max((c for c in found if c.kind == "floor"), key=lambda c: c.value, default=None)
    if floor is None:
        return list(found)
    others = [c for c in found if c.kind != "floor"]
    pairs = [paired(floor.dev.run, other.dev.run) for other in others]
    adjusted = holm([pair.p_swap.get(pair.metric, 1.0) for pair in pairs])
    held = {
        other.model: (pair, verdict_of(pair.metric, pair.delta.get(pair.metric), p))
        for other, pair, p in zip(others, pairs, adjusted, strict=True)
    }
    return [replace(c, floor=held[c.model][0], beats_floor=held[c.model][1]) if c.model in held else c for c in found]
