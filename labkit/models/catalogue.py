"""The list of models as a newcomer reads it: names, what each needs, and whether that is there."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from labkit.models.keys import has_key, spoken_name
from labkit.models.providers import Provider, providers_of
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.workspace import Scene


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A name that `get_model` takes.

    Args:
        name: the name; in angle brackets what is the user's to fill in.
        needs: what must be there first, in words.
        ready: whether it is; None when that is known only by asking a server.
    """

    name: str
    needs: str
    ready: bool | None


def known_models(scene: Scene | None = None) -> tuple[KnownModel, ...]:
    """All models, those that need nothing first.

    Args:
        scene: whose pool rows and models.toml count.
    """
    pool_is_labelled = any(example.labels is not None for example in scene.examples("pool")) if scene else None
    has_transformers = all(find_spec(package) for package in ("torch", "transformers"))
    local = say("models.needs_extra", extra="train")
    return (
        KnownModel("definition-reader", say("models.needs_nothing"), True),
        KnownModel("linear", say("models.needs_pool"), pool_is_labelled),
        KnownModel("local/<path or hub id>", local, has_transformers),
        KnownModel("local/<path or hub id>+<adapter>", local, has_transformers),
        *(_provider(provider) for provider in providers_of(scene).values()),
    )


def _provider(provider: Provider) -> KnownModel:
    name = f"{provider.name}/<model>"
    if provider.key is None:
        return KnownModel(name, say("models.needs_server", url=provider.base_url), None)
    return KnownModel(name, say("models.needs_key", variable=spoken_name(provider.key)), has_key(provider.key))
