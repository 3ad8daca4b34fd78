"""A memo ready to be shown: every sentence and every cell in words, for HTML, Markdown and the terminal alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from labkit.decision import Candidate, Memo, Taken
from labkit.scoring import Interval
from labkit.scoring.effort import slow_interval
from labkit.texts import say
from labkit.views.markup import short
from labkit.views.memo_words import (
    Escape,
    asked_for,
    caveats,
    money_words,
    plain_words,
    runs_words,
    seconds_words,
    sentence,
    sentences,
    sources,
    taken_words,
)
from labkit.views.sentences import State, metric_words, of_100, state_of

COLUMNS = ("model", "kind", "score", "rows", "floor", "month", "seconds", "reads")


@dataclass(frozen=True, slots=True)
class MemoLine:
    """One model in the table.

    Args:
        cells: one for each of `COLUMNS`.
        value: its score, for the small bar.
        goal: the bar.
        state: how it stands against it.
        leads: whether it is who the memo chose.
    """

    cells: tuple[str, ...]
    value: Interval | None
    goal: float
    state: State
    leads: bool


@dataclass(frozen=True, slots=True)
class MemoSheet:
    """A memo in words.

    Args:
        title, made: what it is, and of when.
        given: what the business asks for.
        advice: in a few words.
        state: how the one it chose stands against the bar; unsure as long as no test rows confirm that it is met.
        caveats: what weakens the advice, to be read with it.
        plain: of 100 posts how many come out right, and why the bar's scores differ from it.
        taken: what people decided, and whether the memo has changed since; empty before.
        reasons: the deciding rule first.
        head, lines: the table of models.
        missing, risks, experience, sources: a sentence each.
        runs: the ids of the runs that were read, for engineers.
    """

    title: str
    made: str
    given: tuple[str, ...]
    advice: str
    state: State
    caveats: tuple[str, ...]
    plain: tuple[str, ...]
    taken: tuple[str, ...]
    reasons: tuple[str, ...]
    head: tuple[str, ...]
    lines: tuple[MemoLine, ...]
    missing: tuple[str, ...]
    risks: tuple[str, ...]
    experience: tuple[str, ...]
    sources: tuple[str, ...]
    runs: str


def memo_sheet(memo: Memo, lang: str | None = None, escape: Escape = short, taken: Taken | None = None) -> MemoSheet:
    """Put a memo into words.

    Args:
        memo: the decision.
        lang: "en" or "zh"; the interface language when None.
        escape: makes names from data safe where they will stand; `short` for HTML, whose templates escape the rest.
        taken: the last decision that people took, if any.
    """
    words = partial(sentence, lang=lang, escape=escape)
    chosen, metric = memo.choice, metric_words(memo.task.bar.metric, lang)
    return MemoSheet(
        title=say("memo.title", lang, scene=escape(memo.task.name)),
        made=say("memo.made", lang, date=memo.date.isoformat(), runs=_runs(memo)),
        given=tuple(asked_for(memo, lang, escape)),
        advice=_advice(memo, lang, escape),
        state=_state(memo),
        caveats=tuple(caveats(memo, lang, escape)),
        plain=tuple(plain_words(memo, lang, escape)),
        taken=tuple(taken_words(taken, memo, lang, escape)) if taken else (),
        reasons=tuple(map(words, memo.reasons)),
        head=tuple(say(f"memo.head.{column}", lang, metric=metric) for column in COLUMNS),
        lines=tuple(_line(c, chosen is not None and c.model == chosen.model, lang, escape) for c in memo.candidates),
        missing=tuple(sentences(memo.missing, lang, escape)),
        risks=tuple(map(words, memo.risks)),
        experience=tuple(map(words, memo.experience)) or (say("memo.experience.none", lang),),
        sources=tuple(sources(memo, lang, escape)),
        runs=runs_words(memo, lang),
    )


def _runs(memo: Memo) -> int:
    return sum(1 + (candidate.test is not None) for candidate in memo.candidates)


def _advice(memo: Memo, lang: str | None, escape: Escape) -> str:
    key = "tune_then" if memo.advice == "fine-tune" and memo.choice else memo.advice.replace(" ", "_")
    return say(f"memo.advice.{key}", lang, model=escape(memo.choice.model) if memo.choice else "")


def _state(memo: Memo) -> State:
    """Of what was decided, not of what was measured: a cascade is judged as one."""
    if memo.advice == "cascade" and memo.cascade:
        where = memo.cascade.standing
    elif memo.choice:
        where = memo.choice.where
    else:
        return "missed" if memo.advice == "fine-tune" else "unmeasured"
    state = state_of(where.value, where.bar, where.metric)
    return "unsure" if state == "met" and any(caveats(memo)) else state


def _line(candidate: Candidate, leads: bool, lang: str | None, escape: Escape) -> MemoLine:
    where = candidate.where
    return MemoLine(
        cells=tuple(_cell(column, candidate, lang, escape) for column in COLUMNS),
        value=where.value,
        goal=where.bar,
        state=state_of(where.value, where.bar, where.metric),
        leads=leads,
    )


def _cell(column: str, candidate: Candidate, lang: str | None, escape: Escape) -> str:
    unknown = say("memo.unknown", lang)
    if column == "model":
        return f"{escape(candidate.model)} · {escape(candidate.prompt)}"
    if column == "kind":
        return say(f"memo.kind.{candidate.kind}", lang)
    if column == "score":
        return of_100(candidate.where.value) if candidate.where.value else unknown
    if column == "rows":
        header = candidate.judged.run.header
        said = {"split": say(f"split.{header.split}", lang), "date": header.created[:10]}
        return say("memo.rows_cell", lang, rows=candidate.judged.scores.examples, **said)
    if column == "floor":
        beats = candidate.floor.verdict if candidate.floor else None
        return "–" if candidate.kind == "floor" else say(_key("beats", beats), lang)
    if column == "month":
        return money_words(candidate.month, lang)
    if column == "seconds":
        return seconds_words(slow_interval(candidate.judged.run.rows), lang)
    return say(_key("reads", candidate.reliance.verdict if candidate.reliance else None), lang)


def _key(part: str, verdict: str | None) -> str:
    return f"memo.{part}.{verdict.replace(' ', '_')}" if verdict else "memo.unknown"
