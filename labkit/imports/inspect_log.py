"""Inspect's logs (`.json`, `.eval`), and its files of precomputed scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from labkit.errors import BadData
from labkit.imports.answers import (
    FINISH,
    LABKIT_STATUS,
    Answer,
    AnswerFile,
    Wanted,
    as_count,
    as_id,
    as_mapping,
    as_seconds,
    as_text,
)
from labkit.imports.archive import members
from labkit.imports.json_files import decode_json, read_json, read_json_lines
from labkit.records import Usage
from labkit.texts import Line, Where

HEADER, SAMPLES = "header.json", "samples/"


def read_inspect(path: Path, wanted: Wanted) -> AnswerFile:
    """Read a log of one task and one model, or precomputed scores.

    Args:
        path: .eval or .json of a log; .json or .jsonl of precomputed scores, whose `answer` is the answer.
        wanted: `id` names a field of the samples' metadata; the sample's own id by default. Inspect numbers samples
            without an id by their position, so these fit no row by accident only: see `joining`.

    Raises:
        BadData: no log and no scores, or nothing in it.
        MissingExtra: the log is packed with Zstandard, and that package is missing.
    """
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        found = AnswerFile(tuple(_score(place, record, wanted) for place, record in read_json_lines(path)))
    elif path.suffix.lower() == ".eval":
        found = _from_archive(path, wanted)
    else:
        found = _from_json(read_json(path), path, wanted)
    if not found.answers:
        raise BadData.told("error.import.no_sample", file=path.name)
    return found


def _from_archive(path: Path, wanted: Wanted) -> AnswerFile:
    header: Mapping[str, Any] = {}
    answers = []
    for name, content in members(path, lambda name: name == HEADER or name.startswith(SAMPLES)):
        value = as_mapping(decode_json(content, f"{path.name} {name}"))
        if name == HEADER:
            header = value
        else:
            answers.append(_sample(f"{path.name} {name}", value, wanted))
    return _file(answers, header)


def _from_json(value: object, path: Path, wanted: Wanted) -> AnswerFile:
    if isinstance(value, list):
        places = ((Line(path.name, k, "where.score"), as_mapping(entry)) for k, entry in enumerate(value, 1))
        return AnswerFile(tuple(_score(place, record, wanted) for place, record in places))
    log = as_mapping(value)
    samples = log.get("samples")
    if "eval" not in log:
        raise BadData.told("error.import.no_log", file=path.name)
    listed = samples if isinstance(samples, list) else []
    return _file(
        [_sample(Line(path.name, k, "where.sample"), as_mapping(s), wanted) for k, s in enumerate(listed, 1)], log
    )


def _file(answers: list[Answer], header: Mapping[str, Any]) -> AnswerFile:
    said = as_mapping(header.get("eval"))
    return AnswerFile(tuple(answers), model=as_text(said.get("model")), prompt=as_text(said.get("task")))


def _sample(place: Where, sample: Mapping[str, Any], wanted: Wanted) -> Answer:
    output, error = as_mapping(sample.get("output")), as_mapping(sample.get("error"))
    choices = output.get("choices")
    choice = as_mapping(choices[0]) if isinstance(choices, list) and choices else {}
    message, stop = as_mapping(choice.get("message")), as_text(choice.get("stop_reason"))
    has_answer = bool(choice) and not error
    return Answer(
        place=place,
        id=as_id(as_mapping(sample.get("metadata")).get(wanted.id) if wanted.id else sample.get("id")),
        texts=tuple(_inputs(sample.get("input"))),
        repeat=max(0, (as_count(sample.get("epoch")) or 1) - 1),
        text=_content(message.get("content")) or as_text(output.get("completion")),
        extracted=_extracted(as_mapping(sample.get("scores"))),
        error=None if has_answer else as_text(error.get("message") or output.get("error")) or "Inspect kept no output",
        as_read=LABKIT_STATUS in as_mapping(sample.get("metadata")),
        finish_reason=FINISH.get(stop, stop) or None,
        usage=_usage(as_mapping(output.get("usage"))),
        latency_s=as_seconds(output.get("time")),
        served_by=as_text(output.get("model")) or None,
    )


def _inputs(value: object) -> Iterator[str]:
    """What the sample asks: a text, or the texts of its user messages."""
    if isinstance(value, str):
        yield value
    for message in value if isinstance(value, list) else []:
        if as_mapping(message).get("role") == "user":
            yield _content(as_mapping(message).get("content"))


def _content(value: object) -> str:
    """A message's content: a text, or a list of parts of which the texts count."""
    if not isinstance(value, list):
        return as_text(value)
    parts = [as_mapping(part) for part in value]
    return "".join(as_text(part.get("text")) for part in parts if part.get("type") == "text")


def _extracted(scores: Mapping[str, Any]) -> str | None:
    """The answer that the first scorer which names one has read."""
    answers = (as_mapping(score).get("answer") for score in scores.values())
    return next((answer for answer in answers if isinstance(answer, str) and answer), None)


def _score(place: Where, record: Mapping[str, Any], wanted: Wanted) -> Answer:
    """A line of precomputed scores: the answer in it, and its explanation as the rationale."""
    if "id" not in record or "value" not in record:
        raise BadData.told("error.import.no_score", where=place)
    notes = as_mapping(record.get("metadata"))
    answer = record.get("answer")
    return Answer(
        place=place,
        id=as_id(notes.get(wanted.id) if wanted.id else record["id"]),
        repeat=max(0, (as_count(record.get("epoch")) or 1) - 1),
        text=as_text(answer),
        rationale=as_text(record.get("explanation")),
        error="no answer beside the score" if answer is None else None,
    )


def _usage(tokens: Mapping[str, Any]) -> Usage:
    """Inspect counts tokens read from, or written to, a cache apart from the other input tokens."""
    read, written = as_count(tokens.get("input_tokens_cache_read")), as_count(tokens.get("input_tokens_cache_write"))
    plain = as_count(tokens.get("input_tokens"))
    prompt = None if plain is None else plain + (read or 0) + (written or 0)
    return Usage(prompt, read, as_count(tokens.get("output_tokens")))
