"""The fields of SceneForm: which files a scene is made of, and what is said about their columns and cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from labkit.tables import Table
from labkit.tables.columns import Columns, settle_columns
from labkit.tables.importing import Choices
from labkit.texts import say
from labkit.views.markup import render_template, short
from labkit.workspace import Sources

_POSTS = (".csv", ".tsv", ".xlsx", ".json", ".jsonl", ".ndjson", ".parquet", ".arrow")
_WORDS = (".md", ".txt", ".json", ".csv", ".tsv", ".xlsx")
_FILES_LISTED = 200
_WIDE = widgets.Layout(width="min(100%, 620px)")
_STYLE = {"description_width": "230px"}
_GUESS, _NONE = "\x00guess", "\x00none"  # no column of a table can be called so: control characters are refused
_SINGLE = ("id", "group", "time", "subtask", "split")


class SourceFields(widgets.VBox):
    """Files, a pasted prompt, label names, and the folder of the new scene.

    Args:
        directory: the new scene's folder.
        examples: files of posts that are known already.
        beside: the folder whose files, and those one folder below, are offered; paths are relative to it.
    """

    def __init__(self, directory: str, examples: Sequence[str | Path], beside: Path) -> None:
        self._beside = beside
        self.directory = _text("directory", directory)
        self.examples = [_file("further" if k else "examples", path) for k, path in enumerate(examples or [""])]
        self.test, self.definitions, self.prompt = _file("test"), _file("definitions"), _file("prompt")
        self.prompt_text = _area("prompt_text", rows=4)
        self.label = _area("label", rows=2)
        self.add_button = widgets.Button(description=say("scene_form.add_file"), icon="plus")
        self.find_button = widgets.Button(description=say("scene_form.find"), icon="refresh")
        self.add_button.on_click(lambda _: self.add_file())
        self.find_button.on_click(lambda _: self.find_files())
        for button in (self.add_button, self.find_button):
            button.layout.width = "max-content"
        super().__init__()
        self.find_files()
        self._arrange()

    def add_file(self) -> None:
        """Make room for one more file of posts."""
        self.examples.append(_file("further"))
        self.find_files()
        self._arrange()

    def find_files(self) -> None:
        """Offer the files that lie here now."""
        nearby = sorted({*self._beside.glob("*"), *self._beside.glob("*/*")})
        files = [
            path
            for path in nearby
            if path.is_file() and not any(p.startswith(".") for p in path.relative_to(self._beside).parts)
        ]
        posts = _names(files, _POSTS, self._beside)
        for field in (*self.examples, self.test):
            field.options = posts
        self.definitions.options = self.prompt.options = _names(files, _WORDS, self._beside)

    @property
    def folder(self) -> Path:
        """The folder of the new scene."""
        return self._path(self.directory)

    def read(self) -> Sources:
        """What the fields name, as `draft_scene` takes it; label names stand in its choices."""
        label = tuple(dict.fromkeys(line.strip() for line in self.label.value.splitlines() if line.strip()))
        return Sources(
            examples=tuple(self._path(field) for field in self.examples if field.value.strip()),
            test=self._file_of(self.test),
            definitions=self._file_of(self.definitions),
            prompt=self._file_of(self.prompt),
            prompt_text=self.prompt_text.value if self.prompt_text.value.strip() else "",
            choices=Choices(labels=label),
        )

    def _file_of(self, field: widgets.Combobox) -> Path | None:
        return self._path(field) if field.value.strip() else None

    def _path(self, field: widgets.Widget) -> Path:
        return self._beside / Path(field.value.strip()).expanduser()

    def _arrange(self) -> None:
        words = say("scene_form.files_hint")
        hint = widgets.HTML(render_template("piece.html", piece="nothing.html", words=words))
        buttons = widgets.HBox([self.add_button, self.find_button])
        further = (self.test, self.definitions, self.prompt, self.prompt_text, self.label)
        self.children = (hint, self.directory, *self.examples, buttons, *further)


class ChoiceFields(widgets.VBox):
    """Corrections of what was guessed about columns, labels and rows; untouched fields leave the guess alone.

    Args:
        changed: called after a field has changed.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self.columns = {role: _menu(role, []) for role in _SINGLE}
        self.text, self.labels = _several("text"), _several("labels")
        self.guessed_text, self.guessed_labels = widgets.Label(), widgets.Label()
        self.items_by = _menu("items_by", [(say("scene_form.no_column"), _NONE)], _NONE)
        self.separator, self.encoding, self.name = (_text(key, "") for key in ("separator", "encoding", "name"))
        self.sheet = _menu("sheet", [])
        self.merge_labels = _menu("merge_labels", [(say("scene_form.merge"), True), (say("scene_form.keep"), False)])
        self.empty_labels = _menu("empty_labels", _words("none", "unlabelled"))
        yes_no = [(say("scene_form.yes"), True), (say("scene_form.no"), False)]
        self.multi_label, self.allow_none = _menu("multi_label", yes_no), _menu("allow_none", yes_no)
        self.duplicate_ids = _menu("duplicate_ids", _words("refuse", "suffix"), "refuse")
        self.blank_posts = _menu("blank_posts", _words("refuse", "skip"), "refuse")
        self.language = _menu("language", _words("zh", "en"))
        self._changed, self._quiet = changed, False
        for field in self._fields:
            field.observe(self._tell, "value")
        super().__init__(self._rows())

    def offer(self, tables: Sequence[Table]) -> None:
        """Offer the columns and sheets of tables, each field with what would be guessed."""
        names = [name for name in tables[0].columns if all(name in table.columns for table in tables)]
        guessed = settle_columns(tables, Columns())
        self._quiet = True  # a menu whose entries are replaced tells that its value has changed
        for role, field in self.columns.items():
            _offer(field, [_guess(getattr(guessed, role)), *_named(names), _no_column()])
        _offer(self.items_by, [_no_column(), *_named(names)])
        _offer(self.text, _named(names))
        _offer(self.labels, [*_named(names), _no_column()])
        self.guessed_text.value, self.guessed_labels.value = _hint(guessed.texts), _hint(guessed.labels)
        sheets = next(([t.sheet, *t.other_sheets] for t in tables if t.sheet), [])
        _offer(self.sheet, [_guess(sheets[0] if sheets else None), *_named([name for name in sheets if name])])
        self._quiet = False

    def complete(self, sources: Sources) -> Sources:
        """Sources with what was said in these fields."""
        text = [name for name in self.text.value if name != _NONE]
        labels = [name for name in self.labels.value if name != _NONE]
        single = {role: field.value for role, field in self.columns.items() if field.value not in (_GUESS, _NONE)}
        without = [role for role, field in self.columns.items() if field.value == _NONE]
        without += ["labels"] if _NONE in self.labels.value else []
        columns = Columns(
            text=text[0] if text else None,
            further_text=tuple(text[1:]),
            labels=tuple(labels),
            **single,
            without=tuple(without),
        )
        choices = replace(sources.choices, columns=columns, **self._said())
        return replace(sources, sheet=_said(self.sheet), encoding=self.encoding.value.strip() or None, choices=choices)

    def _said(self) -> dict[str, Any]:
        menus = {
            "empty_labels": self.empty_labels,
            "merge_labels": self.merge_labels,
            "language": self.language,
            "duplicate_ids": self.duplicate_ids,
            "blank_posts": self.blank_posts,
            "items_by": self.items_by,
            "multi_label": self.multi_label,
            "allow_none": self.allow_none,
        }
        return {"separator": self.separator.value or None, **{key: _said(field) for key, field in menus.items()}}

    @property
    def _fields(self) -> list[widgets.Widget]:
        columns = [self.text, self.labels, *self.columns.values(), self.items_by]
        labels = [self.separator, self.merge_labels, self.empty_labels, self.multi_label, self.allow_none]
        rows = [self.duplicate_ids, self.blank_posts, self.sheet, self.encoding, self.language, self.name]
        return [*columns, *labels, *rows]

    def _rows(self) -> list[widgets.Widget]:
        """The fields in order; beside those of several columns stands what is guessed when none is chosen."""
        hints = {self.text: self.guessed_text, self.labels: self.guessed_labels}
        return [widgets.HBox([field, hints[field]]) if field in hints else field for field in self._fields]

    def _tell(self, _: Any) -> None:
        if not self._quiet:
            self._changed()


