import shutil
import pytest
from tests.browser import test_notebooks as t
from tests.browser.test_notebooks import lab, test_tour_runs_to_its_end  # noqa
pytestmark = pytest.mark.browser
@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    f = tmp_path_factory.mktemp("lessons") / "notebooks"
    shutil.copytree("/tmp/nbcopy", f)
    return f
