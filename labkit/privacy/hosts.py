"""Whose host an address names: what goes to this machine leaves it for nobody."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def host_of(base_url: str) -> str:
    """The host in an address, in lower case; "" when there is none."""
    return (urlsplit(base_url).hostname or "").rstrip(".")


def is_this_machine(host: str) -> bool:
    """Whether a host is plainly this machine: localhost or a loopback address, not a name that resolves to one."""
    address = as_address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def as_address(host: str) -> Address | None:
    """A host that is written as an IP address, or None."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
