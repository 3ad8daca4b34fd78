"""One self-contained HTML page about a scene: no script, nothing loaded from anywhere, readable by anyone."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from labkit.audits import audit
from labkit.comparison import Pair, compare, paired
from labkit.decision import ScoredRun
from labkit.diagnosis import is_probe
from labkit.records import Run, RunHeader
from labkit.tables.atomic import replace_text
from labkit.tables.own_files import refuse_own
from labkit.texts import language, say
from labkit.version import __version__
from labkit.views.choice_page import choice_values
from labkit.views.data_page import SPLITS_SHOWN, data_values, lights_values, newest_dataset, training_rows_words
from labkit.views.error_cards import error_cards, masked_card
from labkit.views.markup import render_template
from labkit.views.memo import memo
from labkit.views.misses import misses_values, other_voices
from labkit.views.release_page import releases_values
from labkit.views.run_table import leading_run, run_lines, score_runs
from labkit.views.sentences import names_apart, pair_words, run_words
from labkit.views.standing import first_run, reason_title, standing_values
from labkit.views.week_page import Week
from labkit.workspace import Scene

MAX_RUNS = 12  # lines of the table; the newest of each question
MAX_ERRORS = 25  # cards on the page: it stays well under a megabyte whatever the scene's size
PACKAGES = ("numpy", "scipy", "scikit-learn", "torch", "transformers", "trl", "peft", "bitsandbytes")


def write_report(scene: Scene, path: str | Path, runs: Sequence[Run] | None = None, lang: str | None = None) -> Path:
    """Write the report of a scene as one HTML file, whole or not at all.

    Args:
        scene: whose report.
        path: the file; an existing one is replaced.
        runs: what to report on; when None the newest run of each question in the scene's store, and the pages that the
            dashboards show of the scene as a whole.
        lang: "en" or "zh"; the interface language when None.

    Returns:
        The file.

    Raises:
        BadInput: a scene reads from there.
    """
    target = Path(path)
    refuse_own(target)
    replace_text(target, render_report(scene, runs, lang))
    return target


def render_report(scene: Scene, runs: Sequence[Run] | None = None, lang: str | None = None) -> str:
    """The report of a scene as HTML; see `write_report`."""
    lang = lang or language()
    pages = _pages(scene, lang) if runs is None else ()
    runs, left_out = latest_runs(scene) if runs is None else (runs, 0)
    runs = sorted(runs, key=lambda run: (_place(run.header.split), run.header.created))
    scored = score_runs(runs, scene.task.bar)
    leads = leading_run(runs, scene.task.bar.metric)
    leader = next((line for line in scored if leads and line.run.id == leads.id), None)
    return render_template(
        "report.html",
        say=partial(say, lang=lang),
        pages=pages,
        lang="zh-CN" if lang == "zh" else "en",
        scene=scene.task.name,
        item=scene.task.item,
        metric=scene.task.bar.metric,
        runs=run_lines(scored, leads.id if leads else None, lang),
        runs_left_out=left_out,
        leader=standing_values(leader, len(scene.test_readings()), lang) if leader else None,
        unmeasured=first_run(scene),
        misses=_misses(scene, leader.run, lang) if leader else None,
        errors=_errors_context(leader, lang) if leader else None,
        pairs=_pair_sentences(_comparisons(runs), runs, lang),
        training=_pair_sentences(_trainings(runs), runs, lang),
        data=data_values(scene),
        environment=tuple(_environment()),
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        version=__version__,
    )


def latest_runs(scene: Scene, limit: int = MAX_RUNS) -> tuple[tuple[Run, ...], int]:
    """The newest run of each question (prompt version, model, split, rows), oldest first, and how many are left out."""
    newest: dict[tuple[object, ...], RunHeader] = {}
    headers = [header for header in scene.store.runs() if not is_probe(header)]
    for header in headers:
        newest.setdefault((header.prompt_sha256, header.model, header.split, header.examples_sha256), header)
    chosen = list(newest.values())[:limit]
    return tuple(scene.store.load_run(header.run) for header in reversed(chosen)), len(headers) - len(chosen)


@dataclass(frozen=True, slots=True)
class _Page:
    """A dashboard's page as a part of the report: its pieces are templates with their values."""

    anchor: str
    title: str
    pieces: tuple[tuple[str, dict[str, Any]], ...]


