"""`export_run`: what goes out comes back with the same statuses and labels, in every format."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labkit.cli.exported_run import EXPORT_FORMATS
from labkit.errors import BadData, ModelError, NeedsReason, UnknownName
from labkit.evaluation import evaluate
from labkit.imports import import_run
from labkit.records import Reply, Run, Status, Usage
from labkit.run_files import FORMATS, export_run
from labkit.run_files.exporting import _HALF
from labkit.workspace import Scene, open_scene
from tests.cli.conftest import Command, labkit  # noqa: F401
from tests.evaluation.scripted import GOOD, QUICK, Scripted, always
from tests.imports.conftest import asked  # noqa: F401

SUFFIX = {"promptfoo": ".json", "inspect": ".json"}
WHOLE = json.dumps({"rationale": "说到快递\n=1+1", "evidence": [{"post": 1, "quote": "微博"}], "labels": ["物流"]})
USAGE = Usage(100, 64, 7)
ANSWERS: Sequence[Reply | Exception] = (
    Reply(WHOLE, b"", "stop", USAGE, 0.25, "kimi-k2 (fp1)", "想了想"),
    Reply('{"labels": ["物流", "退款"]}', b"", "stop", USAGE, 0.5),
    Reply('{"labels": ["发票"]}', b"", None, Usage()),
    Reply("我觉得都不对 <script>", b"", "stop", Usage()),
    Reply("退款", b"", "stop", Usage()),  # from elsewhere it would be an answer; here it was none
    Reply('{"labels": ["质量"]}', b"", "length", USAGE),
    Reply("", b"", "content_filter", Usage()),
    Reply("", b"", "stop", Usage()),
    ModelError("the row is too long\nfor it"),
)


def run_of(scene: Scene, *outcomes: Reply | Exception, repeats: int = 1, fresh: bool = False) -> Run:
    """A run over dev, the outcomes in turn."""
    turn = iter(range(10**6))
    model = Scripted(lambda row, seen: outcomes[next(turn) % len(outcomes)], concurrency=1)
    return evaluate(scene, "v1", model, repeats=repeats, fresh=fresh, retry=QUICK, progress=lambda _: None)


def read(run: Run) -> dict[tuple[str, int], tuple[Any, ...]]:
    """What of a run must come back."""
    return {
        (row.example.id, row.repeat): (row.prediction.status, row.prediction.labels, row.prediction.rationale)
        for row in run.rows
    }


def there_and_back(scene: Scene, run: Run, format: str, folder: Path) -> Run:
    found = export_run(run, folder / f"out{SUFFIX.get(format, '.jsonl')}", format)
    assert (found.format, found.rows) == (format, len(run.rows))
    taken = import_run(scene, found.file, format)
    assert (taken.joined_by, taken.unmatched, taken.unanswered) == ("id", (), ())
    return taken.run


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("repeats", [1, 3])
def test_every_status_comes_back_as_it_went(scene: Scene, tmp_path: Path, format: str, repeats: int):
    run = run_of(scene, *ANSWERS, repeats=repeats)
    assert {row.prediction.status for row in run.rows} == {*Status} - {Status.PENDING}
    again = there_and_back(scene, run, format, tmp_path)
    assert read(again) == read(run)
    assert again.header.repeats == repeats


@pytest.mark.parametrize(
    ("format", "usage", "latency"),
    [
        ("jsonl", USAGE, 0.25),
        ("openai-batch", USAGE, None),
        ("inspect", USAGE, 0.25),
        ("promptfoo", Usage(100, None, 7), 0.25),
        ("lm-eval", Usage(), None),
    ],
)
def test_tokens_and_seconds_come_back_where_the_format_has_a_place(
    scene: Scene, tmp_path: Path, format: str, usage: Usage, latency: float | None
):
    run = run_of(scene, ANSWERS[0])
    again = there_and_back(scene, run, format, tmp_path)
    assert {(row.usage, row.latency_s) for row in again.rows} == {(usage, latency)}
    unknown = there_and_back(scene, run_of(scene, replace(ANSWERS[2], latency_s=-1.0), fresh=True), format, tmp_path)
    assert {(row.usage, row.latency_s) for row in unknown.rows} == {(Usage(), None)}


def test_every_answer_in_a_batch_file_is_a_chat_completion_to_openai_s_own_client(scene: Scene, tmp_path: Path):
    from openai.types.chat import ChatCompletion

    file = export_run(run_of(scene, *ANSWERS), tmp_path / "out.jsonl", "openai-batch").file
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    read = [ChatCompletion.model_validate(line["response"]["body"]) for line in lines if line["response"]]
    assert [len(read), sum(bool(line["error"]) for line in lines)] == [15, 1]


@pytest.mark.parametrize("format", ["promptfoo", "inspect"])
def test_model_and_prompt_keep_their_names(scene: Scene, tmp_path: Path, format: str):
    again = there_and_back(scene, run_of(scene, GOOD), format, tmp_path)
    assert (again.header.model, again.header.prompt_name) == ("scripted", "v1")


def test_json_lines_are_the_run_itself_and_come_back_once(scene: Scene, tmp_path: Path, asked: Scene):  # noqa: F811
    run = run_of(scene, *ANSWERS)
    file = export_run(run, tmp_path / "run.jsonl", "jsonl").file
    found = import_run(scene, file, "jsonl")
    assert (found.run, found.known) == (run, True)
    clone = scene.path.parent / "clone"
    other = create_clone(scene, clone)
    found = import_run(other, file, "jsonl")
    assert (found.run.id, found.known, read(found.run)) == (run.id, False, read(run))
    with pytest.raises(BadData, match=r"run\.jsonl line 2: the scene has no row"):
        import_run(asked, file, "jsonl")


def test_the_command_line_knows_the_formats_before_it_loads_them():
    assert set(EXPORT_FORMATS) == set(FORMATS)


def create_clone(scene: Scene, folder: Path) -> Scene:
    """The scene as a colleague's git has it: without its runs."""
    shutil.copytree(scene.path, folder, ignore=shutil.ignore_patterns("runs.db*", "locks"))
    return open_scene(folder)


