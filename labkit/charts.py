"""Scores as plotly figures, shown through the MIME bundle: nothing is uploaded, nothing comes from another host."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from labkit.calibration import CoveragePoint
from labkit.comparison import Comparison
from labkit.comparison.drift import Drift
from labkit.decision import PEOPLE, Cascade, CascadePoint
from labkit.records import Run
from labkit.scoring import Interval, confusions, score
from labkit.texts import say
from labkit.views.markup import NAME_LIMIT, short
from labkit.views.sentences import drift_words, metric_words, of_100, points

if TYPE_CHECKING:
    from labkit.datasets.label_efficiency import LabelEfficiency
    from labkit.datasets.learning_curve import LearningPoint
    from labkit.datasets.saturation import Saturation

# plotly 7 shows a "Share chart" button that uploads the figure; it must be off on every way to the screen.
# Not "responsive": JupyterLab resizes charts itself, and a responsive one loses its height when the theme changes.
CONFIG: Mapping[str, Any] = {"showSendToCloud": False, "displaylogo": False}
MIME = "application/vnd.plotly.v1+json"
INK = "#787878"  # readable on white and on JupyterLab's dark background alike (contrast about 4.4 to both)
BAR, POINT = "#c8553d", "#5b7fb5"
FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"


def configure_renderers() -> None:
    """Turn plotly's upload button off for figures that are shown without `show`, in every renderer it has."""
    import plotly.io as pio

    for name in pio.renderers:
        renderer = pio.renderers[name]
        if hasattr(renderer, "config"):
            renderer.config = {**(renderer.config or {}), **CONFIG}


def show(figure: go.Figure) -> None:
    """Display a figure in a notebook or in Voila: its data and layout, our configuration, and its title as text."""
    from IPython.display import display

    display(mime_bundle(figure), raw=True)  # type: ignore[no-untyped-call]


def mime_bundle(figure: go.Figure) -> dict[str, Any]:
    """What `show` displays: the figure as plotly's JSON with our configuration, and its title as plain text."""
    import json

    figure_json = json.loads(figure.to_json())
    return {MIME: {**figure_json, "config": dict(CONFIG)}, "text/plain": str(figure.layout.title.text or "")}


def scores_chart(runs: Sequence[Run], metric: str | None = None) -> go.Figure:
    """Each run's score with its interval, against the bar.

    Args:
        runs: runs of one task; those without gold labels stand as "not measured".
        metric: a key of `Scores.values`; the bar's metric when None.

    Returns:
        A figure with one row per run, the first on top.
    """
    bar = runs[0].task.bar
    metric = metric or bar.metric
    names = [axis_name(f"{run.header.prompt_name} · {run.header.model} · {run.header.split}") for run in runs]
    values = [score(run).values.get(metric) for run in runs]
    figure = _interval_figure(names, values, bar.value if metric == bar.metric else None)
    return styled(figure, say("chart.scores", metric=metric_words(metric)), rows=len(runs))


def labels_chart(run: Run) -> go.Figure:
    """F1 of every label with its interval; the label's rows stand behind its name.

    Args:
        run: a run with gold labels.
    """
    labels = score(run).per_label
    names = [axis_name(f"{label.label} ({label.support})") for label in labels]
    figure = _interval_figure(names, [label.f1 if label.support else None for label in labels], None)
    return styled(figure, say("chart.labels", rows=len(run.rows)), rows=len(labels))


def confusion_chart(run: Run) -> go.Figure:
    """How often a row of one label (down) was read as another (across).

    Args:
        run: a run with gold labels; of several labels only those on which gold and answer differ are paired.
    """
    names = [*run.task.labels, ""]
    position = {name: place for place, name in enumerate(names)}
    table = [[0] * len(names) for _ in names]
    for confusion in confusions(run):
        table[position[confusion.gold or ""]][position[confusion.predicted or ""]] += len(confusion.rows)
    shown = [axis_name(name, 24) if name else say("label.none") for name in names]
    heat = go.Heatmap(
        z=table,
        x=shown,
        y=shown,
        text=[[str(rows) if rows else "" for rows in line] for line in table],
        texttemplate="%{text}",
        hovertemplate="%{y} → %{x}: %{z}<extra></extra>",
        colorscale=[[0, "rgba(91,127,181,0.04)"], [1, "rgba(200,85,61,0.85)"]],
        showscale=False,
    )
    figure = go.Figure(heat, {"yaxis": {"autorange": "reversed", "title": say("chart.gold")}})
    figure.update_xaxes(title=say("chart.predicted"), tickangle=-30)
    return styled(figure, say("chart.confusion"), rows=len(names) + 4)


