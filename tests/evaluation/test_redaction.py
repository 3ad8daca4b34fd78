"""Without the quoted words: which labels go, which stay, and which rows cannot be tested."""

from __future__ import annotations

import json

import pytest

import labkit
from labkit.errors import BadData, NeedsReason
from labkit.evaluation import evaluate
from labkit.records import Request
from labkit.workspace import Scene
from tests.evaluation.scripted import GOOD, Answering, Scripted, always, quiet


class Quoting(Answering):
    """Answers 退款 where the post says 退, 物流 otherwise, and quotes 退款 or the post's first two characters."""

    name, batch_size = "quoting", 8

    def text(self, request: Request) -> str:
        post = post_of(request)
        label, quote = ("退款", "退款") if "退款" in post else ("物流", post[:2])
        answer = {"rationale": "", "evidence": [{"post": 1, "quote": quote}], "definition": label, "labels": [label]}
        return json.dumps(answer, ensure_ascii=False)


def post_of(request: Request) -> str:
    return request.messages[1].content.splitlines()[0].split(": ", 1)[1]


def test_labels_that_hang_on_their_quotes_go_and_the_others_stay(scene: Scene):
    model = Quoting()
    run = evaluate(scene, "v2", model, progress=quiet)
    model.asked.clear()
    found = labkit.redact(scene, run, model, progress=quiet)
    refunds = {row.example.id for row in run.rows if row.prediction.labels == ("退款",)}
    assert set(found.gone) == refunds
    assert set(found.stayed) == {row.example.id for row in run.rows} - refunds
    assert found.share.value == len(refunds) / 16
    assert not any("退款" in post_of(request) for request in model.asked)
    asked = len(model.asked)
    assert labkit.redact(scene, run.id, model, progress=quiet).gone == found.gone
    assert len(model.asked) == asked


def test_redacted_posts_stand_in_no_score_and_leave_the_scene_as_it_is(scene: Scene):
    before = (scene.path / "examples.jsonl").read_bytes()
    found = labkit.redact(scene, evaluate(scene, "v2", "definition-reader", progress=quiet), limit=3, progress=quiet)
    assert (found.after.header.split, found.after.header.prompt_name) == ("redacted", "v2~redacted")
    assert len(found.after.rows) == 3
    assert (scene.path / "examples.jsonl").read_bytes() == before


def test_rows_that_cannot_be_tested_are_counted_and_none_at_all_is_an_error(scene: Scene):
    run = evaluate(scene, "v2", "definition-reader", progress=quiet)
    found = labkit.redact(scene, run, progress=quiet)
    assert len(found.after.rows) + sum(found.untested.values()) == len(run.rows)
    bare = Scripted(always(GOOD))
    with pytest.raises(BadData, match="quotes words that stand in its post"):
        labkit.redact(scene, evaluate(scene, "v2", bare, progress=quiet), bare, progress=quiet)


def test_test_rows_are_not_worn_out_by_it(scene: Scene):
    run = evaluate(scene, "v2", "definition-reader", "test", reason="a decision", progress=quiet)
    with pytest.raises(NeedsReason):
        labkit.redact(scene, run, progress=quiet)
