"""`labkit status`: exactly one next step, and following it leads to the gate or to training."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.records import Bar, Task
from labkit.workspace import Scene, create_scene
from tests.cli.conftest import Command
from tests.conftest import TINY_TASK, tiny_prompts
from tests.evaluation.scripted import served
from tests.models.loopback import Loopback
from tests.traffic.test_log import entry, log_of


def next_words(labkit: Command, scene: Scene) -> list[str]:
    """The words after `labkit` of the one command that status prints."""
    code, out, err = labkit("status", scene.path)
    assert (code, err) == (0, "")
    commands = [line.strip() for line in out.splitlines() if line.startswith("  ")]
    assert len(commands) == 1
    value = json.loads(labkit("status", scene.path, "--json")[1])
    assert commands == [value["next"]["command"]]
    assert value["next"]["reason"] in out
    words = shlex.split(commands[0])
    assert words[:3] == ["python", "-m", "labkit"]
    return words[3:]


def with_task(scene: Scene, folder: Path, task: Task, **changes: object) -> Scene:
    rows = [replace(row, **changes) for row in scene.rows]  # type: ignore[arg-type]
    return create_scene(folder, task, rows, tiny_prompts())


def test_following_the_steps_of_a_low_bar_leads_to_the_gate(labkit: Command, apart: Scene, tmp_path: Path):
    scene = with_task(apart, tmp_path / "low", replace(TINY_TASK, bar=Bar(value=0.2)))
    verbs = []
    for _ in range(5):
        words = next_words(labkit, scene)
        verbs.append((words[0], "test" in words))
        assert labkit(*words)[0] == 0
    assert verbs == [("evaluate", False), ("evaluate", False), ("evaluate", True), ("gate", False), ("gate", False)]
    assert len(scene.test_readings()) == 1
    assert labkit("release", scene.path, words[-1], "--approved-by", "Lin")[0] == 0
    assert next_words(labkit, scene) == ["serve", str(scene.path)]
    log_of(scene.path, entry("a"))
    assert next_words(labkit, scene) == ["online", "sample", str(scene.path)]


def test_following_the_steps_of_a_high_bar_leads_to_training(labkit: Command, apart: Scene, tmp_path: Path):
    wrong = [replace(row, labels=("质量",)) if row.id in ("r36", "r37") else row for row in apart.rows]
    task = replace(TINY_TASK, bar=Bar(value=1.0, minimum_recall={"退款": 1.0}))
    scene = create_scene(tmp_path / "high", task, wrong, tiny_prompts())  # no model can be right about all dev rows
    for model in ("definition-reader", "linear"):
        words = next_words(labkit, scene)
        assert (words[0], words[-1]) == ("evaluate", model)
        assert labkit(*words)[0] == 0
    assert next_words(labkit, scene) == ["lab", str(scene.path)]
    for instruction in ("请仔细回答。", "请再想一想。"):  # the user sharpens the prompt, twice
        scene.save_version(replace(scene.prompt("v2"), instruction=instruction))
        words = next_words(labkit, scene)
        assert words[:4] == ["evaluate", str(scene.path), "--prompt", scene.prompt_names()[-1]]
        assert labkit(*words)[0] == 0
    words = next_words(labkit, scene)
    assert words == ["select", str(scene.path), "--budget", "1000", "--name", "round1"]
    assert labkit(*words)[0] == 0
    assert next_words(labkit, scene)[0] == "train"
    assert scene.test_readings() == ()


def test_a_copy_of_a_prompt_under_a_new_name_asks_nothing_new(labkit: Command, scene: Scene):
    for _ in range(2):
        assert labkit(*next_words(labkit, scene))[0] == 0
    before = next_words(labkit, scene)
    scene.save_version(scene.prompt("v2"))
    assert next_words(labkit, scene) == before


def test_a_prompt_that_cannot_be_read_is_named_and_the_rest_is_told(labkit: Command, scene: Scene):
    healthy = labkit("status", scene.path)[1]
    (scene.path / "prompts/v3.md").write_text("no headings", encoding="utf-8")
    code, out, err = labkit("status", scene.path)
    assert (code, out, err.count("\n")) == (0, healthy, 1)
    assert err.startswith("prompts/v3.md: ")


def test_scores_of_an_older_split_are_said_to_be_old(labkit: Command, apart: Scene):
    assert "of other dev rows" not in labkit("status", apart.path)[1]
    labkit("evaluate", apart.path, "--prompt", "v1", "--model", "definition-reader")
    assert "Best on dev" in labkit("status", apart.path)[1]
    labkit("split", apart.path, "--dev", 0.3, "--reason", "more dev rows")
    assert "of other dev rows: an older split" in labkit("status", apart.path)[1].splitlines()[0]


def test_an_interrupted_run_comes_first(labkit: Command, scene: Scene):
    with Loopback(lambda body, seen: "quota" if "坏了还不给" in body["messages"][-1]["content"] else "ok") as server:
        model = served(scene, server, concurrency=1)
        assert labkit("evaluate", scene.path, "--prompt", "v1", "--model", model)[0] == 2
    words = next_words(labkit, scene)
    assert words == ["evaluate", str(scene.path), "--prompt", "v1", "--model", model, "--split", "dev"]
    with Loopback("ok") as server:
        served(scene, server)
        assert labkit(*words)[0] == 0
    assert model not in next_words(labkit, scene)


@pytest.mark.parametrize("case", ["no prompt", "no gold of a label not to be missed"])
def test_what_only_a_person_can_do_leads_to_the_lab(labkit: Command, scene: Scene, tmp_path: Path, case: str):
    if case == "no prompt":
        for path in (scene.path / "prompts").iterdir():
            path.unlink()
    else:
        scene = with_task(scene, tmp_path / "missed", TINY_TASK, labels=("物流",))
    assert next_words(labkit, scene) == ["lab", str(scene.path)]


def test_rows_without_gold_are_queued_for_labels(labkit: Command, scene: Scene, tmp_path: Path):
    bare = with_task(scene, tmp_path / "bare", TINY_TASK, labels=None)
    assert next_words(labkit, bare) == ["queue", str(bare.path), "--output", "queue.xlsx"]


def test_a_folder_with_spaces_can_be_pasted(labkit: Command, scene: Scene, tmp_path: Path):
    spaced = with_task(scene, tmp_path / "我的 场景", TINY_TASK)
    words = next_words(labkit, spaced)
    assert words[1] == str(spaced.path)
    assert labkit(*words)[0] == 0


@pytest.mark.parametrize("text", ["[", '["a/b"]\ninput = "x"\n', "a = 1"])
def test_prices_that_cannot_be_read_are_one_line(labkit: Command, scene: Scene, text: str):
    (scene.path / "prices.toml").write_text(text, encoding="utf-8")
    code, out, err = labkit("status", scene.path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "prices.toml" in err
