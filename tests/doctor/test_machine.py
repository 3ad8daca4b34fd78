from __future__ import annotations

from pathlib import Path

import pytest

from labkit.doctor import machine


def test_memory_and_disk_are_told_in_gibibytes(tmp_path: Path):
    (memory,) = machine.examine_memory()
    (disk,) = machine.examine_disk(tmp_path / "not" / "made" / "yet")
    assert "GiB" in memory.found
    assert str(tmp_path) in disk.found


def test_little_memory_and_a_full_disk_get_a_fix(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(machine, "_LITTLE_MEMORY", 1 << 60)
    monkeypatch.setattr(machine, "_LITTLE_DISK", 1 << 60)
    findings = [*machine.examine_memory(), *machine.examine_disk(tmp_path)]
    assert [finding.health for finding in findings] == ["note", "note"]
    assert all(finding.fix for finding in findings)


def test_chinese_fonts_are_found_by_name_where_nothing_lists_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(machine.sys, "platform", "linux")
    monkeypatch.setattr(machine, "_FONT_FOLDERS", (str(tmp_path / "fonts"),))
    (none,) = machine.examine_fonts()
    assert (none.health, bool(none.fix)) == ("note", True)
    (tmp_path / "fonts" / "deep").mkdir(parents=True)
    (tmp_path / "fonts" / "deep" / "NotoSansCJK-Regular.ttc").touch()
    (found,) = machine.examine_fonts()
    assert (found.health, found.found) == ("fine", "NotoSansCJK-Regular.ttc")
