"""Step 3 on the command line: what a person must decide, and deciding it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import (
    JsonFlag,
    SceneDir,
    plain,
    print_json,
    print_lines,
    print_table,
    shell_word,
    typed,
)
from labkit.errors import BadInput, UnknownName
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.adjudication.item import Item
    from labkit.adjudication.ruling import Action, Ruling
    from labkit.adjudications import Adjudication

_POST = 40  # characters of a post
Annotator = Annotated[
    str | None,
    typer.Option("--annotator", metavar="NAME", help="Whose decisions; the user of this machine by default."),
]
Overlap = Annotated[
    float,
    typer.Option(min=0, max=1, help="Share of the items that two people must decide alike; give everybody the same."),
]
Spot = Annotated[
    int, typer.Option(min=0, metavar="ROWS", help="Rows drawn at random, to tell how many errors are left.")
]
OfDataset = Annotated[str | None, typer.Option(metavar="NAME", help="One of the scene's datasets instead of its pool.")]


@app.command()
def adjudicate(
    directory: SceneDir,
    kind: Annotated[str | None, typer.Option(help="Items of one kind, such as conflict.")] = None,
    annotator: Annotator = None,
    overlap: Overlap = 0.0,
    spot: Spot = 0,
    dataset: OfDataset = None,
    top: Annotated[int, typer.Option(min=1, help="How many items to print.")] = 20,
    item: Annotated[
        str | None, typer.Option(metavar="ITEM", help="One item with its whole posts, personal data masked.")
    ] = None,
    json_: JsonFlag = False,
) -> None:
    """List what a person must decide before rows are trained on, the most urgent first; test rows never enter."""
    from labkit.adjudication.item import KINDS

    wanted = next((known for known in KINDS if known == kind), None)
    if kind is not None and wanted is None:
        raise UnknownName("kind of item", kind, KINDS)
    work = _gather(directory, annotator, overlap, _every_spot(item) or spot, dataset)
    items, noise = work.items(wanted), work.residual_noise()
    if item is not None:
        items = tuple(one for one in items if one.id == item)
        if not items:
            raise UnknownName("item", item[:40], [one.id for one in work.items(wanted)])
    if json_:
        standing = work.standings()
        listed = [_as_json(work, one, work.state(one.id, standing)) for one in items]
        residual = {**asdict(noise), "clean": noise.clean}
        about = {"not_examined": dict(work.queue.not_examined), "following": dict(work.queue.following)}
        print_json({"items": listed, "counts": work.counts(), **about, "residual_noise": residual})
        return
    same = _options(annotator, overlap, dataset)
    if item is not None:
        _print_whole(work, items[0], same)
    else:
        _print(work, items[:top], same)


@app.command()
def decide(
    directory: SceneDir,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="An item's id, or “undo” for the last decision.")],
    action: Annotated[str | None, typer.Argument(metavar="[ACTION]", help="keep, relabel, drop or skip.")] = None,
    labels: Annotated[list[str] | None, typer.Argument(metavar="[LABEL]...", help="The right labels.")] = None,
    none: Annotated[bool, typer.Option("--none", help="The rows carry no label.")] = False,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; needed to settle a disagreement.")] = "",
    annotator: Annotator = None,
    overlap: Overlap = 0.0,
    dataset: OfDataset = None,
    json_: JsonFlag = False,
) -> None:
    """Decide an item of the queue; `undo` in its place takes the annotator's last decision back."""
    from labkit.adjudications import undo_last
    from labkit.workspace import open_scene

    if item == "undo":
        ruling, state = undo_last(open_scene(directory), annotator)
    else:
        work = _gather(directory, annotator, overlap, _every_spot(item), dataset)
        ruling = work.decide(item, _checked(action, labels, none), labels or (), reason)
        state = work.state(ruling.item, work.standings())
    if json_:
        print_json({**asdict(ruling), "state": state})
        return
    typer.echo(plain(_in_words(ruling)))
    if state == "waiting":
        typer.echo(say("adjudication.pending"))


def _gather(directory: str, annotator: str | None, overlap: float, spot: int, dataset: str | None) -> Adjudication:
    from labkit.adjudications import adjudicate as gather
    from labkit.workspace import open_scene

    return gather(open_scene(directory), annotator=annotator, overlap=overlap, spot=spot, dataset=dataset)


def _every_spot(item: str | None) -> int:
    """How many rows to draw for the random check to find an item of it: whichever a list drew, it is among them all."""
    return sys.maxsize if item is not None and item.startswith("spot-") else 0


def _options(annotator: str | None, overlap: float, dataset: str | None) -> tuple[str, ...]:
    """The options that a command about the same queue repeats."""
    given = {"--annotator": annotator, "--overlap": str(overlap) if overlap else None, "--dataset": dataset}
    return tuple(word for option, value in given.items() if value is not None for word in (option, shell_word(value)))


