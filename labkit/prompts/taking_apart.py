"""Somebody's prompt, from a chat message or a document, taken apart into the sections and definitions of a prompt file.

Nothing is lost: each line stands in the prompt, or in the rest with the reason why not. What a line is called is
guessed from its form; the guess is shown, and the file that comes out is the user's to edit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from labkit.prompts.definition_runs import definition_runs, fold_name
from labkit.prompts.file import format_prompt, parse_prompt
from labkit.prompts.foreign_lines import (
    allows_none,
    allows_several,
    demands_format,
    fill_labels,
    fill_posts,
    has_nameless,
    has_posts,
    heading_kind,
    heads_format,
    is_answer_cue,
    is_greeting,
    is_role_marker,
    listed_names,
    mentions_format,
    neutral,
    opening_kind,
    role_of,
)
from labkit.records import Definition, Prompt

_FENCE = re.compile(r"^\s*(?:```|~~~|\"\"\"|''')")
_CODE = re.compile(r"^\s*[{}\[\]\"]")
_STRONG = re.compile(r"^\s*(?:#|【|\*\*|=|<|\[|[一二三四五六七八九十]+、)")
_FRAME = r"^\s*(?:```\w*|~~~|\"\"\"|'''|-{{3,}}|={{3,}}|{tag}[\w ]+>|[{{}}\[\]<>()（）【】])\s*$"
_FRAME_ABOVE, _FRAME_BELOW = re.compile(_FRAME.format(tag="<")), re.compile(_FRAME.format(tag="</"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A line that is not in the prompt.

    Args:
        line: its number, from 1.
        text: the line, verbatim.
        why: "format" (labkit's own answer contract stands in its place), "role" (it only said whose message follows),
            "greeting" (it only greeted or thanked), "table" (the head of a table whose cells became definitions) or
            "replaced" (a definition that another one of the same label took the place of).
    """

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class TakenApart:
    """A prompt that was taken apart.

    Args:
        prompt: the prompt; its definitions are in the file's order.
        labels: the labels it names: those it defines, then those it only lists.
        rest: lines that are not in the prompt.
        lines: the lines it had, which the numbers count from 1.
        posts_at: number of the line that held the place of the posts, or None when it had none.
        placeholders: what was written where `{{posts}}` stands now, and `{{names}}` that lost a pair of braces.
        format_lines: numbers of lines in the prompt that speak of a format and may contradict the answer contract.
        several, none: whether it allows several labels, or none.
        defining: label -> the lines that define it, from 1.
    """

    prompt: Prompt
    labels: tuple[str, ...]
    rest: tuple[Kept, ...]
    lines: tuple[str, ...]
    posts_at: int | None
    placeholders: tuple[str, ...]
    format_lines: tuple[int, ...]
    several: bool
    none: bool
    defining: Mapping[str, tuple[Kept, ...]]

    def without(self, labels: Collection[str]) -> TakenApart:
        """The same, once other definitions of these labels have taken the place of its own."""
        moved = [kept for label in labels for kept in self.defining.get(label, ())]
        if not moved:
            return self
        rest = sorted((*self.rest, *moved), key=lambda kept: kept.line)
        return replace(self, rest=tuple(rest), defining={k: v for k, v in self.defining.items() if k not in labels})


def take_apart(text: str, labels: Sequence[str] = (), name: str = "v1") -> TakenApart:
    """Take a prompt apart.

    Args:
        text: a whole file: plain text, Markdown, a chat as JSON ([{"role", "content"}, …]), or a prompt file of ours.
        labels: the labels of the data, if there are any; they tell definitions from other lists.
        name: the prompt's name.

    Returns:
        The prompt, and every line that is not in it.
    """
    return _Dissection(_source_lines(text), tuple(labels)).result(name)


