"""The same question put otherwise: order of labels, order of posts, format, one paragraph. A sound answer stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from labkit.diagnosis.attacks import ATTACKS, attacked
from labkit.diagnosis.reliance import PROBE
from labkit.prompts import split_sentences
from labkit.prompts.wording import WORDING
from labkit.records import Definition, Example, Prompt, Task

Kind = Literal["attack", "labels", "posts", "format", "paragraph"]
KINDS: tuple[Kind, ...] = ("attack", "labels", "posts", "format", "paragraph")
_HALF_WIDTH = str.maketrans("，。；：！？（）“”", ',.;:!?()""')


@dataclass(frozen=True, slots=True)
class Perturbation:
    """One way of asking the same rows otherwise.

    Args:
        kind: what is changed; see KINDS.
        name: how, such as "ignore" or "reversed".
        prompt, task: as they are then; the prompt's name is marked as a probe's.
        examples: the rows as they are then, ids and gold as before.
    """

    kind: Kind
    name: str
    prompt: Prompt
    task: Task
    examples: tuple[Example, ...]


def as_written(prompt: Prompt) -> Prompt:
    """The prompt that all others are held against, marked as a probe's."""
    return replace(prompt, name=f"{prompt.name}{PROBE}written")


def perturbations(
    prompt: Prompt, task: Task, examples: Sequence[Example], kinds: Sequence[Kind] = KINDS
) -> Iterator[Perturbation]:
    """All ways in which rows are asked otherwise.

    Args:
        prompt: as its owner wrote it.
        task: the scene's.
        examples: the rows.
        kinds: which of KINDS are wanted.

    Yields:
        One by one; those that would change nothing (posts of rows that have one each) are left out.
    """
    makers: dict[Kind, Callable[[Prompt, Task, tuple[Example, ...]], Iterator[Perturbation]]] = {
        "attack": _attacks,
        "labels": _orders_of_labels,
        "posts": _orders_of_posts,
        "format": _formats,
        "paragraph": _paragraph,
    }
    for kind in kinds:
        for found in makers[kind](prompt, task, tuple(examples)):
            if found.examples:
                name = f"{prompt.name}{PROBE}{kind}-{found.name}"
                yield replace(found, prompt=replace(found.prompt, name=name))


def _attacks(prompt: Prompt, task: Task, examples: tuple[Example, ...]) -> Iterator[Perturbation]:
    """Rows that carry every label stay out: nothing wrong can be asked of them."""
    open_ = [e for e in examples if set(task.labels_of(e.subtask)) - set(e.labels or ())]
    for attack in ATTACKS:
        yield Perturbation("attack", attack, prompt, task, tuple(attacked(task, e, attack) for e in open_))


def _orders_of_labels(prompt: Prompt, task: Task, examples: tuple[Example, ...]) -> Iterator[Perturbation]:
    """Definitions and the list of allowed labels, from the last to the first, and begun in the middle.

    Source: Pezeshkpour & Hruschka 2023, "Large Language Models Sensitivity to The Order of Options in
    Multiple-Choice Questions".
    """
    for name, order in (("reversed", _reversed), ("halved", _halved)):
        definitions = {d.label: d for d in prompt.definitions}
        told = tuple(definitions[label] for label in order(tuple(definitions)))
        if order(task.labels) == task.labels:
            continue
        subtasks = {subtask: order(tuple(labels)) for subtask, labels in task.subtasks.items()}
        reordered = replace(task, labels=order(task.labels), subtasks=subtasks)
        yield Perturbation("labels", name, replace(prompt, definitions=told), reordered, examples)


def _reversed(labels: tuple[str, ...]) -> tuple[str, ...]:
    return labels[::-1]


def _halved(labels: tuple[str, ...]) -> tuple[str, ...]:
    return (*labels[len(labels) // 2 :], *labels[: len(labels) // 2])


def _orders_of_posts(prompt: Prompt, task: Task, examples: tuple[Example, ...]) -> Iterator[Perturbation]:
    """The newest post first, of rows that have several; where time matters an answer may rightly move."""
    turned = tuple(replace(e, items=e.items[::-1]) for e in examples if len(set(e.items)) > 1)
    yield Perturbation("posts", "reversed", prompt, task, turned)


def _formats(prompt: Prompt, task: Task, examples: tuple[Example, ...]) -> Iterator[Perturbation]:
    """Changes that a reader would not notice.

    Source: Sclar et al. 2024, "Quantifying Language Models' Sensitivity to Spurious Features in Prompt Design".
    """
    formats = {"lines": _in_lines, "folded": _folded, "tags": _in_tags, "half-width": _half_width}
    for name, change in formats.items():
        changed = change(prompt, task)
        if changed != prompt:
            yield Perturbation("format", name, changed, task, examples)


def _in_lines(prompt: Prompt, task: Task) -> Prompt:
    """Each sentence of the system message on a line of its own."""
    return replace(prompt, system="\n".join(split_sentences(prompt.system)))


def _folded(prompt: Prompt, task: Task) -> Prompt:
    """What a definition includes and excludes, as sentences of its text."""
    return replace(prompt, definitions=tuple(_fold(definition, task.language) for definition in prompt.definitions))


def _fold(definition: Definition, language: str) -> Definition:
    wording = WORDING[language]
    lists = ((wording.includes, definition.includes), (wording.excludes, definition.excludes))
    # a comma in place of the colon: the words stay, the mark that begins a list is gone
    said = [f"{head.strip(':： ')} {wording.comma.join(items)}{wording.stop}" for head, items in lists if items]
    return replace(definition, text=" ".join(filter(None, (definition.text, *said))), includes=(), excludes=())


def _in_tags(prompt: Prompt, task: Task) -> Prompt:
    """Posts and instruction between tags, as vendors' guides advise."""
    posts = prompt.input if "{{posts}}" in prompt.input else f"{prompt.input}\n\n{{{{posts}}}}".strip()
    instruction = f"<instruction>\n{prompt.instruction}\n</instruction>" if prompt.instruction else ""
    return replace(prompt, input=f"<posts>\n{posts}\n</posts>", instruction=instruction)


def _half_width(prompt: Prompt, task: Task) -> Prompt:
    """Chinese punctuation as its half-width look-alikes."""
    told = tuple(replace(d, text=d.text.translate(_HALF_WIDTH)) for d in prompt.definitions)
    return replace(prompt, system=prompt.system.translate(_HALF_WIDTH), definitions=told)


def _paragraph(prompt: Prompt, task: Task, examples: tuple[Example, ...]) -> Iterator[Perturbation]:
    """Everything but the first sentence of the system message run together in one user message, without sections."""
    opening, *rest = split_sentences(prompt.system) or ("",)
    parts = [*rest, prompt.input, prompt.instruction]
    everywhere = " ".join((opening, *parts))
    parts += [f"{{{{{name}}}}}" for name in ("definitions", "answer", "posts") if f"{{{{{name}}}}}" not in everywhere]
    if prompt.examples and "{{examples}}" not in everywhere:
        parts.append("{{examples}}")
    text = " ".join(" ".join(part.split()) for part in parts if part.strip())
    yield Perturbation("paragraph", "one", replace(prompt, system=opening, input=text, instruction=""), task, examples)
