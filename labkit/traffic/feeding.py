"""From production back to people: which answers are worth a second look, sent to the queue for the next round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, get_args

from labkit.adjudication.standing import dropped_rows
from labkit.comparison.drift import new_share, vocabulary_of
from labkit.curation.leaks import SERIOUS, find_leaks
from labkit.curation.near_duplicates import near_duplicate_groups
from labkit.errors import BadInput
from labkit.privacy import mask_texts
from labkit.records import Example, Status
from labkit.texts import listed, say
from labkit.traffic.drifting import drift, known_rows
from labkit.traffic.entry import TrafficEntry, mask_entry
from labkit.traffic.feedback import Feedback
from labkit.traffic.reading import Traffic
from labkit.traffic.shadowing import Shadow
from labkit.workspace.annotation import add_rows
from labkit.workspace.online import drawn_rows
from labkit.workspace.opening import open_scene
from labkit.workspace.queueing import enqueue_each

if TYPE_CHECKING:
    from labkit.workspace import Scene

Why = Literal["corrected", "disagreement", "unsure", "drift"]
WHYS: tuple[Why, ...] = get_args(Why)
"""What speaks for a look, the most telling first: a person said so, a candidate answers otherwise, the model was not
sure or gave no answer, its kind of post has become more frequent."""
BUDGET, EACH, SURE = 1000, 50, 0.7
_COMMENT = 120  # characters of a comment that a reason quotes


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry that a person should look at.

    Args:
        entry: the entry.
        why: what speaks for it.
        reason: the same as a sentence for that person.
        worth: among entries of the same kind, 0 to 1.
    """

    entry: TrafficEntry
    why: Why
    reason: str
    worth: float


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found worth a look.

    Args:
        suggestions: the most telling first; an entry stands once, for its most telling reason.
        confirmed: entries of which people said that the answer was right.
        unknown: feedback on entries that the traffic does not hold.
        no_drift: why drift brought nothing, in words; "" when it did.
    """

    suggestions: tuple[Suggestion, ...]
    confirmed: int
    unknown: int
    no_drift: str

    def counts(self) -> dict[Why, int]:
        """Why -> entries; every kind is there."""
        found = Counter(one.why for one in self.suggestions)
        return {why: found[why] for why in WHYS}


@dataclass(frozen=True, slots=True)
class Fed:
    """What became of suggestions.

    Args:
        sent: row -> why, of those that are in the queue now.
        before: entries that an earlier call had sent.
        repeated: entries left out because the pool, or a better one, says nearly the same.
        held: entries left out because a row of dev, test or a weekly sample says nearly the same.
        over_budget: entries left out because enough rows wait already.
        room: how many more rows the budget holds.
    """

    sent: dict[str, Why] = field(default_factory=dict)
    before: int = 0
    repeated: int = 0
    held: int = 0
    over_budget: int = 0
    room: int = 0


def gather_feedback(
    scene: Scene,
    traffic: Traffic,
    feedback: Sequence[Feedback] = (),
    shadow: Shadow | None = None,
    *,
    each: int = EACH,
    sure: float = SURE,
) -> Gathered:
    """Look for answers of production that a person should look at.

    Args:
        scene: whose release.
        traffic: the window.
        feedback: what people said; corrections are taken whole, whatever `each` is.
        shadow: a candidate whose disagreements count.
        each: at most so many for each other reason.
        sure: confidence from which on an answer is not unsure, 0 to 1.

    Raises:
        BadInput: fewer than no rows, or a confidence outside 0 to 1.
    """
    if each < 0 or not 0 <= sure <= 1:
        raise BadInput.told("error.feeding.share", each=each, sure=sure)
    by_id = {entry.id: entry for entry in traffic.entries}
    said = [(by_id[one.entry], one) for one in feedback if one.entry in by_id]
    corrections = list(_corrected(said))
    drifted, no_drift = _drifted(scene, traffic, each)
    found = [*corrections, *_disagreeing(shadow, each), *_unsure(traffic, each, sure), *drifted]
    ordered = sorted(found, key=lambda one: (WHYS.index(one.why), -one.worth))
    first: dict[str, Suggestion] = {}
    for one in ordered:
        first.setdefault(one.entry.id, one)
    confirmed = len({entry.id for entry, _ in said} - {one.entry.id for one in corrections})
    return Gathered(tuple(first.values()), confirmed, len(feedback) - len(said), no_drift)


def feed(scene: Scene, suggestions: Sequence[Suggestion], budget: int = BUDGET) -> Fed:
    """Send entries to the queue of what a person must decide, as new pool rows without labels.

    Nothing that repeats a pool row, or gives away a row of dev, test or a weekly sample, is sent; personal data is
    masked. Once decided, the rows are candidates for the next dataset like any other.

    Args:
        scene: its pool grows, its queue gets the rows.
        suggestions: the most telling first.
        budget: at most so many rows from traffic that no dataset holds yet: more than a training set needs would only
            wait.

    Returns:
        What was sent and what was not; the scene has to be opened anew to see the rows.

    Raises:
        BadInput: a budget below 1.
    """
    if budget < 1:
        raise BadInput.told("error.feeding.budget", budget=budget)
    with scene.locked("feeding"):
        now = open_scene(scene.path)
        row_of = {one.entry.id: _row(one, now.task.language) for one in suggestions}
        held = _held(now, list(row_of.values()))
        free = [row for row in row_of.values() if row.id not in held]
        new = _new(now, free)
        room = max(0, budget - _waiting(now))
        chosen = {row.id: row for row in new[:room]}
        why = {row_of[one.entry.id].id: one for one in suggestions}
        if chosen:
            add_rows(now, list(chosen.values()))
        after = open_scene(scene.path)
        there = {row.id for row in after.rows}  # also what an interrupted call brought and did not send
        asked = {row: one.reason for row, one in why.items() if row in there}
        words = mask_texts(tuple(asked.values()), now.task.language)  # they quote feedback, which a log may hold plain
        queued = enqueue_each(after, dict(zip(asked, words, strict=True)))
    sent = {row: why[row].why for row in queued}
    before = len({row.id for row in free} & {row.id for row in now.rows} - sent.keys())
    repeated = len(free) - len(new) - before - len(sent.keys() - chosen.keys())
    return Fed(sent, before, repeated, len(held), len(new) - len(chosen), room - len(chosen))


def _corrected(said: Sequence[tuple[TrafficEntry, Feedback]]) -> Iterator[Suggestion]:
    """Entries of which somebody said something else than was answered, or complained in words."""
    for entry in dict.fromkeys(entry for entry, _ in said):
        words = [one for known, one in said if known is entry]
        if any(one.labels is None or _differs(entry, one) for one in words):
            told = listed(_in_words(one) for one in words)
            yield Suggestion(entry, "corrected", say("feeding.reason.corrected", said=told), 1.0)


def _differs(entry: TrafficEntry, said: Feedback) -> bool:
    return entry.status != Status.ANSWERED or set(entry.labels) != set(said.labels or ())


def _in_words(said: Feedback) -> str:
    labels = "–" if said.labels is None else ", ".join(said.labels) or say("select.no_label")
    comment = f" ({said.comment[:_COMMENT]})" if said.comment else ""
    return f"{said.by or say('feeding.somebody')}: {labels}{comment}"


def _disagreeing(shadow: Shadow | None, each: int) -> Iterator[Suggestion]:
    for one in shadow.disagreements[:each] if shadow else ():
        named = {"live": one.entry.labels, "candidate": one.labels}
        words = {side: ", ".join(labels) or say("select.no_label") for side, labels in named.items()}
        yield Suggestion(one.entry, "disagreement", say("feeding.reason.disagreement", **words), one.confidence or 0.0)


def _unsure(traffic: Traffic, each: int, sure: float) -> Iterator[Suggestion]:
    """Replies that were no answer, then the least sure answers."""
    doubted = [(0.0 if e.status != Status.ANSWERED else e.confidence, e) for e in traffic.entries]
    least = sorted(((c, e) for c, e in doubted if c is not None and c < sure), key=lambda pair: pair[0])
    for confidence, entry in least[:each]:
        answered = entry.status == Status.ANSWERED
        key = "feeding.reason.unsure" if answered else "feeding.reason.unanswered"
        yield Suggestion(entry, "unsure", say(key, confidence=f"{confidence:.2f}"), 1 - confidence)


def _drifted(scene: Scene, traffic: Traffic, each: int) -> tuple[list[Suggestion], str]:
    """Posts in new wording, where wording drifted; posts of the labels that became more frequent."""
    try:
        found = drift(scene, traffic)
    except BadInput as error:
        return [], error.problem
    risen = [line.label for line in found.lines if line.what == "label" and line.drifted and line.now > line.before]
    worded = any(line.what == "wording" and line.drifted for line in found.lines)
    newness = _newness(scene, traffic) if worded else {}
    told = [
        Suggestion(entry, "drift", reason, newness.get(entry.id, 0.0))
        for entry in traffic.entries
        if (reason := _drift_reason(entry, risen, newness.get(entry.id, 0.0)))
    ]
    told.sort(key=lambda one: (-one.worth, sha256(one.entry.id.encode()).digest()))
    return told[:each], "" if told else say("feeding.no_drift")


def _newness(scene: Scene, traffic: Traffic) -> dict[str, float]:
    """Entry -> the share of its wording that no row has which its release could have learnt from."""
    pool = ["\n".join(mask_texts(row.items, scene.task.language)) for row in known_rows(scene)]
    vocabulary = vocabulary_of(pool)
    return {entry.id: new_share(entry.example.text, vocabulary) for entry in traffic.entries}


def _drift_reason(entry: TrafficEntry, risen: Sequence[str | None], newness: float) -> str:
    """Why an entry stands for what drifted; "" when it does not."""
    label = next((name for name in risen if (name in entry.labels if name else not entry.labels)), None)
    if label is not None:
        return say("feeding.reason.risen", label=label or say("select.no_label"))
    return say("feeding.reason.wording") if newness > 0 else ""


def _row(one: Suggestion, language: str) -> Example:
    entry = mask_entry(one.entry, language)
    about = {"from": "traffic", "why": one.why, "release": entry.release}
    return Example(f"live-{entry.id}", entry.said, time=entry.at, subtask=entry.subtask, meta=about)


def _held(scene: Scene, rows: Sequence[Example]) -> set[str]:
    """Rows that would give away one of dev, test or a weekly sample, were they learnt."""
    apart = [*scene.examples("dev"), *scene.examples("test"), *(row for row, _ in drawn_rows(scene))]
    texts = ["\n".join(mask_texts(row.items, scene.task.language)) for row in apart]
    leaks = find_leaks([row.text for row in rows], texts)
    return {rows[k].id for k in leaks.learnt(*SERIOUS)}


def _new(scene: Scene, rows: Sequence[Example]) -> list[Example]:
    """Rows that no pool row and no row before them says nearly."""
    pool = scene.examples("pool", as_filed=True)
    masked = [Example(f"pool {row.id}", mask_texts(row.items, scene.task.language)) for row in pool]
    first = near_duplicate_groups([*masked, *rows])
    return [row for row in rows if first[row.id] == row.id]


def _waiting(scene: Scene) -> int:
    """Rows that came from traffic, were not dropped, and that no dataset holds."""
    taught = {str(row.get("id")) for name in scene.dataset_names() for row in scene.dataset(name).rows}
    done = taught | dropped_rows(scene.standings())
    return sum(row.meta.get("from") == "traffic" and row.id not in done for row in scene.rows)
