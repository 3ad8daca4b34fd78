"""A transformers model in this process: a folder of safetensors, optionally 4-bit, optionally with a LoRA adapter."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from labkit.errors import MissingExtra, ModelRefused
from labkit.models.chat_format import TEMPLATE_OPTIONS, answer_budget, chat_messages
from labkit.models.model_files import check_adapter, check_base, find_base, fingerprint, read_adapter_record
from labkit.records import Reply, Request, Usage

PRECISIONS = ("nf4", "full")
_NEEDED = ("torch", "transformers", "peft", "bitsandbytes", "accelerate")
SMALL = 50_000_000  # parameters; below it a model is small for a laptop
_TOKENS_AT_ONCE = 8192  # prompt tokens in one forward pass; rows of like length share one


class LocalModel:
    """Answers rendered prompts with a causal language model that is loaded when it is first asked.

    The base is held in NF4 with double quantisation, as QLoRA trains on it, so that a tuned model and its base differ
    by the adapter only. `<path>@full` holds it unquantised: bf16 on a GPU, fp32 on a CPU.

    Args:
        path: a bundled model's name, a folder, or a hub id (see `model_files.find_base`), optionally with "@full".
        adapter: the folder of a LoRA adapter, or the name of a training job of `scene_folder`.
        scene_folder: where an adapter that is no folder is looked for, as `jobs/<adapter>/adapter`.
    """

    batch_size = 32
    concurrency = 1

    def __init__(self, path: str, adapter: str | None = None, scene_folder: Path | None = None) -> None:
        self._base, self._asked_precision = split_precision(path)
        self._adapter = None if adapter is None else _adapter_folder(adapter, scene_folder)
        self._name = f"local/{path}" + (f"+{adapter}" if adapter else "")
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The name `get_model` knows it by."""
        return self._name

    @property
    def precision(self) -> str:
        """How the base is held, "nf4" or "full": as asked for, else as the adapter was trained, else nf4."""
        trained = read_adapter_record(self._adapter).quantization if self._adapter else ""
        return self._asked_precision or {"none": "full"}.get(trained, "nf4")

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Precision, greedy decoding, and the fingerprints of the weights: other weights are another model."""
        base = fingerprint(find_base(self._base))[:16]
        adapter = {"adapter": fingerprint(self._adapter)[:16]} if self._adapter else {}
        return {"weights": base, **adapter, "precision": self.precision, "decoding": "greedy"}

    def check(self) -> None:
        """See that the packages and files are there and safe, without loading the weights.

        Raises:
            MissingExtra: an optional package is not installed.
            ModelUnreachable, ModelRefused: see `model_files`.
        """
        if any(find_spec(package) is None for package in _NEEDED):
            raise MissingExtra(f"The model {self.name!r}", "train")
        folder = find_base(self._base)
        check_base(folder)
        if self._adapter:
            check_adapter(self._adapter, folder)

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Answer rendered prompts greedily; the same prompts get the same answers.

        Args:
            requests: any number; rows of like length go through the model together.

        Returns:
            One reply per request, in order; finish_reason is "length" when no end token came.
        """
        if not requests:
            return []
        with self._lock, few_threads(self._model):
            tokenizer = self._tokenizer
            texts = [self._as_text(request) for request in requests]
            lengths = [len(ids) for ids in tokenizer(texts, add_special_tokens=False)["input_ids"]]
            replies: dict[int, Reply] = {}
            for group in groups_by_length(lengths):
                budget = max(answer_budget(requests[k], tokenizer) for k in group)
                replies.update(zip(group, self._generate([texts[k] for k in group], budget), strict=True))
            return [replies[k] for k in range(len(requests))]

    def _as_text(self, request: Request) -> str:
        messages = chat_messages(request.messages, self._tokenizer)
        options: dict[str, Any] = {"tokenize": False, "add_generation_prompt": True, **TEMPLATE_OPTIONS}
        return str(self._tokenizer.apply_chat_template(messages, **options))

    def _generate(self, texts: list[str], budget: int) -> Iterator[Reply]:
        import torch

        model, tokenizer = self._model, self._tokenizer
        started = time.monotonic()
        inputs = tokenizer(texts, padding=True, add_special_tokens=False, return_tensors="pt").to(model.device)
        with torch.inference_mode():
            output = model.generate(**inputs, generation_config=self._greedy(budget))
        answers = output[:, inputs["input_ids"].shape[1] :].tolist()
        seconds = time.monotonic() - started
        for ids, mask in zip(answers, inputs["attention_mask"], strict=True):
            yield self._read_answer(ids, int(mask.sum()), seconds)

    def _read_answer(self, ids: list[int], prompt_tokens: int, seconds: float) -> Reply:
        end = next((k for k, token in enumerate(ids) if token in self._ends), None)
        own = ids if end is None else ids[:end]
        text = self._tokenizer.decode(own, skip_special_tokens=True)
        usage = Usage(prompt_tokens=prompt_tokens, completion_tokens=len(own) + (end is not None))
        return Reply(text, text.encode(), "length" if end is None else "stop", usage, seconds)

    @cached_property
    def _tokenizer(self) -> Any:
        self.check()
        return load_tokenizer(find_base(self._base), side="left")

    @cached_property
    def _model(self) -> Any:
        from peft import PeftModel

        model = load_base(find_base(self._base), self.precision)
        if self.precision == "nf4" and model.device.type == "cpu":
            # Unpacked once: the very weights that 4-bit layers compute with, at the speed of plain ones, and out of
            # reach of bitsandbytes' in-place repacking on AVX512-BF16 CPUs.
            model = model.dequantize()
        if self._adapter:
            model = PeftModel.from_pretrained(model, str(self._adapter))
        return model.eval()

    def _greedy(self, budget: int) -> Any:
        from transformers import GenerationConfig

        pad = self._tokenizer.pad_token_id
        ends = sorted(self._ends)
        return GenerationConfig(do_sample=False, eos_token_id=ends, pad_token_id=pad, max_new_tokens=budget)

    @cached_property
    def _ends(self) -> set[int]:
        """The tokens that end an answer, by the model's generation config and by its tokenizer."""
        named = self._model.generation_config.eos_token_id
        ends = set(named) if isinstance(named, list) else {named}
        return {token for token in (*ends, self._tokenizer.eos_token_id) if token is not None}


