"""The HTTP side: chat completions for any client, classification of bare posts, health and metrics."""

from __future__ import annotations

import asyncio
import queue
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from math import ceil
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from labkit.calibration import confidence
from labkit.errors import BadInput, LabkitError, ModelBusy, ModelError, UnknownName
from labkit.records import Example, RunRow
from labkit.records import Request as Asked
from labkit.serving.body_limit import BodyLimit
from labkit.serving.chat import Chat, Text, completion_of, events_of
from labkit.serving.dispatch import Answered, Dispatcher
from labkit.serving.feedback import UnknownEntry, add_feedback
from labkit.serving.following import ReleaseFollower
from labkit.serving.live_release import LiveRelease
from labkit.serving.metrics import Metrics
from labkit.traffic import FeedbackLog, TrafficEntry, TrafficLog
from labkit.version import __version__

_MOST_POSTS, _NAME_SHOWN = 1000, 80
_UNREADABLE = "There was an error parsing the body"  # FastAPI's words for it
_NO_UTF8 = "The body could not be read: send JSON in UTF-8, nested no deeper than the fields ask for"
RETRY_AFTER_S = 1


class Posts(BaseModel):
    """What is to be classified: the posts of one row, which get one answer together; each row is a request."""

    model_config = ConfigDict(extra="forbid")
    posts: Annotated[list[Text], Field(min_length=1, max_length=_MOST_POSTS)]
    subtask: str | None = None


def build_api(
    dispatcher: Dispatcher,
    follower: ReleaseFollower,
    token: str,
    hosts: list[str],
    traffic: TrafficLog | None,
    feedback: FeedbackLog | None,
) -> FastAPI:
    """The application.

    Args:
        dispatcher: what answers.
        follower: says whether the current release is the one that does.
        token: what a client must bring as `Authorization: Bearer …`.
        hosts: the names in a Host header that are answered.
        traffic: keeps what was classified; None to keep nothing.
        feedback: keeps what users say about answers; None to keep nothing.
    """
    app = FastAPI(title="labkit", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(BodyLimit)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts)
    metrics = Metrics(lambda: dispatcher.waiting, traffic)
    behind_token = APIRouter(dependencies=[Depends(_token_check(token))])
    _add_answers(behind_token, dispatcher, metrics, traffic)
    add_feedback(behind_token, dispatcher, feedback, traffic)
    _add_metrics(behind_token, metrics)
    app.include_router(behind_token)
    _add_health(app, dispatcher, follower, traffic)
    _answer_errors(app)
    return app


def _token_check(token: str) -> Callable[[Request], Awaitable[None]]:
    async def knows_token(request: Request) -> None:
        given = request.headers.get("Authorization", "")
        if not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401, "Send the token: Authorization: Bearer …")

    return knows_token


def _add_answers(router: APIRouter, dispatcher: Dispatcher, metrics: Metrics, traffic: TrafficLog | None) -> None:
    async def answer(way: str, request_for: Callable[[LiveRelease], Asked]) -> Answered:
        began = time.monotonic()
        with metrics.counting(way):
            try:
                found = await asyncio.wrap_future(dispatcher.put(request_for))
            except queue.Full:
                raise _Overloaded from None
            except asyncio.CancelledError:  # the server stops, and could wait no longer
                raise _Stopping from None
        metrics.took(way, time.monotonic() - began)
        return found

    @router.post("/v1/classify")
    async def classify(posts: Posts) -> dict[str, Any]:
        began = time.monotonic()
        example = _example(posts, dispatcher.live)
        await asyncio.to_thread(dispatcher.live.request, example)  # what cannot be rendered does not wait
        found = await answer("classify", lambda live: live.request(example))
        said = {"id": example.id, "posts": len(example.items), **_classified(found, example)}
        said["latency_s"] = round(time.monotonic() - began, 4)
        if traffic:
            traffic.put(_entry(said, example))
        return said

    @router.post("/v1/chat/completions", response_model=None)
    async def chat(body: Chat) -> dict[str, Any] | StreamingResponse:
        if body.n not in (None, 1):
            raise BadInput.told("error.serve.several")
        asked = Asked(secrets.token_hex(6), tuple(message.as_message() for message in body.messages))

        def request_for(live: LiveRelease) -> Asked:
            if body.model not in _names(live):  # asked of the release that answers: another may have taken over
                raise _UnknownModel(body.model, _names(live))
            return asked

        said = completion_of(await answer("chat", request_for))
        if not body.stream:
            return said
        with_usage = body.stream_options is not None and body.stream_options.include_usage
        return StreamingResponse(events_of(said, with_usage=with_usage), media_type="text/event-stream")

    @router.get("/v1/models")
    async def models() -> dict[str, Any]:
        listed = [{"id": name, "object": "model", "owned_by": "labkit"} for name in _names(dispatcher.live)]
        return {"object": "list", "data": listed}


