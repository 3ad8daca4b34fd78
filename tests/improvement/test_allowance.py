"""One limit on money over several runs."""

from __future__ import annotations

import json
from typing import Any

from labkit.improvement.allowance import Allowance
from labkit.models import get_model
from labkit.workspace import Scene
from tests.evaluation.scripted import QUICK, served
from tests.models.loopback import Canned, Loopback

PRICES = '["loopback/m"]\ninput = 100.0\noutput = 100.0\ncurrency = "CNY"\ndate = "2026-11-01"\nsource = "test"\n'
LIMIT = 10.0


def without_usage(_: dict[str, Any], __: int) -> Canned:
    message = {"role": "assistant", "content": '{"rationale": "", "labels": ["物流"]}'}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    body = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    return 200, {}, json.dumps(body).encode()


def test_answers_that_do_not_say_their_tokens_count_at_their_worst(gap: Scene):
    (gap.path / "prices.toml").write_text(PRICES, encoding="utf-8")
    with Loopback(without_usage) as server:
        model = get_model(served(gap, server, max_tokens=50), gap)
        asking = Allowance(gap, LIMIT, None, lambda _: None, QUICK)
        asking.rows(gap.prompt("v1"), model, gap.examples("dev")[:4])
        left = asking.left
        asking.rows(gap.prompt("v1"), model, gap.examples("dev")[:4])
    assert left is not None
    assert 0 < left < LIMIT
    assert asking.left == left, "the same run, asked again, is paid for once"
