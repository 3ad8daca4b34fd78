"""Voila as labkit runs it: read-only, on loopback, behind a token, with a limit on kernels.

`python -m labkit dash` starts `python -m labkit.voila.server NOTEBOOK --port=N` in a scrubbed environment, with the
token in JUPYTER_TOKEN. Why not Voila's own command: it reads the user's own settings, which could open doors, and it
has no limit on kernels, of which each viewer starts one (about 130 MB).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from tornado.web import HTTPError
from traitlets.config import Config
from voila.app import Voila  # type: ignore[import-untyped]

from labkit.texts import language, say

HERE = Path(__file__).parent
MAX_KERNELS = 16  # viewers at a time


class DashboardServer(Voila):  # type: ignore[misc]
    """Voila with the settings in voila.json beside this file, and nothing from the user's own Jupyter configuration."""

    def _config_file_paths_default(self) -> list[str]:
        return [str(HERE)]

    def initialize(self, argv: list[str] | None = None) -> None:
        """Read the settings, then add the hook, which JSON cannot say."""
        super().initialize(argv)
        self.voila_configuration.prelaunch_hook = refuse_when_full


def refuse_when_full(handler: Any, notebook: Any, cwd: str) -> None:
    """Voila's hook before a kernel starts: 503 when `MAX_KERNELS` viewers are there already."""
    if len(handler.kernel_manager.list_kernel_ids()) >= MAX_KERNELS:
        raise HTTPError(503, "too many viewers; try again in a few minutes")


def main(arguments: list[str]) -> None:
    """Serve one notebook.

    Args:
        arguments: the notebook's path, then options of Voila such as `--port=8866`.
    """
    config = Config()
    # Taken out of the environment, which every viewer's kernel inherits. Without a token nothing is served.
    config.Voila.token = os.environ.pop("JUPYTER_TOKEN")
    config.Voila.open_browser = False
    config.HTMLExporter.language_code = language()
    config.VoilaConfiguration.resources = {"labkit_gone": say("quality.gone"), "metadata": {"name": "labkit"}}
    DashboardServer.launch_instance(arguments, config=config)


if __name__ == "__main__":
    main(sys.argv[1:])
