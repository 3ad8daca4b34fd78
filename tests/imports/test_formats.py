"""Each foreign format: its answers, ids, repeats, failures, tokens and seconds; all else is refused in one line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labkit.errors import BadData, LabkitError, MissingExtra
from labkit.imports.answers import Answer, AnswerFile, Wanted
from labkit.imports.inspect_log import read_inspect
from labkit.imports.lm_eval import read_lm_eval
from labkit.imports.openai_batch import read_openai_batch
from labkit.imports.promptfoo import read_promptfoo
from labkit.records import Usage
from labkit.tables import limits
from labkit.texts import Line
from tests.imports import foreign
from tests.imports.foreign import reply, write_json, write_lines


def only(found: AnswerFile) -> Answer:
    (answer,) = found.answers
    return answer


@pytest.mark.parametrize("name", ["results.json", "results.jsonl"])
def test_promptfoo_results_hold_the_answer_its_row_and_what_it_took(tmp_path: Path, name: str):
    result = foreign.promptfoo_result(reply("退款"), id="d1", post="第1条微博")
    found = read_promptfoo(foreign.promptfoo_file(tmp_path / name, [result]), Wanted())
    answer = only(found)
    assert (found.model, found.prompt) == ("openai:gpt-4.1", "v1")
    assert (answer.id, answer.text, answer.latency_s) == ("d1", reply("退款"), 1.234)
    assert answer.texts == ("d1", "第1条微博")
    assert (answer.usage, answer.finish_reason, answer.error) == (Usage(100, None, 13), "stop", None)


def test_promptfoo_s_own_cache_says_nothing_about_time_and_tokens(tmp_path: Path):
    result = foreign.promptfoo_result(reply("退款"), id="d1")
    result["response"] |= {"cached": True, "tokenUsage": {"total": 113, "cached": 113}}
    answer = only(read_promptfoo(foreign.promptfoo_file(tmp_path / "r.json", [result]), Wanted()))
    assert (answer.latency_s, answer.usage) == (None, Usage())


def test_a_failed_assertion_of_promptfoo_is_an_answer_and_an_error_is_none(tmp_path: Path):
    wrong = foreign.promptfoo_result("物流", id="d1") | {"failureReason": 1, "error": "Expected 退款", "success": False}
    broken = foreign.promptfoo_result(None, id="d2") | {"failureReason": 2, "error": "API error: 500"}
    del broken["response"]
    found = read_promptfoo(foreign.promptfoo_file(tmp_path / "r.json", [wrong, broken]), Wanted()).answers
    assert [(answer.text, answer.error) for answer in found] == [("物流", None), ("", "API error: 500")]


def test_promptfoo_ids_may_stand_in_the_metadata_and_outputs_may_be_objects(tmp_path: Path):
    result = foreign.promptfoo_result({"labels": ["退款"]}, post="x")
    result["testCase"]["metadata"] = {"row": 12}
    answer = only(read_promptfoo(foreign.promptfoo_file(tmp_path / "r.json", [result]), Wanted(id="row")))
    assert (answer.id, json.loads(answer.text)) == ("12", {"labels": ["退款"]})


def test_results_of_several_providers_need_a_choice(tmp_path: Path):
    results = [
        foreign.promptfoo_result(reply("退款"), provider=provider, prompt=prompt, id=f"d{k}")
        for provider in ("openai:a", "openai:b")
        for prompt in ("v1", "v2")
        for k in range(2)
    ]
    path = foreign.promptfoo_file(tmp_path / "r.json", results)
    with pytest.raises(BadData, match=r"several providers or prompts: openai:a with v1 \(2\); .*--model and --prompt"):
        read_promptfoo(path, Wanted())
    with pytest.raises(BadData, match="several"):
        read_promptfoo(path, Wanted(model="openai:b"))
    with pytest.raises(BadData, match="several"):
        read_promptfoo(path, Wanted(model="openai:c", prompt="v1"))
    found = read_promptfoo(path, Wanted(model="openai:b", prompt="v2"))
    assert (found.model, found.prompt, len(found.answers)) == ("openai:b", "v2", 2)


def test_a_batch_s_output_is_read_by_its_custom_ids(tmp_path: Path):
    lines = [
        foreign.batch_line("d1", reply("退款"), reasoning_content="想了想"),
        foreign.batch_line("d2/repeat-3", reply("物流")),
        {
            "custom_id": "d3",
            "response": {"status_code": 429, "body": {"error": {"message": "slow down"}}},
            "error": None,
        },
        {"custom_id": "d4", "response": None, "error": {"code": "batch_expired", "message": "expired"}},
        {"custom_id": "d5", "response": {"status_code": 500, "body": {}}, "error": None},
    ]
    found = read_openai_batch(write_lines(tmp_path / "out.jsonl", lines), Wanted())
    first = found.answers[0]
    assert found.model == first.served_by == "gpt-4.1-mini-2025-04-14"
    assert (first.id, first.repeat, first.text, first.reasoning) == ("d1", 0, reply("退款"), "想了想")
    assert first.usage == Usage(900, 768, 20)
    assert [(a.id, a.repeat) for a in found.answers[1:3]] == [("d2", 3), ("d3", 0)]
    assert [a.error for a in found.answers[2:]] == ["slow down", "expired", "no answer in the batch (status 500)"]


def test_a_batch_s_input_file_is_refused(tmp_path: Path):
    line = {"custom_id": "d1", "method": "POST", "url": "/v1/chat/completions", "body": {}}
    with pytest.raises(BadData, match=r"line 1 is no line of a batch's output.*not the input"):
        read_openai_batch(write_lines(tmp_path / "in.jsonl", [line]), Wanted())


@pytest.mark.parametrize("name", ["log.json", "log.eval"])
def test_an_inspect_log_holds_epochs_tokens_and_seconds(tmp_path: Path, name: str):
    samples = [foreign.inspect_sample("d1", reply("退款"), epoch=epoch) for epoch in (1, 2)]
    path = tmp_path / name
    path = (
        foreign.eval_file(path, samples) if path.suffix == ".eval" else write_json(path, foreign.inspect_log(samples))
    )
    found = read_inspect(path, Wanted())
    assert (found.model, found.prompt) == ("mockllm/model", "sorting")
    assert [(a.id, a.repeat, a.text, a.latency_s) for a in found.answers] == [
        ("d1", 0, reply("退款"), 0.75),
        ("d1", 1, reply("退款"), 0.75),
    ]
    assert found.answers[0].usage == Usage(100, 90, 3)  # Inspect counts cached tokens apart


def test_an_inspect_sample_may_have_failed_been_cut_off_or_answered_in_parts(tmp_path: Path):
    failed = foreign.inspect_sample("d1", "", error={"message": "boom"})
    cut = foreign.inspect_sample("d2", "{")
    cut["output"]["choices"][0]["stop_reason"] = "max_tokens"
    parts = foreign.inspect_sample("d3", "")
    parts["output"]["choices"][0]["message"]["content"] = [
        {"type": "reasoning", "reasoning": "想"},
        {"type": "text", "text": reply("退款")},
    ]
    empty = foreign.inspect_sample("d4", "") | {"output": {"choices": []}}
    path = write_json(tmp_path / "log.json", foreign.inspect_log([failed, cut, parts, empty]))
    found = read_inspect(path, Wanted()).answers
    assert [a.error for a in found] == ["boom", None, None, "Inspect kept no output"]
    assert (found[1].finish_reason, found[2].text) == ("length", reply("退款"))


def test_a_metadata_field_may_hold_the_id_of_an_inspect_sample(tmp_path: Path):
    path = write_json(
        tmp_path / "log.json", foreign.inspect_log([foreign.inspect_sample(1, "退款", metadata={"row": "d4"})])
    )
    assert only(read_inspect(path, Wanted(id="row"))).id == "d4"
    assert only(read_inspect(path, Wanted())).id == "1"


@pytest.mark.parametrize("name", ["scores.jsonl", "scores.json"])
def test_precomputed_scores_are_answers_with_rationales(tmp_path: Path, name: str):
    records = [
        {"id": "d1", "value": 1, "answer": "退款", "explanation": "要钱"},
        {"id": "d2", "value": 0, "epoch": 2, "answer": "物流"},
        {"id": "d3", "value": 0},
    ]
    path = (write_lines if name.endswith("l") else write_json)(tmp_path / name, records)
    found = read_inspect(path, Wanted()).answers
    assert [(a.id, a.repeat, a.text, a.rationale, a.error) for a in found] == [
        ("d1", 0, "退款", "要钱", None),
        ("d2", 1, "物流", "", None),
        ("d3", 0, "", "", "no answer beside the score"),
    ]


def test_a_log_packed_with_zstandard_needs_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = foreign.eval_file(tmp_path / "log.eval", [foreign.inspect_sample("d1", "退款")])
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingExtra, match=r"Zstandard needs the extra 'inspect'"):
        read_inspect(path, Wanted())
    stored = {
        name: json.dumps(value).encode()
        for name, value in foreign.inspect_members([foreign.inspect_sample("d1", "退款")]).items()
    }
    assert only(read_inspect(foreign.zip_of(tmp_path / "stored.eval", stored, method=0), Wanted())).id == "d1"


def test_a_packed_log_does_not_unpack_without_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    bomb = foreign.zip_of(tmp_path / "bomb.eval", {"samples/d1_epoch_1.json": b" " * 40_000_000}, claimed=10)
    assert bomb.stat().st_size < 10_000
    with pytest.raises(BadData, match="unpacks to over"):
        read_inspect(bomb, Wanted())
    monkeypatch.setattr("labkit.imports.archive.JSON_ARRAY_BYTES", 2_000)
    samples = [foreign.inspect_sample(f"d{k}", "退款") for k in range(9)]
    with pytest.raises(BadData, match="unpacks to over 2,000 bytes"):
        read_inspect(foreign.eval_file(tmp_path / "many.eval", samples), Wanted())


@pytest.mark.parametrize("damage", ["cut", "not a zip", "other method", "no zstandard inside"])
def test_a_damaged_log_is_one_line(tmp_path: Path, damage: str):
    path = foreign.eval_file(tmp_path / "log.eval", [foreign.inspect_sample("d1", "退款")])
    content = path.read_bytes()
    if damage == "other method":
        foreign.zip_of(path, {"header.json": b"{}"}, method=14)
    elif damage == "no zstandard inside":
        path.write_bytes(content.replace(b"\x28\xb5\x2f\xfd", b"\x00\x00\x00\x00"))
    else:
        path.write_bytes(content[:-40] if damage == "cut" else b"PKnothing")
    with pytest.raises(BadData, match=r"log\.eval"):
        read_inspect(path, Wanted())


def test_samples_of_lm_eval_are_joined_by_a_field_of_their_doc_never_by_doc_id(tmp_path: Path):
    lines = [foreign.lm_eval_sample({"id": "d3", "post": "第3条微博"}, reply("退款"), number=0)]
    answer = only(read_lm_eval(write_lines(tmp_path / "samples_x.jsonl", lines), Wanted()))
    assert (answer.id, answer.text, answer.texts) == ("d3", reply("退款"), ("d3", "第3条微博"))
    lines = [foreign.lm_eval_sample({"post": "第3条微博"}, reply("退款"), number=0)]
    assert only(read_lm_eval(write_lines(tmp_path / "samples_y.jsonl", lines), Wanted())).id is None


def test_several_answers_of_lm_eval_are_repeats_and_several_filters_are_not(tmp_path: Path):
    lines = [foreign.lm_eval_sample({"id": "d3"}, "a", "b", filter_=name) for name in ("strict", "flexible")]
    found = read_lm_eval(write_lines(tmp_path / "s.jsonl", lines), Wanted()).answers
    assert [(a.repeat, a.text, a.extracted) for a in found] == [(0, "a", "a"), (1, "b", "b")]


def test_multiple_choice_of_lm_eval_is_answered_by_the_likeliest(tmp_path: Path):
    line = foreign.lm_eval_choice({"id": "d1"}, {"物流": -3.2, "退款": -0.4, "质量": float("-inf")})
    assert only(read_lm_eval(write_lines(tmp_path / "s.jsonl", [line]), Wanted())).text == "退款"


def test_multiple_choice_as_older_lm_eval_wrote_it_is_answered_by_the_likeliest(tmp_path: Path):
    line = foreign.lm_eval_choice({"id": "d1"}, {"物流": -3.2, "退款": -0.4})
    line["arguments"] = [[argument["arg_0"], argument["arg_1"]] for argument in line["arguments"].values()]
    line["resps"] = [[[-3.2, False]], [[-0.4, True]]]
    line["filtered_resps"] = [[-3.2, False], [-0.4, True]]
    assert only(read_lm_eval(write_lines(tmp_path / "s.jsonl", [line]), Wanted())).text == "退款"


def test_results_instead_of_samples_are_refused(tmp_path: Path):
    with pytest.raises(BadData, match="no sample of lm-eval"):
        read_lm_eval(write_lines(tmp_path / "s.jsonl", [{"results": {}}]), Wanted())


READERS = {
    "r.json": read_promptfoo, "r.jsonl": read_promptfoo, "b.jsonl": read_openai_batch, "i.json": read_inspect,
    "i.jsonl": read_inspect, "i.eval": read_inspect, "l.jsonl": read_lm_eval,
}  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
KEYS = st.sampled_from(
    [
        "id",
        "epoch",
        "results",
        "vars",
        "response",
        "output",
        "error",
        "provider",
        "prompt",
        "testCase",
        "custom_id",
        "body",
        "choices",
        "message",
        "content",
        "usage",
        "eval",
        "samples",
        "scores",
        "value",
        "answer",
        "metadata",
        "doc",
        "resps",
        "filtered_resps",
        "arguments",
        "filter",
        "tokenUsage",
    ]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=20
)
SKELETONS: dict[str, Any] = {
    "r.json": lambda value: {"results": {"results": [value, {"vars": value, "response": value, "testCase": value}]}},
    "r.jsonl": lambda value: {"vars": value, "response": value, "provider": value, "prompt": value},
    "b.jsonl": lambda value: {"custom_id": value, "response": {"body": value}, "error": value},
    "i.json": lambda value: {"eval": value, "samples": [value, {"id": value, "output": value, "scores": value}]},
    "i.jsonl": lambda value: {"id": value, "value": value, "answer": value, "metadata": value},
    "i.eval": lambda value: {"id": value, "output": {"choices": [{"message": {"content": value}}], "usage": value}},
    "l.jsonl": lambda value: {"doc": value, "resps": value, "filtered_resps": value, "arguments": value},
}


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=VALUES, bare=st.booleans())
def test_any_json_is_read_or_refused_in_our_own_words(tmp_path: Path, name: str, value: object, bare: bool):
    content = json.dumps(value if bare else SKELETONS[name](value)).encode()
    path = tmp_path / name
    if path.suffix == ".eval":
        foreign.zip_of(path, {"samples/x_epoch_1.json": content, "header.json": content})
    else:
        path.write_bytes(content)
    try:
        found = READERS[name](path, Wanted())
    except LabkitError as error:
        refusal = str(error)
        found = AnswerFile(())
    else:
        refusal = ""
    assert "\n" not in refusal
    for answer in found.answers:
        assert answer.repeat >= 0
        assert isinstance(answer.place, str | Line)
        assert all(isinstance(text, str) for text in (answer.text, *answer.texts))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"{", b'{"a": 1, "a": 2}', b"[NaN]", b"[" * 100_000, "\ufeff".encode()]
)
def test_no_json_is_one_line(tmp_path: Path, name: str, content: bytes):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadData) as caught:
        READERS[name](path, Wanted())
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_half_a_character_does_not_cost_the_file(tmp_path: Path):
    path = tmp_path / "b.jsonl"
    path.write_text(json.dumps(foreign.batch_line("d1", "\ud83d 退款")), encoding="utf-8")
    assert only(read_openai_batch(path, Wanted())).text == "\ufffd 退款"


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("labkit.imports.json_files.LINE_BYTES", 100)
    assert limits.LINE_BYTES > 100
    with pytest.raises(BadData, match=r"b\.jsonl line 1: longer than 100 bytes"):
        read_openai_batch(write_lines(tmp_path / "b.jsonl", [foreign.batch_line("d1", "x" * 200)]), Wanted())
