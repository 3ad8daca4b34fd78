"""`labkit gate`: every rule with what was measured; exit code 1 when one says no."""

from __future__ import annotations

import json
from typing import Any

import pytest

from labkit.workspace import Scene
from tests.cli.conftest import Command, kept_files
from tests.cli.test_compare import refuse, run_of

TEST = ("--split", "test", "--reason", "gate of a test")


def gated(labkit: Command, scene: Scene, run: str, *words: object) -> tuple[int, dict[str, Any]]:
    code, out, err = labkit("gate", scene.path, run, *words, "--json")
    assert code in (0, 1), err
    return code, json.loads(out, parse_constant=refuse)


def write_gate(scene: Scene, text: str) -> None:
    (scene.path / "gate.yaml").write_text(text, encoding="utf-8")


def test_a_run_that_holds_every_rule_passes(labkit: Command, scene: Scene):
    write_gate(scene, "minimum: {macro_f1: 0.3}\nvalid_answers: 0.9\nlatency_p95_s: 60\nmust_not_break: []\n")
    run = run_of(labkit, scene, "v2", "definition-reader", *TEST)
    code, found = gated(labkit, scene, run[:-1])
    assert (code, found["run"], found["passed"]) == (0, run, True)
    assert found["gate"]["minimum"] == {"macro_f1": 0.3}
    assert [line["rule"] for line in found["lines"]][1:] == ["macro_f1", "valid answers", "latency"]
    assert set(found["lines"][1]) == {"rule", "wanted", "measured", "passed", "values"}
    assert found["lines"][1]["values"]["wanted"] == {"value": 0.3}
    code, out, _ = labkit("gate", scene.path, run)
    assert (code, f"The gate lets {run} pass." in out) == (0, True)


def test_a_run_below_the_bar_is_refused_with_exit_code_1(labkit: Command, scene: Scene):
    run = run_of(labkit, scene, "v1", "definition-reader", *TEST)
    code, out, err = labkit("gate", scene.path, run)
    assert code == 1
    assert f"The gate refuses {run}." in out
    assert "There is no gate.yaml" in err
    failed = [line["rule"] for line in gated(labkit, scene, run)[1]["lines"] if not line["passed"]]
    assert failed == ["macro_f1"]


@pytest.mark.parametrize("words", [(), ("--limit", 3, *TEST)])
def test_only_a_run_over_all_test_rows_can_pass(labkit: Command, scene: Scene, words: tuple[object, ...]):
    write_gate(scene, "valid_answers: 0\n")
    code, found = gated(labkit, scene, run_of(labkit, scene, "v2", "definition-reader", *words))
    assert (code, [line["passed"] for line in found["lines"]]) == (1, [False, True])


def test_the_champion_is_held_against_the_candidate(labkit: Command, scene: Scene):
    write_gate(scene, "no_label_worse_by: 0.03\n")
    bare, defined = (run_of(labkit, scene, prompt, "definition-reader", *TEST) for prompt in ("v1", "v2"))
    assert gated(labkit, scene, defined, "--champion", defined)[0] == 0
    assert gated(labkit, scene, bare, "--champion", defined)[0] == 1
    code, found = gated(labkit, scene, defined)
    assert (code, found["lines"][-1]["measured"]) == (1, "no champion to compare with")
    assert f"gate {scene.path} {defined} --champion {bare}" in labkit("gate", scene.path, defined)[2]


def test_a_first_release_is_told_how_to_say_what_it_replaces(labkit: Command, scene: Scene):
    write_gate(scene, "no_label_worse_by: 0.9\n")
    defined = run_of(labkit, scene, "v2", "definition-reader", *TEST)
    release = ("release", scene.path, defined, "--approved-by", "Mr Lin")
    code, _, err = labkit(*release)
    assert code == 1
    assert f'evaluate {scene.path} --prompt v2 --model linear --split test --reason "what it replaces"' in err
    floor = run_of(labkit, scene, "v2", "linear", *TEST)
    code, _, err = labkit(*release)
    assert (code, f"release {scene.path} {defined} --approved-by 'Mr Lin' --champion {floor}" in err) == (1, True), err
    assert labkit(*release, "--champion", floor)[0] == 0


