"""Users say what would have been right: `/v1/feedback`, kept beside the traffic for the next round."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from labkit.errors import BadInput, UnknownName
from labkit.serving.dispatch import Dispatcher
from labkit.traffic import Feedback, FeedbackLog, TrafficLog

_MOST_LABELS, _MOST_CHARACTERS = 100, 2000


class Said(BaseModel):
    """What somebody says about an answer: its id, and the right labels or a comment or both."""

    model_config = ConfigDict(extra="forbid")
    id: Annotated[str, Field(min_length=1, max_length=64)]
    labels: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=_MOST_LABELS)] | None = None
    comment: Annotated[str, Field(max_length=_MOST_CHARACTERS)] = ""
    by: Annotated[str, Field(max_length=100)] = ""


class UnknownEntry(BadInput):
    """Somebody says something about an answer that is not kept: nobody could ever read what it was about."""


def add_feedback(
    router: APIRouter, dispatcher: Dispatcher, log: FeedbackLog | None, traffic: TrafficLog | None
) -> None:
    """Add the endpoint.

    Args:
        router: behind the token.
        dispatcher: knows the labels of the release that is live.
        log: takes what is said; None refuses it.
        traffic: knows which answers are kept.
    """

    @router.post("/v1/feedback")
    async def feedback(said: Said) -> dict[str, Any]:
        if log is None or traffic is None:
            raise BadInput.told("error.serve.no_traffic")
        task = dispatcher.live.plan.task
        for label in said.labels or ():
            if label not in task.labels:
                raise UnknownName("label", label, task.labels)
        labels = None if said.labels is None else tuple(dict.fromkeys(said.labels))
        if not await asyncio.to_thread(traffic.holds, said.id):
            raise UnknownEntry.told("error.serve.unknown_entry", entry=said.id)
        await asyncio.to_thread(log.add, Feedback(said.id, labels, said.comment, said.by), task=task)
        return {"id": said.id, "kept": True}
