"""A scene before it is written: what comes together from posts, definitions and a prompt, and what is frozen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from labkit.errors import BadData
from labkit.prompts import format_prompt
from labkit.records import Example, Task
from labkit.tables.importing import Choices
from labkit.views.understood import understood, understood_json
from labkit.workspace import Sources, draft_scene, open_scene, write_draft
from labkit.workspace.draft import _assumed_bar, read_sources
from tests.cli.conftest import TOPICS, post

PROMPT = "你是质检员。\n标签：\n1. 物流：快递的问题。\n2. 退款：要求退钱。\n请输出JSON。\n微博：{text}\n"


def posts(folder: Path, *labels: str, head: str = "id,text,label") -> Path:
    path = folder / "posts.csv"
    rows = [f"{k},{post(k)},{label}" for k, label in enumerate(labels or [tuple(TOPICS)[k % 3] for k in range(30)])]
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder / name


def drafted(sources: Sources):
    return draft_scene(sources, *read_sources(sources))


def test_only_names_make_a_task_and_a_starter_prompt(tmp_path: Path):
    draft = drafted(Sources(choices=Choices(labels=("物流", "退款"), name="s")))
    scene = write_draft(draft, tmp_path / "s")
    assert (scene.task.labels, scene.task.language, scene.rows) == (("物流", "退款"), "zh", ())
    assert [d.label for d in scene.prompt("v1").definitions] == ["物流", "退款"]
    assert open_scene(tmp_path / "s").rows == ()


def test_nothing_that_names_a_label_is_refused():
    with pytest.raises(BadData, match=r"No label is named\. .*--label NAME, --definitions FILE or --prompt FILE"):
        drafted(Sources())


def test_a_prompt_alone_makes_a_scene_and_is_kept_verbatim(tmp_path: Path):
    source = written(tmp_path, "提示词.txt", PROMPT)
    scene = write_draft(drafted(Sources(prompt=source)), tmp_path / "s")
    prompt = scene.prompt("v1")
    assert (scene.task.labels, prompt.message) == (("物流", "退款"), "from 提示词.txt")
    assert prompt.definitions[1].text == "要求退钱。"
    assert (scene.path / "prompts/v1.source.txt").read_text("utf-8") == PROMPT
    assert (scene.path / "prompts/v1.rest.txt").read_text("utf-8") == "5\tformat\t请输出JSON。\n"
    assert scene.prompt_names() == ("short", "v1")


@pytest.mark.parametrize("other", ["退款：", "完全别的："], ids=["one of its labels is known", "none is"])
def test_a_name_that_the_prompt_defines_and_no_row_carries_is_held_against_labels_without_a_definition(
    tmp_path: Path, other: str
):
    prompt = written(tmp_path, "p.txt", PROMPT.replace("物流：", "物流问题：").replace("退款：", other))
    draft = drafted(Sources(examples=(posts(tmp_path),), prompt=prompt))
    assert draft.perhaps_meant == {"物流问题": "物流"}
    labels = next(section for section in understood(draft) if section.name == "labels")
    assert any(
        "“物流问题” of the prompt: did it mean “物流”, which it does not define?" in line for line in labels.lines
    )
    assert understood_json(draft)["perhaps_meant"] == {"物流问题": "物流"}


def test_posts_prompt_and_definitions_come_together(tmp_path: Path):
    meanings = written(tmp_path, "d.csv", "标签,定义\n物流 ,丢件和延误。\n客服,没人理。\n")
    sources = Sources((posts(tmp_path),), definitions=meanings, prompt=written(tmp_path, "p.txt", PROMPT))
    draft = drafted(sources)
    assert draft.task.labels == ("物流", "客服", "退款", "质量")
    texts = {d.label: d.text for d in draft.prompt.definitions}
    assert texts == {"物流": "丢件和延误。", "客服": "没人理。", "退款": "要求退钱。", "质量": ""}
    assert (draft.unseen, draft.undefined) == (("客服",), ("质量",))
    assert draft.taken is not None
    assert [kept.text for kept in draft.taken.rest if kept.why == "replaced"] == ["1. 物流：快递的问题。"]


def test_test_rows_are_frozen_and_a_change_is_noticed(tmp_path: Path):
    scene = write_draft(drafted(Sources((posts(tmp_path),))), tmp_path / "s")
    assert scene.task.test_sha256
    rows = (scene.path / "examples.jsonl").read_text("utf-8").splitlines()
    changed = [row.replace("快递没到", "快递到了") if '"test"' in row else row for row in rows]
    assert changed != rows
    written(scene.path, "examples.jsonl", "\n".join(changed) + "\n")
    with pytest.raises(BadData, match=r"The test rows of .* are not the frozen ones"):
        open_scene(scene.path)


def test_labels_that_look_alike_wait_for_a_decision(tmp_path: Path):
    path = posts(tmp_path, *["退款", "退 款", "退款", "物流"] * 6)
    undecided = drafted(Sources((path,)))
    assert undecided.undecided == (("退款", "退 款"),)
    one = drafted(Sources((path,), choices=Choices(merge_labels=True)))
    assert (one.task.labels, one.undecided) == (("退款", "物流"), ())
    assert one.found is not None
    assert one.found.labels.merged == {"退 款": "退款"}
    two = drafted(Sources((path,), choices=Choices(merge_labels=False)))
    assert (two.task.labels, two.undecided) == (("退款", "退 款", "物流"), ())


def test_near_duplicates_across_splits_are_counted(tmp_path: Path):
    train = posts(tmp_path)
    test = written(tmp_path, "test.csv", f"id,text,label\nt1,{post(0)}！！,物流\nt2,全新的一条帖子没人见过,退款\n")
    draft = drafted(Sources((train,), test))
    assert (draft.repetition.groups, draft.leaked) == (1, 1)


def test_a_row_of_another_subtask_makes_no_repeats_of_two_that_differ(tmp_path: Path):
    said = post(0) + post(1)
    texts = (said, said[6:] + "另外我还要投诉", said[18:] + "另外我还要投诉你们的仓库")
    labels = {"a": "物流", "b": "退款"}
    for subtasks, groups in (("aba", 0), ("aaa", 1)):
        given = zip(texts, subtasks, ("pool", "dev", "test"), strict=True)
        rows = [f"{text},{labels[part]},{part},{split}" for text, part, split in given]
        path = written(tmp_path, f"{subtasks}.csv", "\n".join(["text,label,subtask,split", *rows]) + "\n")
        assert drafted(Sources((path,))).repetition.groups == groups


def test_a_label_that_no_prompt_can_hold_is_refused(tmp_path: Path):
    with pytest.raises(BadData, match="A label cannot be used"):
        drafted(Sources(choices=Choices(labels=("a\nb", "b"))))


def test_a_scene_that_cannot_be_written_leaves_nothing(tmp_path: Path):
    draft = drafted(Sources((posts(tmp_path),)))
    broken = replace(draft, prompt=replace(draft.prompt, definitions=draft.prompt.definitions * 2))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Exception, match="more than once"):
        write_draft(broken, tmp_path / "s")
    assert sorted(tmp_path.iterdir()) == before


def test_the_made_prompt_reads_back_from_its_file(tmp_path: Path):
    draft = drafted(Sources(prompt=written(tmp_path, "p.md", "# 物流\n# 退款\n---\n" + PROMPT)))
    scene = write_draft(draft, tmp_path / "s")
    assert format_prompt(scene.prompt("v1")) == format_prompt(draft.prompt)


@pytest.mark.parametrize(
    ("labels", "several", "metric"),
    [
        ("物流 退款", None, "accuracy"),
        ("物流 退款 质量 质量", None, "accuracy"),
        ("物流 退款 质量 质量 质量 质量", None, "macro_f1"),
        ("物流 退款", True, "macro_f1"),
    ],
)
def test_the_bar_is_assumed_of_the_share_right_where_no_label_alone_could_pass_it(
    tmp_path: Path, labels: str, several: bool | None, metric: str
):
    found = drafted(Sources((posts(tmp_path, *labels.split() * 20),), choices=Choices(multi_label=several)))
    assert (found.task.bar.metric, found.task.bar.value) == (metric, 0.8)


@pytest.mark.parametrize(
    ("rows", "metric"),
    [
        ({("test", "a"): 18, ("test", "b"): 2, ("pool", "a"): 20, ("pool", "b"): 20}, "macro_f1"),
        ({("test", "a"): 10, ("test", "b"): 10, ("pool", "a"): 38, ("pool", "b"): 2}, "accuracy"),
        ({("dev", "a"): 18, ("dev", "b"): 2, ("pool", "a"): 20, ("pool", "b"): 20}, "macro_f1"),
    ],
)
def test_the_rows_that_will_judge_say_whether_one_label_would_pass(rows: dict[tuple[str, str], int], metric: str):
    task = Task("t", ("a", "b"))
    examples = [
        Example(f"{split}{label}{k}", (f"{split} {label} {k}",), (label,), split)
        for (split, label), count in rows.items()
        for k in range(count)
    ]
    assert _assumed_bar(task, examples).metric == metric


def test_the_commonest_label_of_each_subtask_counts():
    task = Task("t", ("a", "b", "c", "d"))
    examples = [
        Example(f"{subtask}{k}", (f"{subtask} {k}",), (common if k else rare,), "test", subtask=subtask)
        for subtask, common, rare in (("one", "a", "b"), ("two", "c", "d"))
        for k in range(20)
    ]
    assert _assumed_bar(task, examples).metric == "macro_f1"
