from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from labkit.errors import (
    BadData,
    BadPrompt,
    ModelBusy,
    ModelError,
    ModelRefused,
    ModelUnreachable,
    NeedsReason,
    RunBusy,
    StoreError,
    UnknownName,
)
from labkit.evaluation import Progress, Retry, classify, classify_file, evaluate
from labkit.evaluation.retry import Verdict
from labkit.models import get_model
from labkit.records import Example, Reply, Request, Status, Usage
from labkit.store import run_identity, run_to_jsonl
from labkit.tables import read_table
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.evaluation.scripted import GOOD, QUICK, Scripted, always, ask, served
from tests.models.loopback import FAULTS, Loopback


def test_every_row_ends_somewhere_and_the_counts_add_up(scene: Scene):
    endings = [GOOD, replace(GOOD, text='{"labels": ["天气"]}'), replace(GOOD, text="no"), replace(GOOD, text=" ")]
    endings += [replace(GOOD, finish_reason="length"), replace(GOOD, finish_reason="content_filter"), ModelError("no")]
    model = Scripted(lambda row, seen: endings[int(row[-2:]) % 7])
    run, _ = ask(scene, model)
    assert run.counts == {
        "answered": 3,
        "off-list": 3,
        "unparsed": 2,
        "blank": 2,
        "truncated": 2,
        "filtered": 2,
        "failed": 2,
        "pending": 0,
    }
    assert [row.example.id for row in run.rows] == [f"dev-{k:02d}" for k in range(16)]


_ODD = replace(
    GOOD,
    text='{"rationale": "half \ud83d", "labels": ["物流"]}',
    served_by="m \udc00",
    reasoning="\ud800",
    finish_reason="\ud800",
)
_TIMED = replace(GOOD, latency_s=0.25, usage=Usage(100, None, 7), probabilities={"物流": 0.75, "退款": 0.5})


@pytest.mark.parametrize("repeats", [1, 2])
@pytest.mark.parametrize(
    "outcome",
    [_ODD, _TIMED, replace(GOOD, text=" "), ModelError("no"), ModelBusy("later")],
    ids=["half a character", "timed", "blank", "refused", "busy"],
)
def test_the_run_that_comes_back_is_the_run_that_is_stored(scene: Scene, outcome: Reply | Exception, repeats: int):
    """Even where it was put together while it was asked, and not read again."""
    model = Scripted(lambda row, seen: outcome if row == "dev-03" and seen == 0 else GOOD, batch_size=3)
    run, _ = ask(scene, model, repeats=repeats)
    assert run == scene.store.load_run(run.id)


@pytest.mark.parametrize("batch_size", [1, 3, 16, 100])
def test_batches_cover_every_row_once(scene: Scene, batch_size: int):
    model = Scripted(always(GOOD), batch_size)
    run, _ = ask(scene, model)
    assert run.counts["answered"] == 16
    assert set(model.asked.values()) == {1}


def test_a_finished_run_is_returned_without_asking(scene: Scene):
    model = Scripted(always(GOOD))
    first, _ = ask(scene, model)
    again, notes = ask(scene, model)
    assert again == first
    assert sum(model.asked.values()) == 16
    assert "nothing was asked again" in notes[0].note


def test_a_finished_run_is_returned_although_the_model_is_gone(scene: Scene):
    with Loopback() as server:
        first, _ = ask(scene, served(scene, server))
    assert ask(scene, "loopback/m")[0].id == first.id


