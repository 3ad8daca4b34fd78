"""Have a provider tune a model on a dataset, and take what comes of it into the comparison as one more model.

The same call again goes on where the last one was cut off: a file that was handed over is not handed over again, and a
job whose name was lost on the way back is found at the provider by the key that it carries. Nothing is paid twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from labkit.costs import estimated_tokens
from labkit.errors import BadInput, BudgetSpent, ModelBusy, ModelError, ModelUnreachable
from labkit.evaluation.consent import SEND, answered_for
from labkit.exports import export_dataset
from labkit.exports.exporting import read_export
from labkit.hosted.record import PREPARED, HostedTuning, folder_of, hosted_tuning_of, keep
from labkit.models import get_model
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.tuning_service import TuningService, TuningStatus
from labkit.prompts import format_prompt, prompt_sha256
from labkit.records import sha256_of
from labkit.tables.file_hash import file_sha256
from labkit.training.rows import prompt_of
from labkit.workspace import Scene
from labkit.workspace.names import check_name

FILE = "rows.jsonl"
_POLL_S, _LONGEST_POLL_S = 5.0, 60.0
_LOOKS_FAILED = 10  # in a row, before somebody is told
_FRAME = 16  # tokens around a message, at most
_PER = 1_000_000
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
        _check_cost(scene, tuning, max_cost)
    told = progress or (lambda _: None)
    told(tuning)
    with scene.locked(f"hosted-{tuning.name}"):
        tuning = _asked_for(scene, hosted_tuning_of(scene, tuning.name), service)
        told(tuning)
    return _followed(scene, tuning, service, poll_s, told) if wait else tuning


def prepare_hosted(
    scene: Scene,
    dataset: str,
    model: str,
    *,
    prompt: str | None = None,
    name: str | None = None,
    epochs: int = 3,
    personal_data: str | None = None,
) -> HostedTuning:
    """Write the file that a provider is to tune a model on, and what it will cost; nothing is sent.

    For a provider without a tuning service that labkit can ask, upload this file by hand; `record_hosted` then says
    which job that was and which model came of it. Arguments and errors are those of `tune_hosted`.
    """
    asked_model = _api_model(scene, model)
    if epochs < 1:
        raise BadInput(f"{epochs} epochs teach nothing", "Give 1 or more")
    chosen = scene.dataset(dataset)
    used = scene.prompt(prompt) if prompt else prompt_of(scene, chosen)
    texts = [(str(row.get("id")), text) for row in chosen.rows for text in _texts_of(row)]
    written = [(used.name, format_prompt(used))]
    masked = answered_for(scene, asked_model, texts, written, personal_data) not in ("", SEND)
    asked = {"model": model, "dataset": chosen.id, "prompt": prompt_sha256(used), "epochs": epochs, "masked": masked}
    identity = sha256_of(asked)
    label = check_name("hosted tuning", name or f"{dataset}-{identity[:8]}", BadInput)
    with scene.locked(f"hosted-{label}"):
        if (folder_of(scene, label) / "tuning.json").exists():
            begun = _same(hosted_tuning_of(scene, label), identity)
            return begun if begun.job else keep(scene, _priced(scene, _with_file(scene, begun, dataset)))
        created = datetime.now(UTC).isoformat(timespec="seconds")
        begun = HostedTuning(
            name=label,
            identity=identity,
            key=f"labkit-{sha256_of([identity, label, created])[:16]}",
            model=model,
            dataset=chosen.id,
            prompt=used.name,
            prompt_text=format_prompt(used),
            rows=len(chosen.rows),
            masked=masked,
            epochs=epochs,
            expected_tokens=0,
            created=created,
        )
        return keep(scene, _priced(scene, _with_file(scene, begun, dataset)))


def _with_file(scene: Scene, tuning: HostedTuning, dataset: str) -> HostedTuning:
    """The tuning with its file as it is to be handed over, written anew unless it lies there unchanged."""
    path = folder_of(scene, tuning.name) / FILE
    if path.is_file() and file_sha256(path) == tuning.file_sha256:
        return tuning
    path.unlink(missing_ok=True)
    form = "bailian" if _api_model(scene, tuning.model).provider.tuning_form == "dashscope" else "openai"
    export_dataset(scene, dataset, form, path, prompt=tuning.prompt, mask=tuning.masked, card=False)
    texts = (text for row in read_export(path, form) for text in (row.system, row.user, row.answer) if text)
    tokens = round(tuning.epochs * estimated_tokens(texts))
    return replace(tuning, expected_tokens=tokens, file="", file_sha256=file_sha256(path))


def _priced(scene: Scene, tuning: HostedTuning) -> HostedTuning:
    """The tuning at the prices that the scene's list has now."""
    price = scene.prices().prices.get(tuning.model)
    return replace(
        tuning,
        training_price=price.training if price else None,
        hosting_hour=price.hosting_hour if price else None,
        currency=price.currency if price else _api_model(scene, tuning.model).provider.currency,
    )


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
        raise BadInput(f"The hosted tuning {name!r} is not at work ({tuning.state})", "There is nothing to cancel")
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
        raise BadInput("Nothing is said of the tuning", "Give the job, or the model that came of it")
    with scene.locked(f"hosted-{name}"):
        tuning = hosted_tuning_of(scene, name)
        if job and tuning.job not in ("", job):
            raise BadInput(f"The hosted tuning {name!r} is the job {tuning.job} already", "Give another name")
        provider = tuning.model.partition("/")[0]
        model = tuned if not tuned or tuned.startswith(f"{provider}/") else f"{provider}/{tuned}"
        if model:
            get_model(model, scene)  # raises where nobody could ask it
        state = "succeeded" if tuned else "recorded"
        known = replace(tuning, job=job or tuning.job, tuned=model or tuning.tuned, state=state, waits_for="")
        return keep(scene, known)


