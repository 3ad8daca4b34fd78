"""What changed from one prompt to another: section by section, definition by definition, sentence by sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from labkit.prompts.sentences import split_sentences
from labkit.records import Definition, Prompt, Rationale

SHARED_PARTS: dict[str, str] = {  # field of a prompt -> its heading; every row is told these, whatever its labels
    "system": "System message",
    "examples": "Examples",
    "input": "Input",
    "instruction": "Instruction",
}
DEFINITION_PARTS = ("text", "includes", "excludes", "examples")
REWORDED = 0.5  # share of character pairs in common (Dice) from which a sentence counts as another's new wording
_NEAR = 8  # sentences: how far a reworded one may have gone, so that a prompt of thousands of lines takes no hour

SentenceKind = Literal["same", "moved", "changed", "added", "removed"]
DiffKind = Literal["unchanged", "reordered", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """One sentence, or one entry of a list, in both prompts.

    Args:
        kind: "same"; "moved", the same words at another place; "changed", reworded; "added"; "removed".
        part: which part of a definition it stands in: text, includes, excludes or examples; "" in a section.
        before, after: its words; "" where it is not.
    """

    kind: SentenceKind
    part: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TextDiff:
    """A section or a definition in both prompts.

    Args:
        name: the section's heading, or the label.
        kind: "reordered" when the same sentences stand in another order; "added" or "removed" when one prompt lacks it.
        sentences: every sentence of both, in the order of the later prompt; removed ones where they stood.
    """

    name: str
    kind: DiffKind
    sentences: tuple[SentenceChange, ...]

    @property
    def changes(self) -> tuple[SentenceChange, ...]:
        """The sentences that are not the same."""
        return tuple(change for change in self.sentences if change.kind != "same")


@dataclass(frozen=True, slots=True)
class PromptDiff:
    """What changed from one prompt to another.

    Args:
        before, after: the prompts' names.
        sections: one per section besides the definitions, in the file's order.
        definitions: one per label of either prompt, in the order of the later one; removed ones at the end.
        moved_labels: labels whose definitions changed places among those in both prompts.
        rationale: the answer contract's rationale in both: before, after or none.
        retrieved: how many examples are fetched for each row, in both.
    """

    before: str
    after: str
    sections: tuple[TextDiff, ...]
    definitions: tuple[TextDiff, ...]
    moved_labels: tuple[str, ...]
    rationale: tuple[Rationale, Rationale]
    retrieved: tuple[int, int] = (0, 0)

    @property
    def changed_labels(self) -> tuple[str, ...]:
        """Labels whose definition is not told in the same words and order."""
        return tuple(found.name for found in self.definitions if found.kind != "unchanged")

    @property
    def changed_sections(self) -> tuple[str, ...]:
        """Headings of the sections that are not the same."""
        return tuple(found.name for found in self.sections if found.kind != "unchanged")

    @property
    def shared(self) -> tuple[str, ...]:
        """What changed for every row alike: sections, "order", the contract's "rationale", "retrieved"."""
        order = ("order",) if self.moved_labels else ()
        contract = ("rationale",) if self.rationale[0] != self.rationale[1] else ()
        shots = ("retrieved",) if self.retrieved[0] != self.retrieved[1] else ()
        return (*self.changed_sections, *order, *contract, *shots)

    @property
    def same(self) -> bool:
        """Whether a model is told the same by both."""
        return not self.changed_labels and not self.shared

    def of_label(self, label: str) -> TextDiff | None:
        """What changed in a label's definition, or None when neither prompt has one."""
        return next((found for found in self.definitions if found.name == label), None)


def diff_prompts(before: Prompt, after: Prompt) -> PromptDiff:
    """Find what changed from one prompt to another.

    Sentences are compared with spaces made equal, so a text that was only wrapped anew is the same. A sentence that
    stands elsewhere in its section or in its part of the definition has moved; one near its place that keeps at least
    half of its character pairs (Dice 1945) is reworded; all else was added or removed.

    Args:
        before: the earlier prompt.
        after: the later one.

    Returns:
        Plain values; `dataclasses.asdict` of them is JSON. The names and messages of the prompts change nothing.
    """
    sections = (_section(head, getattr(before, part), getattr(after, part)) for part, head in SHARED_PARTS.items())
    first = {definition.label: definition for definition in before.definitions}
    second = {definition.label: definition for definition in after.definitions}
    labels = (*second, *(label for label in first if label not in second))
    return PromptDiff(
        before=before.name,
        after=after.name,
        sections=tuple(sections),
        definitions=tuple(_definition(label, first.get(label), second.get(label)) for label in labels),
        moved_labels=_moved([x for x in first if x in second], [x for x in second if x in first]),
        rationale=(before.rationale, after.rationale),
        retrieved=(before.retrieved, after.retrieved),
    )