def test_once_something_is_released_the_gate_compares_with_it_as_a_release_does(labkit: Command, scene: Scene):
    write_gate(scene, "no_label_worse_by: 0.03\n")
    bare, defined = (run_of(labkit, scene, prompt, "definition-reader", *TEST) for prompt in ("v1", "v2"))
    assert labkit("release", scene.path, defined, "--approved-by", "Lin", "--champion", defined)[0] == 0
    code, found = gated(labkit, scene, bare)
    assert (code, found["lines"][-1]["measured"] == "no champion to compare with") == (1, False)
    assert gated(labkit, scene, bare, "--champion", bare)[0] == 0


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("zzz",), "There is no run 'zzz'"),
        (("{run}", "--champion", "zzz"), "There is no run 'zzz'"),
        (("{slip}",), "Did you mean '{run}'"),
    ],
)
def test_an_unknown_run_is_one_line_and_writes_nothing(
    labkit: Command, scene: Scene, words: tuple[str, ...], hint: str
):
    run = run_of(labkit, scene, "v1")
    slip = run[:-1] + ("x" if run[-1] != "x" else "y")
    before = kept_files(scene.path)
    code, out, err = labkit("gate", scene.path, *(word.format(run=run, slip=slip) for word in words))
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("labkit: ")
    assert hint.format(run=run) in err
    assert kept_files(scene.path) == before


def test_a_slip_in_the_rules_is_named(labkit: Command, scene: Scene):
    run = run_of(labkit, scene, "v1")
    write_gate(scene, "minimun: {macro_f1: 0.3}\n")
    code, out, err = labkit("gate", scene.path, run)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "Did you mean 'minimum'" in err


def test_a_release_is_made_listed_and_taken_back(labkit: Command, scene: Scene):
    write_gate(scene, "minimum: {macro_f1: 0.05}\n")
    first, second = (run_of(labkit, scene, prompt, "definition-reader", *TEST) for prompt in ("v1", "v2"))
    assert labkit("releases", scene.path)[1:] == (
        "release  model  prompt  run  approved by  at (UTC)\n",
        f"Nothing has been released: python -m labkit release {scene.path} RUN --approved-by NAME\n",
    )
    code, out, _ = labkit("release", scene.path, first, "--approved-by", "Lin")
    assert (code, out) == (0, f"r1 is in production now: definition-reader with v1, as measured by {first}.\n")
    code, out, _ = labkit("release", scene.path, second, "--approved-by", "Lin", "--json")
    found = json.loads(out)
    assert (code, found["id"], found["run"], found["champion"]) == (0, "r2", second, first)
    assert "r2 (current)" in labkit("releases", scene.path)[1]
    code, out, _ = labkit("rollback", scene.path, "--approved-by", "Wang", "--reason", "complaints")
    assert (code, out.split()[0]) == (0, "r1")
    listed = json.loads(labkit("releases", scene.path, "--json")[1])
    assert (listed["current"], [entry["id"] for entry in listed["releases"]]) == ("r1", ["r1", "r2"])
    (back,) = [turn for turn in listed["turns"] if turn["taken_back"] is not None]
    assert (back["left"], back["live"], back["taken_back"]) == ("r2", "r1", "complaints")
    assert listed["live_since"] == back["at"]
    out = labkit("releases", scene.path)[1]
    assert f"r2 was taken back at {back['at']} by Wang: complaints. r1 went live again." in out
    assert f"r1 is live since {back['at']}." in out


def test_a_refused_release_exits_1_and_a_rollback_from_nothing_exits_2(labkit: Command, scene: Scene):
    write_gate(scene, "minimum: {macro_f1: 1.0}\n")
    run = run_of(labkit, scene, "v1", "definition-reader", *TEST)
    code, out, err = labkit("release", scene.path, run, "--approved-by", "Lin")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1].startswith(f"labkit: The gate refuses {run}: macro_f1: wanted at least 1.000")
    code, out, err = labkit("rollback", scene.path, "--approved-by", "Lin", "--reason", "none")
    assert (code, out, err) == (2, "", "labkit: Nothing was in production before the first release.\n")