def _checked(action: str | None, labels: list[str] | None, none: bool) -> Action:
    """The action, with labels where it takes some and only there."""
    from labkit.adjudication.ruling import ACTIONS

    known = next((one for one in ACTIONS[:-1] if one == action), None)
    if action is None or known is None:
        raise UnknownName("action", action or "", ACTIONS[:-1])
    if (action == "relabel") != (bool(labels) or none) or (labels and none):
        raise BadInput.told("error.cli.labels_with", action=action[:20])
    return known


def _in_words(ruling: Ruling) -> str:
    labels = ", ".join(ruling.labels) or say("gold.none")
    what = say("adjudication.action.relabel", labels=labels)
    what = what if ruling.action == "relabel" else say(f"adjudication.action.{ruling.action}")
    return say("adjudication.decided", item=ruling.item, rows=", ".join(ruling.rows), what=what)


def _print(work: Adjudication, items: tuple[Item, ...], same: tuple[str, ...]) -> None:
    standing = work.standings()
    for kind, found in work.counts().items():
        name = say(f"adjudication.kind.{kind}")
        typer.echo(
            say("adjudication.counts", kind=name, open=found["open"] + found["skipped"], decided=found["decided"])
        )
        if found["waiting"]:
            typer.echo(say("adjudication.waiting", kind=name, waiting=found["waiting"]))
    for kind, reason in work.queue.not_examined.items():
        typer.echo(plain(say("adjudication.not_examined", kind=say(f"adjudication.kind.{kind}"), reason=reason)))
    for kind, count in work.queue.following.items():
        typer.echo(say("adjudication.following", kind=say(f"adjudication.kind.{kind}"), count=count))
    _print_noise(work)
    if not items:
        typer.echo(say("adjudication.empty"))
        return
    head = [say(f"adjudication.head.{key}") for key in ("item", "kind", "state", "labels", "post")]
    print_table(head, [_cells(work, item, work.state(item.id, standing)) for item in items])
    read = typed("adjudicate", work.scene.path, "--item", shell_word(items[0].id), *same)
    typer.echo(plain(say("adjudication.read", command=read)))
    typer.echo(say("adjudication.next", command=typed("decide", work.scene.path, shell_word(items[0].id), *same)))


def _print_whole(work: Adjudication, item: Item, same: tuple[str, ...]) -> None:
    head = [say(f"adjudication.head.{key}") for key in ("item", "kind", "state", "labels")]
    print_table(head, [_cells(work, item, work.state(item.id, work.standings()))[:-1]])
    rows, reasons = _masked(work, item)
    for row, posts in rows.items():
        print_lines(f"{row}:")
        for number, post in enumerate(posts, 1):
            told = [say("adjudication.post", number=number)] if len(posts) > 1 else []
            print_lines("\n".join(f"  {line}" for line in (*told, *post.splitlines())))
    print_lines("\n".join(reasons))
    typer.echo(say("adjudication.next", command=typed("decide", work.scene.path, shell_word(item.id), *same)))


def _as_json(work: Adjudication, item: Item, state: str) -> dict[str, Any]:
    posts, reasons = _masked(work, item)
    return {**asdict(item), "reasons": reasons, "posts": posts, "state": state}


def _masked(work: Adjudication, item: Item) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The whole posts of each row that is there still, and the reasons; terminals are logged and shared.

    Personal data is masked in all of them together, so that one number has one placeholder wherever it stands.
    """
    from labkit.privacy import mask_texts

    posts = work.posts(item)
    texts = [text for part in (*posts.values(), item.reasons) for text in part]
    masked = iter(mask_texts(texts, work.scene.task.language))
    return {row: tuple(islice(masked, len(part))) for row, part in posts.items()}, tuple(masked)


def _print_noise(work: Adjudication) -> None:
    noise = work.residual_noise()
    if noise.share is not None:
        values = {key: f"{getattr(noise.share, name):.1%}" for key, name in _INTERVAL}
        typer.echo(say("adjudication.residual", wrong=noise.wrong, judged=noise.judged, **values))


_INTERVAL = (("share", "value"), ("low", "low"), ("high", "high"))


def _cells(work: Adjudication, item: Item, state: str) -> tuple[Any, ...]:
    from labkit.privacy import mask_texts

    (masked,) = mask_texts((work.text(item),), work.scene.task.language)  # terminals are logged and shared
    post = " ".join(masked.split())[:_POST]
    kind = say(f"adjudication.kind.{item.kind}")
    return item.id, kind, say(f"adjudication.state.{state}"), ", ".join(item.labels) or "–", plain(post)
