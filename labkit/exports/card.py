"""A dataset's card: what is in it, how it was made, and whether it is fit to train on, on one page of Markdown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from labkit.auditing import PRINCIPLES
from labkit.audits import audit
from labkit.curation.dataset_diff import labels_of
from labkit.curation.difficulty import DIFFICULTIES
from labkit.exports.markdown import escaped, table
from labkit.texts import WORDS, say

if TYPE_CHECKING:
    from labkit.auditing import Audit
    from labkit.workspace import Dataset, Scene

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))


def dataset_card(
    scene: Scene, dataset: str, *, progress: Callable[[str], None] | None = None, data_files: str | None = None
) -> str:
    """Describe a dataset for whoever trains on it or signs for it, with the audit in it.

    Args:
        scene: whose dataset.
        dataset: its name.
        progress: told each check of the audit, such as "D04", before it runs; see `labkit.audit`.
        data_files: where in the card's folder the hub finds the rows, such as "data/train-*"; None says nothing of it.

    Returns:
        Markdown with a header that the Hugging Face hub reads; labels, names and whatever else comes from data are
        escaped. No post of the dataset stands in it.

    Raises:
        UnknownName: there is no such dataset.
    """
    chosen = scene.dataset(dataset)
    found = audit(scene, dataset, progress=progress)
    lines = [
        *_header(scene, chosen, data_files),
        *_composition(scene, chosen),
        *_verdict(found),
        *_making(chosen),
        *_teaching(chosen.manifest, scene.task.style),
        *_gaps(found),
    ]
    return "\n".join(lines) + "\n"


def _header(scene: Scene, dataset: Dataset, data_files: str | None) -> Iterator[str]:
    size = next((name for most, name in _SIZES if len(dataset.rows) < most), "n>100K")
    licence = dataset.manifest.get("licence") or dataset.manifest.get("license")
    yield from ("---", "language:", f"- {scene.task.language}", "task_categories:", "- text-classification")
    yield from ("size_categories:", f"- {size}", *([f"license: {json.dumps(str(licence))}"] if licence else ()))
    if data_files:
        yield from ("configs:", "- config_name: default", "  data_files:", "  - split: train")
        yield f"    path: {data_files}"
    made = dataset.manifest.get("made") or {}
    yield from ("---", "", f"# {escaped(dataset.id)}", "")
    about = {"rows": f"{len(dataset.rows):,}", "task": escaped(scene.task.name), "content": dataset.content_id}
    yield say("card.about", **about, version=escaped(made.get("labkit") or "-"), at=escaped(made.get("at") or "-"))
    yield ""


def _composition(scene: Scene, dataset: Dataset) -> Iterator[str]:
    """Label by difficulty; a row counts for each of its labels."""
    counts: dict[str, Counter[str]] = {label: Counter() for label in scene.task.labels}
    for row in dataset.rows:
        difficulty = str((row.get("why") or {}).get("cell") or "").rpartition(" / ")[2] or "unrated"
        for label in labels_of(row) or (say("select.no_label"),):
            counts.setdefault(label, Counter())[difficulty] += 1
    used = [name for name in DIFFICULTIES if any(of_label[name] for of_label in counts.values())]
    head = (say("head.label"), *(say(f"select.{name}") for name in used), say("head.total"))
    yield from (f"## {say('card.composition')}", "")
    yield from table(head, [(label, *(of[name] for name in used), of.total()) for label, of in counts.items()])


def _verdict(found: Audit) -> Iterator[str]:
    yield from (f"## {say('card.verdict')}", "", say("card.blocked" if found.blocked else "card.passed"), "")
    lights = [(say(f"audit.principle.{p}"), say(f"audit.severity.{found.light(p)}")) for p in PRINCIPLES]
    yield from table((say("audit.head.principle"), say("audit.head.result")), lights)
    rows = [
        (f"{f.check} {say(f'audit.{f.check}')}", say(f"audit.severity.{f.severity}"), f.reason)
        for f in found.findings
        if f.severity != "not examined"
    ]
    yield from table((say("audit.head.check"), say("audit.head.result"), say("audit.head.found")), rows)
    yield from (f"- {f.check}: {escaped(f.fix)}" for f in found.findings if f.to_mend and f.fix)
    yield ""


def _making(dataset: Dataset) -> Iterator[str]:
    manifest = dataset.manifest
    asked: Mapping[str, Any] = manifest.get("parameters") or {}
    sifted: Mapping[str, Any] = asked.get("candidates") or {}
    yield from (f"## {say('card.making')}", "")
    if "budget" in asked:
        yield f"- {say('card.budget', budget=escaped(asked.get('budget')), seed=escaped(asked.get('seed')))}"
    if sifted:
        yield f"- {say('card.sifted', **{name: escaped(sifted.get(name, 0)) for name in _SIFTED})}"
    for wish in ("pins", "bans"):
        if asked.get(wish):
            yield f"- {say(f'card.{wish}', count=len(asked[wish]))}"
    parent = manifest.get("parent")
    if isinstance(parent, Mapping):
        changes = ", ".join(f"{say(f'versions.{k}')} {n}" for k, n in (manifest.get("changes") or {}).items())
        yield f"- {say('card.parent', name=escaped(parent.get('name')), changes=escaped(changes))}"
    files = manifest.get("files") or {}
    yield from (f"- {escaped(name)}: SHA-256 {escaped(sha256)}" for name, sha256 in files.items())
    yield ""


_SIFTED = ("rows", "leaking", "duplicates", "unlabelled")


def _teaching(manifest: Mapping[str, Any], style: str) -> Iterator[str]:
    yield from (f"## {say('card.teaching')}", "")
    teacher = manifest.get("teacher")
    yield f"- {say('card.rationale' if manifest.get('targets') == 'rationale' else 'card.labels')}"
    if isinstance(teacher, Mapping):
        said = {key: escaped(teacher.get(key)) for key in ("model", "run", "training", "source")}
        yield f"- {say('card.teacher', **said)}"
    for why, count in (manifest.get("refused") or {}).items():
        told = say(key) if (key := f"select.refused.{why}") in WORDS else escaped(why)
        yield f"- {say('select.refused', why=told, count=escaped(count))}"
    if style:
        yield f"- {say('card.style', style=escaped(style))}"
    rewritten = manifest.get("style")
    if isinstance(rewritten, Mapping):
        counts = {key: escaped(rewritten.get(key)) for key in ("by", "rewritten", "unchanged", "kept", "training")}
        yield f"- {say('card.rewritten', **counts)}"
    if manifest.get("prompt_sha256"):
        yield f"- {say('card.prompt', sha256=escaped(manifest['prompt_sha256']))}"
    yield ""


def _gaps(found: Audit) -> Iterator[str]:
    missing = [f for f in found.findings if f.severity == "not examined"]
    if missing:
        yield from (f"## {say('card.gaps')}", "")
        yield from (f"- {f.check} {escaped(say(f'audit.{f.check}'))}: {escaped(f.reason)}" for f in missing)
        yield ""
