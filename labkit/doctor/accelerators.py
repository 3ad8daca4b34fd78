"""GPUs, who uses them, whether this build of PyTorch fits their driver, and whether 4-bit weights work."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec

from labkit.doctor.finding import Finding
from labkit.texts import say

_PATIENCE_S = 20.0
_GPU_FIELDS = "index,uuid,name,memory.total,memory.used,driver_version"
_USERS_QUERY = "--query-compute-apps=gpu_uuid,pid,used_memory"
_DRIVERS = ("nvcuda.dll",) if os.name == "nt" else ("libcuda.so.1", "libcuda.so")
_ERROR_OF_NF4 = 0.1  # mean error of NF4 on normal weights is 0.073 of their spread (Dettmers et al. 2023, block 64)


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU as its driver describes it; memory in MiB."""

    index: str
    uuid: str
    name: str
    total: int
    used: int
    driver: str


def examine_accelerators() -> Iterator[Finding]:
    """Every GPU with its memory and users, then PyTorch's build against the driver, then 4-bit."""
    gpus = visible_gpus()
    users = _ask_driver(_USERS_QUERY) if gpus else ""
    for gpu in gpus:
        yield _gpu(gpu, list(_users_of(gpu, users)))
    if not gpus:
        yield Finding("GPU", "note", say("doctor.no_gpu"), say("doctor.no_gpu.fix"))
    yield from _examine_torch(bool(gpus))


def visible_gpus() -> list[Gpu]:
    """The GPUs that a driver shows; none where there is no driver."""
    return list(read_gpus(_ask_driver(f"--query-gpu={_GPU_FIELDS}")))


def read_gpus(table: str) -> Iterator[Gpu]:
    """The GPUs in what `nvidia-smi --query-gpu=… --format=csv,noheader,nounits` prints; other lines are left out."""
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) == len(_GPU_FIELDS.split(",")) and cells[3].isdigit():
            used = int(cells[4]) if cells[4].isdigit() else 0
            yield Gpu(cells[0], cells[1], cells[2], int(cells[3]), used, cells[5])


def _ask_driver(query: str) -> str:
    """What the driver's own tool says, or "" where there is none."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ""
    words = [tool, query, "--format=csv,noheader,nounits"]
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(words, capture_output=True, text=True, timeout=_PATIENCE_S, check=True)  # noqa: S603
        return done.stdout
    return ""


def gpu_users(gpu: Gpu) -> list[str]:
    """The processes that hold memory of a GPU, each with its number, owner, name and MiB; none where nobody can say."""
    return list(_users_of(gpu, _ask_driver(_USERS_QUERY)))


def _gpu(gpu: Gpu, users: list[str]) -> Finding:
    busy = say("doctor.gpu.users", users="; ".join(users)) if users else say("doctor.gpu.idle")
    words = say("doctor.gpu", name=gpu.name, free=gpu.total - gpu.used, total=gpu.total, driver=gpu.driver, busy=busy)
    return Finding(f"GPU {gpu.index}", "fine", words)


def _users_of(gpu: Gpu, table: str) -> Iterator[str]:
    """Each process on a GPU: its number, whose it is, what it is, and the memory it holds."""
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) == 3 and cells[0] == gpu.uuid and cells[1].isdigit():
            yield f"{_process(int(cells[1]))}, {cells[2]} MiB"


def _process(number: int) -> str:
    import psutil

    try:
        process = psutil.Process(number)
        return f"{number} {process.username()} {process.name()}"
    except psutil.Error:
        return str(number)


def _examine_torch(has_gpu: bool) -> Iterator[Finding]:
    if find_spec("torch") is None:
        yield Finding("PyTorch", "note", say("doctor.no_torch"), _train_fix())
        return
    try:
        import torch
    except (ImportError, OSError) as error:  # a build whose libraries are not there
        yield Finding("PyTorch", "fault", str(error).splitlines()[0], say("doctor.torch.fix"))
        return
    yield _build(torch.__version__, torch.version.cuda, torch.cuda.is_available(), has_gpu)
    yield _four_bit()


def _build(version: str, cuda: str | None, usable: bool, has_gpu: bool) -> Finding:
    """PyTorch's build against what the driver can run."""
    words = say("doctor.torch", version=version, build=f"CUDA {cuda}" if cuda else "CPU")
    if not has_gpu or usable:
        return Finding("PyTorch", "fine", words)
    if cuda is None:
        return Finding("PyTorch", "fault", words, say("doctor.torch.cpu"))
    able = driver_cuda()
    return Finding("PyTorch", "fault", words, say("doctor.torch.driver", able=able or "?", wanted=cuda))


def driver_cuda() -> str:
    """The newest CUDA that the installed driver can run, such as "12.8"; "" without a driver."""
    found = ctypes.c_int(0)
    for name in _DRIVERS:
        with suppress(OSError):
            if ctypes.CDLL(name).cuDriverGetVersion(ctypes.byref(found)) == 0:
                return f"{found.value // 1000}.{found.value % 1000 // 10}"
    return ""


def _four_bit() -> Finding:
    """Weights go to NF4 and back on the device that would be used."""
    topic = say("doctor.four_bit")
    if find_spec("bitsandbytes") is None:
        return Finding(topic, "note", say("doctor.missing", name="bitsandbytes"), _train_fix())
    try:
        device, error = _nf4_error()
    except (ImportError, OSError, RuntimeError, ValueError, AttributeError) as trouble:
        return Finding(topic, "fault", str(trouble).splitlines()[0][:200], say("doctor.four_bit.fix"))
    if error < _ERROR_OF_NF4:
        return Finding(topic, "fine", say("doctor.four_bit.works", device=device))
    return Finding(topic, "fault", say("doctor.four_bit.wrong", error=f"{error:.2f}"), say("doctor.four_bit.fix"))


def _nf4_error() -> tuple[str, float]:
    """The device, and the mean error of normal weights after NF4 and back."""
    import torch
    from bitsandbytes.functional import dequantize_4bit, quantize_4bit

    device = "cuda" if torch.cuda.is_available() else "cpu"
    weights = torch.randn(64, 256, generator=torch.Generator().manual_seed(0)).to(device)
    packed, state = quantize_4bit(weights, blocksize=64, quant_type="nf4")
    return device, float((dequantize_4bit(packed, state) - weights).abs().mean())


def _train_fix() -> str:
    return say("doctor.install", packages="'labkit[train]'")
