"""What somebody wants of a choice of rows, as words of a command line: pins, bans, quotas of cells, the mix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from labkit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from labkit.curation.difficulty import Difficulty

PinOption = Annotated[
    list[str] | None, typer.Option("--pin", metavar="ID[=WHY]", help="A row to take whatever quotas say; may repeat.")
]
BanOption = Annotated[
    list[str] | None, typer.Option("--ban", metavar="ID[=WHY]", help="A row never to take; may repeat.")
]
QuotaOption = Annotated[
    list[str] | None,
    typer.Option("--quota", metavar="LABEL/DIFFICULTY=N", help="So many rows of a label and difficulty; may repeat."),
]
MixOption = Annotated[
    str, typer.Option("--mix", metavar="EASY/BOUNDARY/HARD", help="Shares of a label's rows; 0.4/0.45/0.15 by default.")
]
_MOST_DIGITS = 7  # of a quota; no pool has more rows


def wished(words: Sequence[str], known: Collection[str]) -> dict[str, str]:
    """Row -> why; an id may hold a = itself."""
    parted = ((word, "", "") if word in known else word.partition("=") for word in words)
    return {id: why for id, _, why in parted}


def read_quota(words: str) -> tuple[tuple[str | None, Difficulty], int]:
    """A label may hold a slash and a = itself; a label that is empty stands for rows without any."""
    from labkit.curation.difficulty import DIFFICULTIES

    cell, _, rows = words.rpartition("=")
    label, _, name = cell.rpartition("/")
    difficulty = next((known for known in DIFFICULTIES if known == name), None)
    if difficulty is None or not (rows.isascii() and rows.isdigit() and len(rows) <= _MOST_DIGITS):
        raise BadInput.told("error.cli.quota", words=words[:60])
    return (label or None, difficulty), int(rows)


def read_mix(words: str) -> Mapping[Difficulty, float]:
    """Three shares; "" for those by default."""
    from labkit.curation.quotas import MIX, check_mix

    if not words:
        return MIX
    try:
        easy, boundary, hard = (float(share) for share in words.split("/"))
    except ValueError:
        raise BadInput.told("error.cli.mix", words=words[:60]) from None
    mix: dict[Difficulty, float] = {"easy": easy, "boundary": boundary, "hard": hard, "unrated": 0.0}
    check_mix(mix)
    return mix
