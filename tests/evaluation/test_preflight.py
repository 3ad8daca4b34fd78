from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from labkit.errors import BadInput, LabkitError, ModelError
from labkit.evaluation import preflight
from labkit.models import get_model
from labkit.models.api_errors import excerpt
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.providers import PROVIDERS
from labkit.records import Reply, Request
from labkit.workspace import Scene
from tests.evaluation.scripted import GOOD, Scripted, ask, served
from tests.faults.replies import ANSWER, error, ok
from tests.models.loopback import Canned, Loopback, completion, free_port

KEY = "sk-CANARY-0123456789"

REFUSALS: dict[str, tuple[str, Canned, str, str]] = {
    "money": ("deepseek", error(402, "Insufficient Balance"), "money", "Top up"),
    "quota": ("openai", error(429, "You exceeded your current quota", code="insufficient_quota"), "quota", "limit"),
    "wrong name": ("zhipu", error(400, "模型不存在", code="1211"), "unknown_model", "model's name"),
    "the other region's key": ("moonshot", error(401, "Invalid Authentication"), "key", "moonshot@intl/m"),
    "pinned temperature": ("openai", error(400, "Unsupported value: 'temperature'"), "temperature", "default"),
    "no JSON mode": ("openai", error(400, "'response_format' is not supported"), "json_mode", 'json_mode = "none"'),
    "no system role": ("vllm", error(400, "System role not supported"), "system_role", "system_role = false"),
    "must stream": ("dashscope", error(400, "enable_thinking must be false"), "thinking", "stream = true"),
    "busy": ("openai", error(429, "Rate limit reached"), "busy", "again in a while"),
    "broken": ("openai", (503, {}, b"oops"), "busy", "again in a while"),
    "a page": ("openai", ok("<html>login</html>"), "unreachable", "base_url"),
    "an odd row": ("openai", error(400, "this row is odd"), "refused", ""),
}
PASSING = ("busy", "refused")  # these may pass, or concern one row only
LASTING = {name: (who, reply, fix) for name, (who, reply, kind, fix) in REFUSALS.items() if kind not in PASSING}
ANSWERS: dict[str, tuple[bytes, str, bool, str]] = {
    "cut off": (completion('{"labels": ["物', "length"), "truncated", False, "max_tokens (now 1024)"),
    "empty": (completion("", reasoning_content="hm"), "blank", False, "max_tokens"),
    "prose": (completion("物流\x1b[31m"), "unparsed", False, "one JSON object"),
    "a label of its own": (completion('{"labels": ["快递"]}'), "off-list", True, ""),
    "withheld": (completion("", "content_filter"), "filtered", True, ""),
    "no tokens": (
        b'{"model": "m", "choices": [{"message": {"content": "{\\"labels\\": []}"}}]}',
        "no_tokens",
        True,
        "",
    ),
    "another model": (completion(ANSWER).replace(b'"model": "m"', b'"model": "x"'), "other_model", True, ""),
    "thoughts": (completion(ANSWER, reasoning_content="hm"), "thinks", True, ""),
}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in PROVIDERS.values():
        if provider.key:
            monkeypatch.setenv(provider.key.removeprefix("env:"), KEY)


def model_at(server: Loopback, provider: str = "vllm", **settings: Any) -> OpenAICompatible:
    return OpenAICompatible(replace(PROVIDERS[provider], base_url=server.url, timeout_s=5.0, **settings), "m")


@pytest.mark.parametrize(("provider", "reply", "kind", "fix"), REFUSALS.values(), ids=REFUSALS)
def test_one_request_finds_what_every_row_would_meet(scene: Scene, provider: str, reply: Canned, kind: str, fix: str):
    with Loopback(reply) as server:
        found = preflight(scene, "v1", model_at(server, provider))
    (finding,) = found.findings
    assert (found.ok, finding.fails, finding.kind, server.hits) == (False, True, kind, 1)
    assert fix in finding.fix
    assert "rows are answered" not in str(found)
    assert "CANARY" not in str(found)
    assert "dev-00" in str(found)


