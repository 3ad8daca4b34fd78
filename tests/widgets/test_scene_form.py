"""SceneForm: files become a scene only after a look and a click; every correction of `new` is there."""

from __future__ import annotations

import inspect
import time
from pathlib import Path

import openpyxl
import pytest

from labkit.cli.scene import new
from labkit.texts import catalogue, say
from labkit.widgets import SceneForm
from labkit.workspace import open_scene

TOPICS = (("快递没到", "物流"), ("要求退款", "退款"))
PLACES = (
    "北京",
    "上海",
    "广州",
    "深圳",
    "成都",
    "重庆",
    "杭州",
    "武汉",
    "西安",
    "南京",
    "天津",
    "苏州",
    "长沙",
    "郑州",
)
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LABKIT_LANG", "en")


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    return write_posts(tmp_path / "posts.csv", [label for _, label in TOPICS])


def write_posts(path: Path, labels: list[str], rows: int = 40) -> Path:
    lines = [f"{k},{post(k)},{labels[k % len(labels)]},u{k // 2}\n" for k in range(rows)]
    path.write_text(f"编号,正文,标签,作者\n{''.join(lines)}", "gb18030")
    return path


def post(k: int) -> str:
    return f"{PLACES[k % 14]}的{TOPICS[k % 2][0]}，{PLACES[k * 5 // 14 % 14]}也是，第{k}次"


def looked(form: SceneForm) -> SceneForm:
    form.look_button.click()
    return settled(form)


def settled(form: SceneForm) -> SceneForm:
    form.join(60)
    return form


def test_a_look_shows_what_was_understood_and_writes_nothing(posts: Path):
    form = looked(SceneForm("mine", [posts.name], beside=posts.parent))
    assert "posts.csv: 40 rows, gb18030" in form.shown.value
    assert form.draft is not None
    assert form.draft.task.labels == ("物流", "退款")
    assert not form.write_button.disabled
    assert not (posts.parent / "mine").exists()


def test_a_click_writes_the_scene_once(posts: Path):
    form = looked(SceneForm("mine", [posts.name], beside=posts.parent))
    form.write_button.click()
    settled(form)
    assert form.scene is not None
    assert open_scene(posts.parent / "mine").task.labels == ("物流", "退款")
    assert (posts.parent / "mine" / "notebooks" / "01_prompt.ipynb").exists()
    assert str(posts.parent / "mine") in form.notice.value
    assert form.write_button.disabled
    assert form.look_button.disabled


def test_a_pasted_prompt_is_taken_apart(posts: Path):
    form = SceneForm("mine", [posts.name], beside=posts.parent)
    form.sources.prompt_text.value = (
        "你是客服。\n标签：\n- 物流：快递的事\n- 退款：要钱的事\n微博：{text}\n只输出标签。"
    )
    looked(form).write_button.click()
    settled(form)
    assert form.scene is not None
    assert [d.text for d in form.scene.prompt("v1").definitions] == ["快递的事", "要钱的事"]
    assert "你是客服。" in (posts.parent / "mine" / "prompts" / "v1.source.txt").read_text("utf-8")


def test_two_prompts_are_refused(posts: Path):
    (posts.parent / "prompt.txt").write_text("标签：\n- 物流：快递的事\n", "utf-8")
    form = SceneForm("mine", [posts.name], beside=posts.parent)
    form.sources.prompt.value, form.sources.prompt_text.value = "prompt.txt", "另一份"
    looked(form)
    assert "There are two prompts, a file and a text. Give one of them." in form.notice.value
    assert form.write_button.disabled


def test_names_of_labels_alone_make_a_scene(tmp_path: Path):
    form = SceneForm("mine", beside=tmp_path)
    form.sources.label.value = "物流\n退款\n\n物流"
    looked(form).write_button.click()
    assert settled(form).scene is not None
    assert open_scene(tmp_path / "mine").task.labels == ("物流", "退款")


def test_a_correction_shows_it_anew_without_reading_again(posts: Path):
    form = looked(SceneForm("mine", [posts.name], beside=posts.parent))
    posts.unlink()
    form.choices.labels.value = ("作者",)
    settled(form)
    assert form.draft is not None
    assert len(form.draft.task.labels) == 20
    form.choices.columns["group"].value = form.choices.columns["group"].options[-1][1]
    settled(form)
    assert form.draft is not None
    assert all(example.group is None for example in form.draft.examples)
    assert dict(form.choices.columns["group"].options)[say("scene_form.guess", value="作者")]


def test_labels_that_look_alike_wait_for_a_decision(tmp_path: Path):
    posts = write_posts(tmp_path / "posts.csv", ["refund", "Refund", "delivery"])
    form = looked(SceneForm("mine", [posts.name], beside=tmp_path))
    assert say("scene_form.decide_first") in form.notice.value
    assert form.write_button.disabled
    form.choices.merge_labels.value = True
    assert settled(form).draft is not None
    assert len(form.draft.task.labels) == 2
    assert not form.write_button.disabled


