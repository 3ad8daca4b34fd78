"""Thinking is switched as each vendor takes it: by a server on loopback that refuses what the vendor refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.providers import PROVIDERS
from labkit.records import Message, Request
from tests.faults.replies import error
from tests.models.loopback import Action, Loopback

Vendor = Callable[[dict[str, Any]], str]  # a body -> why it is refused, or ""


def dashscope(body: dict[str, Any]) -> str:
    if body.get("enable_thinking") and not body.get("stream"):
        return "parameter.enable_thinking must be set to false for non-streaming calls"
    if body.get("enable_thinking") and "response_format" in body:
        return "Json mode response is not supported when enable_thinking is true"
    return ""


def qwq(body: dict[str, Any]) -> str:
    return "" if body.get("stream") and "response_format" not in body else "This model only support stream mode"


def kimi_k3(body: dict[str, Any]) -> str:
    wrong = body.get("thinking") == {"type": "disabled"} or "temperature" in body
    return "invalid temperature: only 1 is allowed for this model" if wrong else ""


def typed(body: dict[str, Any]) -> str:
    known = body.get("thinking") in (None, {"type": "enabled"}, {"type": "disabled"})
    return "" if known and "enable_thinking" not in body else "unknown parameter"


def gpt_5(body: dict[str, Any]) -> str:
    wrong = {"max_tokens", "thinking", "enable_thinking", "temperature"} & set(body)
    return f"Unsupported parameter: {wrong}" if wrong else ""


def plain(body: dict[str, Any]) -> str:
    return "unknown parameter" if {"thinking", "enable_thinking"} & set(body) else ""


VENDORS: dict[str, Vendor] = {
    "dashscope/qwen-plus": dashscope,
    "dashscope/qwq-plus": qwq,
    "moonshot/kimi-k3": kimi_k3,
    "moonshot/kimi-k2.6": typed,
    "moonshot/moonshot-v1-8k": plain,
    "zhipu/glm-4.6": typed,
    "deepseek/deepseek-chat": typed,
    "openai/gpt-5": gpt_5,
    "openai/o3": gpt_5,
    "qianfan/ernie-4.5-turbo": plain,
    "baichuan/Baichuan4": plain,
    "vllm/m": plain,
    "ollama/m": plain,
    "transformers/m": plain,
}


@pytest.mark.parametrize("thinking", ["as bundled", "on", "off"])
@pytest.mark.parametrize("name", VENDORS)
def test_each_vendor_takes_what_is_sent_however_thinking_is_wished(
    name: str, thinking: str, monkeypatch: pytest.MonkeyPatch
):
    provider, _, model = name.partition("/")
    known = PROVIDERS[provider]
    if known.key:
        monkeypatch.setenv(known.key.removeprefix("env:"), "sk-CANARY")

    def vendor(body: dict[str, Any], _: int) -> Action:
        refused = VENDORS[name](body)
        return error(400, refused) if refused else "ok"

    with Loopback(vendor) as server:
        wished = {} if thinking == "as bundled" else {"thinking": thinking}
        asked = OpenAICompatible(replace(known, base_url=server.url, timeout_s=5.0, **wished), model)
        (reply,) = asked.answer([Request("r", (Message("system", "Answer as JSON"), Message("user", "快递")))])
    (body,) = server.bodies
    assert "物流" in reply.text
    assert asked.parameters["json_mode"] == body.get("response_format", {"type": "none"})["type"]
    switched = {"on": known.thinking_on, "off": known.thinking_off}.get(asked.provider.thinking, {})
    assert all(body[parameter] == value for parameter, value in switched.items())
