"""Keys by name only: where a name is looked up, and to which hosts what it names may go."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable

from labkit.errors import BadInput, MissingExtra, MissingKey
from labkit.models.provider import Provider
from labkit.privacy.hosts import host_of
from labkit.texts import say

ENV, KEYRING = "env:", "keyring:"


def is_key_name(name: str) -> bool:
    """Whether a text names a key ("env:NAME" or "keyring:service/name") rather than being one."""
    if name.startswith(KEYRING):
        service, _, entry = name.removeprefix(KEYRING).rpartition("/")
        return bool(service and entry)
    return name.startswith(ENV) and name != ENV


def spoken_name(name: str) -> str:
    """A key's name as a reader knows it: the variable, or the keyring entry."""
    entry = name.removeprefix(KEYRING)
    return name.removeprefix(ENV) if name.startswith(ENV) else say("keys.keyring_entry", entry=entry)


def has_key(name: str) -> bool | None:
    """Whether a key is there; None when only the keyring could say, which may ask for a password."""
    return bool(os.environ.get(name.removeprefix(ENV))) if name.startswith(ENV) else None


def read_key(name: str, model: str) -> str:
    """The key behind a name, read anew at each call and never kept.

    Args:
        name: "env:NAME" or "keyring:service/name".
        model: who needs it, for the error.

    Raises:
        MissingKey: there is none, or what is there cannot be a key.
        MissingExtra: it is in the keyring, and the extra 'keyring' is not installed.
    """
    key = _look_up(name).strip()
    spoken = spoken_name(name)
    if not key and name.startswith(ENV):
        raise MissingKey.told("error.keys.no_variable", model=model, variable=spoken)
    if not key:
        raise MissingKey.told("error.keys.no_entry", model=model, spoken=spoken)
    if not key.isascii() or not key.isprintable():
        raise MissingKey.told("error.keys.garbled", spoken=spoken)
    return key


def check_key_hosts(known: Collection[Provider], chosen: Iterable[Provider], where: str) -> None:
    """Refuse to send a key to a host that it was not set for.

    A key belongs to the hosts of the bundled provider that reads it, all its regions, or else to the host of the first
    table that names it. For any other host its table must say `key_host = "<host>"`.

    Args:
        known: the bundled providers.
        chosen: all providers of the scene, in order.
        where: the file, for the error.

    Raises:
        BadInput: a table would send a key elsewhere.
    """
    companies: dict[str, set[str]] = {}
    for provider in known:
        companies.setdefault(provider.name.partition("@")[0], set()).add(host_of(provider.base_url))
    owners = {provider.key: companies[provider.name.partition("@")[0]] for provider in known if provider.key}
    for provider in chosen:
        host = host_of(provider.base_url)
        hosts = owners.setdefault(provider.key, {host}) if provider.key else {host}
        if host not in hosts and provider.key_host != host:
            spoken, whose = spoken_name(provider.key or ""), say("error.unknown.or").join(sorted(hosts))
            raise BadInput.told(
                "error.keys.other_host", where=where, provider=provider.name, spoken=spoken, whose=whose, host=host
            )


def _look_up(name: str) -> str:
    if name.startswith(ENV):
        return os.environ.get(name.removeprefix(ENV), "")
    try:
        import keyring
    except ImportError as error:
        raise MissingExtra(say("keys.key", name=name), "keyring") from error
    service, _, entry = name.removeprefix(KEYRING).rpartition("/")
    try:
        return keyring.get_password(service, entry) or ""
    except keyring.errors.KeyringError as error:
        raise MissingKey.told("error.keys.locked", kind=type(error).__name__) from error
