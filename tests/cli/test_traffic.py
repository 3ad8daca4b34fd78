"""`labkit traffic`: what a server kept, counted and listed; nothing at all is said, too."""

from __future__ import annotations

import json

import pytest

from labkit.workspace import Scene
from tests.cli.conftest import Command
from tests.traffic.test_log import entry, log_of


@pytest.fixture
def kept(scene: Scene) -> Scene:
    log_of(
        scene.path,
        entry("a"),
        entry("b", "快递\x1b[31m没到", labels=(), confidence=None),
        entry("c", status="blank", labels=()),
    )
    return scene


def test_machines_get_counts_and_entries(labkit: Command, kept: Scene):
    code, out, _ = labkit("traffic", kept.path, "--list", 2, "--json")
    said = json.loads(out)
    assert code == 0
    assert (said["entries"], said["unreadable"]) == (3, 0)
    assert said["statuses"] == {"answered": 2, "blank": 1}
    assert said["labels"] == {"退款": 1, "": 1}
    assert [one["id"] for one in said["list"]] == ["b", "c"]
    assert said["latency_s"] == {"p50": 0.01, "p95": 0.01}


def test_people_get_tables_that_no_post_can_paint(labkit: Command, kept: Scene):
    code, out, _ = labkit("traffic", kept.path)
    assert code == 0
    assert "(no label)" in out
    code, out, _ = labkit("traffic", kept.path, "--list", 5)
    assert code == 0
    assert "\x1b" not in out
    assert "快递\ufffd[31m没到" in out


def test_no_traffic_says_who_keeps_it(labkit: Command, scene: Scene):
    code, _, err = labkit("traffic", scene.path)
    assert code == 0
    assert "python -m labkit serve" in err
    assert json.loads(labkit("traffic", scene.path, "--json")[1])["entries"] == 0


def test_a_bad_time_is_one_line(labkit: Command, scene: Scene):
    code, out, err = labkit("traffic", scene.path, "--since", "soon")
    assert (code, out) == (2, "")
    assert "since is 'soon'" in err