def test_columns_that_are_not_clear_can_be_named(tmp_path: Path):
    (tmp_path / "posts.csv").write_text("a,b\n" + "".join(f"{post(k)},{post(k % 3)}\n" for k in range(30)), "utf-8")
    form = looked(SceneForm("mine", ["posts.csv"], beside=tmp_path))
    assert "--text" in form.notice.value
    assert form.write_button.disabled
    form.choices.text.value, form.choices.labels.value = ("a",), ("b",)
    assert settled(form).draft is not None
    assert len(form.draft.examples) == 30


def test_a_sheet_can_be_chosen(tmp_path: Path):
    workbook = openpyxl.Workbook()
    for name, rows in (("一月", 30), ("二月", 8)):
        sheet = workbook.create_sheet(name)
        sheet.append(["text", "label"])
        for k in range(rows):
            sheet.append([post(k), TOPICS[k % 2][1]])
    workbook.save(tmp_path / "posts.xlsx")
    form = looked(SceneForm("mine", ["posts.xlsx"], beside=tmp_path))
    assert form.draft is not None
    assert len(form.draft.examples) == 30
    form.choices.sheet.value = "二月"
    assert settled(form).draft is not None
    assert len(form.draft.examples) == 8


@pytest.mark.parametrize("content", ["", "a,b\n", 'id,text,label\n1,"开着,x\n'])
def test_a_bad_file_is_one_line_that_says_what_to_do(tmp_path: Path, content: str):
    (tmp_path / "posts.csv").write_text(content, "utf-8")
    form = looked(SceneForm("mine", ["posts.csv"], beside=tmp_path))
    assert "posts.csv" in form.notice.value
    assert form.shown.value == ""
    assert form.write_button.disabled
    assert list(tmp_path.iterdir()) == [tmp_path / "posts.csv"]


def test_a_folder_that_is_taken_is_refused_before_anything_is_read(posts: Path):
    form = looked(SceneForm(posts.parent, [posts.name], beside=posts.parent))
    assert "exists already and is not empty" in form.notice.value


def test_what_is_written_has_been_seen(posts: Path):
    form = looked(SceneForm("mine", [posts.name], beside=posts.parent))
    write_posts(posts.parent / "others.csv", ["其他", "质量"])
    form.sources.examples[0].value = "others.csv"
    form.write_button.click()
    settled(form)
    assert form.scene is None
    assert "others.csv" in form.shown.value
    form.write_button.click()
    settled(form)
    assert form.scene is not None
    assert set(form.scene.task.labels) == {"其他", "质量"}


def test_a_correction_while_it_is_written_does_not_lose_the_scene(posts: Path):
    form = looked(SceneForm("mine", [posts.name], beside=posts.parent))
    form.write_button.click()
    form.choices.name.value = "another"
    settled(form)
    assert form.scene is not None


def test_files_below_a_hidden_folder_are_offered(tmp_path: Path):
    (tmp_path / ".team").mkdir()
    posts = write_posts(tmp_path / ".team" / "posts.csv", ["物流"])
    assert SceneForm("mine", beside=posts.parent).sources.examples[0].options == ("posts.csv",)


def test_hostile_cells_are_text(tmp_path: Path):
    rows = "".join(f'{k},{post(k)}<img>,"{HOSTILE}{k % 2}"\n' for k in range(30))
    (tmp_path / "posts.csv").write_text(f"id,{HOSTILE},label\n{rows}", "utf-8")
    form = SceneForm("mine", ["posts.csv"], beside=tmp_path)
    looked(form)
    form.choices.text.value = (HOSTILE,)
    settled(form)
    assert "&lt;img" in form.shown.value
    assert "<img" not in form.shown.value + form.notice.value


def test_a_stop_leaves_what_was_begun(posts: Path):
    form = SceneForm("mine", [posts.name], beside=posts.parent)
    form.look_button.click()
    form.stop_button.click()
    settled(form)
    time.sleep(0.1)
    assert form.draft is None
    assert say("scene_form.stopped") in form.notice.value
    assert looked(form).draft is not None


def test_files_that_arrive_are_offered(tmp_path: Path):
    form = SceneForm("mine", beside=tmp_path)
    assert form.sources.examples[0].options == ()
    write_posts(tmp_path / "late.csv", ["物流"])
    (tmp_path / ".hidden.csv").write_text("x", "utf-8")
    form.sources.add_button.click()
    assert [field.options for field in form.sources.examples] == [("late.csv",)] * 2


def test_every_option_of_new_has_a_field():
    form_words = " ".join(catalogue("scene_form.").values())
    options = {name.rstrip("_").replace("_", "-") for name in inspect.signature(new).parameters}
    for option in options - {"directory", "further", "yes", "json"}:
        assert f"--{option}" in form_words


def test_a_pasted_prompt_may_not_be_endless(posts: Path):
    form = SceneForm("mine", [posts.name], beside=posts.parent)
    form.sources.prompt_text.value = "很" * 2_000_000
    assert "The pasted prompt is longer than" in looked(form).notice.value
    assert not (posts.parent / "mine").exists()
