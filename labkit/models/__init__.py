"""Everything that answers: a model by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.errors import BadInput, UnknownName
from labkit.models.base import Model
from labkit.models.catalogue import KnownModel, known_models
from labkit.models.providers import Provider, providers_of
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.workspace import Scene

__all__ = ["KnownModel", "Model", "get_model", "known_models", "model_names"]

_LOCAL = "local/"


def get_model(name: str | Model, scene: Scene | None = None) -> Model:
    """The model behind a name; nothing is loaded, sent or checked yet.

    Args:
        name: "definition-reader"; "linear"; "local/<path or hub id>" with "+<adapter>" behind it for a tuned one and
            "@labels", "@json", "@full" or "@plain" for another way of asking (see `LocalModel`); or
            "<provider>/<model>" with a provider that labkit knows or that the scene's models.toml describes. A model is
            given back as it is.
        scene: where models.toml is, and whose pool rows train "linear".

    Returns:
        A model for `evaluate`.

    Raises:
        UnknownName: no such model; the nearest names are offered.
        BadInput: the name needs a scene, or models.toml cannot be read.
    """
    if not isinstance(name, str):
        return name
    if name == "definition-reader":
        from labkit.models.definition_reader import DefinitionReader

        return DefinitionReader()
    if name == "linear":
        return _linear(scene)
    if name.startswith(_LOCAL) and name != _LOCAL:
        return _local(name.removeprefix(_LOCAL), scene)
    provider, _, model = name.partition("/")
    rows = providers_of(scene)
    if model and provider in rows:
        return _api(rows[provider], model)
    written_out = [f"{known}/{model or '<model>'}" for known in rows]
    raise UnknownName("model", name, (*model_names(scene), *written_out), say("find.model"))


def model_names(scene: Scene | None = None) -> tuple[str, ...]:
    """The names that `get_model` takes; in angle brackets what is the user's to fill in."""
    return tuple(model.name for model in known_models(scene))


def _linear(scene: Scene | None) -> Model:
    from labkit.models.linear import Linear

    if scene is None:
        raise BadInput.told("error.model.linear_alone")
    return Linear(scene.examples("pool"), scene.task)


def _local(name: str, scene: Scene | None) -> Model:
    from labkit.models.local import LocalModel
    from labkit.models.local.spelling import split_adapter

    path, adapter = split_adapter(name)
    return LocalModel(path, adapter or None, scene.path if scene else None)


def _api(provider: Provider, model: str) -> Model:
    from labkit.models.openai_compatible import OpenAICompatible

    return OpenAICompatible(provider, model)
