"""A provider's tuning service: a file of conversations goes out, a job is made of it, a tuned model's name comes back.

Two forms are spoken. OpenAI's: POST /files (purpose "fine-tune"), POST /fine_tuning/jobs, GET /fine_tuning/jobs/{id};
source: OpenAI's API reference, "Fine-tuning". DashScope's, which Bailian documents: POST /files (field "files"), POST
/fine-tunes, GET /fine-tunes/{job}; source: Alibaba Cloud Model Studio, "Fine-tune with the API or CLI" (2026-06-03).
There the tuned model answers only once somebody has deployed it in the console, under a name that is given there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.errors import BadInput, ModelBusy, ModelRefused
from labkit.models.provider import Provider
from labkit.models.provider_door import GONE, ProviderDoor, mapping
from labkit.texts import say

MAX_BYTES = 300_000_000  # of a file; DashScope takes 300 MB, OpenAI 512 MB
_MARK = "labkit_tuning"  # the name under which a job carries our key at OpenAI; at DashScope it is the job's own name
_PAGE, _PAGES = 100, 20  # the newest 2,000 jobs are looked through for a lost one
_OVER = {"succeeded": "succeeded", "failed": "failed", "cancelled": "cancelled", "canceled": "cancelled"}


@dataclass(frozen=True, slots=True)
class TuningStatus:
    """What a provider says of a tuning job.

    Args:
        job: its name there.
        state: "succeeded", "failed", "cancelled", or the provider's own word while it is at work.
        tuned: the tuned model's name there, "" as long as it has none.
        tokens: tokens it was trained on, all epochs together; None while it does not say.
        problem: why it failed, or "".
    """

    job: str
    state: str
    tuned: str = ""
    tokens: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Form:
    """How a service is spoken to.

    Args:
        jobs: the path of its jobs.
        file_field: the field of an upload that holds the file.
        file_id: an upload's answer -> the file's id.
        asked: model, file, our key, epochs -> what asks for a job.
        job_in: an answer -> the job's record in it.
        jobs_in: a list's answer -> the records in it.
        is_ours: a record, our key, our file -> whether we asked for it.
        page: number of a page, the last job's name -> the parameters that ask for it.
        name, tuned, tokens: where these stand in a record.
        deployed_by_hand: whether the tuned model answers only once somebody has deployed it.
    """

    jobs: str
    file_field: str
    file_id: Callable[[Mapping[str, Any]], str]
    asked: Callable[[str, str, str, int | None], Mapping[str, Any]]
    job_in: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    jobs_in: Callable[[Mapping[str, Any]], Iterable[Any]]
    is_ours: Callable[[Mapping[str, Any], str, str], bool]
    page: Callable[[int, str], Mapping[str, Any]]
    name: str
    tuned: str
    tokens: str
    deployed_by_hand: bool = False


class TuningService:
    """The door to one provider's tuning of one of its models.

    Args:
        provider: its `tuning_url` is where it is.
        name: the model's name with its provider, for errors.
        model: its name there.
        headers, error, redact: see `ProviderDoor`.

    Raises:
        BadInput: the provider is not known to tune models, or does at another host than the one that the key is for.
    """

    def __init__(
        self,
        provider: Provider,
        name: str,
        model: str,
        headers: Callable[[], Mapping[str, str]],
        error: Callable[[int, Mapping[str, str], bytes], Exception],
        redact: Callable[[bytes], bytes],
    ) -> None:
        if not provider.tuning_url:
            raise BadInput.told("error.tuning.unknown_provider", name=name, provider=provider.name)
        self._name, self._model, self._form = name, model, _FORMS[provider.tuning_form]
        self._door = ProviderDoor(provider, name, "tuning_url", headers, error, redact, MAX_BYTES)

    @property
    def deployed_by_hand(self) -> bool:
        """Whether a tuned model answers only once somebody has deployed it in the provider's console."""
        return self._form.deployed_by_hand

    def upload(self, content: bytes, name: str) -> str:
        """Hand over a file of conversations; its id."""
        parts = {self._form.file_field: (name, content, "application/jsonl")}
        said = self._door.ask("POST", "files", files=parts, data={"purpose": "fine-tune"})
        found = self._form.file_id(said)
        if not found:
            raise ModelBusy(say("error.tuning.no_id", name=self._name, said=str(said)[:200]))
        return found

    def create(self, file: str, key: str, epochs: int | None) -> TuningStatus:
        """Have the model tuned on a file.

        Args:
            file: the id of an uploaded one.
            key: ours; the job is found again by it when the answer to this is lost.
            epochs: times each row is learnt; None leaves it to the provider.
        """
        said = self._door.ask("POST", self._form.jobs, json=self._form.asked(self._model, file, key, epochs))
        return self._read(self._form.job_in(said))

    def get(self, job: str) -> TuningStatus:
        """How far a job is.

        Raises:
            ModelRefused: there is none of that name, at least not for this key.
        """
        path = f"{self._form.jobs}/{job}"
        response = self._door.exchange("GET", path)
        if response.status_code in GONE:
            raise ModelRefused.told(
                "error.tuning.unknown_job", name=self._name, job=job, status_code=response.status_code
            )
        return self._read(self._form.job_in(self._door.object_in(response, path)))

    def cancel(self, job: str) -> None:
        """Ask for a job's end; what was trained so far is usually billed."""
        self._door.ask("POST", f"{self._form.jobs}/{job}/cancel")

    def find(self, key: str, file: str) -> TuningStatus | None:
        """The job that carries a key of ours or learns from a file of ours, or None."""
        last = ""
        for number in range(1, _PAGES + 1):
            page = self._door.ask("GET", self._form.jobs, params=self._form.page(number, last))
            found = [entry for entry in self._form.jobs_in(page) if isinstance(entry, dict)]
            for entry in found:
                if self._form.is_ours(entry, key, file):
                    return self._read(entry)
            if len(found) < _PAGE and not page.get("has_more"):
                return None
            last = str(found[-1].get(self._form.name, "")) if found else ""
        return None

    def _read(self, said: Mapping[str, Any]) -> TuningStatus:
        name, word = str(said.get(self._form.name) or ""), str(said.get("status") or "").lower()
        if not name:
            raise ModelBusy(say("error.tuning.no_job", name=self._name, said=str(said)[:200]))
        tokens = said.get(self._form.tokens)
        problem = str(mapping(said.get("error")).get("message") or said.get("message") or "")
        state = _OVER.get(word, word)
        return TuningStatus(
            name,
            state,
            str(said.get(self._form.tuned) or ""),
            tokens if isinstance(tokens, int) and not isinstance(tokens, bool) else None,
            problem if state == "failed" else "",
        )


