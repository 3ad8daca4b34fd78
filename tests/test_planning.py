"""A selection planned before it is written: the very rows that `select` takes, and what of the pool they cover."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import labkit
from labkit.curation.quotas import Cell
from labkit.datasets import Planner, dataset_coverage, select
from labkit.errors import BadInput, UnknownName
from labkit.evaluation import evaluate
from labkit.records import Example
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import TOPICS, post
from tests.conftest import TINY_TASK, tiny_prompts


def scene_of(folder: Path, **changes: object) -> Scene:
    """Thirty pool rows and a dev row, no two alike; r1 and r2 have no labels."""
    rows = [Example(f"r{k}", (post(k),), (tuple(TOPICS)[k % 3],), "pool" if k else "dev") for k in range(31)]
    rows = [replace(row, labels=None) if row.id in ("r1", "r2") else row for row in rows]
    return create_scene(folder, TINY_TASK, [replace(row, **changes) for row in rows], tiny_prompts())


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return scene_of(tmp_path / "planned")


def test_a_plan_is_what_select_takes(scene: Scene):
    for prompt in ("v1", "v2"):
        evaluate(scene, prompt, "definition-reader", "pool")
    wishes = {"pins": {"r4": "asked for"}, "bans": ["r5"], "seed": 3}
    quotas = {("退款", "easy"): 2, ("物流", "unrated"): 1}
    mix = {"easy": 0.2, "boundary": 0.2, "hard": 0.6}
    planned = Planner(scene, **wishes).plan(9, quotas, mix)
    made = select(scene, 9, "made", quotas=quotas, mix=mix, **wishes)
    assert [row.example.id for row in planned.rows] == [row.example.id for row in made.rows]
    assert "r4" in {row.example.id for row in planned.rows}
    assert "r5" not in {row.example.id for row in planned.rows}
    assert sum(planned.counts().values()) == 9


def test_a_hard_row_that_a_person_confirmed_can_be_planned_as_it_can_be_selected(tmp_path: Path):
    rows = [replace(row, labels=("退款",)) if row.id == "r3" else row for row in scene_of(tmp_path / "right").rows]
    scene = create_scene(tmp_path / "wrong", TINY_TASK, rows, tiny_prompts())
    for prompt in ("v1", "v2"):
        evaluate(scene, prompt, "definition-reader", "pool")
    waiting = Planner(scene).sifted.candidates.waiting
    assert waiting, "the models fail on none of them"
    work = labkit.adjudicate(scene)
    item = next(item for item in work.items() if waiting[0].id in item.rows)
    work.decide(item.id, "keep")
    planned = Planner(scene).plan(30)
    assert waiting[0].id in {row.example.id for row in planned.rows}
    assert [row.example.id for row in planned.rows] == [row.example.id for row in select(scene, 30, "all").rows]


def test_moved_quotas_are_seen_at_once_and_nothing_is_written(scene: Scene):
    planner = Planner(scene)
    few, many = planner.plan(3), planner.plan(20)
    assert few.coverage[None].value < many.coverage[None].value
    assert planner.plan(10, {("退款", "unrated"): 7}).counts()[Cell("退款", "unrated")] == 7
    assert planner.available()[Cell("退款", "unrated")] >= 7
    assert scene.dataset_names() == ()
    for budget, quotas, mix, error in (
        (0, None, None, BadInput),
        (3, {("退款", "unrated"): 4}, None, BadInput),
        (3, {("退了", "unrated"): 1}, None, UnknownName),
        (3, None, {"easy": 0.4}, BadInput),
    ):
        with pytest.raises(error):
            planner.plan(budget, quotas, mix or {"easy": 1.0})


def test_what_is_written_is_what_select_takes_now_and_only_changed_rows_are_sifted_again(scene: Scene):
    planner, heard = Planner(scene, pins={"r4": "asked for"}, seed=3), set[str]()
    planner.plan(9)
    made = planner.write(9, "planned", progress=lambda step, _share: heard.add(step))
    assert heard == {"choosing", "nearest"}
    selected = select(scene, 9, "selected", pins={"r4": "asked for"}, seed=3)
    assert made.rows == selected.rows
    told = [{**made.dataset.manifest, "id": "", "made": ""} for made in (made, selected)]
    assert told[0] == told[1]
    with pytest.raises(BadInput, match="exists already"):
        planner.write(9, "planned")

    for prompt in ("v1", "v2"):  # models answer: the same rows, rated anew
        evaluate(scene, prompt, "definition-reader", "pool")
    rated = planner.write(9, "rated", parent="planned")
    assert rated.committee.ratings
    assert rated.rows == select(scene, 9, "rated too", pins={"r4": "asked for"}, seed=3).rows

    gone = next(row.example.id for row in rated.rows if row.example.id != "r4")  # a person decides: other rows
    work = labkit.adjudicate(scene, spot=99)
    work.decide(next(item.id for item in work.items() if gone in item.rows), "drop")
    heard.clear()
    left = planner.write(9, "left", progress=lambda step, _share: heard.add(step))
    assert gone not in {row.example.id for row in left.rows}
    assert {"leaks", "copies"} <= heard


def test_a_wish_that_nothing_can_fill_is_refused_before_the_pool_is_sifted(scene: Scene):
    heard: list[str] = []
    pins = {"budget": 1, "pins": ("r3", "r4")}
    for wish in ({"budget": 0}, {"mix": {"easy": 0.4}}, {"quotas": {("退了", "unrated"): 1}}, pins):
        with pytest.raises((BadInput, UnknownName)):
            select(scene, **wish, progress=lambda step, _share: heard.append(step))
    assert heard == []


def test_the_map_shows_rows_that_wait_for_labels_too(scene: Scene):
    covered = Planner(scene).plan(3).coverage[None]
    assert {"r1", "r2"} <= {row.id for row in covered.rows}
    assert "r0" not in {row.id for row in covered.rows}, "a dev row"
    assert covered.pool_rows == 30


def test_each_subtask_has_a_map_of_its_own(tmp_path: Path):
    rows = scene_of(tmp_path / "one").rows
    parted = [replace(row, labels=row.labels or (), subtask="左" if row.labels == ("退款",) else "右") for row in rows]
    task = replace(TINY_TASK, allow_none=True, subtasks={"左": ("退款",), "右": ("物流", "质量")})
    scene = create_scene(tmp_path / "two", task, parted, tiny_prompts())
    planned = Planner(scene).plan(4)
    assert set(planned.coverage) == {"左", "右"}
    for subtask, covered in planned.coverage.items():
        assert {scene.row(row.id).subtask for row in covered.rows} == {subtask}
        assert sum(region.chosen for region in covered.regions) == 4
    select(scene, 4, "made")
    assert dataset_coverage(scene, "made", "左").value == planned.coverage["左"].value
    with pytest.raises(UnknownName, match="Name one"):
        dataset_coverage(scene, "made")
    with pytest.raises(UnknownName):
        dataset_coverage(scene, "made", "上")


def test_a_datasets_coverage_is_that_of_its_plan(scene: Scene):
    planned = Planner(scene).plan(6)
    select(scene, 6, "made")
    assert dataset_coverage(scene, "made") == planned.coverage[None]
    with pytest.raises(UnknownName):
        dataset_coverage(scene, "lost")
