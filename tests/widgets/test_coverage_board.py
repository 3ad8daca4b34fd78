"""CoverageBoard without a browser: what a move changes, what a region shows, what is written; what is refused."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labkit.errors import BadData
from labkit.evaluation import evaluate
from labkit.records import Example
from labkit.widgets import CoverageBoard, coverage_board
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import TOPICS, post
from tests.conftest import TINY_TASK, tiny_prompts

PATIENCE_S = 120


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Sixty pool rows, twenty dev rows; r0 has no labels and personal data."""
    splits = ("pool", "pool", "pool", "dev")
    rows = [Example(f"r{k}", (post(k),), (tuple(TOPICS)[k % 3],), splits[k % 4]) for k in range(80)]
    rows[0] = replace(rows[0], labels=None, items=(f"{post(0)} 打13812345678",))
    return create_scene(tmp_path / "scene", TINY_TASK, rows, tiny_prompts())


@pytest.fixture
def board(scene: Scene) -> CoverageBoard:
    return CoverageBoard(scene, budget=12)


def wish(board: CoverageBoard, **changes: Any) -> None:
    board.wanted = {**board.wanted, **changes}


def chosen(board: CoverageBoard) -> dict[str, int]:
    return {board.labels[label]: rows for label, _, _, rows in board.found["cells"]}


def test_a_moved_quota_is_answered_at_once_with_what_it_changes(board: CoverageBoard):
    assert chosen(board) == {"物流": 4, "退款": 4, "质量": 4}
    assert board.found["before"] is None
    before = board.found["value"]
    wish(board, quotas=[[1, "unrated", 9]])
    assert (board.problem, chosen(board)["退款"], board.found["rows"]) == ({}, 9, 12)
    assert board.found["before"] == before
    wish(board, quotas=[], budget=40)
    assert board.found["value"] > before
    assert [row.example.id for row in board.plan.rows] == [row.example.id for row in board.planner.plan(40).rows]


def test_the_map_keeps_its_places_and_tells_which_are_chosen(board: CoverageBoard):
    places = board.places
    assert {len(places[name]) for name in ("x", "y", "region")} == {60}
    assert len(board.found["held"]) == 12
    wish(board, budget=20)
    assert board.places == places
    assert len(board.found["held"]) == 20
    assert sum(region[2] for region in board.found["regions"]) == 20


def test_a_region_shows_its_rows_masked_and_where_they_stand(board: CoverageBoard):
    of_r0 = next(row.region for row in board.plan.coverage[None].rows if row.id == "r0")
    board.region = of_r0
    rows = {row["id"]: row for row in board.opened["rows"]}
    assert (rows["r0"]["state"], rows["r0"]["labels"]) == ("not labelled", None)
    assert "13812345678" not in str(board.opened)
    assert {row["chosen"] for row in rows.values()} <= {True, False}
    board.region = 999
    assert board.opened == {"region": 999, "found": 0, "rows": []}


