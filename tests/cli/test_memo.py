"""`labkit memo`: the decision on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from labkit.cli.output import plain
from labkit.evaluation import evaluate
from labkit.texts import say
from labkit.views.memo import memo
from labkit.workspace import Scene, open_scene
from tests.cli.conftest import Command, kept_files


@pytest.fixture
def measured(scene: Scene) -> Scene:
    """A floor that falls short."""
    evaluate(scene, "v1", "definition-reader")
    return scene


def test_it_is_said_with_its_reasons(labkit: Command, measured: Scene):
    code, out, _ = labkit("memo", measured.path)
    assert code == 0
    for shown in (
        "Decision memo: tiny",
        "Only simple methods without a language model (floors) were asked",
        "No language model was asked",
        "definition-reader · v1",
    ):
        assert shown in out


def test_what_weakens_the_advice_the_plain_number_and_the_runs_stand_on_the_terminal_too(
    labkit: Command, measured: Scene
):
    task = measured.path / "task.yaml"
    asked = task.read_text(encoding="utf-8")
    task.write_text(asked.replace("value: 0.8", "value: 0.1").replace("退款: 0.9", "退款: 0.1"), encoding="utf-8")
    sheet = memo(open_scene(measured.path)).sheet()
    assert sheet.caveats
    assert sheet.plain
    _, out, _ = labkit("memo", measured.path)
    head = out.split(f"\n{say('memo.part.given')}\n")[0].splitlines()
    assert head[head.index(sheet.advice) + 1 :] == [plain(line) for line in (*sheet.caveats, *sheet.plain)]
    assert out.splitlines()[-1] == f"- Runs: {measured.store.runs()[0].run}"


def test_another_bar_volume_and_budget_are_tried_without_writing_any(labkit: Command, measured: Scene):
    before = kept_files(measured.path)
    _, out, _ = labkit("memo", measured.path, "--bar", "0.99", "--volume", "7000", "--budget", "12", "--json")
    told = json.loads(out)
    assert (told["bar"]["value"], told["bar"]["monthly_volume"], told["bar"]["monthly_budget"]) == (0.99, 7000, 12.0)
    assert told["advice"] == "measure"
    assert kept_files(measured.path) == before


def test_an_empty_scene_has_a_memo_too(labkit: Command, scene: Scene):
    code, out, _ = labkit("memo", scene.path)
    assert (code, "nothing can be decided" in out) == (0, True)


def test_it_is_written_as_a_file(labkit: Command, measured: Scene, tmp_path: Path):
    code, out, err = labkit("memo", measured.path, "--to", tmp_path / "memo.md")
    assert (code, "Measure first" in out) == (0, True)
    assert "memo.md" in err
    assert (tmp_path / "memo.md").read_text(encoding="utf-8").startswith("# Decision memo: tiny\n")


def test_a_decision_goes_into_the_scene_with_its_runs_and_a_clone_shows_it(
    labkit: Command, measured: Scene, tmp_path: Path
):
    code, out, _ = labkit("memo", measured.path, "--decide", "the API is not allowed", "--instead", "fine-tune")
    assert code == 0
    assert "fine-tune. the API is not allowed" in out
    clone = tmp_path / "clone"
    shutil.copytree(measured.path, clone, ignore=shutil.ignore_patterns("runs.db*", "locks"))
    told = json.loads(labkit("memo", clone, "--json")[1])
    assert (told["taken"]["way"], told["taken"]["advised"]) == ("fine-tune", "measure")
    assert [model["model"] for model in told["models"]] == ["definition-reader"]
    assert "The memo had advised otherwise: measure first." in labkit("memo", clone)[1]


def test_what_was_decided_is_said_to_have_changed(labkit: Command, measured: Scene):
    task = measured.path / "task.yaml"
    asked = task.read_text(encoding="utf-8")
    task.write_text(asked.replace("value: 0.8", "value: 0.1").replace("退款: 0.9", "退款: 0.1"), encoding="utf-8")
    assert "keep what is there, definition-reader" in labkit("memo", measured.path, "--decide", "good enough")[1]
    assert "Since then" not in labkit("memo", measured.path)[1]
    task.write_text(asked, encoding="utf-8")
    assert "Since then the memo has changed; it now says: measure first." in labkit("memo", measured.path)[1]


def test_a_way_without_a_decision_leaves_the_file_as_it_was(labkit: Command, measured: Scene, tmp_path: Path):
    kept = tmp_path / "memo.md"
    kept.write_text("the minutes", encoding="utf-8")
    code, _, err = labkit("memo", measured.path, "--instead", "fine-tune", "--to", kept)
    assert (code, "decides nothing by itself" in err) == (2, True)
    assert kept.read_text(encoding="utf-8") == "the minutes"


def test_a_memo_that_cannot_be_written_decides_nothing(labkit: Command, measured: Scene, tmp_path: Path):
    words = ("--decide", "good enough", "--instead", "fine-tune", "--to", tmp_path)
    code, _, err = labkit("memo", measured.path, *words)
    assert (code, "Cannot write" in err) == (2, True)
    assert json.loads(labkit("memo", measured.path, "--json")[1])["taken"] is None


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--decide", "because"), "measure first, so there is nothing to decide"),
        (("--decide", " ", "--instead", "fine-tune"), "without a reason"),
        (("--decide", "because", "--instead", "fine-tuning"), "Did you mean 'fine-tune'"),
        (("--instead", "fine-tune"), "decides nothing by itself"),
        (("--bar", "0.1", "--decide", "because"), "not about task.yaml as it stands"),
        (("--to", "."), "Cannot write ."),
        (("--bar", "1.5"), "A bar of 1.5 is no score"),
        (("--volume", "-1"), "monthly_volume is -1"),
        (("--budget", "nan"), "monthly_budget is nan"),
    ],
)
def test_what_cannot_be_done_is_one_line(labkit: Command, measured: Scene, words: tuple[str, ...], hint: str):
    code, out, err = labkit("memo", measured.path, *words)
    assert (code, out) == (2, "")
    assert hint in err.splitlines()[-1]


def test_terms_that_cannot_be_used_are_one_line(labkit: Command, measured: Scene):
    (measured.path / "terms.toml").write_text("[tuning]\nonce = -5\n", encoding="utf-8")
    code, out, err = labkit("memo", measured.path)
    assert (code, out) == (2, "")
    assert "once is -5" in err.splitlines()[-1]
