"""PromptEditor without a browser: what the front end sends and receives, and the value for the next cell."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.costs import TokenCounter
from labkit.errors import BadPrompt, LabkitError, UnknownName
from labkit.evaluation.plan import plan_rows
from labkit.models import get_model
from labkit.prompt_workbench import workbench
from labkit.prompts import parse_prompt, prompt_sha256, render
from labkit.prompts.hidden import visible
from labkit.prompts.lint import LintFinding
from labkit.records import Definition, Example, Prompt
from labkit.store import OpenRow
from labkit.widgets import PromptEditor
from labkit.widgets.base import LabWidget
from labkit.widgets.prompt_editor import LISTED
from labkit.workspace import create_scene
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts

V1, V2 = tiny_prompts()
EXAMPLES = tiny_examples()
BARE = Prompt("v1", "{{definitions}}", "{{posts}}", "Answer.", (Definition("质量", "东西坏了。"),))
HOSTILE = "</script><img onerror=x>\u202e\x00\x1b[31m"


def opened(prompt: Prompt = V2, on_save: Any = None, examples: Iterable[Example] = EXAMPLES) -> PromptEditor:
    return PromptEditor(prompt, TINY_TASK, tuple(examples), on_save)


def edit(editor: PromptEditor, **changes: Any) -> None:
    """Set fields of the draft as the front end does."""
    revision = editor.draft["revision"] + 1
    editor.set_state({"draft": editor.draft | {"revision": revision} | changes})


def send(editor: PromptEditor, name: str, message: dict[str, Any]) -> dict[str, Any]:
    """The whole way of a command, without a kernel."""
    replies: list[dict[str, Any]] = []
    editor.send = lambda content, buffers=None: replies.append(content)
    editor._handle_custom_msg({"kind": "anywidget-command", "name": name, "id": "1", "msg": message}, [])
    return replies[0]["response"]


def save(editor: PromptEditor) -> dict[str, Any]:
    """Press the button."""
    return send(editor, "save", {"draft": editor.draft})


def shown(editor: PromptEditor) -> list[tuple[str, str]]:
    """Role and text of each message in the preview."""
    return [(m["role"], "".join(text for _, text, _ in m["parts"])) for m in editor.preview["messages"]]


def cards(editor: PromptEditor, **by_label: str) -> list[dict[str, Any]]:
    return [card | {"text": by_label.get(card["label"], card["text"])} for card in editor.draft["definitions"]]


def test_untouched_editor_holds_the_prompt_it_was_given():
    editor = opened()
    assert editor.prompt == V2
    assert parse_prompt(editor.text, "v2") == V2
    assert editor.preview["changed"] is False


@pytest.mark.parametrize("position", [0, 17, 47])
def test_preview_is_what_render_sends(position: int):
    editor = opened()
    editor.set_state({"position": position})
    sent = render(V2, TINY_TASK, EXAMPLES[position]).messages
    assert shown(editor) == [(m.role, m.content) for m in sent]


def test_tokens_stand_by_section_and_what_every_row_shares_is_said():
    tokens = opened().preview["tokens"]
    by_section = {part["section"]: part for part in tokens["sections"]}
    assert {name for name, part in by_section.items() if part["shared"]} == {"system", "definitions", "answer"}
    assert tokens["total"] == pytest.approx(sum(part["tokens"] for part in by_section.values()))
    assert 0 < by_section["posts"]["tokens"] < by_section["definitions"]["tokens"] < tokens["shared"] < tokens["total"]
    assert (tokens["tokenizer"], tokens["measured_on"]) == ("", 0)


def test_a_counter_that_was_given_counts():
    editor = PromptEditor(V2, TINY_TASK, EXAMPLES, tokens=TokenCounter(len, "local/made-up"))
    characters = sum(len(content) for _, content in shown(editor))
    assert (editor.preview["tokens"]["total"], editor.preview["tokens"]["tokenizer"]) == (characters, "local/made-up")


def test_an_example_is_found_by_its_id_also_beyond_the_list():
    many = [replace(EXAMPLES[0], id=f"row-{k}") for k in range(LISTED + 2)]
    editor = opened(examples=many)
    assert send(editor, "find_example", {"id": f" row-{LISTED + 1} "}) == {"ok": True, "position": LISTED + 1}
    editor.set_state({"position": LISTED + 1})
    assert editor.preview["title"].startswith(f"row-{LISTED + 1} · ")
    assert "row-501" in send(editor, "find_example", {"id": "row-5011"})["error"]


def test_edited_prompt_does_not_pass_for_the_version_it_started_from():
    editor = opened()
    edit(editor, definitions=cards(editor, 质量="东西坏了。"), message="shorter")
    assert editor.prompt.name == "v2-edited"
    assert editor.prompt.message == "shorter"
    assert editor.prompt.definition_of("质量") == replace(V2.definition_of("质量"), text="东西坏了。")
    assert editor.preview["changed"] is True
    assert "- 质量: 东西坏了。" in shown(editor)[0][1]
    assert (editor.preview["revision"], editor.preview["problem"]) == (1, "")


def test_a_card_left_empty_is_no_definition():
    editor = opened(BARE)
    assert [card["label"] for card in editor.draft["definitions"]] == ["质量", "物流", "退款"]
    assert editor.prompt == BARE
    edit(editor, definitions=cards(editor, 退款="要钱。"))
    assert [d.label for d in editor.prompt.definitions] == ["质量", "退款"]


def test_an_unknown_placeholder_is_shown_and_not_saved():
    written: list[Prompt] = []
    editor = opened(on_save=lambda prompt: written.append(prompt) or "v3")
    edit(editor, input="{{post}}")
    assert "unknown placeholder {{post}}" in editor.preview["problem"]
    assert editor.preview["messages"] == []
    reply = save(editor)
    assert (reply["ok"], reply["details"]) == (False, "")
    assert "{{post}}" in reply["error"]
    assert written == []
    edit(editor, input="{{posts}}")
    assert editor.preview["problem"] == ""


@pytest.mark.parametrize(
    ("field", "text", "named"),
    [
        ("system", "You sort.\n# Examples\nnone", "System message"),
        ("instruction", "Now.\n# Postscript", "# Postscript"),
        ("input", "{{posts}}\n# Input", "# Input"),
        ("shots", "a\n# Input", "# Input"),
    ],
)
def test_a_line_that_a_prompt_file_takes_for_a_heading_is_refused(field: str, text: str, named: str):
    editor = opened(on_save=lambda prompt: "v3")
    edit(editor, **{field: text})
    assert named in editor.preview["problem"]
    assert save(editor)["ok"] is False
    with pytest.raises(BadPrompt):
        _ = editor.prompt


def test_a_list_head_inside_a_definition_is_refused_and_the_label_named():
    editor = opened()
    edit(editor, definitions=cards(editor, 退款="要钱。\nIncludes:\n- 运费"))
    assert "the definition of '退款'" in editor.preview["problem"]


def test_a_definition_of_an_unknown_label_can_be_taken_out():
    editor = opened(replace(V2, definitions=(*V2.definitions, Definition("天气", "晴。"))))
    assert "天气" in editor.preview["problem"]
    edit(editor, definitions=[card for card in editor.draft["definitions"] if card["label"] != "天气"])
    assert editor.preview["problem"] == ""


def test_saving_writes_a_new_version_once(tmp_path: Path):
    def write(prompt: Prompt) -> Path:
        path = tmp_path / f"v{3 + len(list(tmp_path.iterdir()))}.md"
        path.write_text(prompt.message)
        return path

    editor = opened(on_save=write)
    edit(editor, instruction="现在回答。", message="shorter")
    assert save(editor) == {"ok": True, "unchanged": False, "outside": False}
    assert editor.saved == {"name": "v3", "where": str(tmp_path / "v3.md")}
    assert (editor.version, editor.prompt.name, editor.prompt.message) == ("v3", "v3", "shorter")
    assert editor.preview["changed"] is False
    assert save(editor) == {"ok": True, "unchanged": True, "outside": False}
    assert [p.name for p in tmp_path.iterdir()] == ["v3.md"]
    edit(editor, rationale="none")
    assert save(editor)["unchanged"] is False
    assert editor.version == "v4"


def test_a_message_alone_is_no_new_version():
    editor = opened(on_save=lambda prompt: "v3")
    edit(editor, message="nothing, really")
    assert save(editor) == {"ok": True, "unchanged": True, "outside": False}


def test_a_save_that_fails_says_why_and_keeps_the_edit():
    def refuse(prompt: Prompt) -> str:
        raise OSError("disk full")

    editor = opened(on_save=refuse)
    edit(editor, instruction="现在回答。")
    reply = save(editor)
    assert (reply["ok"], reply["error"]) == (False, "OSError: disk full")
    assert "Traceback" in reply["details"]
    assert (editor.version, editor.prompt.instruction) == ("v2", "现在回答。")


def test_without_on_save_there_is_nowhere_to_save():
    editor = opened()
    assert editor.can_save is False
    assert "nowhere to save" in save(editor)["error"]


def test_another_prompt_can_be_opened():
    editor = opened(on_save=lambda prompt: "v3")
    edit(editor, instruction="x")
    editor.prompt = V1
    assert (editor.version, editor.prompt, editor.preview["changed"]) == ("v1", V1, False)


@pytest.mark.parametrize("garbage", [{}, {"system": 7}, {"definitions": [{"label": "物流"}]}, {"rationale": "maybe"}])
def test_a_draft_that_is_none_becomes_a_problem_not_an_exception(garbage: dict[str, Any]):
    editor = opened()
    edit(editor, **garbage) if garbage else editor.set_state({"draft": {}})
    assert editor.problem.get("error") or editor.preview["problem"]
    editor.prompt = V2
    assert editor.problem == {}


def test_many_examples_are_counted_and_the_first_ones_listed():
    many = [replace(EXAMPLES[0], id=f"row-{k}", items=("长" * 200,)) for k in range(LISTED + 1)]
    editor = opened(examples=many)
    assert (len(editor.titles), editor.total) == (LISTED, LISTED + 1)
    assert editor.titles[1] == f"row-1 · {'长' * 48}…"
    editor.set_state({"position": 10_000})
    assert editor.preview["messages"]


def test_without_examples_the_prompt_is_still_shown():
    assert shown(opened(examples=()))[1][1].startswith("微博 1: …")


def test_half_an_emoji_does_not_break_the_file():
    editor = opened(on_save=lambda prompt: prompt.instruction.encode("utf-8") and "v3")
    edit(editor, instruction="ok \ud83d")
    assert editor.prompt.instruction == "ok ?"
    assert save(editor)["ok"] is True


def findings_of(editor: PromptEditor, revision: int) -> list[dict[str, Any]]:
    """What lint says of a revision, once it has said it."""
    deadline = time.monotonic() + 30
    while editor.findings.get("revision") != revision and time.monotonic() < deadline:
        time.sleep(0.01)
    assert editor.findings["revision"] == revision
    return editor.findings["found"]


def test_faults_are_found_while_one_types_and_gone_when_mended():
    editor = opened(BARE)
    assert ("undefined-label", "退款") in {(f["rule"], f["label"]) for f in findings_of(editor, 0)}
    edit(editor, definitions=cards(editor, 退款="作者要求退钱，或者在等退款到账，不包括询问价格。"))
    assert "退款" not in {f["label"] for f in findings_of(editor, 1)}


def test_rows_that_show_the_harm_are_few_and_known_or_not():
    rows = ("nowhere", *(example.id for example in EXAMPLES[:10]))
    finding = LintFinding("r", "note", "posts", None, HOSTILE, "why", "how", "who", rows)
    (shown,) = findings_of(PromptEditor(V2, TINY_TASK, EXAMPLES, lint=lambda prompt: [finding]), 0)
    assert (shown["label"], shown["quote"], shown["more"]) == ("", HOSTILE, 3)
    assert shown["rows"] == [[example.id, True] for example in EXAMPLES[:8]]


def test_a_slow_look_does_not_hold_up_typing_and_only_the_newest_text_is_looked_at():
    go, seen = threading.Event(), []

    def slow(prompt: Prompt) -> list[LintFinding]:
        seen.append(prompt.instruction)
        go.wait(30)
        return []

    editor = PromptEditor(V2, TINY_TASK, EXAMPLES, lint=slow)
    for text in ("一", "二", "三"):
        edit(editor, instruction=text)
        assert editor.preview["revision"] == editor.draft["revision"]
    go.set()
    findings_of(editor, 3)
    assert seen[-1] == "三"
    assert len(seen) <= 3


def test_a_look_that_fails_says_so():
    def broken(prompt: Prompt) -> list[LintFinding]:
        raise OSError("no dictionary")

    editor = PromptEditor(V2, TINY_TASK, EXAMPLES, lint=broken)
    deadline = time.monotonic() + 30
    while not editor.problem and time.monotonic() < deadline:
        time.sleep(0.01)
    assert editor.problem["error"] == "OSError: no dictionary"


def test_words_follow_the_interface_language(monkeypatch: pytest.MonkeyPatch):
    assert opened().words["save"] == "Save as new version"
    monkeypatch.setenv("LABKIT_LANG", "zh")
    editor = opened()
    assert (editor.language, editor.words["save"]) == ("zh", "另存为新版本")


def test_unknown_arguments_are_refused_with_the_nearest_name():
    with pytest.raises(UnknownName, match="Did you mean 'examples'"):
        PromptEditor(V2, TINY_TASK, exmples=EXAMPLES)


def test_a_users_subclass_keeps_front_end_and_words():
    class Mine(PromptEditor):
        """An editor with a house style."""

    mine = Mine(V2, TINY_TASK)
    assert mine.words == opened().words
    assert mine._esm == opened()._esm


def test_a_widget_without_its_bundle_says_how_to_build_it():
    with pytest.raises(LabkitError, match="npm run build"):
        type("Lost", (LabWidget,), {"__module__": "labkit.widgets.lost"})


def test_callbacks_from_two_threads_write_each_version_once():
    written: list[str] = []

    def write(prompt: Prompt) -> str:
        written.append(f"v{3 + len(written)}")
        return written[-1]

    editor = opened(on_save=write)
    edit(editor, instruction="现在回答。")
    draft = editor.draft
    replies: list[dict[str, Any]] = []
    threads = [threading.Thread(target=lambda: replies.append(editor.save({"draft": draft}, [])[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert written == ["v3"]
    assert sorted(reply["unchanged"] for reply in replies) == [False] + [True] * 7


def test_what_hides_or_reorders_text_is_shown_by_its_code():
    example = Example("a\u202e", ("abc\u202edef \ud83d",))
    editor = PromptEditor(V2, TINY_TASK, (example,))
    assert "abc⟨U+202E⟩def ⟨U+D83D⟩" in shown(editor)[1][1]
    assert editor.titles == ["a⟨U+202E⟩ · abc⟨U+202E⟩def ⟨U+D83D⟩"]
    assert str(editor.get_state(["preview", "titles"])).encode()


TEXTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["# Input", "## 物流", "---", "Includes:", "包括:\n- x", "{{posts}}", "{{x}}", HOSTILE, "- a\n- b"]
    ),
).map(lambda text: f"a\n{text}\nb")


@settings(max_examples=60, deadline=None)
@given(
    draft=st.fixed_dictionaries(
        dict.fromkeys(("system", "input", "instruction", "shots", "message"), TEXTS)
        | {"rationale": st.sampled_from(["before", "after", "none"])}
    ),
    meaning=TEXTS,
    lines=st.lists(st.text(max_size=20), max_size=3),
)
def test_whatever_is_typed_is_kept_exactly_or_refused(draft: dict[str, Any], meaning: str, lines: list[str]):
    editor = opened(on_save=lambda prompt: "v3")
    card = {"label": "物流", "text": meaning, "includes": lines, "excludes": [], "examples": []}
    edit(editor, **draft, definitions=[card])
    assert editor.problem == {}
    try:
        prompt = editor.prompt
    except BadPrompt:
        prompt = None
    if prompt is None:
        assert editor.preview["problem"]
        assert save(editor)["ok"] is False
        return
    assert prompt.system.split() == draft["system"].encode("utf-8", "replace").decode().split()
    assert [i.split() for i in prompt.definitions[0].includes] == [line.split() for line in lines if line.split()]
    assert parse_prompt(editor.text, prompt.name) == prompt
    if not editor.preview["problem"]:
        sent = render(prompt, TINY_TASK, EXAMPLES[0]).messages
        assert [text for _, text in shown(editor)] == [visible(m.content) for m in sent]


def wait_until_fetched(editor: PromptEditor) -> None:
    deadline = time.monotonic() + 30
    while editor.preview["fetching"] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not editor.preview["fetching"]


def test_the_preview_shows_the_examples_that_are_fetched_for_its_row_as_they_are_sent(tmp_path: Path):
    pool = [
        Example("p1", ("快递站说的是物流太慢,催了三遍还没有人管",), ("物流",), "pool"),
        Example("p2", ("衣服洗一次就开线,袖口也起了毛球",), ("质量",), "pool"),
    ]
    scene = create_scene(tmp_path / "s", TINY_TASK, [*EXAMPLES, *pool], [replace(V2, name="v3", retrieved=2)])
    editor = workbench(scene, "v3")
    assert editor.can_fetch
    wait_until_fetched(editor)
    assert [part[0] for part in editor.preview["messages"][1]["parts"]] == ["retrieved", "posts", "instruction"]
    rows = scene.examples("dev")[:1]
    plan = plan_rows(scene, scene.prompt("v3"), get_model("definition-reader", scene), rows, "dev")
    sent = plan.request(OpenRow(rows[0], 0)).messages
    assert shown(editor) == [(message.role, message.content) for message in sent]
    edit(editor, retrieved=0)
    assert [part[0] for part in editor.preview["messages"][1]["parts"]] == ["posts", "instruction"]


def test_fetching_holds_up_neither_typing_nor_the_preview_which_says_so_and_follows():
    go, found = threading.Event(), [replace(EXAMPLES[1], split="pool")]

    def slow(row: Example, count: int) -> list[Example]:
        go.wait(30)
        return found[:count]

    editor = PromptEditor(replace(V2, retrieved=1), TINY_TASK, EXAMPLES, fetch=slow)
    edit(editor, instruction="还在打字。")
    assert (editor.preview["revision"], editor.preview["fetching"], editor.preview["changed"]) == (1, True, True)
    assert [part[0] for part in editor.preview["messages"][1]["parts"]] == ["posts", "instruction"]
    go.set()
    wait_until_fetched(editor)
    assert visible(EXAMPLES[1].items[0]) in shown(editor)[1][1]
    edit(editor, instruction="打完了。")
    assert not editor.preview["fetching"], "the same row's examples are known"
    found[:] = [replace(EXAMPLES[2], split="pool")]  # a label was corrected
    edit(editor, instruction="打完了!")
    deadline = time.monotonic() + 30
    while visible(EXAMPLES[2].items[0]) not in shown(editor)[1][1] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert visible(EXAMPLES[2].items[0]) in shown(editor)[1][1]


def test_a_fetch_that_fails_is_said_in_the_preview():
    def broken(row: Example, count: int) -> list[Example]:
        raise OSError("disk gone")

    editor = PromptEditor(replace(V2, retrieved=1), TINY_TASK, EXAMPLES, fetch=broken)
    wait_until_fetched(editor)
    assert editor.preview["problem"] == "OSError: disk gone"


def test_a_pool_that_has_nothing_to_fetch_is_said_in_the_preview(tmp_path: Path):
    rows = [replace(row, labels=None) if row.split == "pool" else row for row in EXAMPLES]
    bare = create_scene(tmp_path / "bare", TINY_TASK, rows, [replace(V2, name="v1", retrieved=2)])
    editor = workbench(bare, "v1")
    wait_until_fetched(editor)
    assert "no labelled" in editor.preview["problem"]
    assert (editor.preview["changed"], editor.preview["sha256"]) == (False, prompt_sha256(editor.prompt))
