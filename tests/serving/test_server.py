"""A release goes live only if it answers as at its gate; swaps, deaths and stops lose no request."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from labkit.records import Example, example_to_json
from labkit.releases import rollback
from labkit.serving.dispatch import Dispatcher
from labkit.serving.following import ReleaseFollower
from labkit.serving.live_release import bring_live
from labkit.tables.atomic import append_line, replace_text
from labkit.traffic import read_traffic
from labkit.workspace import Scene, open_scene
from tests.cli.conftest import Command
from tests.cli.conftest import labkit as labkit
from tests.evaluation.scripted import served
from tests.models.loopback import Loopback
from tests.serving.served import PATIENCE_S, KeptOpen, Load, Served, release_of

POSTS = ["快递五天没动静", "把钱退给我", "锅掉漆了"]


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def lines_of(scene: Scene) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (scene.path / "releases.jsonl").read_text("utf-8").splitlines()]


def write_lines(scene: Scene, lines: list[dict[str, Any]]) -> None:
    """Write releases.jsonl anew in one go, as somebody with an editor could."""
    replace_text(scene.path / "releases.jsonl", "".join(json.dumps(line) + "\n" for line in lines))


def test_releases_and_rollbacks_take_over_what_answers_otherwise_does_not_and_no_request_is_lost(scene: Scene):
    release_of(scene, "v1")
    with Served(scene.path) as server, Load(server, POSTS) as load:
        until(lambda: load.releases == {"r1"}, "r1 never answered")
        release_of(scene, "v2")
        until(lambda: "r2" in load.releases, server.log)
        rollback(scene, "Lin", "complaints")
        until(lambda: server.get("/health")[1]["release"] == "r1", server.log)
        first, second, back = lines_of(scene)
        write_lines(scene, [first, second, back, {**first, "release": "r3", "prompt_text": second["prompt_text"]}])
        until(lambda: "Release r3 answers" in server.get("/health")[1]["problem"], server.log)
        before = len(load.answers)
        until(lambda: len(load.answers) > before + 20, "nobody is answered any more")
    assert load.failed == []
    kept = {entry.id: entry.release for entry in read_traffic(scene).entries}
    answered = {answer["id"]: answer["release"] for _, answer in load.answers}
    assert kept.items() <= answered.items()
    assert len(kept) == len(answered) or "wait for the disk" in server.log
    assert (load.answers[-1][1]["release"], load.releases) == ("r1", {"r1", "r2"})


@pytest.mark.parametrize("connections", [1, 16, 64])
def test_connections_that_stay_open_lose_nothing_to_a_swap_a_rollback_and_a_killed_model(
    scene: Scene, connections: int
):
    release_of(scene, "v1")
    with Served(scene.path, "--traffic", "off") as server, KeptOpen(server, POSTS, connections) as load:

        def goes_on(release: str) -> None:
            """Until every caller could have been answered by that release since."""
            began = len(load.answers)
            until(lambda: load.answered_by(release, began) > 2 * connections, server.log)

        goes_on("r1")
        release_of(scene, "v2")
        until(lambda: "r2" in load.releases, server.log)
        goes_on("r2")
        server.model_process().kill()
        goes_on("r2")
        rollback(scene, "Lin", "complaints")
        until(lambda: server.get("/health")[1]["release"] == "r1", server.log)
        goes_on("r1")
    assert load.failed == []
    assert load.releases == {"r1", "r2"}
    ids = [answer["id"] for _, answer in load.answers]
    assert len(set(ids)) == len(ids)


def test_a_release_made_while_the_server_starts_takes_over_with_the_rows_it_was_made_with(scene: Scene):
    _, first = release_of(scene, "v1", "linear")
    dispatcher = Dispatcher(bring_live(scene, first), limit=8)
    row = example_to_json(Example("new", ("快递又没动静",), ("物流",)))
    append_line(scene.path / "examples.jsonl", json.dumps(row, ensure_ascii=False))
    release_of(open_scene(scene.path), "v2", "linear")
    follower = ReleaseFollower(scene, dispatcher, parity_rows=None)
    follower.start()
    try:
        until(lambda: dispatcher.live.release.id == "r2" or bool(follower.problem), "nothing took over")
        assert (dispatcher.live.release.id, follower.problem) == ("r2", "")
    finally:
        follower.close()
        dispatcher.live.process.close()
        dispatcher.close()


def test_a_model_that_is_killed_is_started_again_and_no_request_is_lost(scene: Scene):
    release_of(scene, "v2")
    with Served(scene.path) as server, Load(server, POSTS) as load:
        for _ in range(2):
            victim = server.model_process()
            victim.kill()
            before = len(load.answers)
            until(lambda before=before: len(load.answers) > before + 20, server.log)
            assert server.model_process().pid != victim.pid
    assert load.failed == []


def test_servers_that_start_at_once_listen_apart(scene: Scene):
    release_of(scene, "v1")
    servers = [Served(scene.path, "--traffic", "off") for _ in range(2)]
    with servers[0] as one, servers[1] as other:
        assert one.root != other.root
        assert [server.classify("快递又没动静")[0] for server in (one, other)] == [200, 200]


def test_a_taken_port_is_refused_before_a_model_is_loaded(labkit: Command, scene: Scene):
    release_of(scene, "v1")
    with Served(scene.path, "--traffic", "off") as server:
        port = urlsplit(server.root).port
        code, out, err = labkit("serve", scene.path, "--port", port)
    assert (code, out) == (2, "")
    assert f"Port {port} is taken" in err


def test_what_answers_otherwise_than_at_its_gate_does_not_go_live(labkit: Command, scene: Scene):
    release_of(scene, "v1")
    _, second = release_of(scene, "v2")
    first, later = lines_of(scene)
    write_lines(scene, [{**first, "prompt_text": second.prompt_text}, later])
    code, out, err = labkit("serve", scene.path, "--release", "r1")
    assert (code, out) == (2, "")
    assert "Release r1 answers" in err
    assert "gate rows otherwise than run" in err


def test_a_changed_model_does_not_go_live(labkit: Command, scene: Scene):
    release_of(scene, "v2", "linear")
    scene.fix_gold("pool-00", ["退款"], "reread")
    code, _, err = labkit("serve", scene.path)
    assert code == 2
    assert "training_sha256 of 'linear' changed since its gate" in err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ((), "Nothing has been released in"),
        (("--release", "r7"), "There is no release 'r7'"),
    ],
)
def test_what_was_never_released_is_not_served(labkit: Command, scene: Scene, words: tuple[str, ...], problem: str):
    code, out, err = labkit("serve", scene.path, *words)
    assert (code, out) == (2, "")
    assert problem in err.splitlines()[-1]


def test_a_full_queue_says_when_to_come_again_and_a_stop_answers_what_is_under_way(scene: Scene):
    with Loopback() as provider:
        release_of(scene, "v2", served(scene, provider, concurrency=1, timeout_s=60.0))
        with Served(scene.path, "--queue", 1, "--parity-rows", 1, "--traffic", "off") as server:
            hold = threading.Event()
            assert server.get("/health")[1]["traffic"] == "off"
            provider.mode = lambda body, seen: "ok" if hold.wait(PATIENCE_S) else "hang"
            answers: list[tuple[int, Any]] = []
            callers: list[threading.Thread] = []

            def one_is_refused() -> bool:
                if answers:
                    return True
                callers.append(threading.Thread(target=lambda: answers.append(server.classify("退款"))))
                callers[-1].start()
                return False  # the provider holds all others

            until(one_is_refused, server.log)
            status, refused = answers[0]
            assert (status, refused["headers"]["retry-after"]) == (429, "1")
            server.stop()
            until(lambda: server.get("/health")[0] == 0, "the port is open still")
            hold.set()
            for caller in callers:
                caller.join()
            assert server.wait() == 0
        ended = [status for status, _ in answers]
        assert set(ended) == {200, 429}
        assert ended.count(200) >= 2, "one was under way, one waited"
        assert not (scene.path / "traffic").exists()


def test_what_a_stop_cannot_wait_for_is_told_to_come_again_and_logs_no_traceback(scene: Scene):
    with Loopback() as provider:
        release_of(scene, "v2", served(scene, provider, concurrency=1, timeout_s=60.0))
        words = ("--queue", 8, "--parity-rows", 1, "--traffic", "off", "--stop-within", 1)
        with Served(scene.path, *words) as server:
            hold = threading.Event()
            provider.mode = lambda body, seen: "ok" if hold.wait(PATIENCE_S) else "hang"
            answers: list[tuple[int, Any]] = []
            callers = [threading.Thread(target=lambda: answers.append(server.classify("退款"))) for _ in range(4)]
            for caller in callers:
                caller.start()
            until(lambda: server.get("/health")[1]["waiting"] == len(callers) - 2, server.log)
            server.stop()
            for caller in callers:
                caller.join()
            hold.set()
            assert server.wait() == 0
        assert [(status, found["headers"]["retry-after"]) for status, found in answers] == [(503, "1")] * len(callers)
        assert "Traceback" not in server.log
