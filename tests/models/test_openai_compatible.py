from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import (
    BadInput,
    LabkitError,
    MissingKey,
    ModelBusy,
    ModelError,
    ModelRefused,
    ModelUnreachable,
    WebPage,
)
from labkit.models.api_errors import api_error, excerpt, retry_after_s
from labkit.models.completion import read_completion, read_usage
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.providers import DEFAULT, Provider
from labkit.records import Message, Reply, Request, Usage
from tests.models.loopback import FAULTS, Loopback, completion, free_port

REQUEST = Request("1", (Message("system", "Answer in JSON."), Message("user", "Post 1: hello")))
KEY = "sk-CANARY-0123456789"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOPBACK_KEY", KEY)


def model_of(server: Loopback, **settings: object) -> OpenAICompatible:
    return OpenAICompatible(
        Provider("loopback", server.url, "env:LOOPBACK_KEY", **({"timeout_s": 5.0} | settings)), "m"
    )


def ask(model: OpenAICompatible, request: Request = REQUEST) -> Reply:
    (reply,) = model.answer([request])
    return reply


def test_a_good_answer_keeps_its_bytes_text_and_tokens():
    with Loopback() as server:
        reply = ask(model_of(server))
    assert reply.raw == completion(reply.text)
    assert reply.text == '{"rationale": "说到快递", "labels": ["物流"]}'
    assert (reply.finish_reason, reply.usage) == ("stop", Usage(100, 64, 7))
    assert 0 < reply.latency_s < 5


def test_what_is_sent_is_the_prompt_and_the_sampling_and_nothing_else(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-secret: 1")
    with Loopback() as server:
        ask(model_of(server))
        (body,), (headers,) = server.bodies, server.headers
    assert body == {
        "model": "m",
        "messages": [{"role": "system", "content": "Answer in JSON."}, {"role": "user", "content": "Post 1: hello"}],
        "temperature": 0.0,
        "max_tokens": 1024,
        "response_format": {"type": "json_object"},
    }
    assert "secret" not in str(headers)
    assert headers["accept-encoding"] == "identity"
    assert headers["authorization"] == f"Bearer {KEY}"


def test_a_provider_s_row_changes_the_request():
    settings = {
        "temperature": DEFAULT,
        "system_role": False,
        "json_mode": "none",
        "max_tokens_name": "max_completion_tokens",
    }
    with Loopback() as server:
        ask(model_of(server, **settings))
        (body,) = server.bodies
    assert body == {
        "model": "m",
        "messages": [{"role": "user", "content": "Answer in JSON.\n\nPost 1: hello"}],
        "max_completion_tokens": 1024,
    }


def test_json_mode_needs_the_word_json_in_the_prompt():
    with Loopback() as server:
        ask(model_of(server), Request("1", (Message("user", "hello"),)))
        assert "response_format" not in server.bodies[0]


def test_without_a_key_none_is_needed():
    with Loopback() as server:
        ask(OpenAICompatible(Provider("ours", server.url), "m"))
        assert KEY not in str(server.headers)


@pytest.mark.parametrize("word", ["token", "EMPTY", "k", "1"])
def test_a_word_in_place_of_a_key_takes_nothing_out_of_answers(monkeypatch: pytest.MonkeyPatch, word: str):
    """Servers of one's own want some word as the key, which is in every answer."""
    monkeypatch.setenv("LOOPBACK_KEY", word)
    with Loopback() as server:
        reply = ask(model_of(server))
        assert f"Bearer {word}" in str(server.headers)
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (100, 7)
    assert b"[key]" not in reply.raw


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        *((mode, ModelBusy) for mode in ("retry_after", "error_500", "overloaded", "half", "empty", "null_choices")),
        *((mode, ModelBusy) for mode in ("list", "error_200", "deep", "bomb", "compressed", "reset")),
        *((mode, ModelRefused) for mode in ("quota", "arrears", "no_balance", "unknown_model", "unauthorized")),
        ("html", WebPage),
        ("bad_request", ModelError),
    ],
)
def test_each_fault_has_its_meaning_after_one_request(mode: str, error: type[LabkitError]):
    with Loopback(mode) as server:
        with pytest.raises(ModelError) as caught:
            ask(model_of(server))
        assert server.hits == 1
    assert type(caught.value) is error
    assert KEY not in repr(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None  # the client's own error holds the request, and so the key


@pytest.mark.parametrize("mode", ["half", "error_500", "null_choices"])
def test_busy_keeps_the_body(mode: str):
    with Loopback(mode) as server, pytest.raises(ModelBusy) as caught:
        ask(model_of(server))
    assert caught.value.raw == FAULTS[mode][2]


def test_a_pause_that_the_server_names_is_passed_on():
    with Loopback("retry_after") as server, pytest.raises(ModelBusy) as caught:
        ask(model_of(server))
    assert caught.value.retry_after == 0.3


@pytest.mark.parametrize(
    ("mode", "finish_reason"),
    [
        ("length", "length"),
        ("content_filter", "content_filter"),
        ("withheld", "content_filter"),
        ("refusal", "content_filter"),
        ("blank", "stop"),
        ("long_number", None),
        ("gbk", None),
    ],
)
def test_an_answer_that_is_none_is_still_a_reply(mode: str, finish_reason: str | None):
    with Loopback(mode) as server:
        assert ask(model_of(server)).finish_reason == finish_reason


@pytest.mark.parametrize("mode", ["hang", "drip"])
def test_no_reply_takes_longer_than_it_may(mode: str):
    with Loopback(mode) as server:
        started = time.monotonic()
        with pytest.raises(ModelBusy):
            ask(model_of(server, timeout_s=0.5))
        assert time.monotonic() - started < 3


def test_a_redirect_takes_neither_post_nor_key_along():
    with Loopback("redirect") as server, Loopback() as other:
        server.redirect_to = f"{other.url}/chat/completions"
        with pytest.raises(ModelRefused, match="another address"):
            ask(model_of(server))
        with pytest.raises(ModelRefused, match="another address"):
            model_of(server).check()
        assert (other.hits, other.lists) == (0, 0)


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch):
    with Loopback() as server, Loopback() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("OPENAI_BASE_URL", proxy.url)
        ask(model_of(server))
        assert (server.hits, proxy.hits) == (1, 0)


