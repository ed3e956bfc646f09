"""The review in a real browser: by keyboard alone, on a telephone, held against the rules for accessibility, and on paper."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.review.export import Whence, export
from tests.flows.browsing import PHONE, WIDE, against_the_rules, browser, opened
from tests.flows.review.reviewing import catalogue_in, policy_of
from tests.flows.worklist.serving import started

__all__ = ["browser"]  # a fixture

pytestmark = pytest.mark.browser
LATER = {"papers": ".files", "frees": ".freed"}  # what pages show as soon as it is there, which takes a while
SHOTS = os.environ.get("SEKALI_SCREENSHOTS")  # a folder, where the build keeps them


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return catalogue_in(tmp_path_factory.mktemp("review"))


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    with started("review", str(root), "--port", "0") as address:
        yield address


def kept(page: Any, name: str) -> None:
    """Keep a picture of a page where the build wants them."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["telephone", "desk"])
def test_every_page_can_be_used_by_everybody(browser: Any, address: str, size: tuple[int, int]) -> None:
    page = opened(browser, address, size)
    page.wait_for_selector("text=3 of 3 procedures shown")
    page.wait_for_selector(".overview b")
    seen: dict[str, list[str]] = {}
    for name, where in {
        "overview": "/",
        "nothing": "/?q=nothing",
        "what if": "/what-if",
        "supposed": "/?with=a10",
        "decisions": "/decisions",
        "papers": "/papers",
        "procedure": "/p/pbi-apbd",
        "with moves": "/p/kia",
        "forms": "/p/kia/forms",
        "walk": "/p/kia/walk",
        "walked": "/p/kia/walk?case=2&at=2",
        "frees": "/p/kia/frees",
        "fact": "/p/kia/fact?name=child.birth_date",
        "not found": "/nowhere",
    }.items():
        page.goto(address + where)
        if name in LATER:
            page.wait_for_selector(LATER[name], timeout=60_000)
        seen[name] = against_the_rules(page)
        kept(page, f"{name.replace(' ', '-')}-{size[0]}")
    page.goto(f"{address}/p/kia")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    seen["all open"] = against_the_rules(page)
    page.locator(".pane svg a[*|href]").first.click()
    page.wait_for_selector("#panel:not([hidden])")
    seen["chosen"] = against_the_rules(page)
    page.goto(address)
    page.click("text=Bahasa Indonesia")
    page.wait_for_selector("html[lang=id]")
    seen["Indonesian"] = against_the_rules(page)

    assert {name: found for name, found in seen.items() if found} == {}
    assert [one for one in page.complaints if "status of" not in one] == []


def test_drawings_zoom_and_scroll_together(browser: Any, address: str) -> None:
    page = opened(browser, f"{address}/p/pbi-apbd", WIDE)
    wide = "[...document.querySelectorAll('.drawing')].map(one => one.getBoundingClientRect().width)"
    before = page.evaluate(wide)
    for _ in range(4):
        page.click("[data-zoom=in]")
    larger = page.evaluate(wide)
    assert all(new > 2 * old for old, new in zip(before, larger, strict=True))
    page.evaluate("document.querySelector('.pane').scrollTop = 1e6")
    page.wait_for_function("document.querySelectorAll('.pane')[1].scrollTop > 100")
    page.uncheck("#together")
    page.wait_for_timeout(250)
    page.evaluate("document.querySelector('.pane').scrollTop = 0")
    page.wait_for_timeout(250)
    assert page.evaluate("document.querySelectorAll('.pane')[1].scrollTop") > 100


def test_hover_tells_the_facts_of_a_step_and_marks_it_on_the_other_side(browser: Any, address: str) -> None:
    page = opened(browser, f"{address}/p/kia", WIDE)
    page.locator(".pane svg a[*|href]", has_text="Check the papers").first.hover()
    page.wait_for_selector("#tip:not([hidden])")
    told = page.inner_text("#tip")
    assert "check · " in told
    assert "min" in told
    assert page.locator(".pane >> nth=1 >> a.same").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("#tip").is_hidden()


