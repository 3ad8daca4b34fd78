"""A model behind an API that speaks Chat Completions: OpenAI and most others, and any server of your own."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from labkit.errors import ModelBusy, ModelUnreachable
from labkit.models.addresses import check_address, ignored_settings
from labkit.models.api_errors import ErrorKind, api_error, kind_of
from labkit.models.batch_files import BatchFiles, batch_line
from labkit.models.completion import FILTERED, read_completion
from labkit.models.event_stream import read_stream
from labkit.models.keys import read_key, spoken_name
from labkit.models.provider import DEFAULT, Provider
from labkit.models.response_format import response_format
from labkit.models.tuning_service import TuningService
from labkit.records import Message, Reply, Request
from labkit.texts import say

if TYPE_CHECKING:
    from labkit.models.connections import Answer, Headers
    from labkit.models.listening import Listener
    from labkit.models.transport import GuardedTransport

_AFTER_WORK = (500, 502, 504)  # a server that failed may have worked; one that refused has not
_SECRET_CHARACTERS = 8  # a shorter word or number, such as EMPTY or ollama, no provider gives out as a key
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: JSON in UTF-8 cannot carry it


class OpenAICompatible:
    """One model of one provider; every attempt is made by labkit's own schedule, none by itself.

    The key is looked up by its name when it is first needed, goes into the header of requests to the provider's own
    address, and nowhere else: what a server says is searched for it before anyone sees it.

    Args:
        provider: the server, as data; what it says of this very model is taken from it.
        model: the model's name there.

    Raises:
        BadInput: the provider's address would carry posts unencrypted.
    """

    batch_size = 1

    def __init__(self, provider: Provider, model: str) -> None:
        self._provider = provider.for_model(model)
        check_address(self._provider.base_url, f"Provider {provider.name!r}", self._provider.private_network)
        self._model = model

    def __repr__(self) -> str:
        return f"OpenAICompatible({self.name!r})"

    @property
    def name(self) -> str:
        """`<provider>/<model>`."""
        return f"{self._provider.name}/{self._model}"

    @property
    def provider(self) -> Provider:
        """What is known of its server, and of this model there."""
        return self._provider

    @property
    def concurrency(self) -> int:
        """Requests at once."""
        return self._provider.concurrency

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Where it is asked, in which form and with which sampling."""
        provider = self._provider
        asked = {"temperature": provider.temperature, "max_tokens": provider.max_tokens, **provider.thinking_body}
        return {**asked, **provider.extra_body, "base_url": provider.base_url, "json_mode": provider.json_mode}

    def require_key(self) -> None:
        """Raise MissingKey when it needs a key and there is none where its name points; nobody is asked for that."""
        _ = self._key

    def check(self) -> None:
        """See that the server is there and takes the key, by asking for its list of models, which costs nothing.

        Raises:
            MissingKey: there is no key where its name points.
            ModelUnreachable: nothing listens at the address.
            ModelRefused: the key is refused, or the address points elsewhere.
        """
        import httpx2

        try:
            reply = self._transport.exchange("GET", self._target("models"), self._headers)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise self._unreachable(error) from None
        if reply.status == 401 or 300 <= reply.status < 400:
            raise self._error(reply.status, reply.named_headers, self._redact_bytes(reply.body))

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Answer requests one after the other; see `Model.answer`."""
        return [self._ask(request) for request in requests]

    def begin(self, request: Request, listener: Listener, ended: Callable[[Reply | Exception], None]) -> bool:
        """Send a request on a connection that is open, if one is idle, without waiting for the answer.

        Args:
            request: a rendered prompt.
            listener: goes on with it.
            ended: is called once, by `listener.go_on`, with what `answer` would return or raise.

        Returns:
            Whether it was sent; otherwise `answer` may open a connection.
        """
        started = time.monotonic()
        exchange = self._transport.begin(
            "POST", self._target("chat/completions"), self._headers, self._content(request)
        )
        if exchange is None:
            return False

        def hear(outcome: Answer | Exception) -> None:
            try:
                reply = self._read(outcome, started)
            except Exception as error:
                ended(error)
            else:
                ended(reply)

        listener.add(exchange, hear)
        return True

    def batch_files(self) -> BatchFiles:
        """The door to the provider's batches; BadInput when it is not known to have one."""
        return BatchFiles(self._provider, self.name, lambda: self._authorization, self._error, self._redact_bytes)

    def tuning_service(self) -> TuningService:
        """The door to the provider's tuning of this model; BadInput when it is not known to have one."""
        asking = (lambda: self._authorization, self._error, self._redact_bytes)
        return TuningService(self._provider, self.name, self._model, *asking)

    def batch_line(self, custom_id: str, request: Request) -> bytes:
        """A request as a line of a batch file; answers in files are never streamed."""
        body = self._body(request)
        return batch_line(custom_id, {key: body[key] for key in body if key not in ("stream", "stream_options")})

    def _ask(self, request: Request) -> Reply:
        import httpx2

        started, content = time.monotonic(), self._content(request)
        outcome: Answer | Exception
        try:
            outcome = self._transport.exchange("POST", self._target("chat/completions"), self._headers, content)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            outcome = error
        return self._read(outcome, started)

    def _read(self, outcome: Answer | Exception, started: float) -> Reply:
        """The reply in what came of an exchange that began at a moment of the monotonic clock; see `answer`."""
        if isinstance(outcome, Exception):
            raise self._broken(outcome) from None
        status, body = outcome.status, self._redact_bytes(outcome.body)
        latency_s = time.monotonic() - started
        if 200 <= status < 300:
            read = read_stream if self._provider.streams else read_completion
            return read(body, self.name, latency_s, self._provider)
        if kind_of(status, body, self._provider.errors) is ErrorKind.FILTER:
            return Reply("", body, FILTERED, latency_s=latency_s)
        raise self._error(status, outcome.named_headers, body)

    def _content(self, request: Request) -> bytes:
        return json.dumps(self._body(request), ensure_ascii=False, separators=(",", ":")).encode()

    def _broken(self, error: Exception) -> Exception:
        """ModelBusy for an exchange that failed on its way, ModelUnreachable where a certificate is not trusted."""
        import httpx2

        from labkit.models.transport import why_distrusted

        if not isinstance(error, httpx2.HTTPError | httpx2.InvalidURL):
            return error
        if why_distrusted(error):
            return self._unreachable(error)
        said = self._redact(str(error) or type(error).__name__)
        unsent = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError | httpx2.InvalidURL)
        billed = say(f"error.api.{'unsent' if unsent else 'maybe_billed'}")
        broken = ModelBusy(say("error.api.broken", name=self.name, said=said, billed=billed))
        broken.maybe_billed = not unsent
        return broken

    def _unreachable(self, error: Exception) -> ModelUnreachable:
        """The error behind a connection that could not be made."""
        from labkit.models.transport import why_distrusted

        address, ignored = self._provider.base_url, ", ".join(ignored_settings())
        if reason := why_distrusted(error):
            return ModelUnreachable.told("error.api.certificate", name=self.name, address=address, reason=reason)
        said, key = self._redact(str(error) or type(error).__name__), "error.api.silent"
        if ignored:
            return ModelUnreachable.told(f"{key}_proxy", name=self.name, address=address, said=said, ignored=ignored)
        return ModelUnreachable.told(key, name=self.name, address=address, said=said)

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
        if form := response_format(provider, request.messages):
            body["response_format"] = form
        if provider.streams:
            body["stream"] = True
            body |= {"stream_options": {"include_usage": True}} if provider.stream_usage else {}
        return {**body, **provider.thinking_body, **provider.extra_body}

    def _error(self, status: int, headers: Mapping[str, str], body: bytes) -> Exception:
        hints = {ErrorKind.KEY: self._about_the_key()}
        error = api_error(status, headers, body, self.name, self._provider.errors, hints)
        error.maybe_billed = status in _AFTER_WORK
        return error

    def _about_the_key(self) -> str:
        provider = self._provider
        named = provider.key and say("error.api.fix.key_named", spoken=spoken_name(provider.key))
        fix = named or say("error.api.fix.key_unnamed")
        elsewhere = say("error.unknown.or").join(f"{name}/{self._model}" for name in provider.other_regions)
        return say("error.api.fix.key_elsewhere", fix=fix, elsewhere=elsewhere) if elsewhere else fix

    @cached_property
    def _transport(self) -> GuardedTransport:
        from labkit.models.transport import guarded_transport

        provider = self._provider
        return guarded_transport(
            provider.base_url,
            provider.timeout_s,
            ca_file=provider.ca_file,
            private_network=provider.private_network,
            proxy=provider.proxy,
        )

    def _target(self, path: str) -> bytes:
        return _path_of(f"{self._provider.base_url.rstrip('/')}/{path}")

    @cached_property
    def _headers(self) -> Headers:
        said = {"accept": "application/json", "content-type": "application/json", **self._authorization}
        return [(name.encode(), value.encode()) for name, value in said.items()]

    @cached_property
    def _key(self) -> str:
        """The key; "" when the server needs none."""
        return read_key(self._provider.key, self.name) if self._provider.key else ""

    @property
    def _authorization(self) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self._key}"} if self._key else {}

    @property
    def _secret(self) -> str:
        """The key, where it can be one: out of `"prompt_tokens"` a key that is called `token` would take the usage."""
        key = self._key or ""
        is_word = len(key) < _SECRET_CHARACTERS and (key.isalpha() or key.isdigit())
        return "" if is_word else key

    def _redact(self, text: str) -> str:
        return text.replace(self._secret, "[key]") if self._secret else text

    def _redact_bytes(self, body: bytes) -> bytes:
        return body.replace(self._secret.encode(), b"[key]") if self._secret else body


@lru_cache(maxsize=64)  # taking an address apart costs as much as a quarter of an exchange
def _path_of(address: str) -> bytes:
    """What of an address a request says."""
    import httpx2

    return httpx2.URL(address).raw_path


def _chat_messages(messages: Sequence[Message], system_role: bool) -> list[dict[str, str]]:
    """Messages as an API takes them; without a system role its words open the user's."""
    texts = [(message.role, _LONE_SURROGATE.sub("\ufffd", message.content)) for message in messages]
    if not system_role:
        texts = [("user", "\n\n".join(text for _, text in texts))]
    return [{"role": role, "content": text} for role, text in texts]