def _text(key: str, value: str) -> widgets.Text:
    description = say(f"scene_form.{key}")
    return widgets.Text(value, description=description, continuous_update=False, layout=_WIDE, style=_STYLE)


def _area(key: str, rows: int) -> widgets.Textarea:
    return widgets.Textarea(
        description=say(f"scene_form.{key}"),
        placeholder=say(f"scene_form.{key}_hint"),
        rows=rows,
        continuous_update=False,
        layout=_WIDE,
        style=_STYLE,
    )


def _file(key: str, path: str | Path = "") -> widgets.Combobox:
    description = say(f"scene_form.{key}")
    return widgets.Combobox(value=str(path), description=description, ensure_option=False, layout=_WIDE, style=_STYLE)


def _names(files: Sequence[Path], suffixes: Sequence[str], beside: Path) -> tuple[str, ...]:
    fitting = [str(path.relative_to(beside)) for path in files if path.suffix.lower() in suffixes]
    return tuple(fitting[:_FILES_LISTED])


def _words(*keys: str) -> list[tuple[str, str]]:
    return [(say(f"scene_form.{key}"), key) for key in keys]


def _menu(key: str, options: Sequence[tuple[str, Any]], value: Any = _GUESS) -> widgets.Dropdown:
    """A menu; without a value of its own it begins with "guessed"."""
    entries = [*([_guess(None)] if value == _GUESS else []), *options]
    description = say(f"scene_form.{key}")
    return widgets.Dropdown(options=entries, value=value, description=description, layout=_WIDE, style=_STYLE)


def _several(key: str) -> widgets.SelectMultiple:
    return widgets.SelectMultiple(description=say(f"scene_form.{key}"), rows=4, layout=_WIDE, style=_STYLE)


def _said(field: widgets.Dropdown) -> Any:
    """What was chosen in a menu; None: nothing."""
    return None if field.value in (_GUESS, _NONE) else field.value


def _guess(value: str | None) -> tuple[str, str]:
    words = say("scene_form.guess", value=short(value)) if value else say("scene_form.guess_nothing")
    return words, _GUESS


def _no_column() -> tuple[str, str]:
    return say("scene_form.no_column"), _NONE


def _named(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(short(name), name) for name in names]


def _hint(guessed: Sequence[str]) -> str:
    return _guess(", ".join(guessed))[0]


def _offer(field: widgets.Dropdown | widgets.SelectMultiple, entries: Sequence[tuple[str, str]]) -> None:
    """New entries; what was chosen stays chosen where it still exists, else a menu goes back to its first entry."""
    chosen, values = field.value, [value for _, value in entries]
    field.options = entries
    if isinstance(chosen, tuple):
        field.value = tuple(name for name in chosen if name in values)
    else:
        field.value = chosen if chosen in values else values[0]
