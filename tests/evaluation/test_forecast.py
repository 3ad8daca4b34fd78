from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.errors import UnknownName
from labkit.evaluation import forecast
from labkit.records import Message, Request
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.evaluation.scripted import ask, served
from tests.models.loopback import Loopback

PRICES = """
["loopback/m"]
input = 10
cached_input = 1
output = 20
batch = 0.5
currency = "USD"
date = "2026-01-01"
[rates]
USD_CNY = 7.0
date = "2026-01-02"
"""


def priced(scene: Scene) -> Scene:
    (scene.path / "prices.toml").write_text(PRICES, encoding="utf-8")
    return scene


def test_before_anything_was_asked_tokens_are_a_rule_of_thumb_and_nothing_is_written(scene: Scene):
    with Loopback() as server:
        found = forecast(priced(scene), "v1", served(scene, server))
        assert (server.hits, server.lists) == (0, 0)
    assert not (scene.path / "runs.db").exists()
    assert (found.rows, found.calls.count, found.measured_on) == (16, 16, 0)
    assert (found.hit_rate, found.seconds, found.calls.money["cached"]) == (None, None, None)
    assert "estimated by a rule of thumb" in str(found)
    assert "not measured yet" in str(found)


def test_money_is_tokens_times_price_in_the_bars_currency_at_the_dated_rate(scene: Scene):
    with Loopback() as server:
        found = forecast(priced(scene), "v1", served(scene, server))
    calls = found.calls
    by_hand = 7.0 * (calls.prompt_tokens * 10 + calls.completion_tokens * 20) / 1e6
    assert (found.currency, calls.cost) == ("CNY", pytest.approx(by_hand))
    assert calls.money["batch"] == pytest.approx(by_hand / 2)
    assert "1 USD = 7 CNY, the rate of 2026-01-02." in str(found)


def test_after_a_run_tokens_cache_and_time_are_those_that_were_measured(scene: Scene):
    with Loopback("delay", delay_s=0.05) as server:
        model = served(priced(scene), server)
        ask(scene, model)
        found = forecast(scene, "v1", model, "pool")
    assert found.measured_on == 16
    assert found.calls.prompt_tokens == pytest.approx(16 * 100, rel=0.05)  # the server reports 100 and 7 a request
    assert found.calls.completion_tokens == 16 * 7
    assert found.hit_rate == pytest.approx(0.64)
    tokens = found.calls.prompt_tokens
    by_hand = 7.0 * (0.36 * tokens * 10 + 0.64 * tokens * 1 + 16 * 7 * 20) / 1e6
    assert found.calls.cost == found.calls.money["cached"] == pytest.approx(by_hand)
    assert found.seconds is not None
    assert found.seconds >= 4 * 0.05  # sixteen calls, four at once
    assert "corrected by 16 replies" in str(found)


def test_rows_that_have_their_answer_are_not_counted_again(scene: Scene):
    with Loopback(
        lambda body, seen: "bad_request" if "坏了还不给" in body["messages"][-1]["content"] else "ok"
    ) as server:
        model = served(scene, server)
        ask(scene, model)
        again = forecast(scene, "v1", model)
        assert (again.rows, again.calls.count) == (16, 1)
        assert forecast(scene, "v1", model, fresh=True).calls.count == 16
        assert forecast(scene, "v2", model).calls.count == 16
        assert forecast(scene, "v1", model, repeats=3).rows == 48


def test_another_prompt_has_no_cache_that_was_measured(scene: Scene):
    with Loopback() as server:
        model = served(priced(scene), server)
        ask(scene, model)
        other = forecast(scene, "v2", model)
    assert (other.measured_on, other.hit_rate) == (16, None)
    assert other.calls.completion_tokens == 16 * 7


def test_the_pool_is_forecast_beside_it(scene: Scene):
    with Loopback() as server:
        model = served(priced(scene), server)
        found = forecast(scene, "v1", model, limit=2)
    assert found.pool is not None
    assert (found.calls.count, found.pool.count) == (2, 16)
    assert "Predictions on the pool for step 3: 16 more calls" in str(found)


def test_a_scene_without_a_pool_has_no_forecast_of_one(tmp_path):
    dev = [example for example in tiny_examples() if example.split == "dev"]
    scene = create_scene(tmp_path / "dev_only", TINY_TASK, dev, tiny_prompts())
    found = forecast(scene, "v1", "definition-reader")
    assert found.pool is None
    assert "step 3" not in str(found)


