"""The pages in a real browser: filled in by keyboard alone, on a telephone, and held against the rules for accessibility."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.store.case_store import CaseStore
from tests.flows.browsing import PHONE, WIDE, against_the_rules, browser, opened
from tests.flows.worklist.office import office_in, registry_of
from tests.flows.worklist.serving import serving

__all__ = ["browser"]  # a fixture

pytestmark = pytest.mark.browser


@pytest.fixture
def store(tmp_path: Path) -> Path:
    office_in(tmp_path).store.close()
    return tmp_path / "cases.sqlite"


@pytest.fixture
def address(store: Path) -> Iterator[str]:
    with serving(store) as address:
        yield address


def sign_in(page: Any, role: str) -> None:
    page.fill("#name", "Ratna")
    page.select_option("#role", role)
    page.click("main button")


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["telephone", "desk"])
def test_every_page_can_be_used_by_everybody(browser: Any, address: str, size: tuple[int, int]) -> None:
    page = opened(browser, address, size)
    seen: dict[str, list[str]] = {}

    def look(name: str) -> None:
        seen[name] = against_the_rules(page)

    look("sign in")
    page.click("main button")
    look("sign in, wrong")
    sign_in(page, "applicant")
    look("worklist")
    page.click("text=A-1")
    look("form")
    page.click("text=Send")
    look("form, wrong")
    page.click("text=Bahasa Indonesia")
    look("form in Indonesian")
    page.goto(f"{address}/tasks/2/enough")
    look("another role")
    page.click("text=Keluar")
    sign_in(page, "head of office")
    page.click("text=D-1")
    look("decision")
    page.click("summary")
    look("decision, to be sent back")
    page.select_option("#m1", "wrong")
    page.click("button[value=back]")
    look("sent back without a reason")
    page.fill("#back-why", "another number")
    page.click("button[value=back]")
    page.wait_for_url("**/taken/**")
    look("sent back")
    page.click("main a")
    page.click("text=D-2")
    page.check("#way-1")
    page.click("button:has-text('Kirim')")
    page.wait_for_url("**/taken/**")
    look("taken")
    page.click("text=Keluar")
    sign_in(page, "applicant")
    page.goto(f"{address}/tasks/2/apply")
    look("form that was sent back")
    page.goto(f"{address}/nowhere")
    look("not found")

    assert {name: found for name, found in seen.items() if found} == {}
    assert [one for one in page.complaints if "status of" not in one] == []


def test_a_form_is_filled_in_by_keyboard_alone(browser: Any, address: str, store: Path) -> None:
    page = opened(browser, address, WIDE)
    keys = page.keyboard

    def to(selector: str) -> None:
        """Press Tab until the focus is there, and see that it shows."""
        for _ in range(60):
            keys.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert style != "none", selector
                return
        raise AssertionError(f"no way to {selector}")

    to("#name")
    keys.type("Ratna")
    to("#role")
    keys.type("Applicant")
    to("main button")
    keys.press("Enter")
    page.wait_for_url("**/tasks")
    to("a[href='/tasks/1/apply']")
    keys.press("Enter")
    page.wait_for_url("**/tasks/1/apply")
    to("button[value=send]")
    keys.press("Enter")
    page.wait_for_selector(".summary")
    assert page.evaluate("document.activeElement.className") == "summary"  # read out at once
    assert page.title().startswith("Error:")
    to(".summary a")
    keys.press("Enter")  # leads into the field
    assert page.evaluate("document.activeElement.name") == "fact:applicant.nik"

    keys.type("1234")
    to("[name='fact:applicant.birth_date']")
    keys.type("07241995")
    to("[name='fact:applicant.poor']")
    keys.press("ArrowDown")
    to("[name='fact:applicant.income']")
    keys.type("0")
    to("[name='fact:child.sex']")
    keys.type("female")
    to("[name='fact:mother.nik']")
    keys.type("4321")
    to("[name='none:mother.name']")
    keys.press("Space")
    to("[name='fact:movers.name']")
    keys.type("ANI")
    keys.press("Enter")
    keys.type("BUDI")
    to("[name='act:truth']")
    keys.press("Space")
    to("[name='act:ask-people']")
    keys.press("Space")
    to("button[value=send]")
    keys.press("Enter")
    page.wait_for_url("**/taken/**")
    assert page.title().startswith("Taken"), page.inner_text(".summary")

    kept = CaseStore.open(store).find("A-1")[0]
    assert kept.state == "ready"
    for said in (
        b'"1995-07-24"',
        b'"applicant.nik":"1234"',
        b'["ANI","BUDI"]',
        b'"child.mother.name":null',
        b'"child.sex":"2"',
    ):
        assert said in kept.given


def test_nothing_is_lost_when_another_officer_was_quicker(browser: Any, address: str) -> None:
    first, second = opened(browser, address, WIDE), opened(browser, address, PHONE)
    for page in (first, second):
        sign_in(page, "head of office")
        page.click("text=D-1")
    first.check("text=It is enough")
    first.click("text=Send")
    first.wait_for_url("**/taken/**")
    second.check("text=It is not enough")
    second.fill("#why", "a long reason")
    second.click("text=Send")

    assert second.inner_text("h1") == "The case does not wait here any more"
    assert "a long reason" in second.inner_text("main")


def test_choosing_contesting_and_settling_can_be_done_by_everybody(browser: Any, tmp_path: Path) -> None:
    registry_of(tmp_path)
    seen: dict[str, list[str]] = {}
    with serving(tmp_path / "cases.sqlite") as address:
        for size in (PHONE, WIDE):
            page = opened(browser, address, size)
            sign_in(page, "office")
            page.click("text=K-1")
            seen[f"chooser {size}"] = against_the_rules(page)
            page.click("text=Sign out")
            sign_in(page, "applicant")
            page.click("text=K-2")
            page.click("summary")
            page.click("button[value=contest]")
            seen[f"contest, wrong {size}"] = against_the_rules(page)
            assert page.inner_text("#contest-why-fault") == "Error: Say why it is wrong."
        page.fill("[name='right-fact:applicant.name']", "MARIA")
        page.fill("#contest-why", "see my certificate")
        page.click("button[value=contest]")
        page.wait_for_url("**/taken/**")
        page.click("text=Sign out")
        sign_in(page, "office")
        page.click("text=K-2")
        seen["to be settled"] = against_the_rules(page)
        assert "MARIA" in page.inner_text("main")
    assert {name: found for name, found in seen.items() if found} == {}
