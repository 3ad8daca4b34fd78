"""The traffic log: masked, only added to, whole after a crash, deleted when old; and never in an answer's way."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import BadInput
from labkit.records import Example, Prediction, RunRow, Status
from labkit.scoring.effort import effort
from labkit.traffic import Keeping, TrafficEntry, TrafficLog, read_traffic
from labkit.traffic import parts as parts
from labkit.traffic import writing as writing
from labkit.traffic.entry import entry_from_json, entry_to_json, mask_entry
from labkit.traffic.parts import FOLDER, parts_of
from labkit.workspace import Scene
from tests.disks import small_disk

TODAY = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
MONDAY = TODAY - timedelta(days=TODAY.weekday() + 7)  # of last week: what is older than a month is not read any more


def entry(name: str = "a", *posts: str, **fields: Any) -> TrafficEntry:
    made = TrafficEntry(
        name, MONDAY.isoformat(), "r1", posts or ("把钱退给我",), "answered", ("退款",), "要退钱", 0.9, 0.01
    )
    return replace(made, **fields)


def log_of(scene: Path, *entries: TrafficEntry, keeping: Keeping | None = None, now: datetime = MONDAY) -> TrafficLog:
    """A log that was started, given entries and closed."""
    log = TrafficLog(scene, keeping or Keeping(), "zh", lambda: now)
    log.start()
    for one in entries:
        log.put(one)
    log.close()
    return log


def test_what_was_answered_is_read_back_in_order(scene: Scene):
    later = entry("b", at=(MONDAY + timedelta(hours=1)).isoformat(), release="r2", confidence=None, subtask="x")
    log = log_of(scene.path, later, entry("a"))
    assert (log.written, log.lost, log.problem) == (2, 0, "")
    found = read_traffic(scene)
    assert found.entries == (replace(entry("a"), masked=True), replace(later, masked=True))
    assert found.counts("release") == {"r1": 1, "r2": 1}
    assert found.counts("label") == {"退款": 2}
    assert (found.confidence, found.latency_s(0.95)) == (0.9, 0.01)
    assert read_traffic(scene, release="r2").entries[0].id == "b"
    assert [one.id for one in read_traffic(scene, since=f"{MONDAY:%Y-%m-%d}T08:30").entries] == ["b"]
    assert [one.id for one in read_traffic(scene, until=f"{MONDAY:%Y-%m-%d}T16:30+08:00").entries] == ["a"]


def test_personal_data_never_reaches_the_disk_unless_asked_for(scene: Scene):
    said = entry("a", "打我电话13812345678", "还是13812345678", rationale="用户留了13812345678")
    log_of(scene.path, said)
    assert "13812345678" not in "".join(path.read_text("utf-8") for path in parts_of(scene.path / FOLDER))
    (found,) = read_traffic(scene).entries
    assert found.posts == ("打我电话[手机号1]", "还是[手机号1]")
    assert found.rationale == "用户留了[手机号1]"
    log_of(scene.path, replace(said, id="b"), keeping=Keeping(masked=False))
    assert {one.id: one.posts for one in read_traffic(scene).entries}["b"] == said.posts


POSTS = st.lists(st.text(st.characters(exclude_categories=("Cs",))), min_size=1)


@given(POSTS.filter(lambda posts: any(post.strip() for post in posts)), st.text())
def test_any_text_is_one_line_and_comes_back(posts: list[str], rationale: str):
    said = entry("a", *posts, rationale=rationale.encode(errors="replace").decode())
    line = entry_to_json(said)
    assert "\n" not in line
    assert entry_from_json(json.loads(line), "here") == said
    assert mask_entry(mask_entry(said, "zh"), "zh") == mask_entry(said, "zh")


def test_a_torn_line_is_counted_and_spoils_no_other(scene: Scene):
    log_of(scene.path, entry("a"), entry("b"))
    (part,) = parts_of(scene.path / FOLDER)
    lines = part.read_bytes().splitlines(keepends=True)
    part.write_bytes(lines[0] + b'{"id": 7}\n\xff\xfe\n[]\n' + lines[1][:40])
    log_of(scene.path, entry("c"))
    found = read_traffic(scene)
    assert ({one.id for one in found.entries}, found.unreadable) == ({"a", "c"}, 4)


def test_what_is_too_old_or_too_much_is_deleted_the_oldest_first(scene: Scene):
    posts = ("很" * 30_000,)  # 90 kB: more than a part of a megabyte's log holds
    keeping = Keeping(days=2, megabytes=1)
    for day in range(5):
        log_of(scene.path, entry(f"d{day}", *posts), keeping=keeping, now=MONDAY + timedelta(days=day))
    now = MONDAY + timedelta(days=4)
    assert [one.id for one in read_traffic(scene, now=now).entries] == ["d2", "d3", "d4"]
    for k in range(30):
        log_of(scene.path, entry(f"e{k:02d}", *posts), keeping=keeping, now=MONDAY + timedelta(days=4, seconds=k + 1))
    kept = [one.id for one in read_traffic(scene, now=now).entries]
    assert kept == [f"e{k:02d}" for k in range(30 - len(kept), 30)]
    assert 5 < len(kept) <= 11
    assert sum(path.stat().st_size for path in parts_of(scene.path / FOLDER)) <= 1_050_000


def test_what_is_too_old_is_gone_also_when_no_server_runs_any_more(scene: Scene):
    log_of(scene.path, entry("a"), keeping=Keeping(days=3))
    assert [one.id for one in read_traffic(scene, now=MONDAY + timedelta(days=3)).entries] == ["a"]
    assert read_traffic(scene, now=MONDAY + timedelta(days=4)).entries == ()
    assert parts_of(scene.path / FOLDER) == ()


def test_an_idle_server_forgets_too(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "_FORGET_EVERY_S", 0.01)
    log_of(scene.path, entry("a"))
    log = TrafficLog(scene.path, Keeping(), "zh", lambda: MONDAY + timedelta(days=40))
    log.start()
    beat = threading.Event()
    for _ in range(6000):
        if not parts_of(scene.path / FOLDER):
            break
        beat.wait(0.02)
    log.close()
    assert parts_of(scene.path / FOLDER) == ()


@pytest.mark.parametrize("said", ["{", "[]", '{"days": 1e999}', '{"masked": 1, "days": 0, "megabytes": 1}', "\x00"])
def test_a_note_of_how_long_to_keep_that_cannot_be_read_means_the_usual(scene: Scene, said: str):
    log_of(scene.path, entry("a"))
    (scene.path / FOLDER / "keeping.json").write_text(said)
    assert len(read_traffic(scene, now=MONDAY + timedelta(days=30)).entries) == 1
    assert read_traffic(scene, now=MONDAY + timedelta(days=31)).entries == ()


@pytest.mark.parametrize(
    "change",
    [
        {"latency_s": "1e999"},
        {"latency_s": "-1"},
        {"latency_s": "1" + "0" * 400},
        {"latency_s": "true"},
        {"latency_s": '"fast"'},
        {"confidence": "1e999"},
        {"confidence": "1.5"},
        {"confidence": "NaN"},
        {"at": '"0001-01-01T00:00+23:59"'},
        {"at": "7"},
        {"posts": '"退款"'},
        {"posts": "[null]"},
        {"labels": '{"退款": 1}'},
        {"rationale": "[" * 5000},
    ],
)
def test_a_line_that_is_wrong_in_one_place_is_one_unreadable_line(scene: Scene, change: dict[str, str]):
    log_of(scene.path, entry("a"))
    (part,) = parts_of(scene.path / FOLDER)
    fields = {name: json.dumps(value, ensure_ascii=False) for name, value in json.loads(part.read_bytes()).items()}
    broken = "{" + ", ".join(f'"{name}": {value}' for name, value in (fields | change).items()) + "}\n"
    part.write_bytes(part.read_bytes() + broken.encode())
    found = read_traffic(scene)
    assert ([one.id for one in found.entries], found.unreadable) == (["a"], 1)
    assert found.latency_s(0.95) == 0.01


def test_a_line_without_an_end_is_read_in_pieces_and_counted_once(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parts, "LINE_BYTES", 1000)
    log_of(scene.path, entry("a"))
    (part,) = parts_of(scene.path / FOLDER)
    good = part.read_bytes()
    part.write_bytes(good + b"x" * 5000 + b"\n" + good + b"y" * 2000)
    found = read_traffic(scene)
    assert (len(found.entries), found.unreadable) == (2, 2)


def test_seconds_are_told_as_those_of_a_run(scene: Scene):
    seconds = [0.1, 0.2, 0.4, 0.8, 5.0]
    log_of(scene.path, *(entry(f"e{k}", latency_s=s) for k, s in enumerate(seconds)))
    rows = [RunRow(Example("a", ("x",)), Prediction(Status.ANSWERED), latency_s=s) for s in seconds]
    told, found = effort(rows), read_traffic(scene)
    assert (found.latency_s(0.5), found.latency_s(0.95)) == (told.latency_p50_s, told.latency_p95_s)


def test_strangers_in_the_folder_stay_and_git_sees_nothing(scene: Scene):
    folder = scene.path / FOLDER
    folder.mkdir()
    (folder / "notes.jsonl").write_text("mine\n")
    log_of(scene.path, entry("a"), keeping=Keeping(days=60))
    assert (folder / "notes.jsonl").read_text() == "mine\n"
    assert (folder / ".gitignore").read_text() == "*\n"
    assert len(read_traffic(scene).entries) == 1
    assert all(path.stat().st_mode & 0o077 == 0 for path in parts_of(folder))


def test_a_full_disk_loses_entries_not_lines_and_is_said_until_there_is_room(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    with small_disk(tmp_path / "disk", 1) as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * 980_000)  # leaves less room than one of the large entries needs
        log = TrafficLog(disk, Keeping(), "zh", lambda: MONDAY)
        log.start()
        log.put(entry("small"))
        _until_settled(log, 1)
        for k in range(20):
            log.put(entry(f"large{k}", "很" * 30_000))
        _until_settled(log, 21)
        assert (log.written, log.lost) == (1, 20)
        assert "No space left" in log.problem
        assert "No space left" in caplog.text
        ballast.unlink()
        log.put(entry("after"))
        log.close()
        assert (log.written, log.lost, log.problem) == (2, 20, "")
        lines = b"".join(path.read_bytes() for path in parts_of(disk / FOLDER)).splitlines()
        assert [json.loads(line)["id"] for line in lines] == ["small", "after"]


def test_a_disk_that_hangs_holds_up_nobody(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(writing, "MOST_WAITING", 3)
    hanging = threading.Event()

    def wait() -> datetime:
        hanging.wait(60)
        return MONDAY

    log = TrafficLog(scene.path, Keeping(), "zh", wait)
    log.start()
    for k in range(500):
        log.put(entry(f"e{k}"))  # would never come back if it waited
    assert log.lost >= 500 - writing.AT_ONCE - 3  # what the hanging write holds, and what waits
    assert "wait for the disk" in caplog.text
    hanging.set()
    log.close()
    assert log.written + log.lost == 500
    assert len(read_traffic(scene).entries) == log.written


def test_what_cannot_be_masked_is_not_written_and_stops_nothing(scene: Scene):
    log = log_of(scene.path, entry("a", "\ud800"), entry("b"))
    assert (log.written, log.lost) == (1, 1)
    assert [one.id for one in read_traffic(scene).entries] == ["b"]
    bad = log_of(scene.path, entry("c", "住青禾路7号\ud800"))
    assert "青禾" not in bad.problem  # whoever asks for /health reads it


def test_the_log_may_be_cleared_while_it_is_written(scene: Scene):
    log = TrafficLog(scene.path, Keeping(), "zh", lambda: MONDAY)
    log.start()
    log.put(entry("a"))
    _until_settled(log, 1)
    for path in parts_of(scene.path / FOLDER):
        path.unlink()
    log.put(entry("b"))
    log.close()
    assert [one.id for one in read_traffic(scene).entries] == ["b"]


@pytest.mark.parametrize(("days", "megabytes"), [(0, 1), (1, 0), (-3, 200)])
def test_nothing_is_kept_for_no_time_or_in_no_room(days: int, megabytes: int):
    with pytest.raises(BadInput, match="Keep at least 1 of each"):
        Keeping(days=days, megabytes=megabytes)


def test_a_time_that_is_none_is_refused(scene: Scene):
    with pytest.raises(BadInput, match="since is 'yesterday'"):
        read_traffic(scene, since="yesterday")


def _until_settled(log: TrafficLog, entries: int) -> None:
    """Wait until so many entries are written or lost."""
    beat = threading.Event()
    for _ in range(6000):
        if log.written + log.lost >= entries:
            return
        beat.wait(0.01)
    raise AssertionError(f"{log.written} written, {log.lost} lost of {entries}")


PIECES = [
    (
        "打我电话13812345678",
        "“退款”得分够高，权重最大的是“1381”、“234”、“电话”",
        "“退款”得分够高，权重最大的是“[手机号1]”、“[手机号1]”、“电话”",
    ),
    ("138 1234 5678 没人接", "因为 1234 和 12 天", "因为 [手机号1] 和 12 天"),
    ("写信到zhang.san@example.com", "留了zhang.s", "留了[邮箱1]"),
    ("快递三天没到", "因为 1381", "因为 1381"),
]


@pytest.mark.parametrize(("post", "said", "kept"), PIECES)
def test_a_rationale_that_quotes_pieces_of_a_masked_number_gives_none_away(post: str, said: str, kept: str):
    masked = mask_entry(entry("a", post, rationale=said), "zh")
    assert masked.rationale == kept
    assert mask_entry(masked, "zh") == masked


def test_what_was_deleted_is_noted_and_a_full_disk_deletes_all_the_same(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    log_of(scene.path, entry("a"), keeping=Keeping(days=3))
    assert parts.deleted_through(scene.path / FOLDER) is None
    assert read_traffic(scene, now=MONDAY + timedelta(days=9)).entries == ()
    assert parts.deleted_through(scene.path / FOLDER) == MONDAY.date()
    log_of(scene.path, entry("b"), keeping=Keeping(days=3), now=MONDAY + timedelta(days=9))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parts, "replace_text", full)
    assert read_traffic(scene, now=MONDAY + timedelta(days=20)).entries == ()
    assert parts_of(scene.path / FOLDER) == ()
