"""Every format a dataset goes out in: its shape, its files, and the limits of whoever reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.conversations.conversation import Conversation
from labkit.conversations.shapes import ALPACA, MESSAGES, PROMPT_COMPLETION, QIANFAN, SHAREGPT, Shape

if TYPE_CHECKING:
    import pyarrow

Writer = Callable[[Path, Sequence[Any]], None]
Reader = Callable[[Path], Iterator[Any]]


@dataclass(frozen=True, slots=True)
class Format:
    """Where records go and come from.

    Args:
        shape: how a conversation looks.
        suffix: of the file; "" when the export is a folder.
        write: path, records -> the file or the folder's files.
        read: path -> the records again.
        least: rows that its reader wants at least.
        for_whom: who reads it.
    """

    shape: Shape
    suffix: str
    write: Writer
    read: Reader
    least: int
    for_whom: str


def _write_lines(path: Path, records: Sequence[Any]) -> None:
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    path.write_text(lines, encoding="utf-8", newline="\n")


def _read_lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8", newline="\n") as file:
        yield from map(json.loads, file)


def _write_llama_factory(folder: Path, records: Sequence[Any]) -> None:
    """The rows, and the entry of dataset_info.json without which LLaMA-Factory does not find them."""
    (folder / "labkit.json").write_text(json.dumps(records, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    tags = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}
    entry = {
        "file_name": "labkit.json",
        "formatting": "sharegpt",
        "columns": {"messages": "messages"},
        "tags": {**tags, "system_tag": "system"},
    }
    info = json.dumps({"labkit": entry}, indent=1)
    (folder / "dataset_info.json").write_text(info + "\n", encoding="utf-8")


def _read_llama_factory(folder: Path) -> Iterator[Any]:
    info = json.loads((folder / "dataset_info.json").read_text(encoding="utf-8"))
    yield from json.loads((folder / info["labkit"]["file_name"]).read_text(encoding="utf-8"))


def _write_parquet(path: Path, records: Sequence[Any]) -> None:
    import pyarrow.parquet

    pyarrow.parquet.write_table(_arrow(records), path)


def _read_parquet(path: Path) -> Iterator[Any]:
    import pyarrow.parquet

    yield from pyarrow.parquet.read_table(path).to_pylist()


def _arrow(records: Sequence[Any]) -> pyarrow.Table:
    import pyarrow

    turn = pyarrow.struct([("role", pyarrow.string()), ("content", pyarrow.string())])
    return pyarrow.Table.from_pylist(list(records), schema=pyarrow.schema([("messages", pyarrow.list_(turn))]))


HUB_FILES = "data/train-*"  # where a hub looks, by the card
_HUB_FILE = "data/train-00000-of-00001.parquet"


def _write_hub(folder: Path, records: Sequence[Any]) -> None:
    (folder / "data").mkdir()
    _write_parquet(folder / _HUB_FILE, records)


def _read_hub(folder: Path) -> Iterator[Any]:
    yield from _read_parquet(folder / _HUB_FILE)


def _lines(shape: Shape, for_whom: str, least: int = 1) -> Format:
    return Format(shape, ".jsonl", _write_lines, _read_lines, least, for_whom)


FORMATS: dict[str, Format] = {
    "messages": _lines(MESSAGES, "TRL, Axolotl, Together"),
    "prompt-completion": _lines(PROMPT_COMPLETION, "TRL"),
    "openai": _lines(MESSAGES, "OpenAI's fine-tuning files", least=10),
    "sharegpt": _lines(SHAREGPT, "LLaMA-Factory, Axolotl"),
    "alpaca": _lines(ALPACA, "LLaMA-Factory, ms-swift"),
    "llama-factory": Format(MESSAGES, "", _write_llama_factory, _read_llama_factory, 1, "LLaMA-Factory"),
    "ms-swift": _lines(MESSAGES, "ms-swift"),
    "bailian": _lines(MESSAGES, "Alibaba Bailian"),
    "qianfan": _lines(QIANFAN, "Baidu Qianfan"),
    "huggingface": Format(MESSAGES, "", _write_hub, _read_hub, 1, "Hugging Face datasets"),
    "parquet": Format(MESSAGES, ".parquet", _write_parquet, _read_parquet, 1, "anything that reads Parquet"),
}


def written(records: Sequence[Conversation], shape: Shape) -> list[Any]:
    """Conversations as records of a shape."""
    return [shape.write(conversation) for conversation in records]
