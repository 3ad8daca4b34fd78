"""A scene before it is written: everything the user's files say, ready to be shown, and written only after a yes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from labkit.curation.repetition import Repetition, count_repetition
from labkit.errors import BadData
from labkit.prompts.foreign_lines import item_of
from labkit.prompts.taking_apart import TakenApart, take_apart
from labkit.records import Bar, Definition, Example, Prompt, Task, examples_sha256
from labkit.tables.building import Table
from labkit.tables.confined import read_confined
from labkit.tables.definitions_file import check_length, read_definitions, read_text_file
from labkit.tables.importing import Choices, Import, import_tables, labels_in
from labkit.tables.labels import fold_label, near_equal
from labkit.tables.language import default_item, guess_language
from labkit.texts import say
from labkit.workspace.opening import create_scene
from labkit.workspace.scene import Scene
from labkit.workspace.starter import short_prompt, starter_prompt
from labkit.workspace.task_file import check_labels

SOURCE_TEXT = "prompts/v1.source.txt"
REST_TEXT = "prompts/v1.rest.txt"
_EVEN = 0.6  # share of the commonest label: of two even ones chance puts one above half in a small test set


@dataclass(frozen=True, slots=True)
class Sources:
    """What the user hands over; everything is optional, but labels must come from somewhere.

    Args:
        examples: files or dataset folders of posts.
        test: a file whose rows become the test split.
        definitions: a file of definitions.
        prompt: a file with the business's own prompt.
        prompt_text: that prompt itself, as pasted from a chat; in place of the file.
        sheet, encoding: of the tables.
        choices: what was said about columns, labels and rows.
    """

    examples: tuple[Path, ...] = ()
    test: Path | None = None
    definitions: Path | None = None
    prompt: Path | None = None
    prompt_text: str = ""
    sheet: str | None = None
    encoding: str | None = None
    choices: Choices = field(default_factory=Choices)


@dataclass(frozen=True, slots=True)
class Draft:
    """A scene that could be written.

    Args:
        task, examples, prompt: what it is made of; the test rows are frozen in the task.
        tables: the files as they were read.
        found: how the rows were understood; None without posts.
        taken: how the user's prompt was taken apart; None without one.
        prompt_text: that prompt, verbatim.
        undecided: labels that look alike, when nobody has said whether they are one.
        repetition: how often rows say what another row says.
        leaked: test rows whose group of near duplicates holds a pool or dev row.
    """

    task: Task
    examples: tuple[Example, ...]
    prompt: Prompt
    tables: tuple[Table, ...] = ()
    found: Import | None = None
    taken: TakenApart | None = None
    prompt_text: str = ""
    undecided: tuple[tuple[str, ...], ...] = ()
    repetition: Repetition = field(default_factory=Repetition)
    leaked: int = 0

    @property
    def unseen(self) -> tuple[str, ...]:
        """Labels that no row carries, though some rows are labelled."""
        used = {label for example in self.examples for label in example.labels or ()}
        return tuple(label for label in self.task.labels if label not in used) if used else ()

    @property
    def perhaps_meant(self) -> dict[str, str]:
        """Name that the prompt defines and no row carries -> a label like it that rows carry and nothing defines."""
        seen = {fold_label(label): label for label in self.undefined if label not in self.unseen}
        items = [item_of(line) for line in self.prompt.system.splitlines()] if self.taken else []
        named = (*self.unseen, *(item.name for item in items if item and item.marked and item.text))
        near = {name: get_close_matches(fold_label(name), seen, n=1, cutoff=0.5) for name in dict.fromkeys(named)}
        return {name: seen[found[0]] for name, found in near.items() if found and name not in seen.values()}

    @property
    def undefined(self) -> tuple[str, ...]:
        """Labels whose definition is still empty."""
        defined = {d.label for d in self.prompt.definitions if d.text or d.includes or d.excludes}
        return tuple(label for label in self.task.labels if label not in defined)


def read_sources(sources: Sources) -> tuple[tuple[Table, ...], Table | None]:
    """The tables of examples, and the one of test rows.

    Raises:
        BadData: a file cannot be read.
    """
    tables = [t for path in sources.examples for t in read_confined(path, sources.sheet, sources.encoding)]
    if sources.test is None:
        return tuple(tables), None
    test = read_confined(sources.test, sources.sheet, sources.encoding)
    if len(test) > 1:
        raise BadData.told("error.draft.test_tables", test=sources.test, tables=len(test))
    return tuple(tables), test[0]


def draft_scene(sources: Sources, tables: Sequence[Table] = (), test: Table | None = None) -> Draft:
    """Understand everything, write nothing.

    Args:
        sources: what the user handed over.
        tables: the same files of examples, once read by `read_sources`.
        test: the same file of test rows.

    Returns:
        The draft.

    Raises:
        BadData: a file cannot be used, or no label is named anywhere.
        UnknownName: a chosen column does not exist.
    """
    everything = [*tables, test] if test else list(tables)
    choices = sources.choices
    data_labels = labels_in(everything, choices)
    known = tuple(dict.fromkeys((*choices.labels, *data_labels)))
    defined = read_definitions(sources.definitions, known, None, sources.encoding) if sources.definitions else ()
    text = _prompt_text(sources)
    named = (*known, *(d.label for d in defined))
    taken = take_apart(text, named).without(_settled_by(defined)) if text else None
    definitions = _spelled(known, (*defined, *(taken.prompt.definitions if taken else ())))
    labels = tuple(dict.fromkeys((*choices.labels, *(d.label for d in definitions))))
    several, none = _said(choices, taken)
    choices = replace(choices, labels=labels, multi_label=several, allow_none=none)
    found = import_tables(everything[: len(tables)], choices, test) if everything else None
    task = found.task if found else _bare_task(choices, definitions, text)
    examples = found.examples if found else ()
    check_all_labels(task.labels)
    return Draft(
        task=replace(task, test_sha256=_frozen(examples), bar=_assumed_bar(task, examples)),
        examples=examples,
        prompt=_prompt(task, taken, definitions, sources.prompt),
        tables=tuple(everything),
        found=found,
        taken=taken,
        prompt_text=text,
        undecided=near_equal(task.labels) if choices.merge_labels is None else (),
        repetition=_repetition(found) if found else Repetition(),
        leaked=_leaked(found) if found else 0,
    )


def write_draft(draft: Draft, path: str | Path) -> Scene:
    """Write a draft as a scene's folder, all or nothing; see `create_scene` for what it raises."""
    texts = {}
    if draft.taken:
        texts[SOURCE_TEXT] = draft.prompt_text
        if draft.taken.rest:
            texts[REST_TEXT] = "".join(f"{kept.line}\t{kept.why}\t{kept.text}\n" for kept in draft.taken.rest)
    return create_scene(path, draft.task, draft.examples, [draft.prompt, short_prompt(draft.task)], texts)


