"""The HTTP fault list: what a server may do to one row, and how the row must end.

Each row's number is that of the list the project keeps: 1-3 pauses, 4 money and quota, 5 broken servers, 6 filters,
7-10 broken connections and bodies, 11-17 what is no completion, 18-19 streams, 20-23 answers, 29 settings.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from labkit.errors import LabkitError, ModelRefused, ModelUnreachable
from labkit.records import Status
from tests.models.loopback import Canned, completion

ANSWER = '{"rationale": "说到快递", "labels": ["物流"]}'
AGAIN = 2  # attempts of a row in these tests


@dataclass(frozen=True)
class Fault:
    """One way in which a request goes wrong.

    Args:
        row: its number in the list.
        name: what the server does.
        action: a reply as it stands, or a mode of Loopback.
        ends: the row's status, or the error that stops the run and leaves it pending.
        hits: how many requests reach the server.
        provider: whose words these are; "" is a server of one's own.
        says: words of the error or of the failed row's reason.
        settings: of the model's table in models.toml.
        reply: the text kept as the answer, where it matters.
    """

    row: int
    name: str
    action: str | Canned
    ends: Status | type[LabkitError]
    hits: int = 1
    provider: str = ""
    says: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    reply: str | None = None


def error(status: int, message: str = "", /, headers: dict[str, str] | None = None, **fields: Any) -> Canned:
    """An error in OpenAI's form."""
    return status, headers or {}, json.dumps({"error": {"message": message, **fields}}).encode()


def ok(body: bytes | str) -> Canned:
    """A reply with status 200."""
    return 200, {}, body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body


def stream(*events: object, end: str = "data: [DONE]\n\n") -> Canned:
    """A streamed reply; an event is a delta's content, an object, or text that stands as it is."""
    written = [event if isinstance(event, str) else f"data: {json.dumps(event)}\n\n" for event in events]
    return 200, {"Content-Type": "text/event-stream"}, ("".join(written) + end).encode("utf-8", "surrogatepass")


def delta(content: str = "", finish: str | None = None, **more: Any) -> dict[str, Any]:
    """One event of a stream."""
    return {"model": "m", "choices": [{"delta": {"content": content, **more}, "finish_reason": finish}]}


def _busy(row: int, name: str, action: str | Canned, says: str = "", **settings: Any) -> Fault:
    return Fault(row, name, action, Status.FAILED, AGAIN, says=says, settings=settings)


def _no_more(row: int, provider: str, name: str, action: Canned, says: str) -> Fault:
    return Fault(row, name, action, ModelRefused, provider=provider, says=says)


def _filtered(provider: str, name: str, action: str | Canned) -> Fault:
    return Fault(6, name, action, Status.FILTERED, provider=provider)


