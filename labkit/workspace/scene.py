"""A scene: one folder that holds a task, its examples, prompts, decisions, datasets and runs."""

from __future__ import annotations

import getpass
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.adjudication.standing import Standing, adjudicated
from labkit.costs import PriceList
from labkit.decision import Gate, Terms
from labkit.diagnosis.triage import GoldFix, corrected, corrected_run
from labkit.errors import BadData, BadPrompt, UnknownName
from labkit.prompts import format_prompt, parse_prompt, prompt_sha256, render
from labkit.records import SPLITS, Example, Prompt, Run, Task
from labkit.tables.atomic import append_line, replace_text
from labkit.workspace.added_lines import read_lines
from labkit.workspace.datasets import Dataset, dataset_names, read_dataset, write_dataset
from labkit.workspace.decided import Decided
from labkit.workspace.gate_file import read_gate
from labkit.workspace.hosting import hosting_a_month
from labkit.workspace.names import check_name
from labkit.workspace.prices_file import read_prices
from labkit.workspace.shared_runs import share_run, take_in_shared
from labkit.workspace.terms_file import read_terms
from labkit.workspace.triage import fix_gold, tag_row, unknown_row

if TYPE_CHECKING:
    from labkit.store import Salvaged, Store

_VERSION = re.compile(r"v(\d+)")


