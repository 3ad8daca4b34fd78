"""A definition is suggested, tried on four sets of rows, and accepted by a person or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import labkit
from labkit.errors import BadData, BadInput
from labkit.evaluation import evaluate
from labkit.improvement import suggest, suggestion_budget
from labkit.records import Definition, Run
from labkit.workspace import Scene, open_scene, pin, pinned
from labkit.workspace.annotation import write_examples
from tests.evaluation.scripted import QUICK, served
from tests.improvement.made_scene import GAP
from tests.models.loopback import Canned, Loopback, completion

PAIR = ("退款", "物流")
GOOD = {
    "label": "退款",
    "text": "要求退款，或问运费险怎么赔。",
    "includes": ["退钱"],
    "excludes": [],
    "why": "没提运费险",
}


def quiet(_: object) -> None:
    return


def confused(scene: Scene, model: str = "definition-reader") -> Run:
    return evaluate(scene, "v1", model, progress=quiet, retry=QUICK)


def reads_definitions(suggestion: object, asked: list[str]) -> Callable[[dict[str, Any], int], Canned]:
    """A server that suggests one thing when asked for a definition, and else goes by the definition of 退款."""

    def answer(body: dict[str, Any], _: int) -> Canned:
        system, user = (message["content"] for message in body["messages"])
        if system.startswith("You improve"):
            asked.append(user)
            said = suggestion if isinstance(suggestion, str) else json.dumps(suggestion, ensure_ascii=False)
            return 200, {}, completion(said)
        line = next(line for line in system.splitlines() if line.startswith("- 退款"))
        insured = "运费险" in user and "运费险" not in line
        label = "物流" if "快递" in user or insured else "质量" if "做工" in user else "退款"
        return 200, {}, completion(json.dumps({"labels": [label], "rationale": "说到" + label}, ensure_ascii=False))

    return answer


def test_words_of_the_pool_close_the_gap_and_are_tried_on_rows_they_do_not_come_from(gap: Scene):
    found = suggest(gap, confused(gap), PAIR, progress=quiet)
    assert (found.label, found.suggester, found.asked) == ("退款", "pool words", None)
    added = [change.after for change in found.diff.changes]
    assert any("险" in term or "赔" in term for term in added)
    assert found.after.definition_of("物流") == found.before.definition_of("物流")
    failing, right, pins, held_out = found.trial.sets
    assert (failing.rows, failing.before, len(failing.fixed)) == (7, 0, 7)
    assert (right.broken, pins.rows) == ((), 0)
    assert held_out.rows > 0 < held_out.after - held_out.before
    assert found.offered
    splits = {row.split for row in found.sets.rows}
    assert splits <= {"pool", "dev"}
    assert not set(found.seen) & {row.id for row in found.sets.held_out}


def test_accepting_writes_a_new_version_that_says_where_it_came_from(gap: Scene):
    run = confused(gap)
    before = (gap.path / "prompts" / "v1.md").read_bytes()
    found = labkit.suggest(gap, run, PAIR, progress=quiet)
    path = found.accept()
    assert path.name == "v2.md"
    assert (gap.path / "prompts" / "v1.md").read_bytes() == before
    message = gap.prompt("v2").message
    assert all(word in message for word in ("v1", "退款", "物流", run.id, "pool words"))
    assert gap.decisions()[-1]["kind"] == "suggestion"
    assert found.accept() == path  # the newest version says just this
    gap.save_version(gap.prompt("v1"))
    assert found.accept().name == "v4.md"  # and never over another one
    with pytest.raises(BadInput, match="No row of run"):
        suggest(gap, evaluate(gap, "v2", "definition-reader", progress=quiet), PAIR, progress=quiet)


def test_a_model_suggests_over_http_and_the_trial_is_recorded_like_any_run(gap: Scene):
    asked: list[str] = []
    with Loopback(reads_definitions(GOOD, asked)) as server:
        model = served(gap, server)
        run = confused(gap, model)
        found = suggest(gap, run, PAIR, model, progress=quiet, retry=QUICK)
        hits = server.hits
        again = suggest(gap, run, PAIR, model, progress=quiet, retry=QUICK)
        assert server.hits == hits  # nothing is paid for twice
    assert found.offered
    assert (found.why, found.label) == ("没提运费险", "退款")
    assert found.after.definition_of("退款") == Definition(
        "退款", GOOD["text"], ("退钱",), (), ("退我钱",)
    )  # the quoted examples stay
    assert again.trial == found.trial
    assert len(asked) == 1
    assert all(row.example.text in asked[0] and row.prediction.rationale in asked[0] for row in found.trouble.failing)
    test_posts = [row.text for row in gap.examples("test")]
    assert not any(post in asked[0] for post in test_posts)
    assert gap.store.load_run(str(found.asked)).rows[0].reply


def test_a_budget_says_what_is_sent_and_counts_the_calls_that_then_come(gap: Scene):
    asked: list[str] = []
    with Loopback(reads_definitions(GOOD, asked)) as server:
        model = served(gap, server)
        run = confused(gap, model)
        hits, runs = server.hits, len(gap.store.runs())
        budget = suggestion_budget(gap, run, PAIR, model)
        assert (server.hits, len(gap.store.runs())) == (hits, runs)  # nothing is sent, nothing is written
        found = suggest(gap, run, PAIR, model, progress=quiet, retry=QUICK)
        calls = server.hits - hits
        again = suggestion_budget(gap, run, PAIR, model)
    request = budget.request
    assert request is not None
    assert [request.messages[-1].content] == asked
    assert budget.seen == found.seen
    assert budget.sets == {name: len(getattr(found.sets, name)) for name in budget.sets}
    assert request.expected.calls.count == 1
    assert request.expected.calls.cost is None  # the server's model has no price: unknown, not nothing
    assert 1 + budget.before.calls.count + budget.after.calls.count == calls
    assert again.request is not None
    assert (again.request.expected.calls.count, again.before.calls.count) == (0, 0)


def test_words_of_the_pool_ask_nobody_for_a_definition(gap: Scene):
    budget = suggestion_budget(gap, confused(gap), PAIR)
    assert budget.request is None
    assert budget.after.calls.count > 0
    assert budget.after.calls.cost == 0.0


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("I think you should …", "not one JSON object"),
        (json.dumps(GOOD) + json.dumps(GOOD), "not one JSON object"),
        ("[" * 5000, "not one JSON object"),
        ({**GOOD, "label": "质量"}, "may be changed"),
        ({**GOOD, "run": "rm -rf /"}, "exactly the keys"),
        ({**GOOD, "text": "   "}, "is empty"),
        ({**GOOD, "text": "{{posts}}"}, "placeholder"),
        ({**GOOD, "text": "长" * 2000}, "longer than"),
        ({**GOOD, "includes": "退钱"}, "not a list"),
        ({**GOOD, "includes": [{"a": 1}]}, "not text"),
        ({**GOOD, "label": ["退款"]}, "may be changed"),
        (
            {"label": "退款", "text": "要求退款。", "includes": ["退钱"], "excludes": ["质量"], "why": ""},
            "changes nothing",
        ),
    ],
)
def test_a_reply_that_is_no_definition_is_refused_in_one_line_and_kept(gap: Scene, reply: object, why: str):
    with Loopback(reads_definitions(reply, [])) as server:
        model = served(gap, server)
        with pytest.raises(BadData, match=why):
            suggest(gap, confused(gap, model), PAIR, model, progress=quiet, retry=QUICK)
    kept = [header for header in gap.store.runs() if header.prompt_name == "v1~suggestion"]
    assert len(kept) == 1
    assert gap.prompt_names() == ("v1",)


def test_hostile_words_of_a_suggester_stay_text(gap: Scene):
    hostile = "# Input\n<script>alert(1)</script> 运费险\u202e"
    with Loopback(reads_definitions({**GOOD, "text": hostile, "why": "<img src=x onerror=alert(1)>"}, [])) as server:
        model = served(gap, server)
        shown = labkit.suggest(gap, confused(gap, model), PAIR, model, progress=quiet, retry=QUICK)
    html = shown._repr_html_()
    assert "<script>" not in html
    assert "<img" not in html
    saved = gap.prompt(shown.accept().stem)
    assert saved.definition_of("退款").text == "Input <script>alert(1)</script> 运费险"  # type: ignore[union-attr]
    assert saved.input == gap.prompt("v1").input


def test_a_suggestion_that_breaks_what_was_right_is_not_offered(gap: Scene):
    """The server now answers 退款 only where the new definition's words are, which loses all other refunds."""

    def answer(body: dict[str, Any], _: int) -> Canned:
        system, user = (message["content"] for message in body["messages"])
        if system.startswith("You improve"):
            return 200, {}, completion(json.dumps(GOOD, ensure_ascii=False))
        changed = "运费险" in system
        label = "退款" if ("运费险" if changed else "要求退款") in user else "物流"
        return 200, {}, completion(json.dumps({"labels": [label]}, ensure_ascii=False))

    with Loopback(answer) as server:
        model = served(gap, server)
        found = suggest(gap, confused(gap, model), PAIR, model, progress=quiet, retry=QUICK)
    assert found.trial.of("failing").passes
    assert not found.trial.of("right").passes
    assert not found.offered
    with pytest.raises(BadInput, match="did not pass"):
        found.accept()
    assert gap.prompt_names() == ("v1",)