def test_test_rows_that_come_back_are_a_reading(scene: Scene, tmp_path: Path):
    run = evaluate(scene, "v1", Scripted(always(GOOD)), "test", reason="gate", progress=lambda _: None)
    file = export_run(run, tmp_path / "run.jsonl", "jsonl").file
    other = create_clone(scene, tmp_path / "clone")
    with pytest.raises(NeedsReason):
        import_run(other, file, "jsonl")
    before = len(other.test_readings())
    assert import_run(other, file, "jsonl", reason="look").run.id == run.id
    assert len(other.test_readings()) == before + 1


def test_an_open_run_an_unknown_format_and_a_wrong_name_are_refused(scene: Scene, tmp_path: Path):
    run = run_of(scene, GOOD)
    with pytest.raises(UnknownName, match="Did you mean 'promptfoo'"):
        export_run(run, tmp_path / "out.json", "promptfo")
    with pytest.raises(BadData, match=r"out\.csv would hold inspect.*out\.json"):
        export_run(run, tmp_path / "out.csv", "inspect")
    rows = (replace(run.rows[0], prediction=replace(run.rows[0].prediction, status=Status.PENDING)), *run.rows[1:])
    with pytest.raises(BadData, match="1 open rows"):
        export_run(replace(run, rows=rows), tmp_path / "out.json", "inspect")
    with pytest.raises(BadData, match="Cannot write"):
        export_run(run, Path("/proc/nowhere/out.json"), "inspect")
    assert list(tmp_path.glob("out*")) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rationale=st.text(max_size=40), reasoning=st.text(max_size=20), format=st.sampled_from(FORMATS))
def test_whatever_a_model_says_comes_back(
    scene: Scene, tmp_path_factory: pytest.TempPathFactory, rationale: str, reasoning: str, format: str
):
    text = json.dumps({"rationale": rationale, "labels": ["退款"]}, ensure_ascii=False)
    said = saying(run_of(scene, GOOD), text, reasoning)
    again = there_and_back(scene, said, format, tmp_path_factory.mktemp("out"))
    found = [(row.prediction.labels, row.prediction.rationale) for row in again.rows]
    assert found == [(("退款",), _HALF.sub("\ufffd", rationale))] * 16


def saying(run: Run, text: str, reasoning: str) -> Run:
    """The run under a name of its own, with other words in every reply."""
    rows = tuple(replace(row, reply=text, reasoning=reasoning) for row in run.rows)
    return replace(run, header=replace(run.header, run=f"r{secrets.token_hex(6)}"), rows=rows)


def test_the_command_line_writes_any_format(labkit: Command, scene: Scene, tmp_path: Path):  # noqa: F811
    run = run_of(scene, GOOD)
    for format in FORMATS:
        file = tmp_path / f"{format}{SUFFIX.get(format, '.jsonl')}"
        words = ("runs", scene.path, "--export", run.id[:5], "--format", format, "--to", file)
        code, out, _ = labkit(*words, "--json")
        assert (code, json.loads(out)) == (0, {"run": run.id, "file": str(file), "format": format, "rows": 16})
        assert labkit(*words)[0] == 0
        assert labkit("import-run", scene.path, file, "--format", format)[0] == 0
    assert labkit("runs", scene.path, "--export", run.id, "--format", "inspect")[0] == 2
    assert labkit("runs", scene.path, "--to", tmp_path / "x.json")[0] == 2
    assert labkit("runs", scene.path, "--export", "nosuch", "--format", "inspect", "--to", tmp_path / "x.json")[0] == 2