def test_half_a_character_in_a_post_is_sent_as_a_replacement():
    with Loopback() as server:
        ask(model_of(server), Request("1", (Message("user", "Post 1: \ud83d"),)))
        assert server.asked == {"Post 1: \ufffd": 1}


def test_check_asks_for_no_completion():
    with Loopback() as server:
        model_of(server).check()
        assert (server.hits, server.lists) == (0, 1)


def test_check_finds_a_refused_key_and_does_not_show_it():
    with Loopback("unauthorized") as server, pytest.raises(ModelRefused) as caught:
        model_of(server).check()
    assert "CANARY" not in repr(caught.value)


def test_check_finds_that_nothing_listens():
    gone = Provider("gone", f"http://127.0.0.1:{free_port()}/v1")
    with pytest.raises(ModelUnreachable, match=r"models\.toml"):
        OpenAICompatible(gone, "m").check()


@pytest.mark.parametrize("value", ["", "   ", "密钥", "two\nlines"])
def test_check_finds_a_missing_or_useless_key(monkeypatch: pytest.MonkeyPatch, value: str):
    monkeypatch.setenv("LOOPBACK_KEY", value)
    with Loopback() as server:
        with pytest.raises(MissingKey, match="LOOPBACK_KEY"):
            model_of(server).check()
        assert server.lists == 0


def test_a_missing_key_is_told_in_chinese(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "zh")
    monkeypatch.delenv("LOOPBACK_KEY", raising=False)
    with Loopback() as server, pytest.raises(MissingKey) as caught:
        model_of(server).check()
    assert str(caught.value).endswith("需要密钥，而 LOOPBACK_KEY 是空的。请设置：export LOOPBACK_KEY=…。")


def test_the_key_is_not_part_of_what_is_recorded():
    with Loopback() as server:
        model = model_of(server)
        ask(model)
    assert KEY not in f"{model!r} {dict(model.parameters)} {model.name}"


def test_posts_do_not_travel_unencrypted():
    with pytest.raises(BadInput, match="unencrypted"):
        OpenAICompatible(Provider("p", "http://example.com/v1"), "m")


# --- reading bodies and headers ----------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["choices", "message", "content", "error"]), inner),
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_a_reply_or_a_model_error(body: bytes):
    try:
        outcome: object = read_completion(body, "m", 0.1).raw
    except ModelError as error:
        outcome = str(error)
    assert outcome == body if isinstance(outcome, bytes) else str(outcome).isprintable()


@given(st.binary(), st.integers(200, 599))
def test_any_error_body_makes_one_line_of_visible_text(body: bytes, status: int):
    assert str(api_error(status, {}, body, "m")).isprintable()
    assert len(excerpt(body)) <= 201


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (None, Usage()),
        ([], Usage()),
        ({"prompt_tokens": 5, "completion_tokens": 2}, Usage(5, None, 2)),
        ({"prompt_tokens": "5", "prompt_tokens_details": {"cached_tokens": 0}}, Usage(5, 0, None)),
        ({"prompt_tokens": 5, "prompt_cache_hit_tokens": 3, "prompt_cache_miss_tokens": 2}, Usage(5, 3, None)),
        ({"prompt_tokens": True, "completion_tokens": -1, "prompt_tokens_details": None}, Usage()),
    ],
)
def test_usage_in_every_spelling(usage: object, expected: Usage):
    assert read_usage(usage) == expected


NOW = "Mon, 23 Nov 2026 03:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "121"}, 121.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Mon, 23 Nov 2026 03:02:00 GMT", "date": NOW}, 120.0),
        ({"retry-after": "Mon, 23 Nov 2026 02:00:00 GMT", "date": NOW}, 0.0),
        ({"retry-after": "Mon, 23 Nov 2026 03:02:00 GMT"}, None),
    ],
)
def test_how_long_a_server_asks_to_wait(headers: dict[str, str], seconds: float | None):
    assert retry_after_s(headers) == seconds


@given(st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms", "date"]), st.text()))
def test_no_header_breaks_anything(headers: dict[str, str]):
    seconds = retry_after_s(headers)
    assert seconds is None or 0 <= seconds < float("inf")
