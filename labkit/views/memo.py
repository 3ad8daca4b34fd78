"""`memo`: the decision about a scene, as a notebook, a terminal, a Markdown file or JSON shows it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from math import inf
from pathlib import Path
from typing import Any

from labkit.decision import Candidate, Memo, Statement, Taken, last_taken, runs_of, taken_fields
from labkit.decision import memo as decide
from labkit.decision.taken import KIND
from labkit.errors import BadData, BadInput, UnknownName
from labkit.records import Bar
from labkit.tables.atomic import replace_text
from labkit.tables.own_files import refuse_own
from labkit.texts import say
from labkit.views.markup import NAME_LIMIT, render_template, short
from labkit.views.memo_sheet import MemoSheet, memo_sheet
from labkit.views.memo_words import sentence
from labkit.workspace import Scene
from labkit.workspace.experience_book import book_beside, read_book

# Everything that Markdown, HTML or a link finder could obey.
_MARKS = re.compile(r"[\\`*_{}\[\]()#+!|<>&$~^@:]")


def memo(scene: Scene, *, today: date | None = None, **what_if: Any) -> SceneMemo:
    """Work out from a scene's recorded runs how to go on: nobody is asked, nothing is written.

    Args:
        scene: its task.yaml, runs, prices.toml, terms.toml and hosted tunings count; the experience book beside it is
            quoted.
        today: the day of the memo; that of now (UTC) when None.
        what_if: fields of the bar that are to be other, such as `monthly_volume=2_000_000` or `value=0.9`.

    Returns:
        The memo; a notebook cell that ends with it shows it.

    Raises:
        UnknownName: a bar has no such field.
        BadInput: a bar cannot be such, or prices.toml or terms.toml cannot be used.
        BadData: the record of a hosted tuning cannot be read.
    """
    known = [field.name for field in fields(Bar)]
    for name in what_if:
        if name not in known:
            raise UnknownName("field of the bar", name, known)
    task = replace(scene.task, bar=_checked(replace(scene.task.bar, **what_if)))
    runs = [scene.store.load_run(header.run) for header in scene.store.runs()]
    book = read_book(book_beside(scene.path.parent))
    return SceneMemo(decide(task, runs, scene.terms(), today=today or datetime.now(UTC).date(), book=book), scene)


def _checked(bar: Bar) -> Bar:
    if not 0 <= bar.value <= 1:
        raise BadInput.told("error.memo.bar", bar=bar.value)
    for name, amount in (("monthly_volume", bar.monthly_volume), ("monthly_budget", bar.monthly_budget)):
        if amount is not None and not 0 <= amount < inf:
            raise BadInput.told("error.memo.amount", name=name, amount=amount)
    return bar


@dataclass(frozen=True, eq=False)
class SceneMemo:
    """A memo ready to be told.

    Args:
        memo: what it says.
        scene: where a decision is written; None for a memo of runs without a scene.
    """

    memo: Memo
    scene: Scene | None = None

    @property
    def advice(self) -> str:
        """Which way to go."""
        return self.memo.advice

    @property
    def taken(self) -> Taken | None:
        """The last decision that people took in this scene, or None."""
        return last_taken(self.scene.decisions()) if self.scene else None

    def decide(self, reason: str, instead: str | None = None) -> None:
        """Take a decision: a line in decisions.jsonl, the runs it rests on into shared/; so every clone has both.

        Args:
            reason: why, in a few words.
            instead: another way than the memo's advice, such as "fine-tune".

        Raises:
            BadInput: no reason, nothing measured yet, no scene, or a memo about another bar than that of task.yaml.
            UnknownName: there is no such way.
            BadData: a run cannot be written.
        """
        if self.scene is None or self.memo.task.bar != self.scene.task.bar:
            raise BadInput.told("error.memo.other_task")
        fields = taken_fields(self.memo, reason, instead)
        for run in runs_of(self.memo):
            self.scene.share(run)
        self.scene.record_decision(KIND, **fields)

    def sheet(self, lang: str | None = None) -> MemoSheet:
        """Every sentence and cell in words."""
        return memo_sheet(self.memo, lang, taken=self.taken)

    def markdown(self, lang: str | None = None) -> str:
        """The memo as Markdown, in which names from data are only text."""
        sheet = memo_sheet(self.memo, lang, _as_markdown, self.taken)
        parts = [
            f"# {sheet.title}",
            sheet.made,
            f"**{sheet.advice}**",
            *([" ".join(sheet.caveats)] if sheet.caveats else []),
            *([" ".join(sheet.plain)] if sheet.plain else []),
            *([" ".join(sheet.taken)] if sheet.taken else []),
            *_listed("given", sheet.given, lang),
            *_listed("reasons", sheet.reasons, lang),
            f"## {say('memo.part.models', lang)}",
            _table([sheet.head, *(line.cells for line in sheet.lines)]) if sheet.lines else say("memo.none", lang),
            *_listed("missing", sheet.missing, lang),
            *_listed("risks", sheet.risks, lang),
            *_listed("experience", sheet.experience, lang),
            *_listed("sources", (*sheet.sources, *filter(None, [sheet.runs])), lang),
        ]
        return "\n\n".join(parts) + "\n"

    def write(self, path: str | Path, lang: str | None = None) -> Path:
        """Write the memo as a Markdown file, whole or not at all; an existing one is replaced.

        Raises:
            BadData: it cannot be written there.
            BadInput: a scene reads from there.
        """
        target = Path(path)
        refuse_own(target)
        try:
            replace_text(target, self.markdown(lang))
        except OSError as error:
            raise BadData.told("error.memo.not_written", target=target, strerror=error.strerror) from error
        return target

    def as_json(self) -> dict[str, Any]:
        """Everything as one JSON value; of runs their ids."""
        found = self.memo
        return {
            "scene": found.task.name,
            "date": found.date.isoformat(),
            "bar": asdict(found.task.bar),
            "rows": found.rows,
            "advice": found.advice,
            "choice": found.choice and found.choice.model,
            "bases": [base.model for base in found.bases],
            "hosted": found.hosted and found.hosted.model,
            "break_even": found.break_even
            and {"api": found.api and found.api.model, **asdict(found.break_even.amount)},
            "cascade": found.cascade and {**asdict(found.cascade), "reached": found.cascade.standing.reached},
            "taken": self.taken and asdict(self.taken),
            "models": [_candidate_json(candidate) for candidate in found.candidates],
            **{part: list(map(_said, getattr(found, part))) for part in ("reasons", "missing", "risks", "experience")},
        }

    def __str__(self) -> str:
        return self.markdown()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.memo.task.name!r}, {self.advice!r})"

    def _repr_html_(self) -> str:
        return render_template("memo_page.html", say=say, sheet=self.sheet())


def _said(statement: Statement) -> dict[str, str]:
    return {"rule": statement.key.removeprefix("memo."), "text": sentence(statement)}


def _candidate_json(candidate: Candidate) -> dict[str, Any]:
    where = candidate.where
    return {
        "model": candidate.model,
        "prompt": candidate.prompt,
        "kind": candidate.kind,
        "runs": {"dev": candidate.dev.run.id, "test": candidate.test and candidate.test.run.id},
        "score": where.value and asdict(where.value),
        "reached": where.reached,
        "verdict": where.verdict,
        "against_floor": candidate.floor and candidate.floor.verdict,
        "per_1000": candidate.per_1000 and asdict(candidate.per_1000),
        "month": candidate.month and asdict(candidate.month),
        "latency_p95_s": candidate.latency_p95_s,
        "reliance": candidate.reliance and candidate.reliance.verdict,
        "facts": asdict(candidate.facts),
    }


def _listed(part: str, sentences: tuple[str, ...], lang: str | None) -> list[str]:
    said = [f"- {line}" for line in sentences] or [say("memo.none", lang)]
    return [f"## {say(f'memo.part.{part}', lang)}", "\n".join(said)]


def _table(rows: list[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def _as_markdown(name: str, limit: int = NAME_LIMIT, /) -> str:
    """A name from data that stays text in Markdown: no link, no emphasis, no HTML, no line or table cell of its own."""
    one_line = " ".join(short(name, limit).split())
    return _MARKS.sub(r"\\\g<0>", one_line).replace("www.", "www\\.")
