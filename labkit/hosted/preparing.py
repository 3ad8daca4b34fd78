"""What a provider is to tune a model on: the file, what it will cost, and whether it may go there; nothing is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from labkit.costs import estimated_tokens
from labkit.errors import BadInput, BudgetSpent
from labkit.evaluation.consent import SEND, answered_for
from labkit.exports import export_dataset
from labkit.exports.exporting import read_export
from labkit.exports.masking import parts_of
from labkit.models import get_model
from labkit.models.openai_compatible import OpenAICompatible
from labkit.prompts import format_prompt, prompt_sha256
from labkit.records import sha256_of
from labkit.tables.file_hash import file_sha256
from labkit.training.rows import prompt_of
from labkit.workspace import Scene
from labkit.workspace.hosted_tunings import PER, HostedTuning, folder_of, hosted_tuning_of, keep, rows_file
from labkit.workspace.names import check_name

_FRAME = 16  # tokens around a message, at most


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
    asked_model = api_model(scene, model)
    if epochs < 1:
        raise BadInput.told("error.hosted.epochs", epochs=epochs)
    chosen = scene.dataset(dataset)
    used = scene.prompt(prompt) if prompt else prompt_of(scene, chosen)
    texts = [(str(row.get("id")), text) for row in chosen.rows for text in parts_of(row)]
    masked = answered_for(scene, asked_model, texts, (used.name, format_prompt(used)), personal_data) not in ("", SEND)
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
    path = rows_file(scene, tuning.name)
    if path.is_file() and file_sha256(path) == tuning.file_sha256:
        return tuning
    path.unlink(missing_ok=True)
    form = "bailian" if api_model(scene, tuning.model).provider.tuning_form == "dashscope" else "openai"
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
        currency=price.currency if price else api_model(scene, tuning.model).provider.currency,
    )


def check_cost(scene: Scene, tuning: HostedTuning, limit: float | None) -> None:
    """Raise BudgetSpent when the training could cost more than the limit, and BadInput where that cannot be said."""
    if limit is None:
        return
    if not 0 <= limit < float("inf"):
        raise BadInput.told("error.hosted.limit", limit=limit)
    wanted = scene.task.bar.currency
    rate = scene.prices().rates.convert(1.0, tuning.currency, wanted) if tuning.training_price is not None else None
    if tuning.training_price is None or rate is None:
        raise BadInput.told(
            "error.hosted.unpriced" if tuning.training_price is None else "error.hosted.no_rate",
            model=tuning.model,
            currency=tuning.currency,
        )
    content = rows_file(scene, tuning.name).read_bytes()  # a token has a byte at least
    most = (len(content) + 3 * _FRAME * tuning.rows) * tuning.epochs * tuning.training_price * rate / PER
    if most > limit:
        raise BudgetSpent.told("error.hosted.budget", most=most, currency=wanted, limit=limit)


def api_model(scene: Scene, model: str) -> OpenAICompatible:
    """A provider's model; BadInput where it is none."""
    found = get_model(model, scene)
    if not isinstance(found, OpenAICompatible):
        raise BadInput.told("error.hosted.local", model=model)
    return found


def _same(tuning: HostedTuning, identity: str) -> HostedTuning:
    if tuning.identity != identity:
        raise BadInput.told("error.hosted.other", name=tuning.name)
    return tuning
