"""A scene as a folder that git can keep: opening, making, and everything that is written into it."""

from labkit.workspace.annotation import Added, add_rows, write_queue
from labkit.workspace.bundled import bundled_scenes
from labkit.workspace.comments import TakenComments, import_comments
from labkit.workspace.datasets import Dataset
from labkit.workspace.draft import Draft, Sources, draft_scene, write_draft
from labkit.workspace.opening import create_scene, open_scene
from labkit.workspace.pins import pin, pinned
from labkit.workspace.queueing import enqueue
from labkit.workspace.scene import Scene
from labkit.workspace.splitting import split_scene
from labkit.workspace.starter import starter_prompt
from labkit.workspace.task_file import task_from_yaml, task_to_yaml
from labkit.workspace.unclear import UnclearDefinition, flag_unclear, unclear_definitions

__all__ = [
    "Added",
    "Dataset",
    "Draft",
    "Scene",
    "Sources",
    "TakenComments",
    "UnclearDefinition",
    "add_rows",
    "bundled_scenes",
    "create_scene",
    "draft_scene",
    "enqueue",
    "flag_unclear",
    "import_comments",
    "open_scene",
    "pin",
    "pinned",
    "split_scene",
    "starter_prompt",
    "task_from_yaml",
    "task_to_yaml",
    "unclear_definitions",
    "write_draft",
    "write_queue",
]
