"""A real browser for tests of pages: the one that is there, and the rules for accessibility; knows no page."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, WIDE = (360, 740), (1100, 900)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start the browser that is there; none is fetched."""
    playwright = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"none of these is there: {', '.join(BROWSERS)}")
    with playwright.sync_playwright() as started:
        yield started.chromium.launch(executable_path=found, args=["--no-sandbox"])


def opened(browser: Any, address: str, size: tuple[int, int]) -> Any:
    """Open the start page in a window of its own; whatever the browser complains about is kept."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="en-US", has_touch=size == PHONE
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.goto(address)
    return page


def against_the_rules(page: Any) -> list[str]:
    """Return what axe finds wrong with a page, and what reaches beyond its right edge."""
    import axe_playwright_python

    page.wait_for_selector("#computing", state="detached", timeout=60_000)  # a page that is to come loads itself anew
    page.wait_for_load_state("load")  # else what is looked at may not have its style yet
    axe = Path(axe_playwright_python.__file__).with_name("axe.min.js")
    page.evaluate(axe.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert len(found["passes"]) > 20
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]] + ["too wide"] * wide
