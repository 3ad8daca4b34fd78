from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.errors import BadInput, MissingKey, NeedsConsent
from labkit.evaluation import evaluate, forecast, preflight, reliance
from labkit.records import Status
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.evaluation.outside import HOST, outside
from tests.evaluation.scripted import ask, served
from tests.models.loopback import Loopback

PHONE, KEY = "13812345678", "sk-abcdefghijklmnop1234"


@pytest.fixture
def telling(tmp_path: Path) -> Scene:
    """The tiny scene with a phone number in a row of dev, and a prompt "leaky" with a key in it."""
    rows = tuple(
        replace(row, items=(f"快递五天没动静，打{PHONE}",)) if row.id == "dev-00" else row for row in tiny_examples()
    )
    bare, defined = tiny_prompts()
    leaky = replace(bare, name="leaky", system=f"{bare.system}\n\n密钥 {KEY}")
    return create_scene(tmp_path / "telling", TINY_TASK, rows, (bare, defined, leaky))


@pytest.fixture
def server(telling: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with outside(telling, tmp_path, monkeypatch) as served:
        yield served


def said(scene: Scene) -> list[tuple[str, str]]:
    lines = scene.decisions()
    return [(line["host"], line["answer"]) for line in lines if line["kind"] == "personal_data"]


def test_personal_data_is_not_sent_to_a_host_before_somebody_has_said_so(telling: Scene, server: Loopback):
    with pytest.raises(NeedsConsent) as caught:
        ask(telling, "outside/m")
    assert "1 of 16 rows hold phone 1 (1" in caught.value.problem
    assert HOST in str(caught.value)
    assert "--personal-data mask" in str(caught.value)
    assert PHONE not in str(caught.value)
    assert (server.hits, server.lists, (telling.path / "runs.db").exists()) == (0, 0, False)


def test_what_would_be_sent_is_told_in_chinese(telling: Scene, server: Loopback, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    with pytest.raises(NeedsConsent) as caught:
        ask(telling, "outside/m")
    assert f"在向 {HOST} 发送任何内容之前：16 行中有 1 行含有 手机号 1 处（1" in str(caught.value)


def test_whoever_lacks_the_key_is_told_that_and_not_asked_about_the_data(
    telling: Scene, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("MOONSHOT_API_KEY", raising=False)
    with pytest.raises(MissingKey, match="MOONSHOT_API_KEY"):
        ask(telling, "moonshot/kimi-k3")
    (finding,) = preflight(telling, "v1", "moonshot/kimi-k3").findings
    assert finding.kind == "no_key"
    assert said(telling) == []


def test_masked_text_is_what_is_sent_and_what_is_recorded_as_sent(telling: Scene, server: Loopback):
    server.answer = lambda user: json.dumps(
        {"labels": ["物流"], "evidence": [{"post": 1, "quote": "打[手机号1]" if "[手机号1]" in user else "无"}]}
    )
    run, _ = ask(telling, "outside/m", personal_data="mask")
    assert run.header.masked
    assert not any(PHONE in user for user in server.asked)
    assert sum("打[手机号1]" in user for user in server.asked) == 1
    with sqlite3.connect(telling.path / "runs.db") as connection:
        sent = "".join(text for (text,) in connection.execute("select text from texts"))
    assert "[手机号1]" in sent
    assert PHONE not in sent
    assert run.rows[0].example == telling.examples("dev")[0]
    assert run.rows[0].prediction.evidence[0].verbatim
    assert not run.rows[1].prediction.evidence[0].verbatim


def test_the_answer_is_kept_with_who_and_when_and_asked_for_once(telling: Scene, server: Loopback):
    ask(telling, "outside/m", personal_data="mask")
    (line,) = telling.decisions()
    assert {"at", "who"} < set(line)
    assert (line["host"], line["answer"], line["found"]) == (HOST, "mask", {"rows": {"phone": 1}, "prompt": {}})
    assert PHONE not in (telling.path / "decisions.jsonl").read_text("utf-8")
    run = evaluate(telling, "v2", "outside/m")
    assert (run.header.masked, run.counts["answered"], len(said(telling))) == (True, 16, 1)
    assert not any(PHONE in user for user in server.asked)


def test_another_answer_is_another_run_and_only_what_differs_is_asked_again(telling: Scene, server: Loopback):
    masked, _ = ask(telling, "outside/m", personal_data="mask")
    whole, _ = ask(telling, "outside/m", personal_data="send")
    assert masked.id != whole.id
    assert server.hits == 16 + 1
    assert sum(PHONE in user for user in server.asked) == 1
    assert said(telling) == [(HOST, "mask"), (HOST, "send")]


def test_secrets_in_the_prompt_are_found_and_masked_too(telling: Scene, server: Loopback):
    with pytest.raises(NeedsConsent, match="the prompt leaky holds secret 1"):
        evaluate(telling, "leaky", "outside/m", "pool")
    evaluate(telling, "leaky", "outside/m", "pool", personal_data="mask")
    systems = {body["messages"][0]["content"] for body in server.bodies}
    assert len(systems) == 1
    assert "[密钥1]" in systems.pop()
    assert KEY not in json.dumps(server.bodies)


def test_where_nothing_is_found_nothing_is_asked_or_written(telling: Scene, server: Loopback):
    run = evaluate(telling, "v1", "outside/m", "pool")
    assert (run.counts["answered"], telling.decisions()) == (16, ())


def test_models_of_this_machine_are_not_asked_about(telling: Scene):
    assert evaluate(telling, "leaky", "definition-reader").counts["pending"] == 0
    with Loopback() as server:
        run, _ = ask(telling, served(telling, server), personal_data="mask")
        assert (run.header.masked, sum(PHONE in user for user in server.asked)) == (False, 1)
    assert said(telling) == []


def test_a_finished_run_is_opened_without_a_question(telling: Scene, server: Loopback):
    run, _ = ask(telling, "outside/m", personal_data="send")
    (telling.path / "decisions.jsonl").unlink()
    assert ask(telling, "outside/m")[0].id == run.id
    assert server.hits == 16


def test_a_dry_run_counts_what_would_be_asked_under_the_answer_that_was_given(telling: Scene, server: Loopback):
    assert forecast(telling, "v1", "outside/m").calls.count == 16
    ask(telling, "outside/m", personal_data="mask")
    assert forecast(telling, "v1", "outside/m").calls.count == 0


def test_another_answer_than_the_two_is_refused(telling: Scene, server: Loopback):
    with pytest.raises(BadInput, match="Did you mean 'mask'"):
        ask(telling, "outside/m", personal_data="masks")
    assert server.hits == 0


def test_all_prompts_of_reliance_go_out_under_one_answer(telling: Scene, server: Loopback):
    with pytest.raises(NeedsConsent):
        reliance(telling, "v2", "outside/m")
    reliance(telling, "v2", "outside/m", personal_data="mask")
    assert (server.hits, said(telling)) == (48, [(HOST, "mask")])


def test_a_masked_run_that_is_shared_says_so_in_every_clone(telling: Scene, server: Loopback):
    run, _ = ask(telling, "outside/m", personal_data="mask")
    assert all(row.prediction.status is Status.ANSWERED for row in run.rows)
    header = json.loads(telling.share(run.id).read_text("utf-8").splitlines()[0])
    assert header["masked"] is True


def test_a_preflight_sends_no_personal_data_either_and_what_it_masked_is_taken_over(telling: Scene, server: Loopback):
    with pytest.raises(NeedsConsent, match="1 of 1 rows"):
        preflight(telling, "v1", "outside/m")
    assert (server.hits, server.lists) == (0, 0)
    assert preflight(telling, "v1", "outside/m", personal_data="mask").row == "dev-00"
    assert preflight(telling, "v1", "outside/m").row == "dev-01"
    run, _ = ask(telling, "outside/m")
    assert (sum(row.taken_from is not None for row in run.rows), set(server.asked.values())) == (2, {1})
    assert not any(PHONE in user for user in server.asked)


def test_an_answer_that_somebody_edited_into_another_word_is_not_guessed_at(telling: Scene, server: Loopback):
    telling.record_decision("personal_data", host=HOST, answer="maks")
    with pytest.raises(BadInput, match=r"decisions\.jsonl: the answer for .* is 'maks'"):
        ask(telling, "outside/m")
    assert (server.hits, server.lists) == (0, 0)
