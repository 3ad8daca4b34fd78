"""Every format goes out as serving renders it, and comes back as the same messages."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit
from labkit.conversations.conversation import Conversation
from labkit.conversations.shapes import SHAPES
from labkit.errors import BadData, BadInput, UnknownName
from labkit.exports import FORMATS, export_dataset, read_export
from labkit.prompts import prompt_sha256, render
from labkit.records import Message
from labkit.tables.samples_file import read_samples
from labkit.workspace import Scene

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
SAID = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(str.strip)


@pytest.fixture
def ready(scene: Scene) -> Scene:
    """A scene with a dataset of its pool."""
    rows = [
        {"id": e.id, "items": list(e.items), "labels": list(e.labels or ()), "target": {"labels": list(e.labels or ())}}
        for e in scene.examples("pool")
    ]
    scene.save_dataset("first", rows, {})
    return scene


@pytest.fixture
def bare(ready: Scene) -> Scene:
    """The same scene; its prompt v3 asks for labels only, which is all the dataset holds."""
    from dataclasses import replace

    ready.save_version(replace(ready.prompt("v2"), rationale="none"))
    return ready


def target(folder: Path, format: str) -> Path:
    return folder / f"out{FORMATS[format].suffix}"


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_holds_the_messages_that_serving_sends(bare: Scene, tmp_path: Path, format: str):
    made = labkit.export_dataset(bare, "first", format, target(tmp_path, format), card=False)
    back = read_export(made.path, format)
    prompt = bare.prompt("v3")
    assert (made.rows, made.prompt) == (16, "v3")
    for conversation, example in zip(back, bare.examples("pool"), strict=True):
        answer = Message("assistant", json.dumps({"labels": list(example.labels or ())}, ensure_ascii=False))
        assert conversation.messages == (*render(prompt, bare.task, example).messages, answer)


@pytest.mark.parametrize("card", [True, False])
@pytest.mark.parametrize("format", FORMATS)
def test_the_audit_reads_every_export_as_the_same_rows(bare: Scene, tmp_path: Path, format: str, card: bool):
    made = export_dataset(bare, "first", format, target(tmp_path, format), card=card)
    read = read_samples(made.path)
    exported = [(one.system, one.user, one.answer) for one in read_export(made.path, format)]
    assert [(s.context, s.question, s.answer) for s in read.samples] == exported
    assert (read.left_out, len(read.forms)) == (0, 1)


@given(st.lists(st.builds(Conversation, TEXTS | st.just(""), TEXTS, TEXTS), min_size=1, max_size=3))
def test_every_shape_reads_back_what_it_wrote(conversations: list[Conversation]):
    for shape in SHAPES.values():
        records = [json.loads(json.dumps(shape.write(one))) for one in conversations]
        assert [shape.read(record) for record in records] == conversations


@given(st.lists(st.builds(Conversation, SAID | st.just(""), SAID, SAID), min_size=1, max_size=3))
def test_lines_of_every_shape_are_the_same_rows_to_the_audit(conversations: list[Conversation]):
    for name, shape in SHAPES.items():
        with TemporaryDirectory() as folder:
            path = Path(folder) / "rows.jsonl"
            lines = [json.dumps(shape.write(one), ensure_ascii=False) for one in conversations]
            path.write_text("\n".join(lines), "utf-8", newline="\n")
            found = [Conversation(s.context, s.question, s.answer or "") for s in read_samples(path).samples]
        assert found == conversations, name


def test_alpaca_keeps_the_order_of_serving(bare: Scene, tmp_path: Path):
    made = export_dataset(bare, "first", "alpaca", tmp_path / "a.jsonl")
    row = json.loads(made.path.read_text(encoding="utf-8").splitlines()[0])
    assert row["input"] == ""
    assert row["instruction"].startswith("微博 1: ")
    assert row["instruction"].endswith("请回答。")


def test_llama_factory_finds_its_rows_by_dataset_info(bare: Scene, tmp_path: Path):
    made = export_dataset(bare, "first", "llama-factory", tmp_path / "lf")
    info = json.loads((made.path / "dataset_info.json").read_text(encoding="utf-8"))
    assert (made.path / info["labkit"]["file_name"]).exists()
    assert info["labkit"]["columns"] == {"messages": "messages"}


def test_the_hub_folder_loads_with_its_own_library(bare: Scene, tmp_path: Path):
    datasets = pytest.importorskip("datasets", reason="the train extra is not installed")
    made = export_dataset(bare, "first", "huggingface", tmp_path / "hub")
    loaded = datasets.load_dataset("parquet", data_dir=str(made.path / "data"), cache_dir=str(tmp_path / "cache"))
    assert loaded["train"].num_rows == 16
    assert loaded["train"][0]["messages"][-1]["role"] == "assistant"


def test_personal_data_gives_way_in_post_and_answer_alike(bare: Scene, tmp_path: Path):
    quote = "打13812345678找我"
    answer = {"rationale": f"他说{quote}", "evidence": [{"post": 1, "quote": quote}], "labels": ["物流"]}
    row = {"id": "p", "items": [f"快递没到，{quote}"], "labels": ["物流"], "target": answer}
    bare.save_dataset("personal", [row], {"targets": "rationale"})
    made = export_dataset(bare, "personal", "messages", tmp_path / "m.jsonl", prompt="v2")
    text = made.path.read_text(encoding="utf-8")
    assert made.masked == ("p",)
    assert "13812345678" not in text
    assert text.count("[手机号1]") == 3
    kept = export_dataset(bare, "personal", "messages", tmp_path / "k.jsonl", prompt="v2", mask=False)
    assert "13812345678" in kept.path.read_text(encoding="utf-8")


def test_secrets_never_leave_unmasked(bare: Scene, tmp_path: Path):
    row = {"id": "s", "items": ["密码是abc12345"], "labels": ["物流"], "target": {"labels": ["物流"]}}
    bare.save_dataset("secret", [row], {})
    with pytest.raises(BadData, match="passwords or keys, such as s"):
        export_dataset(bare, "secret", "messages", tmp_path / "s.jsonl", mask=False)
    assert not list(tmp_path.glob("s.jsonl"))


def test_targets_that_exist_or_end_otherwise_are_refused(bare: Scene, tmp_path: Path):
    (tmp_path / "there.jsonl").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="exists already"):
        export_dataset(bare, "first", "messages", tmp_path / "there.jsonl")
    with pytest.raises(BadInput, match=r"does not end in \.jsonl"):
        export_dataset(bare, "first", "messages", tmp_path / "there.csv")
    with pytest.raises(UnknownName, match="Did you mean"):
        export_dataset(bare, "first", "sharegtp", tmp_path / "x.jsonl")


@pytest.mark.parametrize("format", ["messages", "huggingface"])
def test_a_place_that_cannot_be_written_is_said(bare: Scene, tmp_path: Path, format: str):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for place in (target(tmp_path / "file", format), target(tmp_path / ("x" * 300), format)):
        with pytest.raises(BadInput, match=r"Cannot write .* \("):
            export_dataset(bare, "first", format, place, card=False)
    assert (tmp_path / "file").read_text("utf-8") == "mine"


def test_the_manifest_of_an_export_names_the_prompt_it_is_rendered_by(bare: Scene, tmp_path: Path):
    export_dataset(bare, "first", "messages", tmp_path / "m.jsonl", prompt="v3")
    about = json.loads((tmp_path / "m.manifest.json").read_text("utf-8"))
    assert about["rendered_by"] == {"prompt": "v3", "prompt_sha256": prompt_sha256(bare.prompt("v3"))}
    assert (about["format"], about["masked_rows"]) == ("messages", [])


@pytest.mark.parametrize("format", FORMATS)
def test_the_manifest_names_each_file_by_its_hash_and_only_a_hubs_card_says_where_its_rows_are(
    bare: Scene, tmp_path: Path, format: str
):
    (tmp_path / "out").mkdir()
    made = export_dataset(bare, "first", format, target(tmp_path / "out", format), prompt="v3")
    card, manifest = made.beside
    hashes = json.loads(manifest.read_text("utf-8"))["exported_sha256"]
    base = made.path if made.path.is_dir() else made.path.parent
    assert {name: sha256((base / name).read_bytes()).hexdigest() for name in hashes} == hashes
    there = {path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_file()}
    assert there - hashes.keys() == {path.relative_to(base).as_posix() for path in made.beside}
    assert ("data/train-*" in card.read_text("utf-8")) == (format == "huggingface")


def test_a_format_says_how_many_rows_its_reader_wants(bare: Scene, tmp_path: Path):
    bare.save_dataset("few", [{"id": "x", "items": ["快递"], "labels": ["物流"]}], {})
    with pytest.raises(BadData, match="openai wants 10 rows"):
        export_dataset(bare, "few", "openai", tmp_path / "o.jsonl")


def test_a_file_of_another_form_is_no_export(tmp_path: Path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "x"}\n', encoding="utf-8")
    for format in ("messages", "sharegpt", "alpaca", "qianfan", "prompt-completion"):
        with pytest.raises(BadData, match="is no export"):
            read_export(path, format)
