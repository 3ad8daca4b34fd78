"""Models on the command line: which there are, and what one request shows of one of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, print_json, print_lines, print_table, working_on
from labkit.cli.spending import PersonalData, with_consent
from labkit.errors import BadInput
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.evaluation import Preflight
    from labkit.workspace import Scene


@app.command()
def models(
    directory: Annotated[str | None, typer.Argument(metavar="[DIR]", help="A scene whose models.toml counts.")] = None,
    check: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Ask this model about one row, and say what would fail.")
    ] = None,
    prompt: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --check: the prompt; the newest if not given.")
    ] = None,
    personal_data: PersonalData = None,
    json_: JsonFlag = False,
) -> None:
    """List the models that can be asked and what each needs, or try one with a single request."""
    from labkit.workspace import open_scene

    scene = open_scene(directory) if directory else None
    if check is None:
        if prompt is not None:
            raise BadInput.told("error.cli.prompt_without_check")
        _list_models(scene, json_)
        return
    if scene is None:
        raise BadInput.told("error.cli.check_scene", model=check)
    _try_model(scene, check, prompt or _newest_prompt(scene), personal_data, json_)


def _list_models(scene: Scene | None, json_: bool) -> None:
    from labkit.models import known_models

    found = known_models(scene)
    if json_:
        print_json([{"name": model.name, "needs": model.needs, "ready": model.ready} for model in found])
        return
    ready = {True: say("models.ready"), False: say("models.not_ready"), None: ""}
    head = (say("head.model"), say("head.needs"), "")
    print_table(head, [(model.name, model.needs, ready[model.ready]) for model in found])


def _newest_prompt(scene: Scene) -> str:
    names = scene.prompt_names()
    if not names:
        raise BadInput.told("error.cli.no_prompt", scene=scene.path)
    return names[-1]


def _try_model(scene: Scene, model: str, prompt: str, personal_data: str | None, json_: bool) -> None:
    """Print what one request shows; exit 1 when other rows would fail."""
    from labkit.evaluation import preflight

    def ask(answer: str | None) -> Preflight:
        with working_on(say("preflight.asking", model=model)):
            return preflight(scene, prompt, model, personal_data=answer)

    found = with_consent(ask, personal_data, json_)
    _print_found(found, json_)
    if not found.ok:
        raise typer.Exit(1)


def _print_found(found: Preflight, json_: bool) -> None:
    if json_:
        print_json({"ok": found.ok, **asdict(found)})
        return
    print_lines(found)
