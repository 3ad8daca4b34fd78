from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.errors import RunBusy, UnknownName
from labkit.records import Message
from labkit.training.job_folder import JobFolder
from labkit.training.rows import TrainingRow


def test_events_come_back_in_order(tmp_path: Path):
    folder = JobFolder(tmp_path)
    folder.tell("start", steps=3)
    folder.tell("step", step=1, loss=2.5)
    assert [(event["kind"], event.get("loss")) for event in folder.events()] == [("start", None), ("step", 2.5)]


def test_a_line_torn_by_a_kill_is_passed_over(tmp_path: Path):
    folder = JobFolder(tmp_path)
    folder.tell("start")
    with (tmp_path / "events.jsonl").open("ab") as file:
        file.write(b'{"kind": "step", "lo')
    folder.tell("start")
    assert [event["kind"] for event in folder.events()] == ["start", "start"]


@given(st.text(), st.text())
def test_rows_survive_their_file(tmp_path_factory: pytest.TempPathFactory, post: str, answer: str):
    try:
        (post + answer).encode("utf-8")
    except UnicodeEncodeError:
        return
    folder = JobFolder(tmp_path_factory.mktemp("job"))
    rows = (TrainingRow("a", (Message("system", "s"), Message("user", post)), answer),) * 2
    folder.write_rows(rows)
    assert folder.rows() == rows


def test_only_one_process_may_hold_it(tmp_path: Path):
    with JobFolder(tmp_path).holding(), pytest.raises(RunBusy, match="running already"), JobFolder(tmp_path).holding():
        pass


def test_no_job_there(tmp_path: Path):
    with pytest.raises(UnknownName, match="no training job"):
        JobFolder(tmp_path).spec()


def test_the_end_of_the_log_in_one_harmless_line(tmp_path: Path):
    folder = JobFolder(tmp_path)
    assert folder.last_log_lines() == ""
    folder.log.write_bytes(b"first\n\nprogress\rprogress 2\n\x1b[31mRuntimeError: no memory\x1b[0m\n\xff\n")
    assert folder.last_log_lines(2) == "[31mRuntimeError: no memory[0m | \N{REPLACEMENT CHARACTER}"
