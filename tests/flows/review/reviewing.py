"""A small part of the sample catalogue in a folder of its own, with the review in front; for tests."""

import re
import shutil
from collections.abc import Iterable
from datetime import date
from html import unescape
from pathlib import Path

from starlette.testclient import TestClient

from flows.review.app import application
from flows.review.desk import Ahead, Desk
from processes.policy import Policy
from processes.reading import Read

SAMPLE = Path("processes/purbalingga")
FEW = ("kia", "sktm", "pbi-apbd")
DAY = date(2026, 11, 5)


def catalogue_in(folder: Path, procedures: Iterable[str] = FEW) -> Path:
    """Copy the sample catalogue with a few of its procedures."""
    root = folder / "catalogue"
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns(".schemas"))
    for file in (root / "procedures").iterdir():
        if file.stem not in procedures:
            file.unlink()
    return root


def policy_of(found: Read) -> Policy:
    return next(iter(found.policies), Policy())


def desk_of(root: Path) -> Desk:
    return Desk(root, policy_of)


class Reviewer:
    """Somebody with a browser that runs no scripts."""

    def __init__(
        self, desk: Desk, *, name: str = "Ibu Rini", token: str = "", language: str = "en", ahead: Ahead | None = None
    ) -> None:
        app = application(desk, token=token, language="en", today=lambda: DAY, ahead=ahead)
        self.client = TestClient(
            app, base_url="http://localhost", follow_redirects=False, raise_server_exceptions=False
        )
        self.client.headers["accept-language"] = language
        self.name = name

    def get(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text[:500]
        return answer.text

    def form(self, page: str, finding: str) -> dict[str, str]:
        """Return the hidden fields of the form that decides on a finding alone."""
        for form in re.findall(r'(?s)<form method="post" action="/p/[^"]*" class="decide">.*?</form>', page):
            hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
            if [name for name, _ in hidden].count("what") == 1 and any(
                value.startswith(finding) for _, value in hidden
            ):
                return {name: unescape(value) for name, value in hidden}
        raise AssertionError(f"no form for {finding}")

    def decide(
        self, procedure: str, form: dict[str, str], decision: str, why: str = "we call them", **more: str
    ) -> tuple[int, str]:
        """Send a decision; return the status, and the page that follows."""
        data = {**form, "by": self.name, "why": why, "decision": decision, **more}
        answer = self.client.post(f"/p/{procedure}/decide", data=data)
        if answer.status_code == 303:
            return 303, self.get(answer.headers["location"].partition("#")[0])
        return answer.status_code, answer.text


def figure(page: str, name: str = "Questions") -> tuple[str, str]:
    """Return a figure of a procedure's page, before and after."""
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    found = re.search(rf"([\d.,]+) → Redesigned ([\d.,]+) {name}", plain)
    assert found is not None
    return found[1], found[2]
