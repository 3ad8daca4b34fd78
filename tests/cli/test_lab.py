from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from labkit.cli.lab import DASH_PORT, dash_command, lab_command
from labkit.cli.servers import ServerCommand, start, start_where_free
from labkit.errors import BadInput, LabkitError, UnknownName
from labkit.evaluation import evaluate
from labkit.serving.ports import free_port
from labkit.workspace import Scene


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "labkit", *arguments], capture_output=True, text=True)


def test_lab_listens_on_loopback_and_asks_no_other_host(tmp_path: Path):
    command = lab_command(str(tmp_path), None)
    assert "--ip=127.0.0.1" in command.arguments
    assert f"--port={command.port}" in command.arguments
    assert "--LabApp.news_url=None" in command.arguments
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in command.arguments


def test_lab_leaves_out_what_asks_each_new_user_about_news(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/of/the/user")
    environment = lab_command(str(tmp_path), None).environment
    first, ours = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert first == "/of/the/user"
    program = "from jupyterlab_server.config import get_static_page_config as get; print(get()['disabledExtensions'])"
    found = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "{'@jupyterlab/apputils-extension:announcements': True}", ours


@pytest.mark.parametrize(("uid", "allowed"), [(0, True), (1000, False)])
def test_only_root_needs_leave_to_run_as_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, uid: int, allowed: bool):
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    assert ("--allow-root" in lab_command(str(tmp_path), None).arguments) == allowed


def test_token_is_new_each_time_and_never_an_argument(tmp_path: Path):
    first, second = lab_command(str(tmp_path), None), lab_command(str(tmp_path), None)
    assert first.token != second.token
    assert len(first.token) >= 32
    assert not any(first.token in argument for argument in first.arguments)
    assert first.token not in repr(first)
    assert first.token in first.address


def test_lab_shares_the_workspace_of_the_command_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("LABKIT_WORKSPACE")
    monkeypatch.chdir(tmp_path)
    assert lab_command(str(tmp_path), None).environment["LABKIT_WORKSPACE"] == str(tmp_path / "workspace")


def test_dash_environment_is_an_allow_list(monkeypatch: pytest.MonkeyPatch, scene: Scene):
    for name in (
        "DASHSCOPE_API_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "HF_TOKEN",
        "DATABASE_URL",
        "JUPYTER_TOKEN",
    ):
        monkeypatch.setenv(name, "sk-CANARY")
    environment = dash_command(str(scene.path), None).environment
    assert "sk-CANARY" not in environment.values()
    assert environment["LABKIT_DASH_SCENE"] == str(scene.path)
    assert environment["LABKIT_LANG"] == "en"
    assert environment["PATH"] == os.environ["PATH"]


def test_dash_reads_the_store_it_was_told_but_never_with_a_password(monkeypatch: pytest.MonkeyPatch, scene: Scene):
    monkeypatch.setenv("LABKIT_STORE", "shared/runs.db")
    assert dash_command(str(scene.path), None).environment["LABKIT_STORE"] == str(Path("shared/runs.db").resolve())
    monkeypatch.setenv("LABKIT_STORE", "postgresql://ann:sk-CANARY@db/runs")
    with pytest.raises(BadInput, match="holds a password") as refused:
        dash_command(str(scene.path), None)
    assert "CANARY" not in str(refused.value)


def test_dashboard_notebook_and_template_are_where_the_command_says(scene: Scene):
    command = dash_command(str(scene.path), None)
    pages = {path.name for path in Path(command.arguments[2]).iterdir()}
    assert pages == {f"{page}.ipynb" for page in ("week", "quality", "models", "data", "releases")}
    template = Path(command.environment["JUPYTER_PATH"]) / "voila" / "templates" / "labkit"
    assert {path.name for path in template.iterdir()} >= {"conf.json", "index.html.j2"}


