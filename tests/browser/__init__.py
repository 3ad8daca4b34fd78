"""Tests in a real browser, against real servers."""

import pytest

pytest.register_assert_rewrite("tests.browser.visit")
