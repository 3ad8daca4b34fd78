"""A training in one picture: loss, gradient norm, learning rate, and how well the dev rows are answered."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from labkit.charts import BAR, POINT, axis_name, styled
from labkit.texts import say
from labkit.training.history import History

_PARTS = (("loss", 1, 1), ("grad_norm", 1, 2), ("learning_rate", 2, 1))
_SHADES = ("#5b7fb5", "#6b8e5a", "#8a6bb0", "#b08a3c", "#4d9a9a", "#a05a7a")


def training_chart(history: History) -> go.Figure:
    """Loss, gradient norm and learning rate of every step; macro-F1 and F1 of each label at every evaluation.

    Args:
        history: from `history_of`; with nothing in it the four fields are empty.

    Returns:
        Four small charts over the steps.
    """
    titles = [say(f"training.{name}") for name in ("loss", "grad_norm", "learning_rate", "dev")]
    figure = make_subplots(rows=2, cols=2, subplot_titles=titles, horizontal_spacing=0.08, vertical_spacing=0.16)
    numbers = [event["step"] for event in history.steps]
    for key, row, column in _PARTS:
        values = [event.get(key) for event in history.steps]
        line = go.Scatter(x=numbers, y=values, mode="lines", line={"color": POINT, "width": 1.5})
        figure.add_trace(line, row=row, col=column)
    _add_dev(figure, history)
    figure.update_yaxes(range=[0, 1.02], row=2, col=2)
    return styled(figure, say("training.title", steps=len(history.steps)), rows=12)


def _add_dev(figure: go.Figure, history: History) -> None:
    """One thin line a label, with its name on hovering, and macro-F1 thick above them."""
    numbers = [event["step"] for event in history.evaluations]
    labels = list(dict.fromkeys(label for event in history.evaluations for label in event["per_label"]))
    for k, label in enumerate(labels):
        values = [event["per_label"].get(label) for event in history.evaluations]
        line = {"color": _SHADES[k % len(_SHADES)], "width": 1}
        _add_line(figure, numbers, values, axis_name(label), line)
    macro = [event["macro_f1"] for event in history.evaluations]
    _add_line(figure, numbers, macro, say("training.macro"), {"color": BAR, "width": 3})


def _add_line(
    figure: go.Figure, numbers: list[int], values: list[float | None], name: str, line: dict[str, object]
) -> None:
    trace = go.Scatter(x=numbers, y=values, name=name, mode="lines+markers", line=line)
    trace.hovertemplate = f"{name}: %{{y:.2f}} (%{{x}})<extra></extra>"
    figure.add_trace(trace, row=2, col=2)
