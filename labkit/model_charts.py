"""Several runs in one picture: quality over money and time, where each is good, and who agrees with whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from labkit.charts import BAR, INK, POINT, axis_name, error_bars, styled
from labkit.comparison import Agreement, Comparison
from labkit.comparison.frontier import frontier
from labkit.scoring import Interval
from labkit.texts import say
from labkit.views.model_table import COST, LATENCY, Column, ModelRow, ModelTable
from labkit.views.sentences import metric_words, of_100, points
from labkit.views.strengths import BY_LABEL, strengths

# Opaque, and dark enough for white figures, so that both themes show the same; rust and blue also to the colour-blind.
_WEAK, _MIDDLE, _STRONG = "#b3432b", "#767c84", "#2f6aa8"
_NONE = "rgba(128,128,128,0.1)"
_LEAST_SPAN = 10.0  # points between the two ends of the colours, so that a hair's breadth is no contrast


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a heat map: its value of 100 (None has no colour), how it reads, and what is said on hovering."""

    value: float | None
    words: str
    hover: str


def choices_chart(table: ModelTable, metric: str) -> go.Figure:
    """Quality against money, and against time: what no other run beats in all of these is filled, the rest hollow.

    Args:
        table: the runs; one whose money or seconds are unknown is left out of that half, and stays hollow.
        metric: the column of quality.

    Returns:
        Scatters over one axis of quality, each with its intervals, its frontier and what the business asks for: one for
        each of money and time that is known of some run.
    """
    halves = table.known(COST, LATENCY)
    figure = make_subplots(cols=max(len(halves), 1), shared_yaxes=True, horizontal_spacing=0.04)
    best = frontier_of(table, metric)
    quality = table.column(metric)
    for place, key in enumerate(halves, start=1):
        column = table.column(key)
        placed = [row for row in table.rows if _all_known(row, table, (metric, key))]
        figure.add_traces(_half(table, placed, (metric, key), best), rows=1, cols=place)
        figure.update_xaxes(title=axis_name(column.title), range=[-0.04 * _width(column), _width(column)], col=place)
        _mark(figure, column, quality, place)
    figure.update_yaxes(title=quality.title, col=1)
    title = "comparing.choices_title" if len(halves) > 1 else f"comparing.choices_title.{'_'.join(halves)}"
    return styled(figure, say(title), rows=11)


def frontier_of(table: ModelTable, metric: str) -> frozenset[str]:
    """The letters of the runs that no other beats in quality, and in money and time where some run's are known."""
    keys = (metric, *table.known(COST, LATENCY))
    known = [row for row in table.rows if _all_known(row, table, keys)]
    return frozenset(known[k].letter for k in frontier([[_merit(row, table, key) for key in keys] for row in known]))


def strengths_chart(found: Comparison, letters: Sequence[str], by: str) -> go.Figure:
    """How each run does on each label or slice; parts of few rows keep their figures and lose their colour.

    Args:
        found: what `compare` returned.
        letters: of its ranking.
        by: one of `labkit.views.strengths.ways_to_part`.
    """
    parts = strengths(found, by)
    fields = [[_score_field(score, few=part.few) for score in part.scores] for part in parts]
    name = say("comparing.f1") if by == BY_LABEL else metric_words(found.metric)
    lines = [f"{axis_name(part.name)} ({part.rows})" for part in parts]
    return _heat_figure(
        fields, lines, letters, (_WEAK, _MIDDLE, _STRONG), say("comparing.strengths_title", metric=name)
    )


def agreement_chart(found: Comparison, letters: Sequence[str]) -> go.Figure:
    """How often each two runs give the same answer, right or wrong; Cohen's kappa for those who hover.

    Args:
        found: what `compare` returned.
        letters: of its ranking.
    """
    known = {frozenset((pair.a, pair.b)): pair for pair in found.agreement}
    runs = [entry.run for entry in found.ranking]
    fields = [[_agreement_field(known.get(frozenset((a, b)))) for b in runs] for a in runs]
    return _heat_figure(fields, letters, letters, (_MIDDLE, _STRONG), say("comparing.agreement_title"))


def _half(table: ModelTable, placed: Sequence[ModelRow], keys: tuple[str, str], best: frozenset[str]) -> list[Any]:
    quality, price = ([_interval(row, table, key) for row in placed] for key in keys)
    scatter = go.Scatter(
        x=[value.value for value in price],
        y=[100 * value.value for value in quality],
        error_x=error_bars(price, unit=1),
        error_y=error_bars(quality),
        text=[row.letter for row in placed],
        customdata=[
            f"{axis_name(row.name)}: {', '.join(table.cell(row, key).words for key in keys)}" for row in placed
        ],
        mode="markers+text",
        textposition="top right",
        cliponaxis=False,
        marker={"size": 11, "color": [POINT if row.letter in best else "rgba(0,0,0,0)" for row in placed]}
        | {"line": {"color": POINT, "width": 2}},
        hovertemplate="%{text} · %{customdata}<extra></extra>",
    )
    return [_frontier_line(table, placed, keys), scatter]


