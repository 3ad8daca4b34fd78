from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit
from labkit.costs import run_cost
from labkit.errors import BadInput, LabkitError, ModelRefused, ModelUnreachable
from labkit.evaluation import Progress
from labkit.evaluation.batch_answers import NoAnswer, read_line
from labkit.models import get_model
from labkit.models.batch_files import Batch
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.provider import Provider
from labkit.records import Reply, Run
from labkit.workspace import Scene
from tests.evaluation.scripted import ask
from tests.evaluation.test_forecast import priced
from tests.models.loopback_batches import Line, LoopbackBatches, answered, not_tried, refused

KEY = "sk-CANARY-0123456789"
BATCHED = 7.0 * (100 * 5 + 7 * 10) / 1e6  # a reply of the server at half the list price; caches do not count


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_KEY", KEY)


def served(scene: Scene, server: LoopbackBatches, **settings: object) -> str:
    values = {"base_url": server.url, "batch_url": server.url, "key": "env:OUR_KEY"} | settings
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    (scene.path / "models.toml").write_text("\n".join(["[loopback]", *lines]), encoding="utf-8")
    return "loopback/m"


def send(scene: Scene, model: str, **options: object) -> tuple[Run, str]:
    notes: list[Progress] = []
    run = labkit.evaluate_batch(scene, "v1", model, **({"progress": notes.append, "poll_s": 0.01} | options))
    return run, "\n".join(progress.note for progress in notes if progress.note)


def by_post(line: Line) -> str:
    """An answer that says which post it is for."""
    user = line["body"]["messages"][-1]["content"]
    return next(label for word, label in (("快递", "物流"), ("退", "退款"), ("", "质量")) if word in user)