def _names(live: LiveRelease) -> tuple[str, str]:
    """How a client may call what is live."""
    return "current", live.release.id


def _add_metrics(router: APIRouter, metrics: Metrics) -> None:
    @router.get("/metrics")
    async def measured() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _add_health(app: FastAPI, dispatcher: Dispatcher, follower: ReleaseFollower, traffic: TrafficLog | None) -> None:
    @app.get("/health")
    async def health() -> JSONResponse:
        is_up = dispatcher.live.process.is_up
        said: dict[str, Any] = {"status": "ok" if is_up else "down", "release": dispatcher.live.release.id}
        said |= {"waiting": dispatcher.waiting, "problem": follower.problem}
        said |= {"traffic": (traffic.problem or "kept") if traffic else "off"}
        return JSONResponse(said, 200 if is_up else 503)


class _Overloaded(Exception):
    """The queue is full."""


class _Stopping(Exception):
    """The server stops before this was answered."""


class _UnknownModel(UnknownName):
    """A client names a model that is not served."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__("model", name[:_NAME_SHOWN], known)


def _example(posts: Posts, live: LiveRelease) -> Example:
    """The row of a request; BadInput when there is nothing to classify, or no such subtask."""
    if not any(post.strip() for post in posts.posts):
        raise BadInput.told("error.serve.empty")
    subtasks = live.plan.task.subtasks
    if posts.subtask is not None and posts.subtask not in subtasks:
        raise UnknownName("subtask", posts.subtask, subtasks)
    return Example(secrets.token_hex(6), tuple(posts.posts), subtask=posts.subtask, split="traffic")


def _classified(found: Answered, example: Example) -> dict[str, Any]:
    prediction = found.live.read(found.reply, example)
    row = RunRow(example, prediction, probabilities=found.reply.probabilities)
    return {
        "release": found.live.release.id,
        "status": prediction.status.value,
        "labels": list(prediction.labels),
        "rationale": prediction.rationale,
        "evidence": [asdict(evidence) for evidence in prediction.evidence],
        "confidence": confidence(row, found.live.plan.task),
        "reason": prediction.reason,
    }


def _entry(said: dict[str, Any], example: Example) -> TrafficEntry:
    return TrafficEntry(
        at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        posts=example.items,
        labels=tuple(said["labels"]),
        subtask=example.subtask,
        **{name: said[name] for name in ("id", "release", "status", "rationale", "confidence", "latency_s")},
    )


def _answer_errors(app: FastAPI) -> None:
    """Every error in the form that clients of the Chat Completions API read."""

    @app.exception_handler(_Overloaded)
    async def overloaded(request: Request, error: _Overloaded) -> JSONResponse:
        return _error(429, "Too many requests wait", RETRY_AFTER_S)

    @app.exception_handler(_Stopping)
    async def stopping(request: Request, error: _Stopping) -> JSONResponse:
        return _error(503, "The server stops, and could not answer this any more: ask again", RETRY_AFTER_S)

    @app.exception_handler(_UnknownModel)
    async def unknown_model(request: Request, error: _UnknownModel) -> JSONResponse:
        return _error(404, str(error), code="model_not_found")

    @app.exception_handler(UnknownEntry)
    async def unknown_entry(request: Request, error: UnknownEntry) -> JSONResponse:
        return _error(404, str(error))

    @app.exception_handler(BadInput)
    async def bad_input(request: Request, error: BadInput) -> JSONResponse:
        return _error(400, str(error))

    @app.exception_handler(ModelBusy)
    async def busy(request: Request, error: ModelBusy) -> JSONResponse:
        return _error(503, str(error), error.retry_after or RETRY_AFTER_S)

    @app.exception_handler(LabkitError)
    async def failed(request: Request, error: LabkitError) -> JSONResponse:
        is_callers = isinstance(error, ModelError) and error.kind == "prompt"
        return _error(400 if is_callers else 502, str(error))

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if not _is_json(request.headers.get("Content-Type", "application/json")):
            return _error(415, "Send JSON, and say so: Content-Type: application/json")
        return _error(422, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        unreadable = error.status_code == 400 and error.detail == _UNREADABLE
        return _error(error.status_code, _NO_UTF8 if unreadable else str(error.detail))


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in ("", "application/json")


def _error(status: int, message: str, retry_after: float | None = None, code: str | None = None) -> JSONResponse:
    headers = {} if retry_after is None else {"Retry-After": str(ceil(retry_after))}
    return JSONResponse({"error": {"message": message, "type": f"http_{status}", "code": code}}, status, headers)
