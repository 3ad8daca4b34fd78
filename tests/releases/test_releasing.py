"""Only what passed the gate becomes current, with all that is needed to serve it again; a rollback takes it back."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.errors import BadInput, GateRefused, RunBusy, UnknownName
from labkit.evaluation import evaluate
from labkit.prompts import parse_prompt, prompt_sha256
from labkit.records import Run, examples_sha256
from labkit.releases import read_gate_for, release, release_history, rival_of, rollback
from labkit.workspace import Scene, create_scene, open_scene
from tests.skilled import Skilled

LENIENT = "minimum: {macro_f1: 0.05}\n"


@pytest.fixture
def gated(scene: Scene) -> Scene:
    (scene.path / "gate.yaml").write_text(LENIENT, encoding="utf-8")
    return scene


def run_on_test(scene: Scene, prompt: str = "v2", model: str = "definition-reader") -> Run:
    return evaluate(scene, prompt, model, split="test", reason="a test of releases")


def test_a_release_holds_all_that_is_needed_to_serve_it_again(gated: Scene):
    run = run_on_test(gated)
    found = release(gated, run.id[:12], "Lin")
    assert (found.id, found.run, found.model, found.approved_by) == ("r1", run.id, "definition-reader", "Lin")
    assert prompt_sha256(parse_prompt(found.prompt_text, found.prompt_name)) == found.prompt_sha256
    assert found.test_sha256 == examples_sha256(gated.examples("test"))
    assert [line.passed for line in found.gate] == [True, True]
    assert (found.dataset, found.champion) == (None, None)
    assert release_history(open_scene(gated.path)).current == found


def test_a_first_release_is_not_compared_with_itself_asked_again(gated: Scene):
    other = run_on_test(gated, "v1")
    run_on_test(gated)
    again = evaluate(gated, "v2", "definition-reader", split="test", reason="asked again", fresh=True)
    assert rival_of(gated, again) == other.id
    assert rival_of(gated, other) == again.id


@pytest.mark.parametrize(("before", "paid"), [((), 3), (("dev",), 0)])
def test_the_gate_counts_what_a_row_costs_whoever_paid_for_its_answer(scene: Scene, before: tuple[str, ...], paid: int):
    """Six test rows that ask three posts, which dev rows may have asked before: each answer is paid once."""
    rows = [row for row in scene.rows if row.split == "test"][:3]
    rows += [replace(row, id=f"{row.id}-{split}", split=split) for row in rows for split in ("test", "dev")]
    twin = create_scene(scene.path.parent / "twin", scene.task, rows, [scene.prompt("v2")])
    price = '["vendor/m"]\ninput = 1000\noutput = 1000\ncurrency = "CNY"\n'
    (twin.path / "prices.toml").write_text(price, encoding="utf-8")
    (twin.path / "gate.yaml").write_text("cost_per_1000: 1\n", encoding="utf-8")
    twin = open_scene(twin.path)
    model = Skilled("vendor/m", 1.0, twin.task, rows)
    run = [evaluate(twin, "v2", model, split, reason="a test of costs") for split in (*before, "test")][-1]
    assert (len(run.rows), sum(row.attempts for row in run.rows)) == (6, paid)
    tokens = sum((row.usage.prompt_tokens or 0) + (row.usage.completion_tokens or 0) for row in run.rows) / 6
    (line,) = (line for line in read_gate_for(twin, run.id).result.lines if line.rule.key == "gate.rule.cost")
    assert line.measured.values["money"] == pytest.approx(tokens)


def test_what_the_gate_refuses_leaves_no_trace(gated: Scene):
    (gated.path / "gate.yaml").write_text("minimum: {macro_f1: 1.0}\n", encoding="utf-8")
    with pytest.raises(GateRefused) as error:
        release(gated, run_on_test(gated, "v1").id, "Lin")
    assert "macro_f1: wanted at least 1.000, measured" in str(error.value)
    assert not (gated.path / "releases.jsonl").exists()


def test_a_run_over_dev_rows_is_refused(gated: Scene):
    with pytest.raises(GateRefused, match="rows of dev"):
        release(gated, evaluate(gated, "v2", "definition-reader").id, "Lin")


def test_the_next_candidate_is_held_against_the_current_release(gated: Scene):
    first = release(gated, run_on_test(gated, "v2").id, "Lin")
    (gated.path / "gate.yaml").write_text(LENIENT + "no_label_worse_by: 0.01\n", encoding="utf-8")
    worse = run_on_test(gated, "v1")
    with pytest.raises(GateRefused, match="no label worse"):
        release(gated, worse.id, "Lin")
    second = release(gated, worse.id, "Lin", champion=worse.id)
    assert (second.id, second.champion) == ("r2", worse.id)
    assert rollback(gated, "Wang", "complaints") == first
    line = gated.release_lines()[-1]
    assert (line["kind"], line["from"], line["reason"], line["approved_by"]) == ("rollback", "r2", "complaints", "Wang")
    assert release_history(gated).current == first


def test_a_model_that_changed_since_it_was_measured_is_refused(gated: Scene):
    run = run_on_test(gated, "v2", "linear")
    gated.fix_gold("pool-00", ["退款"], "reread")
    with pytest.raises(BadInput, match=r"has changed since run .*: training_sha256"):
        release(gated, run.id, "Lin")


def test_gold_that_was_corrected_since_does_not_stop_a_release(gated: Scene):
    run = run_on_test(gated)
    row = gated.examples("test")[0]
    gated.fix_gold(row.id, ["质量"] if row.labels != ("质量",) else ["退款"], "reread")
    assert release(gated, run.id, "Lin").test_sha256 == examples_sha256(gated.examples("test"))


@pytest.mark.parametrize("name", ["", "  "])
def test_nobody_approves_nothing(gated: Scene, name: str):
    with pytest.raises(BadInput, match="--approved-by"):
        release(gated, run_on_test(gated).id, name)
    with pytest.raises(BadInput, match="--approved-by"):
        rollback(gated, name, "why not")


def test_the_same_run_is_not_released_twice_in_a_row(gated: Scene):
    run = run_on_test(gated)
    release(gated, run.id, "Lin")
    with pytest.raises(BadInput, match="is the current release r1 already"):
        release(gated, run.id, "Lin")


def test_there_is_nothing_to_go_back_to_before_the_second_release(gated: Scene):
    with pytest.raises(BadInput, match="before the first release"):
        rollback(gated, "Lin", "why not")
    release(gated, run_on_test(gated).id, "Lin")
    with pytest.raises(BadInput, match="before r1"):
        rollback(gated, "Lin", "why not")


def test_an_unknown_run_is_named(gated: Scene):
    with pytest.raises(UnknownName, match="no run 'zzz'"):
        release(gated, "zzz", "Lin")


def test_releases_at_the_same_time_follow_each_other(gated: Scene):
    runs = [run_on_test(gated, prompt).id for prompt in ("v1", "v2")]
    problems: list[BaseException] = []

    def let_go(run: str, folder: Path) -> None:
        try:
            release(open_scene(folder), run, "Lin")
        except (GateRefused, RunBusy, BadInput) as error:
            problems.append(error)

    threads = [threading.Thread(target=let_go, args=(run, gated.path)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    history = release_history(gated)
    assert (problems, [found.id for found in history.releases]) == ([], ["r1", "r2"])
    assert history.releases[1].champion == history.releases[0].run


def forget_run(scene: Scene, run: str) -> Scene:
    """The scene as a clone has it that nobody shared the run with."""
    from sqlalchemy import create_engine, text

    engine = create_engine(f"sqlite:///{scene.path / 'runs.db'}")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM runs WHERE run = :run"), {"run": run})
    engine.dispose()
    return open_scene(scene.path)


def test_a_release_whose_run_is_gone_is_named_with_the_way_out(gated: Scene):
    first = release(gated, run_on_test(gated, "v1").id, "Lin")
    second = run_on_test(gated, "v2")
    (gated.path / "gate.yaml").write_text(LENIENT + "no_label_worse_by: 0.9\n", encoding="utf-8")
    now = forget_run(gated, first.run)
    with pytest.raises(BadInput) as error:
        release(now, second.id, "Lin")
    for word in ("Release r1 rests on run", first.run, "labkit share", "--champion RUN"):
        assert word in str(error.value)
    (gated.path / "gate.yaml").write_text(LENIENT, encoding="utf-8")  # no rule compares: nothing is missed
    assert release(open_scene(gated.path), second.id, "Lin").champion is None
