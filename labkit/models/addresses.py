"""Where requests may go: what a base_url may say, and which addresses its host may turn out to have."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from urllib.parse import SplitResult, urlsplit

from labkit.errors import BadInput, ModelRefused
from labkit.privacy.hosts import Address, as_address, is_this_machine
from labkit.texts import say

# Where clouds serve a machine's credentials; the usual one, 169.254.169.254, is link-local.
_METADATA = {ipaddress.ip_address("100.100.100.200"), ipaddress.ip_address("fd00:ec2::254")}
_LEAD_ELSEWHERE = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "OPENAI_BASE_URL")
_NUMBER = re.compile(r"0x[0-9a-f]+|\d+", re.IGNORECASE)  # a last part like this is an address in disguise


def ignored_settings() -> tuple[str, ...]:
    """The variables in the environment that lead other programs elsewhere, and that are not used here."""
    names = (name for variable in _LEAD_ELSEWHERE for name in (variable, variable.lower()))
    return tuple(name for name in names if os.environ.get(name))


def check_address(base_url: str, where: str, private_network: bool = False) -> None:
    """Refuse an address to which posts and a key would travel unprotected, or that is not what it looks like.

    Args:
        base_url: the address.
        where: what names it, for the error.
        private_network: whether it may lie in a private network.

    Raises:
        BadInput: not http(s); a user name or a query in it; http to another machine; letters that are not ASCII;
            or an address that no model's server has.
    """
    parts = _split(base_url, where)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or set("@?#") & set(base_url):
        raise BadInput.told("error.address.unusable", where=where, base_url=_without_secrets(base_url))
    if not host.isascii():
        raise BadInput.told("error.address.look_alike", where=where, host=host, plain=_in_ascii(host))
    address = as_address(host)
    if address is None and _NUMBER.fullmatch(host.rstrip(".").rsplit(".", 1)[-1]):
        raise BadInput.told("error.address.disguised", where=where, host=host)
    reason = address and not address.is_loopback and why_refused(address, private_network)
    if reason:
        raise BadInput(say("error.address.refused", where=where, base_url=base_url, reason=say(reason)), _fix(reason))
    if parts.scheme == "http" and not is_this_machine(host):
        raise BadInput.told("error.address.unencrypted", where=where, base_url=base_url)


def why_refused(address: Address, private_network: bool) -> str:
    """Why nothing is sent to an address, as a key of `texts`; "" when it may be.

    Args:
        address: the address behind a host.
        private_network: whether private addresses are meant.
    """
    if address.is_link_local or address in _METADATA:
        return "address.metadata"
    if address.is_multicast or address.is_unspecified:
        return "address.no_machine"
    if not address.is_global and not private_network:
        return "address.private"
    return ""


def addresses_of(host: str, port: int, private_network: bool) -> list[str]:
    """The addresses behind a host, all of them looked at; to be connected to as they are, so that none changes between.

    Args:
        host: a name or an address.
        port: the port.
        private_network: whether private addresses are meant.

    Raises:
        ModelRefused: one of them is an address to which nothing is sent.
        OSError: the name is not known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for text in addresses if not is_this_machine(host) else ():
        address = as_address(text.partition("%")[0])
        reason = why_refused(address, private_network) if address else "address.none"
        if reason:
            raise ModelRefused(say("error.address.unsent", host=host, text=text, reason=say(reason)), _fix(reason))
    return addresses


def _split(base_url: str, where: str) -> SplitResult:
    try:
        parts = urlsplit(base_url)
        _ = (parts.hostname, parts.port)
    except ValueError as error:
        raise BadInput.told("error.address.none", where=where, error=error) from error
    return parts


def _without_secrets(url: str) -> str:
    """An address without what stands before an @, a password, or behind a question mark, a key."""
    return re.sub(r"([?#]).*", r"\1…", re.sub(r"^.*@", "…@", url, flags=re.DOTALL), flags=re.DOTALL)


def _in_ascii(host: str) -> str:
    """A host's name as the name service knows it."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return "xn--…"


def _fix(reason: str) -> str:
    return say("address.private.fix" if reason == "address.private" else "address.other.fix")
