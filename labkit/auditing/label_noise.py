"""D11: how many labels are probably wrong, and which first to look at?"""

from __future__ import annotations

from labkit.auditing.finding import Finding
from labkit.auditing.samples import Material
from labkit.curation.label_noise import suspect_labels
from labkit.texts import say

SHARE = 0.05
_LEAST, _MOST = 50, 200_000  # rows: fewer teach the judge nothing
_TRUSTED = 0.5  # agreement below which the judge errs more than the labels do
_QUEUE_SHARE, _QUEUE = 0.05, 50


def check_label_noise(material: Material) -> Finding:
    """The share of labels that a model which has not seen them contradicts, and the queue a person should look at.

    Rows that a person has settled teach the model, and count neither as errors nor in the queue.
    """
    labelled = [sample for sample in material.learnt if sample.labels is not None]
    if not _LEAST <= len(labelled) <= _MOST:
        return Finding("D11", "not examined", say("audit.noise.rows", least=_LEAST, most=_MOST, rows=len(labelled)))
    groups = [material.copies[sample.id] for sample in labelled]
    texts, given = [s.question for s in labelled], [s.labels or () for s in labelled]
    noise = suspect_labels(texts, given, groups, [s.subtask for s in labelled])
    if noise.agreement < _TRUSTED:
        said = say("audit.noise.weak", agreement=f"{noise.agreement:.2f}")
        return Finding("D11", "not examined", said, counts={"agreement": noise.agreement})
    suspects = [suspect for suspect in noise.suspects if labelled[suspect.row].id not in material.settled]
    share = sum(suspect.error for suspect in suspects) / len(labelled)
    queue = suspects[: max(_QUEUE, int(_QUEUE_SHARE * len(labelled)))]
    return Finding(
        "D11",
        "warn" if share > SHARE else "note" if share else "ok",
        say("audit.noise", share=f"{share:.1%}", agreement=f"{noise.agreement:.0%}", queue=len(queue)),
        say("audit.noise.fix"),
        value=share,
        threshold=SHARE,
        rows=tuple(labelled[suspect.row].id for suspect in queue),
        counts={
            "agreement": noise.agreement,
            "judge": noise.judge,
            "labels": {labelled[s.row].id: s.label for s in queue},
            "rivals": {labelled[s.row].id: s.rival for s in queue if s.rival},
            "confidence": {labelled[s.row].id: round(s.confidence, 4) for s in queue},
        },
    )
