"""A prompt written before or behind each post makes rows alike that say different things: it is set apart."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from labkit.auditing.samples import Sample
from labkit.auditing.wordings import Worded, copied_posts, letters, unmarked, wordings

_LEAST_ROWS = 10  # different questions: of fewer, more than half may begin alike by chance
_LEAST_UNDER_ONE, _SHARE_UNDER_ONE = 20, 0.05  # questions under one instruction of several, and their share of all
_MOST_SYSTEMS = 20  # system messages that are subtasks: more are characters to play, or dates
_LEAST_CHARACTERS = 8  # of an instruction that is one of several
_QUESTIONS_AN_ANSWER = 10  # under an instruction whose answers are labels; those about a passage recur less
_STRAY = 0.02  # of an instruction's answers that may be slips, or another instruction's
_ONE_ANSWER = 0.95  # share of one answer: where more rows have it, these are copies of one text or posts of one class
_RULING = 0.9  # share of all rows with one answer: it prevails under every instruction, as where few posts are spam
_ENDS_HERE = 0.1  # of posts that begin with an instruction, those that share no more: else few stop early
_LEAST_LETTERS = 40  # of words that may be an instruction: fewer begin posts by chance ("I would like to …")
_NAME = 40  # characters of what is asked that name the subtask


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is written around a post."""

    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class _Framed:
    """A question taken apart: the post, and what is written around it."""

    post: str
    frame: _Frame = _Frame()

    def within(self, outer: _Frame) -> _Framed:
        """The same post in a further frame around its own."""
        return _Framed(self.post, _Frame(outer.prefix + self.frame.prefix, self.frame.suffix + outer.suffix))


