"""A real browser for tests and for the pictures in the docs: Debian's Chromium, headless.

    @needs_chromium
    def test_...():
        with chromium() as browser:
            page = shown(browser, "<h1>Now</h1>")      # or browser.new_page().goto(address)
            picture(page, "docs/channels/NAME.png")

It reaches loopback only: whatever else a page asks for is refused.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser")
FLAGS = (
    "--no-sandbox",  # a container has no user namespaces to make one of
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
LOCAL = ("127.0.0.1", "localhost", "::1")
WIDTH = 720  # CSS pixels of a picture


def program() -> str | None:
    """Where Chromium is; None: nowhere."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


needs_chromium = pytest.mark.skipif(
    program() is None or find_spec("playwright") is None,
    reason="left out: needs Chromium and playwright, which `make system` installs",
)


@contextmanager
def chromium(*flags: str) -> Iterator["Browser"]:
    """A browser, closed at the end. `flags`: more of its command line."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program(), args=[*FLAGS, *flags], chromium_sandbox=False
        )
        try:
            yield browser
        finally:
            browser.close()


def opened(browser: "Browser", **context: Any) -> "Page":
    """An empty page in a context of its own. `context`: as Playwright's `new_context` takes it,
    such as java_script_enabled=False, viewport={"width": 390, "height": 844}."""
    context.setdefault("viewport", {"width": WIDTH, "height": 480})
    page = browser.new_context(**context).new_page()
    page.route("**/*", _refuse_the_world)
    return page


def shown(browser: "Browser", html: str, **context: Any) -> "Page":
    """A page that shows this HTML; see `show`."""
    page = opened(browser, **context)
    show(page, html)
    return page


def show(page: "Page", html: str) -> None:
    """Put this HTML on a page. Lone surrogates, which no page can hold, show as "?"."""
    page.set_content(html.encode(errors="replace").decode())


def picture(page: "Page", path: str | Path, *, part: str = "") -> Path:
    """Take a PNG of the whole page, or of the first thing that a CSS selector finds.

    path  relative to the project's folder.
    """
    place = ROOT / path
    place.parent.mkdir(parents=True, exist_ok=True)
    if part:
        page.locator(part).first.screenshot(path=place)
    else:
        page.screenshot(path=place, full_page=True)
    return place


def _refuse_the_world(route: "Route") -> None:
    url = urlsplit(route.request.url)
    is_local = url.hostname in LOCAL or url.scheme in ("data", "about", "blob")
    route.continue_() if is_local else route.abort()
