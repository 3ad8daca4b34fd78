"""promptfoo's results: one JSON file (`-o results.json`) or JSON lines (`-o results.jsonl`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from labkit.errors import BadData
from labkit.imports.answers import (
    LABKIT_STATUS,
    Answer,
    AnswerFile,
    Wanted,
    as_count,
    as_id,
    as_mapping,
    as_seconds,
    as_text,
    texts_in,
)
from labkit.imports.json_files import read_json, read_json_lines
from labkit.records import Usage
from labkit.texts import Line, Where, say

_ERROR = 2  # ResultFailureReason.ERROR; 1 is an assertion that did not hold, which is an answer all the same
Place = tuple[Line, Mapping[str, Any]]


def read_promptfoo(path: Path, wanted: Wanted) -> AnswerFile:
    """Read the results of one provider and one prompt.

    Args:
        path: .json or .jsonl.
        wanted: `id` names a variable or a metadata key of the tests; `model` and `prompt` choose where the file holds
            results of several providers or prompts, by promptfoo's own ids and labels.

    Raises:
        BadData: no results, or those of several providers or prompts and no choice among them.
    """
    results = list(_results(path))
    if not results:
        raise BadData.told("error.import.no_promptfoo", file=path.name)
    kept = _chosen(results, wanted, path)
    model, prompt = _names(kept[0][1])
    return AnswerFile(tuple(_answer(place, result, wanted) for place, result in kept), model, prompt)


def _results(path: Path) -> Iterator[Place]:
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        yield from read_json_lines(path)
        return
    found = as_mapping(read_json(path)).get("results")
    entries = found if isinstance(found, list) else as_mapping(found).get("results")
    for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
        yield Line(path.name, number, "where.result"), as_mapping(entry)


def _names(result: Mapping[str, Any]) -> tuple[str, str]:
    """The provider's and the prompt's name; a label goes before an id."""
    provider, prompt = as_mapping(result.get("provider")), as_mapping(result.get("prompt"))
    model = as_text(provider.get("label") or provider.get("id") or result.get("provider"))
    return model, as_text(prompt.get("label") or result.get("promptId") or result.get("promptIdx"))


def _chosen(results: Sequence[Place], wanted: Wanted, path: Path) -> list[Place]:
    """The results of the one provider and prompt that are meant."""
    kept = list(results)
    for k, name in ((0, wanted.model), (1, wanted.prompt)):
        several = len({_names(result)[k] for _, result in kept}) > 1
        if several and name is not None:
            kept = [entry for entry in kept if _names(entry[1])[k] == name]
    found = Counter(_names(result) for _, result in kept or results)
    if len(found) != 1 or not kept:
        raise BadData.told(
            "error.import.several", file=path.name, found=say("list.clauses").join(map(_counted, found.most_common(6)))
        )
    return kept


def _counted(found: tuple[tuple[str, str], int]) -> str:
    """A provider with a prompt, and how many results are theirs."""
    (model, prompt), results = found
    return say("import.results_of", model=model[:60], prompt=prompt[:60], results=results)


def _answer(place: Where, result: Mapping[str, Any], wanted: Wanted) -> Answer:
    test, response = as_mapping(result.get("testCase")), as_mapping(result.get("response"))
    variables = as_mapping(result.get("vars")) or as_mapping(test.get("vars"))
    notes = {**as_mapping(test.get("metadata")), **as_mapping(result.get("metadata"))}
    fields = {**notes, **variables}
    own_cache = response.get("cached") is True  # answered from promptfoo's disk: its time says nothing
    finish = response.get("finishReason")
    return Answer(
        place=place,
        id=as_id(fields.get(wanted.id_field)),
        texts=texts_in(variables),
        repeat=as_count(notes.get("repeat")) or 0,
        text=as_text(response.get("output")),
        error=_error(result, response),
        as_read=LABKIT_STATUS in notes,
        finish_reason=finish if isinstance(finish, str) else None,
        usage=Usage() if own_cache else _usage(as_mapping(response.get("tokenUsage"))),
        latency_s=None if own_cache else as_seconds(result.get("latencyMs"), per_second=1000),
        reasoning=as_text(response.get("reasoning")),
    )


def _error(result: Mapping[str, Any], response: Mapping[str, Any]) -> str | None:
    if result.get("failureReason") != _ERROR and not response.get("error") and "output" in response:
        return None
    return as_text(response.get("error") or result.get("error")) or "promptfoo kept no output"


def _usage(tokens: Mapping[str, Any]) -> Usage:
    """What was sent and answered; promptfoo's `cached` is its own cache, not the provider's."""
    return Usage(as_count(tokens.get("prompt")), None, as_count(tokens.get("completion")))
