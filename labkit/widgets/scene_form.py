"""A form that makes a scene from files: choose them, see what was understood, correct it, write after a click."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from labkit.errors import LabkitError
from labkit.prompts.hidden import visible
from labkit.tables import Table
from labkit.texts import say
from labkit.views.markup import render_template
from labkit.views.understood import understood
from labkit.widgets.scene_fields import ChoiceFields, SourceFields
from labkit.workspace import Draft, Scene, Sources, draft_scene, write_draft
from labkit.workspace.draft import read_sources
from labkit.workspace.names import check_name, safe_name
from labkit.workspace.opening import check_free

_TICK_S = 0.5
_Step = Callable[[], Callable[[], None]]  # does the work, and returns what shows its result


@dataclass(frozen=True, slots=True)
class _Reading:
    """The tables of some files, so that a correction need not read them again."""

    sources: Sources = field(default_factory=Sources)
    tables: tuple[Table, ...] = ()
    test: Table | None = None

    @property
    def everything(self) -> tuple[Table, ...]:
        return (*self.tables, *([self.test] if self.test else []))


class SceneForm(widgets.VBox):
    """What `python -m labkit new` does, in a notebook; the kernel stays free meanwhile.

    Args:
        directory: the new scene's folder, relative to the working directory.
        examples: files of posts that are known already.
        beside: the folder whose files are offered; the working directory when None.

    "Look at it" reads the files and shows what was understood; each correction shows it anew. Nothing is written
    before "Write the scene"; then `scene` holds it. "Stop" leaves what is being read, and nothing is written.
    """

    def __init__(
        self, directory: str | Path = "my_scene", examples: Sequence[str | Path] = (), beside: Path | None = None
    ) -> None:
        self.draft: Draft | None = None
        self.scene: Scene | None = None
        self.sources = SourceFields(str(directory), examples, beside or Path.cwd())
        self.choices = ChoiceFields(self._look)
        self.look_button = self._button("look", "search", self._look)
        self.stop_button = self._button("stop", "stop", self._stop)
        self.write_button = self._button("write", "check", self._write)
        self.progress = widgets.Label()
        self.notice, self.shown = widgets.HTML(), widgets.HTML()
        self.corrections = widgets.Accordion([self.choices], titles=[say("scene_form.corrections")])
        self._reading = _Reading()
        self._looked_at: tuple[Sources, Path] | None = None  # what `draft` was made of, and for which folder
        self._turn, self._thread, self._writing = 0, threading.Thread(), False
        super().__init__(self._parts())
        self.add_class("lk-scene-form")
        self._settle()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait until what was begun is shown."""
        self._thread.join(timeout_s)

    def _parts(self) -> list[widgets.Widget]:
        style = widgets.HTML(render_template("style.html"))
        title = widgets.HTML(_piece("heading.html", words=say("scene_form.title")))
        buttons = widgets.HBox([self.look_button, self.stop_button, self.progress])
        return [style, title, self.sources, buttons, self.shown, self.corrections, self.notice, self.write_button]

    def _look(self, _: Any = None) -> None:
        """Read the files again where they are others, and show what is understood of them."""
        if self._writing:
            return
        self._looked_at = self._named()
        self._begin(partial(self._understand, self._looked_at[0]))

    def _named(self) -> tuple[Sources, Path]:
        return self.choices.complete(self.sources.read()), self.sources.folder

    def _understand(self, sources: Sources) -> Callable[[], None]:
        check_free(self.sources.folder)
        reading = self._read(sources)
        rows = sum(len(table.rows) for table in reading.everything)
        self._said = partial(say, "scene_form.parting", rows=f"{rows:,}")
        try:
            draft = draft_scene(self._with_name(sources), reading.tables, reading.test)
        except LabkitError as error:  # the columns that were read are what corrects it
            return partial(self._show, reading, None, str(error))
        return partial(self._show, reading, draft, say("scene_form.decide_first") if draft.undecided else "")

    def _read(self, sources: Sources) -> _Reading:
        files = Sources(examples=sources.examples, test=sources.test, sheet=sources.sheet, encoding=sources.encoding)
        return self._reading if files == self._reading.sources else _Reading(files, *read_sources(files))

    def _with_name(self, sources: Sources) -> Sources:
        said = self.choices.name.value.strip()
        name = check_name("scene", said) if said else safe_name(self.sources.folder.resolve().name)
        return replace(sources, choices=replace(sources.choices, name=name))

    def _show(self, reading: _Reading, draft: Draft | None, notice: str) -> None:
        self._reading, self.draft = reading, draft
        self.shown.value = _piece("understood.html", sections=understood(draft)) if draft else ""
        self._notify(notice)

    def _write(self, _: Any = None) -> None:
        if self.draft is None or self.draft.undecided or self._writing:
            return
        if self._looked_at != self._named():  # a file was changed since: what is written must have been seen
            self._look()
        else:
            self._begin(partial(self._create, self.draft, self.sources.folder), stoppable=False)

    def _create(self, draft: Draft, path: Path) -> Callable[[], None]:
        self._said = partial(say, "scene_form.writing", path=path)
        scene = write_draft(draft, path)
        return partial(self._show_written, scene)

    def _show_written(self, scene: Scene) -> None:
        self.scene = scene
        self._notify(say("scene_form.written", path=scene.path))

    def _begin(self, step: _Step, stoppable: bool = True) -> None:
        """Work in a thread; what an earlier one finds is passed over."""
        self._turn += 1
        self._writing = not stoppable
        self._notify("")
        self._said = partial(say, "scene_form.reading")
        self._settle(busy=True, stoppable=stoppable)
        self._thread = threading.Thread(target=self._follow, args=(self._turn, step), name="scene-form", daemon=True)
        self._thread.start()

    def _follow(self, turn: int, step: _Step) -> None:
        """Tell how long it takes, then show what came of it, unless it was stopped; nothing raises into the kernel."""
        start = time.monotonic()
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(step)
            while not wait([future], _TICK_S).done:
                if turn == self._turn:
                    self.progress.value = visible(self._said(seconds=round(time.monotonic() - start)))
        if turn != self._turn:
            return
        try:
            future.result()()
        except LabkitError as error:
            self._show(self._reading, None, str(error))
        except Exception as error:  # a defect of ours: told where the user looks, not in a log that nobody reads
            self._show(self._reading, None, f"{type(error).__name__}: {error}"[:300])
        self._writing = False
        self._settle()

    def _stop(self, _: Any = None) -> None:
        self._turn += 1
        self._show(self._reading, None, say("scene_form.stopped"))
        self._settle()

    def _settle(self, busy: bool = False, stoppable: bool = True) -> None:
        """Buttons and fields as they may be used now; the columns that were read are offered."""
        written = self.scene is not None
        if self._reading.everything and not busy:
            self.choices.offer(self._reading.everything)
        self.progress.value = ""
        self.look_button.disabled = written or (busy and not stoppable)
        self.stop_button.disabled = not (busy and stoppable)
        self.write_button.disabled = busy or written or self.draft is None or bool(self.draft.undecided)
        self.corrections.layout.display = "none" if written or self._reading == _Reading() else ""

    def _notify(self, words: str) -> None:
        self.notice.value = _piece("notice.html", words=words) if words else ""

    @staticmethod
    def _button(key: str, icon: str, action: Callable[[Any], None]) -> widgets.Button:
        layout = widgets.Layout(width="max-content")
        button = widgets.Button(description=say(f"scene_form.{key}"), icon=icon, layout=layout)
        button.on_click(action)
        return button


def _piece(template: str, **values: Any) -> str:
    return render_template("piece.html", piece=template, say=say, **values)