@dataclass(frozen=True, eq=False)
class Scene:
    """A scene's folder, opened; `open_scene` and `create_scene` make it.

    Args:
        path: the folder.
        task: what task.yaml says.
        rows: all examples as the file has them, in its order, when the scene was opened; `examples` lays what was
            decided since over them.
    """

    path: Path
    task: Task
    rows: tuple[Example, ...] = field(repr=False)

    def examples(self, split: str = "all", limit: int | None = None, *, as_filed: bool = False) -> tuple[Example, ...]:
        """The examples of a split.

        Args:
            split: pool, dev, test or traffic; "all" is the first three. Rows that were drawn from traffic to be judged
                blind are in none of them until they renew the test rows, so that nobody works on them before.
            limit: at most so many, the file's first ones.
            as_filed: with the gold labels of the file, not those that were corrected since, and with the pool rows that
                were dropped since.

        Returns:
            The examples in the file's order.

        Raises:
            UnknownName: there is no such split.
            BadData: the limit is below 1.
        """
        if split not in (*SPLITS, "all"):
            raise UnknownName("split", split, (*SPLITS, "all"))
        if limit is not None and limit < 1:
            raise BadData.told("error.rows.limit", limit=limit)
        wanted = ("pool", "dev", "test") if split == "all" else (split,)
        found = tuple(example for example in self.rows if example.split in wanted)
        if split == "traffic":
            drawn = {line["row"] for line in self.online_lines()}
            found = tuple(example for example in found if example.id not in drawn)
        if not as_filed and self.decisions():
            fixes = self.gold_fixes()
            found = tuple(corrected(example, fixes) for example in adjudicated(found, self.standings()))
        return found[:limit]

    def row(self, row: str) -> Example:
        """The row of that id, as the file has it; UnknownName when there is none."""
        if row not in self._by_id:
            raise unknown_row(row)
        return self._by_id[row]

    def gold_fixes(self) -> Mapping[str, tuple[GoldFix, ...]]:
        """Corrected gold labels, row by row, oldest first; BadData for a line that cannot be one."""
        return self._decided.gold_fixes()

    def standings(self) -> Mapping[str, Standing]:
        """What stands of each item that people adjudicated; BadData for a line that cannot be a ruling."""
        return self._decided.standings()

    def fix_gold(self, row: str, labels: Sequence[str] | None, reason: str) -> GoldFix:
        """Correct a row's gold labels; every run is scored by them, no model is asked. See `triage.fix_gold`."""
        return fix_gold(self, row, labels, reason)

    def tag_row(self, run: str, row: str, tag: str | None) -> str | None:
        """Say why a row of a run went wrong; the tag it had before. See `triage.tag_row`."""
        return tag_row(self, run, row, tag)

    def prompt_names(self) -> tuple[str, ...]:
        """The names of the prompts, v2 before v10."""
        return tuple(sorted((path.stem for path in (self.path / "prompts").glob("[!.]*.md")), key=_natural))

    def prompt(self, name: str) -> Prompt:
        """Read a prompt file and check it against the task.

        Args:
            name: its stem, such as "v2".

        Raises:
            UnknownName: there is no such prompt.
            BadPrompt: the file cannot be read or does not fit the task.
        """
        if name not in self.prompt_names():
            raise UnknownName("prompt", name, self.prompt_names())
        path = self._prompt_path(name)
        try:
            prompt = parse_prompt(path.read_text(encoding="utf-8"), name)
        except (OSError, UnicodeDecodeError) as error:
            raise BadPrompt.told("error.prompt_file.unreadable", path=path) from error
        _check_prompt(prompt, self.task)
        return prompt

    def save_prompt(self, prompt: Prompt, *, overwrite: bool = False) -> Path:
        """Write a prompt as `prompts/<name>.md`.

        Args:
            prompt: its name must be free, unless `overwrite`.
            overwrite: replace the version of that name.

        Returns:
            The file.

        Raises:
            BadPrompt: the name is taken or not allowed, the prompt does not fit the task, or its file would read
                differently (a section that holds a heading of its own).
        """
        check_name("prompt", prompt.name, BadPrompt)
        text = _checked_text(prompt, self.task)
        with self.locked("prompts"):
            return self._write_prompt(prompt.name, text, overwrite)

    def next_prompt_name(self) -> str:
        """The name of the next version: one above the highest `v<number>`."""
        return f"v{version_number(self.newest_version()) + 1}"

    def newest_version(self) -> str:
        """The name of the version with the highest number; "" where no prompt has one."""
        return max(filter(version_number, self.prompt_names()), key=version_number, default="")

    def save_version(self, prompt: Prompt) -> Path:
        """Write a prompt under the next version's name, whatever its own; what an editor saves with."""
        text = _checked_text(prompt, self.task)
        with self.locked("prompts"):  # two editors at once get two names
            return self._write_prompt(self.next_prompt_name(), text)

    def gate(self) -> Gate:
        """The rules of gate.yaml, or the task's bar when there is none; BadInput when the file cannot be used."""
        return read_gate(self.path, self.task)

    def prices(self) -> PriceList:
        """Prices and exchange rates: prices.toml laid over labkit's own; BadInput when the file cannot be used."""
        return read_prices(self.path)

    def terms(self) -> Terms:
        """What a memo takes for given: prices, what terms.toml says, and what keeping tuned models ready costs a month.

        BadInput when a file cannot be used; BadData when the record of a hosted tuning cannot be read.
        """
        return replace(read_terms(self.path, self.prices()), hosting=hosting_a_month(self))

    @cached_property
    def store(self) -> Store:
        """The database of runs, shared ones included: $LABKIT_STORE (a file or a URL) when set, else runs.db here."""
        return self._store_and_problems[0]

    @property
    def unread_shared_runs(self) -> tuple[str, ...]:
        """Why files in shared/ are no runs of this scene as it is, a sentence each."""
        return self._store_and_problems[1]

    @cached_property
    def _store_and_problems(self) -> tuple[Store, tuple[str, ...]]:
        store = self._open_store()
        return store, take_in_shared(self.path, store, self.task, self.rows)

    def _open_store(self) -> Store:
        from labkit.store import Store

        shared = os.environ.get("LABKIT_STORE")
        if shared:
            return Store(shared, self.task.name, lay_over=self.as_of_now)
        return Store(self.path / "runs.db", lay_over=self.as_of_now)

    def as_of_now(self, run: Run) -> Run:
        """A run under the bar of now and with gold as it is corrected now; one from `store` is already."""
        judged = replace(run, task=replace(run.task, bar=self.task.bar))
        return corrected_run(judged, self.gold_fixes(), self._by_id)

    @cached_property
    def _by_id(self) -> dict[str, Example]:
        return {example.id: example for example in self.rows}

    def salvage_runs(self, target: str | Path) -> Salvaged:
        """Copy what can be read of a damaged run database into a new one; the damaged one is left as it is.

        Args:
            target: the new SQLite file; must not exist.

        Raises:
            StoreError: nothing can be read, or the target cannot be written.
        """
        return self._open_store().salvage(Path(target))

    def share(self, run: str) -> Path:
        """Write a run into the scene as shared/<run>.jsonl, so that every clone shows the same figures.

        Args:
            run: its id, or the beginning of it.

        Raises:
            UnknownName: no run, or several, begin so.
            BadData: it has open rows, or the file cannot be written.
        """
        return share_run(self.path, self.store.load_run(run, as_asked=True), self.rows)

    def decisions(self) -> tuple[dict[str, Any], ...]:
        """Everything in decisions.jsonl, oldest first; BadData names an edited line that lacks something."""
        return self._decided.lines()

    @cached_property
    def _decided(self) -> Decided:
        return Decided(self.path, self.task)

    def record_decision(self, kind: str, **fields: Any) -> None:
        """Add a line to decisions.jsonl; it is on the disk when this returns.

        Args:
            kind: annotate, adjudicate, gold, tag, unclear, pin, queue, comment, split, test_reading, approve,
                suggestion or personal_data.
            fields: id, run, to, reason, whatever the kind needs; `at` (UTC) and `who` are filled in.
        """
        self._add_line("decisions", {"kind": kind, **fields})

    def bills(self) -> tuple[dict[str, Any], ...]:
        """Everything in bills.jsonl, oldest first: what was forecast, and what was paid."""
        return read_lines(self.path, "bills")

    def record_bill(self, **fields: Any) -> None:
        """Add a line to bills.jsonl; see `evaluation.bills.Bill`. `at` (UTC) and `who` are filled in."""
        self._add_line("bills", fields)

    def release_lines(self) -> tuple[dict[str, Any], ...]:
        """Everything in releases.jsonl, oldest first; `releases.release_history` reads them."""
        return read_lines(self.path, "releases")

    def record_release(self, **fields: Any) -> None:
        """Add a line to releases.jsonl: a release or a rollback. `at` (UTC) and `who` are filled in."""
        self._add_line("releases", fields)

    def online_lines(self) -> tuple[dict[str, Any], ...]:
        """Everything in online.jsonl, oldest first; `online.read_drawn` reads them."""
        return read_lines(self.path, "online")

    def record_drawn(self, **fields: Any) -> None:
        """Add a line to online.jsonl: an entry of traffic that was drawn. `at` (UTC) and `who` are filled in."""
        self._add_line("online", fields)

    def test_readings(self) -> tuple[dict[str, Any], ...]:
        """Every recorded reading of the test split, oldest first."""
        return tuple(decision for decision in self.decisions() if decision.get("kind") == "test_reading")

    def dataset_names(self) -> tuple[str, ...]:
        """The names of the datasets, sorted."""
        return dataset_names(self.path / "datasets")

    def next_dataset_name(self) -> str:
        """The first of dataset-1, dataset-2, … that is free."""
        taken = self.dataset_names()
        return next(name for k in count(1) if (name := f"dataset-{k}") not in taken)

    def dataset(self, name: str) -> Dataset:
        """Read a dataset; UnknownName when there is none of that name."""
        return read_dataset(self.path / "datasets", name)

    def save_dataset(self, name: str, rows: Iterable[Mapping[str, Any]], manifest: Mapping[str, Any]) -> Path:
        """Write `datasets/<name>/`, all or nothing; see `datasets.write_dataset`."""
        check_name("dataset", name)
        return write_dataset(self.path / "datasets" / name, rows, manifest)

    def batches(self) -> tuple[dict[str, Any], ...]:
        """Everything in batches.jsonl, where labkit kept the ids of batch files before they were in the store."""
        return read_lines(self.path, "batches")

    def _add_line(self, name: str, fields: Mapping[str, Any]) -> None:
        """Add a record with its time and author; it is on the disk when this returns."""
        said = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "who": current_user(), **fields}
        with self.locked(name):
            append_line(self.path / f"{name}.jsonl", json.dumps(said, ensure_ascii=False))

    def _write_prompt(self, name: str, text: str, overwrite: bool = False) -> Path:
        if name in self.prompt_names() and not overwrite:
            raise BadPrompt.told("error.prompt_file.exists", name=name, next_name=self.next_prompt_name())
        replace_text(self._prompt_path(name), text)
        return self._prompt_path(name)

    def _prompt_path(self, name: str) -> Path:
        return self.path / "prompts" / f"{name}.md"

    def locked(self, what: str) -> Any:
        """A block in which this process alone writes a part of the scene, such as "prompts"."""
        from filelock import FileLock

        folder = self.path / "locks"
        folder.mkdir(exist_ok=True)
        return FileLock(folder / f"{what}.lock")


def _checked_text(prompt: Prompt, task: Task) -> str:
    """The text of a prompt's file, once it is sure to read back as the same prompt."""
    text = format_prompt(prompt)
    if prompt_sha256(parse_prompt(text, prompt.name)) != prompt_sha256(prompt):
        raise BadPrompt.told("error.prompt_file.changed", prompt=prompt.name)
    _check_prompt(prompt, task)
    return text


def _check_prompt(prompt: Prompt, task: Task) -> None:
    """Raise BadPrompt for what would fail at every row: unknown labels and placeholders."""
    render(prompt, replace(task, subtasks={}), Example("check", ("check",)))


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def current_user() -> str:
    """Who works here, as decisions name them: the user of this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def version_number(name: str) -> int:
    """The number in a version's name: 3 of "v3"; 0 where the name is no version's."""
    found = _VERSION.fullmatch(name)
    return int(found[1]) if found else 0
