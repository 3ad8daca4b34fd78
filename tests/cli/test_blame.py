"""`labkit blame`: which definition or sentence fixed and broke what."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from labkit.diagnosis import blame
from labkit.workspace import Scene
from tests.cli.conftest import Command


@pytest.fixture
def runs(labkit: Command, scene: Scene) -> tuple[str, str]:
    v2 = scene.prompt("v2")
    shorter = tuple(replace(d, text="问题。", includes=()) for d in v2.definitions)
    scene.save_prompt(replace(v2, name="v3", definitions=shorter))
    found = []
    for prompt in ("v2", "v3"):
        _, out, _ = labkit("evaluate", scene.path, "--prompt", prompt, "--model", "definition-reader", "--json")
        found.append(json.loads(out)["run"])
    return found[0], found[1]


def test_every_part_of_the_edit_has_its_rows_and_a_rerun_is_offered_and_done(
    labkit: Command, scene: Scene, runs: tuple[str, str]
):
    code, out, _ = labkit("blame", scene.path, *runs)
    assert code == 0
    assert "物流 (whole definition): fixed" in out
    assert "Cannot be told apart: " in out
    assert "--rerun tells" in out
    _, out, _ = labkit("blame", scene.path, *runs, "--json")
    found = json.loads(out)
    assert found["calls"] == sum(len(one["rows"]) for one in found["reruns"]) > 0
    code, out, _ = labkit("blame", scene.path, *runs, "--rerun", "--json")
    told = json.loads(out)
    assert (code, told["reruns"]) == (0, [])

    def rows(value: dict[str, list[dict[str, list[str]]]]) -> list[str]:
        entries = [entry for key in ("pieces", "together", "either") for entry in value[key]]
        return sorted(row for entry in entries for kind in ("fixed", "broken", "moved") for row in entry[kind])

    assert rows(told) == rows(found)
    code, out, _ = labkit("blame", scene.path, *runs, "--by", "sentence", "--rerun")
    assert code == 0
    assert "removed “" in out


def test_a_part_that_may_have_moved_rows_is_not_said_to_have_moved_none(
    labkit: Command, scene: Scene, runs: tuple[str, str]
):
    found = blame(*map(scene.store.load_run, runs), "sentence")
    doubted = {piece for entry in found.together for piece in entry.pieces}
    alone = [entry.pieces[0] for entry in found.pieces if not entry.rows]
    assert doubted & set(alone)
    assert set(found.unmoved) == set(alone) - doubted
    _, out, _ = labkit("blame", scene.path, *runs, "--by", "sentence")
    assert f"{len(alone)} other" not in out
    assert max(map(len, out.splitlines())) < 600, "sentences of one definition that cannot be told apart are counted"


def test_what_cannot_be_blamed_is_one_line(labkit: Command, scene: Scene, runs: tuple[str, str]):
    for words, hint in (
        ((runs[0], runs[0]), "asked the same prompt"),
        ((runs[0], "nothing"), "nothing"),
        ((*runs, "--by", "letter"), "letter"),
    ):
        code, out, err = labkit("blame", scene.path, *words)
        assert (code, out) == (2, "")
        assert hint in err.splitlines()[-1]
