"""A run as a file: what is written is read back as the same run, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadData
from labkit.parsing import parse_reply
from labkit.records import Example, Reply, Run, RunHeader, RunRow, Usage, examples_sha256
from labkit.store import run_from_jsonl, run_to_jsonl
from tests.conftest import TINY_TASK

TEXTS = st.text(st.characters(), max_size=40)
COUNTS = st.none() | st.integers(0, 10**9)


def row(example: Example, reply: Reply, repeat: int = 0, batched: bool = False) -> RunRow:
    return RunRow(
        example=example,
        prediction=parse_reply(reply, TINY_TASK, example),
        reply=reply.text,
        finish_reason=reply.finish_reason,
        attempts=1,
        latency_s=reply.latency_s,
        usage=reply.usage,
        repeat=repeat,
        batched=batched,
        served_by=reply.served_by,
        reasoning=reply.reasoning,
        probabilities=reply.probabilities,
    )


def run_of(rows: list[RunRow], repeats: int = 1) -> Run:
    asked = list({row.example.id: row.example for row in rows}.values())
    header = RunHeader(
        run="r1", scene="tiny", prompt_name="v1", prompt_sha256="0", prompt_text="# System message", model="m/x",
        parameters={"temperature": 0.0}, split="dev", examples_sha256=examples_sha256(asked), created="2026-01-01",
        labkit="0", repeats=repeats,
    )  # fmt: skip
    return Run(header, TINY_TASK, tuple(rows))


EXAMPLE = Example("a", ("快递没到",), ("物流",), "dev")
ANSWER = Reply('{"rationale": "快递", "labels": ["物流"]}', b"", usage=Usage(10, 5, 3), latency_s=0.5)
RUN = run_of([row(EXAMPLE, ANSWER)])


REPLIES = st.builds(
    Reply,
    text=TEXTS,
    raw=st.just(b""),
    finish_reason=st.none() | TEXTS,
    usage=st.builds(Usage, COUNTS, COUNTS, COUNTS),
    latency_s=st.floats(0, 1e6),
    served_by=st.none() | TEXTS,
    reasoning=TEXTS,
    probabilities=st.none() | st.dictionaries(TEXTS, st.floats(0, 1), max_size=3),
)


@given(replies=st.lists(REPLIES, min_size=1, max_size=4), repeats=st.integers(1, 3), batched=st.booleans())
def test_what_was_written_is_read_back(replies: list[Reply], repeats: int, batched: bool):
    examples = [Example(f"id{k}", ("快递没到",), ("物流",), "dev") for k in range(len(replies))]
    rows = [
        row(e, reply, repeat, batched) for e, reply in zip(examples, replies, strict=True) for repeat in range(repeats)
    ]
    run = run_of(rows, repeats)
    lines = [json.loads(json.dumps(record)) for record in run_to_jsonl(run)]
    assert run_from_jsonl(lines, TINY_TASK, examples, "file") == run


def test_a_later_field_is_passed_over_and_a_later_format_refused():
    head, *rows = run_to_jsonl(RUN)
    assert run_from_jsonl([{**head, "colour": "red"}, *rows], TINY_TASK, [EXAMPLE], "file") == RUN
    with pytest.raises(BadData, match="newer labkit"):
        run_from_jsonl([{**head, "format": 99}, *rows], TINY_TASK, [EXAMPLE], "file")


def broken(**changes: Any) -> list[dict[str, Any]]:
    head, line = run_to_jsonl(RUN)
    return [{**head, **changes.pop("head", {})}, {**line, **changes}]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "file line 1 is no line of a run file"),
        ([{"record": "run"}], "file line 1 is no line of a run file"),
        (broken(head={"run": "../../etc/passwd"}), "line 1"),
        (broken(head={"repeats": 2}), "other rows"),
        (broken(head={"examples_sha256": "0"}), "other rows"),
        (broken(id="b"), "no row 'b'"),
        (broken(status="fine"), "line 2"),
        (broken(attempts=-1), "line 2"),
        (broken(reply_base64="%%%"), "reply_base64"),
        ([*broken(), run_to_jsonl(RUN)[1]], "other rows"),
        (broken()[:1], "other rows"),
    ],
)
def test_what_is_no_run_of_this_scene_is_refused_in_a_line(lines: list[dict[str, Any]], says: str):
    with pytest.raises(BadData, match=says) as refused:
        run_from_jsonl(lines, TINY_TASK, [EXAMPLE], "file")
    assert "\n" not in str(refused.value)


def test_rows_that_have_changed_since_are_refused():
    changed = replace(EXAMPLE, items=("快递到了",))
    with pytest.raises(BadData, match="other rows"):
        run_from_jsonl(run_to_jsonl(RUN), TINY_TASK, [changed], "file")
