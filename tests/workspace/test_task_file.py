"""task.yaml: what is written reads back, labels stay text, and a slip is named with its fix."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.errors import BadTask
from labkit.records import Bar, Task
from labkit.tables.language import default_item
from labkit.workspace import task_from_yaml, task_to_yaml

MINIMAL = "name: a\nlabels: [x, y]\n"
LINE = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=20).filter(
    lambda text: text == text.strip()
)
LABEL = LINE | st.sampled_from(
    ["null", "None", "NA", "~", "yes", "no", "1", "1.0", "- a", "a: b", "#", "'", "[]", "=1"]
)
NAME = st.sampled_from(["tiny", "微博_客服", "null", "v1.2", "1", "a b", "yes"])
SHARE = st.floats(0, 1)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    labels = draw(st.lists(LABEL, min_size=1, max_size=6, unique=True))
    cut = draw(st.integers(0, len(labels)))
    language = draw(st.sampled_from(["zh", "en"]))
    bar = Bar(
        metric=draw(st.sampled_from(["macro_f1", "micro_f1", "accuracy"])),
        value=draw(SHARE),
        minimum_recall=draw(st.dictionaries(st.sampled_from(labels), SHARE, max_size=2)),
        monthly_volume=draw(st.none() | st.integers(0, 10**9)),
        monthly_budget=draw(st.none() | st.floats(0, 1e9)),
        currency=draw(st.sampled_from(["CNY", "USD"])),
        latency_p95_s=draw(st.none() | st.floats(0.001, 100)),
    )
    return Task(
        name=draw(NAME),
        labels=tuple(labels),
        language=language,
        item=draw(LINE),
        multi_label=draw(st.booleans()),
        allow_none=draw(st.booleans()),
        subtasks=draw(st.sampled_from([{}, {"first": tuple(labels[:cut]), "second": tuple(labels[cut:])}])),
        bar=bar,
        test_sha256=draw(st.none() | st.just("0f" * 32)),
        style=draw(st.just("") | LINE),
    )


@settings(max_examples=100, deadline=None)
@given(tasks())
def test_a_task_reads_back_as_it_was_written(task: Task):
    assert task_from_yaml(task_to_yaml(task), "task.yaml") == task


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80) | st.text("nameblsr:[]{}-&*!|>'\"#,?% \n\t", max_size=60).map(lambda text: MINIMAL + text))
def test_any_text_is_a_task_or_one_line_that_says_what_is_wrong(text: str):
    problem = ""
    try:
        task_from_yaml(text, "task.yaml")
    except BadTask as error:
        problem = str(error)
    assert not problem or "task.yaml" in problem or "name of a task" in problem
    assert "\n" not in problem


def test_what_the_file_leaves_out_has_a_default():
    task = task_from_yaml(MINIMAL + "bar: null\nitem:\n", "task.yaml")
    assert (task.item, task.bar, task.multi_label) == (default_item("en"), Bar(), False)
    assert task_from_yaml(MINIMAL + "language: zh", "task.yaml").item == "微博"


def test_words_that_yaml_would_change_stay_labels():
    text = "name: a\nlabels: [null, ~, yes, no, 1, 1.0, 2026-01-01, 0x1f]\n"
    labels = task_from_yaml(text, "task.yaml").labels
    assert labels == ("null", "~", "yes", "no", "1", "1.0", "2026-01-01", "0x1f")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (MINIMAL + "multilabel: true", "unknown key 'multilabel'. Did you mean 'multi_label'?"),
        (MINIMAL + "barr: null", "unknown key 'barr'. Did you mean 'bar'?"),
        (MINIMAL + "bar: {metrics: accuracy}", "unknown key 'bar.metrics'. Did you mean 'metric'?"),
        (MINIMAL + "zzz: 1", "unknown key 'zzz'. Known: name, language"),
        (MINIMAL + "bar: {value: 85}", "bar.value"),
        (MINIMAL + "bar: {metric: f1}", "bar.metric"),
        (MINIMAL + "bar: {minimum_recall: {z: 0.5}}", "names 'z', which is not a label"),
        (MINIMAL + "bar: {minimum_recall: {x: 5}}", "not between 0 and 1"),
        (MINIMAL + "language: fr", "language"),
        (MINIMAL + "test_sha256: abc", "test_sha256"),
        (MINIMAL + "name: b", "the key 'name' stands twice"),
        (MINIMAL + "subtasks: {s: {labels: [z]}}", "'z', which is not under labels"),
        (MINIMAL + "subtasks: {s: {labels: [x]}, t: {labels: [x]}}", "'x' is in the subtasks 's' and 't'"),
        ("labels: [x]", "has no 'name'"),
        ("name: a\nlabels: []", "labels"),
        ("name: a\nlabels: [x, x]", "'x' stands twice"),
        ("name: a\nlabels: [x, 'y ']", "'y ' is empty, or has outer spaces"),
        ("name: ../a\nlabels: [x]", "'../a' cannot be the name of a task"),
        ("name: [a", "is not YAML (line 1"),
        ("- a", "holds no 'key: value' lines"),
        ("", "holds no 'key: value' lines"),
        (MINIMAL + "a: !!python/object/apply:os.system [x]", "unknown key 'a'"),
        ("#" * 1_000_001, "longer than 1,000,000 characters"),
    ],
)
def test_a_slip_is_named_with_its_fix(text: str, problem: str):
    with pytest.raises(BadTask) as caught:
        task_from_yaml(text, "scenes/a/task.yaml")
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
