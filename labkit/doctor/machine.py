"""Memory, disk, and fonts that can show Chinese."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from labkit.doctor.finding import Finding
from labkit.texts import say

_GIB = 1 << 30
_LITTLE_MEMORY = 4 * _GIB  # JupyterLab, a kernel with pandas and a browser take about 2
_LITTLE_DISK = 5 * _GIB  # the environment with PyTorch's CPU build takes 2.5
_PATIENCE_S = 10.0
_FONT_FOLDERS = ("~/.fonts", "~/.local/share/fonts", "/usr/share/fonts", "/usr/local/share/fonts")
_CHINESE_FONTS = ("cjk", "wqy", "simsun", "simhei", "msyh", "sourcehan", "fangsong", "kaiti", "uming", "ukai")


def examine_memory() -> Iterator[Finding]:
    """Memory that is free now."""
    import psutil

    memory = psutil.virtual_memory()
    words = say("doctor.memory", free=_gib(memory.available), total=_gib(memory.total))
    if memory.available < _LITTLE_MEMORY:
        yield Finding(say("doctor.memory.topic"), "note", words, say("doctor.memory.fix"))
    else:
        yield Finding(say("doctor.memory.topic"), "fine", words)


def examine_disk(folder: Path) -> Iterator[Finding]:
    """Room on the disk of a folder: runs, adapters and downloaded models go there."""
    there = next((place for place in (folder, *folder.resolve().parents) if place.is_dir()), Path())
    free = shutil.disk_usage(there).free
    words = say("doctor.disk", free=_gib(free), at=there.resolve())
    if free < _LITTLE_DISK:
        yield Finding(say("doctor.disk.topic"), "note", words, say("doctor.disk.fix"))
    else:
        yield Finding(say("doctor.disk.topic"), "fine", words)


def examine_fonts() -> Iterator[Finding]:
    """Fonts with Chinese characters, for charts and pages that are drawn on this machine."""
    topic, name = say("doctor.fonts.topic"), _chinese_font()
    if name:
        yield Finding(topic, "fine", name)
    else:
        yield Finding(topic, "note", say("doctor.fonts.none"), say("doctor.fonts.fix"))


def _chinese_font() -> str:
    if sys.platform in ("win32", "darwin"):
        return say("doctor.fonts.system")  # both have shipped Chinese fonts in every edition since 2007
    return _by_fontconfig() or _by_file_name()


def _by_fontconfig() -> str:
    tool = shutil.which("fc-list")
    if tool is None:
        return ""
    words = [tool, ":lang=zh-cn", "family"]
    with suppress(OSError, subprocess.SubprocessError):
        listed = subprocess.run(words, capture_output=True, text=True, timeout=_PATIENCE_S, check=True)  # noqa: S603
        return next((line.split(",")[0] for line in sorted(listed.stdout.splitlines()) if line.strip()), "")
    return ""


def _by_file_name() -> str:
    files = (file for folder in _FONT_FOLDERS for file in Path(folder).expanduser().rglob("*.[ot]t[fc]"))
    return next((file.name for file in files if any(word in file.name.lower() for word in _CHINESE_FONTS)), "")


def _gib(size: int) -> str:
    return f"{size / _GIB:.1f} GiB"
