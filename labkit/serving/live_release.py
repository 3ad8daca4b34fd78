"""A release that answers: its prompt, its model in a process, and the proof that they answer as at the gate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import islice
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from labkit.errors import LabkitError
from labkit.evaluation.plan import Plan, plan_rows
from labkit.models import get_model
from labkit.parsing import parse_reply
from labkit.prompts import parse_prompt
from labkit.records import Example, Prediction, Reply, Request, Run, RunRow
from labkit.releases import Release, changed_settings, gated_run
from labkit.serving.answering import Failure, Outcome
from labkit.serving.model_process import ModelProcess
from labkit.store import OpenRow

if TYPE_CHECKING:
    from labkit.workspace import Scene

_RETIRING_S = 600.0  # no answer takes longer
API_ROWS = 10  # each is paid for
API_MAY_DIFFER = 0.2  # a provider's answers waver from one asking to the next; ours do not


class NotAsGated(LabkitError):
    """A release does not answer its gate's rows as the run did that passed; it does not go live."""


@dataclass(frozen=True, eq=False)
class LiveRelease:
    """A release whose model is up.

    Args:
        release: what was released.
        plan: renders a row exactly as the gated run did.
        process: the model.
        batch_size: how many requests it takes at once.
        concurrency: how many batches it takes at a time.
        slots: one for each of them.
    """

    release: Release
    plan: Plan
    process: ModelProcess
    batch_size: int
    concurrency: int
    slots: BoundedSemaphore

    def request(self, example: Example) -> Request:
        """What the model is told about a row."""
        return self.plan.request(OpenRow(example))

    def read(self, reply: Reply, example: Example) -> Prediction:
        """What a reply says."""
        return parse_reply(reply, self.plan.task, example)

    def retire(self) -> None:
        """End the model once it has answered what it was asked; ask nothing more of it."""
        for _ in range(self.concurrency):
            self.slots.acquire(timeout=_RETIRING_S)
        self.process.close()

    def ask(self, requests: Sequence[Request]) -> Future[list[Outcome]]:
        """Ask one batch."""
        return self.process.ask(requests)


def bring_live(scene: Scene, release: Release, parity_rows: int | None = None) -> LiveRelease:
    """Start a release's model, and compare its answers with those of the run that passed the gate.

    Args:
        scene: the scene it belongs to.
        release: what to bring up.
        parity_rows: how many of the gate's rows are asked again; by default all of them, and 10 where each is paid for.

    Returns:
        The release, ready to answer.

    Raises:
        NotAsGated: weights or settings are others now, or the answers differ: any of them, or more than a fifth from an
            API, whose answers waver.
        ModelError: the model does not start.
        BadInput: the gated run is not in the run database.
    """
    run = gated_run(scene, release)
    prompt = parse_prompt(release.prompt_text, release.prompt_name)
    model = get_model(release.model, scene)
    plan = plan_rows(scene, prompt, model, [row.example for row in run.rows], "traffic")
    plan = replace(plan, task=run.task, header=replace(plan.header, masked=run.header.masked))
    _check_settings(release, plan)
    process = ModelProcess(str(scene.path), release.model)
    process.start()
    places = (model.batch_size, model.concurrency, BoundedSemaphore(model.concurrency))
    live = LiveRelease(release, plan, process, *places)
    try:
        _check_parity(live, run, parity_rows)
    except BaseException:
        process.close()
        raise
    return live


def _check_settings(release: Release, plan: Plan) -> None:
    changed = changed_settings(release.parameters, plan.header.parameters)
    if changed:
        raise NotAsGated(
            f"Release {release.id}: {', '.join(changed)} of {release.model!r} changed since its gate",
            "Put the old state back, or measure and release the new one",
        )


def _check_parity(live: LiveRelease, run: Run, parity_rows: int | None) -> None:
    is_api = "base_url" in live.release.parameters
    wanted = parity_rows if parity_rows is not None else API_ROWS if is_api else None
    rows = list(islice((row for row in run.rows if row.repeat == 0), wanted))
    differing = [row.example.id for row in _differing(live, rows)]
    if len(differing) > (API_MAY_DIFFER * len(rows) if is_api else 0):
        names = ", ".join(differing[:5]) + (" …" if len(differing) > 5 else "")
        raise NotAsGated(
            f"Release {live.release.id} answers {len(differing)} of {len(rows)} gate rows otherwise than run "
            f"{run.id} did: {names}",
            "Evaluate it again on the test rows, and release that run",
        )


def _differing(live: LiveRelease, rows: Sequence[RunRow]) -> Iterator[RunRow]:
    for start in range(0, len(rows), live.batch_size):
        batch = rows[start : start + live.batch_size]
        outcomes = live.ask([live.request(row.example) for row in batch]).result()
        for row, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Failure):
                raise outcome.as_error()
            now = live.read(outcome, row.example)
            if (now.status, set(now.labels)) != (row.prediction.status, set(row.prediction.labels)):
                yield row
