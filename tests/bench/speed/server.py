"""A Chat Completions server on 127.0.0.1 that answers after a fixed time and does as little else as it can."""

from __future__ import annotations

import asyncio
import json
import sys

ANSWER = '{"rationale": "说到快递", "labels": ["物流"]}'


def main(latency_s: float) -> None:
    """Print the port, then answer until the process is ended."""
    asyncio.run(_serve(latency_s))


async def _serve(latency_s: float) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await _answer(reader, writer, latency_s):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, latency_s: float) -> bool:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    await reader.readexactly(length)
    post = head.startswith(b"POST")
    if post:
        await asyncio.sleep(latency_s)
        _answered.append(1)
    body = _COMPLETION if post else b'{"object": "list", "data": [{"id": "m"}], "answered": %d}' % len(_answered)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()
    return b"connection: close" not in head.lower()


_answered: list[int] = []  # one for each completion
_COMPLETION = json.dumps(
    {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": ANSWER}}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 7, "total_tokens": 107},
    }
).encode()

if __name__ == "__main__":
    main(float(sys.argv[1]))