def differences_chart(comparison: Comparison, metric: str) -> go.Figure:
    """Each pair's difference with its interval; left of 0 the first run is worse.

    Args:
        comparison: what `compare` returned.
        metric: a key of `Pair.delta`.
    """
    known = {ranked.run: f"{ranked.prompt} · {ranked.model}" for ranked in comparison.ranking}
    names = [axis_name(f"{known[pair.a]} → {known[pair.b]}") for pair in comparison.pairs]
    figure = _interval_figure(names, [pair.delta.get(metric) for pair in comparison.pairs], None)
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    figure.update_xaxes(range=None, autorange=True)
    return styled(figure, say("chart.differences", metric=metric_words(metric)), rows=len(names))


def coverage_chart(curves: Mapping[str, Sequence[CoveragePoint]], target: float | None = None) -> go.Figure:
    """What is right among the answers, over the share of rows that keep their answer.

    Args:
        curves: name -> what `Calibration.curve` returned; one line each.
        target: the accuracy asked for, 0 to 1.
    """
    figure = go.Figure([_coverage_line(name, curve) for name, curve in curves.items()])
    if target is not None:
        label = say("chart.bar", bar=points(target))
        figure.add_hline(y=100 * target, line={"color": BAR, "dash": "dash", "width": 1}, annotation={"text": label})
    figure.update_xaxes(title=say("chart.coverage_axis"), range=[0, 102])
    figure.update_yaxes(title=say("chart.accuracy_axis"), range=[0, 102])
    return styled(figure, say("chart.coverage"), rows=12).update_layout(showlegend=len(curves) > 1)


def saturation_chart(found: Saturation) -> go.Figure:
    """The score over the rows learnt from; the bars reach from the lowest draw to the highest.

    Args:
        found: what `saturation` returned.
    """
    figure = go.Figure(_learning_curve(found.points))
    figure.update_xaxes(title=say("saturation.rows"), rangemode="tozero")
    figure.update_yaxes(title=metric_words(found.metric))
    return styled(figure, say("saturation.chart", proxy=found.proxy), rows=8)


def label_efficiency_chart(found: LabelEfficiency, runs: Sequence[Run]) -> go.Figure:
    """What a classifier scores over the labels it learnt from, each twice as many; a line for every run to match.

    Args:
        found: what `label_efficiency` returned.
        runs: the runs it was given.
    """
    figure = go.Figure(_learning_curve(found.points))
    for run in runs:
        name = axis_name(f"{run.header.prompt_name} · {run.header.model}")
        figure.add_hline(
            y=100 * found.scores[run.id],
            line={"color": BAR, "dash": "dash", "width": 1},
            annotation={"text": name, "xanchor": "left", "x": 0},
        )
    sizes = [point.rows for point in found.points]
    figure.update_xaxes(title=say("efficiency.axis", learner=found.learner), type="log", tickvals=sizes)
    figure.update_yaxes(title=metric_words(found.metric))
    return styled(figure, say("efficiency.chart", learner=found.learner), rows=10)


def _learning_curve(points: Sequence[LearningPoint]) -> go.Scatter:
    values = [Interval(point.value, point.low, point.high) for point in points]
    return go.Scatter(
        x=[point.rows for point in points],
        y=[100 * value.value for value in values],
        error_y=error_bars(values),
        mode="lines+markers",
        line={"color": POINT},
        hovertemplate="%{x}: %{y:.1f}<extra></extra>",
    )


def cascade_chart(found: Cascade) -> go.Figure:
    """A cascade's score over the share of rows passed on; the marked point is what it brings on rows it has not seen.

    Args:
        found: what `cascade` returned.
    """
    figure = go.Figure([_cascade_curve(found.points), _cascade_point(found)])
    bar = found.standing.bar
    label = say("chart.bar", bar=points(bar))
    figure.add_hline(y=100 * bar, line={"color": BAR, "dash": "dash", "width": 1}, annotation={"text": label})
    figure.update_xaxes(title=say("chart.escalated_axis"), range=[-2, 102])
    figure.update_yaxes(title=say("chart.score_axis"), range=[0, 104])
    second = say("cascade.people") if found.second == PEOPLE else found.second
    title = say("chart.cascade", first=axis_name(found.first, 30), second=axis_name(second, 30))
    return styled(figure, title, rows=12).update_layout(showlegend=True)


def _cascade_curve(curve: Sequence[CascadePoint]) -> go.Scatter:
    money = ("" if p.per_1000 is None else f", {p.per_1000.amount.value:.2f} {p.per_1000.currency}" for p in curve)
    return go.Scatter(
        x=[100 * point.escalated for point in curve],
        y=[100 * point.score.value for point in curve],
        error_y=error_bars([point.score for point in curve]),
        customdata=[of_100(point.score) + cost for point, cost in zip(curve, money, strict=True)],
        name=say("chart.curve"),
        mode="lines+markers",
        line={"color": POINT},
        hovertemplate="%{x:.0f} / 100, %{customdata}<extra></extra>",
    )


