"""QLoRA in a process of its own: recipe, job, and what it leaves behind."""

from labkit.training.job import JobStatus, TrainingJob, attach, job_of, jobs_of, start
from labkit.training.recipe import Recipe, recipe_from_yaml

__all__ = ["JobStatus", "Recipe", "TrainingJob", "attach", "job_of", "jobs_of", "recipe_from_yaml", "start"]