def test_a_model_that_is_long_in_getting_ready_is_waited_for_aloud(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("labkit.evaluation.progress._PATIENCE_S", 0.01)
    model = Scripted(always(GOOD))
    monkeypatch.setattr(model, "check", lambda: time.sleep(0.2))
    _, notes = ask(scene, model)
    assert notes[0].note == f"Getting {model.name} ready …"
    assert notes[0].counts == {"pending": 16}
    evaluate(scene, "v2", model, fresh=True)
    assert f"Getting {model.name} ready …" in capsys.readouterr().err


def test_fresh_asks_again_in_a_new_run(scene: Scene):
    model = Scripted(always(GOOD))
    first, _ = ask(scene, model)
    second, _ = ask(scene, model, fresh=True)
    assert first.id != second.id
    assert set(model.asked.values()) == {2}
    assert ask(scene, model)[0].id == second.id


def test_another_prompt_model_or_number_of_rows_is_another_run(scene: Scene):
    ids = {ask(scene, Scripted(always(GOOD)))[0].id, ask(scene, Scripted(always(GOOD)), limit=3)[0].id}
    hotter = Scripted(always(GOOD))
    hotter.parameters = {"temperature": 1}
    ids |= {ask(scene, hotter)[0].id, evaluate(scene, "v2", Scripted(always(GOOD))).id}
    assert len(ids) == 4


def test_busy_is_asked_again_and_every_attempt_is_kept(scene: Scene):
    run, _ = ask(scene, Scripted(lambda row, seen: ModelBusy("later") if seen < 2 else GOOD))
    assert run.counts["answered"] == 16
    assert {row.attempts for row in run.rows} == {3}
    assert {row.error for row in run.rows} == {"later. It is sent again by itself."}


def test_busy_for_too_long_is_failed_and_kept(scene: Scene):
    model = Scripted(lambda row, seen: ModelBusy("later") if row == "dev-03" else GOOD)
    run, _ = ask(scene, model)
    assert (run.counts["answered"], run.counts["failed"]) == (15, 1)
    assert (run.rows[3].attempts, run.rows[3].prediction.status) == (3, Status.FAILED)
    assert "later" in run.rows[3].prediction.reason


def test_failed_rows_and_only_they_are_asked_when_it_is_run_again(scene: Scene):
    model = Scripted(lambda row, seen: ModelError("no") if row == "dev-03" and seen == 0 else GOOD)
    assert ask(scene, model)[0].counts["failed"] == 1
    again, notes = ask(scene, model)
    assert again.counts["answered"] == 16
    assert model.asked["dev-03"] == 2
    assert sum(model.asked.values()) == 17
    assert "15 rows are answered, 1 are still open" in notes[0].note


def test_a_server_that_asks_for_a_pause_gets_it_from_all_threads(scene: Scene):
    calls: list[float] = []

    def act(row: str, seen: int) -> Reply | Exception:
        calls.append(time.monotonic())
        return ModelBusy("slow down", retry_after=0.5) if len(calls) == 1 else GOOD

    run, _ = ask(scene, Scripted(act, concurrency=1))
    assert run.counts["answered"] == 16
    assert calls[1] - calls[0] >= 0.5


def test_refused_stops_at_once_and_leaves_the_rest_open(scene: Scene):
    model = Scripted(lambda row, seen: GOOD if row < "dev-04" else ModelRefused("no money", "Top up"), concurrency=1)
    with pytest.raises(ModelRefused, match=r"no money \(4 of 16 rows are answered and kept .* Top up"):
        ask(scene, model)
    run = scene.store.load_run(scene.store.runs()[0].run)
    assert (run.counts["answered"], run.counts["pending"]) == (4, 12)
    assert sum(model.asked.values()) == 5
    model.act = always(GOOD)
    assert ask(scene, model)[0].counts["answered"] == 16
    assert sum(model.asked.values()) == 17


def test_a_row_that_spoils_its_batch_is_found(scene: Scene):
    model = Scripted(lambda row, seen: ModelError("too long") if row == "dev-05" else GOOD, batch_size=4)
    run, _ = ask(scene, model)
    assert (run.counts["answered"], run.counts["failed"]) == (15, 1)
    assert run.rows[5].prediction.status is Status.FAILED


def test_a_model_that_only_fails_is_given_up(scene: Scene):
    model = Scripted(always(ModelError("broken")), concurrency=1)
    with pytest.raises(ModelUnreachable, match=r"5 rows in a row.*broken"):
        ask(scene, model, retry=replace(QUICK, hopeless=5))
    assert sum(model.asked.values()) == 5


def test_a_model_with_too_few_replies_loses_no_row(scene: Scene):
    class Short(Scripted):
        def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
            return super().answer(requests)[:1]

    run, _ = ask(scene, Short(always(GOOD), batch_size=4))
    assert run.counts["answered"] == 16


def test_a_fault_in_a_model_s_own_code_is_shown_and_loses_nothing(scene: Scene):
    model = Scripted(lambda row, seen: GOOD if row < "dev-04" else ZeroDivisionError("bug"), concurrency=1)
    with pytest.raises(ZeroDivisionError, match="bug"):
        ask(scene, model)
    assert scene.store.load_run(scene.store.runs()[0].run).counts["answered"] == 4


def test_an_interrupt_keeps_what_was_answered_and_what_was_on_its_way(scene: Scene):
    model = Scripted(always(GOOD), concurrency=2)

    def interrupt(progress: Progress) -> None:
        if progress.done >= 4 and not progress.note and not interrupted:
            interrupted.append(progress.done)
            raise KeyboardInterrupt

    interrupted: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        ask(scene, model, progress=interrupt)
    kept = scene.store.load_run(scene.store.runs()[0].run).counts["answered"]
    assert 4 <= kept < 16
    assert kept == sum(model.asked.values())
    assert ask(scene, model)[0].counts["answered"] == 16
    assert set(model.asked.values()) == {1}


def test_nothing_is_counted_before_it_is_on_the_disk(scene: Scene):
    stored: list[tuple[int, int]] = []

    def compare(progress: Progress) -> None:
        stored.append((progress.done, 16 - len(scene.store.pending(progress.run))))
        assert sum(progress.counts.values()) == progress.total == 16

    ask(scene, Scripted(always(GOOD)), progress=compare)
    assert all(told <= kept for told, kept in stored)
    assert stored[-1] == (16, 16)


def test_every_request_is_on_the_disk_before_it_is_sent(scene: Scene):
    unrecorded: list[str] = []

    def act(row: str, seen: int) -> Reply:
        if row not in scene.store.load_run(scene.store.runs()[0].run).in_flight:
            unrecorded.append(row)
        return GOOD

    ask(scene, Scripted(act))
    assert unrecorded == []


def test_an_unreachable_model_writes_nothing(scene: Scene):
    before = sorted(path.name for path in scene.path.rglob("*"))
    (scene.path / "models.toml").write_text('[gone]\nbase_url = "http://127.0.0.1:9/v1"', encoding="utf-8")
    with pytest.raises(ModelUnreachable, match=r"nothing answers at http://127\.0\.0\.1:9/v1"):
        ask(scene, "gone/m", split="test", reason="because")
    assert sorted(path.name for path in scene.path.rglob("*")) == sorted([*before, "models.toml"])


@pytest.mark.parametrize("split", ["test", "all"])
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_test_rows_need_a_reason(scene: Scene, split: str, reason: str | None):
    with pytest.raises(NeedsReason, match="16 test rows"):
        ask(scene, Scripted(always(GOOD)), split=split, reason=reason)
    assert scene.store.runs() == ()
    assert scene.test_readings() == ()


def test_a_reading_of_test_rows_is_written_down_once(scene: Scene):
    model = Scripted(lambda row, seen: ModelError("no") if seen == 0 and row == "test-00" else GOOD)
    run, _ = ask(scene, model, split="test", reason="choose a model")
    ask(scene, model, split="test")  # goes on: no new reading, no new reason
    ask(scene, model, split="test")  # re-opens
    (reading,) = scene.test_readings()
    assert (reading["run"], reading["reason"], reading["rows"]) == (run.id, "choose a model", 16)


def test_rows_without_gold_are_answered_and_said_aloud(tmp_path: Path):
    examples = [replace(example, labels=None) if example.id == "dev-01" else example for example in tiny_examples()]
    scene = create_scene(tmp_path / "s", TINY_TASK, examples, tiny_prompts())
    run, notes = ask(scene, Scripted(always(GOOD)))
    assert run.counts["answered"] == 16
    assert run.rows[1].correct is None
    assert "1 of 16 rows have no gold labels" in notes[0].note


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"split": "devv"}, UnknownName),
        ({"split": "traffic"}, BadData),
        ({"limit": 0}, BadData),
        ({"limit": -1}, BadData),
    ],
)
def test_useless_questions_write_nothing(scene: Scene, options: dict[str, object], error: type[Exception]):
    with pytest.raises(error):
        ask(scene, Scripted(always(GOOD)), **options)
    assert not (scene.path / "runs.db").exists()


