"""gate.yaml as a user writes it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.decision import Gate
from labkit.errors import BadInput, UnknownName
from labkit.records import Task
from labkit.workspace import Scene
from labkit.workspace.gate_file import read_gate


def write(scene: Scene, text: str) -> None:
    (scene.path / "gate.yaml").write_text(text, encoding="utf-8")


def test_without_a_file_the_bar_is_the_gate(scene: Scene):
    assert scene.gate() == Gate(minimum={"macro_f1": 0.8}, recall={"退款": 0.9})


def test_every_rule_is_read(scene: Scene):
    write(
        scene,
        "minimum: {macro_f1: .85, hamming_loss: 0.1}\nrecall: {退款: 0.9}\nno_label_worse_by: .03\n"
        "valid_answers: 0.99\nlatency_p95_s: 2\ncost_per_1000: 5\nmust_not_break: [dev-01, 007]\n",
    )
    assert scene.gate() == Gate(
        minimum={"macro_f1": 0.85, "hamming_loss": 0.1},
        recall={"退款": 0.9},
        no_label_worse_by=0.03,
        valid_answers=0.99,
        latency_p95_s=2,
        cost_per_1000=5,
        must_not_break=("dev-01", "007"),
    )


def test_labels_that_yaml_would_change_stay_labels(scene: Scene):
    write(scene, "recall: {no: 0.5, null: 0.6, 1: 0.7}")
    task: Task = replace(scene.task, labels=("no", "null", "1"))
    assert read_gate(scene.path, task).recall == {"no": 0.5, "null": 0.6, "1": 0.7}


@pytest.mark.parametrize(
    ("text", "error", "problem"),
    [
        ("minimun: {macro_f1: .8}", UnknownName, "'minimun'. Did you mean 'minimum'"),
        ("minimum: {macro_f: .8}", UnknownName, "Did you mean 'macro_f1'"),
        ("recall: {退货款: .8}", UnknownName, "Did you mean '退款'"),
        ("valid_answers: 99", BadInput, "not a number between 0 and 1"),
        ("latency_p95_s: -1", BadInput, "not a number of 0 or more"),
        ("latency_p95_s: nan", BadInput, "not a number"),
        ("must_not_break: dev-01", BadInput, "not a list of ids"),
        ("minimum: 0.8", BadInput, "not a list of 'name: value' lines"),
        ("{}", BadInput, "holds no rule"),
        ("", BadInput, "gate.yaml"),
        ("- a", BadInput, "gate.yaml"),
        ("a: [", BadInput, "cannot be read as YAML"),
        ("[" * 5000, BadInput, "cannot be read as YAML"),
    ],
)
def test_a_slip_is_named_with_its_fix(scene: Scene, text: str, error: type[Exception], problem: str):
    write(scene, text)
    with pytest.raises(error) as caught:
        scene.gate()
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
