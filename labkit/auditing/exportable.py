"""D20: does the dataset leave as serving will ask, and come back from every form of file as the same messages?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material, Sample
from labkit.conversations.conversation import Conversation
from labkit.conversations.shapes import SHAPES
from labkit.errors import LabkitError
from labkit.prompts import prompt_sha256, render
from labkit.records import Prompt, Task
from labkit.texts import say


def check_export(material: Material) -> Finding:
    """Every learnt row rendered by the prompt and written in each shape: what is read back must be what was written."""
    task, prompt, manifest = material.task, material.prompt, material.manifest
    if task is None or prompt is None or manifest is None:
        return Finding("D20", "not examined", say("audit.export.no_dataset"))
    foreign = manifest.get("prompt_sha256") not in (None, prompt_sha256(prompt))
    faults = {s.id: fault for s in material.learnt if (fault := _fault(s, task, prompt))}
    bad = foreign or bool(faults)
    reason = say("audit.export", rows=len(material.learnt) - len(faults), shapes=len(SHAPES), faulty=len(faults))
    return Finding(
        "D20",
        "block" if bad else "ok",
        f"{reason}{say('audit.export.foreign')}" if foreign else reason,
        say("audit.export.fix") if bad else "",
        value=len(faults),
        threshold=0,
        rows=tuple(faults),
        counts={"faults": dict(Counter(faults.values())), "prompt_gone": foreign},
    )


def _fault(sample: Sample, task: Task, prompt: Prompt) -> str:
    """Why a row cannot go out, or "" when it can."""
    if sample.example is None or sample.answer is None:
        return "no answer"
    if prompt.rationale != "none" and "rationale" not in _keys(sample.answer):
        return "no rationale, which the prompt asks for"
    try:
        rendered = render(prompt, task, sample.example)
    except LabkitError as error:
        return error.problem[:200]
    said: Mapping[str, str] = {message.role: message.content for message in rendered.messages}
    conversation = Conversation(said.get("system", ""), said["user"], sample.answer)
    lost = [name for name in SHAPES if not _survives(conversation, name)]
    return f"does not come back from {', '.join(lost)}" if lost else ""


def _keys(answer: str) -> set[str]:
    read = json.loads(answer)
    return set(read) if isinstance(read, dict) else set()


def _survives(conversation: Conversation, name: str) -> bool:
    """Whether a conversation is the same after a shape's record has been a line of JSON."""
    shape = SHAPES[name]
    line = json.dumps(shape.write(conversation), ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        return shape.read(json.loads(line.decode("utf-8"))) == conversation
    except UnicodeDecodeError:  # a lone surrogate: no file can hold it
        return False
