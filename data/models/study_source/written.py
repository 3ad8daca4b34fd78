"""Scenes that were written for this model: labels with definitions, and posts with the words that decide marked.

One file a scene in `text/scenes`: `scene:`, `item:`, then each label with `label:` (three names), `means:` (two
definitions), `includes:`, `excludes:` (with an arrow to another label's first name) and `post:` lines, in which
`[words|2]` are the words that decide and the number of the include they fit (0: the definition's sentence); at the end
`none:` lines, posts that no label fits. Every eighth scene is held out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from study_source.lexicon import HELD_OUT_EVERY, TEXT, read_lines

SCENES = TEXT / "scenes"
_MARKED = re.compile(r"(.*?)\[(.+?)\|(\d)\](.*)")


@dataclass(frozen=True)
class WrittenPost:
    """A post, the words of it that decide, and the number of the include they fit; 0 is the definition's sentence."""

    text: str
    quote: str
    fits: int


@dataclass
class WrittenLabel:
    """A label of a written scene; `excludes` are what belongs elsewhere, each with the other label's first name."""

    names: tuple[str, ...]
    meanings: list[str] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    excludes: list[tuple[str, str]] = field(default_factory=list)
    posts: list[WrittenPost] = field(default_factory=list)


@dataclass
class WrittenScene:
    """What one file holds; `strangers` are posts that no label fits."""

    item: str = ""
    labels: list[WrittenLabel] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


@cache
def written_scenes(code: str, held_out: bool) -> tuple[WrittenScene, ...]:
    """The scenes of a language that training may use, or those that it may not."""
    paths = enumerate(sorted(SCENES.glob(f"{code}_*.txt")))
    return tuple(read_scene(path) for k, path in paths if (k % HELD_OUT_EVERY == HELD_OUT_EVERY - 1) is held_out)


@cache
def natural_posts(code: str) -> tuple[str, ...]:
    """All posts of the scenes that training may use."""
    scenes = written_scenes(code, held_out=False)
    told = [post.text for scene in scenes for label in scene.labels for post in label.posts]
    return tuple(dict.fromkeys(told + [text for scene in scenes for text in scene.strangers]))


def read_scene(path: Path) -> WrittenScene:
    """The scene of a file.

    Raises:
        ValueError: a line is none of those above.
    """
    scene = WrittenScene()
    for line in read_lines(path):
        name, _, value = (part.strip() for part in line.partition(":"))
        if name == "label":
            scene.labels.append(WrittenLabel(tuple(part.strip() for part in value.split("|"))))
        elif name == "item":
            scene.item = value
        elif name == "none":
            scene.strangers.append(value)
        elif name != "scene":
            _read_into(scene.labels[-1], name, value, path)
    return scene


def _read_into(label: WrittenLabel, name: str, value: str, path: Path) -> None:
    if name == "means":
        label.meanings.append(value)
    elif name == "includes":
        label.includes.append(value)
    elif name == "excludes":
        what, _, other = value.rpartition(" -> ")
        label.excludes.append((what, other))
    elif name == "post" and (found := _MARKED.fullmatch(value)):
        before, quote, fits, after = found.groups()
        label.posts.append(WrittenPost(f"{before}{quote}{after}", quote, int(fits)))
    else:
        raise ValueError(f"{path.name}: {name}: {value}")
