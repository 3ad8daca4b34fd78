"""Shadow: a candidate answers the live questions unseen; each question is asked once, and people's word decides."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from labkit.adjudications import adjudicate
from labkit.errors import BadInput
from labkit.records import Prediction, Status
from labkit.traffic import read_traffic, sample_week, shadow, shadow_of
from labkit.workspace import Scene, open_scene
from tests.cli.conftest import Command
from tests.cli.conftest import labkit as labkit
from tests.serving.served import release_of
from tests.traffic.test_log import entry, log_of
from tests.traffic.test_sampling import WEEK, judge, live


@pytest.fixture
def served(scene: Scene) -> Scene:
    """r1 answered 物流 to everything; two askers sent the same."""
    release_of(scene, "v1")
    posts = ["快递三天没到", "我要退款", "杯子掉漆", "快递箱子破了要退款", "我要退款"]
    log_of(
        scene.path, *(entry(f"e{k}", post, labels=("物流",)) for k, post in enumerate(posts)), entry("x", release="r9")
    )
    return scene


def test_each_question_is_asked_once_and_where_both_differ_is_listed(served: Scene):
    found = shadow(served, read_traffic(served), "v2", "definition-reader")
    assert (found.release, found.compared, found.copies, found.open) == ("r1", 4, 1, 0)
    answers = {row.example.id: row.prediction for row in found.run.rows}
    differing = {one.entry.id for one in found.disagreements}
    assert differing == {name for name, said in answers.items() if set(said.labels) != {"物流"}}
    assert "e1" in differing
    assert found.share.low < len(differing) / 4 < found.share.high
    assert sum(found.moves.values()) == len([one for one in found.disagreements if one.kind == "labels"])
    assert found.judged is None
    again = shadow(served, read_traffic(served), "v2", "definition-reader")
    assert again.run.id == found.run.id  # nothing is paid twice
    assert shadow_of(served, read_traffic(served), found.run).disagreements == found.disagreements


def test_a_larger_limit_holds_the_smaller_one_and_nobody_is_asked_twice(served: Scene):
    few = shadow(served, read_traffic(served), "v2", "definition-reader", limit=2)
    more = shadow(served, read_traffic(served), "v2", "definition-reader", limit=3)
    assert {row.example.id for row in few.run.rows} < {row.example.id for row in more.run.rows}
    assert sum(row.attempts for row in more.run.rows) == 1
    with pytest.raises(BadInput, match="limit is 0"):
        shadow(served, read_traffic(served), "v2", "definition-reader", limit=0)


def test_an_answer_on_one_side_only_is_a_difference_and_no_reply_is_none(served: Scene):
    found = shadow(served, read_traffic(served), "v2", "definition-reader")
    silent = {"e0": Status.BLANK, "e1": Status.PENDING, "e2": Status.FAILED}
    rows = [
        replace(row, prediction=Prediction(silent[row.example.id])) if row.example.id in silent else row
        for row in found.run.rows
    ]
    held = shadow_of(served, read_traffic(served), replace(found.run, rows=tuple(rows)))
    assert (held.compared, held.open) == (2, 2)
    assert [one.kind for one in held.disagreements if one.entry.id == "e0"] == ["live only"]


def test_what_people_judged_blind_says_which_of_both_is_right(scene: Scene):
    release_of(scene, "v1")
    log_of(scene.path, *(live(k, labels=("物流", "退款")) for k in range(12)))
    sample = sample_week(scene, WEEK, 8)
    right = shadow(open_scene(scene.path), read_traffic(scene), "v2", "definition-reader")
    answers = {row.example.id: row.prediction.labels for row in right.run.rows}
    judge(scene, {one.row: answers[one.entry] for one in sample.drawn})
    now = open_scene(scene.path)
    found = shadow(now, read_traffic(now), "v2", "definition-reader", limit=8)
    assert found.judged is not None
    assert (found.judged.rows, len(found.judged.fixed), found.judged.verdict) == (8, 8, "better")
    assert found.judged.regressed == ()


def test_rows_that_people_dropped_judge_nobody(scene: Scene):
    release_of(scene, "v1")
    log_of(scene.path, *(live(k, labels=("物流", "退款")) for k in range(6)))
    sample = sample_week(scene, WEEK, 6)
    judge(scene, {one.row: ("物流",) for one in sample.drawn})
    work = adjudicate(open_scene(scene.path), annotator="Wang")
    for one in sample.drawn[:2]:
        work.decide(next(item.id for item in work.items("online") if item.rows == (one.row,)), "drop")
    now = open_scene(scene.path)
    found = shadow(now, read_traffic(now), "v2", "definition-reader")
    assert found.judged is not None
    assert found.judged.rows == 4


def test_nothing_live_is_nothing_to_shadow(scene: Scene):
    log_of(scene.path, entry("a"))
    with pytest.raises(BadInput, match="Nothing has been released"):
        shadow(scene, read_traffic(scene), "v2", "definition-reader")
    release_of(scene, "v1")
    with pytest.raises(BadInput, match="no answers of r1"):
        shadow(scene, read_traffic(scene, release="r9"), "v2", "definition-reader")
    run, _ = release_of(scene, "v2")
    log_of(scene.path, entry("b", release="r2"))
    with pytest.raises(BadInput, match="no question of that traffic"):
        shadow_of(scene, read_traffic(scene), run)


def test_the_command_line_asks_lists_and_looks_again(labkit: Command, served: Scene):
    words = ("--prompt", "v2", "--model", "definition-reader")
    code, out, err = labkit("shadow", served.path, *words)
    assert code == 0
    assert "The candidate differs from r1 on" in out
    assert "of 4 questions" in out
    assert "online sample" in err
    assert f"feedback send {served.path} --shadow r" in err
    said = json.loads(labkit("shadow", served.path, *words, "--json")[1])
    assert (said["compared"], said["copies"], said["judged"]) == (4, 1, None)
    assert {"entry", "live", "candidate", "posts"} <= said["list"][0].keys()
    again = json.loads(labkit("shadow", served.path, "--run", said["run"][:8], "--json")[1])
    assert again["list"] == said["list"]
    for wrong in ((), ("--prompt", "v2"), (*words, "--run", "x")):
        code, _, err = labkit("shadow", served.path, *wrong)
        assert code == 2
        assert "--prompt and --model, or --run alone" in err


def test_a_prompt_that_does_not_exist_is_one_line(labkit: Command, served: Scene):
    code, out, err = labkit("shadow", served.path, "--prompt", "v9", "--model", "definition-reader")
    assert (code, out) == (2, "")
    assert "v9" in err
