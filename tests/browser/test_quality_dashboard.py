"""The quality dashboard as a stakeholder meets it: `python -m labkit dash`, a token, a real browser."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from labkit.evaluation import evaluate
from labkit.report import write_report
from labkit.workspace import Scene, create_scene, open_scene
from tests.browser.visit import SCREENSHOTS, Visit
from tests.conftest import TINY_TASK, tiny_examples, tiny_prompts
from tests.hostile import HOSTILE

pytestmark = pytest.mark.browser
CANARY = "sk-CANARY-0123456789"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A scene whose posts hold hostile text, two prompts measured on dev and the better one on test."""
    examples = [
        replace(example, items=(f"{example.text} {HOSTILE[k % len(HOSTILE)]}",)) if k % 5 == 0 else example
        for k, example in enumerate(tiny_examples())
    ]
    scene = create_scene(tmp_path_factory.mktemp("dash") / "tiny", TINY_TASK, examples, tiny_prompts())
    for name in ("v1", "v2"):
        evaluate(scene, name, "definition-reader")
    evaluate(scene, "v2", "definition-reader", "test", reason="the dashboard's test")
    return scene


@pytest.fixture(scope="module")
def dash(measured: Scene) -> Iterator[Callable[[str], str]]:
    """`dash(language)` is the address of a dashboard, started as its user starts it, with a key in the environment."""
    with ExitStack() as started:
        yield cache(lambda language: started.enter_context(running_dash(measured.path, language)))


