"""What stands of a scene's decisions, worked out anew only when a line was added or edited."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labkit.adjudication.ruling import read_rulings
from labkit.adjudication.standing import Standing, standings
from labkit.diagnosis.triage import GoldFix, gold_fixes
from labkit.records import Task
from labkit.workspace.added_lines import AddedLines

Lines = tuple[dict[str, Any], ...]


class Decided:
    """The decisions of a scene.

    Args:
        folder: the scene's.
        task: whose labels they may name.
    """

    def __init__(self, folder: Path, task: Task) -> None:
        self._file, self._task = AddedLines(folder, "decisions"), task
        self._fixes: tuple[Lines, Mapping[str, tuple[GoldFix, ...]]] = ((), {})
        self._standings: tuple[Lines, Mapping[str, Standing]] = ((), {})

    def lines(self) -> Lines:
        """Every line, oldest first; BadData names an edited one that lacks something."""
        return self._file.read()

    def gold_fixes(self) -> Mapping[str, tuple[GoldFix, ...]]:
        """Corrected gold labels, row by row, oldest first; BadData for a line that cannot be one."""
        lines = self.lines()
        if lines is not self._fixes[0]:
            self._fixes = lines, gold_fixes(lines, self._task)
        return self._fixes[1]

    def standings(self) -> Mapping[str, Standing]:
        """What stands of each item that people adjudicated; BadData for a line that cannot be a ruling."""
        lines = self.lines()
        if lines is not self._standings[0]:
            self._standings = lines, standings(read_rulings(lines, self._task))
        return self._standings[1]