class _Dissection:
    """The lines of a prompt, and the place that is found for each."""

    def __init__(self, lines: list[str], known: tuple[str, ...]) -> None:
        self.lines, self.known = lines, known
        self.place: list[str] = [""] * len(lines)
        self.why: dict[int, str] = {}
        self.posts_at: int | None = None
        self.placeholders: list[str] = []

    def result(self, name: str) -> TakenApart:
        """Place every line, then put the sections together."""
        self._roles()
        self._greetings()
        self.posts_at = self._find_posts()
        self._sections()
        self._input()
        self.runs = definition_runs(self.lines, lambda k: not self.place[k], self.known)
        for run in self.runs:
            for part in run.parts:
                for k in part.lines:
                    self._put(k, "definition")
            for k in run.left:
                self._keep(k, "table")
        self._formats()
        self._remaining()
        return self._assembled(name)

    def _put(self, k: int, place: str) -> None:
        self.place[k] = place

    def _keep(self, k: int, why: str) -> None:
        self.place[k], self.why[k] = "rest", why

    def _roles(self) -> None:
        """Markers of a chat go to the rest; what an assistant says is an example, with what it answers."""
        markers = [k for k, line in enumerate(self.lines) if is_role_marker(line)]
        turns = list(pairwise([*markers, len(self.lines)]))
        roles = [role_of(self.lines[k]) for k in markers]
        for turn, (start, end) in enumerate(turns):
            self._keep(start, "role")
            answered = roles[turn] == "user" and roles[turn + 1 : turn + 2] == ["assistant"]
            if roles[turn] == "assistant" or answered:
                for k in range(start + 1, end):
                    self._put(k, "examples")

    def _greetings(self) -> None:
        """A first line that only greets and a last one that only thanks speak to whoever reads the message."""
        filled = [k for k, line in enumerate(self.lines) if line.strip()]
        for k, last in ((filled[0], False), (filled[-1], True)) if filled else ():
            if not self.place[k] and is_greeting(self.lines[k], last=last):
                self._keep(k, "greeting")

    def _find_posts(self) -> int | None:
        """The last line with a place for the posts; with none, the last heading that announces them."""
        free = [k for k in range(len(self.lines)) if not self.place[k]]
        for test in (has_posts, has_nameless):
            found = [k for k in free if test(self.lines[k])]
            if found:
                return found[-1]
        last = next((k for k in reversed(free) if self.lines[k].strip()), None)
        return last if last is not None and heading_kind(self.lines[last]) == "input" else None

    def _sections(self) -> None:
        """Blocks of examples and of answer formats, each up to the next heading that is not part of it."""
        kind, strong, fenced = "", False, False
        for k, line in enumerate(self.lines):
            if k == self.posts_at or self.place[k]:
                kind, fenced = "", False
                continue
            if _FENCE.match(line):
                fenced = not fenced
            if not fenced:
                kind, strong = self._section_after(k, kind, strong)
            if kind == "examples":
                self._put(k, "examples")
            elif kind == "output" and line.strip():
                self._keep(k, "format")

    def _section_after(self, k: int, kind: str, strong: bool) -> tuple[str, bool]:
        """The section that a line belongs to, and whether a strong heading opened it."""
        line = self.lines[k]
        found, opened = heading_kind(line), opening_kind(line)
        if not kind:
            if found in ("examples", "output"):
                return found, bool(_STRONG.match(line))
            return (opened, False) if opened in ("examples", "output") else ("", False)
        if kind == "output" and not line.strip() and not strong:
            return "", False
        if kind == "examples" and heads_format(line):
            return "output", False
        if found is None or found == kind or _FENCE.match(line):
            return kind, strong
        if kind == "examples" and not _STRONG.match(line) and (strong or found in ("input", "output")):
            return kind, strong  # 输入： and 输出： inside an example
        return (found, bool(_STRONG.match(line))) if found in ("examples", "output") else ("", False)

    def _input(self) -> None:
        """The line of the posts, and what frames it: its heading, quotes, tags."""
        if self.posts_at is None:
            return
        self._put(self.posts_at, "input")
        k = self.posts_at - 1
        while k >= 0 and self.place[k] in ("", "examples") and self.posts_at - k <= 4:
            line = self.lines[k]
            framed = _FRAME_ABOVE.match(line) and (not _FENCE.match(line) or self._closes_below(self.posts_at))
            if line.strip() and (not framed or self.place[k]) and heading_kind(line) != "input":
                break
            if line.strip():
                for between in range(k, self.posts_at):
                    self._put(between, "input")
            k -= 1
        for k in range(self.posts_at + 1, min(self.posts_at + 3, len(self.lines))):
            if self.place[k] or not _FRAME_BELOW.match(self.lines[k]):
                break
            self._put(k, "input")

    def _closes_below(self, k: int) -> bool:
        """Whether a fence stands right after a line; one before it then opens a block around it."""
        return k + 1 < len(self.lines) and bool(_FENCE.match(self.lines[k + 1]))

    def _formats(self) -> None:
        """Demands about the form of the answer, with the JSON that follows them."""
        in_format = False
        for k, line in enumerate(self.lines):
            if self.place[k] or not line.strip():
                in_format = in_format and not line.strip()
            elif self._is_format(k) or (in_format and (_CODE.match(line) or _FENCE.match(line))):
                self._keep(k, "format")
                in_format = True
            else:
                in_format = False

    def _is_format(self, k: int) -> bool:
        """Whether a line demands a form, or waits for the answer where nothing but the end follows."""
        at_end = not any(line.strip() for line in self.lines[k + 1 :])
        return demands_format(self.lines[k]) or (at_end and is_answer_cue(self.lines[k]))

    def _remaining(self) -> None:
        """What stands before the posts is system message, what stands after them is instruction."""
        for k in range(len(self.lines)):
            if not self.place[k]:
                after = self.posts_at is not None and k > self.posts_at
                self._put(k, "instruction" if after else "system")

    def _assembled(self, name: str) -> TakenApart:
        definitions = tuple(definition for run in self.runs for definition in run.definitions)
        listed = self._listed({fold_name(definition.label) for definition in definitions})
        prompt = Prompt(
            name=name,
            system=self._system(bool(definitions)),
            input=self._section("input") if self.posts_at is not None else "{{posts}}",
            instruction=self._section("instruction"),
            definitions=(*definitions, *(Definition(label) for label in listed)),
            examples=self._section("examples"),
        )
        if "{{posts}}" not in prompt.input:
            prompt = replace(prompt, input=f"{prompt.input}\n{{{{posts}}}}".strip())
        text = "\n".join(self.lines)
        return TakenApart(
            prompt=parse_prompt(format_prompt(prompt), name),
            labels=tuple(definition.label for definition in prompt.definitions),
            rest=tuple(kept for k, why in sorted(self.why.items()) for kept in self._kept([k], why)),
            lines=tuple(self.lines),
            posts_at=None if self.posts_at is None else self.posts_at + 1,
            placeholders=tuple(dict.fromkeys(self.placeholders)),
            format_lines=tuple(self._format_lines()),
            several=allows_several(text),
            none=allows_none(text),
            defining={
                part.definition.label: self._kept(part.lines, "replaced") for run in self.runs for part in run.parts
            },
        )

    def _kept(self, lines: Sequence[int], why: str) -> tuple[Kept, ...]:
        return tuple(Kept(k + 1, self.lines[k], why) for k in lines if self.lines[k].strip())

    def _listed(self, defined: set[str]) -> list[str]:
        """Labels that a line only lists: those the data has; without data the first list, if none is defined."""
        known = {fold_name(label): label for label in self.known}
        found: dict[str, str] = {}
        for k, line in enumerate(self.lines):
            names = listed_names(line) if self.place[k] in ("system", "input", "instruction") else []
            if known:
                found |= {fold_name(name): known[fold_name(name)] for name in names if fold_name(name) in known}
            elif names and not found and not defined:
                found = {fold_name(name): name for name in names}
        return [label for key, label in found.items() if key not in defined]

    def _system(self, defined: bool) -> str:
        """The system message, with the place of the definitions where they stood."""
        lines, placed = [], False
        start = min((run.lines[0] for run in self.runs), default=-1)
        asks = any(fill_labels(line)[1] for k, line in enumerate(self.lines) if self.place[k] == "system")
        for k, line in enumerate(self.lines):
            before = self.posts_at is None or k < self.posts_at
            if k == start and defined and before and not asks:
                lines.append("{{definitions}}")
            if self.place[k] == "system":
                filled, here = (line, False) if placed else fill_labels(line)
                placed = placed or here
                lines.append(self._safe(filled))
        return "\n".join(lines).strip()

    def _section(self, place: str) -> str:
        lines = []
        for k, line in enumerate(self.lines):
            if self.place[k] != place:
                continue
            if k == self.posts_at:
                line, found = fill_posts(line)
                self.placeholders += found
            lines.append(self._safe(line, ("posts",) if place == "input" else ()))
        return "\n".join(lines).strip()

    def _safe(self, line: str, keep: tuple[str, ...] = ("definitions",)) -> str:
        """A line as a section of a prompt file can hold it."""
        line, changed = neutral(line, keep)
        self.placeholders += changed
        return f"#{line}" if re.match(r"# ", line) else line

    def _format_lines(self) -> list[int]:
        places = ("system", "instruction", "input", "examples")
        return [k + 1 for k, line in enumerate(self.lines) if self.place[k] in places and mentions_format(line)]


def _source_lines(text: str) -> list[str]:
    """The lines of a prompt; of a chat as JSON, a marker and the lines of each message."""
    text = text.removeprefix("\ufeff")
    chat = _as_chat(text)
    if chat is not None:
        text = "\n".join(f"{role}:\n{content}" for role, content in chat)
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _as_chat(text: str) -> list[tuple[str, str]] | None:
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    messages = found.get("messages") if isinstance(found, dict) else found
    if not isinstance(messages, list) or not messages:
        return None
    chat = [(m.get("role"), m.get("content")) for m in messages if isinstance(m, dict)]
    if len(chat) < len(messages) or not all(
        isinstance(role, str) and isinstance(content, str) for role, content in chat
    ):
        return None
    return [(str(role), str(content)) for role, content in chat]
