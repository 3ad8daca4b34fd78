"""What is known of each API provider, as data: providers differ by a row here, not by code.

A scene's models.toml overrides rows and adds new ones:

    [moonshot]                                 # a known provider: only what differs
    base_url = "https://api.moonshot.ai/v1"    # the international endpoint; its keys are not the mainland's

    [ours]                                     # any server that speaks Chat Completions
    base_url = "http://127.0.0.1:8000/v1"
    key = "env:OUR_KEY"                        # the name of an environment variable, never the key itself
    temperature = "default"                    # leave it to the server
"""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from labkit.errors import BadInput, UnknownName

if TYPE_CHECKING:
    from labkit.workspace import Scene

MODELS_FILE = "models.toml"
DEFAULT = "default"  # a parameter that is left to the server


@dataclass(frozen=True, slots=True)
class Provider:
    """One server that speaks Chat Completions.

    Args:
        name: the word before the slash in a model's name.
        base_url: its address, up to and including the version ("…/v1"); https, unless it is this machine.
        key: "env:NAME" of the environment variable that holds the key, or None when it needs none.
        json_mode: whether it takes response_format json_object; sent only when the prompt says "json", which
            DashScope and OpenAI insist on.
        temperature: sampling temperature, or "default" where the server does not let it be set.
        max_tokens: the longest answer, in tokens.
        max_tokens_name: what it calls that parameter.
        system_role: whether it knows the system role; if not, the system message opens the user message.
        concurrency: requests at once.
        timeout_s: seconds for one answer, first to last byte.
    """

    name: str
    base_url: str
    key: str | None = None
    json_mode: bool = True
    temperature: float | str = 0.0
    max_tokens: int = 1024
    max_tokens_name: str = "max_tokens"
    system_role: bool = True
    concurrency: int = 8
    timeout_s: float = 120.0


# Source: the providers' own API references, November 2026.
# Chinese providers are listed at their mainland endpoints.
PROVIDERS: Mapping[str, Provider] = {
    provider.name: provider
    for provider in (
        Provider("openai", "https://api.openai.com/v1", "env:OPENAI_API_KEY", max_tokens_name="max_completion_tokens"),
        # kimi models pin temperature and refuse any other with 400
        Provider("moonshot", "https://api.moonshot.cn/v1", "env:MOONSHOT_API_KEY", temperature=DEFAULT),
        Provider("dashscope", "https://dashscope.aliyuncs.com/compatible-mode/v1", "env:DASHSCOPE_API_KEY"),
        Provider("deepseek", "https://api.deepseek.com", "env:DEEPSEEK_API_KEY"),
        Provider("zhipu", "https://open.bigmodel.cn/api/paas/v4", "env:ZHIPUAI_API_KEY"),
        Provider("qianfan", "https://qianfan.baidubce.com/v2", "env:QIANFAN_API_KEY"),
        # its reference lists the roles user and assistant only, and no JSON mode
        Provider(
            "baichuan", "https://api.baichuan-ai.com/v1", "env:BAICHUAN_API_KEY", json_mode=False, system_role=False
        ),
        Provider("vllm", "http://127.0.0.1:8000/v1", concurrency=32),
        Provider("ollama", "http://127.0.0.1:11434/v1", concurrency=2),
    )
}

_KINDS: Mapping[str, tuple[type, ...]] = {
    "base_url": (str,),
    "key": (str,),
    "json_mode": (bool,),
    "temperature": (int, float, str),
    "max_tokens": (int,),
    "max_tokens_name": (str,),
    "system_role": (bool,),
    "concurrency": (int,),
    "timeout_s": (int, float),
}


def providers_of(scene: Scene | None = None) -> Mapping[str, Provider]:
    """The bundled providers with a scene's models.toml laid over them.

    Args:
        scene: whose models.toml is read; None is only the bundled ones.

    Raises:
        BadInput: models.toml is not TOML, has an unknown or useless value, or holds a key instead of its name.
    """
    path = scene.path / MODELS_FILE if scene else None
    if path is None or not path.exists():
        return PROVIDERS
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadInput(f"{path} cannot be read: {error}", "See labkit/models/providers.py for an example") from error
    return {**PROVIDERS, **{name: _provider(name, row, path) for name, row in rows.items()}}


def _provider(name: str, row: object, path: Path) -> Provider:
    """One table of models.toml over the bundled row of the same name."""
    where = f"{path}, [{name}]"
    if not isinstance(row, dict):
        raise BadInput(f"{path}: {name!r} stands outside a table", f"Write [{name}] and its values below")
    for field, value in row.items():
        _check_value(field, value, where)
    if name == "local":
        raise BadInput(f"{where}: 'local' stands for models of this machine", "Choose another name for the server")
    known = PROVIDERS.get(name)
    if known is None and "base_url" not in row:
        raise BadInput(f"{where} has no base_url", 'Add base_url = "https://…/v1"')
    provider = replace(known, **row) if known else Provider(name, **row)
    check_address(provider.base_url, where)
    return provider


def _check_value(field: str, value: Any, where: str) -> None:
    if field not in _KINDS:
        raise UnknownName(f"setting in {where} called", field, _KINDS)
    right_kind = isinstance(value, _KINDS[field]) and (isinstance(value, bool) == (_KINDS[field] == (bool,)))
    if not right_kind:
        raise BadInput(f"{where}: {field} is {value!r}", f"Write a value of kind {_KINDS[field][0].__name__}")
    if field == "key" and not value.startswith("env:"):
        raise BadInput(f"{where}: key must be the name of an environment variable", 'Write key = "env:NAME"')
    if field == "temperature" and isinstance(value, str) and value != DEFAULT:
        raise BadInput(f"{where}: temperature is {value!r}", 'Write a number, or "default"')
    if field in ("max_tokens", "concurrency", "timeout_s") and value <= 0:
        raise BadInput(f"{where}: {field} is {value!r}", "Write a number above 0")


def check_address(base_url: str, where: str) -> None:
    """Refuse an address to which posts and a key would travel unprotected, or that is no web address.

    Args:
        base_url: the address.
        where: what names it, for the error.

    Raises:
        BadInput: not http(s), with a user name in it, or http to another machine.
    """
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise BadInput(f"{where}: base_url is not an address ({error})", "Write https://host/v1") from error
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        raise BadInput(f"{where}: base_url {base_url!r} is not usable", "Write https://host/v1")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise BadInput(f"{where}: base_url {base_url!r} would send posts and key unencrypted", "Write https://…")


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


if set(_KINDS) != {field.name for field in fields(Provider)} - {"name"}:  # pragma: no cover
    raise TypeError("every setting of Provider needs its kind in _KINDS")