def split_precision(path: str) -> tuple[str, str]:
    """A model path and the precision written behind it: "qwen@full" is ("qwen", "full"), "qwen" is ("qwen", "")."""
    base, at, precision = path.rpartition("@")
    return (base, precision) if at and precision in PRECISIONS else (path, "")


def groups_by_length(lengths: Sequence[int], tokens_at_once: int = _TOKENS_AT_ONCE) -> Iterator[list[int]]:
    """Row numbers in groups of like length.

    Args:
        lengths: tokens of each row.
        tokens_at_once: a group's rows times its longest row stay below this, unless it is a single row.

    Yields:
        Groups that together hold every row number once.
    """
    group: list[int] = []
    for k in sorted(range(len(lengths)), key=lengths.__getitem__):
        if group and (len(group) + 1) * lengths[k] > tokens_at_once:
            yield group
            group = []
        group.append(k)
    if group:
        yield group


@contextmanager
def few_threads(model: Any) -> Iterator[None]:
    """Compute a small model on one thread, and give the threads back afterwards.

    Products of a few hundred columns gain little from more threads, and lose tenfold when other processes want the
    same cores (0.8 against 6 to 10 s a training step at load 6 on 2 cores).
    """
    import torch

    before = torch.get_num_threads()
    if model.num_parameters() < SMALL:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def load_tokenizer(folder: Path, side: str) -> Any:
    """The tokenizer of a model folder, padding on the given side ("left" to generate, "right" to train)."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False, local_files_only=True)
    tokenizer.padding_side = side
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_base(folder: Path, precision: str) -> Any:
    """Load a causal language model from safetensors, the same way for training and for answering.

    Args:
        folder: a folder that `check_base` has let pass.
        precision: "nf4" (4-bit NormalFloat, double quantisation) or "full".

    Returns:
        A transformers model; its 4-bit layers never repack themselves.

    Raises:
        ModelRefused: transformers cannot load it.
    """
    from transformers import AutoModelForCausalLM

    _quiet_unless_watched()
    device, dtype = device_and_dtype()
    options: dict[str, Any] = {"dtype": dtype, "device_map": {"": device}}
    if precision == "nf4":
        options["quantization_config"] = nf4_config(dtype)
    try:
        model = AutoModelForCausalLM.from_pretrained(
            str(folder), use_safetensors=True, trust_remote_code=False, local_files_only=True, **options
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ModelRefused(f"transformers cannot load {folder} ({reason})", "Give a causal language model") from error
    keep_weights_unpacked(model)
    return model


def _quiet_unless_watched() -> None:
    """Progress bars of loading only on a terminal: in a log or a notebook cell they drown what labkit says."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    if not sys.stderr.isatty():
        logging.disable_progress_bar()


def device_and_dtype() -> tuple[str, Any]:
    """Where and in what to compute: bf16 on a GPU that has it, fp16 on an older one, fp32 on a CPU.

    On a CPU bf16 is no faster through 4-bit layers (161 against 208 ms for one 896×4864 product forward and backward)
    and less exact.
    """
    import torch

    if not torch.cuda.is_available():
        return "cpu", torch.float32
    return "cuda", torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16


def nf4_config(dtype: Any) -> Any:
    """QLoRA's quantisation (Dettmers et al. 2023): NF4 with double quantisation; the library's defaults are neither."""
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )


def keep_weights_unpacked(model: Any) -> None:
    """Switch off bitsandbytes' repacking of 4-bit weights on AVX512-BF16 CPUs.

    The first forward pass in eval mode would repack them in place for a kernel that has no backward: gradients of
    later training steps come out wrong (cosine 0.38), silently (bitsandbytes 0.50.2).
    """
    from bitsandbytes.nn import Linear4bit

    for module in model.modules():
        if isinstance(module, Linear4bit):
            module.support_avx512bf16_for_cpu = False


def _adapter_folder(adapter: str, scene_folder: Path | None) -> Path:
    """A folder as it is; else the adapter of a training job of the scene."""
    if scene_folder is None or Path(adapter).is_dir():
        return Path(adapter)
    return scene_folder / "jobs" / adapter / "adapter"
