"""The weekly sample: uniform, the same again, blind, never learnt; what people say of it becomes online quality."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest

from labkit.adjudication.standing import NOTHING
from labkit.adjudications import adjudicate
from labkit.datasets import select
from labkit.errors import BadData, BadInput, NeedsReason
from labkit.evaluation import evaluate
from labkit.records import Status
from labkit.releases import release, rollback
from labkit.scoring import score
from labkit.traffic import Keeping, TrafficEntry, online_quality, read_traffic, renew_test, sample_week
from labkit.traffic.weeks import bounds_of, last_whole_week, week_of
from labkit.views.board_items import item_in_full, model_votes
from labkit.workspace import Scene, create_scene, open_scene, split_scene
from labkit.workspace.online import drawn_rows, read_drawn
from tests.cli.conftest import Command
from tests.cli.conftest import apart as apart
from tests.cli.conftest import labkit as labkit
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.serving.served import release_of
from tests.traffic.test_log import MONDAY, entry, log_of

WEEK = week_of(MONDAY)
WEEK_LONG = timedelta(days=7)
TUESDAY_AFTER = MONDAY + timedelta(days=8)
PLACES = "青禾花园东门西街南里北巷云山湖畔松岭竹院梅坞兰亭菊圃桃源柳岸"


def live(number: int, release: str = "r1", labels: tuple[str, ...] = ("物流",)) -> TrafficEntry:
    """A post unlike any other."""
    place = "".join(PLACES[(number * k * 7 + k) % len(PLACES)] for k in range(1, 13))
    at = (MONDAY + timedelta(minutes=number)).isoformat()
    return entry(f"{number:04x}", f"{number}号{place}", at=at, release=release, labels=labels)


@pytest.fixture
def released(scene: Scene) -> Scene:
    """r1 and r2 were live."""
    _, first = release_of(scene, "v1")
    run = evaluate(scene, "v2", "definition-reader", "test", reason="a test of traffic")
    release(scene, run.id, "Lin")
    assert first.id == "r1"
    return scene


def judge(scene: Scene, right: dict[str, tuple[str, ...]], who: str = "Wang") -> None:
    """Somebody gives each drawn row its labels."""
    work = adjudicate(open_scene(scene.path), annotator=who)
    for item in work.items("online"):
        if item.rows[0] in right:
            work.decide(item.id, "relabel", right[item.rows[0]])


def test_a_draw_is_the_same_again_and_a_larger_one_holds_it(released: Scene, tmp_path: Path):
    entries = [live(k, "r1" if k % 3 else "r2") for k in range(60)]
    log_of(released.path, *entries)
    first = sample_week(released, WEEK, 10)
    assert (first.entries, len(first.drawn), first.fresh, first.rows, first.seen) == (60, 10, 10, 10, 0)
    again = sample_week(open_scene(released.path), WEEK, 10)
    assert (again.fresh, again.drawn) == (0, first.drawn)
    more = sample_week(open_scene(released.path), WEEK, 25)
    assert (more.fresh, more.drawn[:10]) == (15, first.drawn)
    other = create_scene(tmp_path / "other", TINY_TASK, tiny_examples(), tiny_prompts())
    log_of(other.path, *reversed(entries))
    assert [one.entry for one in sample_week(other, WEEK, 25).drawn] == [one.entry for one in more.drawn]
    assert len(drawn_rows(open_scene(released.path))) == 25


def test_every_entry_of_the_week_has_the_same_chance(released: Scene):
    entries = [live(k, "r1" if k % 4 else "r2", () if k % 5 else ("物流",)) for k in range(400)]
    blank = [replace(one, status="blank", labels=()) if k % 10 == 0 else one for k, one in enumerate(entries)]
    late = [replace(live(k), at=(MONDAY + timedelta(days=7)).isoformat()) for k in range(400, 420)]
    log_of(released.path, *blank, *late)
    found = sample_week(released, WEEK, 200)
    releases = Counter(one.release for one in found.drawn)
    statuses = Counter(one.status for one in found.drawn)
    assert found.entries == 400
    assert 30 <= releases["r2"] <= 70  # 50 expected of 200
    assert 8 <= statuses[Status.BLANK] <= 34  # 20 expected


def test_nobody_who_judges_sees_an_answer_or_a_vote(released: Scene):
    log_of(released.path, *(live(k, labels=("质量",)) for k in range(8)))
    sample_week(released, WEEK, 5)
    with pytest.raises(BadInput, match="no rows"):  # nobody works on them before they are test rows
        evaluate(open_scene(released.path), "v2", "definition-reader", "traffic")
    evaluate(open_scene(released.path), "v2", "definition-reader", "pool")
    work = adjudicate(open_scene(released.path), annotator="Wang")
    items = work.items("online")
    assert len(items) == 5
    for item in items:
        assert item.labels == ()
        assert model_votes(work, item) == []
        assert "质量" not in json.dumps(item_in_full(work, item, NOTHING), ensure_ascii=False)
        assert "质量" not in json.dumps(asdict(work.rows(item)[0]), ensure_ascii=False)
    with pytest.raises(BadInput, match="no labels to keep"):
        work.decide(items[0].id, "keep")


def test_quality_is_that_of_the_answers_by_what_people_said(released: Scene):
    log_of(released.path, *(live(k, "r1" if k < 30 else "r2") for k in range(40)))
    found = sample_week(released, WEEK, 40)
    of_release = {one.row: one.release for one in found.drawn}
    rows = [one.row for one in found.drawn]
    right = {row: ("物流",) if of_release[row] == "r2" else ("退款",) for row in rows[2:]}
    judge(released, right)
    work = adjudicate(open_scene(released.path), annotator="Wang")
    item = next(item for item in work.items("online") if item.rows == (rows[0],))
    work.decide(item.id, "drop")
    everything, first, second = online_quality(open_scene(released.path))
    assert (everything.drawn, everything.judged, everything.waiting, everything.dropped) == (40, 38, 1, 1)
    assert (first.release, second.release) == ("r1", "r2")
    assert first.scores is not None
    assert second.scores is not None
    assert first.scores.values["accuracy"].value == 0
    assert second.scores.values["accuracy"].value == 1
    assert second.scores.values["accuracy"].low < 0.8  # ten rows prove little
    assert everything.scores is not None
    assert everything.scores.values == score(everything.run).values
    gated = released.store.load_run(released.release_lines()[0]["run"])
    assert first.offline is not None
    assert first.offline.values == score(gated).values
    with pytest.raises(BadInput, match="Nothing was drawn"):
        online_quality(open_scene(released.path), ["2020-W01"])


def test_the_same_post_is_judged_once_and_counts_as_often_as_it_came(released: Scene):
    at = MONDAY.isoformat()
    copies = [entry(f"c{k}", "快递 到哪了呀", at=at, labels=("物流",)) for k in range(6)]
    log_of(released.path, *copies, live(1), entry("sub", "快递 到哪了呀", at=at, labels=("退款",)))
    found = sample_week(released, WEEK, 100)
    assert (len(found.drawn), found.rows) == (8, 2)
    judge(released, dict.fromkeys((one.row for one in found.drawn), ("物流",)))
    (everything, _) = online_quality(open_scene(released.path))
    assert everything.judged == 8
    assert everything.scores is not None
    assert everything.scores.clusters == 2
    assert everything.scores.values["accuracy"].value == 7 / 8


def test_personal_data_does_not_reach_the_scene_even_from_a_plain_log(released: Scene):
    said = entry("p", "打我电话13812345678", rationale="用户留了13812345678")
    log_of(released.path, said, keeping=Keeping(masked=False))
    sample_week(released, WEEK)
    for name in ("examples.jsonl", "online.jsonl"):
        assert "13812345678" not in (released.path / name).read_text("utf-8")


def test_judged_rows_renew_the_test_set_and_never_enter_training(apart: Scene):
    released, pool = apart, apart.examples("pool")[0]
    log_of(released.path, *(live(k) for k in range(6)), entry("copy", *pool.items))
    found = sample_week(released, WEEK)
    assert found.seen == 1
    rows = [one.row for one in found.drawn]
    seen = next(one.row for one in found.drawn if one.seen)
    waiting = next(row for row in rows if row != seen)
    judge(released, {row: ("退款",) for row in rows if row != waiting})
    before = open_scene(released.path)
    with pytest.raises(NeedsReason):
        renew_test(before, " ")
    done = renew_test(before, "the week of the campaign")
    assert len(done.rows) == 5
    assert (done.repeated, done.waiting) == ((seen,), 1)
    assert done.test_rows == len(before.examples("test")) + 5
    after = open_scene(released.path)  # its test rows are the frozen ones, or it would say so
    assert all(row.labels == ("退款",) for row in after.examples("test") if row.id in done.rows)
    assert renew_test(after, "again").rows == ()
    assert not {row.id for row in after.examples("pool")} & set(rows)
    chosen = select(after, 50, "all")
    assert not {row["id"] for row in chosen.dataset.rows} & set(rows)
    parted = split_scene(after, {"pool": 0.6, "dev": 0.2, "test": 0.2}, reason="a test", seed=3)
    assert set(done.rows) <= {row.id for row in parted.examples("test")}


def test_the_gate_asks_for_a_run_over_the_new_rows_too(released: Scene):
    log_of(released.path, *(live(k) for k in range(4)))
    found = sample_week(released, WEEK)
    judge(released, {one.row: ("退款",) for one in found.drawn})
    scene = renew_test(open_scene(released.path), "fresh rows").scene
    run = evaluate(scene, "v2", "definition-reader", "test", reason="the renewed rows")
    old = {row.example.id for row in run.rows if row.taken_from}
    assert len(run.rows) - len(old) == 4  # what was answered before is not asked again
    rollback(scene, "Lin", "to release it once more")
    assert release(scene, run.id, "Lin").id == "r3"


@pytest.mark.parametrize(
    ("week", "rows", "problem"),
    [("2026-W60", 5, "is no week"), ("last", 5, "is no week"), (None, 0, "0 rows"), ("2019-W01", 5, "No traffic")],
)
def test_what_cannot_be_drawn_is_said(released: Scene, week: str | None, rows: int, problem: str):
    with pytest.raises(BadInput, match=problem):
        sample_week(released, week, rows)


def test_a_week_that_is_not_over_is_not_drawn(released: Scene):
    log_of(released.path, live(1))
    with pytest.raises(BadInput, match=r"not over.*wait until Monday, 2"):
        sample_week(released, WEEK, now=MONDAY + timedelta(days=2))
    with pytest.raises(BadInput, match=rf"some of this week, {WEEK}: draw from it on Monday, {MONDAY + WEEK_LONG:%F}"):
        sample_week(released, now=MONDAY + timedelta(days=2))
    assert sample_week(released, now=TUESDAY_AFTER).week == WEEK == last_whole_week(TUESDAY_AFTER)


def test_weeks_follow_the_calendar_over_the_turn_of_the_year():
    first, end = bounds_of("2026-W53")
    assert (first.date().isoformat(), end.date().isoformat()) == ("2026-12-28", "2027-01-04")
    assert week_of(first) == "2026-W53"


def test_a_week_has_one_name_so_that_none_is_drawn_twice():
    with pytest.raises(BadInput, match="is no week"):
        bounds_of("２０２６-W４８")


def test_a_blank_post_among_others_spoils_no_scene_and_none_at_all_is_no_entry(released: Scene):
    blank = entry("blank", "快递呢", "  ", at=MONDAY.isoformat())
    log_of(released.path, blank, entry("none", " ", at=MONDAY.isoformat()), live(1))
    sample_week(released, WEEK)
    (row,) = [row for row in open_scene(released.path).rows if row.id.endswith("blank")]
    assert row.items == ("快递呢",)
    assert read_traffic(released).unreadable == 1


def test_a_request_that_came_again_in_another_week_counts_once_more(released: Scene):
    before = MONDAY - timedelta(days=7)
    log_of(released.path, live(1))
    log_of(released.path, replace(live(1), at=before.isoformat()), now=before)
    sample_week(released, WEEK)
    again = sample_week(open_scene(released.path), week_of(before))
    assert again.rows == 1
    judge(released, {one.row: ("退款",) for one in again.drawn})
    found = online_quality(open_scene(released.path))[0]
    assert found.scores is not None
    assert (found.judged, found.scores.examples) == (2, 2)


@pytest.mark.parametrize("line", ['{"week": "x"}', '{"status": "great"}', '{"labels": "退款"}', '{"seen": 7}'])
def test_a_line_that_somebody_broke_is_named(released: Scene, line: str):
    log_of(released.path, live(1))
    sample_week(released, WEEK)
    path = released.path / "online.jsonl"
    good = json.loads(path.read_text("utf-8"))
    broken = good | json.loads(line) if "week" not in line else json.loads(line)
    path.write_text(json.dumps(broken) + "\n", "utf-8")
    with pytest.raises(BadData, match=r"online\.jsonl"):
        read_drawn(released)


def test_the_command_line_draws_tells_and_renews(labkit: Command, released: Scene):
    log_of(released.path, *(live(k) for k in range(20)))
    code, out, err = labkit("online", "sample", released.path, "--week", WEEK, "--rows", 6)
    assert code == 0
    assert f"Week {WEEK}: 6 of 20 entries drawn (6 now); 6 posts to judge." in out
    assert "--kind online" in err
    said = json.loads(labkit("online", "sample", released.path, "--week", WEEK, "--rows", 6, "--json")[1])
    assert (said["fresh"], said["drawn"]) == (0, 6)
    judge(released, {one["row"]: ("物流",) for one in said["list"][:4]})
    told = json.loads(labkit("online", "quality", released.path, "--json")[1])
    assert [one["release"] for one in told["online"]] == [None, "r1"]
    assert told["online"][0]["judged"] == 4
    assert told["online"][0]["values"]["accuracy"]["value"] == 1
    code, out, err = labkit("online", "quality", released.path)
    assert code == 0
    assert "1.000 (" in out
    assert "2 entries wait" in err
    code, out, err = labkit("online", "renew", released.path, "--reason", "fresh")
    assert code == 0
    assert "4 rows joined the test rows" in out
    code, out, _ = labkit("online", "quality", released.path, "--json")
    assert json.loads(out)["online"][0]["judged"] == 4  # also once they are test rows


def test_a_week_of_which_something_was_deleted_is_said_to_be_cut(labkit: Command, released: Scene):
    early = [live(k) for k in range(4)]
    late = [replace(live(k), at=(MONDAY + timedelta(days=4, minutes=k)).isoformat()) for k in range(4, 9)]
    kept = Keeping(days=5)
    log_of(released.path, *early, keeping=kept)
    log_of(released.path, *late, keeping=kept, now=MONDAY + timedelta(days=4))
    found = sample_week(released, WEEK, 3, now=TUESDAY_AFTER)
    assert (found.entries, found.fresh, found.cut) == (5, 3, MONDAY.date())
    again = sample_week(open_scene(released.path), WEEK, 3, now=TUESDAY_AFTER)
    assert (again.fresh, again.cut) == (0, None)  # nothing was drawn from what is left
    with pytest.raises(BadInput, match="any more: it was deleted through"):
        sample_week(open_scene(released.path), week_of(MONDAY - timedelta(days=7)), 3, now=TUESDAY_AFTER)
    log_of(released.path, late[0], now=MONDAY + timedelta(days=4))  # as a server of today would keep it
    assert "speaks for the rest of the week alone" in labkit("online", "sample", released.path, "--rows", 4)[2]


def test_a_whole_week_is_not_called_cut_by_what_was_deleted_before_it(released: Scene):
    old = replace(live(1), at=(MONDAY - timedelta(days=3)).isoformat())
    log_of(released.path, old, now=MONDAY - timedelta(days=3), keeping=Keeping(days=8))
    log_of(released.path, live(2), keeping=Keeping(days=8))
    assert sample_week(released, WEEK, now=TUESDAY_AFTER).cut is None
