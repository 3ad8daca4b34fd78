"""Every bundle is built from the sources beside it, small, offline, and named like its class; checked without Node."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from pathlib import Path

import pytest

import labkit
from labkit.texts import catalogue
from labkit.widgets.base import LabWidget

PACKAGE = Path(labkit.__file__).parent
ROOT = PACKAGE.parent
SOURCES = ROOT / "widgets"
STATIC = PACKAGE / "static"
CLASSES = (PACKAGE / "widgets").glob("*.py")
WIDGETS = sorted(p.stem for p in CLASSES if "(LabWidget)" in p.read_text("utf-8"))  # the rest is plain ipywidgets
BUNDLES = sorted(p for p in STATIC.iterdir() if p.suffix in {".js", ".css"})
SIZE_LIMIT = 60 * 1024  # bytes; each widget on a page carries its bundle
BUILD = "run 'npm ci && npm run build' in widgets/, and commit labkit/static"


def sources_hash() -> str:
    """The same hash as widgets/build.mjs writes into each bundle."""
    sources = [p for p in (SOURCES / "src").rglob("*") if p.suffix in {".ts", ".css"}]
    names = [p.relative_to(SOURCES).as_posix() for p in sources if not p.name.endswith(".test.ts")]
    digest = hashlib.sha256()
    for name in sorted([*names, "build.mjs", "package-lock.json"]):
        digest.update(f"{name}\0".encode() + (SOURCES / name).read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def widget_class(name: str) -> type[LabWidget]:
    module = importlib.import_module(f"labkit.widgets.{name}")
    found = getattr(module, "".join(word.capitalize() for word in name.split("_")))
    assert issubclass(found, LabWidget)
    return found


def interface_keys(name: str, interface: str) -> set[str]:
    """The fields of an interface in a widget's logic.ts or in shared/afm.ts."""
    text = "".join((SOURCES / "src" / path).read_text("utf-8") for path in (f"{name}/logic.ts", "shared/afm.ts"))
    body = re.search(rf"interface {interface}\b[^{{]*{{(.*?)^}}", text, re.DOTALL | re.MULTILINE)
    assert body, f"no interface {interface}"
    return set(re.findall(r"^  (\w+)\??:", body.group(1), re.MULTILINE))


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda p: p.name)
def test_bundle_is_built_from_the_sources_as_they_are(bundle: Path):
    first_line = bundle.read_text("utf-8").splitlines()[0]
    expected = f"built from widgets/src {sources_hash()}; do not edit"
    assert first_line in {f"// {expected}", f"/* {expected} */"}, f"{bundle.name} is stale: {BUILD}"


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda p: p.name)
def test_bundle_is_small_readable_and_asks_for_nothing(bundle: Path):
    text = bundle.read_text("utf-8")
    assert len(text.encode()) <= SIZE_LIMIT
    assert max(map(len, text.splitlines())) <= 400, "a minified bundle cannot be reviewed"
    assert "sourceMappingURL" not in text
    assert not re.search(r"https?://|\bimport\s*\(|^import\s|@import|url\(", text, re.MULTILINE)


@pytest.mark.parametrize("bundle", [p for p in BUNDLES if p.suffix == ".js"], ids=lambda p: p.name)
def test_no_text_becomes_html(bundle: Path):
    found = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b", bundle.read_text())
    assert found == []


def test_one_name_everywhere():
    assert WIDGETS, "no widget found"
    assert sorted(p.parent.name for p in (SOURCES / "src").glob("*/index.ts")) == WIDGETS
    assert sorted(p.stem for p in STATIC.glob("*.js")) == WIDGETS
    assert sorted(p.stem for p in STATIC.glob("*.css")) == WIDGETS
    for name in WIDGETS:
        assert (ROOT / f"tests/widgets/test_{name}.py").is_file(), f"no tests for {name}"
        assert (ROOT / f"tests/browser/test_{name}.py").is_file(), f"no browser test for {name}"


@pytest.mark.parametrize("name", WIDGETS)
def test_traits_of_class_and_front_end_are_the_same(name: str):
    widget = widget_class(name)
    own = {trait for trait in widget.class_traits(sync=True) if not hasattr(LabWidget.__mro__[1], trait)}
    assert own == interface_keys(name, "Traits") | interface_keys(name, "LabTraits")


@pytest.mark.parametrize("name", WIDGETS)
def test_words_of_catalogue_and_front_end_are_the_same(name: str):
    text = (SOURCES / f"src/{name}/logic.ts").read_text("utf-8")
    words = re.search(r"const WORDS = \[(.*?)\]", text, re.DOTALL)
    assert words
    assert set(re.findall(r'"(\w+)"', words.group(1))) == set(catalogue(f"{name}."))


def test_esbuild_is_pinned_and_the_lockfile_names_no_address():
    package = json.loads((SOURCES / "package.json").read_text("utf-8"))
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["devDependencies"].values())
    lock = (SOURCES / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert len((SOURCES / "build.mjs").read_text("utf-8").splitlines()) <= 60
