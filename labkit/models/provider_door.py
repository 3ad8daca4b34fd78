"""A provider's files and jobs: exchanges that carry the key to its own host and nowhere else, errors of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from labkit.errors import BadInput, ModelBusy
from labkit.models.addresses import check_address
from labkit.models.completion import as_object
from labkit.models.provider import Provider
from labkit.privacy.hosts import host_of
from labkit.texts import say

if TYPE_CHECKING:
    import httpx2

_TRANSFER_S = 600.0  # seconds for one file
GONE = (404, 410)


class ProviderDoor:
    """What batch files and tuning jobs of a provider have in common.

    Args:
        provider: whose.
        model: the model's name, for errors.
        setting: the setting of the provider that says where they are: "batch_url" or "tuning_url".
        headers: say who is asking; they go to the provider's own host and nowhere else.
        error: makes an error of a status, headers and a body.
        redact: takes the key out of what came back.
        largest: bytes of one reply.

    Raises:
        BadInput: the provider has none, or at another host than the one that the key is for.
    """

    def __init__(
        self,
        provider: Provider,
        model: str,
        setting: str,
        headers: Callable[[], Mapping[str, str]],
        error: Callable[[int, Mapping[str, str], bytes], Exception],
        redact: Callable[[bytes], bytes],
        largest: int,
    ) -> None:
        url = str(getattr(provider, setting))
        check_address(url, f"The {setting} of provider {provider.name!r}", provider.private_network)
        if host_of(url) != host_of(provider.base_url):
            raise BadInput.told("error.provider.other_host", model=model, setting=setting, url=host_of(url))
        self._provider, self._model, self._url, self._largest = provider, model, url.rstrip("/"), largest
        self._headers, self._error, self._redact = headers, error, redact

    def ask(self, method: str, path: str, **sent: Any) -> Mapping[str, Any]:
        """The JSON object with which the provider answers.

        Raises:
            ModelBusy: it did not, for now.
            ModelRefused and others of ours: what it says instead.
        """
        return self.object_in(self.exchange(method, path, **sent), path)

    def object_in(self, response: httpx2.Response, path: str) -> Mapping[str, Any]:
        """The JSON object in a response that is no refusal."""
        body = self._redact(self.taken(response).content)
        found = as_object(body)
        if not found:
            raise ModelBusy(say("error.door.no_object", model=self._model, path=path), raw=body)
        return found

    def exchange(self, method: str, path: str, **sent: Any) -> httpx2.Response:
        """A response as it is; ModelBusy when there is none."""
        import httpx2

        try:
            return self._http.request(method, f"{self._url}/{path}", headers=dict(self._headers()), **sent)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            said = self._redact((str(error) or type(error).__name__).encode()).decode(errors="replace")
            raise ModelBusy(say("error.door.broken", model=self._model, path=path, url=self._url, said=said)) from None

    def taken(self, response: httpx2.Response) -> httpx2.Response:
        """A response that is no refusal."""
        if not 200 <= response.status_code < 300:
            raise self._error(response.status_code, response.headers, self._redact(response.content))
        return response

    @cached_property
    def _http(self) -> httpx2.Client:
        from labkit.models.transport import guarded_client

        provider = self._provider
        return guarded_client(
            self._url,
            _TRANSFER_S,
            ca_file=provider.ca_file,
            private_network=provider.private_network,
            largest_reply=self._largest,
            proxy=provider.proxy,
        )


def mapping(value: object) -> Mapping[str, Any]:
    """A value of JSON that should be an object; an empty one where it is none."""
    return value if isinstance(value, dict) else {}
