"""The providers labkit knows, with a scene's models.toml laid over them.

    [ours]                                     # any server that speaks Chat Completions
    base_url = "http://127.0.0.1:8000/v1"
    key = "env:OUR_KEY"                        # the name of a key, never the key itself
    temperature = "default"                    # leave it to the server

    [moonshot]                                 # a known provider: only what differs
    concurrency = 2

    ["moonshot@intl"]                          # one of its regions
    key = "env:MOONSHOT_API_KEY"

A region is asked by its name, moonshot@intl/kimi-k3: keys, prices and sometimes answers are not those of the other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.errors import BadInput
from labkit.models.addresses import check_address
from labkit.models.keys import check_key_hosts
from labkit.models.provider import DEFAULT, Provider
from labkit.models.provider_fields import checked_row

if TYPE_CHECKING:
    from labkit.workspace import Scene

__all__ = ["DEFAULT", "MODELS_FILE", "PROVIDERS", "Provider", "providers_of"]

MODELS_FILE = "models.toml"
_BUNDLED = Path(__file__).with_name("providers.toml")


def providers_of(scene: Scene | None = None) -> Mapping[str, Provider]:
    """The bundled providers with a scene's models.toml laid over them; a provider's regions stand behind it.

    Args:
        scene: whose models.toml is read; None is only the bundled ones.

    Raises:
        BadInput: models.toml is not TOML, has an unknown or useless value, holds a key instead of its name, or would
            send a key to a host that it was not set for.
    """
    path = scene.path / MODELS_FILE if scene else None
    if path is None or not path.exists():
        return PROVIDERS
    providers = _laid_over(_BASES, _rows_of(path), str(path))
    check_key_hosts(PROVIDERS.values(), providers.values(), str(path))
    return providers


def _rows_of(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        raise BadInput.told("error.providers.unreadable", path=path, error=error) from error


def _laid_over(bases: Mapping[str, Provider], rows: Mapping[str, Any], where: str) -> dict[str, Provider]:
    """Providers with rows laid over them, then their regions with the rows of these."""
    for name, row in rows.items():
        if not isinstance(row, dict):
            raise BadInput.told("error.providers.outside_table", where=where, name=name)
    changed = {name: _provider(name, row, bases.get(name), where) for name, row in rows.items() if "@" not in name}
    found: dict[str, Provider] = {}
    for provider in {**bases, **changed}.values():
        regions = [provider.in_region(region) for region in provider.regions]
        found |= {one.name: one for one in (provider, *regions)}
    known = {name: _provider(name, row, found.get(name), where) for name, row in rows.items() if "@" in name}
    return found | known


def _provider(name: str, row: Mapping[str, Any], known: Provider | None, where: str) -> Provider:
    """One table of models.toml over the provider of the same name."""
    place = f"{where}, [{name}]"
    values = checked_row(row, place)
    if name == "local":
        raise BadInput.told("error.providers.local", place=place)
    if "/" in name:
        raise BadInput.told("error.providers.slash", place=place)
    if known is None and "base_url" not in values:
        raise BadInput.told("error.providers.no_base_url", place=place)
    if known is not None and "errors" in values:
        values["errors"] = {**known.errors, **values["errors"]}
    provider = replace(known, **values) if known else Provider(name, **values)
    check_address(provider.base_url, place, provider.private_network)
    _check_thinking(provider, place)
    for url in (provider.base_url, provider.batch_url) if provider.proxy else ():
        if url and not url.startswith("https:"):
            raise BadInput.told("error.providers.proxy", place=place, url=url)
    return provider


def _check_thinking(provider: Provider, place: str) -> None:
    """A wish that no parameter carries would be left unsaid, and the model think, or not, as it likes."""
    regions = {f"{place}, regions.{region}": provider.in_region(region) for region in provider.regions}
    models = {f"{place}, models.{pattern}": provider.for_model(pattern) for pattern in provider.models}
    for where, found in {place: provider, **regions, **models}.items():
        if found.thinking != DEFAULT and not found.thinking_body:
            raise BadInput.told("error.providers.thinking", place=where, thinking=found.thinking)


_BASES: Mapping[str, Provider] = {
    name: _provider(name, row, None, _BUNDLED.name) for name, row in _rows_of(_BUNDLED).items()
}
PROVIDERS: Mapping[str, Provider] = _laid_over(_BASES, {}, _BUNDLED.name)
