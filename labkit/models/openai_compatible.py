"""A model behind an API that speaks Chat Completions: OpenAI and most others, and any server of your own."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from labkit.errors import MissingKey, ModelBusy, ModelError, ModelUnreachable
from labkit.models.api_errors import api_error, is_withheld
from labkit.models.completion import read_completion
from labkit.models.providers import DEFAULT, Provider, check_address
from labkit.records import Message, Reply, Request

if TYPE_CHECKING:
    import httpx2
    from openai import OpenAI

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: JSON in UTF-8 cannot carry it
_NO_KEY = "none"  # the client insists on a key; servers that need none ignore it


class OpenAICompatible:
    """One model of one provider; every attempt is made by labkit's own schedule, none by the client's.

    The key is read from its environment variable when it is first needed, goes into the header of requests to the
    provider's own address, and nowhere else: what a server says is searched for it before anyone sees it.

    Args:
        provider: the server, as data.
        model: the model's name there.

    Raises:
        BadInput: the provider's address would carry posts unencrypted.
    """

    batch_size = 1

    def __init__(self, provider: Provider, model: str) -> None:
        check_address(provider.base_url, f"Provider {provider.name!r}")
        self._provider = provider
        self._model = model

    def __repr__(self) -> str:
        return f"OpenAICompatible({self.name!r})"

    @property
    def name(self) -> str:
        """`<provider>/<model>`."""
        return f"{self._provider.name}/{self._model}"

    @property
    def concurrency(self) -> int:
        """Requests at once."""
        return self._provider.concurrency

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Where it is asked and with which sampling."""
        provider = self._provider
        sampling = {"temperature": provider.temperature, "max_tokens": provider.max_tokens}
        return {"base_url": provider.base_url, "json_mode": provider.json_mode, **sampling}

    def check(self) -> None:
        """See that the server is there and takes the key, by asking for its list of models, which costs nothing.

        Raises:
            MissingKey: the key's environment variable is empty.
            ModelUnreachable: nothing listens at the address.
            ModelRefused: the key is refused, or the address points elsewhere.
        """
        import httpx2

        url = f"{self._provider.base_url.rstrip('/')}/models"
        try:
            reply = self._http.get(url, headers={"authorization": f"Bearer {self._key}"})
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ModelUnreachable(
                f"{self.name}: nothing answers at {self._provider.base_url} ({self._redact(str(error))})",
                "Start the server, or see to its base_url in models.toml",
            ) from None
        if reply.status_code == 401 or 300 <= reply.status_code < 400:
            raise api_error(reply.status_code, reply.headers, self._redact_bytes(reply.content), self.name)

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Answer requests one after the other; see `Model.answer`."""
        return [self._ask(request) for request in requests]

    def _ask(self, request: Request) -> Reply:
        import httpx2
        import openai

        started = time.monotonic()
        try:
            response = self._client.chat.completions.with_raw_response.create(**self._body(request))
            body = self._redact_bytes(response.http_response.content)
            return read_completion(body, self.name, time.monotonic() - started)
        except openai.APIStatusError as error:
            body = self._redact_bytes(error.response.content)
            if is_withheld(error.status_code, body):
                return Reply("", body, "content_filter", latency_s=time.monotonic() - started)
            raise api_error(error.status_code, error.response.headers, body, self.name) from None
        except (openai.APIConnectionError, httpx2.HTTPError) as error:
            raise ModelBusy(f"{self.name}: {self._redact(str(error.__cause__ or error))}") from None
        except (openai.OpenAIError, ValueError) as error:
            raise ModelError(f"{self.name}: {self._redact(str(error))}") from None

    def _body(self, request: Request) -> dict[str, Any]:
        """The parameters of one request, as this provider takes them."""
        provider = self._provider
        body: dict[str, Any] = {
            "model": self._model,
            "messages": _chat_messages(request.messages, provider.system_role),
            provider.max_tokens_name: provider.max_tokens,
        }
        if provider.temperature != DEFAULT:
            body["temperature"] = provider.temperature
        if provider.json_mode and any("json" in message.content.lower() for message in request.messages):
            body["response_format"] = {"type": "json_object"}
        return body

    @cached_property
    def _http(self) -> httpx2.Client:
        from labkit.models.transport import guarded_client

        return guarded_client(self._provider.timeout_s, self.concurrency)

    @cached_property
    def _client(self) -> OpenAI:
        from openai import OpenAI

        return OpenAI(api_key=self._key, base_url=self._provider.base_url, max_retries=0, http_client=self._http)

    @property
    def _key(self) -> str:
        if self._provider.key is None:
            return _NO_KEY
        variable = self._provider.key.removeprefix("env:")
        key = os.environ.get(variable, "").strip()
        if not key:
            raise MissingKey(f"{self.name} needs a key, and {variable} is empty", f"Set it: export {variable}=…")
        if not key.isascii() or not key.isprintable():
            raise MissingKey(f"{variable} holds something that cannot be a key", "Copy the key once more")
        return key

    def _redact(self, text: str) -> str:
        return text if self._provider.key is None else text.replace(self._key, "[key]")

    def _redact_bytes(self, body: bytes) -> bytes:
        return body if self._provider.key is None else body.replace(self._key.encode(), b"[key]")


def _chat_messages(messages: Sequence[Message], system_role: bool) -> list[dict[str, str]]:
    """Messages as an API takes them; without a system role its words open the user's."""
    texts = [(message.role, _LONE_SURROGATE.sub("\ufffd", message.content)) for message in messages]
    if not system_role:
        texts = [("user", "\n\n".join(text for _, text in texts))]
    return [{"role": role, "content": text} for role, text in texts]
