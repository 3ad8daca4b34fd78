"""QLoRA in a process of its own: recipe, job, and what it leaves behind."""

from labkit.training.job import ENDED, JobStatus, TrainingJob, attach, job_of, jobs_of, start
from labkit.training.recipe import Recipe, asked_in_yaml, recipe_from_yaml

__all__ = [
    "ENDED",
    "JobStatus",
    "Recipe",
    "TrainingJob",
    "asked_in_yaml",
    "attach",
    "job_of",
    "jobs_of",
    "recipe_from_yaml",
    "start",
]
