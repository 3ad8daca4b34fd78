"""What went wrong in a run, in sentences: which confusions make most of it, and which errors may be wrong labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from labkit.diagnosis import doubtful_misses, is_probe
from labkit.errors import BadData, BadInput
from labkit.records import Run, RunHeader
from labkit.scoring import CommonestConfusions, commonest_confusions, confusions
from labkit.texts import say
from labkit.views.sentences import confusion_words
from labkit.views.shown_rows import RowsBehind, misread_rows

MAX_CONFUSIONS = 5
VOICES = 4  # other models that are heard about gold labels, each by its newest run over the same rows
_RUNS_READ = 8  # to find them: a page must open fast however many runs there are


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, its technical terms, the rows that it counts, and whether anything was measured."""

    words: str
    title: str = ""
    rows: RowsBehind | None = None
    measured: bool = True


def misses_values(run: Run, voices: Sequence[Run], lang: str | None = None) -> dict[str, Any]:
    """What the template `misses.html` needs; all empty where nothing was misread.

    Args:
        run: whose misread rows.
        voices: runs of other models over the same rows, from `other_voices`.
        lang: "en" or "zh".
    """
    listed = confusions(run)[:MAX_CONFUSIONS]
    told = [Told(confusion_words(one, lang), rows=misread_rows(run, set(one.rows))) for one in listed]
    misread = misread_rows(run).total
    return {
        "shares": list(_shares(commonest_confusions(run, listed), lang)) if misread else [],
        "confusions": told,
        "doubt": _doubt(run, misread, voices, lang) if misread else None,
    }


def other_voices(run: Run, headers: Sequence[RunHeader], load: Callable[[str], Run]) -> tuple[Run, ...]:
    """The newest runs of other models that asked every row of a run, one of each model.

    Args:
        run: whose rows.
        headers: the scene's runs, the newest first; few of them are read.
        load: gives the run of an id.
    """
    asked = {row.example.id for row in run.rows}
    found: dict[str, Run] = {}
    fitting = (one for one in headers if _could_speak(one, run.header))
    for header, _ in zip(fitting, range(_RUNS_READ), strict=False):
        if header.model not in found and len(found) < VOICES:
            other = load(header.run)
            if other.complete and asked <= {row.example.id for row in other.rows}:
                found[header.model] = other
    return tuple(found.values())


def _could_speak(header: RunHeader, of: RunHeader) -> bool:
    return header.split == of.split and header.model != of.model and not is_probe(header)


def _shares(found: CommonestConfusions, lang: str | None) -> Iterator[str]:
    if found.confusions:
        held, share = len(found.rows), round(100 * len(found.rows) / found.misread)
        named = len(found.confusions)
        key = "misses.share.one" if named == 1 else "misses.share"
        yield say(key, lang, confusions=named, rows=held, misread=found.misread, share=share)
    if found.unanswered:
        yield say("misses.unanswered", lang, rows=found.unanswered, misread=found.misread)


def _doubt(run: Run, misread: int, voices: Sequence[Run], lang: str | None) -> Told:
    try:
        doubtful = doubtful_misses(run, voices)
    except (BadInput, BadData):  # no other model answered these very posts
        return Told(say("misses.doubt.unmeasured", lang), measured=False)
    rows = misread_rows(run, {one.row for one in doubtful})
    key = "misses.doubt" if rows.total else "misses.doubt.none"
    words = say(key, lang, rows=rows.total, misread=misread, models=len(voices) + 1)
    return Told(words, say("misses.doubt.title", lang), rows)
