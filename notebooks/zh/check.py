"""`check` for the Chinese lessons: the module of the folder above, speaking Chinese unless LABKIT_LANG says otherwise."""

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

os.environ.setdefault("LABKIT_LANG", "zh")
_spec = spec_from_file_location("check", Path(__file__).resolve().parents[1] / "check.py")
assert _spec is not None and _spec.loader is not None  # noqa: S101, PT018
sys.modules["check"] = module_from_spec(_spec)  # what `import check` gives
_spec.loader.exec_module(sys.modules["check"])