PAUSES = (
    _busy(1, "429 without a word on when", error(429, "slow down", code="rate_limit")),
    _busy(1, "429 for 0 s", error(429, "slow down", headers={"Retry-After": "0"})),
    _busy(1, "429 for 50 ms", error(429, "slow down", headers={"Retry-After-Ms": "50"})),
)
MONEY = (
    _no_more(4, "openai", "quota", error(429, "You exceeded your current quota", code="insufficient_quota"), "limit"),
    _no_more(4, "openai", "billing", error(429, "Your account is not active", code="billing_not_active"), "Top up"),
    _no_more(4, "dashscope", "arrears", error(400, "Access denied", code="Arrearage"), "Top up"),
    _no_more(4, "dashscope", "free tier", error(403, "quota used", code="AllocationQuota.FreeTierOnly"), "Top up"),
    _no_more(4, "deepseek", "no balance", error(402, "Insufficient Balance"), "Top up"),
    _no_more(4, "moonshot", "quota", error(429, "quota", type="exceeded_current_quota_error"), "limit"),
    _no_more(4, "moonshot", "no balance", error(403, "Insufficient balance, please recharge"), "Top up"),
    _no_more(4, "zhipu", "arrears", error(429, "您的账户已欠费,请充值后重试", code="1113"), "Top up"),
    _no_more(4, "zhipu", "arrears as a number", error(429, "arrears", code=1113), "Top up"),
    _no_more(4, "zhipu", "daily limit", error(429, "limit of today", code="1304"), "limit"),
    _no_more(4, "qianfan", "arrears", error(403, "account is overdue"), "Top up"),
    _no_more(4, "baichuan", "no balance", error(429, "Insufficient account balance, please recharge"), "Top up"),
)
BUSY_WORDS = (
    Fault(4, "rate", error(429, "busy", code="1302"), Status.FAILED, AGAIN, "zhipu"),
    Fault(4, "rate", error(429, "busy", code="Throttling.RateQuota"), Status.FAILED, AGAIN, "dashscope"),
    Fault(4, "overload", error(429, "busy", type="engine_overloaded_error"), Status.FAILED, AGAIN, "moonshot"),
    Fault(4, "rate", error(429, "busy", code="rpm_rate_limit_exceeded"), Status.FAILED, AGAIN, "qianfan"),
)
_PAGE = b"<html><h1>Bad Gateway</h1>" + b"x" * 5000 + b"</html>"
BROKEN_SERVERS = tuple(
    _busy(5, f"{status} with a page", (status, {"Content-Type": "text/html"}, _PAGE), f"status {status}")
    for status in (500, 502, 503, 504, 529)
)
FILTERS = (
    _filtered("dashscope", "input", error(400, "inappropriate content", code="data_inspection_failed")),
    _filtered("moonshot", "input", error(400, "rejected: considered high risk", type="content_filter")),
    _filtered("zhipu", "input", error(400, "可能包含不安全或敏感内容", code="1301")),
    _filtered("zhipu", "finish_reason sensitive", ok(completion("", "sensitive"))),
    _filtered("qianfan", "input", error(400, "unsafe", type="unsafe_request")),
    _filtered("deepseek", "input", error(400, "Content Exists Risk")),
    _filtered("openai", "finish_reason", ok(completion("I", "content_filter"))),
    _filtered("openai", "refusal", ok(completion(None, refusal="I cannot help with that"))),
    _filtered("openai", "error in 200", error(200, "filtered", code="content_policy_violation")),
)
CONNECTIONS = (
    _busy(7, "reset before a byte", "reset", "may be billed"),
    _busy(8, "reset in the body", "reset_midway", "may be billed"),
    _busy(16, "a body that drips", "drip", "did not end in time", timeout_s=0.3),
    _busy(16, "blank lines that keep it open", "blank_lines", "did not end in time", timeout_s=0.3),
    _busy(17, "silence", "hang", "may be billed", timeout_s=0.3),
)
NO_COMPLETIONS = (
    _busy(9, "half a body, its length right", ok(completion(ANSWER)[:90]), "no answer"),
    _busy(10, "nothing", ok(b""), "no answer"),
    Fault(11, "a page to log in", ok("<!doctype html><title>Welcome</title>"), ModelUnreachable, 2, says="Welcome"),
    _busy(12, "an error in 200", error(200, "try later"), "try later"),
    _busy(12, "choices null", ok('{"choices": null}'), "no answer"),
    _busy(12, "choices empty", ok('{"choices": []}'), "no answer"),
    _busy(12, "choices of numbers", ok('{"choices": [1]}'), "no answer"),
    _busy(12, "message null", ok('{"choices": [{"message": null}]}'), "no answer"),
    _busy(12, "a list", ok("[1, 2]"), "no answer"),
    _busy(12, "a number", ok("7"), "no answer"),
    _busy(14, "100,000 deep", ok(b"[" * 100_000), "no answer"),
    _busy(14, "a number of 1,000,000 digits", ok(b"1" * 1_000_000), "no answer"),
    _busy(
        15, "a bomb of 100 MB", (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(100_000_000), 9)), "compress"
    ),
    _busy(15, "3 MB of spaces", ok(b" " * 3_000_000), "larger than"),
)
ANSWERS = (
    Fault(13, "a byte order mark", ok(b"\xef\xbb\xbf" + completion(ANSWER)), Status.ANSWERED, reply=ANSWER),
    Fault(13, "GBK", ok(json.dumps(json.loads(completion(ANSWER)), ensure_ascii=False).encode("gbk")), Status.ANSWERED),
    Fault(13, "half a character", ok(completion('{"rationale": "\ud83d", "labels": ["物流"]}')), Status.ANSWERED),
    Fault(13, "NaN", ok(completion(ANSWER).replace(b'"prompt_tokens": 100', b'"prompt_tokens": NaN')), Status.ANSWERED),
    Fault(20, "finish_reason length", ok(completion('{"labels": ["物', "length")), Status.TRUNCATED),
    Fault(20, "an unknown finish_reason", ok(completion(ANSWER, "network_error")), Status.ANSWERED, reply=ANSWER),
    Fault(20, "an empty finish_reason", ok(completion(ANSWER, "")), Status.ANSWERED, reply=ANSWER),
    Fault(21, "content null", ok(completion(None)), Status.BLANK, 2, reply=""),
    Fault(21, "content of spaces", ok(completion(" \n\n ")), Status.BLANK, 2),
    Fault(21, "reasoning and nothing else", ok(completion("", reasoning_content="Let me think")), Status.BLANK, 2),
    Fault(22, "a fence", ok(completion(f"```json\n{ANSWER}\n```")), Status.ANSWERED),
    Fault(22, "thoughts before it", ok(completion(f"<think>{{}}</think>Sure! {ANSWER}")), Status.ANSWERED),
    Fault(22, "two answers", ok(completion('{"labels": ["物流"]} {"labels": ["退款"]}')), Status.UNPARSED),
    Fault(22, "prose", ok(completion("物流")), Status.UNPARSED),
    Fault(23, "a label of its own", ok(completion('{"labels": ["快递"]}')), Status.OFF_LIST),
)
_THOUGHT = {"choices": [{"delta": {"reasoning_content": "hm"}}]}
STREAMS = tuple(
    Fault(fault.row, f"stream: {fault.name}", fault.action, fault.ends, fault.hits, says=fault.says, reply=fault.reply,
          settings={"stream": True})
    for fault in (
        Fault(18, "whole", stream(delta(ANSWER[:9]), delta(ANSWER[9:], "stop")), Status.ANSWERED, reply=ANSWER),
        Fault(18, "ended by [DONE] alone", stream(delta(ANSWER)), Status.ANSWERED, reply=ANSWER),
        Fault(18, "ended by a reason alone", stream(delta(ANSWER, "stop"), end=""), Status.ANSWERED, reply=ANSWER),
        _busy(18, "cut before either", stream(delta(ANSWER), end=""), "ended before"),
        _busy(18, "cut inside an event", stream(delta(ANSWER[:9]), 'data: {"choices": [', end=""), "unreadable"),
        _busy(18, "nothing", stream(end=""), "ended before"),
        _busy(18, "[DONE] and nothing else", stream(), "ended before"),
        _busy(19, "an error event", stream(delta(ANSWER), {"error": {"message": "overloaded"}}), "overloaded"),
        Fault(19, "a filter event", stream({"error": {"code": "data_inspection_failed"}}), Status.FILTERED),
        Fault(19, "a quota event", stream({"error": {"code": "insufficient_quota"}}), ModelRefused, says="limit"),
        _busy(19, "an event that is no JSON", stream(delta(ANSWER), "data: {oops\n\n"), "unreadable"),
        Fault(19, "comments and empty lines", stream(": wait\n\n", ":\n\n\n", _THOUGHT, delta(ANSWER, "stop")),
              Status.ANSWERED, reply=ANSWER),
        Fault(20, "length", stream(delta('{"labels"', "length")), Status.TRUNCATED),
        Fault(20, "an empty reason until the end", stream(delta(ANSWER, ""), delta("", "stop")), Status.ANSWERED),
        Fault(21, "reasoning and nothing else", stream(_THOUGHT, delta("", "stop")), Status.BLANK, 2),
        Fault(12, "a plain completion", ok(completion(ANSWER)), Status.ANSWERED, reply=ANSWER),
        Fault(11, "a page", ok("<html>login</html>"), ModelUnreachable, 2, says="login"),
    )
)  # fmt: skip
ROW_ERRORS = (
    Fault(12, "a bad request", error(400, "this row is odd"), Status.FAILED, says="odd"),
    Fault(20, "too long", error(400, "longer than", code="context_length_exceeded"), Status.FAILED, says="Shorten"),
    Fault(20, "too long", error(400, "Prompt 超长", code="1261"), Status.FAILED, provider="zhipu", says="Shorten"),
    Fault(20, "too long", error(400, "", code="tokens_too_long"), Status.FAILED, provider="qianfan", says="Shorten"),
)
REFUSALS = tuple(
    _no_more(29, provider, name, action, says)
    for provider, name, action, says in (
        (
            "moonshot",
            "pinned temperature",
            error(400, "invalid temperature: only 1 is allowed"),
            'temperature = "default"',
        ),
        (
            "openai",
            "pinned temperature",
            error(400, "Unsupported value: 'temperature' does not support 0.0"),
            "default",
        ),
        ("dashscope", "no word json", error(400, "'messages' must contain the word 'json' in some form"), '"none"'),
        ("dashscope", "thinking", error(400, "parameter.enable_thinking only support stream call"), "stream = true"),
        ("vllm", "no system role", error(400, "System role not supported"), "system_role = false"),
        (
            "vllm",
            "max_tokens by another name",
            error(
                400,
                "Unsupported parameter: 'max_tokens' is not supported with this model."
                " Use 'max_completion_tokens' instead.",
            ),
            'max_tokens_name = "max_completion_tokens"',
        ),
        ("vllm", "max_tokens too large", error(400, "Range of max_tokens should be [1, 512]"), "smaller max_tokens"),
        (
            "vllm",
            "max_tokens too large",
            error(400, "max_tokens is too large: 1024. This model supports at most 512 completion tokens"),
            "smaller max_tokens",
        ),
        ("vllm", "unknown model", error(400, "模型不存在，请检查模型代码。", code="1211"), "model's name"),
        ("vllm", "unknown model", error(400, "Model Not Exist"), "model's name"),
        ("openai", "unknown model", error(404, "no such model", code="model_not_found"), "model's name"),
        ("zhipu", "unknown model", error(400, "模型不存在,请检查模型代码", code="1211"), "model's name"),
        ("zhipu", "unknown model", error(400, "模型不存在" + "，请检查" * 8000, code="1211"), "model's name"),
        ("deepseek", "unknown model", error(400, "Model Not Exist"), "model's name"),
        ("qianfan", "unknown model", error(400, "model is empty", code="invalid_model"), "model's name"),
        ("openai", "wrong key", error(401, "Incorrect API key provided"), "OPENAI_API_KEY"),
        ("moonshot", "key of the other region", error(401, "Invalid Authentication"), "moonshot@intl/m"),
        ("dashscope", "key of the other region", error(401, "no", code="invalid_api_key"), "dashscope@intl/m"),
        ("zhipu", "wrong key", error(401, "身份验证失败", code="1000"), "ZHIPUAI_API_KEY"),
    )
)
ALL: Sequence[Fault] = (
    *PAUSES, *MONEY, *BUSY_WORDS, *BROKEN_SERVERS, *FILTERS, *CONNECTIONS, *NO_COMPLETIONS, *ANSWERS, *STREAMS,
    *ROW_ERRORS, *REFUSALS,
)  # fmt: skip
