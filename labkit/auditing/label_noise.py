"""D11: how many labels are probably wrong, and which first to look at?"""

from __future__ import annotations

from collections.abc import Sequence

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material, Sample
from labkit.curation.label_noise import JUDGED, TRUSTED, LabelNoise, suspect_labels
from labkit.texts import say

SHARE = 0.05
_MOST = 200_000  # rows
_QUEUE_SHARE, _QUEUE = 0.05, 50


def check_label_noise(material: Material) -> Finding:
    """The share of labels that a model which has not seen them contradicts, and the queue a person should look at.

    Rows that a person has settled teach the model, and count neither as errors nor in the queue.
    """
    labelled = [sample for sample in material.learnt if sample.labels is not None]
    if not JUDGED <= len(labelled) <= _MOST:
        return Finding("D11", "not examined", say("audit.noise.rows", least=JUDGED, most=_MOST, rows=len(labelled)))
    noise = _noise(material, labelled)
    if noise.agreement < TRUSTED:
        return Finding("D11", "not examined", _why_not(noise, labelled), counts={"agreement": noise.agreement})
    suspects = [suspect for suspect in noise.suspects if labelled[suspect.row].id not in material.settled]
    judged = len(noise.suspects)
    share = sum(suspect.error for suspect in suspects) / judged
    queue = suspects[: max(_QUEUE, int(_QUEUE_SHARE * judged))]
    left_out = len(labelled) - judged
    said = say("audit.noise", share=f"{share:.1%}", agreement=f"{noise.agreement:.0%}", queue=len(queue))
    return Finding(
        "D11",
        "warn" if share > SHARE else "note" if share else "ok",
        said + (say("audit.noise.left_out", rows=left_out, least=JUDGED) if left_out else ""),
        say("audit.noise.fix"),
        value=share,
        threshold=SHARE,
        rows=tuple(labelled[suspect.row].id for suspect in queue),
        counts={
            "agreement": noise.agreement,
            "judge": noise.judge,
            "left_out": left_out,
            "labels": {labelled[s.row].id: s.label for s in queue},
            "rivals": {labelled[s.row].id: s.rival for s in queue if s.rival},
            "confidence": {labelled[s.row].id: round(s.confidence, 4) for s in queue},
        },
    )


def _noise(material: Material, labelled: Sequence[Sample]) -> LabelNoise:
    groups = [material.copies[sample.id] for sample in labelled]
    texts, given = [s.question for s in labelled], [s.labels or () for s in labelled]
    return suspect_labels(texts, given, groups, subtasks=[s.subtask for s in labelled])


def _why_not(noise: LabelNoise, labelled: Sequence[Sample]) -> str:
    """Why no label is judged: of several subtasks none can be, or the judge of all is too weak."""
    if len({sample.subtask for sample in labelled}) > 1:
        return say("audit.noise.subtasks", least=JUDGED)
    return say("audit.noise.weak", agreement=f"{noise.agreement:.2f}")
