"""What was understood of the files a scene is made of, before it is written: as sentences, and as one object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from labkit.comparison.power import visible_gain
from labkit.prompts.hidden import visible
from labkit.prompts.render import render_answer_contract
from labkit.prompts.taking_apart import TakenApart
from labkit.records import SPLITS
from labkit.tables.columns import are_numbered
from labkit.tables.importing import Import
from labkit.tables.joining import Joined
from labkit.tables.language import guess_language
from labkit.texts import say
from labkit.views.markup import short
from labkit.workspace import Draft

DISCORDANT = 0.12  # share of rows two prompts answer differently, right against wrong; stated beside the figures
LABELS_SHOWN = 30
SAMPLE_ROWS = 5
_REST_SHOWN = 20
_CONTRACT_SHOWN = 160
_GUESSED = ("gb18030",)  # any bytes of many kinds read as this, so a person should look


@dataclass(frozen=True, slots=True)
class Section:
    """One part of what was understood: its sentences, and rows of a table below them."""

    name: str
    lines: tuple[str, ...]
    table: tuple[tuple[str, ...], ...] = ()


def understood(draft: Draft) -> tuple[Section, ...]:
    """Everything a person should see before saying yes.

    Args:
        draft: from `draft_scene`.

    Returns:
        The sections that have something to say: files, labels, rows, prompt. Texts are safe for a terminal and, once
        escaped, for a page.
    """
    found = draft.found
    sections = [
        Section("files", tuple(_about_files(draft))),
        Section("labels", tuple(_about_labels(draft)), _label_table(draft)),
        Section("rows", tuple(_about_rows(draft, found)) if found else (say("new.no_rows"),)),
        Section("prompt", tuple(_about_prompt(draft, draft.taken)) if draft.taken else ()),
    ]
    return tuple(section for section in sections if section.lines or section.table)


def understood_json(draft: Draft) -> dict[str, Any]:
    """The same as one JSON value, with the whole label table."""
    task = draft.task
    return {
        "name": task.name,
        "language": task.language,
        "multi_label": task.multi_label,
        "allow_none": task.allow_none,
        "rows": len(draft.examples),
        "files": [
            {"file": str(t.path), "rows": len(t.rows), "encoding": t.encoding, "blank_rows": t.blank_rows}
            | {"titles": list(t.titles), "sheet": t.sheet, "other_sheets": list(t.other_sheets)}
            for t in draft.tables
        ],
        "labels": _counts(draft),
        "unseen_labels": list(draft.unseen),
        "perhaps_meant": draft.perhaps_meant,
        "undefined_labels": list(draft.undefined),
        "undecided_labels": [list(group) for group in draft.undecided],
        "splits": _split_sizes(draft),
        "power": {split: visible_gain(rows, DISCORDANT) for split, rows in _measured(draft).items()},
        "test_sha256": task.test_sha256,
        "near_duplicates": draft.repetition.counts | {"leaked": draft.leaked},
        **(_import_json(draft.found) if draft.found else {}),
        **({"prompt": _prompt_json(draft.taken)} if draft.taken else {}),
    }


def _import_json(found: Import) -> dict[str, Any]:
    return {
        "columns": {role: column for role, column in asdict(found.columns).items() if column and role != "without"},
        "separator": found.labels.separator,
        "empty_labels": {"rows": found.labels.empty, "read_as": found.labels.empty_means},
        "stripped_labels": dict(found.labels.stripped),
        "merged_labels": dict(found.labels.merged),
        "near_labels": [list(group) for group in found.near_labels],
        "generated_ids": found.ids.generated,
        "prefixed_ids": found.ids.prefixed,
        "suffixed_ids": found.ids.suffixed,
        "skipped_rows": list(map(str, found.skipped)),
        "joined": asdict(found.joined) if found.joined else None,
        "repetitions": asdict(found.repetitions),
        "splits_from": found.splits_from,
        "dev_drawn": found.dev_drawn,
        "authors": len(_authors(found)),
        "authors_in_several_splits": _spread_authors(found),
    }


def _prompt_json(taken: TakenApart) -> dict[str, Any]:
    return {
        "definitions": [d.label for d in taken.prompt.definitions if d.text],
        "labels": list(taken.labels),
        "posts_at": taken.posts_at,
        "placeholders": list(taken.placeholders),
        "rest": [asdict(kept) for kept in taken.rest],
        "format_lines": [{"line": k, "text": taken.lines[k - 1]} for k in taken.format_lines],
    }


def _about_files(draft: Draft) -> Iterator[str]:
    for table in draft.tables:
        name, kind = visible(table.path.name), table.encoding or table.path.suffix[1:]
        kind += f", {short(table.sheet)}" if table.sheet else ""
        yield say("new.file", file=name, rows=f"{len(table.rows):,}", encoding=kind)
        if table.other_sheets:
            yield say("new.other_sheets", file=name, sheets=", ".join(map(short, table.other_sheets)))
        if table.titles:
            yield say("new.titles", file=name, titles=" | ".join(short(title) for title in table.titles))
        if table.blank_rows:
            yield say("new.blank_rows", file=name, rows=table.blank_rows)
    if draft.found is None:
        return
    yield from _about_columns(draft.found)
    taken = {*draft.found.columns.used, draft.found.joined.column if draft.found.joined else None}
    others = [name for name in dict.fromkeys(n for t in draft.tables for n in t.columns) if name not in taken]
    if others:
        yield say("new.other_columns", columns=", ".join(map(short, others[:LABELS_SHOWN])))
    if any(table.encoding in _GUESSED for table in draft.tables):
        yield say("new.guessed_encoding")
        yield from (f"  {_one_line(example.text)}" for example in draft.found.examples[:SAMPLE_ROWS])
    else:
        yield say("new.first_post", post=_one_line(draft.found.examples[0].text))


def _about_columns(found: Import) -> Iterator[str]:
    roles = {role: column for role, column in asdict(found.columns).items() if column and role != "without"}
    names = {role: column if isinstance(column, str) else ", ".join(column) for role, column in roles.items()}
    said = "; ".join(f"{say(f'column.{role}')} = {short(name)}" for role, name in names.items())
    yield say("new.columns", columns=said)
    if found.columns.further_text:
        yield say("new.numbered_posts" if are_numbered(found.columns.texts) else "new.parts_of_posts")


def _about_labels(draft: Draft) -> Iterator[str]:
    task = draft.task
    key = "new.several_labels" if task.multi_label else "new.one_label"
    yield say(key, labels=len(task.labels), language=task.language)
    if draft.found:
        yield from _about_cells(draft.found, task.multi_label)
        unmarked = sum(example.labels == () for example in draft.examples)
        if unmarked and draft.found.labels.flags:
            yield say("new.unmarked", rows=unmarked)
    groups = draft.undecided or (draft.found.near_labels if draft.found else ())
    for group in groups:
        yield say("new.near_labels", labels=", ".join(repr(visible(label)) for label in group))
    if draft.unseen:
        yield say("new.unseen", labels=", ".join(map(short, draft.unseen[:LABELS_SHOWN])))
    for label, near in list(draft.perhaps_meant.items())[:LABELS_SHOWN]:
        yield say("new.perhaps_meant", label=short(label), near=short(near))
    if draft.undefined and len(draft.undefined) < len(task.labels):
        yield say("new.undefined", labels=", ".join(map(short, draft.undefined[:LABELS_SHOWN])))
    yield say("new.bar", metric=task.bar.metric, value=f"{task.bar.value:.2f}")


def _about_cells(found: Import, several: bool) -> Iterator[str]:
    labels = found.labels
    if several and labels.separator:
        yield say("new.separator", separator=repr(labels.separator))
    if labels.flags:
        yield say("new.flags", columns=len(found.columns.labels))
    if labels.empty:
        yield say(f"new.{labels.empty_means}", rows=labels.empty)
    for label, rows in labels.stripped.items():
        yield say("new.stripped", label=repr(visible(label)), rows=rows)
    for old, new in labels.merged.items():
        yield say("new.merged", old=repr(visible(old)), new=repr(visible(new)))


def _label_table(draft: Draft) -> tuple[tuple[str, ...], ...]:
    """Head and rows: label, rows, and the beginning of its definition."""
    counts = sorted(_counts(draft).items(), key=lambda entry: -entry[1])
    head = (say("head.label"), say("head.rows"), say("head.definition"))
    rows = [(short(label), f"{rows:,}", _definition(draft, label)) for label, rows in counts[:LABELS_SHOWN]]
    more = [(say("new.more_labels", labels=len(counts) - LABELS_SHOWN), "", "")] if len(counts) > LABELS_SHOWN else []
    return (head, *rows, *more)


def _about_rows(draft: Draft, found: Import) -> Iterator[str]:
    if found.skipped:
        yield say(
            "new.skipped", rows=len(found.skipped), places=", ".join(visible(str(place)) for place in found.skipped[:5])
        )
    if found.ids.generated:
        yield say("new.generated_ids", rows=found.ids.generated)
    if found.ids.prefixed:
        yield say("new.prefixed_ids")
    if found.ids.suffixed:
        yield say("new.suffixed_ids", rows=found.ids.suffixed)
    if found.joined:
        yield from _about_joined(found.joined)
    repeated = asdict(found.repetitions)
    if any(repeated.values()):
        yield say("new.repeated", **repeated)
    if draft.repetition.groups:
        assigned = found.splits_from == "assigned"
        leaked = "new.near_unlabelled" if assigned else "new.near_leaked"
        key = leaked if draft.leaked else "new.near_together"
        yield say(key, groups=draft.repetition.groups, repeats=draft.repetition.repeats, leaked=draft.leaked)
        yield say("repetition.pool", **draft.repetition.counts)
    if authors := len(_authors(found)):
        spread = _spread_authors(found)
        yield say("new.authors_spread" if spread else "new.authors", authors=f"{authors:,}", spread=f"{spread:,}")
    yield say("new.languages", languages=_languages(found))
    source = say(f"new.splits_from.{found.splits_from.replace(' ', '_')}")
    sizes = ", ".join(f"{split} {rows:,}" for split, rows in _split_sizes(draft).items())
    yield say("new.splits", source=source, splits=sizes)
    if found.dev_drawn:
        pool = found.dev_drawn + _split_sizes(draft).get("pool", 0)
        yield say("new.dev_drawn", drawn=f"{found.dev_drawn:,}", pool=f"{pool:,}")
    yield from _about_power(draft)


def _about_joined(joined: Joined) -> Iterator[str]:
    """How rows became examples, in which order, and what that did to the labels."""
    column = short(joined.column)
    yield say("new.joined", **asdict(joined) | {"column": column})
    order = "new.joined_partly_in_time" if joined.untimed else "new.joined_in_time"
    yield say(order if joined.timed else "new.joined_untimed", untimed=joined.untimed)
    if joined.disagreeing:
        yield say("new.joined_disagreeing", disagreeing=joined.disagreeing, place=visible(str(joined.disagrees_at)))
    if joined.several_labels:
        yield say("new.joined_several", column=column)


def _about_power(draft: Draft) -> Iterator[str]:
    """What the labelled dev and test rows can show, beside what 300 and 1,000 could."""
    for split, rows in _measured(draft).items():
        gain = visible_gain(rows, DISCORDANT)
        key = "new.power" if gain < 1 else "new.no_power"
        yield say(key, split=split, rows=f"{rows:,}", points=f"{100 * gain:.1f}", share=f"{DISCORDANT:.0%}")
    if draft.task.test_sha256:
        at = {n: f"{100 * visible_gain(n, DISCORDANT):.1f}" for n in (300, 1000)}
        yield say("new.power_scale", few=at[300], many=at[1000])
        yield say("new.frozen", hash=draft.task.test_sha256[:12])


def _about_prompt(draft: Draft, taken: TakenApart) -> Iterator[str]:
    defined = sum(bool(d.text) for d in taken.prompt.definitions)
    yield say("new.prompt", definitions=defined, labels=len(taken.labels), lines=len(draft.prompt_text.splitlines()))
    yield say("new.prompt_posts", line=taken.posts_at) if taken.posts_at else say("new.prompt_no_posts")
    if taken.placeholders:
        yield say("new.prompt_placeholders", placeholders=", ".join(map(short, taken.placeholders[:8])))
    if any(kept.why == "format" for kept in taken.rest):
        yield say("new.prompt_format")
    if taken.format_lines:
        yield from _about_formats(draft, taken)
    if taken.prompt.examples:
        yield say("new.prompt_examples")
    if taken.rest:
        yield say("new.prompt_rest", lines=len(taken.rest))
        yield from (f"  {k.line} ({say(f'rest.{k.why}')})  {short(k.text, 90)}" for k in taken.rest[:_REST_SHOWN])
    if len(taken.rest) > _REST_SHOWN:
        yield say("new.prompt_more_rest", lines=len(taken.rest) - _REST_SHOWN)


def _about_formats(draft: Draft, taken: TakenApart) -> Iterator[str]:
    """The lines that may contradict the answer contract, beside it."""
    contract = render_answer_contract(draft.prompt, draft.task, draft.task.labels)
    yield say("new.prompt_contradicts", lines=len(taken.format_lines), contract=short(contract, _CONTRACT_SHOWN))
    yield from (f"  {k}  {short(taken.lines[k - 1], 90)}" for k in taken.format_lines[:_REST_SHOWN])
    if len(taken.format_lines) > _REST_SHOWN:
        yield say("new.prompt_more_rest", lines=len(taken.format_lines) - _REST_SHOWN)


def _counts(draft: Draft) -> dict[str, int]:
    counts = Counter(label for example in draft.examples for label in example.labels or ())
    return {label: counts[label] for label in draft.task.labels}


def _definition(draft: Draft, label: str) -> str:
    found = draft.prompt.definition_of(label)
    return short(_one_line(found.text)) if found else ""


def _split_sizes(draft: Draft) -> dict[str, int]:
    sizes = Counter(example.split for example in draft.examples)
    return {split: sizes[split] for split in SPLITS if sizes[split]}


def _measured(draft: Draft) -> dict[str, int]:
    """Labelled rows of the splits that scores are read on."""
    labelled = Counter(example.split for example in draft.examples if example.labels is not None)
    return {split: labelled[split] for split in ("dev", "test") if labelled[split]}


def _spread_authors(found: Import) -> int:
    """Authors whose posts stand in several splits, though these were drawn."""
    seen: dict[str, set[str]] = {}
    for example in found.examples:
        if example.group is not None and example.labels is not None:
            seen.setdefault(example.group, set()).add(example.split)
    return sum(len(splits) > 1 for splits in seen.values()) if found.splits_from == "assigned" else 0


def _authors(found: Import) -> set[str]:
    return {example.group for example in found.examples if example.group}


def _languages(found: Import) -> str:
    counts = Counter(guess_language([example.text]) for example in found.examples)
    return ", ".join(f"{language} {rows:,}" for language, rows in counts.most_common())


def _one_line(text: str) -> str:
    return short(" ".join(text.split()), 80)


def undecided_question(groups: Sequence[Sequence[str]]) -> str:
    """The labels that look alike, in a few words."""
    return "; ".join(" / ".join(repr(visible(label)) for label in group) for group in groups[:5])
