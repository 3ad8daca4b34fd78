from __future__ import annotations

import json
import math
import re

import plotly.io as pio
import pytest

from labkit import charts
from labkit.calibration import CoveragePoint
from labkit.comparison import compare
from labkit.datasets.learning_curve import LearningPoint
from labkit.datasets.saturation import Saturation
from labkit.decision import cascade
from labkit.records import Run, Status, Task
from labkit.scoring import Interval, score
from tests.hostile import HOSTILE
from tests.made_runs import made_row, made_run

RIGHT = [made_row(f"r{k}", ["refund"], ["refund"]) for k in range(20)]
WRONG = [made_row(f"r{k}", ["refund"], ["quality"]) for k in range(20)]


def pair() -> list[Run]:
    return [made_run(WRONG, "a", prompt="v1"), made_run(RIGHT, "b", prompt="v2")]


def test_upload_button_is_off_in_every_bundle():
    runs = pair()
    figures = [
        charts.scores_chart(runs),
        charts.labels_chart(runs[0]),
        charts.confusion_chart(runs[0]),
        charts.differences_chart(compare(runs), "macro_f1"),
    ]
    for figure in figures:
        bundle = charts.mime_bundle(figure)
        assert bundle[charts.MIME]["config"]["showSendToCloud"] is False
        assert bundle["text/plain"]
        assert set(bundle) == {charts.MIME, "text/plain"}  # no HTML: nothing can come from another host
        json.dumps(bundle, allow_nan=False)


def test_upload_button_is_off_in_every_renderer_too():
    for name in pio.renderers:
        config = getattr(pio.renderers[name], "config", {"showSendToCloud": False})
        assert config["showSendToCloud"] is False, name


def test_scores_keep_the_order_of_the_runs_and_show_the_bar():
    figure = charts.scores_chart(pair())
    assert list(figure.layout.yaxis.ticktext) == ["v1 · definition-reader · dev", "v2 · definition-reader · dev"]
    assert list(figure.data[0].x) == pytest.approx([0.0, 100.0])
    assert figure.layout.shapes[0].x0 == pytest.approx(80.0)


def test_intervals_reach_from_low_to_high():
    figure = charts.scores_chart(pair(), "answered")
    found = score(pair()[0]).values["answered"]
    assert figure.data[0].error_x.arrayminus[0] == pytest.approx(100 * (found.value - found.low))
    assert figure.data[0].error_x.array[0] == pytest.approx(100 * (found.high - found.value))


def test_what_was_not_measured_keeps_its_line_and_stays_empty():
    unlabelled = made_run([made_row("a", None, ["refund"])])
    figure = charts.scores_chart([unlabelled, pair()[1]])
    assert math.isnan(figure.data[0].x[0])
    assert "Not measured" in figure.data[0].customdata[0]
    assert charts.mime_bundle(figure)[charts.MIME]["data"][0]["x"][0] is None


def test_two_runs_of_one_name_keep_two_lines():
    figure = charts.scores_chart([made_run(WRONG, "a"), made_run(RIGHT, "b")])
    assert len(figure.data[0].x) == 2
    assert len(set(figure.data[0].y)) == 2


def test_confusions_stand_where_expected_and_answered_meet():
    rows = [*WRONG, made_row("missed", ["delivery"], []), made_row("failed", ["refund"], status=Status.FAILED)]
    heat = charts.confusion_chart(made_run(rows)).data[0]
    table = {(y, x): heat.z[i][k] for i, y in enumerate(heat.y) for k, x in enumerate(heat.x)}
    assert table["refund", "quality"] == 20
    assert table["delivery", "no label"] == 1
    assert sum(table.values()) == 21


@pytest.mark.parametrize("hostile", HOSTILE)
def test_names_from_data_stay_text(hostile: str):
    task = Task(hostile, (hostile, f"{hostile}2"), multi_label=True)
    run = made_run([made_row("a", [hostile], [f"{hostile}2"])], task=task, prompt=hostile, model=hostile)
    for figure in (charts.scores_chart([run]), charts.labels_chart(run), charts.confusion_chart(run)):
        shown = json.dumps([figure.to_plotly_json()], default=list, ensure_ascii=False)
        assert not re.search(r"<(script|img|svg|math|template|a|b|style)\b", shown)  # plotly reads some tags as markup
        assert not re.search(r"\$[^$]+\$", shown)  # and text between dollars as MathJax
        assert "\u202e" not in shown


def test_a_coverage_curve_starts_at_its_surest_rows_and_shows_the_target():
    accuracy = [Interval(0.9, 0.8, 0.95), Interval(0.7, 0.6, 0.8)]
    curve = [CoveragePoint(0.8, 0.4, accuracy[0]), CoveragePoint(0.2, 1.0, accuracy[1])]
    figure = charts.coverage_chart({"linear": curve, HOSTILE[0]: curve}, target=0.85)
    assert list(figure.data[0].x) == pytest.approx([40, 100])
    assert list(figure.data[0].y) == pytest.approx([90, 70])
    assert figure.layout.shapes[0].y0 == pytest.approx(85)
    assert "<" not in figure.data[1].name
    assert charts.mime_bundle(figure)[charts.MIME]["config"]["showSendToCloud"] is False


def test_a_cascade_shows_its_curve_and_the_point_that_did_not_choose_itself():
    found = cascade(made_run(WRONG, "a", model="$cheap<b>"), made_run(RIGHT, "b", model="dear"))
    figure = charts.cascade_chart(found)
    assert list(figure.data[0].x) == [100 * point.escalated for point in found.points]
    assert figure.data[1].x[0] == pytest.approx(100 * found.escalated.value)
    assert figure.layout.title.text == "&#36;cheap&lt;b&gt;, then dear"
    assert figure.layout.shapes[0].y0 == pytest.approx(80.0)


def test_saturation_is_a_line_over_rows_whose_bars_are_the_draws():
    found = Saturation("macro_f1", "linear", (LearningPoint(25, 0.4, 0.3, 0.5), LearningPoint(50, 0.6, 0.6, 0.6)))
    line = charts.saturation_chart(found).data[0]
    assert (list(line.x), list(line.y)) == ([25, 50], [40, 60])
    assert [round(high) for high in line.error_y.array] == [10, 0]