def _pages(scene: Scene, lang: str) -> tuple[_Page, ...]:
    found = memo(scene)
    choice = ("choice.html", {"what_if": "", **choice_values(found.memo, found.taken, lang)})
    nothing = ("nothing.html", {"words": say("choice.nothing", lang), "command": first_run(scene)})
    dataset = newest_dataset(scene)
    about = ("lead.html", {"words": training_rows_words(scene, dataset, lang)})
    lights = ("lights.html", lights_values(audit(scene, dataset), scene, lang))
    pieces = {
        "week": (("week.html", Week(scene, datetime.now(UTC), lang).values),),
        "models": (choice if found.memo.candidates else nothing,),
        "data": (about, lights),
        "releases": (("releases.html", releases_values(scene, lang)),),
    }
    return tuple(_Page(f"page-{name}", say(f"dash.{name}", lang), parts) for name, parts in pieces.items())


def _misses(scene: Scene, run: Run, lang: str) -> dict[str, Any]:
    """What went wrong in a run; other models are heard by the scene's runs, whichever the report is about."""
    return misses_values(run, other_voices(run, scene.store.runs(), scene.store.load_run), lang)


def _errors_context(scored: ScoredRun, lang: str) -> dict[str, Any]:
    cards = error_cards(scored.run)
    name = run_words(scored.run.header, lang)
    return {
        "cards": [masked_card(card, scored.run.task.language) for card in cards[:MAX_ERRORS]],
        "note": say("report.errors_note", lang, shown=min(len(cards), MAX_ERRORS), total=len(cards), run=name),
        "reason_title": reason_title(scored.run.header.model, lang),
        "address": "",
    }


def _pair_sentences(pairs: Iterable[tuple[Pair, str]], runs: Sequence[Run], lang: str) -> list[tuple[str, str]]:
    names = names_apart((run.header for run in runs), lang)
    return [pair_words(pair, names, split, lang) for pair, split in pairs]


def _comparisons(runs: Sequence[Run]) -> Iterator[tuple[Pair, str]]:
    """On each set of rows: the best run against every other, the older one first; and the rows' split."""
    for (split, _), same_rows in _by_rows(runs).items():
        if len(same_rows) > 1:
            yield from ((pair, split) for pair in compare(same_rows).pairs)


def _trainings(runs: Sequence[Run]) -> Iterator[tuple[Pair, str]]:
    """Every tuned local model against its own base on the same rows; and the rows' split."""
    for (split, _), same_rows in _by_rows(runs).items():
        by_question = {(run.header.prompt_sha256, run.header.model): run for run in same_rows}
        for run in same_rows:
            base, _, adapter = run.header.model.partition("+")
            before = by_question.get((run.header.prompt_sha256, base))
            if adapter and before and base.startswith("local/"):
                yield paired(before, run), split


def _place(split: str) -> int:
    """Test rows first: they decide."""
    return SPLITS_SHOWN.index(split) if split in SPLITS_SHOWN else len(SPLITS_SHOWN)


def _by_rows(runs: Sequence[Run]) -> dict[tuple[str, str], list[Run]]:
    """Runs with gold labels that were asked the very same rows."""
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        if any(row.example.labels is not None for row in run.rows):
            groups.setdefault((run.header.split, run.header.examples_sha256), []).append(run)
    return groups


def _environment() -> Iterator[tuple[str, str]]:
    """What a figure may depend on; no name of the machine, its user or its folders."""
    yield "labkit", __version__
    yield "Python", platform.python_version()
    yield "OS", f"{platform.system()} {platform.machine()}"
    for package in PACKAGES:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            continue