def _section(head: str, before: str, after: str) -> TextDiff:
    sentences = _align("", split_sentences(before), split_sentences(after))
    added, removed = (not before.strip() and bool(after.strip())), (bool(before.strip()) and not after.strip())
    return TextDiff(head, "added" if added else "removed" if removed else _kind(sentences), sentences)


def _definition(label: str, before: Definition | None, after: Definition | None) -> TextDiff:
    one, two = before or Definition(label), after or Definition(label)
    sentences = tuple(
        change for part in DEFINITION_PARTS for change in _align(part, _entries(one, part), _entries(two, part))
    )
    return TextDiff(label, "added" if before is None else "removed" if after is None else _kind(sentences), sentences)


def _entries(definition: Definition, part: str) -> tuple[str, ...]:
    """Sentences of the text, or the list's entries as they are."""
    if part == "text":
        return split_sentences(definition.text)
    found: tuple[str, ...] = getattr(definition, part)
    return found


def _kind(sentences: Iterable[SentenceChange]) -> DiffKind:
    kinds = {change.kind for change in sentences} - {"same"}
    return "unchanged" if not kinds else "reordered" if kinds == {"moved"} else "changed"


def _align(part: str, before: Sequence[str], after: Sequence[str]) -> tuple[SentenceChange, ...]:
    """Both texts as one list of changes, in the order of the later one."""
    one, two = ([" ".join(sentence.split()) for sentence in text] for text in (before, after))
    if one == two:
        return tuple(SentenceChange("same", part, text, text) for text in two)
    blocks = SequenceMatcher(None, one, two).get_opcodes()
    spare = _in_both(one, two, blocks)
    gone, come = Counter(spare), Counter(spare)
    found: list[SentenceChange] = []
    for tag, i, i_end, j, j_end in blocks:
        if tag == "equal":
            found += [SentenceChange("same", part, text, text) for text in two[j:j_end]]
            continue
        left = [text for text in one[i:i_end] if not _take(gone, text)]
        moved = [_take(come, text) for text in two[j:j_end]]
        found += _replaced(part, left, two[j:j_end], moved)
    return tuple(found)


def _in_both(one: Sequence[str], two: Sequence[str], blocks: Sequence[tuple[str, int, int, int, int]]) -> Counter[str]:
    """Sentences outside the common order that stand in both texts, and how often: those that moved."""
    gone = Counter(text for tag, i, end, _, _ in blocks if tag != "equal" for text in one[i:end])
    come = Counter(text for tag, _, _, j, end in blocks if tag != "equal" for text in two[j:end])
    return gone & come


def _take(spare: Counter[str], text: str) -> bool:
    if spare[text] <= 0:
        return False
    spare[text] -= 1
    return True


def _replaced(part: str, left: list[str], come: Sequence[str], moved: Sequence[bool]) -> list[SentenceChange]:
    """What stands between two common sentences: moved, reworded, added, and removed."""
    origin = _reworded(left, ["" if elsewhere else text for text, elsewhere in zip(come, moved, strict=True)])
    found: list[SentenceChange] = []
    shown = 0
    for k, text in enumerate(come):
        if moved[k]:
            found.append(SentenceChange("moved", part, text, text))
        elif k in origin:
            found += [SentenceChange("removed", part, old, "") for old in _unpaired(left, shown, origin[k], origin)]
            shown = max(shown, origin[k] + 1)
            found.append(SentenceChange("changed", part, left[origin[k]], text))
        else:
            found.append(SentenceChange("added", part, "", text))
    return found + [SentenceChange("removed", part, old, "") for old in _unpaired(left, shown, len(left), origin)]


def _unpaired(left: Sequence[str], start: int, end: int, origin: dict[int, int]) -> list[str]:
    taken = set(origin.values())
    return [left[k] for k in range(start, end) if k not in taken]


def _reworded(left: Sequence[str], come: Sequence[str]) -> dict[int, int]:
    """New sentence -> the old one it rewords; the most alike are paired first, each once."""
    pairs = ((j, i) for j in range(len(come)) for i in range(max(0, j - _NEAR), min(len(left), j + _NEAR + 1)))
    old, new = ([_character_pairs(text) for text in texts] for texts in (left, come))
    alike = sorted((-_dice(old[i], new[j]), j, i) for j, i in pairs if come[j])
    found: dict[int, int] = {}
    for score, j, i in alike:
        if -score >= REWORDED and j not in found and i not in found.values():
            found[j] = i
    return found


def _character_pairs(text: str) -> Counter[str]:
    folded = text.casefold()
    return Counter(folded[k : k + 2] for k in range(len(folded) - 1))


def _dice(one: Counter[str], two: Counter[str]) -> float:
    """Twice the shared pairs by all of them (Dice 1945)."""
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 0.0


def _moved(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """Names that left the longest common order."""
    stay = {
        after[j + k] for _, j, size in SequenceMatcher(None, before, after).get_matching_blocks() for k in range(size)
    }
    return tuple(name for name in after if name not in stay)
