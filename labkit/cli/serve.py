"""Step 4 on the command line: the current release over HTTP."""

from __future__ import annotations

import os
from secrets import token_urlsafe
from typing import Annotated, Literal

import typer

from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, print_json
from labkit.texts import say

TOKEN = "LABKIT_SERVE_TOKEN"  # noqa: S105  (the name of a variable)


@app.command()
def serve(
    directory: SceneDir,
    release: Annotated[str, typer.Option(metavar="current|ID", help="current follows releases and rollbacks.")] = (
        "current"
    ),
    port: Annotated[int | None, typer.Option(help="On 127.0.0.1; by default the first free one from 8100.")] = None,
    queue: Annotated[int, typer.Option(min=1, help="How many requests may wait; one more gets 429.")] = 64,
    parity_rows: Annotated[
        int | None, typer.Option(min=1, help="Rows of the gate asked again first: all of them, of an API 10.")
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A further name in the Host header, such as a proxy's.")
    ] = None,
    traffic: Annotated[
        Literal["masked", "plain", "off"],
        typer.Option(help="Keep what is classified: personal data masked, as it is, or not."),
    ] = "masked",
    keep_days: Annotated[int, typer.Option(min=1, help="Traffic older than that is deleted.")] = 30,
    keep_mb: Annotated[int, typer.Option(min=1, help="So many megabytes of traffic at most.")] = 200,
    stop_within: Annotated[
        int, typer.Option(min=1, metavar="SECONDS", help="How long a stop waits for answers; then they get 503.")
    ] = 30,
    json_: JsonFlag = False,
) -> None:
    """Serve a release on this machine: /v1/classify, /v1/chat/completions, /health, /metrics.

    What /v1/classify is asked and answers is kept for `traffic`. The token is made anew each time;
    LABKIT_SERVE_TOKEN sets one.
    """
    from labkit.releases import Release
    from labkit.serving import Serving
    from labkit.serving import serve as answer
    from labkit.traffic import Keeping
    from labkit.traffic.keeping import WEEK
    from labkit.workspace import open_scene

    serving = Serving(
        release=release,
        port=port,
        token=os.environ.get(TOKEN) or token_urlsafe(24),
        queue=queue,
        parity_rows=parity_rows,
        allowed_hosts=tuple(allow_host or ()),
        traffic=None if traffic == "off" else Keeping(traffic == "masked", keep_days, keep_mb),
        stop_within_s=stop_within,
    )
    scene = open_scene(directory)
    if serving.traffic and not serving.traffic.holds_a_week:
        note(say("serve.short", days=keep_days, least=WEEK))
    note(say("serve.starting"))

    def tell(found: Release, address: str) -> None:
        said = {"release": found.id, "address": address, "token": serving.token}
        if json_:
            print_json(said)
        else:
            note(say("serve.up", **said))

    answer(scene, serving, tell)
