"""Training data whose dataset_info.json lists its files and what their columns mean, as LLaMA-Factory keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from labkit.tables.building import Cell, Table

_ALPACA = {"prompt": "instruction", "query": "input", "response": "output", "system": "system", "history": "history"}
_SHAREGPT = {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt"}
_OPENAI = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One entry of dataset_info.json.

    Args:
        file: its name in the folder.
        columns: what LLaMA-Factory calls a column -> its name in the file.
        tags: keys and speakers of a turn; empty where the rows are no conversations.
    """

    file: str
    columns: Mapping[str, str]
    tags: Mapping[str, str]

    def understood(self, table: Table) -> Table:
        """The table under the names that training data has everywhere."""
        names = self._names()
        rows = tuple({names.get(name, name): cell for name, cell in row.items()} for row in table.rows)
        if self.tags:
            rows = tuple({**row, "messages": self._turns(row.get("messages", ""))} for row in rows)
        return replace(table, columns=tuple(dict.fromkeys(name for row in rows for name in row)), rows=rows)

    def _names(self) -> dict[str, str]:
        """The file's name of a column -> the usual one."""
        if self.tags:
            usual = {"messages": "messages", "system": "system"}
            return {self.columns.get("messages", "conversations"): "messages"} | self._called(usual)
        return self._called(_ALPACA)

    def _called(self, usual: Mapping[str, str]) -> dict[str, str]:
        return {self.columns[part]: name for part, name in usual.items() if part in self.columns}

    def _turns(self, said: Cell) -> Cell:
        """Turns as chat messages; what is none stays as it is."""
        return (
            [self._message(turn) if isinstance(turn, dict) else turn for turn in said]
            if isinstance(said, list)
            else said
        )

    def _message(self, turn: Mapping[str, Any]) -> dict[str, Any]:
        roles = {self.tags["user_tag"]: "user", self.tags["assistant_tag"]: "assistant"}
        roles |= {self.tags.get("system_tag", "system"): "system"}
        speaker = str(turn.get(self.tags["role_tag"], ""))
        return {"role": roles.get(speaker, speaker), "content": turn.get(self.tags["content_tag"], "")}


def listed_files(info: Mapping[str, Any]) -> list[ListedFile]:
    """The files that a dataset_info.json lists; none where it is the one that `datasets` writes."""
    entries = [entry for entry in info.values() if isinstance(entry, dict) and isinstance(entry.get("file_name"), str)]
    return [ListedFile(entry["file_name"], _words(entry.get("columns")), _tags(entry)) for entry in entries]


def _tags(entry: Mapping[str, Any]) -> Mapping[str, str]:
    usual = {"sharegpt": _SHAREGPT, "openai": _OPENAI}.get(str(entry.get("formatting")))
    return {**usual, **_words(entry.get("tags"))} if usual else {}


def _words(found: object) -> dict[str, str]:
    pairs = found.items() if isinstance(found, dict) else ()
    return {str(name): value for name, value in pairs if isinstance(value, str)}