def telling(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Answers by post, in an order of their own."""
    out = []
    for line in sorted(lines, key=lambda line: line["body"]["messages"][-1]["content"]):
        out.append(answered(line))
        out[-1]["response"]["body"]["choices"][0]["message"]["content"] = json.dumps({"labels": [by_post(line)]})
    return out, []


def test_answers_are_joined_by_custom_id_whatever_their_order(scene: Scene):
    with LoopbackBatches(telling, looks=3) as server:
        run, said = send(scene, served(scene, server))
        assert (run.counts["answered"], server.completions, len(server.batches)) == (16, 0, 1)
        for row in run.rows:
            post = row.example.items[0]
            assert row.prediction.labels == ("物流" if "快递" in post else "退款" if "退" in post else "质量",)
        assert server.keys == {f"Bearer {KEY}"}
    assert "Batch batch_0: completed. 16 answered, 0 failed, 0 still open, 0 lines of no request." in said
    assert KEY.encode() not in (scene.path / "runs.db").read_bytes()


def test_a_finished_batch_is_a_finished_run_and_live_runs_take_its_answers_over(scene: Scene):
    with LoopbackBatches() as server:
        model = served(scene, server)
        first, _ = send(scene, model)
        assert send(scene, model)[0].id == first.id
        assert ask(scene, model)[0].id == first.id
        grown, _ = ask(scene, model, repeats=2)
        assert (len(server.batches), server.completions) == (1, 16)
        assert sum(row.taken_from == first.id for row in grown.rows) == 16


def test_a_batch_is_billed_at_its_price_and_a_live_row_at_the_list_price(scene: Scene):
    with LoopbackBatches() as server:
        model = served(priced(scene), server)
        run, _ = send(scene, model)
        cost = run_cost(run, scene.prices().prices).amount_in("CNY", scene.prices().rates)
        assert cost == pytest.approx(16 * BATCHED)
        assert scene.store.paid(run.id).usages == ()


def test_what_a_batch_was_forecast_at_and_cost_is_kept_once_it_is_fetched(scene: Scene):
    with LoopbackBatches(looks=2) as server:
        model = served(priced(scene), server)
        expected = labkit.forecast(scene, "v1", model)
        send(scene, model, wait=False)
        assert scene.bills() == ()
        run, _ = send(scene, model)
        (bill,) = scene.bills()
        assert (bill["run"], bill["calls"], bill["currency"]) == (run.id, 16, "CNY")
        assert bill["paid"] == pytest.approx(16 * BATCHED)
        assert bill["forecast"] == pytest.approx(expected.calls.money["batch"])


def test_without_waiting_the_same_words_look_again_until_it_is_over(scene: Scene):
    with LoopbackBatches(looks=3) as server:
        model = served(scene, server)
        run, said = send(scene, model, wait=False)
        assert (run.counts["pending"], "looks again" in said) == (16, True)
        run, said = send(scene, model, wait=False)
        assert (run.counts["pending"], "billed" in said) == (16, False)
        assert send(scene, model, wait=False)[0].counts["answered"] == 16
        assert len(server.batches) == 1


def test_rows_that_are_out_are_not_sent_one_by_one_as_well(scene: Scene):
    with LoopbackBatches(looks=99) as server:
        model = served(scene, server)
        run, _ = send(scene, model, wait=False)
        with pytest.raises(BadInput, match=f"16 rows of run {run.id} are out in a batch"):
            ask(scene, model)
        assert server.completions == 0


def test_rows_that_are_out_in_the_batch_of_another_run_stay_open_and_are_taken_over_once_fetched(scene: Scene):
    with LoopbackBatches(looks=99) as server:
        model = served(scene, server)
        pilot, _ = send(scene, model, limit=6, wait=False)
        run, notes = ask(scene, model)
        assert (run.counts["pending"], run.counts["answered"], server.completions) == (6, 10, 10)
        assert f"6 rows are paid for already: they are out in a batch file of run {pilot.id}" in notes[0].note
        larger, _ = send(scene, model, limit=8, wait=False)  # its two further rows are known from the run above
        assert (larger.counts["pending"], len(server.batches)) == (6, 1)
        server.looks = 1
        send(scene, model, limit=6)
        run, _ = ask(scene, model)
        assert (run.counts["answered"], server.completions) == (16, 10)
        assert {row.taken_from for row in run.rows[:6]} == {pilot.id}


def test_a_batch_that_is_waited_for_holds_up_no_other_run(scene: Scene):
    with LoopbackBatches(looks=5_000) as server:
        model, waits, ended = served(scene, server), threading.Event(), []

        def hear(progress: Progress) -> None:
            if "looks again" in progress.note:
                waits.set()

        words = {"limit": 6, "progress": hear}
        thread = threading.Thread(target=lambda: ended.append(send(labkit.open_scene(scene.path), model, **words)))
        thread.start()
        assert waits.wait(60)
        run, _ = ask(scene, model)
        assert (run.counts["pending"], server.completions, ended) == (6, 10, [])
        server.looks = 1
        thread.join(60)
        assert ended[0][0].counts["answered"] == 6


@pytest.mark.parametrize("keeps_metadata", [True, False])
def test_a_batch_whose_creation_was_never_answered_is_found_and_not_paid_twice(scene: Scene, keeps_metadata: bool):
    with LoopbackBatches(lose_create=1, keeps_metadata=keeps_metadata) as server:
        model = served(scene, server)
        with pytest.raises(ModelUnreachable, match="found again"):
            send(scene, model)
        for k in range(5):  # batches of others, over more than a page
            server.make(
                {"input_file_id": "file-0" if k > 9 else "none", "endpoint": "/v1/chat/completions"}
                | {"completion_window": "24h", "metadata": {}}
            )
        run, _ = send(scene, model)
        assert run.counts["answered"] == 16
        assert sum(batch["input_file_id"] != "none" for batch in server.batches.values()) == 1


def test_a_crash_before_anything_was_handed_over_loses_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    from labkit.models.batch_files import BatchFiles

    with LoopbackBatches() as server:
        model = served(scene, server)
        with monkeypatch.context() as cut:
            cut.setattr(BatchFiles, "upload", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                send(scene, model)
        run, _ = send(scene, model)
        assert (run.counts["answered"], len(server.batches)) == (16, 1)
        assert all(row.attempts == 1 for row in run.rows)


def test_a_killed_process_leaves_a_batch_that_the_next_one_fetches(scene: Scene):
    with LoopbackBatches(looks=10_000) as server:
        model = served(scene, server)
        words = ("evaluate", str(scene.path), "--prompt", "v1", "--model", model, "--batch")
        process = subprocess.Popen([sys.executable, "-m", "labkit", *words], stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        assert any("looks again" in line for line in process.stderr)
        process.kill()
        process.communicate()
        server.looks = 1
        run, _ = send(scene, model)
        assert (run.counts["answered"], len(server.batches), len(server.sent)) == (16, 1, 16)


def test_another_machine_with_the_same_store_fetches_a_batch_and_sends_none(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LABKIT_STORE", str(tmp_path / "team.db"))
    with LoopbackBatches(looks=2, keeps_metadata=False) as server:
        model = served(scene, server)
        elsewhere = tmp_path / "clone"
        shutil.copytree(scene.path, elsewhere)
        first, _ = send(scene, model, wait=False)
        server.hidden = True
        run, _ = send(labkit.open_scene(elsewhere), model)
        assert (run.id, run.counts["answered"], len(server.batches)) == (first.id, 16, 1)


def test_a_batch_that_an_older_labkit_wrote_down_in_the_scene_is_fetched(scene: Scene):
    with LoopbackBatches(looks=2) as server:
        model = served(scene, server)
        run, _ = send(scene, model, wait=False)
        (sent,) = scene.store.sent_batches(run.id).values()
        scene.store.reopen()
        with sqlite3.connect(scene.path / "runs.db") as connection:
            connection.execute("DROP TABLE batches")
            connection.execute("UPDATE meta SET value = '2' WHERE key = 'schema_version'")
        line = {"key": sent.key, "run": run.id, "file": sent.file, "batch": sent.batch, "host": "h"}
        (scene.path / "batches.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
        server.hidden = True
        again, _ = send(labkit.open_scene(scene.path), model)
        assert (again.id, again.counts["answered"], len(server.batches)) == (run.id, 16, 1)


def test_answers_that_the_provider_no_longer_keeps_are_open_again_and_may_be_billed(scene: Scene):
    with LoopbackBatches() as server:
        model = served(priced(scene), server)
        server.keeps_answers = False
        run, said = send(scene, model)
        assert (run.counts["pending"], scene.store.batched(run.id)) == (16, ())
        assert "no longer keeps the answers of batch batch_0 (file-1): 16 rows are open again" in said
        assert "may be on the bill" in said
        assert scene.store.paid(run.id).unanswered == 16
        server.keeps_answers = True
        again, _ = send(scene, model)
        assert (again.id, again.counts["answered"], len(server.sent)) == (run.id, 16, 32)


def test_a_batch_that_the_provider_does_not_know_is_not_sent_again_by_itself(scene: Scene):
    with LoopbackBatches(looks=9) as server:
        model = served(scene, server)
        run, _ = send(scene, model, wait=False)
        known = dict(server.batches)
        server.batches.clear()
        with pytest.raises(ModelRefused, match=r"no batch batch_0.*key of the account that sent it.*--fresh"):
            send(scene, model)
        assert len(scene.store.batched(run.id)) == 16
        server.batches |= known
        assert send(scene, model)[0].counts["answered"] == 16


def test_what_stands_in_the_error_file_is_failed_filtered_or_open_and_stated(scene: Scene):
    def work(lines: list[Line]) -> tuple[list[Line], list[Line]]:
        errors = [refused(lines[0], 400, "this row is too long"), refused(lines[1], 400, "no", "content_filter")]
        return [answered(line) for line in lines[4:]], [*errors, refused(lines[2], 500, "oops")]  # the fourth is lost

    with LoopbackBatches(work) as server:
        model = served(scene, server)
        run, said = send(scene, model)
        counts = {name: count for name, count in run.counts.items() if count}
        assert counts == {"answered": 12, "failed": 1, "filtered": 1, "pending": 2}
        assert run.rows[0].error == "this row is too long"
        assert "12 answered" not in said
        assert "13 answered, 1 failed, 2 still open" in said
        server.work = lambda lines: ([answered(line) for line in lines], [])
        again, _ = send(scene, model)
        assert (again.id, again.counts["pending"], len(server.sent)) == (run.id, 0, 16 + 3)


@pytest.mark.parametrize(("status", "code"), [("expired", "batch_expired"), ("cancelled", "batch_cancelled")])
def test_a_batch_that_ended_early_keeps_what_it_answered_and_the_rest_goes_again(scene: Scene, status: str, code: str):
    def work(lines: list[Line]) -> tuple[list[Line], list[Line]]:
        return [answered(line) for line in lines[:5]], [not_tried(line, code) for line in lines[5:]]

    with LoopbackBatches(work, ends_as=status) as server:
        model = served(priced(scene), server)
        run, said = send(scene, model)
        assert (run.counts["answered"], run.counts["pending"]) == (5, 11)
        assert f"{status}. 5 answered, 0 failed, 11 still open" in said
        assert scene.store.paid(run.id).unanswered == 0
        server.ends_as, server.work = "completed", LoopbackBatches().work
        assert send(scene, model)[0].counts["answered"] == 16
        assert len(server.sent) == 16 + 11


def test_a_batch_that_is_refused_as_a_whole_says_why(scene: Scene):
    with LoopbackBatches() as server:
        model = served(scene, server)
        server.problem = "the model m is not available in batches"
        with pytest.raises(ModelRefused, match="not available in batches"):
            send(scene, model)
        server.problem = ""
        run, _ = send(scene, model)
        assert (run.counts["answered"], scene.store.paid(run.id).unanswered) == (16, 0)


@pytest.mark.parametrize("path", ["/v1/files", "/v1/batches"])
@pytest.mark.parametrize("status", [401, 404])
def test_rows_of_a_batch_that_was_not_taken_are_open_again(scene: Scene, path: str, status: int):
    with LoopbackBatches() as server:
        model = served(scene, server)
        server.refused[path] = status
        with pytest.raises(LabkitError):
            send(scene, model)
        (header,) = scene.store.runs()
        assert (len(scene.store.pending(header.run)), scene.store.paid(header.run).unanswered) == (16, 0)
        server.refused.clear()
        run, _ = send(scene, model)
        assert (run.id, run.counts["answered"], len(server.sent)) == (header.run, 16, 16)


def test_an_answer_that_cannot_be_read_may_be_on_the_bill(scene: Scene):
    def empty(lines: list[Line]) -> tuple[list[Line], list[Line]]:
        out = [answered(line) for line in lines]
        out[0]["response"]["body"]["choices"] = []
        return out, []

    with LoopbackBatches(empty) as server:
        run, _ = send(scene, served(scene, server))
    assert (run.counts["failed"], scene.store.paid(run.id).unanswered) == (1, 1)


def test_lines_that_belong_to_no_request_are_counted_and_the_first_of_two_stays(scene: Scene):
    def work(lines: list[Line]) -> tuple[list[Line], list[Line]]:
        stray = answered({"custom_id": "99999"})
        twice = refused(lines[0], 400, "too late")
        return [stray, *(answered(line) for line in lines)], [twice]

    with LoopbackBatches(work) as server:
        run, said = send(scene, served(scene, server))
        assert (run.counts["answered"], run.counts["failed"]) == (16, 0)
        assert "1 line of no request" in said


def test_a_provider_that_stumbles_while_it_is_asked_how_far_it_is_is_asked_again(scene: Scene):
    with LoopbackBatches(looks=2) as server:
        server.broken_looks = 3
        assert send(scene, served(scene, server))[0].counts["answered"] == 16


def test_a_limit_lets_only_so_many_rows_go_out_at_their_worst(scene: Scene):
    with LoopbackBatches() as server:
        model = served(priced(scene), server, max_tokens=300)
        worst = 7.0 * (494 * 5 + 300 * 10) / 1e6
        run, said = send(scene, model, max_cost=4.5 * worst)
        assert (run.counts["answered"], len(server.sent)) == (4, 4)
        assert "The limit lets 4 of 16 rows go out." in said
        assert run_cost(run, scene.prices().prices).amounts["USD"] * 7 <= 4.5 * worst
        assert send(scene, model, max_cost=100.0)[0].counts["answered"] == 16
        assert len(server.sent) == 16


def test_who_takes_no_batch_files_is_named_before_anything_is_written(scene: Scene):
    with LoopbackBatches() as server:
        with pytest.raises(BadInput, match="not known to take batch files"):
            send(scene, served(scene, server, batch_url=""))
        with pytest.raises(BadInput, match="another host"):
            send(scene, served(scene, server, batch_url="https://elsewhere.example/v1"))
        with pytest.raises(BadInput, match="takes no batch files"):
            send(scene, "definition-reader")
        assert (server.files, (scene.path / "runs.db").exists()) == ({}, False)


@pytest.mark.parametrize(
    ("model", "url"),
    [
        ("openai/gpt-4.1-mini", "https://api.openai.com/v1"),
        ("dashscope/qwen-plus", "https://dashscope.aliyuncs.com/compatible-mode/v1"),
        ("dashscope@intl/qwen-plus", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"),
    ],
)
def test_providers_with_batch_files_have_them_where_their_key_goes(scene: Scene, model: str, url: str):
    found = get_model(model, scene)
    assert isinstance(found, OpenAICompatible)
    found.batch_files()
    assert found.provider.batch_url == url


def test_a_batch_line_is_the_body_that_a_live_request_has_without_streaming(scene: Scene):
    with LoopbackBatches() as server:
        send(scene, served(scene, server, stream=True))
        (body,) = {json.dumps({k: v for k, v in line["body"].items() if k != "messages"}) for line in server.sent}
    assert json.loads(body)["model"] == "m"
    assert "stream" not in body


@given(
    st.one_of(
        st.binary(max_size=80),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["custom_id", "response", "error", "body", "status_code", "choices", "message", "code"]
                    ),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=8,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_whatever_stands_in_a_line_it_is_an_answer_or_a_reason(line: bytes):
    model = OpenAICompatible(Provider("ours", "https://models.example.com/v1"), "m")
    assert isinstance(read_line(line, model), Reply | NoAnswer | LabkitError)


@pytest.mark.parametrize("status", ["validating", "IN_PROGRESS", "queued", "pending", "", "a word of tomorrow"])
def test_a_batch_is_over_only_when_its_provider_says_so_in_a_known_word(status: str):
    assert not Batch("b", status).is_over
    assert Batch("b", "completed").is_over
