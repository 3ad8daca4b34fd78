"""Requests longer than any row are refused before anything reads them."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1_000_000
MOST_DROPPED = 64_000_000  # bytes read and dropped before it is said: whoever is still sending hears nothing


class BodyLimit:
    """ASGI middleware that answers 413 once a body grows beyond a megabyte, whatever its headers say of its length.

    Args:
        app: what reads the body.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body read, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        parts: list[bytes] = []
        size, more = 0, True
        while more and size <= MOST_DROPPED:
            message = await receive()
            part, more = message.get("body", b""), message.get("more_body", False)
            size += len(part)
            if size <= MOST_BYTES:
                parts.append(part)
        if size > MOST_BYTES:
            error = {"message": f"A request may hold {MOST_BYTES:,} bytes at most", "type": "http_413", "code": None}
            await JSONResponse({"error": error}, 413, {"Connection": "close"})(scope, receive, send)
            return
        body = b"".join(parts)
        read: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return read.pop() if read else await receive()

        await self._app(scope, replay, send)