def _frontier_line(table: ModelTable, placed: Sequence[ModelRow], keys: tuple[str, str]) -> go.Scatter:
    """The best that can be had for so much money, or in so much time: a step at each run that nobody beats in both."""
    best = [placed[k] for k in frontier([[_merit(row, table, key) for key in keys] for row in placed])]
    steps = sorted((_interval(row, table, keys[1]).value, 100 * _interval(row, table, keys[0]).value) for row in best)
    reach = [(_width(table.column(keys[1])), steps[-1][1])] if steps else []
    return go.Scatter(
        x=[x for x, _ in (*steps, *reach)],
        y=[y for _, y in (*steps, *reach)],
        mode="lines",
        line={"shape": "hv", "color": INK, "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )


def _mark(figure: go.Figure, column: Column, quality: Column, place: int) -> None:
    """What the business asks for: least quality across, most money or time upright."""
    line = {"color": BAR, "dash": "dash", "width": 1}
    if quality.goal is not None:
        figure.add_hline(y=100 * quality.goal, line=line, row=1, col=place)
    if column.goal is not None:
        figure.add_vline(x=column.goal, line=line, row=1, col=place)


def _score_field(score: Interval | None, *, few: bool) -> _Field:
    if score is None:
        return _Field(None, "–", say("standing.unmeasured"))
    return _Field(None if few else 100 * score.value, points(score.value), of_100(score))


def _agreement_field(pair: Agreement | None) -> _Field:
    if pair is None or pair.same is None:
        return _Field(None, "–", "–")
    kappa = "–" if pair.kappa is None else f"{pair.kappa:.2f}"
    hover = say("comparing.same", same=of_100(pair.same), rows=pair.rows, kappa=kappa)
    return _Field(100 * pair.same.value, points(pair.same.value), hover)


def _heat_figure(
    fields: Sequence[Sequence[_Field]], lines: Sequence[str], letters: Sequence[str], colours: Sequence[str], title: str
) -> go.Figure:
    """White figures on colours; fields without a colour on a layer of their own, their figures grey."""
    known = [field.value for line in fields for field in line if field.value is not None]
    high = max(known, default=0.0)
    coloured = _layer(fields, letters, colours, lambda field: field.value)
    coloured.update(zmin=min([*known, high - _LEAST_SPAN]), zmax=high, textfont={"color": "#ffffff"})
    grey = _layer(fields, letters, (_NONE, _NONE), lambda field: 0.0 if field.value is None else None)
    figure = go.Figure([coloured, grey.update(textfont={"color": INK})])
    figure.update_xaxes(side="top", type="category", showgrid=False)
    # Names are tick texts, not categories: two parts may share a name, and each keeps its own line.
    places = list(range(len(lines)))
    figure.update_yaxes(tickvals=places, ticktext=list(lines), range=[len(lines) - 0.5, -0.5], showgrid=False)
    return styled(figure, title, rows=len(lines) + 1)


def _layer(
    fields: Sequence[Sequence[_Field]],
    letters: Sequence[str],
    colours: Sequence[str],
    value: Callable[[_Field], float | None],
) -> go.Heatmap:
    return go.Heatmap(
        z=[[value(field) for field in line] for line in fields],
        x=list(letters),
        y=list(range(len(fields))),
        text=[["" if value(field) is None else field.words for field in line] for line in fields],
        customdata=[[field.hover for field in line] for line in fields],
        colorscale=[[k / (len(colours) - 1), colour] for k, colour in enumerate(colours)],
        texttemplate="%{text}",
        hovertemplate="%{x}: %{customdata}<extra></extra>",
        **{"hoverongaps": False, "showscale": False, "xgap": 2, "ygap": 2},
    )


def _interval(row: ModelRow, table: ModelTable, key: str) -> Interval:
    return table.cell(row, key).value or Interval(float("nan"), float("nan"), float("nan"))


def _all_known(row: ModelRow, table: ModelTable, keys: Sequence[str]) -> bool:
    return all(table.cell(row, key).value for key in keys)


def _merit(row: ModelRow, table: ModelTable, key: str) -> float:
    """A value of which more is better."""
    value = _interval(row, table, key).value
    return -value if table.column(key).less else value


def _width(column: Column) -> float:
    return column.top or 1.0
