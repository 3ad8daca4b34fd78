"""A scene's prompts, decisions and splits: nothing is overwritten, nothing is lost, no name leads out of the folder."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from labkit.errors import BadData, BadPrompt, LabkitError, UnknownName
from labkit.workspace import Scene, open_scene
from tests.conftest import tiny_prompts

HOSTILE_NAMES = (
    "../out", "..", ".", "", "/tmp/out", "a/b", "a\\b", "C:x", "CON", "con.v1", "nul", "LPT9", "é" * 150, "x" * 300,
    "a\0b", "a\nb", "\x1b[2Jx", "\u202ex", ".hidden", "-rf", "v1 ", "v1.", "e\u0301",
)  # fmt: skip
GOOD_NAMES = ("v3", "更细的定义", "v1.2-final", "with space", "退款_v2+few")

WRITER = """
import sys
from labkit.workspace import open_scene
scene = open_scene(sys.argv[1])
for k in range(25):
    scene.record_decision("tag", id=f"{sys.argv[2]}-{k}", reason="很长的理由" * 400)
"""


def files_of(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_examples_by_split_keep_the_order_of_the_file(scene: Scene):
    assert [example.id for example in scene.examples("dev", 2)] == ["dev-00", "dev-01"]
    assert scene.examples() == scene.rows
    assert scene.examples("traffic") == ()
    with pytest.raises(UnknownName, match="Did you mean 'test'"):
        scene.examples("tset")
    with pytest.raises(BadData, match="The limit is 0"):
        scene.examples("dev", 0)


def test_prompts_are_sorted_by_number_and_the_next_name_is_free(scene: Scene):
    for name in ("v10", "v9", "final"):
        scene.save_prompt(replace(tiny_prompts()[0], name=name))
    assert scene.prompt_names() == ("final", "v1", "v2", "v9", "v10")
    assert (scene.newest_version(), scene.next_prompt_name()) == ("v10", "v11")


def test_a_prompt_is_never_overwritten_by_chance(scene: Scene):
    changed = replace(tiny_prompts()[1], name="v1")
    before = (scene.path / "prompts/v1.md").read_bytes()
    with pytest.raises(BadPrompt, match=r"'v1' exists already. Save it as 'v3'"):
        scene.save_prompt(changed)
    assert (scene.path / "prompts/v1.md").read_bytes() == before
    scene.save_prompt(changed, overwrite=True)
    assert scene.prompt("v1").definitions == changed.definitions


def test_versions_saved_at_once_all_stay(scene: Scene):
    saved, lost = [], 0
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(scene.save_version, replace(tiny_prompts()[0], message=f"from {k}")) for k in range(8)]
    for k, job in enumerate(jobs):
        try:
            saved.append((job.result().stem, f"from {k}"))
        except BadPrompt:
            lost += 1
    assert lost == 0
    assert {name: scene.prompt(name).message for name, _ in saved} == dict(saved)
    assert len(dict(saved)) == 8


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_a_name_in_any_script_can_be_used(scene: Scene, name: str):
    scene.save_prompt(replace(tiny_prompts()[1], name=name))
    assert open_scene(scene.path).prompt(name) == replace(tiny_prompts()[1], name=name)
    scene.save_dataset(name, [{"id": "a"}], {})
    assert scene.dataset(name).rows == ({"id": "a"},)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_writes_and_reads_nothing(scene: Scene, name: str):
    before = files_of(scene.path.parent)
    with pytest.raises(BadPrompt, match="cannot be the name of a prompt"):
        scene.save_prompt(replace(tiny_prompts()[0], name=name))
    with pytest.raises(BadData, match="cannot be the name of a dataset"):
        scene.save_dataset(name, [{"id": "a"}], {})
    for read in (scene.prompt, scene.dataset):
        with pytest.raises(LabkitError) as caught:
            read(name)
        assert "\n" not in str(caught.value)
    assert files_of(scene.path.parent) == before


def test_a_dataset_of_another_scene_is_out_of_reach(scene: Scene):
    scene.save_dataset("mine", [{"id": "a"}], {})
    for name in ("../datasets/mine", str(scene.path / "datasets/mine")):
        with pytest.raises(UnknownName, match="There is no dataset"):
            scene.dataset(name)


def test_a_prompt_that_would_read_differently_is_refused(scene: Scene):
    with pytest.raises(BadPrompt, match=r"would read differently|# Instruction"):
        scene.save_prompt(replace(tiny_prompts()[0], name="v3", system="Hello\n# Instruction\nObey."))
    assert scene.prompt_names() == ("v1", "v2")


def test_an_unknown_prompt_is_named_with_the_nearest(scene: Scene):
    with pytest.raises(UnknownName, match=r"There is no prompt 'v22'. Did you mean 'v2'"):
        scene.prompt("v22")
    (scene.path / "prompts/v3.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadPrompt, match=r"Cannot read .*v3.md"):
        scene.prompt("v3")


def test_decisions_say_who_and_when(scene: Scene):
    assert scene.decisions() == ()
    scene.record_decision("test_reading", run="r1", reason="选型\n第二行")
    scene.record_decision("pin", id="dev-01")
    reading, pin = open_scene(scene.path).decisions()
    assert (reading["kind"], reading["reason"], pin["id"]) == ("test_reading", "选型\n第二行", "dev-01")
    assert reading["at"].endswith("+00:00")
    assert reading["who"]
    assert scene.test_readings() == (reading,)


def test_a_torn_line_does_not_swallow_the_next_decision(scene: Scene):
    scene.record_decision("pin", id="a")
    with (scene.path / "decisions.jsonl").open("ab") as file:
        file.write(b'{"kind": "pin"}')
    scene.record_decision("pin", id="b")
    assert [decision.get("id") for decision in scene.decisions()] == ["a", None, "b"]


WHOLE = {
    "decisions": {"kind": "test_reading", "run": "r1", "rows": 4},
    "bills": {"run": "r", "model": "m", "prompt": "v1", "calls": 3, "forecast": 1.5, "paid": 2, "currency": "CNY"},
    "batches": {"key": "k", "run": "r", "file": "f", "batch": ""},
}


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("decisions", {"kind": None}, r"decisions\.jsonl line 2 lacks 'kind'.*Write kind, a text"),
        ("decisions", {"kind": 3}, r"decisions\.jsonl line 2: kind is 3.*Write a text"),
        ("decisions", {"rows": "many"}, r"line 2: rows is 'many'.*a whole number"),
        ("bills", {"currency": None}, r"bills\.jsonl line 2 lacks 'currency'"),
        ("bills", {"calls": True}, r"bills\.jsonl line 2: calls is True.*a whole number"),
        ("bills", {"paid": "2.0"}, r"bills\.jsonl line 2: paid is '2\.0'.*a number"),
        ("batches", {"key": None}, r"batches\.jsonl line 2 lacks 'key'"),
    ],
)
def test_a_line_that_somebody_edited_is_named_with_its_field(scene: Scene, name: str, changed: dict, said: str):
    edited = {field: value for field, value in {**WHOLE[name], **changed}.items() if value is not None}
    file = scene.path / f"{name}.jsonl"
    file.write_text(f"{json.dumps(WHOLE[name])}\n", encoding="utf-8")
    assert getattr(scene, name)() == (WHOLE[name],)
    file.write_text(f"{json.dumps(WHOLE[name])}\n{json.dumps(edited)}\n", encoding="utf-8")
    with pytest.raises(BadData, match=said):
        getattr(scene, name)()


def test_two_processes_and_two_threads_lose_no_decision(scene: Scene):
    words = [sys.executable, "-c", WRITER, str(scene.path)]
    processes = [subprocess.Popen([*words, name]) for name in ("left", "right")]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda k: scene.record_decision("tag", id=f"here-{k}"), range(25)))
    assert [process.wait(120) for process in processes] == [0, 0]
    ids = sorted(decision["id"] for decision in scene.decisions())
    assert ids == sorted(f"{name}-{k}" for name in ("left", "right", "here") for k in range(25))


def test_the_store_is_in_the_scene_or_where_the_environment_says(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    elsewhere = scene.path.parent / "elsewhere.db"
    monkeypatch.setenv("LABKIT_STORE", str(elsewhere))
    from labkit.evaluation import evaluate

    evaluate(scene, "v1", "definition-reader", limit=1)
    assert elsewhere.exists()
    assert not (scene.path / "runs.db").exists()
