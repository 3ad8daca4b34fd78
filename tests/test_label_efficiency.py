"""How many labels `linear` needs to match a run."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit
from labkit.datasets.label_efficiency import LabelEfficiency
from labkit.datasets.learning_curve import LearningPoint
from labkit.errors import BadData, BadInput
from labkit.records import Example, Run
from labkit.scoring import score
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import TOPICS, post
from tests.conftest import TINY_TASK, tiny_prompts


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A hundred pool rows, ten dev rows and ten test rows."""
    splits = (*["pool"] * 10, "dev", "test")
    rows = [Example(f"r{k}", (post(k),), (tuple(TOPICS)[k % 3],), splits[k % 12]) for k in range(120)]
    return create_scene(tmp_path_factory.mktemp("wide") / "wide", TINY_TASK, rows, tiny_prompts())


@pytest.fixture(scope="module")
def reader(wide: Scene) -> Run:
    return labkit.evaluate(wide, wide.prompt_names()[0], "definition-reader")


def curve(*values: float, of_run: float) -> LabelEfficiency:
    points = tuple(LearningPoint(20 * 2**k, value, value, value) for k, value in enumerate(values))
    return LabelEfficiency("macro_f1", "linear", points, {"run": of_run})


def test_sizes_double_up_to_the_whole_pool(wide: Scene, reader: Run):
    told: list[tuple[int, int]] = []
    found = labkit.label_efficiency(wide, [reader], draws=2, progress=lambda done, of: told.append((done, of)))
    assert [point.rows for point in found.points] == [20, 40, 80, 100]
    assert found.scores == {reader.id: pytest.approx(score(reader).values["macro_f1"].value)}
    assert told == [(done, 7) for done in range(1, 8)]
    whole = labkit.evaluate(wide, wide.prompt_names()[0], "linear")
    assert found.points[-1].value == pytest.approx(score(whole).values["macro_f1"].value)
    assert found == labkit.label_efficiency(wide, [reader], draws=2)


def test_a_run_is_matched_only_from_where_the_curve_stays_up():
    assert curve(0.2, 0.6, 0.7, of_run=0.5).rows_to_match("run") == 40
    assert curve(0.6, 0.4, 0.7, of_run=0.5).rows_to_match("run") == 80
    assert curve(0.2, 0.3, 0.4, of_run=0.5).rows_to_match("run") is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9), st.floats(0, 1))
def test_no_size_behind_the_match_falls_below_the_run(values: list[float], of_run: float):
    found = curve(*values, of_run=of_run)
    rows = found.rows_to_match("run")
    behind = [point.value >= of_run for point in found.points if rows is not None and point.rows >= rows]
    assert all(behind)
    assert (rows is None) == (values[-1] < of_run)


def test_what_cannot_be_compared_is_refused(wide: Scene, reader: Run):
    on_test = labkit.evaluate(wide, wide.prompt_names()[0], "definition-reader", "test", reason="to be refused")
    fewer = labkit.evaluate(wide, wide.prompt_names()[0], "definition-reader", limit=4)
    runs: Sequence[Run]
    for runs, message in (([], "no run to match"), ([on_test], "not over dev"), ([reader, fewer], "other rows")):
        with pytest.raises(BadInput, match=message):
            labkit.label_efficiency(wide, runs)
    with pytest.raises(BadInput, match="number of draws is 0"):
        labkit.label_efficiency(wide, [reader], draws=0)


def test_a_pool_too_small_is_named(tmp_path):
    rows = [Example(f"r{k}", (post(k),), (tuple(TOPICS)[k % 3],), "dev" if k % 2 else "pool") for k in range(20)]
    scene = create_scene(tmp_path / "small", TINY_TASK, rows, tiny_prompts())
    run = labkit.evaluate(scene, scene.prompt_names()[0], "definition-reader")
    with pytest.raises(BadData, match="20 labelled pool rows and labelled dev rows; there are 10 and 10"):
        labkit.label_efficiency(scene, [run])


def test_the_chart_has_a_line_for_every_run(wide: Scene, reader: Run):
    figure = labkit.charts.label_efficiency_chart(labkit.label_efficiency(wide, [reader], draws=1), [reader])
    assert list(figure.data[0].x) == [20, 40, 80, 100]
    assert [shape.y0 for shape in figure.layout.shapes] == [pytest.approx(100 * score(reader).values["macro_f1"].value)]
    assert "definition-reader" in figure.layout.annotations[0].text


def test_the_command_says_it_in_a_table_and_as_json(
    wide: Scene, reader: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from labkit.cli import main

    for more in ((), ("--json",)):
        words = ["labkit", "dataset", "label-efficiency", str(wide.path), reader.id[:12], "--draws", "1", *more]
        monkeypatch.setattr("sys.argv", words)
        with pytest.raises(SystemExit) as left:
            main()
        assert not left.value.code
    out = capsys.readouterr().out
    assert f"run {reader.id}" in out
    said = json.loads(out.splitlines()[-1])
    assert [point["rows"] for point in said["points"]] == [20, 40, 80, 100]
    assert list(said["rows_to_match"]) == [reader.id]
