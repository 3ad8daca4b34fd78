"""A dataset goes out: rendered as it will be served, written whole, read back, and compared before it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.conversations.conversation import Conversation
from labkit.errors import BadData, BadInput, UnknownName
from labkit.exports.card import dataset_card
from labkit.exports.formats import FORMATS, HUB_FILES, Format, written
from labkit.exports.masking import masked_row, personal_rows
from labkit.prompts import prompt_sha256
from labkit.tables.atomic import appearing_folder, replace_text, replacing
from labkit.tables.file_hash import file_sha256
from labkit.training.rows import TrainingRow, prompt_of, training_rows

if TYPE_CHECKING:
    from labkit.records import Prompt
    from labkit.workspace import Dataset, Scene


@dataclass(frozen=True, slots=True)
class Export:
    """What was written.

    Args:
        path: the file or folder.
        format: its name.
        rows: how many.
        prompt: the prompt it was rendered by.
        masked: ids of rows in which personal data gave way to placeholders.
        shown: the first conversations, for a look at what is read and what carries loss.
        beside: the card and the manifest that go with it.
    """

    path: Path
    format: str
    rows: int
    prompt: str
    masked: tuple[str, ...]
    shown: tuple[Conversation, ...]
    beside: tuple[Path, ...] = ()


def export_dataset(
    scene: Scene,
    dataset: str,
    format: str,
    to: str | Path,
    *,
    prompt: str | None = None,
    mask: bool = True,
    card: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Export:
    """Write a dataset in the form another tool reads.

    The messages are those that serving sends, rendered by the same prompt object. Everything written is read back and
    must be the same messages, or nothing is kept.

    Args:
        scene: whose dataset.
        dataset: its name.
        format: one of `FORMATS`.
        to: a file, or for "llama-factory" and "huggingface" a folder; it must not exist yet.
        prompt: the name of the prompt; by default the one that the dataset was made for.
        mask: put placeholders where personal data and secrets stand, in posts and answers alike.
        card: write the dataset's card and manifest too: as README.md and manifest.json into a folder, and beside a
            file as NAME.card.md and NAME.manifest.json.
        progress: told each check of the card's audit, such as "D04", before it runs; see `labkit.audit`.

    Raises:
        UnknownName: there is no such dataset, prompt or format.
        BadInput: the target, its card or its manifest exists, cannot be written, or has another suffix than the
            format's.
        BadData: too few rows for the format, a row that cannot be rendered, or secrets while `mask` is off.
    """
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    path = Path(to)
    beside = _beside(path, FORMATS[format]) if card else ()
    for file in (path, *beside):
        _check_free(file)
    _check_suffix(path, FORMATS[format], format)
    asked, chosen, personal = exported_rows(scene, dataset, prompt, mask=mask)
    conversations = conversations_of(scene, chosen, asked)
    _check_number(len(conversations), FORMATS[format], format)
    where = HUB_FILES if format == "huggingface" else None
    said = dataset_card(scene, dataset, progress=progress, data_files=where) if card else ""
    with _told_of(path):
        _write(path, FORMATS[format], conversations)
        if beside:
            about = {**_manifest(chosen, format, asked, personal), "exported_sha256": _hashes(path)}
            card_file, manifest_file = beside
            replace_text(card_file, said)
            replace_text(manifest_file, json.dumps(about, ensure_ascii=False, indent=2) + "\n")
    return Export(path, format, len(conversations), asked.name, personal, conversations[:3], beside)


def exported_rows(
    scene: Scene, dataset: str, prompt: str | None, *, mask: bool
) -> tuple[Prompt, Dataset, tuple[str, ...]]:
    """What an export is made of; see `export_dataset`.

    Returns:
        The prompt, the dataset as it may leave the house, and the ids of rows in which something was masked.
    """
    chosen = scene.dataset(dataset)
    asked = scene.prompt(prompt) if prompt else prompt_of(scene, chosen)
    if not mask:
        _refuse_secrets(chosen)
        return asked, chosen, ()
    personal = personal_rows(list(chosen.rows))
    if personal:
        chosen = replace(chosen, rows=tuple(masked_row(row, scene.task.language) for row in chosen.rows))
    return asked, chosen, personal


def conversations_of(scene: Scene, dataset: Dataset, prompt: Prompt) -> tuple[Conversation, ...]:
    """The rows of a dataset as they are trained on and served."""
    return tuple(_conversation(row) for row in training_rows(scene, dataset, prompt))


def read_export(path: str | Path, format: str) -> tuple[Conversation, ...]:
    """Read an export back.

    Raises:
        BadData: a record is none of this format.
    """
    found = FORMATS[format]
    try:
        return tuple(found.shape.read(record) for record in found.read(Path(path)))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise BadData.told("error.export.unreadable", path=path, format=format) from error


def _conversation(row: TrainingRow) -> Conversation:
    said: Mapping[str, str] = {message.role: message.content for message in row.messages}
    return Conversation(said.get("system", ""), said["user"], row.answer)


def _beside(path: Path, wanted: Format) -> tuple[Path, Path]:
    """Where the card and the manifest go."""
    if not wanted.suffix:
        return path / "README.md", path / "manifest.json"
    return path.with_name(f"{path.stem}.card.md"), path.with_name(f"{path.stem}.manifest.json")


def _manifest(chosen: Dataset, format: str, prompt: Prompt, masked: Sequence[str]) -> dict[str, Any]:
    """The dataset's own manifest, with what this export made of it."""
    rendered_by = {"prompt": prompt.name, "prompt_sha256": prompt_sha256(prompt)}
    return {**chosen.manifest, "format": format, "rendered_by": rendered_by, "masked_rows": list(masked)}


def _hashes(path: Path) -> dict[str, str]:
    """File, as it is called below the export -> SHA-256 of what was written."""
    files = sorted(found for found in path.rglob("*") if found.is_file()) if path.is_dir() else [path]
    base = path if path.is_dir() else path.parent
    return {found.relative_to(base).as_posix(): file_sha256(found) for found in files}


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """What the system says to a place that cannot be written, as BadInput."""
    try:
        yield
    except OSError as error:
        raise BadInput.told("error.run_file.unwritable", path=path, reason=error.strerror or error) from error


def _check_free(path: Path) -> None:
    with _told_of(path):
        taken = path.exists()
    if taken:
        raise BadInput.told("error.export.exists", path=path)


def _check_suffix(path: Path, wanted: Format, name: str) -> None:
    if wanted.suffix and path.suffix.lower() != wanted.suffix:
        raise BadInput.told(
            "error.export.suffix", file=path.name, suffix=wanted.suffix, form=name, better=f"{path.stem}{wanted.suffix}"
        )


def _refuse_secrets(dataset: Dataset) -> None:
    leaking = personal_rows(list(dataset.rows), secrets_only=True)
    if leaking:
        raise BadData.told("error.export.secrets", rows=len(leaking), dataset=dataset.id, first=leaking[0])


def _check_number(rows: int, wanted: Format, name: str) -> None:
    if rows < wanted.least:
        raise BadData.told("error.export.few_rows", form=name, least=wanted.least, rows=rows)


def _write(path: Path, wanted: Format, conversations: Sequence[Conversation]) -> None:
    records = written(conversations, wanted.shape)
    opened: Any = replacing(path) if wanted.suffix else appearing_folder(path)
    with opened as temporary:
        wanted.write(temporary, records)
        again = [wanted.shape.read(record) for record in wanted.read(temporary)]
        if again != list(conversations):  # before it takes its name: a file that reads differently trains differently
            raise BadData.told("error.export.reads_otherwise", path=path)