def test_one_pinned_row_that_breaks_is_enough(gap: Scene):
    run = confused(gap)
    free = suggest(gap, run, PAIR, progress=quiet)
    assert free.offered
    row = next(row for row in gap.rows if row.split == "dev" and GAP in row.text)
    wrong = replace(row, id="r999", labels=("物流",), group="author-999")  # gold that the change must lose
    scene = labkit.open_scene(gap.path)
    scene = replace(scene, rows=(*scene.rows, wrong))
    pin(scene, ["r999"], "the business insists")
    found = suggest(scene, run, PAIR, progress=quiet)
    assert found.trial.of("pinned").broken == ("r999",)
    assert not found.offered


def test_gold_that_is_corrected_after_a_trial_changes_its_table_and_whether_it_is_offered(gap: Scene):
    found = suggest(gap, confused(gap), PAIR, progress=quiet)
    assert found.offered
    failing = found.trial.of("failing")
    for row in failing.fixed:
        gap.fix_gold(row, ["物流"], "freight is delivery after all")
    now = found.trial.of("failing")
    assert (now.before, now.after, now.broken) == (failing.rows, 0, failing.fixed)
    assert not found.offered
    with pytest.raises(BadInput, match="did not pass"):
        found.accept()
    for row in failing.fixed:
        gap.fix_gold(row, ["退款"], "taken back")
    assert found.trial.of("failing") == failing
    assert found.offered


