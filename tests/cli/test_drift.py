"""`labkit drift`: exit 1 when traffic is no longer what the release was measured on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from labkit import charts
from labkit.errors import BadInput
from labkit.evaluation import evaluate
from labkit.records import Prediction, Status
from labkit.releases import release_history
from labkit.traffic import Keeping, TrafficEntry, drift, read_traffic
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import Command
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.serving.served import release_of
from tests.traffic.test_log import MONDAY, entry, log_of


@pytest.fixture
def released(scene: Scene) -> Scene:
    release_of(scene, "v2", "linear")
    return scene


def as_gated(scene: Scene) -> list[TrafficEntry]:
    """The gate's rows as if they had come in again."""
    current = release_history(scene).current
    assert current is not None
    return [
        entry(
            row.example.id,
            *row.example.items,
            labels=row.prediction.labels,
            status=row.prediction.status.value,
            confidence=None,
        )
        for row in scene.store.load_run(current.run, as_asked=True).rows
    ]


def test_the_same_posts_with_the_same_answers_have_not_drifted(labkit: Command, released: Scene):
    log_of(released.path, *as_gated(released), entry("other", release="r9"))
    code, out, _ = labkit("drift", released.path, "--json")
    said = json.loads(out)
    assert (code, said["drifted"], said["left_out"]) == (0, False, 1)
    assert {line["effect"] for line in said["lines"]} == {0.0}


def test_other_posts_have_and_say_in_what(labkit: Command, released: Scene):
    log_of(released.path, *(entry(f"e{k}", f"直播间第{k}单抽奖13812345678不作数" * 3) for k in range(80)))
    code, out, _ = labkit("drift", released.path, "--json")
    said = json.loads(out)
    changed = {(line["what"], line["label"]) for line in said["lines"] if line["drifted"]}
    assert code == 1
    assert {("label", "退款"), ("length", None), ("wording", None)} <= changed
    assert said["new_grams"][0]["rows"] == 80
    code, out, _ = labkit("drift", released.path)
    assert code == 1
    assert "share of new wording" in out
    assert "< 0.001" in out
    assert " 0.000" not in out
    figure = charts.drift_chart(drift(released, read_traffic(released)))
    assert charts.BAR in figure.data[1].marker.color
    assert charts.mime_bundle(figure)[charts.MIME]["config"]["showSendToCloud"] is False


def test_a_run_over_later_posts_is_a_window_too(released: Scene):
    gated = release_history(released).current
    assert gated is not None
    run = released.store.load_run(gated.run, as_asked=True)
    assert not drift(released, run).drifted
    silent = [replace(row, prediction=replace(row.prediction, status=Status.BLANK)) for row in run.rows]
    assert drift(released, replace(run, rows=tuple(silent)), run).drifted


def test_a_file_that_drifted_is_kept_back(labkit: Command, released: Scene, tmp_path: Path):
    like_before, other = tmp_path / "same.jsonl", tmp_path / "other.jsonl"
    posts = [row.text for row in released.examples("test")]
    for path, texts in ((like_before, posts), (other, [f"直播间第{k}单抽奖不作数" * 3 for k in range(80)])):
        path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    for path, expected in ((like_before, 0), (other, 1)):
        asked = ("--prompt", "v2", "--model", "linear", "--output", path.with_suffix(".out.csv"), "--json")
        code, out, err = labkit("classify", released.path, "--input", path, *asked)
        assert code == 0, err
        code, out, err = labkit("drift", released.path, "--run", json.loads(out)["run"], "--json")
        assert (code, json.loads(out)["drifted"]) == (expected, bool(expected)), err
    code, _, err = labkit("drift", released.path, "--run", "r0", "--since", "2026-01-01")
    assert (code, err.count("\n")) == (2, 1)


def test_placeholders_of_masked_traffic_are_no_new_wording(tmp_path: Path):
    rows = [replace(row, items=(f"{row.items[0]}，电话13812345678",)) for row in tiny_examples()]
    scene = create_scene(tmp_path / "phones", TINY_TASK, rows, tiny_prompts())
    release_of(scene, "v2", "linear")
    log_of(scene.path, *as_gated(scene))
    found = drift(scene, read_traffic(scene))
    assert not found.drifted
    assert not [gram for gram, _ in found.new_grams if "手机" in gram]


def test_one_unmasked_entry_among_masked_ones_is_no_new_wording(tmp_path: Path):
    rows = [replace(row, items=(f"{row.items[0]}，电话13812345678", "还是13812345678")) for row in tiny_examples()]
    scene = create_scene(tmp_path / "phones", TINY_TASK, rows, tiny_prompts())
    release_of(scene, "v2", "linear")
    half = len(as_gated(scene)) // 2
    log_of(scene.path, *as_gated(scene)[:half])
    log_of(scene.path, *as_gated(scene)[half:], keeping=Keeping(masked=False))
    found = drift(scene, read_traffic(scene))
    assert {line.effect for line in found.lines} == {0.0}


def test_rows_of_a_run_without_a_reply_are_no_answers_that_traffic_lacks(released: Scene, labkit: Command):
    gated = release_history(released).current
    assert gated is not None
    run = released.store.load_run(gated.run, as_asked=True)
    lost = [replace(row, prediction=Prediction(Status.FAILED)) for row in run.rows[::2]]
    reference = replace(run, rows=(*lost, *run.rows[1::2]))
    log_of(released.path, *as_gated(released)[1::2])
    found = drift(released, read_traffic(released), reference)
    assert found.no_reply == len(lost)
    assert {line.effect for line in found.lines} == {0.0}
    with pytest.raises(BadInput, match="no replies"):
        drift(released, read_traffic(released), replace(run, rows=tuple(lost)))


@pytest.mark.parametrize("words", [(), ("--since", MONDAY.replace(year=2030).isoformat())])
def test_nothing_to_compare_is_one_line(labkit: Command, released: Scene, words: tuple[str, ...]):
    code, out, err = labkit("drift", released.path, *words)
    assert (code, out) == (2, "")
    assert "nothing to compare" in err


def test_nothing_released_and_pool_rows_are_refused(labkit: Command, scene: Scene):
    code, _, err = labkit("drift", scene.path)
    assert code == 2
    assert "Nothing has been released" in err
    run, _ = release_of(scene, "v2", "linear")
    pool = replace(run, header=replace(run.header, split="pool"))
    with pytest.raises(BadInput, match="pool rows"):
        drift(scene, run, pool)


def test_another_prompt_is_no_reference(labkit: Command, released: Scene):
    log_of(released.path, *as_gated(released))
    other = evaluate(released, "v1", "linear")
    code, out, err = labkit("drift", released.path, "--against", other.id)
    assert (code, out) == (2, "")
    assert "asked linear with v1" in err