def test_a_prompt_that_does_not_render_writes_nothing(scene: Scene):
    with pytest.raises(BadPrompt, match="placeholder"):
        evaluate(scene, replace(scene.prompt("v1"), system="{{nonsense}}"), Scripted(always(GOOD)))
    assert not (scene.path / "runs.db").exists()


def test_a_full_disk_stops_the_sending_and_loses_nothing_kept(scene: Scene):
    model = Scripted(always(replace(GOOD, raw=b"x" * 20_000)), concurrency=1)
    fill = lambda connection, _: connection.execute("PRAGMA max_page_count=40")  # noqa: E731
    event.listen(scene.store._engine, "connect", fill)
    scene.store._engine.dispose()  # opening the database connected already
    with pytest.raises(StoreError, match="full") as caught:
        ask(scene, model)
    assert "\n" not in str(caught.value)
    kept = 16 - len(scene.store.pending(scene.store.runs()[0].run))
    assert 0 < kept < 16
    assert sum(model.asked.values()) == kept + 1
    event.remove(scene.store._engine, "connect", fill)
    scene.store._engine.dispose()
    assert ask(scene, model)[0].counts["answered"] == 16
    assert sum(model.asked.values()) == 17


# --- against a real server ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mode", ["retry_after", "error_500", "overloaded", "half", "empty", "null_choices", "list", "deep", "reset"]
)
def test_a_fault_that_passes_costs_an_attempt_and_no_row(scene: Scene, mode: str):
    with Loopback(lambda body, seen: mode if seen == 0 else "ok") as server:
        run, _ = ask(scene, served(scene, server), limit=4)
    assert run.counts["answered"] == 4
    assert all(row.attempts >= 2 and row.error for row in run.rows)
    assert set(server.answered.values()) == {1}


