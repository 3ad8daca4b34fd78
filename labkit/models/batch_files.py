"""A provider's batch files in OpenAI's form: one file of requests goes out, files of answers and errors come back.

The form: POST /files (multipart, purpose "batch"), POST /batches, GET /batches/{id}, GET /files/{id}/content; a line is
{"custom_id", "method", "url", "body"} on the way out and {"custom_id", "response": {"status_code", "body"}, "error"} on
the way back, in any order. Source: OpenAI's API reference, "Batch"; DashScope speaks it at its compatible address.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.errors import BadInput, ModelRefused
from labkit.models.provider import Provider
from labkit.models.provider_door import GONE, ProviderDoor, mapping

ENDPOINT = "/v1/chat/completions"
MAX_REQUESTS = 50_000  # in one file, of every provider that has the form
MAX_BYTES = 90_000_000  # of one file; DashScope takes 100 MB, OpenAI 200 MB
_OVER = ("completed", "failed", "expired", "cancelled", "canceled")  # any other word may mean: still at it
_MARK = "labkit_batch"  # the name under which a batch carries our key
_PAGE, _PAGES = 100, 20  # the newest 2,000 batches are looked through for a lost one


@dataclass(frozen=True, slots=True)
class Batch:
    """What a provider says of a batch.

    Args:
        id: its name there.
        status: the provider's word: validating, in_progress, finalizing, completed, failed, expired, cancelled …
        output, errors: ids of its files of answers and of errors, "" when it has none.
        done, failed, total: its requests, as far as it counts them.
        problem: why it was refused as a whole, or "".
    """

    id: str
    status: str
    output: str = ""
    errors: str = ""
    done: int = 0
    failed: int = 0
    total: int = 0
    problem: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in _OVER


class BatchFiles:
    """The door to one provider's batches.

    Args:
        provider: its `batch_url` is where they are.
        model: the model's name, for errors.
        headers: say who is asking; they go to the provider's own host and nowhere else.
        error: makes an error of a status, headers and a body.
        redact: takes the key out of what came back.

    Raises:
        BadInput: the provider takes none, or at another host than the one that the key is for.
    """

    def __init__(
        self,
        provider: Provider,
        model: str,
        headers: Callable[[], Mapping[str, str]],
        error: Callable[[int, Mapping[str, str], bytes], Exception],
        redact: Callable[[bytes], bytes],
    ) -> None:
        if not provider.batch_url:
            raise BadInput.told("error.batch.unknown_provider", model=model, provider=provider.name)
        self._model, self._redact = model, redact
        self._door = ProviderDoor(provider, model, "batch_url", headers, error, redact, 10 * MAX_BYTES)

    def upload(self, content: bytes, name: str) -> str:
        """Hand over a file of requests; its id."""
        parts = {"file": (name, content, "application/jsonl")}
        return str(self._door.ask("POST", "files", files=parts, data={"purpose": "batch"}).get("id", ""))

    def create(self, file: str, key: str) -> Batch:
        """Have a file worked on, within a day.

        Args:
            file: the id of an uploaded one.
            key: ours; it is found again by it when the answer to this is lost.
        """
        asked = {"input_file_id": file, "endpoint": ENDPOINT, "completion_window": "24h", "metadata": {_MARK: key}}
        return _read(self._door.ask("POST", "batches", json=asked))

    def get(self, batch: str) -> Batch:
        """How far a batch is.

        Raises:
            ModelRefused: there is none of that name, at least not for this key.
        """
        response = self._door.exchange("GET", f"batches/{batch}")
        if response.status_code in GONE:
            raise ModelRefused.told(
                "error.batch.unknown", model=self._model, batch=batch, status_code=response.status_code
            )
        return _read(self._door.object_in(response, f"batches/{batch}"))

    def find(self, key: str, file: str) -> Batch | None:
        """The batch that carries a key of ours or works on a file of ours, or None; not every provider keeps keys."""
        after: dict[str, Any] = {}
        for _ in range(_PAGES):
            page = self._door.ask("GET", "batches", params={"limit": _PAGE, **after})
            found = [entry for entry in page.get("data") or [] if isinstance(entry, dict)]
            for entry in found:
                marked = mapping(entry.get("metadata")).get(_MARK) == key
                if marked or (file and entry.get("input_file_id") == file):
                    return _read(entry)
            if not found or not page.get("has_more"):
                return None
            after = {"after": str(found[-1].get("id", ""))}
        return None

    def content(self, file: str) -> bytes | None:
        """A file of answers or errors, whole; None when the provider no longer keeps it."""
        response = self._door.exchange("GET", f"files/{file}/content")
        return None if response.status_code in GONE else self._redact(self._door.taken(response).content)


def batch_line(custom_id: str, body: Mapping[str, Any]) -> bytes:
    """One request as a line of a batch file."""
    line = {"custom_id": custom_id, "method": "POST", "url": ENDPOINT, "body": body}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _read(said: Mapping[str, Any]) -> Batch:
    counts = mapping(said.get("request_counts"))
    done, failed, total = (n if isinstance(n := counts.get(k), int) else 0 for k in ("completed", "failed", "total"))
    problems = mapping(said.get("errors")).get("data")
    told = [str(mapping(entry).get("message", "")) for entry in problems] if isinstance(problems, list) else []
    output, errors = (str(said.get(name) or "") for name in ("output_file_id", "error_file_id"))
    name, status = str(said.get("id", "")), str(said.get("status", "")).lower()
    return Batch(name, status, output, errors, done, failed, total, "; ".join(told[:3]))