def test_the_reason_is_read_and_a_finding_rejected_by_keyboard_alone(browser: Any, address: str, root: Path) -> None:
    page = opened(browser, f"{address}/p/kia", WIDE)
    keys = page.keyboard
    questions = page.inner_text(".cards li:nth-child(2) .big")

    def to(selector: str) -> None:
        """Press Tab until the focus is there, and see that it shows."""
        for _ in range(200):
            keys.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert style != "none", selector
                return
        raise AssertionError(f"no way to {selector}")

    to(".pane")
    keys.press("+")  # larger
    to(".drawing a[*|href^='#q-']")
    assert page.locator("#tip").is_visible()
    keys.press("Enter")
    page.wait_for_selector("#panel:not([hidden])")
    assert page.evaluate("document.activeElement.id") == "panel"
    assert "Why" in page.inner_text("#panel")
    keys.press("Escape")
    assert page.evaluate("document.activeElement.matches('.drawing a')")
    keys.press("Enter")
    to("#panel input[name=by]")
    keys.type("Ibu Rini")
    to("#panel input[name=why]")
    keys.type("we call them")
    to("#panel button[value=rejected]")
    keys.press("Enter")
    page.wait_for_selector("text=Kept in the catalogue's folder decisions")
    assert page.inner_text(".cards li:nth-child(2) .big") != questions
    assert len(list((root / "decisions" / "kia").iterdir())) == 1
    kept(page, "decided")
    page.click(".notice button[value=undo]")
    page.wait_for_url(re.compile(r"/p/kia(#.*)?$"))
    assert page.inner_text(".cards li:nth-child(2) .big") == questions


def test_what_follows_a_decision_can_be_read_and_printed_by_everybody(browser: Any, address: str, root: Path) -> None:
    old = root / "decisions" / "sktm" / "f00000000000.yaml"
    old.parent.mkdir(parents=True)
    said = "finding: f00000000000, procedure: sktm, decision: rejected, by: Pak Budi, 'on': 2026-10-01, about: '-> <b>'"
    old.write_text(f"decisions:\n  - {{{said}}}\n")
    one, other = opened(browser, f"{address}/p/sktm", WIDE), opened(browser, f"{address}/p/sktm", PHONE)
    seen: dict[str, list[str]] = {}

    def decide(page: Any, decision: str, why: str) -> None:
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        form = page.locator("li form.decide").first
        form.locator("[name=by]").fill("Ibu Rini")
        form.locator("[name=why]").fill(why)
        form.locator(f"[value={decision}]").click()
        page.wait_for_load_state("load")

    decide(one, "rejected", " ")  # which is no reason
    assert "Needed to reject" in one.inner_text("main")
    seen["lacking"] = against_the_rules(one)
    one.locator("[name=why]").first.fill("we call them")
    one.locator("[value=rejected]").first.click()
    one.wait_for_selector("text=Kept in the catalogue's folder decisions")
    assert "Decisions that have lost their ground" in one.inner_text("main")
    seen["decided"] = against_the_rules(one)
    decide(other, "accepted", "")
    assert "Somebody else has decided meanwhile" in other.inner_text("main")
    seen["conflict"] = against_the_rules(other)
    kept(other, "conflict")
    for where in (
        "/p/sktm",
        "/decisions",
        "/p/sktm/forms",
        "/p/sktm/walk",
        "/",
        "/papers",
        "/p/sktm/fact?name=applicant.name",
    ):
        one.goto(address + where)
        one.emulate_media(media="print")
        one.set_viewport_size({"width": 700, "height": 990})  # A4 without its margins
        assert not one.locator("form:visible, button:visible, header:visible").count(), where
        assert one.evaluate("document.documentElement.scrollWidth <= 700"), where
        one.emulate_media(media="screen")
        one.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    one.goto(f"{address}/decisions")
    assert one.locator("button:has-text('Undo')").count() == 2
    seen["decisions"] = against_the_rules(one)
    one.locator("button:has-text('Undo')").first.click()
    one.wait_for_load_state("load")
    assert not old.exists()
    one.goto(f"{address}/decisions")
    one.locator("button:has-text('Undo')").first.click()
    one.wait_for_load_state("load")
    assert not (root / "decisions" / "sktm").exists()
    assert {name: found for name, found in seen.items() if found} == {}
    assert [text for page in (one, other) for text in page.complaints if "status of" not in text] == []


