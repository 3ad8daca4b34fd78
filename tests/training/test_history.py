from __future__ import annotations

from pathlib import Path

import pytest

from labkit.texts import Phrase
from labkit.training.history import history_of
from labkit.training.job_folder import JobFolder


def evaluated(step: int, score: float) -> dict[str, object]:
    return {"kind": "evaluation", "step": step, "macro_f1": score, "per_label": {}}


def test_a_step_done_again_after_a_kill_stands_once():
    events = [{"kind": "step", "step": step, "loss": loss} for step, loss in ((1, 3.0), (2, 2.0), (3, 1.0), (2, 2.5))]
    assert [(step["step"], step["loss"]) for step in history_of(events).steps] == [(1, 3.0), (2, 2.5), (3, 1.0)]


def test_the_best_is_the_adapters_and_the_latest_of_equals():
    events = [evaluated(0, 0.9), evaluated(8, 0.5), evaluated(4, 0.5), evaluated(2, 0.1)]
    best = history_of(events).best
    assert best is not None
    assert best["step"] == 8
    assert history_of(events[:1]).best is None


def test_an_alarm_told_twice_stands_once():
    events = [{"kind": "alarm", "problem": "a"}, {"kind": "alarm", "problem": "b"}, {"kind": "alarm", "problem": "a"}]
    assert history_of(events).alarms == ("a", "b")


def test_an_alarm_is_told_in_the_language_of_who_reads_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Whoever trained it had the interface in English, and the file keeps those words beside what they say."""
    monkeypatch.setenv("LABKIT_LANG", "en")
    damaged = Phrase("damage.bytes", {"file": "optimizer.pt", "found": 3, "bytes": 28})
    JobFolder(tmp_path).alarm("checkpoint", Phrase("alarm.checkpoint", {"name": "checkpoint-4", "problem": damaged}))
    (event,) = JobFolder(tmp_path).events()
    assert event["problem"] == "checkpoint-4 is passed over: optimizer.pt has 3 bytes, not 28"
    monkeypatch.setenv("LABKIT_LANG", "zh")
    assert history_of([event]).alarms == ("跳过 checkpoint-4：optimizer.pt 有 3 字节，应为 28 字节",)
    for told in (None, {"key": "no.such.key", "values": {}}, {"key": "alarm.fall", "values": {"step": 1}}, {"key": 1}):
        assert history_of([{**event, "told": told}]).alarms == (event["problem"],)
