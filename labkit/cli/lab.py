"""Commands that open something to look at: `lab` (JupyterLab), `dash` (Voila) and `report` (one HTML file)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

import labkit
from labkit.cli import app
from labkit.cli.output import JsonFlag, SceneDir, note, print_json, working_on
from labkit.cli.servers import ServerCommand, allow_root, start_where_free, stay
from labkit.errors import BadInput
from labkit.serving.ports import HOST, free_port
from labkit.texts import language, say

PACKAGE = Path(labkit.__file__).resolve().parent
FIRST_NOTEBOOK = "01_prompt.ipynb"  # of a scene
LAB_PORT, DASH_PORT = 8888, 8866  # as Jupyter's and Voila's own
# JupyterLab asks other hosts for news and new versions unless told not to.
QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--Application.log_level=WARN",
)
# All that a dashboard's kernels may see: where programs and the user's files are, which language; no keys.
DASH_ENVIRONMENT = (
    *("PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH"),
    *("LABKIT_LANG", "LABKIT_WORKSPACE"),
    *("SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "COMSPEC", "PATHEXT"),
)
_PATH = re.compile(r"/(?:[\w.~-]+/)*", re.ASCII)  # "/" at both ends, as the server joins it to every address
DashPage = Literal["week", "quality", "models", "data", "releases"]
PortOption = Annotated[int | None, typer.Option("--port", help="Port on this machine; a free one when not given.")]


@app.command()
def lab(
    folder: Annotated[
        str | None, typer.Argument(metavar="[DIR]", help="A scene or any folder; the course when left out.")
    ] = None,
    port: PortOption = None,
    browser: Annotated[bool | None, typer.Option(help="Open a browser; by default only from a terminal.")] = None,
    server: Annotated[
        bool, typer.Option("--server/--no-server", help="Without one, only say where the notebooks are.")
    ] = True,
    as_json: JsonFlag = False,
) -> None:
    """Open JupyterLab on a scene's notebooks or on the course."""
    if not server:
        where = str(_notebooks_of(folder).resolve())
        print_json({"notebooks": where}) if as_json else typer.echo(where)
        return
    wants_browser = sys.stdout.isatty() if browser is None else browser
    command, running = start_where_free(lambda: lab_command(folder, port, wants_browser))
    _serve(command, running, as_json)


@app.command()
def dash(
    scene: SceneDir = "weibo_service",
    page: Annotated[DashPage, typer.Option(help="Which page to open first.")] = "week",
    port: PortOption = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy on this machine passes viewers on; see docs/dashboards.md.")
    ] = False,
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name the proxy is reached by; may be repeated.")
    ] = None,
    viewers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Names, a line each; each gets a token that stays.")
    ] = None,
    base_url: Annotated[
        str, typer.Option(metavar="PATH", help="Where the pages begin behind the proxy, such as /services/labkit/.")
    ] = "/",
    as_json: JsonFlag = False,
) -> None:
    """Open the dashboards of a scene's recorded runs: read-only, on this machine, behind a token."""
    if behind_proxy != bool(allow_host):
        raise BadInput.told("error.cli.proxy")
    known = _viewers(viewers)
    hosts, tokens = tuple(allow_host or ()), tuple(known.values())
    command, running = start_where_free(
        lambda: dash_command(scene, port, page, hosts=hosts, tokens=tokens, base_url=base_url)
    )
    where = f"https://{allow_host[0]}" if allow_host else f"http://{HOST}:{command.port}"
    for name, token in known.items():
        note(say("dash.viewer", name=name, address=f"{where}{base_url}?token={token}"))
    _serve(command, running, as_json)


@app.command()
def report(
    scene: SceneDir,
    output: Annotated[Path, typer.Option("--output", help="The HTML file to write.")],
    as_json: JsonFlag = False,
) -> None:
    """Write the pages of a scene's dashboards as one HTML file that opens offline: standing, choice, data, errors."""
    from labkit.report import write_report
    from labkit.workspace import open_scene

    if output.is_dir():
        raise BadInput.told("error.cli.report_folder", path=output)
    with working_on(say("report.working")):
        path = write_report(open_scene(scene), output)
    if as_json:
        print_json({"report": str(path), "bytes": path.stat().st_size})
    else:
        typer.echo(say("report.written", path=path))


