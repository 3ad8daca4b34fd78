"""lm-evaluation-harness's `samples_<task>_<date>.jsonl` (`--log_samples`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan, nan
from pathlib import Path
from typing import Any

from labkit.errors import BadData
from labkit.imports.answers import LABKIT_STATUS, Answer, AnswerFile, Wanted, as_id, as_mapping, as_text, texts_in
from labkit.imports.json_files import read_json_lines
from labkit.texts import Where

_NEEDED = ("doc", "resps", "filtered_resps")


def read_lm_eval(path: Path, wanted: Wanted) -> AnswerFile:
    """Read logged samples; each line is one row, with all answers to it.

    Its `doc_id` is a position in the harness's own data and never taken for an id. Where several filters read the same
    answers, those of the first filter are taken.

    Args:
        path: .jsonl.
        wanted: `id` names a field of the row's `doc`.

    Raises:
        BadData: a line is none of such a file.
    """
    lines = list(read_json_lines(path))
    if not lines:
        raise BadData.told("error.import.lm_eval_empty", file=path.name)
    for place, line in lines:
        if not all(name in line for name in _NEEDED):
            raise BadData.told("error.import.no_lm_eval", where=place)
    first = lines[0][1].get("filter")
    kept = [(place, line) for place, line in lines if line.get("filter") == first]
    return AnswerFile(tuple(answer for place, line in kept for answer in _answers(place, line, wanted)))


def _answers(place: Where, line: Mapping[str, Any], wanted: Wanted) -> Iterator[Answer]:
    doc = as_mapping(line["doc"])
    row: dict[str, Any] = {"place": place, "id": as_id(doc.get(wanted.id_field)), "texts": texts_in(doc)}
    choice = _likeliest(line)
    if choice is not None:
        yield Answer(**row, text=choice)
        return
    replies = _first(line["resps"])
    read = _first(line["filtered_resps"])
    for repeat, reply in enumerate(replies):
        extracted = read[repeat] if len(read) == len(replies) else read[0] if read else None
        finish, error = (
            _text_at(line.get(name), repeat) for name in ("finish_reasons", "errors")
        )  # labkit's own fields
        yield Answer(
            **row,
            repeat=repeat,
            text=as_text(reply),
            extracted=extracted if isinstance(extracted, str) else None,
            error=(error or "lm-eval kept no answer") if reply is None else None,
            as_read=LABKIT_STATUS in line,
            finish_reason=finish,
        )
    if not replies:
        yield Answer(**row, error="lm-eval kept no answer")


def _first(value: object) -> Sequence[Any]:
    """The answers to a row's one request: a list of one entry for each asking."""
    entry = value[0] if isinstance(value, list) and value else []
    return entry if isinstance(entry, list) else [entry]


def _text_at(values: object, position: int) -> str | None:
    """A text in a list with an entry for each answer."""
    value = values[position] if isinstance(values, list) and position < len(values) else None
    return value if isinstance(value, str) else None


def _likeliest(line: Mapping[str, Any]) -> str | None:
    """The choice with the greatest log likelihood; None when the row was not one of multiple choice."""
    scored, arguments = line["filtered_resps"], _arguments(line.get("arguments"))
    if not isinstance(scored, list) or len(scored) < 2 or len(scored) != len(arguments):
        return None
    choices = [as_text(argument.get("arg_1")).strip() for argument in arguments]
    numbers = [_number(entry[0]) if isinstance(entry, list) and entry else None for entry in scored]
    known = [number for number in numbers if number is not None]
    return choices[numbers.index(max(known))] if len(known) == len(scored) else None


def _arguments(value: object) -> list[Mapping[str, Any]]:
    """What each request of a row was made of, by name; older versions of lm-eval wrote lists of them."""
    if isinstance(value, list):
        return [{f"arg_{k}": part for k, part in enumerate(entry)} for entry in value if isinstance(entry, list)]
    return [as_mapping(argument) for argument in as_mapping(value).values()]


def _number(value: object) -> float | None:
    """A log likelihood; the harness writes numbers as text. None for what is none, NaN included."""
    try:
        number = float(value) if isinstance(value, str | int | float) else nan
    except ValueError:
        return None
    return None if isnan(number) else number