def test_more_rows_of_a_region_come_on_demand(board: CoverageBoard, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(coverage_board, "PAGE", 2)
    largest = max(board.found["regions"], key=lambda region: region[1])
    board.region = largest[0]
    ids, start = [], 0
    while rows := board.rows({"start": start}, [])[0]["rows"]:
        ids += [row["id"] for row in rows]
        start += len(rows)
    assert ids == list(next(r.rows for r in board.plan.coverage[None].regions if r.number == largest[0]))
    assert len(board.opened["rows"]) == 2


def test_what_is_planned_is_written_once(board: CoverageBoard, scene: Scene):
    wish(board, quotas=[[1, "unrated", 9]])
    reply = board.write({"name": " first "}, [])[0]
    assert reply["ok"], reply
    assert [row["id"] for row in scene.dataset("first").rows] == [row.example.id for row in board.plan.rows]
    assert board.made is not None
    assert board.write({"name": "first"}, [])[0]["error"].startswith("The dataset 'first' exists already")
    assert not board.write({"name": "  "}, [])[0]["ok"]
    assert not board.write({"name": "../out"}, [])[0]["ok"]


@pytest.mark.parametrize(
    ("wished", "hint"),
    [
        ({"budget": 0}, "The budget is 0"),
        ({"budget": "many"}, "no whole number"),
        ({"budget": True}, "no whole number"),
        ({"quotas": [[1, "unrated", 13]]}, "ask for 13 rows"),
        ({"quotas": [[1, "unrated", -1]]}, "is -1"),
        ({"quotas": [[7, "unrated", 1]]}, "no label at 7"),
        ({"quotas": [[1, "often", 1]]}, "no difficulty"),
        ({"mix": [0, 0, 0]}, "All three shares are 0"),
        ({"subtask": 4}, "no subtask at 4"),
    ],
)
def test_a_wish_that_cannot_be_is_said_and_the_next_one_goes_on(
    board: CoverageBoard, wished: dict[str, Any], hint: str
):
    before = board.wanted
    wish(board, **wished)
    assert hint in board.problem["error"]
    assert board.problem["details"] == ""
    board.wanted = {**before, "budget": 6}
    assert (board.problem, board.found["rows"]) == ({}, 6)


def test_pins_bans_and_ratings_are_those_of_select(scene: Scene):
    for prompt in ("v1", "v2"):
        evaluate(scene, prompt, "definition-reader", "pool")
    board = CoverageBoard(scene, budget=6, pins={"r4": "asked for"}, bans=["r5"])
    assert board.rated
    assert "r4" in {row.example.id for row in board.plan.rows}
    wish(board, mix=[100, 0, 0], budget=20)
    assert "r5" not in {row.example.id for row in board.plan.rows}
    board.write({"name": "pinned"}, [])
    assert scene.dataset("pinned").manifest["parameters"]["pins"] == {"r4": "asked for"}


def test_each_subtask_has_a_map(scene: Scene, tmp_path: Path):
    parted = [replace(r, labels=r.labels or (), subtask="左" if r.labels == ("退款",) else "右") for r in scene.rows]
    task = replace(TINY_TASK, allow_none=True, subtasks={"左": ("退款",), "右": ("物流", "质量")})
    board = CoverageBoard(create_scene(tmp_path / "two", task, parted, tiny_prompts()), budget=5)
    rows = {}
    for place, name in enumerate(board.subtasks):
        wish(board, subtask=place)
        rows[name] = (len(board.places["x"]), board.found["rows"])
    assert rows == {"右": (40, 5), "左": (20, 5)}


def test_the_curve_is_learnt_in_the_background_and_can_be_stopped(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    board = CoverageBoard(scene, budget=50)
    done = threading.Event()
    board.observe(lambda change: change["new"]["state"] == "done" and done.set(), names=["curve"])
    assert board.learn({}, [])[0]["ok"]
    assert done.wait(PATIENCE_S), board.problem
    assert [point[0] for point in board.curve["points"]] == [12, 25, 38, 50]
    assert "points" in board.curve["said"][0]

    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()
    original = coverage_board.saturation_of

    def held(*arguments: Any, progress: Any, **more: Any) -> Any:
        begun.set()
        go_on.wait(PATIENCE_S)
        try:
            return original(*arguments, progress=progress, **more)
        finally:
            ended.set()

    monkeypatch.setattr(coverage_board, "saturation_of", held)
    board.learn({}, [])
    assert begun.wait(PATIENCE_S)
    assert board.stop({}, [])[0]["ok"]
    go_on.set()
    assert ended.wait(PATIENCE_S)
    assert board.curve == {"state": ""}


def test_a_curve_that_cannot_be_is_said(board: CoverageBoard):
    said = threading.Event()
    board.observe(lambda change: change["new"] and said.set(), names=["problem"])
    board.learn({}, [])
    assert said.wait(PATIENCE_S)
    assert "A curve needs 40 rows" in board.problem["error"]
    assert board.curve == {"state": ""}


def test_a_pool_without_labels_is_refused(scene: Scene, tmp_path: Path):
    rows = [replace(row, labels=None) if row.split == "pool" else row for row in scene.rows]
    with pytest.raises(BadData, match="no row with gold labels"):
        CoverageBoard(create_scene(tmp_path / "bare", TINY_TASK, rows, tiny_prompts()))