def test_beyond_this_machine_the_password_is_asked_for_by_a_page_for_everybody(browser: Any, root: Path) -> None:
    with started("review", str(root), "--port", "0", SEKALI_TOKEN="a-long-password-1") as address:
        page = opened(browser, f"{address}/p/kia", PHONE)
        assert page.url.endswith("/sign-in")
        assert against_the_rules(page) == []
        page.fill("#name", "Ibu Rini")
        page.fill("#password", "wrong")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=The password is not right.")
        assert against_the_rules(page) == []
        page.fill("#password", "a-long-password-1")
        page.keyboard.press("Enter")
        page.wait_for_selector(".overview")
        page.click("text=Sign out")
        page.goto(address)
        assert page.url.endswith("/sign-in")


def test_the_table_and_suppositions_are_used_by_keyboard_alone(browser: Any, address: str) -> None:
    page = opened(browser, address, WIDE)
    page.wait_for_selector(".overview b")

    def to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"no way to {selector}")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")
    to("input[name=q]")
    page.keyboard.type("card")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=1 of 3 procedures shown")
    page.goto(f"{address}/what-if")
    to("select[name=as-a10]")
    page.keyboard.type("suppose in")
    to("button")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=a10 in force")
    page.goto(f"{address}/p/kia/walk")
    to("a.button")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Step 1 of")


def test_what_takes_long_is_shown_without_scripts_as_soon_as_it_is_there(browser: Any, root: Path) -> None:
    with started("review", str(root), "--port", "0") as address:
        page = browser.new_context(java_script_enabled=False, locale="en-US").new_page()
        page.goto(f"{address}/papers")
        assert page.locator("#computing").count() == 1
        page.wait_for_selector("text=Briefing for leadership", timeout=60_000)
        with page.expect_download() as told:
            page.click("li:has-text('Briefing') >> text=PDF")
        assert told.value.suggested_filename == "briefing.pdf"


def test_it_works_without_scripts(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(f"{address}/p/kia")
    assert page.locator(".tools").is_hidden()
    page.locator(".pane svg a[*|href^='#q-']").first.click()
    assert re.search(r"#q-apply-\d+$", page.url)
    page.goto(f"{address}/?sort=minutes&down=1&q=card")
    assert page.locator(".overview tbody tr").count() == 1


def test_pages_print_on_a4(browser: Any, address: str, tmp_path: Path) -> None:
    page = opened(browser, f"{address}/p/kia", WIDE)
    file = tmp_path / "kia.pdf"
    page.pdf(path=file, prefer_css_page_size=True)
    text = file.read_bytes()
    sizes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", text)
    assert sizes
    assert {(round(float(wide)), round(float(high))) for wide, high in sizes} == {(595, 842)}
    page.emulate_media(media="print")
    assert not page.locator("header").is_visible()
    assert not page.locator("button:visible").count()
    assert page.locator(".why").first.is_visible()


def test_the_site_opens_from_disk(browser: Any, tmp_path: Path) -> None:
    export(Whence(catalogue_in(tmp_path, ["kia", "pbi-apbd"]), policy_of), tmp_path / "site", processes=1)
    page = opened(browser, (tmp_path / "site" / "index.html").as_uri(), WIDE)
    page.click("text=English")
    assert page.locator(".overview tbody tr").count() == 2
    page.fill("#search", "card")
    assert page.locator(".overview tbody tr:visible").count() == 1
    page.fill("#search", "")
    page.click("thead button:has-text('Undecided')")
    assert page.locator("th[aria-sort=ascending]").count() == 1
    heading = page.locator("thead button").first
    assert heading.evaluate("one => getComputedStyle(one).color") != "rgb(255, 255, 255)"  # of which axe says nothing
    assert against_the_rules(page) == []
    page.click("text=Child identity card")
    page.locator(".pane svg a[*|href^='#q-']").first.click()
    page.wait_for_selector("#panel:not([hidden])")
    assert against_the_rules(page) == []
    page.click("text=Bahasa Indonesia")
    assert page.url.endswith("/id/kia.html")
    by_axe = (
        "XMLHttpRequest",
        "net::ERR_FAILED",
        "preload assets",
    )  # it would read the style sheets once more, and may not
    assert [one for one in page.complaints if not any(what in one for what in by_axe)] == []