def test_rows_are_pinned_and_unpinned_with_a_reason(gap: Scene):
    dev = gap.examples("dev")[0].id
    assert pin(gap, [dev], "a promise") == (dev,)
    assert pin(gap, dev) == (dev,)
    pins = [line for line in gap.decisions() if line["kind"] == "pin"]
    assert [(line["id"], line["to"], line["reason"]) for line in pins] == [(dev, True, "a promise")]
    assert pin(gap, dev, remove=True) == pinned(gap) == ()
    with pytest.raises(BadInput, match="test row"):
        pin(gap, gap.examples("test")[0].id)
    with pytest.raises(BadInput, match="There is no row"):
        pin(gap, "nowhere")


def test_test_rows_guide_no_suggestion(gap: Scene):
    run = evaluate(gap, "v1", "definition-reader", "test", reason="decide", progress=quiet)
    with pytest.raises(BadInput, match="test rows"):
        suggest(gap, run, PAIR, progress=quiet)
    every = evaluate(gap, "v1", "definition-reader", "all", reason="decide", progress=quiet)
    found = suggest(gap, every, PAIR, progress=quiet)
    assert {row.split for row in found.sets.rows} <= {"pool", "dev"}


def test_rows_that_have_become_test_rows_guide_no_suggestion(gap: Scene):
    run = confused(gap)
    failing = next(found for found in labkit.confusions(run) if (found.gold, found.predicted) == PAIR).rows
    moved = [replace(row, split="test") if row.id == failing[0] else row for row in gap.rows]
    write_examples(gap, moved)
    found = suggest(open_scene(gap.path), run.id, PAIR, progress=quiet)
    assert failing[0] not in {row.id for row in found.sets.rows}
    assert {row.example.id for row in found.trouble.failing} == set(failing[1:])


def test_a_limit_holds_for_everything_together_and_offers_nothing_half_tried(gap: Scene):
    (gap.path / "prices.toml").write_text(
        '["loopback/m"]\ninput = 100.0\noutput = 100.0\ncurrency = "CNY"\ndate = "2026-11-01"\nsource = "test"\n',
        encoding="utf-8",
    )
    with Loopback(reads_definitions(GOOD, [])) as server:
        model = served(gap, server, max_tokens=50)
        run = confused(gap, model)
        found = suggest(gap, run, PAIR, model, max_cost=0.4, progress=quiet, retry=QUICK)
        assert not found.trial.complete
        assert not found.offered
        whole = suggest(gap, run, PAIR, model, progress=quiet, retry=QUICK)
    assert whole.offered
