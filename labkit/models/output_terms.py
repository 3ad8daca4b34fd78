"""Whether one may train on what a model said, as far as anybody has looked it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.models.providers import providers_of

if TYPE_CHECKING:
    from labkit.workspace import Scene

_OWN = ("definition-reader", "linear")


@dataclass(frozen=True, slots=True)
class OutputTerms:
    """What terms say about training on a model's answers.

    Args:
        training: "allowed", "restricted" (to some uses), "forbidden", or "unknown": nobody has looked.
        source: where that is written, or why it is not known.
    """

    training: str
    source: str


def output_terms(model: str, scene: Scene | None = None) -> OutputTerms:
    """The terms of a model by its name; a scene's models.toml may say more of its providers.

    Args:
        model: as in a run's header, such as "openai/gpt-5".
        scene: whose models.toml counts.
    """
    if model in _OWN:
        return OutputTerms("allowed", "labkit's own, without terms on what it says")
    name, _, called = model.partition("/")
    if name == "local":
        return OutputTerms("unknown", "the licence of the weights decides")
    provider = providers_of(scene).get(name)
    if provider is None:
        return OutputTerms("unknown", f"{name} is no provider of this scene")
    found = provider.for_model(called)
    return OutputTerms(found.training_on_outputs, found.terms or f"see the terms of {name}")
