"""The only door through which text from data or models enters HTML: everything escaped, hidden characters shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from labkit.prompts.hidden import visible

TEMPLATES = Path(__file__).parent.parent / "templates"
POST_LIMIT = 1200  # characters of one post or rationale on a page; what is cut is stated beside it

NAME_LIMIT = 60  # characters of a label, prompt or model name

# A day with its time, money with its currency, a figure with its interval or its Chinese measure word: whoever reads
# one wants it on one line.
_WHOLE = re.compile(
    r"(\d{4}-\d\d-\d\d(?: \d\d:\d\d(?: UTC)?)?"
    r"|(?<![A-Z])[A-Z]{3} \d[\d.,]{0,14}"
    r"|(?<![\w.,])\d[\d.,]{0,12} [条分次秒步盏行组处](?![\da-z])"
    r"|(?<![\d.,])[\d.,]{1,12}[ \xa0]\([^()\s]{1,12}–[^()\s]{1,12}\)|\([-+.\d]{1,8} to [-+.\d]{1,8}\))"
)
_SEPARATED = re.compile(r"(?<=[/+@_:])(?=\w)")  # a browser breaks after a hyphen and a space by itself


def cut(text: str, limit: int = POST_LIMIT) -> tuple[str, int]:
    """The first `limit` characters of a text, and how many were left out."""
    return text[:limit], max(0, len(text) - limit)


def short(name: str, limit: int = NAME_LIMIT) -> str:
    """A label's, prompt's or model's name for a sentence, a menu or an axis: visible, cut with a mark."""
    text, left_out = cut(visible(name), limit)
    return text + ("…" if left_out else "")


def breakable(name: str) -> Markup:
    """A name as HTML that a narrow page may break after its separators, and nowhere within a word."""
    return Markup("<wbr>").join(_SEPARATED.split(visible(name)))


def unbroken(text: str) -> Markup:
    """Text as HTML in which no line ends within a day, or between a figure and its interval or measure word."""
    pieces, whole = _WHOLE.split(visible(text)), Markup('<span class="lk-figure">{}</span>')
    return Markup("").join(whole.format(piece) if k % 2 else piece for k, piece in enumerate(pieces))


def render_template(name: str, **values: Any) -> str:
    """Render a file of `labkit/templates` with all values escaped.

    Args:
        name: the file's name.
        values: what the template uses; strings are data, never markup.

    Returns:
        HTML.
    """
    return _environment().get_template(name).render(**values)


def compile_templates() -> None:
    """Have every template ready, so that no reader waits until it is compiled."""
    for name in _environment().list_templates(extensions=["html"]):
        _environment().get_template(name)


@pass_context
def _piece_of(context: Context, name: str, values: Mapping[str, Any]) -> Markup:
    """For templates: another file with values of its own, every one of them escaped, in the page's language."""
    return Markup(render_template(name, say=context["say"], **values))  # noqa: S704


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters.update(visible=lambda value: visible(str(value)), unbroken=lambda value: unbroken(str(value)))
    environment.filters.update(cut=cut, short=short, breakable=breakable)
    environment.globals["piece_of"] = _piece_of
    environment.globals["stylesheet"] = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))  # noqa: S704
    return environment
