"""Voila as labkit runs it: read-only, on loopback, behind a token, with warm kernels and a limit on them.

`python -m labkit dash` starts `python -m labkit.voila.server FOLDER --port=N` in a scrubbed environment, with the token
in JUPYTER_TOKEN. Why not Voila's own command: it reads the user's own settings, which could open doors, and it has no
limit on kernels, of which each viewer starts one.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.ioloop import IOLoop
from tornado.web import authenticated
from traitlets.config import Config
from voila.app import Voila  # type: ignore[import-untyped]

from labkit.texts import language, say
from labkit.voila.viewers import VIEWERS_VARIABLE, ViewerTokens, WithoutTokens
from labkit.voila.warm_kernels import WarmKernels
from labkit.voila.wrong_addresses import INSTEAD

HERE = Path(__file__).parent
PAGES = ("week", "quality", "models", "data", "releases")  # the first is the index
HOSTS_VARIABLE = "LABKIT_DASH_HOSTS"  # further names that a Host header may say, apart by commas


class DashboardServer(Voila):  # type: ignore[misc]
    """Voila with the settings in voila.json beside this file, and nothing from the user's own Jupyter configuration."""

    def _config_file_paths_default(self) -> list[str]:
        return [str(HERE)]

    def init_settings(self) -> dict[str, Any]:
        """Voila's settings and the hosts that were named; kernels begin to warm up as soon as the server runs."""
        settings: dict[str, Any] = super().init_settings()
        for log in (*map(logging.getLogger, ("tornado.access", "tornado.application", "tornado.general")), self.log):
            log.addFilter(WithoutTokens())
        settings["local_hostnames"] = ["localhost", *_allowed_hosts()]
        IOLoop.current().add_callback(self.kernel_manager.refill)
        return settings

    def init_handlers(self) -> list[Any]:
        """Voila's handlers, with the first page in place of its list of files, and wrong addresses told in a line."""
        kept = [rule for rule in super().init_handlers() if "VoilaTreeHandler" not in rule[1].__name__]
        ours = [(rule[0], INSTEAD.get(rule[1], rule[1]), *rule[2:]) for rule in kept]
        return [*ours, (url_path_join(self.server_url, "/"), FirstPage)]


class FirstPage(JupyterHandler):
    """Leads from the root to the index page."""

    @authenticated
    def get(self) -> None:
        """Redirect; what the address asks for beyond its path goes along."""
        query = f"?{self.request.query}" if self.request.query else ""
        self.redirect(url_path_join(self.base_url, f"voila/render/{PAGES[0]}.ipynb{query}"))

    def write_error(self, status_code: int, **details: Any) -> None:
        """The status alone: Jupyter's own page of errors asks for files that Voila does not serve."""
        self.finish(str(status_code))


def main(arguments: list[str]) -> None:
    """Serve a folder of notebooks.

    Args:
        arguments: the folder, then options of Voila such as `--port=8866`.
    """
    config = Config()
    # Taken out of the environment, which every viewer's kernel inherits. Without a token nothing is served.
    config.Voila.token = os.environ.pop("JUPYTER_TOKEN")
    config.ViewerTokens.known = os.environ.pop(VIEWERS_VARIABLE, "").split()
    config.Voila.identity_provider_class = ViewerTokens
    config.Voila.open_browser = False
    config.HTMLExporter.language_code = language()
    config.VoilaConfiguration.multi_kernel_manager_class = WarmKernels
    config.VoilaConfiguration.resources = {
        "labkit_gone": say("quality.gone"),
        "labkit_pages": [[f"{page}.ipynb", say(f"dash.{page}")] for page in PAGES],
        "labkit_pages_name": say("dash.pages"),
        "labkit_theme": say("dash.theme"),
        "metadata": {"name": "labkit"},
    }
    DashboardServer.launch_instance(arguments, config=config)


def _allowed_hosts() -> list[str]:
    return [name for name in os.environ.pop(HOSTS_VARIABLE, "").split(",") if name]


if __name__ == "__main__":
    main(sys.argv[1:])