@contextmanager
def running_dash(scene: Path, language: str, page: str = "quality", base_url: str = "/") -> Iterator[str]:
    environment = {**os.environ, "LABKIT_LANG": language, "OPENAI_API_KEY": CANARY}
    process = subprocess.Popen(
        [sys.executable, "-m", "labkit", "dash", str(scene), "--page", page, "--base-url", base_url, "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    assert line, process.stderr.read().decode()
    yield json.loads(line)["address"]
    process.send_signal(signal.SIGTERM)
    process.wait(120)  # kernels that are just being prepared end first


def open_page(visit: Visit, address: str, theme: str = "light") -> Page:
    visit.open_dashboard(f"{address}&theme={theme}")
    visit.page.wait_for_selector(".lk-card")
    return visit.page


def status_of(address: str, path: str, *, token: bool = False, host: str | None = None, method: str = "GET") -> int:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    headers = {"Host": host} if host else {}
    connection.request(method, f"{path}?{parts.query}" if token else path, headers=headers)
    return connection.getresponse().status


def test_scores_errors_and_reasons_are_there_and_filters_work(dash: Callable[[str], str], visit: Visit):
    page = open_page(visit, dash("en"))
    headline = page.locator(".lk-headline")
    expect(headline).to_be_visible()
    body = page.locator("body")
    expect(body).to_contain_text("Of 100 “退款” posts we find")
    expect(body).to_contain_text(re.compile(r"commonest confusions? holds? \d+ of the \d+ misread posts"))
    expect(body).not_to_contain_text("东西坏了、漏水、掉漆、做工差")  # a definition
    cards = page.locator(".lk-card")
    everything = cards.count()
    label = page.locator(".lk-filters select").first
    label.select_option("质量")
    expect(cards).not_to_have_count(everything)
    assert 0 < cards.count() < everything
    search = page.locator(".lk-filters input")
    search.fill("nowhere to be found")
    search.press("Enter")
    expect(cards).to_have_count(0)
    search.fill("")
    search.press("Enter")
    label.select_option(index=0)
    expect(cards).to_have_count(everything)
    before = headline.inner_text(), page.locator(".lk-standing").inner_text()
    page.locator(".lk-run select").select_option(index=2)
    expect(page.locator(".lk-standing")).not_to_have_text(before[1])
    visit.assert_clean()


def test_a_copied_address_shows_the_same_rows_and_holds_no_token(dash: Callable[[str], str], visit: Visit):
    page = open_page(visit, dash("en"))
    page.locator(".lk-filters select").first.select_option("质量")
    visit.until(lambda: "label=%E8%B4%A8%E9%87%8F" in page.url, "the address names the label")
    cards = page.locator(".lk-card")
    chosen = cards.all_inner_texts()
    anchor = cards.last.get_attribute("id")
    assert "token" not in page.url
    copied = f"{page.url}#{anchor}"
    page.goto("about:blank")
    visit.open_dashboard(copied)
    page.wait_for_selector(".lk-card")
    assert cards.all_inner_texts() == chosen
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()
    visit.assert_clean()


def test_one_click_saves_the_shown_errors_as_excel_and_the_server_keeps_nothing(
    dash: Callable[[str], str], visit: Visit, measured: Scene, tmp_path: Path
):
    page = open_page(visit, dash("zh"))
    before = sorted(measured.path.rglob("*"))
    with page.expect_download() as saving:
        page.get_by_role("button", name="导出这些错误（Excel）").click()
    saving.value.save_as(tmp_path / "errors.xlsx")
    (sheet,) = load_workbook(tmp_path / "errors.xlsx").worksheets
    ids = {row[0].value for row in sheet.iter_rows(min_row=2)}
    shown = page.locator(".lk-card header").all_inner_texts()
    assert shown
    assert all(any(name in head for name in ids) for head in shown)
    assert [cell.value for cell in sheet[1]][-2:] == ["您的意见", "您的姓名"]
    expect(page.locator("a.lk-file")).to_be_visible()
    assert sorted(measured.path.rglob("*")) == before
    visit.assert_clean()


def test_nothing_dangerous_is_on_the_page(dash: Callable[[str], str], visit: Visit, measured: Scene):
    frames: list[str] = []
    visit.page.on("websocket", lambda ws: ws.on("framereceived", lambda data: frames.append(str(data))))
    page = open_page(visit, dash("en"))
    assert page.evaluate("window.hacked") is None
    assert page.locator("#rendered_cells img, .lk a:not([href^='#']), #rendered_cells script[src]").count() == 0
    assert page.locator('[data-title*="hare"], [data-title*="cloud"]').count() == 0
    everything = page.content() + "".join(frames)
    for secret in ("labkit.dashboards", "quality()", CANARY, str(measured.path), "Traceback"):
        assert secret not in everything
    visit.assert_clean()


def test_doors_are_shut(dash: Callable[[str], str]):
    address = dash("en")
    assert status_of(address, "/") == 302  # to the page that asks for the token
    assert status_of(address, "/", token=True, host="evil.example") == 403
    assert status_of(address, "/voila/static/voila.js", token=True) == 200
    for path in ("quality.ipynb", "..%2f..%2fpyproject.toml", "x.svg", "runs.db", ".env"):
        assert status_of(address, f"/voila/files/{path}", token=True) in {403, 404}
    for path in ("/api/contents", "/api/kernels", "/api/sessions", "/api/terminals", "/files/runs.db", "/lab"):
        assert status_of(address, path, token=True) in {302, 404}  # 302 leads to /voila/files
        assert status_of(address, path, token=True, method="POST") in {404, 405}


def test_kernel_has_no_keys_and_ends_with_the_visit(dash: Callable[[str], str], visit: Visit):
    address = dash("en")
    page = open_page(visit, address)
    name = json.loads(page.locator("#jupyter-config-data").text_content() or "")["kernelId"]
    kernel = kernels_of(address)[name]
    seen = Path(f"/proc/{kernel}/environ").read_bytes() + Path(f"/proc/{kernel}/cmdline").read_bytes()
    assert CANARY.encode() not in seen
    assert b"LABKIT_DASH_SCENE" in seen
    visit.context.unroute_all()  # Playwright loses a leaving page's last message while it intercepts requests
    visit.page.goto("about:blank")
    for _ in range(40):
        if not psutil.pid_exists(kernel):
            return
        visit.page.wait_for_timeout(500)
    pytest.fail("the kernel outlived its page by 20 s")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_picture(dash: Callable[[str], str], visit: Visit, theme: str, language: str):
    page = open_page(visit, dash(language), theme)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("h1")).to_contain_text("Quality: tiny" if language == "en" else "质量：tiny")
    page.set_viewport_size({"width": 1200, "height": 1900})
    fits = "document.querySelector('#rendered_cells').scrollWidth <= window.innerWidth"
    visit.until(lambda: page.evaluate(fits), "the page fits its window")
    visit.screenshot(f"quality-{language}-{theme}")
    light = page.evaluate("getComputedStyle(document.querySelector('.lk')).color")
    assert (light == "rgb(31, 35, 40)") == (theme == "light")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_report_opens_from_a_file(visit: Visit, measured: Scene, tmp_path: Path, language: str):
    path = write_report(measured, tmp_path / "report.html", lang=language)
    complaints: list[str] = []
    visit.page.on("console", lambda message: complaints.append(message.text))
    for scheme in ("light", "dark"):
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.set_viewport_size({"width": 1200, "height": 1000})
        visit.page.goto(path.as_uri())
        visit.page.screenshot(path=SCREENSHOTS / f"report-{language}-{scheme}.png", full_page=True)
    assert visit.page.evaluate("window.hacked") is None
    assert visit.page.locator("img, script, a:not([href^='#']), iframe, form").count() == 0
    assert visit.page.evaluate("document.body.scrollWidth <= window.innerWidth")
    assert complaints == []
    visit.assert_clean()


def test_a_phone_shows_the_table_of_labels_whole(visit: Visit, tmp_path: Path):
    bundled = open_scene("support_intents")
    scene = create_scene(tmp_path / "scene", bundled.task, bundled.rows, [bundled.prompt("v1")])
    evaluate(scene, "v1", "definition-reader")
    path = write_report(scene, tmp_path / "report.html", lang="en")
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.page.goto(path.as_uri())
    tables = visit.page.locator(".lk-wide:has(.lk-labels)")
    assert tables.evaluate_all("found => found.map(one => one.scrollWidth - one.clientWidth)") == [0]


def kernels_of(address: str) -> dict[str, int]:
    """Kernels below the server that listens at an address: id -> process id."""
    port = urlsplit(address).port
    servers = [p for p in psutil.process_iter(["cmdline"]) if f"--port={port}" in (p.info["cmdline"] or [])]
    found = [child for server in servers for child in server.children(recursive=True)]
    ids = {child.pid: re.search(r"kernel-([0-9a-f-]{36})", " ".join(child.cmdline())) for child in found}
    return {match[1]: pid for pid, match in ids.items() if match}