def _cascade_point(found: Cascade) -> go.Scatter:
    score_ = found.standing.value or Interval(float("nan"), float("nan"), float("nan"))
    return go.Scatter(
        x=[100 * found.escalated.value],
        y=[100 * score_.value],
        error_y={**error_bars([score_]), "color": BAR},
        name=say("chart.unseen"),
        mode="markers",
        marker={"size": 13, "color": BAR, "symbol": "diamond"},
        hovertemplate="%{x:.0f} / 100, %{y:.0f}<extra></extra>",
    )


def _coverage_line(name: str, curve: Sequence[CoveragePoint]) -> go.Scatter:
    return go.Scatter(
        x=[100 * point.coverage for point in curve],
        y=[100 * point.accuracy.value for point in curve],
        customdata=[f"≥ {point.threshold:.2f}: {of_100(point.accuracy)}" for point in curve],
        name=axis_name(name),
        mode="lines",
        line={"shape": "hv"},
        hovertemplate="%{x:.0f} / 100, %{customdata}<extra></extra>",
    )


def _interval_figure(names: Sequence[str], values: Sequence[Interval | None], bar: float | None) -> go.Figure:
    """Points with intervals, one line each; what was not measured keeps its line and stays empty."""
    measured = [value or Interval(float("nan"), float("nan"), float("nan")) for value in values]
    points_ = go.Scatter(
        x=[100 * value.value for value in measured],
        y=list(range(len(names))),
        error_x=error_bars(measured),
        mode="markers",
        marker={"size": 10, "color": POINT},
        customdata=[of_100(value) if value else say("standing.unmeasured") for value in values],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure = go.Figure(points_)
    # Names are tick texts, not categories: two runs may share a name, and each keeps its own line.
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=list(names), range=[len(names) - 0.5, -0.5])
    figure.update_xaxes(range=[0, 102])
    if bar is not None:
        label = say("chart.bar", bar=points(bar))
        figure.add_vline(x=100 * bar, line={"color": BAR, "dash": "dash", "width": 1}, annotation={"text": label})
    return figure


def drift_chart(drift: Drift) -> go.Figure:
    """What changed from a reference (hollow) to a window of later rows (full), one line each; lengths are left out.

    Args:
        drift: made by `labkit.drift`.
    """
    lines = [line for line in drift.lines if line.what != "length"]
    sides = (
        (say("drift.before"), [line.before for line in lines], "circle-open"),
        (say("drift.now"), [line.now for line in lines], "circle"),
    )
    figure = go.Figure()
    for side, values, symbol in sides:
        figure.add_scatter(
            x=[100 * value for value in values],
            y=list(range(len(lines))),
            mode="markers",
            marker={"size": 10, "symbol": symbol, "color": [BAR if line.drifted else POINT for line in lines]},
            customdata=[f"{side} {100 * value:.1f}, p {line.p:.3f}" for value, line in zip(values, lines, strict=True)],
            hovertemplate="%{customdata}<extra></extra>",
        )
    names = [axis_name(drift_words(line)) for line in lines]
    figure.update_yaxes(tickvals=list(range(len(lines))), ticktext=names, range=[len(lines) - 0.5, -0.5])
    figure.update_xaxes(range=[-2, 102])
    return styled(figure, say("drift.chart"), rows=len(lines))


def error_bars(values: Sequence[Interval], unit: float = 100) -> dict[str, Any]:
    """Intervals as plotly's error bars; shares in hundredths, anything else with a unit of 1."""
    return {
        "array": [unit * (value.high - value.value) for value in values],
        "arrayminus": [unit * (value.value - value.low) for value in values],
        "color": POINT,
        "thickness": 1.5,
    }


def styled(figure: go.Figure, title: str, rows: int) -> go.Figure:
    """The look of every figure: its title, a height for so many lines, colours that do on light and dark."""
    figure.update_layout(
        title={"text": title, "font": {"size": 15}},
        height=120 + 30 * max(rows, 3),
        margin={"l": 10, "r": 20, "t": 60, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "color": INK, "size": 13},
        showlegend=False,
    )
    figure.update_xaxes(gridcolor="rgba(128,128,128,0.2)", zeroline=False)
    figure.update_yaxes(automargin=True, gridcolor="rgba(128,128,128,0.12)", zeroline=False, ticklabelstandoff=6)
    return figure


def axis_name(text: str, limit: int = NAME_LIMIT) -> str:
    """Text from data as plotly shows it: cut, tags escaped, and dollars too, which would start MathJax."""
    return html.escape(short(text, limit)).replace("$", "&#36;")


configure_renderers()  # a figure may also be a cell's last value, which plotly shows by itself
