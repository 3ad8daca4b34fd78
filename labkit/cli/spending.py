"""What an evaluation will take and has taken, on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from labkit.cli.output import plain, print_json

if TYPE_CHECKING:
    from labkit.evaluation import Forecast


def print_forecast(found: Forecast, as_json: bool) -> None:
    """Print what an evaluation will take."""
    if as_json:
        print_json(forecast_json(found))
    else:
        typer.echo("\n".join(plain(line) for line in str(found).splitlines()))


def forecast_json(found: Forecast) -> dict[str, Any]:
    """A forecast as one JSON value, the money to expect beside each number of calls."""
    value = asdict(found)
    value["calls"]["cost"] = found.calls.cost
    if found.pool is not None:
        value["pool"]["cost"] = found.pool.cost
    return value
