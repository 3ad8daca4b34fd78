"""Edit a prompt's sections and definitions beside what a model is sent; save it as a new version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import traitlets

from labkit.costs import TokenCounter, rule_of_thumb
from labkit.errors import BadInput, BadPrompt, LabkitError, UnknownName
from labkit.prompts import format_prompt, prompt_sha256, rendered_parts
from labkit.prompts.hidden import visible
from labkit.prompts.lint import LintFinding
from labkit.prompts.lint import lint as prompt_faults
from labkit.prompts.merging import merge_prompts
from labkit.records import Example, Prompt, Task
from labkit.texts import say
from labkit.views.prompt_changes import changes_shown
from labkit.widgets.background import Background
from labkit.widgets.base import LabWidget, described, replying
from labkit.widgets.fetched_shots import Fetch, FetchedShots
from labkit.widgets.prompt_draft import as_filed, draft_of, prompt_of
from labkit.widgets.prompt_preview import preview_of, title_of
from labkit.widgets.trial_desk import TrialDesk, Trials, wish_of
from labkit.widgets.version_shelf import Scores, Versions, VersionShelf

LISTED = 500  # examples in the picker; the editor says so when there are more
ROWS_SHOWN = 8  # of those that show a finding's harm
Lint = Callable[[Prompt], Sequence[LintFinding]]
_NO_EXAMPLE = Example("", ("…",))  # what the preview shows when no example was given


class PromptEditor(LabWidget):
    """Three sections, one card per label, and the chosen example exactly as it is sent.

    Args:
        prompt: the version to start from; it is never written to.
        task: its labels, item word and language.
        examples: rows to preview.
        on_save: takes the edited prompt (still named `<version>-edited`), writes it under a new name, and returns the
            file's path or that name, which is the version from then on. Without it there is no save button.
        tokens: counts tokens in the preview; by default they are estimated from characters.
        lint: finds faults in the prompt as it stands, in a thread beside the kernel; by default `labkit.prompts.lint`
            over the examples given.
        fetch: row, count -> the labelled rows that a prompt with `retrieved` has fetched for it, the same ones until
            labels change; called in a thread beside the kernel. Without it the form does not ask how many.
        versions: reads all versions as their files are now; with it they are listed and compared, and an edit of the
            opened one's file outside is noticed.
        trials: models and callables with which a prompt is tried from the widget, in a thread beside the kernel.
        scores: prompt hash -> scores of its runs, for that list; called in a thread beside the kernel.

    Raises:
        BadPrompt: the prompt could not be kept in a prompt file.

    The value is `editor.prompt` (named `<version>-edited` while it differs from the version it started from, so that
    a run of it is not taken for a run of that version) and `editor.text`, the same as the text of a prompt file.
    """

    version = traitlets.Unicode().tag(sync=True)
    task_language = traitlets.Unicode().tag(sync=True)
    item = traitlets.Unicode().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    titles = traitlets.List().tag(sync=True)  # of the examples in the picker
    total = traitlets.Int().tag(sync=True)  # of all examples given
    position = traitlets.Int().tag(sync=True)  # of the example in the preview
    draft = traitlets.Dict().tag(sync=True, echo_update=False)  # an echo could overwrite what is being typed
    preview = traitlets.Dict().tag(sync=True)
    findings = traitlets.Dict().tag(sync=True)  # {"revision", "found": what lint has to say of it}
    versions = traitlets.List().tag(sync=True)  # the newest first, with message and scores; [] where none are known
    outside = traitlets.Dict().tag(sync=True)  # {} or what happened to the opened version's file: kind, name, problem
    models = traitlets.List().tag(sync=True)  # to try the prompt with; [] where it cannot be tried from here
    currency = traitlets.Unicode().tag(sync=True)  # of the limit of a trial
    forecast = traitlets.Dict().tag(sync=True)  # what a trial will take; see TrialForecast
    trial = traitlets.Dict().tag(sync=True)  # {} or "state" (running, stopping, done, …) of the last one; see TrialDesk
    saved = traitlets.Dict().tag(sync=True)  # {} or {"name", "where"} of the version written last
    can_save = traitlets.Bool().tag(sync=True)
    can_fetch = traitlets.Bool().tag(sync=True)  # whether examples can be fetched for each row
    asked = traitlets.Dict().tag(sync=True)  # {} or {"turn", "labels": of cards to edit, "row": whether one came along}

    def __init__(
        self,
        prompt: Prompt,
        task: Task,
        examples: Sequence[Example] = (),
        on_save: Callable[[Prompt], str | Path] | None = None,
        *,
        tokens: TokenCounter | None = None,
        lint: Lint | None = None,
        fetch: Fetch | None = None,
        versions: Versions | None = None,
        scores: Scores | None = None,
        trials: Trials | None = None,
    ) -> None:
        self._task = task
        self._examples = tuple(examples)
        self._places = {example.id: k for k, example in enumerate(self._examples)}
        self._tokens = tokens or rule_of_thumb()
        self._lint = lint or partial(prompt_faults, task=task, examples=self._examples)
        self._linting: Background[tuple[int, Prompt]] = Background(self._show_findings)
        self._shots = FetchedShots(fetch, partial(self._show_preview, clears=False))
        self._shelf = VersionShelf(versions, scores)
        self._scoring: Background[None] = Background(self._show_scores)
        self._desk = TrialDesk(trials, self._set, self._take_trial) if trials else None
        self._on_save = on_save
        self._opened = as_filed(prompt)
        super().__init__(
            version=prompt.name,
            task_language=task.language,
            item=task.item,
            labels=list(task.labels),
            titles=[title_of(example) for example in self._examples[:LISTED]],
            total=len(examples),
            draft=draft_of(self._opened, task),
            can_save=on_save is not None,
            can_fetch=fetch is not None,
            models=list(trials.models) if trials else [],
            currency=trials.currency if trials else "",
        )
        self.observe(self._show_preview, names=["draft", "position"])
        self.observe(self._look_through, names=["draft"])
        self._show_preview()
        self._look_through()
        self._shelf.look()
        self._shelf.agree(prompt.name)
        self._show_versions()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a page sends, but no draft typed before the form was filled anew: a busy page holds it back."""
        with self._lock:
            draft = sync_data.get("draft")
            late = isinstance(draft, dict) and draft.get("filled", 0) != self.draft.get("filled", 0)
            super().set_state({name: value for name, value in sync_data.items() if name != "draft" or not late})

    @property
    def prompt(self) -> Prompt:
        """The prompt as it stands in the editor.

        Raises:
            BadPrompt: a text that a prompt file could not keep; the editor shows the same error.
        """
        with self._lock:
            return self._named(self.draft)

    @prompt.setter
    def prompt(self, prompt: Prompt) -> None:
        with self._lock:
            self._opened = as_filed(prompt)
            self.version = prompt.name
            self.saved = {}
            self._fill_in(self._opened)
            self._shelf.agree(prompt.name)
            self._show_versions()

    def edit(self, labels: Sequence[str], row: str = "") -> None:
        """Put the cards of these labels first, side by side, and the cursor into the first one's meaning.

        Args:
            labels: of an error, as `ErrorBrowser` hands them over.
            row: the id of the row that went wrong; the preview shows it if it is among the examples.

        Raises:
            UnknownName: a label that has no card here.
        """
        with self._lock:
            cards = [card["label"] for card in self.draft["definitions"]]
            for label in labels:
                if label not in cards:
                    raise UnknownName("definition", label, cards, say("find.definition", version=self.version))
            self.position = self._places.get(row, self.position)
            known = row in self._places
            self.asked = {"turn": self.asked.get("turn", 0) + 1, "labels": list(labels), "row": known}

    @property
    def text(self) -> str:
        """The prompt as the Markdown text of its file."""
        return format_prompt(self.prompt)

    @replying
    def save(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write the draft in the message as a new version, unless it says the same as the version it started from.

        Nothing is written while an edit made outside waits to be settled: the new version would be without it.
        """
        if self._on_save is None:
            raise BadInput.told("error.editor.nowhere_to_save")
        self._look_around()
        if self.outside.get("kind") == "changed":
            return {"outside": True, "unchanged": False}
        prompt = self._named(message["draft"])
        if prompt is self._opened:
            return {"outside": False, "unchanged": True}
        rendered_parts(prompt, self._task, self._example())  # a prompt that cannot be sent is not saved
        where = str(self._on_save(prompt))
        self._opened = replace(prompt, name=Path(where).name.removesuffix(".md"))
        self.version = self._opened.name
        self.saved = {"name": self._opened.name, "where": where}
        self._show_preview()
        self._shelf.look()
        self._shelf.agree(self._opened.name)
        self._show_versions()
        return {"outside": False, "unchanged": False}

    @replying
    def look(self, _message: Mapping[str, Any]) -> Mapping[str, Any]:
        """See what has become of the versions' files; the front end asks every few seconds and when it is used."""
        self._look_around()
        return {}

    @replying
    def compare(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """What changed between two versions; "" as a name is the draft in the message."""
        return changes_shown(*(self._version(name, message["draft"]) for name in (message["before"], message["after"])))

    @replying
    def restore(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Put an old version into the form, unless the draft in the message says the same; saving is another matter."""
        self._look_around()
        wanted = self._shelf.prompt(message["name"])
        same = self._says(message["draft"], wanted)
        if not same:
            self._fill_in(wanted)
        return {"same": same, "filled": self.draft.get("filled", 0)}

    @replying
    def settle(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take an edit made outside for the version that the draft in the message started from.

        "reload" shows it in the form too, "merge" shows both edits, unless they changed the same place.
        """
        self._look_around()
        if self.outside.get("kind") == "changed":
            theirs = as_filed(self._shelf.prompt(self._opened.name))
            merge = message["choice"] == "merge"
            wanted = merge_prompts(self._opened, self._named(message["draft"]), theirs) if merge else theirs
            written = str(message["draft"]["message"]) if merge else ""
            self._opened = theirs
            self._shelf.agree(theirs.name)
            if message["choice"] != "keep":
                self._fill_in(wanted, written)
        self._show_versions()
        self._show_preview()
        return {}

    @replying
    def expect(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Have worked out what the trial in the message will take; the answer is in the trait `forecast`."""
        draft = message["draft"]
        self._trying().forecast(int(draft["revision"]), self._opened, self._named(draft), wish_of(message))
        return {}

    @replying
    def start(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Start the trial in the message; how far it is, and what came of it, is in the trait `trial`."""
        draft = message["draft"]
        desk, prompt = self._trying(), self._named(draft)
        return {"started": desk.start(int(draft["revision"]), self._opened, prompt, wish_of(message))}

    @replying
    def stop(self, _message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Stop the trial; answers on their way are kept."""
        self._trying().stop()
        return {}

    def _trying(self) -> TrialDesk:
        if self._desk is None:
            raise BadInput.told("error.editor.no_model")
        return self._desk

    def _take_trial(self) -> None:
        """Show what a trial has brought beside its result; called in the trial's thread."""
        self._scoring.soon(None)
        self._show_preview(clears=False)

    def _set(self, trait: str, value: dict[str, Any]) -> None:
        """Set a trait from a thread beside the kernel."""
        with self._lock:
            self.set_trait(trait, value)

    def _look_around(self) -> None:
        self._shelf.look()
        self._show_versions()

    def _show_versions(self) -> None:
        """List the versions with the scores known so far, and ask for newer ones."""
        self.versions = self._shelf.listed()
        self.outside = self._shelf.news(self._opened.name)
        if self.versions:
            self._scoring.soon(None)

    def _show_scores(self, _asked: None) -> None:
        """Score the runs of the versions; runs beside the kernel."""
        try:
            scored = self._shelf.scores()
        except Exception as error:  # raised in a thread, nobody would see it
            self._set("problem", described(error))
            return
        with self._lock:
            self._shelf.keep_scores(scored)
            self.versions = self._shelf.listed()

    def _version(self, name: str, draft: Mapping[str, Any]) -> Prompt:
        return self._shelf.prompt(name) if name else self._named(draft)

    def _fill_in(self, prompt: Prompt, message: str = "") -> None:
        """Show a prompt in the form, with what has been written of the next version."""
        counts = {name: int(self.draft.get(name, 0)) + 1 for name in ("revision", "filled")}
        self.draft = draft_of(prompt, self._task) | counts | {"message": message}

    @replying
    def find_example(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """The position of the example whose id the message holds."""
        wanted = str(message["id"]).strip()
        if wanted not in self._places:
            raise UnknownName("example", wanted, self._places)
        return {"position": self._places[wanted]}

    def _named(self, draft: Mapping[str, Any]) -> Prompt:
        """The opened version itself when the draft says the same, else the edited prompt under a name of its own."""
        edited = prompt_of(draft, self._opened)
        same = prompt_sha256(edited) == prompt_sha256(self._opened)
        return self._opened if same else replace(edited, name=f"{self._opened.name}-edited")

    def _says(self, draft: Mapping[str, Any], prompt: Prompt) -> bool:
        """Whether a draft stands for this prompt; one that could be in no file stands for none."""
        try:
            return prompt_sha256(self._named(draft)) == prompt_sha256(prompt)
        except BadPrompt:
            return False

    def _show_preview(self, _change: object = None, *, clears: bool = True) -> None:
        with self._guarded(clears=clears):
            self.preview = {
                "revision": self.draft.get("revision", 0),
                "position": self.position,
                "changed": True,
                "title": title_of(self._example()),
                "gold": self._gold(),
                "answers": self._desk.answers(self._example().id) if self._desk else [],
                "sha256": "",
                "messages": [],
                "tokens": {},
                "fetching": False,
                "problem": "",
                **self._rendered(),
            }

    def _rendered(self) -> dict[str, Any]:
        """The messages in parts with their tokens, or the reason why there are none."""
        said: dict[str, Any] = {}
        try:
            prompt, example = self.prompt, self._example()
            said = {"sha256": prompt_sha256(prompt), "changed": prompt is not self._opened}
            shots = self._shots.of(example, prompt.retrieved)
            parts = rendered_parts(prompt, self._task, example, shots.found)
        except LabkitError as error:
            return said | {"problem": str(error)}
        if shots.problem:
            return said | {"problem": shots.problem}
        return said | {"fetching": shots.fetching} | preview_of(parts, self._tokens)

    def _look_through(self, _change: object = None) -> None:
        try:
            prompt = self.prompt
        except Exception:  # the preview says what is wrong with it
            return
        self._linting.soon((int(self.draft.get("revision", 0)), prompt))

    def _show_findings(self, asked: tuple[int, Prompt]) -> None:
        """Lint a prompt; runs beside the kernel."""
        revision, prompt = asked
        try:
            found = self._lint(prompt)
        except Exception as error:  # raised in a thread, nobody would see it
            self._set("problem", described(error))
            return
        self._set("findings", {"revision": revision, "found": [self._finding(entry) for entry in found]})

    def _finding(self, found: LintFinding) -> dict[str, Any]:
        """A finding with as many rows as are worth showing, and whether each is among the examples."""
        first = sorted(found.rows, key=lambda row: row not in self._places)  # those that the preview can show
        rows = [[row, row in self._places] for row in first[:ROWS_SHOWN]]
        return {**asdict(found), "label": found.label or "", "rows": rows, "more": len(found.rows) - len(rows)}

    def _gold(self) -> list[str] | None:
        labels = self._example().labels
        return None if labels is None else [visible(label) for label in labels]

    def _example(self) -> Example:
        position = min(max(int(self.position), 0), len(self._examples) - 1)
        return self._examples[position] if self._examples else _NO_EXAMPLE