def lab_command(folder: str | None, port: int | None, browser: bool = False) -> ServerCommand:
    """How JupyterLab is started on a folder; scenes are copied to the workspace of the folder it is started in.

    Raises:
        BadInput: there is no such folder, or the port is taken.
    """
    root, page = _root_and_page(folder)
    number = free_port(port, LAB_PORT)
    environment = {"LABKIT_WORKSPACE": str(Path("workspace").resolve()), **os.environ, **_lab_configuration()}
    listen = ("--ip=127.0.0.1", f"--port={number}", "--ServerApp.port_retries=0")
    opening = () if browser else ("--no-browser",)
    return ServerCommand(
        ("-m", "jupyterlab", str(root.resolve()), *listen, *opening, *QUIET, *allow_root()), environment, number, page
    )


def _lab_configuration() -> dict[str, str]:
    """JupyterLab without the part that asks each new user whether it may ask other hosts for news."""
    of_user = os.environ.get("JUPYTER_CONFIG_PATH")
    return {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, (of_user, str(PACKAGE / "jupyter_config"))))}


def dash_command(
    scene: str,
    port: int | None,
    page: DashPage = "week",
    hosts: tuple[str, ...] = (),
    tokens: tuple[str, ...] = (),
    base_url: str = "/",
) -> ServerCommand:
    """How the dashboards of a scene are started: our settings and template, an environment without keys.

    Args:
        scene: a scene's folder, or the name of a bundled scene.
        port: where to listen; a free port when None.
        page: the page that is opened first.
        hosts: further names that a Host header may say.
        tokens: of viewers, beside the server's own.
        base_url: the path that a proxy leaves in front of every address, with a slash at both ends.

    Raises:
        UnknownName, BadTask, BadData: the scene cannot be opened.
        BadInput: the port is taken, the path is none, or $LABKIT_STORE holds a password.
    """
    if not _PATH.fullmatch(base_url):
        raise BadInput.told("error.cli.base_url", path=base_url)
    from labkit.workspace import open_scene

    path, number = open_scene(scene).path.resolve(), free_port(port, DASH_PORT)
    kept = {name: os.environ[name] for name in DASH_ENVIRONMENT if name in os.environ}
    ours = {"LABKIT_DASH_SCENE": str(path), "LABKIT_LANG": language(), "JUPYTER_PATH": str(PACKAGE)}
    doors = {"LABKIT_DASH_HOSTS": ",".join(hosts), "LABKIT_DASH_VIEWERS": " ".join(tokens)}
    return ServerCommand(
        ("-m", "labkit.voila.server", str(_dashboards()), f"--port={number}", f"--base_url={base_url}"),
        {**kept, **ours, **doors, **_store(), **_book()},
        number,
        f"{base_url[1:]}voila/render/{page}.ipynb",
    )


def _serve(command: ServerCommand, running: subprocess.Popen[bytes], as_json: bool) -> None:
    if as_json:
        print_json({"address": command.address})
    else:
        typer.echo(command.address)
        note(say("serve.stop"))
    sys.stdout.flush()
    raise typer.Exit(stay(running))


def _store() -> dict[str, str]:
    """$LABKIT_STORE for the child, whose kernels run in another folder; refused with a password inside."""
    place = os.environ.get("LABKIT_STORE", "")
    if re.search(r"://[^/@]*:[^/@]*@", place):
        raise BadInput.told("error.cli.store_password")
    if not place:
        return {}
    return {"LABKIT_STORE": place if "://" in place else str(Path(place).resolve())}


def _book() -> dict[str, str]:
    """$LABKIT_EXPERIENCE for the child, whose kernels run in another folder."""
    place = os.environ.get("LABKIT_EXPERIENCE", "")
    return {"LABKIT_EXPERIENCE": str(Path(place).resolve())} if place else {}


def _root_and_page(folder: str | None) -> tuple[Path, str]:
    """Where JupyterLab starts and what it shows first: of a scene the whole folder, with its first notebook."""
    notebooks = _notebooks_of(folder)
    if folder and notebooks != Path(folder):
        return Path(folder), f"lab/tree/{notebooks.name}/{FIRST_NOTEBOOK}"
    return notebooks, "lab"


def _notebooks_of(folder: str | None) -> Path:
    """The notebooks of a scene; any other folder is taken as it is; without one the course."""
    from labkit.workspace.bundled import TASK_FILE, course_folder

    if folder is None:
        return course_folder()
    root = Path(folder)
    if not root.is_dir():
        raise BadInput.told("error.cli.no_folder", folder=root)
    inside = root / "notebooks"
    return inside if (root / TASK_FILE).is_file() and (inside / FIRST_NOTEBOOK).is_file() else root


def _viewers(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    from labkit.voila.viewers import read_viewers

    return read_viewers(file)


def _dashboards() -> Path:
    """The folder of the dashboards' notebooks: in the installed package, or in a clone beside it."""
    installed = PACKAGE / "voila" / "notebooks"
    return installed if installed.is_dir() else PACKAGE.parent / "notebooks" / "dashboards"