@pytest.mark.parametrize("mode", ["quota", "arrears", "no_balance", "unknown_model", "html"])
def test_a_fault_that_stays_stops_the_run(scene: Scene, mode: str):
    with Loopback(lambda body, seen: mode) as server:
        with pytest.raises((ModelRefused, ModelUnreachable)) as caught:
            ask(scene, served(scene, server, concurrency=1))
        assert server.hits == (2 if mode == "html" else 1)  # one page may be of a passing moment
    assert "\n" not in str(caught.value)
    assert scene.store.load_run(scene.store.runs()[0].run).counts["pending"] == 16


@pytest.mark.parametrize(
    ("mode", "status"),
    [
        ("length", "truncated"),
        ("content_filter", "filtered"),
        ("withheld", "filtered"),
        ("refusal", "filtered"),
        ("blank", "blank"),
        ("bad_request", "failed"),
        ("surrogate", "answered"),
    ],
)
def test_a_fault_of_one_answer_is_a_status(scene: Scene, mode: str, status: str):
    with Loopback(lambda body, seen: mode if "五天没动静" in body["messages"][-1]["content"] else "ok") as server:
        run, _ = ask(scene, served(scene, server))
    assert run.rows[0].prediction.status == status
    assert run.counts["answered"] == (16 if status == "answered" else 15)


def test_the_body_of_a_failed_attempt_is_kept(scene: Scene):
    with Loopback(lambda body, seen: "half" if seen == 0 else "ok") as server:
        ask(scene, served(scene, server), limit=1)
    with scene.store._engine.connect() as connection:
        kept = connection.exec_driver_sql("select raw from failures").scalar()
    assert kept == FAULTS["half"][2]


