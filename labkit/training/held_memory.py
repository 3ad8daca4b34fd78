"""What memory there is where a training runs: free, held by this process, and the most that it ever held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROCESS, _GROUPS = Path("/proc/self"), Path("/sys/fs/cgroup")


def free_bytes(processes: int = 1) -> int:
    """Memory that is free where this process trains: of its GPU, or of the machine as far as its container allows.

    Args:
        processes: that train on this machine, each on a GPU of its own or all in the machine's memory.
    """
    import psutil
    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.mem_get_info()[0])
    return min([int(psutil.virtual_memory().available), *room_in_groups()]) // processes


def held_bytes() -> int:
    """What this process holds by itself where it trains: nothing of a GPU, its libraries on a processor."""
    import psutil
    import torch

    return 0 if torch.cuda.is_available() else int(psutil.Process().memory_info().rss)


def peak_memory_mb() -> int | None:
    """The most memory this process held: of the GPU when there is one, else resident (None where nobody keeps count).

    Linux hands `ru_maxrss` on to a new program, from a large kernel to the training that it starts and from a training
    to the one that takes its place, so there the count of the program itself is read.
    """
    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated() >> 20)
    with suppress(OSError, ValueError, IndexError):
        lines = (_PROCESS / "status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) >> 10 for line in lines if line.startswith("VmHWM:"))
    return _most_resident()


def room_in_groups(process: Path = _PROCESS, groups: Path = _GROUPS) -> Iterator[int]:
    """What each control group around this process, such as its container, leaves it in bytes; none without limits.

    Args:
        process: the process's folder under /proc.
        groups: where control groups are mounted, version 2 or 1.
    """
    with suppress(OSError):
        for line in (process / "cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, place = line.split(":", 2)
            if controllers == "":
                yield from _rooms(groups, place, "memory.max", "memory.current", "inactive_file")
            elif "memory" in controllers.split(","):
                names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
                yield from _rooms(groups / "memory", place, *names)


def _rooms(mounted: Path, place: str, limit: str, used: str, cached: str) -> Iterator[int]:
    """Of a group and those that it is in; a container sees only its own, at the top."""
    inner = mounted / place.strip("/")
    for folder in (inner, *inner.parents):
        if not folder.is_relative_to(mounted):
            return
        with suppress(OSError, ValueError):  # "max" is no limit
            most, now = (int((folder / name).read_text(encoding="utf-8")) for name in (limit, used))
            yield max(0, most - now + _of_stat(folder, cached))


def _of_stat(folder: Path, name: str) -> int:
    """A line of memory.stat; file pages that nobody used lately are given back before memory runs out."""
    with suppress(OSError, ValueError):
        lines = (folder / "memory.stat").read_text(encoding="utf-8").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.split()[:1] == [name])
    return 0


def _most_resident() -> int | None:
    import sys

    try:
        import resource
    except ImportError:
        return None
    counted = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return counted >> (20 if sys.platform == "darwin" else 10)  # macOS counts bytes
