"""Have a provider tune a model on a dataset, and take what comes of it into the comparison as one more model.

The same call again goes on where the last one was cut off: a file that was handed over is not handed over again, and a
job whose name was lost on the way back is found at the provider by the key that it carries. Nothing is paid twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from labkit.errors import BadInput, ModelBusy, ModelError, ModelUnreachable
from labkit.hosted.preparing import api_model, check_cost, prepare_hosted
from labkit.models import get_model
from labkit.models.tuning_service import TuningService, TuningStatus
from labkit.workspace import Scene
from labkit.workspace.hosted_tunings import PREPARED, HostedTuning, hosted_tuning_of, keep, rows_file

_POLL_S, _LONGEST_POLL_S = 5.0, 60.0
_LOOKS_FAILED = 10  # in a row, before somebody is told
Told = Callable[[HostedTuning], None]


def tune_hosted(
    scene: Scene,
    dataset: str,
    model: str,
    *,
    prompt: str | None = None,
    name: str | None = None,
    epochs: int = 3,
    max_cost: float | None = None,
    personal_data: str | None = None,
    wait: bool = True,
    poll_s: float | None = None,
    progress: Told | None = None,
) -> HostedTuning:
    """Have a provider tune one of its models; the same call again goes on, or returns what came of it.

    Args:
        scene: where the dataset is, and the folder `hosted/`.
        dataset: the name of one of the scene's datasets.
        model: the model to tune, "provider/name".
        prompt: by default the one that the dataset was made for.
        name: the tuning's name; by default the dataset's with a hash of everything that is asked for.
        epochs: times each row is learnt.
        max_cost: what the training may cost at most, in the currency of the bar; checked before anything is sent, at
            worst a token for each byte. It needs a price: `training` in the scene's prices.toml.
        personal_data: "mask" or "send", what becomes of personal data in the rows; kept for the host.
        wait: until the provider has ended it; an interrupt leaves it at work there.
        poll_s: seconds between two looks; by default 5, then longer, up to 60.
        progress: told how it stands: once before anything is sent, then whenever something has changed.

    Returns:
        How it stands; `tuned` is the model's name for `evaluate`, once there is one.

    Raises:
        UnknownName, BadData, BadInput: what cannot be asked for, before anything is sent.
        NeedsConsent: rows hold personal data, and nobody has said what becomes of it.
        BudgetSpent: it could cost more than `max_cost`.
        MissingKey, ModelUnreachable, ModelRefused, ModelBusy: what the provider answered.
    """
    service = _service(scene, model)
    tuning = prepare_hosted(scene, dataset, model, prompt=prompt, name=name, epochs=epochs, personal_data=personal_data)
    if not tuning.job:
        check_cost(scene, tuning, max_cost)
    told = progress or (lambda _: None)
    told(tuning)
    with scene.locked(f"hosted-{tuning.name}"):
        tuning = _asked_for(scene, hosted_tuning_of(scene, tuning.name), service)
        told(tuning)
    return _followed(scene, tuning, service, poll_s, told) if wait else tuning


def look_at_hosted(scene: Scene, name: str) -> HostedTuning:
    """Ask the provider once how a tuning stands, and write it down; one that is over or was never sent is as it is."""
    tuning = hosted_tuning_of(scene, name)
    if not tuning.job or tuning.is_over:
        return tuning
    service = _service(scene, tuning.model)
    return _taken_in(scene, name, service.get(tuning.job), service)


def cancel_hosted(scene: Scene, name: str) -> HostedTuning:
    """Ask the provider to end a tuning; what was trained so far is usually billed."""
    tuning = hosted_tuning_of(scene, name)
    if not tuning.job or tuning.is_over:
        raise BadInput.told("error.hosted.over", name=name, state=tuning.state)
    _service(scene, tuning.model).cancel(tuning.job)
    return look_at_hosted(scene, name)


def record_hosted(scene: Scene, name: str, *, job: str = "", tuned: str = "") -> HostedTuning:
    """Say what was done by hand: which job was begun in the provider's console, which model came of it.

    Args:
        scene: whose.
        name: the tuning, as `prepare_hosted` or `tune_hosted` named it.
        job: the provider's name of the job.
        tuned: the name under which the tuned model answers there, without or with the provider before it.

    Raises:
        UnknownName: there is no such tuning.
        BadInput: nothing is said, or another job was begun already.
    """
    if not (job or tuned):
        raise BadInput.told("error.hosted.nothing_said")
    with scene.locked(f"hosted-{name}"):
        tuning = hosted_tuning_of(scene, name)
        if job and tuning.job not in ("", job):
            raise BadInput.told("error.hosted.other_job", name=name, job=tuning.job)
        provider = tuning.model.partition("/")[0]
        model = tuned if not tuned or tuned.startswith(f"{provider}/") else f"{provider}/{tuned}"
        if model:
            get_model(model, scene)  # raises where nobody could ask it
        state = "succeeded" if tuned else "recorded"
        known = replace(tuning, job=job or tuning.job, tuned=model or tuning.tuned, state=state, waits_for="")
        return keep(scene, known)


def _service(scene: Scene, model: str) -> TuningService:
    return api_model(scene, model).tuning_service()


def _asked_for(scene: Scene, tuning: HostedTuning, service: TuningService) -> HostedTuning:
    """The tuning with its file and its job at the provider, each asked for once."""
    if tuning.job or tuning.is_over:
        return tuning
    lost = service.find(tuning.key, tuning.file) if tuning.state != PREPARED else None
    if not tuning.file and lost is None:
        file = service.upload(rows_file(scene, tuning.name).read_bytes(), f"{tuning.key}.jsonl")
        tuning = keep(scene, replace(tuning, file=file))
    if lost is None:
        tuning = keep(scene, replace(tuning, state="asked"))  # from here on there may be a job whose name is lost
        lost = _created(scene, tuning, service)
    return _taken_in(scene, tuning.name, lost, service)


def _created(scene: Scene, tuning: HostedTuning, service: TuningService) -> TuningStatus:
    try:
        return service.create(tuning.file, tuning.key, tuning.epochs)
    except (ModelBusy, ModelUnreachable):
        raise  # there may be a job: the same call looks for it
    except ModelError:
        keep(scene, replace(tuning, state=PREPARED))  # a clear no
        raise


def _taken_in(scene: Scene, name: str, said: TuningStatus, service: TuningService) -> HostedTuning:
    """What the provider says, written down."""
    tuning = hosted_tuning_of(scene, name)
    provider = tuning.model.partition("/")[0]
    by_hand = service.deployed_by_hand
    return keep(
        scene,
        replace(
            tuning,
            job=said.job,
            state=said.state,
            tuned=f"{provider}/{said.tuned}" if said.tuned and not by_hand else tuning.tuned,
            waits_for=said.tuned if by_hand and not tuning.tuned else "",
            trained_tokens=said.tokens if said.tokens is not None else tuning.trained_tokens,
            problem=said.problem,
        ),
    )


def _followed(
    scene: Scene, tuning: HostedTuning, service: TuningService, poll_s: float | None, told: Told
) -> HostedTuning:
    """Look until the provider has ended it."""
    pause, failed = poll_s or _POLL_S, 0
    while not tuning.is_over:
        time.sleep(pause)
        try:
            now, failed = _taken_in(scene, tuning.name, service.get(tuning.job), service), 0
        except (ModelBusy, ModelUnreachable):
            failed += 1
            if failed >= _LOOKS_FAILED:
                raise
            continue
        if now != tuning:
            told(now)
        tuning = now
        pause = poll_s or min(_LONGEST_POLL_S, 1.5 * pause)
    return tuning