def test_the_key_is_nowhere_but_in_the_header(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOOPBACK_KEY", "sk-CANARY-0123456789")
    with Loopback(lambda body, seen: "unauthorized") as server:
        name = served(scene, server, key="env:LOOPBACK_KEY")
        with pytest.raises(ModelRefused) as caught:
            ask(scene, name)
        server.mode = "ok"
        run, notes = ask(scene, name)
        assert {headers["authorization"] for headers in server.headers} == {"Bearer sk-CANARY-0123456789"}
    told = f"{caught.value!r} {caught.value.__cause__!r} {run} {notes} {get_model(name, scene)!r}"
    assert "CANARY" not in told
    assert all(b"CANARY" not in path.read_bytes() for path in scene.path.rglob("*") if path.is_file())


# --- export and files --------------------------------------------------------------------------------------------


def test_a_run_as_json_lines(scene: Scene):
    run, _ = ask(scene, Scripted(lambda row, seen: ModelError("no") if row == "dev-01" else GOOD), limit=2)
    header, first, second = json.loads(json.dumps(run_to_jsonl(run)))
    assert (header["record"], header["format"], header["run"], header["prompt"]["name"]) == ("run", 1, run.id, "v1")
    assert (first["id"], first["labels"], first["status"], first["reply"]) == (
        "dev-00",
        ["物流"],
        "answered",
        GOOD.text,
    )
    assert (second["status"], second["error"], second["attempts"]) == ("failed", "no.", 1)


def test_classify_pays_for_nothing_twice(scene: Scene):
    rows = [Example(str(k), (f"post {k}",), split="traffic") for k in range(5)]
    model = Scripted(always(GOOD))
    first = classify(scene, "v1", model, rows)
    assert classify(scene, "v1", model, rows).id == first.id
    assert sum(model.asked.values()) == 5


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
def test_classify_file_writes_every_row(scene: Scene, tmp_path: Path, suffix: str):
    source, target = tmp_path / "in.csv", tmp_path / f"out{suffix}"
    source.write_bytes("编号,正文,status\n7,快递慢,x\n7,,y\n8,=1+1,z\n".encode("gbk"))
    model = Scripted(lambda row, seen: GOOD if row == "row00001" else ModelError("no"))
    classify_file(scene, "v1", model, source, target, text="正文")
    table = read_table(target)
    assert table.columns == ("编号", "正文", "status", "predicted", "labkit_status", "rationale", "reason")
    assert [row["编号"] for row in table.rows] == ["7", "7", "8"]
    assert [row["labkit_status"] for row in table.rows] == ["answered", "blank", "failed"]
    assert [row["status"] for row in table.rows] == ["x", "y", "z"]
    assert table.rows[0]["predicted"] == (["物流"] if suffix == ".jsonl" else "物流")


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("missing.csv", "out.csv", "missing.csv"),
        ("in.csv", "out.pdf", "suffix"),
        ("in.csv", "no/folder.csv", "folder"),
        ("in.csv", "in.csv", "another file"),
        ("empty.csv", "out.csv", "empty.csv"),
        ("blank.csv", "out.csv", "No row of blank.csv has text"),
    ],
)
def test_classify_file_refuses_before_anything_is_asked(
    scene: Scene, tmp_path: Path, source: str, target: str, words: str
):
    (tmp_path / "in.csv").write_text("text\n你好\n", encoding="utf-8")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "blank.csv").write_text('id,text\n1,\n2,"  "\n', encoding="utf-8")
    model = Scripted(always(GOOD))
    with pytest.raises(BadData, match=words):
        classify_file(scene, "v1", model, tmp_path / source, tmp_path / target, text="text")
    assert not model.asked
    assert not (scene.path / "runs.db").exists()


# --- patience ----------------------------------------------------------------------------------------------------


@given(attempt=st.integers(1, 100))
def test_delays_double_up_to_a_limit_and_never_shorten_the_server_s(attempt: int):
    retry = Retry()
    doubled = min(0.5 * 2 ** (attempt - 1), 30.0)
    assert doubled / 2 <= retry.delay_s(ModelBusy("later"), attempt) <= doubled
    assert retry.delay_s(ModelBusy("later", retry_after=3600.0), attempt) == 3600.0


@pytest.mark.parametrize(
    ("error", "attempt", "rows", "verdict"),
    [
        (ModelBusy("b"), 1, 1, Verdict.AGAIN),
        (ModelBusy("b"), 5, 1, Verdict.GIVE_UP),
        (ModelBusy("b"), 5, 2, Verdict.APART),
        (ModelError("e"), 1, 1, Verdict.GIVE_UP),
        (ModelError("e"), 1, 2, Verdict.APART),
        (ModelRefused("r"), 1, 1, Verdict.STOP),
        (ModelUnreachable("u"), 1, 1, Verdict.STOP),
        (ValueError("bug"), 1, 1, Verdict.STOP),
    ],
)
def test_what_follows_from_an_error(error: Exception, attempt: int, rows: int, verdict: Verdict):
    assert Retry().verdict(error, attempt, rows) is verdict


def test_the_run_that_is_held_is_the_one_that_is_asked(scene: Scene):
    """The lock is on the question, not on a run's id: two processes that both begin would otherwise both pay."""
    run, _ = ask(scene, Scripted(always(GOOD)))
    with scene.store.lock(run_identity(run.header, run.task)), pytest.raises(RunBusy):
        ask(scene, Scripted(always(GOOD)), fresh=True)
