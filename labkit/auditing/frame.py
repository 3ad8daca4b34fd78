"""A prompt written before or behind each post makes rows alike that say different things: it is set apart."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from labkit.auditing.samples import Sample

_LEAST_ROWS = 10  # different questions: of fewer, more than half may begin alike by chance
_LEAST_OF_ONE, _SHARE_OF_ONE = 20, 0.05  # questions under one instruction of several, and their share of all
_MOST_SYSTEMS = 20  # system messages that are subtasks: more are characters to play, or dates
_LEAST_CHARACTERS = 8  # of an instruction that is one of several
_NAME = 40  # characters of it that name the subtask


@dataclass(frozen=True, slots=True)
class _Framed:
    """A question taken apart: what stands before the post, the post, what stands behind it."""

    before: str
    post: str
    behind: str


def without_frame(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """Training data whose questions hold their post alone, without the words that other questions share.

    First what more than half of the different questions begin or end with, up to a mark, a space or a break; then
    the whole lines, or words up to a colon, that a twentieth of them share: the instructions of several subtasks, where
    most questions have one. The words become context, on which an answer may rest. Rows without a subtask get one by
    their instruction, or by their system message where there are several: one input under two of them stays two
    questions.
    """
    asked = [sample for sample in samples if sample.form != "labels"]
    questions = sorted({sample.question for sample in asked})
    least = len(questions) // 2 + 1 if len(questions) >= _LEAST_ROWS else len(questions) + 1
    common = _parted(questions, least, _ends_at_mark)
    own = _instructed(sorted({framed.post for framed in common.values()}))
    systems = _several_systems(asked)
    told = {sample.id: _told(sample, common, own) for sample in asked}
    asking = {s.id: _asking(s, own[common[s.question].post], systems) for s in asked}
    names = _names(list(asking.values()))
    return tuple(replace(told.get(s.id, s), subtask=s.subtask or names.get(asking.get(s.id, ()))) for s in samples)


def _several_systems(asked: Sequence[Sample]) -> frozenset[str]:
    """The system messages that say which of several subtasks a row is of; none where nearly every row has its own."""
    rows = Counter(sample.system for sample in asked if sample.system)
    repeated = frozenset(system for system, count in rows.items() if count > 1)
    most = 2 * sum(rows[system] for system in repeated) > len(asked)
    return repeated if most and 1 < len(repeated) <= _MOST_SYSTEMS else frozenset()


def _asking(sample: Sample, framed: _Framed, systems: frozenset[str]) -> tuple[str, ...]:
    """What a row is asked to do: its system message, where there are several, and its instruction."""
    return (sample.system if sample.system in systems else "", framed.before, framed.behind)


def _least_of_one(rows: int) -> int:
    return max(_LEAST_OF_ONE, int(_SHARE_OF_ONE * rows))


def _instructed(posts: Sequence[str]) -> dict[str, _Framed]:
    """Each post without its subtask's instruction; as it is where most have none, and some begin alike by chance."""
    own = _parted(posts, _least_of_one(len(posts)), _ends_at_line)
    bare = sum(framed.post == post for post, framed in own.items())
    return own if 2 * bare < len(posts) else {post: _Framed("", post, "") for post in posts}


def _told(sample: Sample, common: dict[str, _Framed], own: dict[str, _Framed]) -> Sample:
    outer = common[sample.question]
    inner = own[outer.post]
    said = (sample.context, outer.before + inner.before, inner.behind + outer.behind)
    return replace(sample, question=inner.post, context="\n".join(filter(None, said)))


def _names(asked: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """What is asked -> how its subtask is called: its first words, with a number where another begins so."""
    names: dict[tuple[str, ...], str] = {}
    for words in dict.fromkeys(asked):
        if any(words):
            name = " ".join(" ".join(words).split())[:_NAME]
            names[words] = name if name not in names.values() else f"{name} {len(names) + 1}"
    return names


def _parted(texts: Sequence[str], least: int, cut: Callable[[str], int]) -> dict[str, _Framed]:
    """Each text without what it begins and ends with as at least so many others do."""
    if len(texts) < least:
        return {text: _Framed("", text, "") for text in texts}
    mirrored = [text[::-1] for text in texts]
    heads, tails = _shared(texts, least), _shared(mirrored, least)
    found = {}
    for text in texts:
        head, tail = heads[text], tails[text[::-1]]
        before, behind = head[: cut(head)], tail[: cut(tail)][::-1]
        post = text.removeprefix(before).removesuffix(behind)
        found[text] = _Framed(before, post, behind) if _fits(before, post, behind, text) else _Framed("", text, "")
    return found


def _fits(before: str, post: str, behind: str, text: str) -> bool:
    return bool(post.strip()) and before + post + behind == text


def _shared(texts: Sequence[str], least: int) -> dict[str, str]:
    """Text -> the longest beginning that it has in common with so many; in order these stand side by side."""
    ordered = sorted(texts)
    windows = len(ordered) - least + 1
    shared = [_common(ordered[k], ordered[k + least - 1]) for k in range(windows)]
    found, best = {}, deque[int]()
    for place, text in enumerate(ordered):
        if place < windows:
            while best and shared[best[-1]] <= shared[place]:
                best.pop()
            best.append(place)
        while best[0] <= place - least:
            best.popleft()
        found[text] = text[: shared[best[0]]]
    return found


def _common(left: str, right: str) -> int:
    """How many characters two texts begin with in common."""
    if left[:1] != right[:1]:
        return 0
    shorter = min(len(left), len(right))
    return bisect_left(range(1, shorter + 1), True, key=lambda size: left[:size] != right[:size])


def _ends_at_mark(shared: str) -> int:
    """Where the last word that is whole ends, if there is one: behind it stands a mark, a space or a break."""
    end = next((k for k in range(len(shared), 0, -1) if not shared[k - 1].isalnum()), 0)
    return end if any(map(str.isalnum, shared[:end])) else 0


def _ends_at_line(shared: str) -> int:
    """Where the last whole line ends, or what a colon ends: an instruction, and no chance beginning of posts."""
    end = max(shared.rfind(mark) for mark in "\n:：") + 1
    return end if end >= _LEAST_CHARACTERS else 0
