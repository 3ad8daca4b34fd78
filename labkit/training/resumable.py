"""TRL's trainer, with checkpoints that survive whatever ends it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import Trainer

from labkit.training.checkpoints import Checkpoints
from labkit.training.even_rows import EvenSampler, with_blank_rows
from labkit.training.measuring import DevMeasure
from labkit.training.ranks import ALONE, Ranks
from labkit.training.shared_prefix import SharedPrefixTrainer


class ResumableTrainer(SharedPrefixTrainer):
    """Writes each checkpoint apart and lets it appear whole; all else is TRL's, with shared prefixes.

    The Trainer's own way is to write in place and to take the highest number for the newest, also where a kill cut it
    short. What it writes is complete: adapter, optimizer, schedule, the state of all random number generators and the
    place in the data; steps of a resumed training are bit for bit those of one that was never interrupted.
    """

    control: Any
    _staged: Path | None = None

    def __init__(self, *args: Any, dev: DevMeasure, ranks: Ranks = ALONE, **options: Any) -> None:
        self._dev, self._ranks = dev, ranks
        super().__init__(*args, **options)

    def _get_dataloader(self, dataset: Any, *args: Any, **options: Any) -> Any:
        if self._ranks.alone or "sampler_fn" not in options:
            return super()._get_dataloader(dataset, *args, **options)
        at_once = self.args.train_batch_size * self._ranks.processes
        order = EvenSampler(options["sampler_fn"](dataset), len(dataset), at_once, self.args.seed)
        options["sampler_fn"] = lambda _: order
        return super()._get_dataloader(with_blank_rows(dataset, at_once), *args, **options)

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Let the model answer the dev rows: what counts is what it says, not how likely it found gold."""
        score = self._dev.measure(self.model, self.state.global_step)
        metrics = {} if score is None else {"eval_macro_f1": score}
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        if self._dev.given_up():
            self.control.should_training_stop = True
        return metrics

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        step = self.state.global_step
        if not self._ranks.first:
            self._write_into(Path(self._ranks.agree("")), model, trial)
            self._ranks.meet()  # until the checkpoint has appeared
            return
        with Checkpoints(Path(self.args.output_dir)).saving(step, self._dev.state(step)) as folder:
            self._write_into(Path(self._ranks.agree(str(folder))), model, trial)
            _move_up(folder / f"checkpoint-{step}")
        self._ranks.meet()

    def _write_into(self, folder: Path, model: Any, trial: Any) -> None:
        """All processes write into one folder: the first the weights, each the state of its random numbers."""
        self._staged = folder
        try:
            Trainer._save_checkpoint(self, model, trial)  # TRL's would add a model card
        finally:
            self._staged = None
        self._ranks.meet()

    def _get_output_dir(self, trial: Any) -> str:
        return str(self._staged or super()._get_output_dir(trial))


def _move_up(inner: Path) -> None:
    """The Trainer writes into a folder of its own making within the one that it is given."""
    for path in inner.iterdir():
        path.rename(inner.parent / path.name)
    inner.rmdir()
