"""An audit as plotly figures, where a picture says more than its sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from labkit.auditing.size import LABEL_FEW
from labkit.charts import BAR, POINT, axis_name, styled
from labkit.curation.annotator_agreement import TENTATIVE
from labkit.curation.quotas import MIX
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.auditing import Audit, Finding
    from labkit.curation.difficulty import Difficulty

_MOST = 40  # labels drawn: of more, the rarest
_HOLLOW = "circle-open"


def audit_charts(found: Audit) -> dict[str, go.Figure]:
    """Check -> its figure: rows per label (D06), sizes of duplicate groups (D02), difficulty (D07), agreement (D12).

    Args:
        found: what `audit` returned; checks that found nothing to draw have no figure.
    """
    drawn = {check: _DRAWN[check](found.finding(check)) for check in _DRAWN}
    return {check: figure for check, figure in drawn.items() if figure is not None}


def _labels_chart(finding: Finding) -> go.Figure | None:
    counts: Mapping[str, int] = finding.counts.get("labels", {})
    if not counts:
        return None
    rarest = sorted(counts.items(), key=lambda one: one[1])[:_MOST]
    names, rows = [axis_name(label) for label, _ in reversed(rarest)], [number for _, number in reversed(rarest)]
    colours = [BAR if number < LABEL_FEW else POINT for number in rows]
    bars = go.Bar(x=rows, y=list(range(len(rows))), orientation="h", marker={"color": colours}, hoverinfo="x")
    figure = go.Figure(bars)
    figure.add_vline(x=LABEL_FEW, line={"color": BAR, "dash": "dash", "width": 1}, annotation={"text": str(LABEL_FEW)})
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=names, range=[-0.5, len(names) - 0.5])
    title = (
        say("chart.rows_of_label") if len(counts) <= _MOST else say("chart.rarest_labels", shown=_MOST, of=len(counts))
    )
    return styled(figure, title, rows=len(names))


def _groups_chart(finding: Finding) -> go.Figure | None:
    sizes: Mapping[int, int] = finding.counts.get("group_sizes", {})
    if not sizes:
        return None
    bars = go.Bar(
        x=[str(size) for size in sizes],
        y=list(sizes.values()),
        marker={"color": POINT},
        hovertemplate="%{x} × %{y}<extra></extra>",
    )
    figure = go.Figure(bars)
    figure.update_xaxes(title=say("chart.group_size"), type="category")
    figure.update_yaxes(title=say("chart.groups"), type="log", dtick=1)
    return styled(figure, say("chart.duplicate_groups"), rows=6)


def _difficulty_chart(finding: Finding) -> go.Figure | None:
    shares: Mapping[Difficulty, float] = finding.counts.get("shares", {})
    if not shares:
        return None
    kinds = list(shares)
    aims = [MIX[kind] for kind in kinds]
    figure = go.Figure()
    for name, values, symbol in (("aim", aims, _HOLLOW), ("found", list(shares.values()), "circle")):
        figure.add_scatter(
            x=[100 * value for value in values],
            y=list(range(len(kinds))),
            mode="markers",
            name=say(f"chart.difficulty.{name}"),
            marker={"size": 10, "symbol": symbol, "color": POINT},
            hovertemplate="%{x:.0f} %<extra></extra>",
        )
    names = [say(f"select.{kind}") for kind in kinds]
    figure.update_yaxes(tickvals=list(range(len(kinds))), ticktext=names, range=[len(kinds) - 0.5, -0.5])
    figure.update_xaxes(title=say("chart.share_axis"), range=[-2, 102])
    return styled(figure, say("chart.difficulty"), rows=len(kinds)).update_layout(showlegend=True)


def _agreement_chart(finding: Finding) -> go.Figure | None:
    alphas: Mapping[str, float | None] = finding.counts.get("labels", {})
    known = sorted(((alpha, label) for label, alpha in alphas.items() if alpha is not None), reverse=True)[-_MOST:]
    if not known:
        return None
    marks = go.Scatter(
        x=[alpha for alpha, _ in known],
        y=list(range(len(known))),
        mode="markers",
        marker={"size": 10, "color": [BAR if alpha < TENTATIVE else POINT for alpha, _ in known]},
        hovertemplate="α %{x:.2f}<extra></extra>",
    )
    figure = go.Figure(marks)
    label = {"text": f"{TENTATIVE:.3f}"}
    figure.add_vline(x=TENTATIVE, line={"color": BAR, "dash": "dash", "width": 1}, annotation=label)
    names = [axis_name(name) for _, name in known]
    figure.update_yaxes(tickvals=list(range(len(known))), ticktext=names, range=[len(known) - 0.5, -0.5])
    figure.update_xaxes(title="α")
    return styled(figure, say("chart.agreement_of_labels"), rows=len(known))


_DRAWN: dict[str, Callable[[Finding], go.Figure | None]] = {
    "D06": _labels_chart,
    "D02": _groups_chart,
    "D07": _difficulty_chart,
    "D12": _agreement_chart,
}
