"""A real browser, and a report of made-up people to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which
from types import ModuleType
from typing import Any

import pytest
from loading import loaded

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """An installed Chromium under Playwright, or a skip that says what is missing."""
    found = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: install one to look at the pages")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def watched(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open a page of this machine; whatever it complains about or asks of the network fails the test."""
    pages: list[Any] = []
    heard: list[str] = []
    asked: list[str] = []

    def open_it(address: str, size: tuple[int, int], **options: Any) -> Any:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]}, **options)
        pages.append(page)
        page.on("console", lambda message: heard.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        return page

    yield open_it
    for page in pages:
        page.close()
    assert heard == []
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]


@pytest.fixture(scope="session")
def made_up() -> ModuleType:
    """The factory of made-up people of the report's tests."""
    path = Path(__file__).parents[1] / "report" / "factory.py"
    return loaded(path)
