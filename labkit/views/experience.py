"""`experience`: what each model reached in each scene, as a notebook, a terminal or JSON shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from labkit.decision import Experience, candidates, experiences
from labkit.errors import BadInput, LabkitError
from labkit.texts import say
from labkit.views.markup import render_template, short
from labkit.views.memo_words import money_words
from labkit.views.sentences import of_100
from labkit.workspace import Scene, open_scene
from labkit.workspace.bundled import TASK_FILE, workspace_root
from labkit.workspace.experience_book import book_beside, enter, scenes_in

COLUMNS = ("scene", "task", "rows", "model", "kind", "score", "gap", "per_1000", "date")


def experience(folder: str | Path | None = None) -> ExperienceBook:
    """Read every scene in a folder, write what its models reached into the book beside them, and show the whole book.

    Args:
        folder: holds scenes; or a scene, which stands for the folder around it. The workspace by default.

    Returns:
        The book, with the entries of scenes that are no longer there.

    Raises:
        BadInput: there is no such folder.
        BadData: the book cannot be read or written.
    """
    root = Path(folder) if folder is not None else workspace_root()
    if not root.is_dir():
        raise BadInput.told("error.experience.no_folder", root=root)
    root = root.resolve().parent if (root / TASK_FILE).exists() else root
    names: list[str] = []
    found: list[Experience] = []
    problems: list[str] = []
    for path in scenes_in(root):
        try:
            scene = open_scene(path)
            found += _learnt(scene)
            names.append(scene.task.name)
        except LabkitError as error:
            problems.append(str(error))
    path = book_beside(root)
    return ExperienceBook(path, enter(path, names, found), tuple(problems))


def _learnt(scene: Scene) -> tuple[Experience, ...]:
    terms = scene.terms()
    runs = [scene.store.load_run(header.run) for header in scene.store.runs()]
    return experiences(scene.task, candidates(scene.task, runs, terms), terms.prices)


@dataclass(frozen=True, eq=False)
class ExperienceBook:
    """The book, ready to be shown.

    Args:
        path: its file, which git can keep.
        entries: by scene, the better first.
        problems: why scenes could not be read, a sentence each; what the book said of them before stays.
    """

    path: Path
    entries: Sequence[Experience]
    problems: Sequence[str] = ()

    def table(self, lang: str | None = None) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Heads and lines in words."""
        heads = tuple(say(f"experience.{column}", lang) for column in COLUMNS)
        return heads, [tuple(_cell(column, entry, lang) for column in COLUMNS) for entry in self.entries]

    def as_json(self) -> dict[str, Any]:
        """Everything as one JSON value."""
        return {"book": str(self.path), "entries": list(map(asdict, self.entries)), "problems": list(self.problems)}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r}, {len(self.entries)} entries)"

    def _repr_html_(self) -> str:
        heads, lines = self.table()
        return render_template("experience.html", say=say, heads=heads, lines=lines, problems=self.problems)


def _cell(column: str, entry: Experience, lang: str | None) -> str:
    if column in ("scene", "model"):
        return short(getattr(entry, column))
    if column == "task":
        kind = "multi" if entry.multi_label else "single"
        return say(f"experience.task.{kind}", lang, language=short(entry.language), labels=entry.labels)
    if column == "rows":
        return f"{entry.rows:,}"
    if column == "kind":
        return say(f"memo.kind.{entry.kind}", lang)
    if column == "score":
        return of_100(entry.value)
    if column == "gap":
        return say("memo.unknown", lang) if entry.gap is None else f"{100 * entry.gap:+.1f}"
    if column == "per_1000":
        return money_words(entry.per_1000, lang)
    return short(entry.date)
