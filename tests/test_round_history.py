"""Rounds: each release against the one that was live, by what changed and what it brought; the open one last."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labkit.comparison import paired
from labkit.datasets import select
from labkit.errors import BadInput
from labkit.evaluation import evaluate
from labkit.records import Run
from labkit.releases import release, rollback
from labkit.round_history import rounds
from labkit.traffic import feed, gather_feedback, read_traffic, renew_test, sample_week
from labkit.workspace import Scene, open_scene
from tests.cli.conftest import Command
from tests.cli.conftest import apart as apart
from tests.cli.conftest import labkit as labkit
from tests.test_stakeholder_pages import with_an_open_row
from tests.traffic.test_log import log_of
from tests.traffic.test_sampling import WEEK, judge, live


def measured(scene: Scene, prompt: str, model: str = "definition-reader") -> Run:
    (scene.path / "gate.yaml").write_text("minimum: {macro_f1: 0.0}\n", encoding="utf-8")
    return evaluate(scene, prompt, model, split="test", reason="a test of rounds")


def sent_back(scene: Scene) -> int:
    found = sum(row.id.startswith("live-") for row in scene.examples("pool"))
    assert found >= 5
    return found


@pytest.fixture
def two(apart: Scene) -> Scene:
    """v1 went live, traffic came and was judged and sent back, v2 went live."""
    release(apart, measured(apart, "v1").id, "Lin")
    log_of(apart.path, *(live(k) for k in range(30)))
    drawn = sample_week(apart, WEEK, 10).drawn
    judge(apart, {one.row: ("物流",) if k % 2 else ("退款",) for k, one in enumerate(drawn)})
    now = open_scene(apart.path)
    feed(now, gather_feedback(now, read_traffic(now), each=5, sure=1.0).suggestions)
    release(now, measured(now, "v2").id, "Lin")
    return open_scene(apart.path)


def test_nothing_released_is_no_round(scene: Scene):
    with pytest.raises(BadInput, match="Nothing has been released"):
        rounds(scene)


def test_each_round_says_what_changed_and_what_it_brought(two: Scene):
    first, second, now = rounds(two)
    assert first.release is not None
    assert second.release is not None
    assert (first.number, first.release.id, first.before, first.pair) == (1, "r1", None, None)
    assert first.online is not None
    assert first.online.judged == 10
    fed = sent_back(two)
    assert (second.number, second.release.id, second.fed, second.undecided) == (2, "r2", fed, fed)
    assert second.before == first.release
    assert second.prompt_diff is not None
    assert not second.prompt_diff.same
    assert second.settings == ()
    before, after = (two.store.load_run(found.run) for found in (first.release, second.release))
    assert second.pair == paired(before, after)
    assert second.online is None
    assert (now.number, now.release, now.run, now.pair, now.prompt_diff) == (3, None, None, None, None)
    assert now.before == second.release


def test_the_open_round_opens_with_its_dataset_and_its_comparison(two: Scene):
    chosen = select(two, 12, "third")
    older = select(two, 11, "copied_here_later")
    manifest = older.dataset.path / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"at": "20', '"at": "19'), "utf-8")
    run = measured(two, "v2", "linear")
    now = rounds(open_scene(two.path))[-1]
    assert (now.dataset, now.dataset_diff) == (chosen.dataset.path.name, None)  # the release was trained on none
    assert now.run is not None
    assert now.run.id == run.id
    assert now.settings == ("model",)
    assert now.pair is not None
    assert now.pair.rows == 12


def test_the_live_release_asked_again_on_renewed_rows_is_no_next_round(two: Scene, labkit: Command):
    assert renew_test(two, "the week is judged").rows
    measured(open_scene(two.path), "v2")
    assert rounds(open_scene(two.path))[-1].run is None
    other = measured(open_scene(two.path), "v2", "linear")
    now = rounds(open_scene(two.path))[-1]
    assert now.run is not None
    assert now.run.id == other.id
    assert "model definition-reader → linear" in labkit("rounds", two.path)[1]


def test_a_run_that_is_not_whole_is_no_next_round(two: Scene):
    now = rounds(with_an_open_row(two, measured(two, "v2", "linear")))[-1]
    assert (now.run, now.scores, now.pair, now.prompt_diff, now.settings) == (None, None, None, None, ())


def test_after_a_rollback_the_next_round_is_held_against_what_came_back(two: Scene):
    rollback(two, "Wang", "complaints")
    release(two, measured(two, "v2", "linear").id, "Lin")
    _, second, third, _ = rounds(open_scene(two.path))
    assert second.taken_back == "complaints"
    assert third.before is not None
    assert third.before.id == "r1"
    assert third.taken_back is None


def test_the_datasets_of_two_trained_releases_are_compared_by_their_rows(two: Scene):
    select(two, 8, "a")
    select(two, 12, "b", parent="a")
    ids = [two.dataset(name).id for name in ("a", "b")]
    path = two.path / "releases.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line, dataset in zip(lines, ids, strict=True):
        line["dataset"] = dataset
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    second = rounds(open_scene(two.path))[1]
    assert second.dataset == "b"
    assert second.dataset_diff is not None
    assert second.dataset_diff.counts["added"] >= 4


def test_a_run_that_left_the_store_is_told_not_guessed(two: Scene, labkit: Command):
    for path in Path(two.path).glob("runs.db*"):
        path.unlink()
    second = rounds(open_scene(two.path))[1]
    assert (second.run, second.scores, second.pair) == (None, None, None)
    assert labkit("rounds", two.path)[0] == 0


def test_people_and_machines_are_told_the_same(labkit: Command, two: Scene):
    code, out, _ = labkit("rounds", two.path)
    assert code == 0
    assert "Round 1: r1 went live on" in out
    fed = sent_back(two)
    assert f"{fed} rows came back from production, {fed} of them not decided yet" in out
    assert "prompt v1 → v2" in out
    assert "online, of 100 posts drawn at random" in out
    assert "Round 3: open, after r2" in out
    said = json.loads(labkit("rounds", two.path, "--json")[1])["rounds"]
    assert [one["release"] for one in said] == ["r1", "r2", None]
    assert said[1]["compared"]["rows"] == 12
    assert said[0]["online"]["judged"] == 10
    assert said[1]["from_traffic"] == {"rows": fed, "undecided": fed}