def without_frame(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """Training data whose questions hold their post alone, without the words that other questions share.

    First what more than half of the different questions begin or end with, up to a mark, a space or a break; then the
    whole lines, or words up to a colon, that a twentieth of them share and whose answers are labels of their own: the
    instructions of several subtasks, and no passage, product or template of posts. The words become context, on which
    an answer may rest. Rows without a subtask get one by their instruction, or by their system message where there
    are several: one input under two of them stays two questions.

    Other words that a twentieth share stay in the question, as they may be what is asked about; rows are near copies
    only if they are alike without them, too (`Sample.bare`). What the answers tell of them is in `wordings`: one
    instruction in other words is set apart as well, and a post that is copied with short tails is none.
    """
    asked = [sample for sample in samples if sample.form != "labels"]
    questions = sorted({sample.question for sample in asked})
    prompted = _posts_kept(_by_prompt(questions), _rows(asked, {question: question for question in questions}))
    inner = _by_instruction(asked, prompted)
    instructed = {question: inner[framed.post].within(framed.frame) for question, framed in prompted.items()}
    instructions = _instructions(asked, instructed, _around_all(prompted.values()))
    systems = _several_systems(asked)
    taken = {q: framed if framed.frame in instructions else prompted[q] for q, framed in instructed.items()}
    taken, bare = _shared_apart(asked, taken, inner, instructions)
    tasks = {s.id: _task(s, instructions.get(taken[s.question].frame, _Frame()), systems) for s in asked}
    names = _subtask_names(tasks.values())
    alone = {
        s.id: _post_alone(s, taken[s.question], s.subtask or names.get(tasks[s.id]), bare.get(s.question))
        for s in asked
    }
    return tuple(alone.get(sample.id, sample) for sample in samples)


def _rows(asked: Sequence[Sample], texts: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """Different texts, by the questions they are of, with their answers: a repeated one says nothing more."""
    return list(dict.fromkeys((texts[sample.question], sample.outcome) for sample in asked))


def _worded(framed: Mapping[str, _Framed], rows: Iterable[tuple[str, str | None]]) -> list[Worded[_Frame]]:
    return [Worded(text, framed[text].frame, framed[text].post, outcome) for text, outcome in rows]


def _posts_kept(framed: dict[str, _Framed], rows: Iterable[tuple[str, str | None]]) -> dict[str, _Framed]:
    """Each text taken apart but for posts that are copied with short tails, and their originals: these are whole."""
    spelt = {f.frame: f.frame.prefix + f.frame.suffix for f in framed.values() if f.frame != _Frame()}
    copied = copied_posts(_worded(framed, rows), spelt) if spelt else frozenset()
    originals = {unmarked(spelt[frame]) for frame in copied}
    return {
        text: _Framed(text) if one.frame in copied or (originals and unmarked(text) in originals) else one
        for text, one in framed.items()
    }


def _by_prompt(questions: Sequence[str]) -> dict[str, _Framed]:
    """Each question without what more than half of them share."""
    if len(questions) < _LEAST_ROWS:
        return {question: _Framed(question) for question in questions}
    return _unframed(questions, len(questions) // 2 + 1, _ends_at_mark)


def _by_instruction(asked: Sequence[Sample], prompted: Mapping[str, _Framed]) -> dict[str, _Framed]:
    """Each of the posts without the lines that a twentieth share, which may be instructions or anything else."""
    posts = {question: framed.post for question, framed in prompted.items()}
    different = sorted(set(posts.values()))
    found = _unframed(different, max(_LEAST_UNDER_ONE, int(_SHARE_UNDER_ONE * len(different))), _ends_at_line)
    return _posts_kept(found, _rows(asked, posts))


def _shared_apart(
    asked: Sequence[Sample],
    taken: dict[str, _Framed],
    lines: Mapping[str, _Framed],
    instructions: dict[_Frame, _Frame],
) -> tuple[dict[str, _Framed], dict[str, str]]:
    """Questions without words that ask the same as others do, and posts without words of which that is not known.

    Args:
        asked: the rows.
        taken: each question as it is taken apart already.
        lines: posts without whole lines that many share.
        instructions: gets the words of several questions that are each asked in several ways.

    Returns:
        Each question taken apart, and question -> its post without words that a twentieth share and that have different
        answers, which copies have not.
    """
    posts = {question: framed.post for question, framed in taken.items()}
    rows = _rows(asked, posts)
    found = _posts_kept(_by_shared_words(sorted(set(posts.values()))), rows)
    apart = {post: lines.get(post, f) if f.frame == _Frame() else f for post, f in found.items()}
    same = wordings(_worded(apart, rows)) if any(f.frame != _Frame() for f in apart.values()) else {}
    asking = {post for post, framed in apart.items() if framed.frame in same}
    whole = {q: apart[f.post].within(f.frame) if f.post in asking else f for q, f in taken.items()}
    if len(set(same.values())) > 1:
        instructions |= {whole[q].frame: same[apart[f.post].frame] for q, f in taken.items() if f.post in asking}
    varied = _varied(rows, found)
    bare = {q: found[post].post for q, post in posts.items() if found[post].frame in varied and post not in asking}
    return whole, bare


def _varied(rows: Iterable[tuple[str, str | None]], found: Mapping[str, _Framed]) -> set[_Frame]:
    """The words that posts share and that have different answers."""
    answers: dict[_Frame, Counter[str | None]] = defaultdict(Counter)
    for post, outcome in rows:
        answers[found[post].frame][outcome] += 1
    total = sum(answers.values(), Counter[str | None]())
    return {frame for frame, here in answers.items() if frame != _Frame() and _vary(here, total)}


def _vary(here: Counter[str | None], total: Counter[str | None]) -> bool:
    """Whether the answers under words that posts share differ as those of different posts do."""
    ((answer, most),) = here.most_common(1)
    rules = answer is not None and total[answer] > _RULING * total.total()
    return most <= _ONE_ANSWER * here.total() or (len(here) > 1 and rules)


def _by_shared_words(posts: Sequence[str]) -> dict[str, _Framed]:
    """Each post without the words that a twentieth share, no more of them than make up the whole of one frame."""
    found = _unframed(posts, max(_LEAST_UNDER_ONE, int(_SHARE_UNDER_ONE * len(posts))), _ends_at_words)
    heads = _shortest_shared(Counter(framed.frame.prefix for framed in found.values()))
    tails = _shortest_shared(Counter(framed.frame.suffix[::-1] for framed in found.values()))
    shortened = {}
    for post, framed in found.items():
        prefix, suffix = heads[framed.frame.prefix], tails[framed.frame.suffix[::-1]][::-1]
        shortened[post] = _Framed(post[len(prefix) : len(post) - len(suffix)], _Frame(prefix, suffix))
    return shortened


def _shortest_shared(posts_of: Counter[str]) -> dict[str, str]:
    """Beginning -> the shortest that it begins with, where not only few stop there.

    An instruction ends at one place. Copies of a post that differ anywhere part from each other little by little, and
    are to be compared by all that follows the first of these places.
    """
    beginnings = sorted(filter(None, posts_of))
    found: dict[str, str] = {"": ""}
    shortest: str | None = None
    for place, beginning in enumerate(beginnings):
        if shortest is None or not beginning.startswith(shortest):
            begin_so = sum(posts_of[one] for one in beginnings[place:] if one.startswith(beginning))
            shortest = beginning if posts_of[beginning] >= _ENDS_HERE * begin_so else None
        found[beginning] = shortest or beginning
    return found


def _around_all(prompted: Iterable[_Framed]) -> _Frame:
    """What stands around every post: of two frames that more than half share, one begins as the other does."""
    frames = [framed.frame for framed in prompted]
    shortest = [min(sides, key=len, default="") for sides in ([f.prefix for f in frames], [f.suffix for f in frames])]
    return _Frame(*shortest)


def _instructions(asked: Sequence[Sample], instructed: Mapping[str, _Framed], of_all: _Frame) -> dict[_Frame, _Frame]:
    """The frames that say what is to be done, each without what stands around all posts.

    There are none where most posts stand in no frame but that of all: some begin alike by chance.
    """
    bare = sum(framed.frame == of_all for framed in instructed.values())
    if 2 * bare >= len(instructed):
        return {}
    answers = _different_answers(asked, instructed)
    total = sum(answers.values(), Counter[str]())
    return {
        frame: _Frame(frame.prefix.removeprefix(of_all.prefix), frame.suffix.removesuffix(of_all.suffix))
        for frame, here in answers.items()
        if frame != of_all and _has_labels_of_its_own(here, total)
    }


def _different_answers(asked: Sequence[Sample], instructed: Mapping[str, _Framed]) -> dict[_Frame, Counter[str]]:
    """Frame -> answer -> different questions that have it; a question that is repeated says nothing more."""
    found: dict[_Frame, Counter[str]] = defaultdict(Counter)
    for question, outcome in {(sample.question, sample.outcome) for sample in asked}:
        if outcome is not None:
            found[instructed[question].frame][outcome] += 1
    return found


def _has_labels_of_its_own(here: Counter[str], total: Counter[str]) -> bool:
    """Whether a few answers recur under a frame and hardly under others: the labels of one subtask of several.

    Answers about a passage recur little, those about a product are given about others too, and a template of posts
    of one class has one answer.
    """
    slips = max(1, _STRAY * here.total())
    labels = [answer for answer, count in here.items() if count > max(slips, total[answer] - count)]
    shared = sum(min(count, total[answer] - count) for answer, count in here.items())
    few = len(here) * _QUESTIONS_AN_ANSWER <= here.total()
    return len(labels) > 1 and few and shared <= _STRAY * here.total()


def _several_systems(asked: Sequence[Sample]) -> frozenset[str]:
    """The system messages that say which of several subtasks a row is of; none where nearly every row has its own."""
    rows = Counter(sample.system for sample in asked if sample.system)
    repeated = frozenset(system for system, count in rows.items() if count > 1)
    most = 2 * sum(rows[system] for system in repeated) > len(asked)
    return repeated if most and 1 < len(repeated) <= _MOST_SYSTEMS else frozenset()


def _task(sample: Sample, instruction: _Frame, systems: frozenset[str]) -> tuple[str, ...]:
    """What a row is asked to do: its system message, where there are several, and its instruction."""
    return (sample.system if sample.system in systems else "", instruction.prefix, instruction.suffix)


def _post_alone(sample: Sample, framed: _Framed, subtask: str | None, bare: str | None) -> Sample:
    """The row with its post as the question, and as context what stood around it."""
    around = "\n".join(filter(None, (sample.context, framed.frame.prefix, framed.frame.suffix)))
    return replace(sample, question=framed.post, context=around, subtask=subtask, bare=bare)


def _subtask_names(tasks: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """What is asked -> how its subtask is called: its first words, with a number where another begins so."""
    names: dict[tuple[str, ...], str] = {}
    for words in dict.fromkeys(tasks):
        if any(words):
            name = " ".join(" ".join(words).split())[:_NAME]
            names[words] = name if name not in names.values() else f"{name} {len(names) + 1}"
    return names


def _unframed(texts: Sequence[str], least: int, end_of_frame: Callable[[str], int]) -> dict[str, _Framed]:
    """Each text without what it begins and ends with as at least so many others do."""
    if len(texts) < least:
        return {text: _Framed(text) for text in texts}
    mirrored = [text[::-1] for text in texts]
    heads, tails = _shared_beginnings(texts, least), _shared_beginnings(mirrored, least)
    found = {}
    for text in texts:
        head, tail = heads[text], tails[text[::-1]]
        prefix, suffix = head[: end_of_frame(head)], tail[: end_of_frame(tail)][::-1]
        post = text.removeprefix(prefix).removesuffix(suffix)
        whole = bool(post.strip()) and prefix + post + suffix == text
        found[text] = _Framed(post, _Frame(prefix, suffix)) if whole else _Framed(text)
    return found


def _shared_beginnings(texts: Sequence[str], least: int) -> dict[str, str]:
    """Text -> the longest beginning that it has in common with so many; in order these stand side by side."""
    ordered = sorted(texts)
    windows = len(ordered) - least + 1
    shared = [_common_length(ordered[k], ordered[k + least - 1]) for k in range(windows)]
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


def _common_length(left: str, right: str) -> int:
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


def _ends_at_words(shared: str) -> int:
    """Where the last word that is whole ends, of so many words that few posts share them by chance."""
    end = _ends_at_mark(shared)
    return end if letters(shared[: min(end, _LEAST_LETTERS)]) >= _LEAST_LETTERS else 0
