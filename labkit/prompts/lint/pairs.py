"""Rules about two labels: definitions that say the same, and confused pairs between which nothing draws a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from labkit.prompts.lint.contradictions import DENIES
from labkit.prompts.lint.finding import Hit
from labkit.prompts.lint.prose import content, squeezed
from labkit.prompts.lint.subject import Subject
from labkit.prompts.sentences import split_sentences
from labkit.records import Definition, RunRow, Status

# Of what the shorter definition is about, the share that the other is about too. Between definitions written with care
# it stays below .3 (both bundled scenes); texts that a reader cannot tell apart begin about twice as high.
_OVERLAP, _SHARED = 0.5, 3
_COMMON = 8  # definitions: what more of them are about tells no two of them apart, and would cost time
_CONFUSED = 2  # rows: one alone may be chance or a wrong gold label

Pair = tuple[str, str]


def pair_hits(subject: Subject) -> Iterator[Hit]:
    """Definitions that overlap, and pairs without a boundary."""
    confused = _confused(subject)
    yield from _overlaps(subject, confused)
    yield from _boundaries(subject, confused)


def _overlaps(subject: Subject, confused: dict[Pair, tuple[str, ...]]) -> Iterator[Hit]:
    for pair, quote, share in (*_same_entries(subject.definitions), *_alike(subject.definitions)):
        if _may_meet(subject, pair):
            values: dict[str, object] = {"other": pair[1], "share": f"{share:.0%}"}
            yield Hit("overlap", "definitions", pair[0], quote, confused.get(pair, ()), values)


def _same_entries(definitions: Sequence[Definition]) -> Iterator[tuple[Pair, str, float]]:
    """A text, or an entry of the included cases, that stands in two definitions word for word; once per pair."""
    holders: dict[str, dict[str, str]] = defaultdict(dict)
    for definition in definitions:
        for text in (definition.text, *definition.includes):
            if key := squeezed(text):
                holders[key].setdefault(definition.label, text)
    seen: set[Pair] = set()
    for labels in holders.values():
        first, *others = labels
        for pair in ((first, other) for other in others):
            if pair not in seen:
                seen.add(pair)
                yield pair, labels[first], 1.0


def _alike(definitions: Sequence[Definition]) -> Iterator[tuple[Pair, str, float]]:
    """Pairs of definitions of which most of the shorter one is said in the other too, in words of its own."""
    about = {d.label: content("\n".join((d.text, *d.includes))) for d in definitions}
    texts = {d.label: d.text for d in definitions}
    holders: dict[str, list[str]] = defaultdict(list)
    for label, features in about.items():
        for feature in features:
            holders[feature].append(label)
    shared: dict[Pair, int] = defaultdict(int)
    for labels in holders.values():
        for pair in combinations(labels, 2) if len(labels) <= _COMMON else ():
            shared[pair] += 1
    for (one, two), count in shared.items():
        share = count / min(len(about[one]), len(about[two]))
        if count >= _SHARED and share >= _OVERLAP and squeezed(texts[one]) != squeezed(texts[two]):
            yield (one, two), texts[one], share


def _may_meet(subject: Subject, pair: Pair) -> bool:
    """Whether both labels may be answered to the same row."""
    subtasks = subject.task.subtasks.values()
    return not subtasks or any(set(pair) <= set(labels) for labels in subtasks)


def _confused(subject: Subject) -> dict[Pair, tuple[str, ...]]:
    """Pairs of labels -> ids of the rows that got the one instead of the other; in the order of the task's labels."""
    rank = {label: k for k, label in enumerate(subject.task.labels)}
    rows: dict[Pair, dict[str, None]] = defaultdict(dict)
    for row in subject.read_answers:
        for missed, claimed in _swaps(row):
            if missed in rank and claimed in rank:
                one, two = sorted((missed, claimed), key=rank.__getitem__)
                rows[one, two][row.example.id] = None
    return {pair: tuple(ids) for pair, ids in rows.items()}


def _swaps(row: RunRow) -> Iterator[Pair]:
    """(gold label that was not answered, answered label that is not gold) of a row."""
    if row.example.labels is None or row.prediction.status is not Status.ANSWERED:
        return
    gold, answered = row.example.labels, row.prediction.labels
    yield from ((m, c) for m in gold if m not in answered for c in answered if c not in gold)


def _boundaries(subject: Subject, confused: dict[Pair, tuple[str, ...]]) -> Iterator[Hit]:
    """Without answers, that most definitions draw no line at all; with them, the pairs that need one."""
    open_ended = [d.label for d in subject.definitions if not d.excludes and not DENIES.search(d.text)]
    if not subject.answers and len(subject.definitions) > 1 and 2 * len(open_ended) > len(subject.definitions):
        values: dict[str, object] = {"count": len(open_ended), "labels": tuple(open_ended[:10])}
        yield Hit("no-boundary", "definitions", None, "", values=values)
    told = {d.label: d for d in subject.definitions}
    pairs = sorted(confused.items(), key=lambda entry: -len(entry[1]))
    for (one, two), rows in pairs:
        if len(rows) >= _CONFUSED and one in told and two in told and not _parted(subject, told[one], told[two]):
            yield Hit("confused-pair", "definitions", one, told[one].text, rows, {"other": two})


def _parted(subject: Subject, one: Definition, two: Definition) -> bool:
    """Whether something says where one label ends and the other begins."""
    both = any(_names(s, one.label) and _names(s, two.label) for s in split_sentences(subject.prompt.system))
    return both or _excludes(one, two.label) or _excludes(two, one.label)


def _excludes(definition: Definition, label: str) -> bool:
    return any(_names(text, label) for text in (definition.text, *definition.excludes))


def _names(text: str, label: str) -> bool:
    """Whether a text names a label, also when its underscores are written as spaces."""
    folded = text.casefold()
    return label.casefold() in folded or label.casefold().replace("_", " ") in folded