@pytest.mark.parametrize(("body", "kind", "fine", "fix"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_judged_too(scene: Scene, body: bytes, kind: str, fine: bool, fix: str):
    with Loopback(ok(body)) as server:
        found = preflight(scene, "v1", model_at(server, thinking="off"))
    assert kind in [finding.kind for finding in found.findings]
    assert (found.ok, server.hits) == (fine, 1)
    assert fix in " ".join(finding.fix for finding in found.findings)
    assert all(line.isprintable() for line in str(found).splitlines())


def test_a_good_answer_has_nothing_to_be_said_and_says_what_it_took(scene: Scene):
    with Loopback() as server:
        found = preflight(scene, "v1", model_at(server))
    assert (found.ok, found.findings, found.served_by) == (True, (), "m")
    assert "100 prompt tokens, 7 completion tokens" in str(found)


def test_a_prompt_that_lacks_the_word_is_told_of_json_mode(scene: Scene):
    silent = replace(scene.prompt("v1"), rationale="none", instruction="只回答标签。")
    with Loopback() as server:
        kinds = {finding.kind for finding in preflight(scene, silent, model_at(server, "dashscope")).findings}
        assert ("no_json_word" in kinds) is ("response_format" not in server.bodies[0])


def test_missing_keys_and_missing_servers_are_findings(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    (finding,) = preflight(scene, "v1", "openai/gpt-4.1").findings
    assert (finding.kind, "OPENAI_API_KEY" in finding.fix) == ("no_key", True)
    gone = replace(PROVIDERS["vllm"], base_url=f"http://127.0.0.1:{free_port()}/v1")
    (finding,) = preflight(scene, "v1", OpenAICompatible(gone, "m")).findings
    assert (finding.kind, "Start the server" in finding.fix) == ("unreachable", True)


def test_models_of_this_machine_are_tried_in_the_same_way(scene: Scene):
    assert preflight(scene, "v2", "definition-reader").ok


def test_what_was_tried_is_not_paid_for_again(scene: Scene):
    with Loopback() as server:
        model = get_model(served(scene, server), scene)
        tried = preflight(scene, "v1", model)
        run, _ = ask(scene, model)
        assert (server.hits, set(server.asked.values())) == (16, {1})
        assert [row.taken_from for row in run.rows if row.taken_from] == [tried.run]
        again = preflight(scene, "v1", model)
        assert (again.ok, again.row, again.run != tried.run, server.hits) == (True, "dev-00", True, 17)


def test_a_check_after_the_fix_goes_on_in_the_same_run(scene: Scene):
    with Loopback(error(402, "Insufficient Balance")) as server:
        model = model_at(server)
        assert not preflight(scene, "v1", model).ok
        server.mode = "ok"
        assert preflight(scene, "v1", model).ok
    assert len(scene.store.runs()) == 1


def test_a_check_after_a_bad_answer_asks_again(scene: Scene):
    with Loopback((200, {}, completion(""))) as server:
        model = served(scene, server)
        assert not preflight(scene, "v1", model).ok
        server.mode = (200, {}, completion(ANSWER))
        assert preflight(scene, "v1", model).ok
        assert server.hits == 2


def test_test_rows_are_never_tried(scene: Scene):
    only_test = replace(scene, rows=scene.examples("test"))
    with Loopback() as server, pytest.raises(BadInput, match="but test rows"):
        preflight(only_test, "v1", model_at(server))
    assert server.hits == 0


# --- evaluate ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("provider", "reply", "fix"), LASTING.values(), ids=LASTING)
def test_an_evaluation_that_would_fail_sends_one_row(scene: Scene, provider: str, reply: Canned, fix: str):
    with Loopback(reply) as server, pytest.raises(LabkitError) as caught:
        ask(scene, model_at(server, provider))
    assert server.hits == (2 if b"<" in reply[2] else 1)  # a page may have been a passing one
    assert fix in str(caught.value)


@pytest.mark.parametrize(("provider", "reply", "fix"), LASTING.values(), ids=LASTING)
def test_what_stops_an_evaluation_is_told_in_one_language(
    scene: Scene, provider: str, reply: Canned, fix: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    with Loopback(reply) as server, pytest.raises(LabkitError) as caught:
        ask(scene, model_at(server, provider))
    told = re.sub(r"(['\"]).*?\1", "", str(caught.value).replace(excerpt(reply[2]), ""))
    assert "16 行中已有 0 行作答" in told
    assert re.findall("[A-Za-z]+ [A-Za-z]+", told) == []


class Crowded(Scripted):
    """Counts who is inside `answer` together; after the first, four have to meet before any of them may leave."""

    def __init__(self, first: Reply | Exception) -> None:
        super().__init__(lambda row, seen: first if row == "dev-00" else GOOD)
        self.inside, self.together = 0, [0]
        self.meeting = threading.Barrier(4)

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        with self.lock:
            self.inside += 1
            self.together.append(self.inside)
        try:
            if "dev-01" <= requests[0].row <= "dev-12":
                self.meeting.wait(20)
            return super().answer(requests)
        finally:
            with self.lock:
                self.inside -= 1


@pytest.mark.parametrize("first", [GOOD, ModelError("an odd row")], ids=["answered", "given up"])
def test_the_first_row_goes_ahead_alone_and_then_all_go(scene: Scene, first: Reply | Exception):
    model = Crowded(first)
    ask(scene, model)
    assert (model.together[1], max(model.together)) == (1, 4)
    assert set(model.asked.values()) == {1}


def test_the_first_answer_is_judged_while_the_run_goes_on(scene: Scene):
    with Loopback(ok(completion('{"labels": ["物', "length"))) as server:
        run, notes = ask(scene, model_at(server))
    assert run.counts["truncated"] == 16
    assert sum("max_tokens (now 1024)" in progress.note for progress in notes) == 1
