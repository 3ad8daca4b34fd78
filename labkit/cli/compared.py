"""What a comparison found, said aloud: first what makes it doubtful, then ranking, pairs, margin and agreement."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import typer

from labkit.cli.output import plain, print_table
from labkit.texts import say
from labkit.views.sentences import caution_words, hosting_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from labkit.comparison import Agreement, Comparison, NonInferiority, Pair, Ranked
    from labkit.costs import Rates, RunningCost
    from labkit.scoring import Interval, RepeatVariance

_IDS_SHOWN = 20  # all of them are in the JSON


@dataclass(frozen=True, slots=True)
class Money:
    """In which money costs are said.

    Args:
        rates: exchange rates.
        currency: the user's; amounts without a rate to it stay in their own.
        volume: rows a month, or None when nobody said.
        hosting: model that its vendor keeps ready by the hour -> money a month for that, in the user's currency; None
            where it is unknown.
    """

    rates: Rates
    currency: str
    volume: int | None
    hosting: Mapping[str, Interval | None] = field(default_factory=dict)

    def ways(self, cost: RunningCost) -> dict[str, Any]:
        """Money for a thousand rows and for a month, each way of buying, and its currency."""
        known = self.rates.convert(1.0, cost.currency, self.currency)
        rate, currency = (known, self.currency) if known is not None else (1.0, cost.currency)
        ways = {way: None if amount is None else amount * rate for way, amount in cost.ways.items()}
        month = {
            way: None if amount is None or self.volume is None else amount * self.volume / 1000
            for way, amount in ways.items()
        }
        return {"currency": currency, "per_1000": ways, "per_month": month}


def comparison_json(found: Comparison, money: Money) -> dict[str, Any]:
    """Everything that was found, as one object."""
    return {
        "cautions": [asdict(caution) for caution in found.cautions],
        "metric": found.metric,
        "rows": found.rows,
        "left_out": found.left_out,
        "ranking": [_ranked_json(entry, money) for entry in found.ranking],
        "pairs": [{**asdict(pair), "discordant": pair.discordant} for pair in found.pairs],
        "not_worse": [asdict(held) for held in found.not_worse],
        "agreement": [asdict(pair) for pair in found.agreement],
        "alpha": found.alpha,
    }


def _ranked_json(entry: Ranked, money: Money) -> dict[str, Any]:
    """A run's scores, flat, as `evaluate` gives them, and beside them what they rest on."""
    scores = asdict(entry.scores)
    return {
        **{"run": entry.run, "prompt": entry.prompt, "model": entry.model, "group": entry.group},
        "repeats": entry.repeats,
        "scores": scores["values"],
        **{key: scores[key] for key in ("counts", "per_label", "effort", "variance")},
        "slices": [asdict(part) for part in entry.slices],
        "cost": {**asdict(entry.cost), **money.ways(entry.cost)} if entry.cost else None,
        "hosting": _hosting_json(entry.model, money),
    }


def _hosting_json(model: str, money: Money) -> dict[str, Any] | None:
    """Money a month for keeping a model ready, tokens apart; None for one that nobody keeps ready by the hour."""
    if model not in money.hosting:
        return None
    month = money.hosting[model]
    return {"currency": money.currency, "per_month": month.value if month else None}


def print_comparison(found: Comparison, money: Money) -> None:
    """Say everything that a person can take in; the whole of it is in the JSON."""
    for caution in found.cautions:
        typer.echo(say("compare.caution", what=plain(caution_words(caution))))
    typer.echo(say("compare.rows", rows=found.rows))
    typer.echo()
    _print_ranking(found)
    _print_costs(found, money)
    _print_lines(hosting_words((entry.model for entry in found.ranking), money.hosting, money.currency))
    for pair in found.pairs:
        typer.echo()
        _print_pair(pair)
        _print_agreement(pair, found.agreement)
    if len(found.pairs) == 1:
        _print_labels(found.pairs[0])
        _print_ids(found.pairs[0])
    _print_lines(map(_margin, found.not_worse))
    if len(found.pairs) > 1 and found.alpha is not None:
        _print_lines([say("compare.alpha", alpha=f"{found.alpha:.2f}")])


def _print_ranking(found: Comparison) -> None:
    metrics = dict.fromkeys((found.metric, "accuracy", "micro_f1", "macro_f1", "hamming_loss"))
    head = (say("head.group"), say("head.run"), say("head.prompt"), say("head.model"), *metrics)
    print_table(head, [_ranked_cells(entry, metrics) for entry in found.ranking])
    typer.echo()
    keys = ("run", "status", "p50_s", "p95_s", "prompt_tokens", "cached_tokens", "completion_tokens")
    print_table([say(f"head.{key}") for key in keys], [_effort_cells(entry) for entry in found.ranking])
    _print_lines(_wavering(entry, split) for entry in found.ranking if (split := entry.scores.variance))


def _print_costs(found: Comparison, money: Money) -> None:
    """Money where any is known; a model of this machine costs none, and what is unknown stays blank."""
    if not any(entry.cost for entry in found.ranking):
        return
    ways = ("list", "cached", "batch")
    head = [say("head.run"), *(say(f"head.per_1000_{way}") for way in ways)]
    head += [say(f"head.per_month_{way}", volume=f"{money.volume:,}") for way in ways if money.volume]
    typer.echo()
    print_table(head, [_cost_cells(entry, money, len(head)) for entry in found.ranking])