def test_voila_settings_keep_the_doors_shut(scene: Scene):
    folder = Path(dash_command(str(scene.path), None).environment["JUPYTER_PATH"]) / "voila"
    settings = json.loads((folder / "voila.json").read_text(encoding="utf-8"))
    assert settings["Voila"]["ip"] == "127.0.0.1"
    assert settings["VoilaConfiguration"]["file_allowlist"] == []
    assert settings["VoilaConfiguration"]["allow_template_override"] == "NO"
    assert settings["VoilaConfiguration"]["show_tracebacks"] is False
    assert settings["Voila"]["tornado_settings"]["allow_remote_access"] is False
    assert settings["MappingKernelManager"]["cull_idle_timeout"] > 0
    policy = settings["Voila"]["tornado_settings"]["headers"]["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src-attr 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_a_taken_port_is_named(scene: Scene):
    with taken_port() as port, pytest.raises(BadInput, match=f"Port {port} is taken"):
        dash_command(str(scene.path), port)


def test_dash_uses_voilas_own_port_when_it_is_free(scene: Scene):
    command = dash_command(str(scene.path), None)
    assert DASH_PORT <= command.port < DASH_PORT + 20


@pytest.mark.parametrize("path", ["", "services", "/services", "services/", "/a b/", "//", "/../x?/"])
def test_a_path_to_begin_at_has_slashes_at_both_ends(scene: Scene, path: str):
    assert dash_command(str(scene.path), None, base_url="/services/labkit/").path.startswith("services/labkit/voila")
    with pytest.raises(BadInput, match="slash at both ends"):
        dash_command(str(scene.path), None, base_url=path)


def test_unknown_scene_and_folder_are_named(tmp_path: Path):
    with pytest.raises(UnknownName, match="weibo_service"):
        dash_command("weibo_servise", None)
    with pytest.raises(BadInput, match="no folder"):
        lab_command(str(tmp_path / "nowhere"), None)


def test_a_server_that_ends_at_once_is_an_error_of_one_line():
    command = ServerCommand(("-c", "raise SystemExit(3)"), dict(os.environ), free_port(None, 20_000))
    with pytest.raises(LabkitError, match="did not start"):
        start(command)


QUICKER = "import http.server as s; s.HTTPServer(('127.0.0.1', {port}), s.BaseHTTPRequestHandler).serve_forever()"


def test_a_server_whose_port_another_took_meanwhile_starts_on_the_next_and_names_that():
    tried: list[int] = []

    def command_now() -> ServerCommand:
        port = free_port(None, 20_100) if tried else lost
        tried.append(port)
        return ServerCommand(("-c", QUICKER.format(port=port)), dict(os.environ), port)

    with taken_port() as lost:
        command, running = start_where_free(command_now)
        try:
            assert tried == [lost, command.port]
            assert psutil.Process(running.pid).net_connections()[0].laddr.port == command.port
        finally:
            running.terminate()
            running.wait(30)


def test_two_dashboards_that_start_at_once_show_each_its_own(scene: Scene):
    command = [sys.executable, "-m", "labkit", "dash", str(scene.path), "--json"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(2)]
    try:
        addresses = [json.loads(one.stdout.readline())["address"] for one in both if one.stdout]
        assert len({urlsplit(address).netloc for address in addresses}) == 2
        for address in addresses:
            static = address.replace("render/week.ipynb", "static/voila.js")
            with urllib.request.urlopen(static) as told:
                assert told.url == static, "not led to a login page"
    finally:
        for one in both:
            one.send_signal(signal.SIGTERM)
            one.wait(120)


def test_lab_opens_behind_its_token_and_ends_with_its_command(tmp_path: Path):
    command = [sys.executable, "-m", "labkit", "lab", str(tmp_path), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["address"]
        with urllib.request.urlopen(address) as page:
            assert b"JupyterLab" in page.read()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(address.split("/lab")[0] + "/api/contents")
        servers = psutil.Process(process.pid).children()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert servers
    assert not any(server.is_running() for server in servers)


def test_report_is_written_and_named(scene: Scene, tmp_path: Path):
    evaluate(scene, "v2", "definition-reader")
    target = tmp_path / "out" / "report.html"
    done = run("report", str(scene.path), "--output", str(target), "--json")
    assert json.loads(done.stdout) == {"report": str(target), "bytes": target.stat().st_size}
    assert "v2 · definition-reader" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [("nowhere", "--output", "x.html"), (".", "--output", "x.html")])
def test_report_of_no_scene_writes_nothing(arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    done = run("report", *arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_report_into_a_folder_is_refused(scene: Scene, tmp_path: Path):
    done = run("report", str(scene.path), "--output", str(tmp_path))
    assert done.returncode == 2
    assert "is a folder" in done.stderr


def test_without_a_server_it_only_says_where_the_lessons_are(tmp_path: Path):
    printed = run("lab", "--no-server", "--json")
    assert (Path(json.loads(printed.stdout)["notebooks"]) / "00_tour.ipynb").is_file()


def test_a_scene_opens_whole_with_its_first_notebook(scene: Scene):
    command = lab_command(str(scene.path), None)
    assert command.path == "lab/tree/notebooks/01_prompt.ipynb"
    assert str(scene.path.resolve()) in command.arguments
    shutil.rmtree(scene.path / "notebooks")
    assert lab_command(str(scene.path), None).path == "lab"  # a scene of an older labkit has none


def test_a_folder_that_is_not_there_is_named():
    with pytest.raises(BadInput, match="no folder nowhere"):
        lab_command("nowhere", None)
