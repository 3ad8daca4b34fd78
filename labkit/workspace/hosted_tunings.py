"""What a scene keeps of a tuning that a provider does: `hosted/NAME/tuning.json`, beside the file that was handed over.

Everything is written down before the provider is asked for it, and again with its answer, so that a kill in between
costs neither the job nor its name. No key stands here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.errors import BadData, UnknownName
from labkit.tables.atomic import replace_text
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.workspace import Scene

PREPARED = "prepared"  # nothing was asked of the provider yet
ENDED = ("succeeded", "failed", "cancelled")
PER = 1_000_000  # prices are per million tokens


@dataclass(frozen=True, slots=True)
class HostedTuning:
    """A tuning that a provider does.

    Args:
        name: the scene's name for it.
        identity: hash of everything that was asked for.
        key: our name for the job at the provider; a job whose name was lost on the way is found by it.
        model: the model to tune, "provider/name".
        dataset: the dataset's id.
        prompt: the prompt that the rows were written with, and that the tuned model is to be asked with.
        rows: how many.
        masked: whether personal data gave way to placeholders.
        epochs: times each row is learnt.
        expected_tokens: of all epochs, estimated.
        file_sha256: of the file that is handed over.
        file: the provider's id of the file, "" until it was handed over.
        job: the provider's name of the job, "" until it said it.
        state: "prepared", "asked" (the answer is still to come), "recorded" (by hand), "succeeded", "failed",
            "cancelled", or the provider's own word while it is at work.
        tuned: the tuned model's name, as `get_model` knows it; "" until there is one that answers.
        waits_for: the tuned model's name at a provider where somebody must deploy it before it answers; else "".
        trained_tokens: as the provider counted them.
        training_price: money per million tokens of training; None where nobody wrote it down.
        hosting_hour: money for an hour in which the provider keeps the tuned model ready; None likewise.
        currency: of both.
        prompt_text: that prompt, whole.
        problem: why it failed.
        created: when, ISO 8601.
    """

    name: str
    identity: str
    key: str
    model: str
    dataset: str
    prompt: str
    rows: int
    masked: bool
    epochs: int
    expected_tokens: int
    file_sha256: str = ""
    file: str = ""
    job: str = ""
    state: str = PREPARED
    tuned: str = ""
    waits_for: str = ""
    trained_tokens: int | None = None
    training_price: float | None = None
    hosting_hour: float | None = None
    currency: str = ""
    prompt_text: str = ""
    problem: str = ""
    created: str = ""

    @property
    def is_over(self) -> bool:
        """Whether the provider has ended it."""
        return self.state in ENDED

    @property
    def expected_cost(self) -> float | None:
        """What the training is expected to cost; None where the price is unknown."""
        return None if self.training_price is None else self.expected_tokens * self.training_price / PER

    @property
    def cost(self) -> float | None:
        """What the training cost, by the tokens that the provider counted; None where tokens or price are unknown."""
        if self.trained_tokens is None or self.training_price is None:
            return None
        return self.trained_tokens * self.training_price / PER

    def to_json(self) -> dict[str, Any]:
        """All of it but the prompt's text, with what it is expected to cost and cost."""
        kept = {key: value for key, value in asdict(self).items() if key != "prompt_text"}
        return {**kept, "expected_cost": self.expected_cost, "cost": self.cost}


def folder_of(scene: Scene, name: str) -> Path:
    """Where a tuning is kept."""
    return scene.path / "hosted" / name


def rows_file(scene: Scene, name: str) -> Path:
    """The file that is handed over."""
    return folder_of(scene, name) / "rows.jsonl"


def keep(scene: Scene, tuning: HostedTuning) -> HostedTuning:
    """Write a tuning down; it is on the disk when this returns."""
    path = folder_of(scene, tuning.name) / "tuning.json"
    replace_text(path, json.dumps(asdict(tuning), ensure_ascii=False, indent=1) + "\n")
    return tuning


def hosted_tunings(scene: Scene) -> tuple[HostedTuning, ...]:
    """All tunings of a scene that providers do, by name.

    Raises:
        BadData: the record of one cannot be read.
    """
    return tuple(_read(path) for path in sorted((scene.path / "hosted").glob("[!.]*/tuning.json")))


def hosted_tuning_of(scene: Scene, name: str) -> HostedTuning:
    """A tuning by its name, as it was last heard of.

    Raises:
        UnknownName: there is none; the nearest names are offered.
        BadData: its record cannot be read.
    """
    path = folder_of(scene, name) / "tuning.json"
    if Path(name).name != name or not path.is_file():
        known = [found.parent.name for found in (scene.path / "hosted").glob("[!.]*/tuning.json")]
        raise UnknownName("hosted tuning", name, known, say("find.hosted"))
    return _read(path)


def _read(path: Path) -> HostedTuning:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        tuning = HostedTuning(**_known(found))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise BadData.told("error.hosted.unreadable", path=path) from error
    return tuning


def _known(found: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that this labkit knows, each of the kind that it must be."""
    kinds: dict[str, Any] = dict.fromkeys(HostedTuning.__slots__, str)
    kinds |= dict.fromkeys(("rows", "epochs", "expected_tokens"), int)
    kinds |= {"masked": bool, "trained_tokens": int | None}
    kinds |= dict.fromkeys(("training_price", "hosting_hour"), int | float | None)
    values = {field.name: found[field.name] for field in fields(HostedTuning) if field.name in found}
    wrong = next((name for name, value in values.items() if not isinstance(value, kinds[name])), None)
    if wrong:
        raise TypeError(f"{wrong} is of the wrong kind")
    return values
