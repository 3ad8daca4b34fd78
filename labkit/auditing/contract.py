"""D09: is every answer in the one form that the prompt asks for?"""

from __future__ import annotations

from collections import Counter

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material, Sample
from labkit.parsing import parse_reply
from labkit.records import Reply, Status, Task
from labkit.texts import listed, say


def check_contract(material: Material) -> Finding:
    """Answers read by the parser that reads models' answers; labels inside the task; one form of rows in a file."""
    task, unreadable = material.task, material.forms.get("unreadable", 0)
    forms = {form: n for form, n in material.forms.items() if n}
    if task is None and not forms:
        return Finding("D09", "not examined", say("audit.contract.no_task"))
    faults = {s.id: fault for s in material.learnt if task and (fault := _fault(s, task))}
    mixed, written = len(forms) > 1, len(forms.keys() - {"unreadable"})
    judged = max(1, len(material.learnt) + unreadable)
    rate = 1 - (len(faults) + unreadable) / judged
    bad = bool(faults) or mixed
    return Finding(
        "D09",
        "block" if bad else "ok",
        say("audit.contract", faulty=len(faults) + unreadable, share=f"{rate:.1%}", forms=_listed(forms))
        + (say("audit.contract.mixed", forms=written) if written > 1 else ""),
        say("audit.contract.fix") if bad else "",
        value=rate,
        threshold=1.0,
        rows=tuple(faults),
        counts={"forms": forms, "faults": dict(Counter(faults.values()))},
    )


def _fault(sample: Sample, task: Task) -> str:
    """Why a row breaks the contract, or "" when it keeps it."""
    allowed = task.labels_of(sample.subtask)
    outside = [label for label in sample.labels or () if label not in allowed]
    if outside:
        return "labels outside the task"
    if sample.answer is None or sample.example is None:
        return ""
    read = parse_reply(Reply(sample.answer, sample.answer.encode()), task, sample.example)
    if read.status is not Status.ANSWERED:
        return str(read.status)
    if sample.labels is not None and set(read.labels) != set(sample.labels):
        return "answer differs from the label"
    return "" if all(quote.verbatim for quote in read.evidence) else "quote not in the post"


def _listed(forms: dict[str, int]) -> str:
    return listed(f"{form} {n:,}" for form, n in forms.items()) or "-"