def _cost_cells(entry: Ranked, money: Money, width: int) -> list[str]:
    from labkit.costs import is_free

    if entry.cost is None:
        return [entry.run, *["0" if is_free(entry.model) else ""] * (width - 1)]
    said = money.ways(entry.cost)
    amounts = [*said["per_1000"].values(), *(said["per_month"].values() if money.volume else ())]
    return [entry.run, *("" if amount is None else f"{amount:,.2f} {said['currency']}" for amount in amounts)]


def _print_lines(lines: Iterable[str]) -> None:
    said = list(lines)
    for line in ["", *said] if said else []:
        typer.echo(plain(line))


def _ranked_cells(entry: Ranked, metrics: dict[str, None]) -> tuple[object, ...]:
    values = [entry.scores.values.get(name) for name in metrics]
    return entry.group, entry.run, entry.prompt, entry.model, *(_level(value) if value else "" for value in values)


def _effort_cells(entry: Ranked) -> tuple[object, ...]:
    took = entry.scores.effort
    statuses = ", ".join(f"{count} {say(f'status.{status}')}" for status, count in entry.scores.counts.items() if count)
    seconds = ("" if s is None else f"{s:.3g}" for s in (took.latency_p50_s, took.latency_p95_s))
    tokens = ("" if n is None else f"{n:,}" for n in (took.prompt_tokens, took.cached_tokens, took.completion_tokens))
    return entry.run, statuses, *seconds, *tokens


def _wavering(entry: Ranked, split: RepeatVariance) -> str:
    return say(
        "compare.repeated",
        run=entry.run,
        times=entry.repeats,
        error=f"{split.standard_error:.3f}",
        once=f"{split.standard_error_once:.3f}",
        share=f"{100 * split.within_share:.0f}",
        wavering=len(split.wavering),
    )


def _print_pair(pair: Pair) -> None:
    verdict = say(f"compare.{pair.verdict.replace(' ', '_')}")
    typer.echo(say("compare.verdict", a=pair.a, b=pair.b, verdict=verdict))
    for name in dict.fromkeys((pair.metric, "accuracy", "micro_f1", "macro_f1")):
        if name in pair.delta:
            typer.echo(say("compare.delta", metric=name, delta=_change(pair.delta[name]), p=f"{pair.p_swap[name]:.2g}"))
    fixed, regressed = len(pair.fixed), len(pair.regressed)
    typer.echo(say("compare.mcnemar", fixed=fixed, regressed=regressed, p=f"{pair.p_value:.2g}"))
    if pair.clustered:
        typer.echo(say("compare.clustered", rows=pair.rows, clusters=pair.clusters))
    if pair.held_back:
        key = pair.held_back.replace(" ", "_")
        typer.echo(say(f"compare.{key}", changed=pair.changed, p=f"{pair.p_swap[pair.metric]:.2g}"))
    if pair.verdict == "cannot tell" and pair.rows_needed:
        typer.echo(_needed(pair, pair.rows_needed))
    if pair.verdict == "cannot tell" and pair.visible_gain < 1:
        typer.echo(say("compare.visible", gain=f"{100 * pair.visible_gain:.1f}"))


def _needed(pair: Pair, rows: int) -> str:
    """How many rows it would take; where authors wrote several, of how many authors: each is one piece of evidence."""
    if not pair.clustered:
        return say("compare.needed", rows=f"{rows:,}")
    return say("compare.needed_authors", rows=f"{rows:,}", authors=f"{-(-rows * pair.clusters // pair.rows):,}")


def _print_agreement(pair: Pair, agreement: Iterable[Agreement]) -> None:
    found = next(entry for entry in agreement if {entry.a, entry.b} == {pair.a, pair.b})
    if found.same:
        kappa = "–" if found.kappa is None else f"{found.kappa:.2f}"
        typer.echo(say("compare.same_answers", same=_level(found.same), rows=found.rows, kappa=kappa))


def _print_labels(pair: Pair) -> None:
    typer.echo()
    keys = ("label", "gold", "f1_change", "fixed", "regressed", "p_adjusted", "p_mcnemar_adjusted")
    adjustment = {"holm": "Holm", "benjamini-hochberg": "Benjamini-Hochberg"}[pair.adjustment]
    rows = [
        (
            entry.label,
            entry.support,
            _change(entry.delta) if entry.delta else "",
            len(entry.fixed),
            len(entry.regressed),
            f"{entry.p_adjusted:.2g}",
            f"{entry.p_mcnemar_adjusted:.2g}",
        )
        for entry in pair.per_label
    ]
    print_table([say(f"head.{key}", adjustment=adjustment) for key in keys], rows)


def _print_ids(pair: Pair) -> None:
    typer.echo()
    for key, ids in (("fixed", pair.fixed), ("regressed", pair.regressed)):
        more = f" … (+{len(ids) - _IDS_SHOWN})" if len(ids) > _IDS_SHOWN else ""
        typer.echo(plain(f"{say(f'head.{key}')}: {', '.join(ids[:_IDS_SHOWN]) or '–'}{more}"))


def _margin(held: NonInferiority) -> str:
    verdicts = {"not worse": "not_worse", "worse": "worse_than_allowed", "cannot tell": "cannot_tell"}
    return say(
        "compare.margin",
        **{"a": held.a, "b": held.b, "metric": held.metric, "margin": f"{held.margin:g}"},
        change=_change(held.change) if held.change else "–",
        verdict=say(f"compare.{verdicts[held.verdict]}"),
    )


def _level(found: Interval) -> str:
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"


def _change(found: Interval) -> str:
    return f"{found.value:+.3f} ({found.low:+.3f} … {found.high:+.3f})"