def _prompt_text(sources: Sources) -> str:
    if sources.prompt and sources.prompt_text:
        raise BadData.told("error.draft.two_prompts")
    return (
        read_text_file(sources.prompt)
        if sources.prompt
        else check_length(sources.prompt_text, say("where.pasted_prompt"))
    )


def _settled_by(defined: Sequence[Definition]) -> set[str]:
    """The labels that a file of definitions says something of."""
    return {definition.label for definition in defined if definition != Definition(definition.label)}


def check_all_labels(labels: Sequence[str]) -> None:
    """Raise BadData unless each label can stand in task.yaml."""
    try:
        check_labels(list(labels))
    except ValueError as error:
        raise BadData.told("error.draft.label", problem=error) from error


def _said(choices: Choices, taken: TakenApart | None) -> tuple[bool | None, bool | None]:
    """Several labels, or none: as the user says, else as the prompt does."""
    several = choices.multi_label if choices.multi_label is not None or taken is None else taken.several
    none = choices.allow_none if choices.allow_none is not None or taken is None else taken.none
    return several, none


def _spelled(known: Sequence[str], definitions: Sequence[Definition]) -> tuple[Definition, ...]:
    """Definitions under the data's spelling of their labels, each label once: the first that says something."""
    spelling = {fold_label(label): label for label in known}
    found: dict[str, Definition] = {}
    for definition in definitions:
        label = definition.label if definition.label in known else spelling.get(fold_label(definition.label))
        named = replace(definition, label=label or definition.label)
        if named.label not in found or found[named.label] == Definition(named.label):
            found[named.label] = named
    return tuple(found.values())


def _bare_task(choices: Choices, definitions: Sequence[Definition], text: str) -> Task:
    """A task without rows; its language is that of its words."""
    if not choices.labels:
        raise BadData.told("error.draft.no_label")
    words = [text, *(f"{d.label} {d.text}" for d in definitions), *choices.labels]
    language = choices.language or guess_language(words)
    several, none = bool(choices.multi_label), bool(choices.allow_none)
    return Task(choices.name, choices.labels, language, default_item(language), several, none)


def _frozen(examples: Sequence[Example]) -> str | None:
    """The hash of the test rows, so that no gate passes on others."""
    test = [example for example in examples if example.split == "test"]
    return examples_sha256(test) if test else None


def _assumed_bar(task: Task, examples: Sequence[Example]) -> Bar:
    """What is measured until the business says.

    Where rows carry one label, the share answered right: the exact test between two runs is about that share, so that
    verdict and test speak of one thing. Where always answering the commonest label would come near the bar: macro-F1,
    as wherever rows carry several labels or none.
    """
    one = not (task.multi_label or task.allow_none)
    return Bar(metric="accuracy") if one and _always_the_commonest(examples) <= _EVEN else Bar()


def _always_the_commonest(examples: Sequence[Example]) -> float:
    """What always answering a subtask's commonest label gets right: of the test rows, else of dev, else of the pool."""
    labelled = [example for example in examples if example.labels]
    of_splits = ([row for row in labelled if row.split == split] for split in ("test", "dev", "pool"))
    judging = next(filter(None, of_splits), [])
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    for row in judging:
        counts[row.subtask].update(row.labels or ())
    return sum(max(here.values()) for here in counts.values()) / len(judging) if judging else 1.0


def _prompt(task: Task, taken: TakenApart | None, definitions: Sequence[Definition], path: Path | None) -> Prompt:
    """The user's prompt, or the starter, with every definition there is."""
    starter = starter_prompt(task)
    found = {definition.label: definition for definition in definitions}
    given = tuple(found.get(label, Definition(label)) for label in task.labels)
    if taken is None:
        message = starter.message if not definitions else ""
        return replace(starter, definitions=given, message=message)
    prompt = taken.prompt
    return replace(
        prompt,
        system=prompt.system or starter.system,
        instruction=prompt.instruction or starter.instruction,
        definitions=given,
        message=f"from {path.name}" if path else "from a pasted prompt",
    )


def _repetition(found: Import) -> Repetition:
    """Rows of traffic, and of other subtasks, link no others here, as they link none in an audit or a choice."""
    traffic = any(example.split == "traffic" for example in found.examples)
    apart = traffic or len({example.subtask for example in found.examples}) > 1
    return count_repetition(found.examples, None if apart else found.near)


def _leaked(found: Import) -> int:
    learnt = {found.near[example.id] for example in found.examples if example.split in ("pool", "dev")}
    return sum(example.split == "test" and found.near[example.id] in learnt for example in found.examples)
