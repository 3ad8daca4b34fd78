"""Step 4 on the command line, done by a provider: have a model tuned there, and take it into the comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, plain, print_json, print_table, shell_word, typed
from labkit.cli.spending import MaxCost, PersonalData, with_consent
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.hosted import HostedTuning

hosted = typer.Typer(help="Models that a provider tunes for the scene.")
app.add_typer(hosted, name="hosted")
Name = Annotated[str, typer.Argument(metavar="NAME", help="A hosted tuning; `hosted list` lists them.")]


@hosted.command("start")
def start(
    directory: SceneDir,
    model: Annotated[str, typer.Option(metavar="MODEL", help="The provider's model to tune, as PROVIDER/NAME.")],
    dataset: Annotated[str, typer.Option(metavar="NAME", help="A dataset of the scene, from `select`.")],
    prompt: Annotated[str | None, typer.Option(metavar="NAME", help="By default the dataset's own.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The tuning's name.")] = None,
    epochs: Annotated[int, typer.Option(metavar="N", help="Times each row is learnt.")] = 3,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="Only write the file; it is uploaded in the provider's console.")
    ] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Return once the provider has the job.")] = False,
    json_: JsonFlag = False,
) -> None:
    """Have a provider tune a model on a dataset; again, it goes on and pays nothing twice."""
    from labkit.hosted import prepare_hosted, tune_hosted
    from labkit.workspace import open_scene
    from labkit.workspace.hosted_tunings import rows_file

    scene = open_scene(directory)
    what: dict[str, Any] = {"prompt": prompt, "name": name, "epochs": epochs}

    def ask(answer: str | None) -> HostedTuning:
        if by_hand:
            return prepare_hosted(scene, dataset, model, personal_data=answer, **what)
        what.update(max_cost=max_cost, wait=not detach, progress=_tell)
        return tune_hosted(scene, dataset, model, personal_data=answer, **what)

    try:
        found = with_consent(ask, personal_data, json_)
    except KeyboardInterrupt:
        note(say("hosted.left", command=typed("hosted list", directory)))
        raise typer.Exit(130) from None
    if by_hand:
        _tell(found)
        rows, then = rows_file(scene, found.name), _record(directory, found, "--job ID --model ID")
        note(plain(say("hosted.by_hand", path=rows, command=then)))
    _show(directory, found, json_)


@hosted.command("list")
def list_(directory: SceneDir, json_: JsonFlag = False) -> None:
    """List what providers tuned for the scene, as it was last heard of."""
    from labkit.hosted import hosted_tunings
    from labkit.workspace import open_scene

    found = hosted_tunings(open_scene(directory))
    if json_:
        print_json([tuning.to_json() for tuning in found])
    else:
        print_table(_head(), [_cells(tuning) for tuning in found])


@hosted.command("look")
def look(
    directory: SceneDir,
    name: Name,
    cancel: Annotated[bool, typer.Option("--cancel", help="Ask the provider to end it.")] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Judge the tuned model against its base; exit 1 unless PASS.")
    ] = False,
    base_prompt: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --compare: what the base is asked with.")
    ] = None,
    split: Annotated[str, typer.Option(help="With --compare: dev, or test with --reason.")] = "dev",
    margin: Annotated[
        float | None, typer.Option(help="With --compare: how far a label may fall, such as 0.03; set it beforehand.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="With --compare: why test rows are read.")] = None,
    max_cost: MaxCost = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """Ask the provider how a tuning stands, or judge what it changed."""
    from labkit.cli.tuned import judge
    from labkit.hosted import cancel_hosted, look_at_hosted
    from labkit.workspace import open_scene

    scene = open_scene(directory)
    found = (cancel_hosted if cancel else look_at_hosted)(scene, name)
    if not compare:
        _show(directory, found, json_)
        return
    wishes: dict[str, Any] = {"base_prompt": base_prompt, "margin": margin, "reason": reason, "max_cost": max_cost}
    with_consent(lambda answer: judge(scene, found, split, json_, personal_data=answer, **wishes), personal_data, json_)


@hosted.command("record")
def record(
    directory: SceneDir,
    name: Name,
    job: Annotated[str, typer.Option(metavar="ID", help="The provider's name of the job.")] = "",
    model: Annotated[str, typer.Option(metavar="ID", help="The name under which the tuned model answers.")] = "",
    json_: JsonFlag = False,
) -> None:
    """Record what was done in the provider's console: the job that was begun, the model that came of it."""
    from labkit.hosted import record_hosted
    from labkit.workspace import open_scene

    _show(directory, record_hosted(open_scene(directory), name, job=job, tuned=model), json_)


def _tell(tuning: HostedTuning) -> None:
    """Say before anything is sent what it will cost, and then how it stands."""
    if tuning.job:
        note(plain(say("hosted.state", name=tuning.name, job=tuning.job, state=tuning.state)))
        return
    counted: dict[str, Any] = {"rows": tuning.rows, "epochs": tuning.epochs, "tokens": f"{tuning.expected_tokens:,}"}
    note(plain(say("hosted.expected", model=tuning.model, money=_money(tuning.expected_cost, tuning), **counted)))
    if tuning.hosting_hour is not None:
        note(plain(say("hosted.hosting", money=_money(tuning.hosting_hour, tuning))))


def _show(directory: str, tuning: HostedTuning, json_: bool) -> None:
    if json_:
        print_json(tuning.to_json())
    else:
        print_table(_head(), [_cells(tuning)])
        _say_what_next(directory, tuning)
    if tuning.state == "failed":
        raise typer.Exit(1)


def _say_what_next(directory: str, tuning: HostedTuning) -> None:
    if tuning.problem:
        note(plain(tuning.problem))
    if tuning.waits_for:
        note(plain(say("hosted.deploy", model=tuning.waits_for, command=_record(directory, tuning, "--model ID"))))
    if tuning.tuned:
        words = ("--prompt", shell_word(tuning.prompt), "--model", shell_word(tuning.tuned))
        note(plain(say("hosted.next", command=typed("evaluate", directory, *words))))


def _record(directory: str, tuning: HostedTuning, options: str) -> str:
    return typed("hosted record", directory, shell_word(tuning.name), options)


def _money(amount: float | None, tuning: HostedTuning) -> str:
    return say("hosted.unknown") if amount is None else f"{amount:.4g} {tuning.currency}"


def _head() -> tuple[str, ...]:
    return tuple(say(f"hosted.{key}") for key in ("name", "model", "job", "standing", "tuned", "cost"))


def _cells(tuning: HostedTuning) -> tuple[str, ...]:
    cost = tuning.expected_cost if tuning.cost is None else tuning.cost
    shown = (tuning.name, tuning.model, tuning.job, tuning.state, tuning.tuned, _money(cost, tuning))
    return tuple(map(plain, shown))
