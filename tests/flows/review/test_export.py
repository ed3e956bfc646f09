"""The review as files and as a paper: every link leads somewhere, nothing is loaded from elsewhere, nothing can be sent."""

import re
from html import unescape
from pathlib import Path

import pytest

from flows.review.export import Whence, export
from flows.review.looked import Looked
from flows.review.report import report, report_data
from tests.flows.commands.calling import sekali
from tests.flows.review.reviewing import catalogue_in, desk_of, policy_of


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    export(Whence(catalogue_in(folder, ["kia"]), policy_of), folder / "site", processes=1)
    return folder / "site"


def test_every_link_of_the_site_leads_to_a_file_and_a_place_in_it(site: Path) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    there = {path.name for path in (site / "en").iterdir()}
    assert {"index.html", "_decisions.html", "_what-if.html", "_papers.html"} <= there
    assert {"kia.html", "kia.forms.html", "kia.frees.html", "kia.walk.1.html", "kia.fact.child.name.html"} <= there
    assert {"_.briefing.pdf", "_.map.pdf", "kia.sop-redesign.pdf"} <= {
        path.name for path in (site / "en" / "papers").iterdir()
    }
    for path, text in pages.items():
        for address in re.findall(r'(?:href|src)="([^"]*)"', text):
            file, _, place = unescape(address).partition("#")
            target = (path.parent / file).resolve() if file else path
            assert target.is_relative_to(site.resolve()), address
            assert target.is_file(), (path, address)
            if place and target.suffix == ".html":
                assert f'id="{place}"' in target.read_text(encoding="utf-8"), (path, address)


def test_the_site_can_send_nothing_and_names_no_machine(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert 'method="post"' not in text
        assert str(site.parent) not in text
        assert re.search(r"https?://(?!www\.w3\.org/)", text) is None


def test_the_site_says_what_the_server_says(site: Path) -> None:
    assert "Child identity card" in (site / "en" / "index.html").read_text(encoding="utf-8")
    assert "Kartu identitas anak" in (site / "id" / "index.html").read_text(encoding="utf-8")
    assert "akta kelahiran anak" in (site / "id" / "kia.html").read_text(encoding="utf-8").lower()


def test_the_report_is_a_paper_of_the_same_values(tmp_path: Path) -> None:
    root = catalogue_in(tmp_path, ["kia"])
    desk = desk_of(root)
    looked = desk.looked(desk.state(), desk.state().procedures[0])
    data = report_data(looked, "en")
    assert [(one["name"], one["said"]) for one in data["figures"]][:2] == [
        ("Citizen minutes", "67 → 48"),
        ("Questions", "6 → 0"),
    ]
    assert len(data["drawings"]) == 2
    lines = [line for step in data["steps"] for line in step["lines"]]
    first_one = next(line for line in lines if line["says"] == "full name of the child")
    assert first_one["mark"] == "removed"
    assert "“full name of the child” stands on “birth certificate of the child”" in first_one["why"][0]

    first, again = report(looked, "en"), report(looked, "en")
    assert first.startswith(b"%PDF-")
    assert first == again
    assert len(re.findall(rb"/Type\s*/Page\b", first)) >= 3 or b"/Count" in first


def test_the_commands_write_both(tmp_path: Path) -> None:
    root = catalogue_in(tmp_path, ["kia"])
    told = sekali("report", root / "procedures" / "kia.yaml", "--pdf", tmp_path / "kia.pdf")
    assert told.exit_code == 0, told.output
    assert (tmp_path / "kia.pdf").read_bytes().startswith(b"%PDF-")
    assert sekali("report", root, "--pdf", tmp_path / "no" / "kia.pdf").exit_code == 0
    (tmp_path / "a-file").write_text("")
    refused = sekali("review", root, "--export", tmp_path / "a-file" / "site")
    assert (refused.exit_code, "cannot be written" in refused.stderr) == (1, True)
    assert sekali("review", tmp_path / "nothing").exit_code == 2
    assert "There is no procedure" in sekali("review", root / "forms", "--export", tmp_path / "x").stderr


def test_what_cannot_be_redesigned_is_told_everywhere(tmp_path: Path) -> None:
    root = catalogue_in(tmp_path, ["kia"])
    procedure = root / "procedures" / "kia.yaml"
    text = procedure.read_text(encoding="utf-8")
    at = text.index("steps:\n") + len("steps:\n")
    procedure.write_text(
        text[:at] + "  - approve: early\n    by: head of disdukcapil\n    needs: [child.photo]\n" + text[at:],
        encoding="utf-8",
    )
    desk = desk_of(root)
    looked: Looked = desk.looked(desk.state(), desk.state().procedures[0])
    assert looked.redesign.after is None
    files = export(Whence(root, policy_of), tmp_path / "site", processes=1)
    page = (tmp_path / "site" / "en" / "kia.html").read_text(encoding="utf-8")
    assert "It cannot be redesigned, because:" in page
    assert "cannot be redesigned" in (tmp_path / "site" / "en" / "index.html").read_text(encoding="utf-8")
    assert files
    assert report(looked, "id").startswith(b"%PDF-")
