"""Deciding in a scene: every decision stands in its file at once, and whoever uses rows honours it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.adjudication.ruling import Action
from labkit.adjudications import Adjudication, adjudicate
from labkit.annotations import agreement
from labkit.datasets import more_like, select
from labkit.datasets.confirming import confirmed_by_people
from labkit.errors import BadData, BadInput, UnknownName
from labkit.evaluation import evaluate
from labkit.models.linear import Linear
from labkit.records import Example, Reply, example_to_json
from labkit.workspace import Scene, create_scene, enqueue, open_scene
from tests.cli.conftest import TOPICS, post
from tests.conftest import TINY_TASK, tiny_prompts
from tests.evaluation.scripted import Scripted

LABELS = tuple(TOPICS)
COPIES = ("r00", "copy")


def rows() -> list[Example]:
    """Ninety pool rows, nine of dev and of test; a copy of the first is labelled otherwise, one holds a number."""
    made = [Example(f"r{k:02d}", (post(k),), (LABELS[k % 3],)) for k in range(90)]
    made += [Example(f"d{k}", (post(100 + k),), (LABELS[(100 + k) % 3],), "dev") for k in range(9)]
    made += [Example(f"t{k}", (post(200 + k),), (LABELS[(200 + k) % 3],), "test") for k in range(9)]
    return [*made, replace(made[0], id="copy", labels=("质量",)), Example("phone", ("打13812345678退款",), ("退款",))]


@pytest.fixture
def doubtful(tmp_path: Path) -> Scene:
    return create_scene(tmp_path / "doubtful", TINY_TASK, rows(), tiny_prompts())


def of_rows(work: Adjudication, *ids: str) -> str:
    return next(item.id for item in work.items() if item.rows == ids and item.kind != "spot")


def gold(scene: Scene, *ids: str) -> list[tuple[str, ...] | None]:
    labels = {row.id: row.labels for row in scene.examples("all")}
    return [labels.get(row) for row in ids]


def test_a_conflict_that_is_relabelled_is_gone_for_everybody(doubtful: Scene):
    work = adjudicate(doubtful, annotator="ann")
    work.decide(of_rows(work, *COPIES), "relabel", ["物流"], "same post")
    assert gold(doubtful, *COPIES) == [("物流",), ("物流",)]
    said = doubtful.decisions()[-1]
    assert (said["kind"], said["who"], said["from"], said["to"], said["reason"]) == (
        *("adjudicate", "ann", [["物流"], ["质量"]], ["物流"]),
        "same post",
    )
    assert said["at"]
    assert said["gold"] == [{"id": "copy", "from": ["质量"], "to": ["物流"]}]
    anew = adjudicate(open_scene(doubtful.path), annotator="ann")
    assert anew.counts()["conflict"] == {"open": 0, "skipped": 0, "waiting": 0, "decided": 1}


def test_a_dropped_row_is_no_candidate_teaches_nothing_and_stays_in_runs(doubtful: Scene):
    before = evaluate(doubtful, "v2", "definition-reader", split="pool")
    work = adjudicate(doubtful)
    work.decide(of_rows(work, "phone"), "drop")
    assert "phone" not in {row.id for row in doubtful.examples("pool")}
    assert "phone" in {row.id for row in doubtful.examples("pool", as_filed=True)}
    chosen = select(doubtful, 200, "small")
    assert "phone" not in {row["id"] for row in chosen.dataset.rows}
    assert chosen.rows
    assert "phone" in {row.example.id for row in before.rows}
    assert evaluate(doubtful, "v2", "definition-reader", split="pool").id == before.id, (
        "the same question, the same run"
    )
    assert isinstance(Linear(doubtful.examples("pool"), TINY_TASK), Linear)
    work.undo()
    assert "phone" in {row.id for row in doubtful.examples("pool")}


def test_select_trains_on_the_labels_that_were_decided(doubtful: Scene):
    work = adjudicate(doubtful)
    work.decide(of_rows(work, "phone"), "relabel", ["退款", "质量"])
    row = next(row for row in select(doubtful, 200, "small").dataset.rows if row["id"] == "phone")
    assert row["labels"] == row["target"]["labels"] == ["退款", "质量"]


def test_a_hard_row_enters_training_once_somebody_keeps_or_corrects_its_labels(doubtful: Scene):
    gold_of = {row.id: list(row.labels or ()) for row in doubtful.rows}

    def answer(row: str, _asked: int) -> Reply:
        """What is right, except for every third row."""
        labels = [] if row.startswith("r") and int(row[1:]) % 3 == 0 else gold_of[row]
        text = json.dumps({"labels": labels}, ensure_ascii=False)
        return Reply(text, text.encode())

    for prompt in ("v1", "v2"):
        evaluate(doubtful, prompt, Scripted(answer), "pool")
    before = select(doubtful, 200, "before")
    waiting = [row.id for row in before.candidates.waiting]
    assert waiting == [f"r{k:02d}" for k in range(0, 90, 3)]
    assert before.dataset.manifest["parameters"]["waiting"] == waiting
    assert not {row["id"] for row in before.dataset.rows} & set(waiting)
    work = adjudicate(doubtful)
    kept = next(item for item in work.items() if item.rows == (waiting[1],))
    work.decide(kept.id, "keep")
    doubtful.fix_gold(waiting[2], ["退款"], "read again")
    after = {row["id"]: row["why"] for row in select(doubtful, 200, "after").dataset.rows}
    assert waiting[1] in after
    assert "confirmed by a person" in after[waiting[1]]["reason"]
    assert waiting[0] not in after
    assert waiting[2] in after, "a person gave it other labels; the models were asked before"
    work.undo()
    assert waiting[1] not in {row["id"] for row in select(doubtful, 200, "undone").dataset.rows}


def test_rows_that_people_or_a_dataset_sent_wait_under_ids_that_stay(doubtful: Scene):
    assert enqueue(doubtful, ["r05", "r07"], "ask the team") == ("r05", "r07")
    assert enqueue(doubtful, "r07") == ()
    left = [dict(example_to_json(doubtful.row("r08")), target={"labels": ["质量"]})]
    doubtful.save_dataset("round1", left, {"queue": ["r09", "gone"]})
    before = {item.rows: item for item in adjudicate(doubtful).items("sent")}
    assert set(before) == {("r05",), ("r07",), ("r09",)}
    assert before["r05",].reasons[0].endswith("asked for a decision: ask the team")
    assert "“round1”" in before["r09",].reasons[0]
    anew = adjudicate(open_scene(doubtful.path))
    assert {item.rows: item.id for item in anew.items("sent")} == {rows: item.id for rows, item in before.items()}
    anew.decide(before["r09",].id, "keep")
    assert "r09" in confirmed_by_people(doubtful)
    for row, error, said in (("t1", BadInput, "guides no work"), ("nobody", UnknownName, "no row 'nobody'")):
        with pytest.raises(error, match=said):
            enqueue(doubtful, [row])


def test_what_resembles_a_test_row_can_be_sent_though_the_row_itself_cannot(doubtful: Scene):
    found = [one.example.id for one in more_like(doubtful, "t1", 4)]
    assert len(found) == 4
    assert enqueue(doubtful, found, "like t1") == tuple(found)
    assert {item.rows[0] for item in adjudicate(doubtful).items("sent")} == set(found)
    with pytest.raises(UnknownName, match="no row 'nobody'"):
        more_like(doubtful, "nobody")


def test_undo_works_in_a_new_kernel_and_step_by_step(doubtful: Scene):
    work = adjudicate(doubtful, annotator="ann")
    work.decide(of_rows(work, *COPIES), "relabel", ["物流"])
    work.decide(of_rows(work, "phone"), "drop")
    again = adjudicate(open_scene(doubtful.path), annotator="ann")
    assert again.undo().rows == ("phone",)
    assert again.undo().rows == COPIES
    assert gold(doubtful, *COPIES, "phone") == [("物流",), ("质量",), ("退款",)]
    assert [line["action"] for line in doubtful.decisions()] == ["relabel", "drop", "undo", "undo"]
    with pytest.raises(BadInput, match="ann has decided nothing"):
        again.undo()


def test_two_people_decide_alike_or_somebody_settles_it(doubtful: Scene):
    ann, bob = (adjudicate(doubtful, annotator=who, overlap=1.0) for who in ("ann", "bob"))
    copies, phone = of_rows(ann, *COPIES), of_rows(ann, "phone")
    ann.decide(copies, "relabel", ["物流"])
    assert [work.state(copies, work.standings()) for work in (ann, bob)] == ["waiting", "open"]
    assert gold(doubtful, *COPIES) == [("物流",), ("质量",)], "nothing counts yet"
    bob.decide(copies, "relabel", ["物流"])
    assert gold(doubtful, *COPIES) == [("物流",), ("物流",)]
    ann.decide(phone, "relabel", ["质量"])
    bob.decide(phone, "keep")
    assert (bob.items()[0].id, bob.items()[0].kind, gold(doubtful, "phone")) == (phone, "disagreement", [("退款",)])
    with pytest.raises(BadInput, match="settled only with a reason"):
        bob.decide(phone, "relabel", ["质量"])
    bob.decide(phone, "relabel", ["质量"], "we talked about it")
    assert gold(doubtful, "phone") == [("质量",)]
    found = agreement(doubtful)
    assert (found.rows, found.disputed, found.annotators) == (3, ("phone",), ("ann", "bob"))


def test_the_overlap_is_the_same_for_everybody_and_about_as_large_as_asked(doubtful: Scene):
    work = adjudicate(doubtful, annotator="ann", overlap=0.3, spot=92)
    for item in work.items("spot"):
        work.decide(item.id, "keep")
    waiting = work.counts()["spot"]["waiting"]
    assert 10 <= waiting <= 46
    other = adjudicate(doubtful, annotator="bob", overlap=0.3, spot=92)
    assert other.counts()["spot"]["open"] == waiting


def test_gold_that_somebody_corrected_meanwhile_is_not_overwritten_by_an_undo(doubtful: Scene):
    work = adjudicate(doubtful)
    work.decide(of_rows(work, "phone"), "relabel", ["质量"])
    doubtful.fix_gold("phone", ["物流"], "read again")
    work.undo()
    assert gold(doubtful, "phone") == [("物流",)]


@pytest.mark.parametrize(
    ("action", "labels", "error", "words"),
    [
        ("burn", None, UnknownName, "There is no action 'burn'"),
        ("undo", None, UnknownName, "There is no action 'undo'"),
        ("relabel", None, BadData, "No labels were given"),
        ("relabel", ["保修"], BadData, "is not a label"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_not_written(doubtful: Scene, action, labels, error, words):
    work = adjudicate(doubtful)
    with pytest.raises(error, match=words):
        work.decide(of_rows(work, "phone"), action, labels)
    assert doubtful.decisions() == ()


def test_what_is_asked_for_is_checked(doubtful: Scene):
    for wrong, words in (({"annotator": " "}, "no name"), ({"overlap": 2}, "overlap is 2"), ({"spot": -1}, "-1 rows")):
        with pytest.raises(BadInput, match=words):
            adjudicate(doubtful, **wrong)
    with pytest.raises(UnknownName, match="There is no item"):
        adjudicate(doubtful).decide("nothing", "keep")


def test_a_dev_row_is_relabelled_or_kept_never_dropped(tmp_path: Path):
    scene = create_scene(
        tmp_path / "s", TINY_TASK, [*rows(), Example("d", ("打13900001111",), (), "dev")], tiny_prompts()
    )
    work = adjudicate(scene)
    with pytest.raises(BadInput, match="holds a dev row"):
        work.decide(of_rows(work, "d"), "drop")
    work.decide(of_rows(work, "d"), "relabel", ["退款"])
    assert gold(scene, "d") == [("退款",)]


def test_labels_that_stand_there_already_are_a_keep(doubtful: Scene):
    work = adjudicate(doubtful)
    assert work.decide(of_rows(work, "phone"), "relabel", ["退款"]).action == "keep"


def test_an_undo_brings_back_the_labels_given_before_whoever_gave_them(doubtful: Scene):
    ann, bob = (adjudicate(doubtful, annotator=who) for who in ("ann", "bob"))
    item = of_rows(ann, "phone")
    ann.decide(item, "relabel", ["物流"])
    ann.decide(item, "relabel", ["质量"])
    ann.undo()
    assert gold(doubtful, "phone") == [("物流",)]
    bob.decide(item, "relabel", ["质量"])
    assert gold(doubtful, "phone") == [("退款",)], "they differ, so the file's labels stand"
    bob.undo()
    assert gold(doubtful, "phone") == [("物流",)]


@pytest.mark.parametrize(("action", "labels"), [("keep", None), ("relabel", ["物流"])])
@pytest.mark.parametrize("who", ["ann", "bob"])
def test_who_confirms_a_correction_does_not_take_it_back(
    doubtful: Scene, who: str, action: Action, labels: list[str] | None
):
    ann = adjudicate(doubtful, annotator="ann")
    item = of_rows(ann, *COPIES)
    ann.decide(item, "relabel", ["物流"])
    again = adjudicate(doubtful, annotator=who)
    assert again.decide(item, action, labels).said == ann.standings()[item].rulings[0].said
    assert gold(doubtful, *COPIES) == [("物流",), ("物流",)]
    assert not again.standings()[item].disputed


def test_a_label_that_left_the_task_does_not_close_the_queue(doubtful: Scene):
    row = {"id": "phone", "items": ["打13812345678退款"], "labels": ["旧标"], "target": {"labels": ["旧标"]}}
    doubtful.save_dataset("old", [row], {"parent": None, "targets": "labels"})
    items = adjudicate(doubtful, dataset="old").items()
    assert [(item.kind, item.labels) for item in items] == [("personal", ())]


CHILD = """
import sys, time
from labkit.adjudications import adjudicate
from labkit.workspace import open_scene
work = adjudicate(open_scene(sys.argv[1]), annotator="ann", spot=16)
for item in work.items("spot"):
    work.decide(item.id, "keep")
    print(item.id, flush=True)
time.sleep(600)
"""


def test_a_kill_loses_no_decision_that_was_said_to_be_made(scene: Scene):
    command = [sys.executable, "-c", CHILD, str(scene.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as child:
        assert child.stdout is not None
        told = [child.stdout.readline().strip() for _ in range(5)]
        child.send_signal(signal.SIGKILL)
        told += [line.strip() for line in child.stdout if line.endswith("\n")]
    standing = open_scene(scene.path).standings()
    assert set(told) <= set(standing)
    assert len(told) >= 5
    again = adjudicate(open_scene(scene.path), annotator="ann", spot=16)
    assert again.counts()["spot"]["decided"] == len(standing)


def test_decisions_of_two_processes_at_once_all_stand(scene: Scene):
    code = CHILD.replace("time.sleep(600)", "").replace('"ann"', "sys.argv[2]").replace('"keep"', "sys.argv[3]")
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(scene.path), who, action], stdout=subprocess.DEVNULL)
        for who, action in (("ann", "keep"), ("bob", "keep"))
    ]
    assert [child.wait(timeout=240) for child in started] == [0, 0]
    assert len(scene.decisions()) == 32
    assert all(set(found.votes) == {"ann", "bob"} for found in scene.standings().values())
