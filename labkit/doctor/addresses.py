"""Keys by name, and whether the models that are set up can be reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from labkit.doctor.finding import Finding
from labkit.errors import LabkitError, MissingKey
from labkit.models.openai_compatible import OpenAICompatible
from labkit.models.providers import PROVIDERS, Provider, providers_of
from labkit.texts import say
from labkit.workspace import Scene

_PATIENCE_S = 10.0


def examine_models(scene: Scene | None) -> Iterator[Finding]:
    """Each provider: whether its key is there, then whether its address answers and takes the key.

    Only addresses that are set up are asked: those whose key is there or that need none. Asked for is the list of
    models, which costs nothing; no post is sent.

    Args:
        scene: whose models.toml counts.
    """
    providers: Mapping[str, Provider] = providers_of(scene)
    with ThreadPoolExecutor(len(providers)) as threads:
        yield from threads.map(_examine, providers.values())


def _examine(provider: Provider) -> Finding:
    topic, named = f"{provider.name}/…", provider != PROVIDERS.get(provider.name)
    try:
        OpenAICompatible(replace(provider, timeout_s=_PATIENCE_S), "…").check()
    except MissingKey as missing:
        return Finding(topic, "fault" if named else "note", missing.problem, missing.fix)
    except LabkitError as error:
        expected = named or provider.key is not None  # a server of this machine need not run
        return Finding(topic, "fault" if expected else "note", error.problem, error.fix)
    needs = provider.key or say("doctor.keyless")
    return Finding(topic, "fine", say("doctor.answers", url=provider.base_url, needs=needs))