def _service(scene: Scene, model: str) -> TuningService:
    return _api_model(scene, model).tuning_service()


def _api_model(scene: Scene, model: str) -> OpenAICompatible:
    found = get_model(model, scene)
    if not isinstance(found, OpenAICompatible):
        raise BadInput(f"{model} is no model of a provider", "Give provider/name; `labkit train` tunes local models")
    return found


def _same(tuning: HostedTuning, identity: str) -> HostedTuning:
    if tuning.identity != identity:
        raise BadInput(
            f"The hosted tuning {tuning.name!r} exists with another dataset, prompt, model or epochs",
            "Give another name",
        )
    return tuning


def _texts_of(row: object) -> list[str]:
    """What of a dataset's row is sent: its posts and its answer."""
    from labkit.exports.masking import parts_of

    return list(parts_of(row)) if isinstance(row, dict) else []


def _check_cost(scene: Scene, tuning: HostedTuning, limit: float | None) -> None:
    """Raise BudgetSpent when the training could cost more than the limit, and BadInput where that cannot be said."""
    if limit is None:
        return
    if not 0 <= limit < float("inf"):
        raise BadInput(f"The limit is {limit}", "Give money of 0 or more, in the currency of the bar")
    wanted = scene.task.bar.currency
    rate = scene.prices().rates.convert(1.0, tuning.currency, wanted) if tuning.training_price is not None else None
    if tuning.training_price is None or rate is None:
        missing = "has no price of training" if tuning.training_price is None else f"is billed in {tuning.currency}"
        raise BadInput(
            f"No limit can be held: {tuning.model} {missing}",
            "Write training (money per million tokens) and rates into the scene's prices.toml, or set no limit",
        )
    content = (folder_of(scene, tuning.name) / FILE).read_bytes()  # a token has a byte at least
    most = (len(content) + 3 * _FRAME * tuning.rows) * tuning.epochs * tuning.training_price * rate / _PER
    if most > limit:
        raise BudgetSpent(
            f"The training could cost up to {most:.4g} {wanted}, and the limit is {limit:.4g}",
            "Raise the limit, or take fewer rows or epochs; nothing was sent",
        )


def _asked_for(scene: Scene, tuning: HostedTuning, service: TuningService) -> HostedTuning:
    """The tuning with its file and its job at the provider, each asked for once."""
    if tuning.job or tuning.is_over:
        return tuning
    lost = service.find(tuning.key, tuning.file) if tuning.state != PREPARED else None
    if not tuning.file and lost is None:
        file = service.upload((folder_of(scene, tuning.name) / FILE).read_bytes(), f"{tuning.key}.jsonl")
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
