"""Opening a scene by name or folder, and making a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from labkit.errors import BadData, BadTask, UnknownName
from labkit.records import Example, Prompt, Task, example_to_json, examples_sha256
from labkit.tables.atomic import appearing_folder, replace_text
from labkit.tables.examples_file import read_examples_jsonl
from labkit.tables.writing import write_jsonl
from labkit.texts import say
from labkit.workspace.bundled import TASK_FILE, bundled_scenes, copy_of, data_folder, write_gitignore
from labkit.workspace.scene import Scene
from labkit.workspace.scene_notebooks import write_notebooks
from labkit.workspace.task_file import task_from_yaml, task_to_yaml

EXAMPLES_FILE = "examples.jsonl"


def open_scene(name_or_path: str | Path, root: Path | None = None) -> Scene:
    """Open a scene.

    Args:
        name_or_path: a scene's folder, or the name of a bundled scene. A bundled scene is copied once, to
            `<root>/<name>`, and the copy is opened (also when its source folder is given): runs live in the copy.
        root: where copies live; $LABKIT_WORKSPACE or ./workspace by default.

    Returns:
        The scene, its task and examples read and checked.

    Raises:
        UnknownName: neither a folder with a task.yaml nor a bundled name.
        BadTask, BadData: a file of the scene cannot be used, or frozen test rows have changed.
    """
    folder = _folder_of(name_or_path, root)
    task = _read_task(folder / TASK_FILE)
    examples = _read_examples(folder / EXAMPLES_FILE, task)
    _check_frozen(task, examples, folder)
    return Scene(folder, task, examples)


def create_scene(
    path: str | Path,
    task: Task,
    examples: Sequence[Example],
    prompts: Sequence[Prompt],
    texts: Mapping[str, str] | None = None,
) -> Scene:
    """Make a scene's folder, all or nothing.

    Args:
        path: a folder that does not exist, or is empty.
        task: becomes task.yaml.
        examples: become examples.jsonl, in this order.
        prompts: become prompts/<name>.md.
        texts: more files, path inside the scene -> text.

    Returns:
        The scene, opened from what was written.

    Raises:
        BadData: the folder holds files already or cannot be written, or the examples do not fit the task.
        BadTask, BadPrompt: task or prompt would not read back.
    """
    folder = Path(path)
    check_free(folder)
    try:
        with appearing_folder(folder) as temporary:
            _fill(temporary, task, examples, prompts)
            for name, text in (texts or {}).items():
                replace_text(temporary / name, text)
    except OSError as error:
        raise BadData.told("error.scene.unwritable", folder=folder, reason=error.strerror) from error
    return open_scene(folder)


def check_free(folder: Path) -> None:
    """Raise BadData when a scene cannot be made here because something is here already."""
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise BadData.told("error.scene.exists", folder=folder)


def _fill(folder: Path, task: Task, examples: Sequence[Example], prompts: Sequence[Prompt]) -> None:
    """Write all files and open the result, so that a scene that appears can be opened."""
    replace_text(folder / TASK_FILE, task_to_yaml(task))
    write_jsonl(folder / EXAMPLES_FILE, (example_to_json(example) for example in examples))
    write_gitignore(folder)
    write_notebooks(folder)
    scene = open_scene(folder)
    (folder / "prompts").mkdir()
    for prompt in prompts:
        scene.save_prompt(prompt)


def _folder_of(name_or_path: str | Path, root: Path | None) -> Path:
    path = Path(name_or_path)
    bundled = bundled_scenes()
    if not _can_exist(path):
        raise UnknownName("scene", str(name_or_path)[:60], bundled, say("find.scene"))
    if path.resolve().parent == data_folder().resolve() and path.name in bundled:
        return copy_of(path.name, root)
    if (path / TASK_FILE).is_file():
        return path
    if str(name_or_path) in bundled:
        return copy_of(str(name_or_path), root)
    if path.is_dir():
        raise BadData.told("error.scene.no_task", path=path, task_file=TASK_FILE)
    raise UnknownName("scene", str(name_or_path), bundled, say("find.scene"))


def _can_exist(path: Path) -> bool:
    """Whether the system accepts a path at all: no NUL, no name beyond its length."""
    try:
        path.resolve().exists()
    except (OSError, ValueError):
        return False
    return True


def _read_task(path: Path) -> Task:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTask.told("error.task.unreadable", path=path) from error
    return task_from_yaml(text, str(path))


def _read_examples(path: Path, task: Task) -> tuple[Example, ...]:
    """The rows; none when the file is there and empty, as in a scene that still waits for its posts."""
    if path.is_file() and path.stat().st_size == 0:
        return ()
    return read_examples_jsonl(path, task)


def _check_frozen(task: Task, examples: Sequence[Example], folder: Path) -> None:
    if task.test_sha256 is None:
        return
    found = examples_sha256([example for example in examples if example.split == "test"])
    if found != task.test_sha256:
        raise BadData.told("error.scene.not_frozen", folder=folder, found=found, frozen=task.test_sha256[:12])
