from __future__ import annotations

import pytest

from labkit import errors

ERRORS = [e for e in vars(errors).values() if isinstance(e, type) and e.__module__ == "labkit.errors"]


def test_message_names_problem_and_fix_once():
    assert str(errors.BadData("rows.csv has no column 'text'.", "Name it with --text.")) == (
        "rows.csv has no column 'text'. Name it with --text."
    )


def test_unknown_name_offers_the_nearest():
    message = str(errors.UnknownName("model", "definition-raeder", ["linear", "definition-reader"]))
    assert "Did you mean 'definition-reader'?" in message


def test_unknown_name_lists_what_there_is_when_nothing_is_near():
    message = str(errors.UnknownName("prompt", "zzz", ["v1", "v2"]))
    assert "Known: v1, v2" in message


def test_unknown_name_says_when_nothing_exists():
    assert "No run exists yet" in str(errors.UnknownName("run", "abc", []))


def test_missing_extra_names_the_install_command():
    assert "pip install 'labkit[train]'" in str(errors.MissingExtra("Training", "train"))


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_a_labkit_error(error: type[Exception]):
    assert issubclass(error, errors.LabkitError)
