"""What a wrong address is answered: a line that says where the pages begin, and no traceback in the log."""

from __future__ import annotations

from typing import Any

from tornado.web import HTTPError, RequestHandler
from voila.static_file_handler import TemplateStaticFileHandler  # type: ignore[import-untyped]
from voila.tornado.handler import TornadoVoilaHandler  # type: ignore[import-untyped]

from labkit.texts import say

WRONG_ADDRESS = (400, 404)  # 400: bytes in it that are no text


class ToldInALine(RequestHandler):
    """A handler that tells a wrong address in a line: Voila's own page of errors breaks on some of them."""

    def write_error(self, status_code: int, **details: Any) -> None:
        """Say what is wrong; what is not the address's fault is told as before."""
        if status_code not in WRONG_ADDRESS:
            return super().write_error(status_code, **details)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(say("dash.wrong_address", status=status_code, first=self.settings.get("base_url", "/")))


class Page(ToldInALine, TornadoVoilaHandler):  # type: ignore[misc]
    """A page of the dashboards."""


class TemplateFiles(ToldInALine, TemplateStaticFileHandler):  # type: ignore[misc]
    """The files of Voila's templates; Voila itself takes for granted that an address has three parts."""

    def parse_url_path(self, path: str) -> str:
        """The path within a template; an address that names none is not found."""
        try:
            return str(super().parse_url_path(path))
        except (ValueError, AssertionError) as error:
            raise HTTPError(404) from error

    @classmethod
    def get_absolute_path(cls, root: str, path: str) -> str:
        """Where the file lies; not found where the path leads out of its template."""
        try:
            return str(super().get_absolute_path(root, path))
        except (ValueError, AssertionError) as error:
            raise HTTPError(404) from error


INSTEAD: dict[type, type] = {TornadoVoilaHandler: Page, TemplateStaticFileHandler: TemplateFiles}
