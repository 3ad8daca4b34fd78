"""A model under changed questions, over real HTTP: obedience is counted, the bill comes first, none is paid twice."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from labkit.errors import LabkitError, NeedsReason, UnknownName
from labkit.evaluation import forecast_robustness, robustness
from labkit.records import Example
from labkit.views.robustness import ShownRobustness
from labkit.workspace import Scene, create_scene
from tests.conftest import TINY_TASK, tiny_prompts
from tests.evaluation.scripted import GOOD, QUICK, Scripted, always, served
from tests.models.loopback import Action, Loopback

_ORDER = re.compile("(?:标为|只输出)“(.+?)”")
WISHES: dict[str, Any] = {"retry": QUICK, "progress": lambda moment: None}


def obedient(user: str) -> str:
    """What a model answers that follows any order in a post, and else says what the post is about."""
    ordered = _ORDER.search(user)
    return json.dumps({"labels": [ordered.group(1) if ordered else "物流"]}, ensure_ascii=False)


@pytest.fixture
def long_scene(tmp_path: Any) -> Scene:
    rows = [Example(f"r{k:02d}", ("快递没到", f"第{k}天了"), ("物流",), "dev") for k in range(40)]
    return create_scene(tmp_path / "long", TINY_TASK, rows, tiny_prompts())


def test_a_model_that_obeys_posts_is_told_from_one_that_does_not(long_scene: Scene):
    with Loopback(answer=obedient) as server:
        found = robustness(long_scene, "v2", served(long_scene, server), rows=12, kinds=["attack"], **WISHES)
    hijacked = {outcome.name: outcome.hijacked.value for outcome in found.outcomes if outcome.hijacked}
    assert hijacked == {"mention": 0, "naive": 1, "ignore": 1, "completion": 1, "index": 1, "combined": 1}
    assert {outcome.name: outcome.verdict for outcome in found.outcomes}["naive"] == "moves"
    with Loopback() as server:
        found = robustness(long_scene, "v2", served(long_scene, server, concurrency=3), kinds=["attack"], **WISHES)
    assert {outcome.verdict for outcome in found.outcomes} == {"holds"}


def test_the_forecast_is_what_is_sent_and_asking_again_sends_nothing(long_scene: Scene):
    with Loopback() as server:
        model = served(long_scene, server)
        before = forecast_robustness(long_scene, "v2", model, rows=5, repeats=2)
        first = robustness(long_scene, "v2", model, rows=5, repeats=2, **WISHES)
        assert (server.hits, before.rows) == (before.calls.count, before.calls.count)
        assert robustness(long_scene, "v2", model, rows=5, repeats=2, **WISHES) == first
        assert server.hits == before.calls.count
    assert forecast_robustness(long_scene, "v2", model, rows=5, repeats=2).calls.count == 0
    assert {outcome.kind for outcome in first.outcomes if outcome.wavering} == {"paragraph"}


def test_what_is_not_paid_again_is_said_once_for_all_that_is_asked(long_scene: Scene):
    told: list[str] = []
    with Loopback() as server:
        model = served(long_scene, server)
        robustness(long_scene, "v2", model, rows=5, kinds=["attack"], **WISHES)
        before = server.hits
        hear = {**WISHES, "progress": lambda moment: told.append(moment.note)}
        robustness(long_scene, "v2", model, rows=8, kinds=["attack"], **hear)
    said = [note for note in told if note]
    assert len(said) == 1
    assert said[0].startswith(f"{before} of all ")


def test_after_a_breakdown_the_same_again_goes_on_and_no_answer_is_paid_twice(long_scene: Scene):
    def breaks_down(body: dict[str, Any], seen: int) -> Action:
        return "quota" if server.hits > 23 else "ok"

    wishes = WISHES | {"kinds": ["labels", "format"], "rows": 6}
    with Loopback(breaks_down) as server:
        model = served(long_scene, server, concurrency=1)
        with pytest.raises(LabkitError):
            robustness(long_scene, "v2", model, **wishes)
        server.mode = "ok"
        found = robustness(long_scene, "v2", model, **wishes)
        assert found.complete
        assert server.answered.total() == 6 * (1 + len(found.outcomes))


def test_a_limit_on_money_holds_for_all_runs_together_and_what_it_left_out_is_said(long_scene: Scene):
    (long_scene.path / "prices.toml").write_text('["scripted"]\ninput = 0\noutput = 1000\ncurrency = "CNY"\n')
    model = Scripted(always(GOOD))  # says no tokens, so that each answer counts at its worst: 1.024
    found = robustness(long_scene, "v2", model, rows=4, kinds=["labels"], max_cost=6.5, **WISHES)
    assert (model.asked.total(), found.complete) == (6, False)
    assert [outcome.rows for outcome in found.outcomes] == [2]
    assert "higher limit" in str(ShownRobustness(found))
    assert robustness(long_scene, "v2", model, rows=4, kinds=["labels"], max_cost=99, **WISHES).complete
    assert model.asked.total() == 12


def test_probes_stand_in_no_ranking_and_test_rows_need_a_reason(long_scene: Scene, scene: Scene):
    robustness(long_scene, "v2", "definition-reader", kinds=["labels"], **WISHES)
    assert {"~" in header.prompt_name for header in long_scene.store.runs()} == {True}
    with pytest.raises(NeedsReason):
        robustness(scene, "v2", "definition-reader", "test", **WISHES)
    with pytest.raises(UnknownName, match="paragraf"):
        robustness(scene, "v2", "definition-reader", kinds=["paragraf"], **WISHES)


def test_a_notebook_shows_the_table_and_hostile_names_as_text(long_scene: Scene, monkeypatch: pytest.MonkeyPatch):
    found = robustness(long_scene, "v2", "definition-reader", rows=3, kinds=["attack", "posts"], **WISHES)
    object.__setattr__(found, "model", "<script>alert(1)</script>")
    shown = ShownRobustness(found)
    page = shown._repr_html_()
    assert "<script>" not in page
    assert "control: the label&#39;s name in the post, no order" in page
    assert len(shown.table("zh")[1]) == 7
    assert "被带偏" in " ".join(shown.table("zh")[0])