def test_an_unknown_price_is_unknown_and_not_nothing(scene: Scene):
    with Loopback() as server:
        found = forecast(scene, "v1", served(scene, server))
    assert (found.calls.cost, found.currency) == (None, "")
    assert "has no price, so its cost is unknown, not nothing" in str(found)
    assert "16 more calls, cost unknown" in str(found)


def test_without_a_rate_money_stays_in_the_prices_currency(scene: Scene):
    text = '["loopback/m"]\ninput = 1\noutput = 2\ncurrency = "EUR"\n'
    (scene.path / "prices.toml").write_text(text, encoding="utf-8")
    with Loopback() as server:
        found = forecast(scene, "v1", served(scene, server))
    assert found.currency == "EUR"
    assert "No rate from EUR to CNY is known" in str(found)
    assert "The price is of ?" in str(found)


def test_a_model_of_this_machine_costs_no_money(scene: Scene):
    found = forecast(scene, "v1", "definition-reader")
    assert (found.calls.cost, found.currency) == (0.0, "CNY")
    assert "costs no money" in str(found)
    assert "list price" not in str(found)


def test_the_shared_beginning_is_what_earlier_requests_begin_with_too(scene: Scene):
    by_default = forecast(scene, "v2", "definition-reader").shared
    buried = replace(scene.prompt("v2"), name="v3", system="{{answer}}", input="{{posts}}\n{{definitions}}")
    leading = replace(buried, name="v4", input="{{definitions}}\n{{posts}}")
    spoilt, kept = (forecast(scene, prompt, "definition-reader").shared for prompt in (buried, leading))
    assert 0.5 < by_default < 1
    assert spoilt < kept - 0.2
    assert kept == pytest.approx(by_default, abs=0.1)


def test_one_request_shares_nothing_and_equal_ones_nearly_everything():
    from labkit.evaluation.forecast import _shared

    request = Request("a", (Message("system", "x" * 400), Message("user", "y" * 40)))
    assert (_shared([]), _shared([request]), _shared([request] * 4)) == (0.0, 0.0, 0.75)


def test_an_unknown_prompt_is_refused(scene: Scene):
    with pytest.raises(UnknownName, match="v9"):
        forecast(scene, "v9", "definition-reader")


def test_a_proxy_of_the_environment_that_is_not_used_is_named_before_anything_is_sent(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    here, there, through = (
        '[here]\nbase_url = "http://127.0.0.1:9/v1"\n',
        '[there]\nbase_url = "https://models.example.com/v1"\n',
        '[through]\nbase_url = "https://models.example.com/v1"\nproxy = "http://proxy.example.com:8080"\n',
    )
    (scene.path / "models.toml").write_text(here + there + through, encoding="utf-8")
    assert "not used" not in str(forecast(scene, "v1", "there/m"))
    monkeypatch.setenv("https_proxy", "http://user:canary@proxy.example.com:8080")
    said = str(forecast(scene, "v1", "there/m"))
    assert "not used: https_proxy. If the way to models.example.com leads through a proxy" in said
    assert "canary" not in said
    assert "not used" not in str(forecast(scene, "v1", "here/m")) + str(forecast(scene, "v1", "through/m"))
    monkeypatch.setenv("OPENAI_BASE_URL", "https://canary.example.com/v1")
    said = str(forecast(scene, "v1", "here/m"))
    assert "not used: OPENAI_BASE_URL. Requests go to http://127.0.0.1:9/v1" in said
    assert "canary" not in said
    assert "not used: https_proxy, OPENAI_BASE_URL. If" in str(forecast(scene, "v1", "there/m")).replace(
        "OPENAI_BASE_URL, https_proxy", "https_proxy, OPENAI_BASE_URL"
    )


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [(0.2, "1 s", "1 秒"), (119, "119 s", "119 秒"), (120, "2 min", "2 分钟"), (10_800, "3 h", "3 小时")],
)
def test_time_is_told_in_the_readers_language(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, seconds: float, en: str, zh: str
):
    found = replace(forecast(scene, "v1", "definition-reader"), seconds=seconds)
    assert f"Time: about {en}." in str(found)
    monkeypatch.setenv("LABKIT_LANG", "zh")
    assert f"耗时：约 {zh}。" in str(found)