def _asked_of_openai(model: str, file: str, key: str, epochs: int | None) -> Mapping[str, Any]:
    knobs = {} if epochs is None else {"hyperparameters": {"n_epochs": epochs}}
    method = {"type": "supervised", "supervised": knobs}
    return {"model": model, "training_file": file, "method": method, "metadata": {_MARK: key}}


def _asked_of_dashscope(model: str, file: str, key: str, epochs: int | None) -> Mapping[str, Any]:
    knobs = {} if epochs is None else {"n_epochs": epochs}
    asked = {"model": model, "training_file_ids": [file], "training_type": "efficient_sft", "job_name": key}
    return {**asked, "hyper_parameters": knobs}


def _uploaded_to_dashscope(said: Mapping[str, Any]) -> str:
    files = mapping(said.get("data")).get("uploaded_files")
    return str(mapping(files[0]).get("file_id") or "") if isinstance(files, list) and files else ""


_FORMS: Mapping[str, _Form] = {
    "openai": _Form(
        jobs="fine_tuning/jobs",
        file_field="file",
        file_id=lambda said: str(said.get("id") or ""),
        asked=_asked_of_openai,
        job_in=lambda said: said,
        jobs_in=lambda said: said.get("data") or (),
        is_ours=lambda job, key, file: (
            mapping(job.get("metadata")).get(_MARK) == key or bool(file and job.get("training_file") == file)
        ),
        page=lambda number, last: {"limit": _PAGE, **({"after": last} if last else {})},
        name="id",
        tuned="fine_tuned_model",
        tokens="trained_tokens",
    ),
    "dashscope": _Form(
        jobs="fine-tunes",
        file_field="files",
        file_id=_uploaded_to_dashscope,
        asked=_asked_of_dashscope,
        job_in=lambda said: mapping(said.get("output")),
        jobs_in=lambda said: mapping(said.get("output")).get("jobs") or (),
        is_ours=lambda job, key, file: (
            job.get("job_name") == key or bool(file and file in (job.get("training_file_ids") or ()))
        ),
        page=lambda number, last: {"page_no": number, "page_size": _PAGE},
        name="job_id",
        tuned="finetuned_output",
        tokens="usage",
        deployed_by_hand=True,
    ),
}
