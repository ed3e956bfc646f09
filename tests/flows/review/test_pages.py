"""The pages of reviewers as a browser without scripts sees them: figures, reasons, decisions and what follows from them."""

import re
import time
from html import unescape
from pathlib import Path

import pytest

from flows.review import desk as desk_module
from flows.review.desk import Ahead, Desk
from flows.review.supposing import Supposed
from flows.review.texts import TEXTS
from flows.worklist.guard import LARGEST_BODY
from tests.flows.review.reviewing import FEW, Reviewer, catalogue_in, desk_of, figure

TEMPLATES = Path("flows/review/templates")
CARD, INSURANCE, LETTER = (
    "Child identity card",
    "Health insurance paid by the regency",
    "Poverty letter for hospital care",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a catalogue that no test writes to."""
    return desk_of(catalogue_in(tmp_path_factory.mktemp("review")))


@pytest.fixture
def reviewer(desk: Desk) -> Reviewer:
    return Reviewer(desk)


@pytest.fixture
def own(tmp_path: Path) -> Desk:
    return desk_of(catalogue_in(tmp_path, FEW[:1]))


def first_finding(page: str, kind: str = "never used") -> str:
    found = re.search(rf"<strong>{kind}</strong>: .*? <code>([fm][0-9a-f]{{11}})</code>", page)
    assert found is not None
    return found[1]


def titles(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)<', page)


# --- all procedures


def test_the_overview_shows_every_procedure_before_and_after(reviewer: Reviewer) -> None:
    page = reviewer.get("/")
    assert titles(page) == [CARD, INSURANCE, LETTER]
    assert "3 of 3 procedures shown" in page
    told = re.sub(r"<[^>]+>", "", page)
    for told_so in ("67 → Redesigned: 48", "251 → Redesigned: 55", "199 → Redesigned: 45"):
        assert told_so in told
    hours = re.findall(r'<span class="big">([\d,]+)</span> <span class="name">hours of citizens', page)
    minutes_a_case = (47.6, 15000), (54.6, 6000), (44.8, 5000)
    (said,) = hours
    assert (
        abs(int(said.replace(",", "")) - sum(one * volume for one, volume in minutes_a_case) / 60) < 20
    )  # they are rounded


def test_the_overview_is_sorted_filtered_and_searched_by_links_and_forms_alone(reviewer: Reviewer) -> None:
    assert titles(reviewer.get("/?sort=minutes&down=1")) == [INSURANCE, LETTER, CARD]
    assert titles(reviewer.get("/?sort=minutes")) == [CARD, LETTER, INSURANCE]
    assert titles(reviewer.get("/?sort=title&down=1"))[0] == LETTER
    assert titles(reviewer.get("/?q=CHILD%20card")) == [CARD]
    assert titles(reviewer.get("/?q=nothing+like+it")) == []
    assert titles(reviewer.get("/?agency=desa")) == [LETTER]
    assert titles(reviewer.get("/?open=1&agency=disdukcapil")) == [CARD]
    assert titles(reviewer.get("/?sort=%3Cscript%3E&down=x"))  # what it does not know it leaves out


def test_pages_speak_both_languages(desk: Desk) -> None:
    reviewer = Reviewer(desk, language="id")
    page = reviewer.get("/")
    assert '<html lang="id">' in page
    assert "Semua prosedur" in page
    moved = reviewer.client.get("/lang/en", params={"to": "/?q=kia"})
    assert moved.headers["location"] == "/?q=kia"
    assert '<html lang="en">' in reviewer.get("/")
    assert reviewer.client.get("/lang/en", params={"to": "//evil.example"}).headers["location"] == "/"


def test_every_text_of_the_pages_is_there_and_used() -> None:
    code = "".join(
        path.read_text(encoding="utf-8") for path in (*TEMPLATES.glob("*.html"), *Path("flows/review").glob("*.py"))
    )
    built = ("kind-", "paper-", "tab-")
    assert set(re.findall(r'say\("([\w-]+)"', code)) - set(built) <= TEXTS.keys()
    code += Path("flows/worklist/guard.py").read_text(encoding="utf-8")  # it says with them why it refuses
    elsewhere = code.replace(Path("flows/review/texts.py").read_text(encoding="utf-8"), "")
    assert [one for one in TEXTS if f'"{one}"' not in elsewhere and not one.startswith(built)] == []


# --- one procedure


def test_a_procedure_shows_today_and_redesign_side_by_side(reviewer: Reviewer) -> None:
    page = reviewer.get("/p/kia")
    assert figure(page, "Citizen minutes") == ("67", "48")
    pictures = re.findall(r"(?s)<svg id=.*?</svg>", page)
    assert len(pictures) == 2
    today, then = pictures
    assert 'text-decoration="line-through"' in today
    assert 'text-decoration="line-through"' not in then
    assert len(page.encode()) < 500_000
    assert not re.search(r"<text[^>]*>\s*</text>", page), "signs that nobody sees weigh nothing"
    assert 'font-size="8" fill="#1f2933"' in today and 'font-size="8.00"' not in today


def test_every_link_in_a_drawing_leads_to_what_is_told_on_the_page(reviewer: Reviewer) -> None:
    page = reviewer.get("/p/pbi-apbd")
    targets = set(re.findall(r'xlink:href="#([^"]+)"', page))
    assert len(targets) > 10
    ids = re.findall(r' id="([^"]+)"', page)
    assert targets <= set(ids)
    assert len(ids) == len(set(ids))


def told_about(page: str, label: str) -> str:
    """Return what the page tells about a question that is struck out."""
    for found in re.findall(r'(?s)<li id="q-[^"]*" class="removed".*?</li>\n', page):
        if f"<del>{label}</del>" in found:
            return unescape(re.sub(r"<[^>]+>", "", found))
    raise AssertionError(label)


def test_a_struck_out_question_says_why_where_and_from_where_it_comes_now(reviewer: Reviewer) -> None:
    told = told_about(reviewer.get("/p/kia"), "full name of the child")
    assert "“full name of the child” stands on “birth certificate of the child”" in told
    assert re.search(r"procedures/kia\.yaml:\d+", told)
    assert "asks: [child.name" in told or "child.name" in told.partition("procedures/kia.yaml")[2]  # the line itself
    assert "In the redesign the fact comes from" in told
    assert "family card of the child as sure as documented" in re.sub(r"\s+", " ", told)


def test_what_would_free_a_question_and_all_about_a_fact_are_told(reviewer: Reviewer) -> None:
    assert "a new service that gives photograph of the child" in unescape(reviewer.get("/p/kia/frees"))
    page = unescape(reviewer.get("/p/kia/fact?name=child.birth_date"))
    assert "Where it comes from today" in page
    assert "birth certificate of the child" in page
    reviewer.get("/p/kia/fact?name=no.such", 404)
    reviewer.get("/p/nothing", 404)
    reviewer.get("/p/..%2F..%2Fetc%2Fpasswd", 404)
    reviewer.get("/assets/..%2Fapp.py", 404)


def test_the_papers_of_a_procedure_are_linked_and_made(reviewer: Reviewer) -> None:
    page = reviewer.get("/p/kia")
    links = re.findall(r'href="(/p/kia/papers/[^"]*)"', page)
    assert len(links) == 5
    for link in links:
        answer = reviewer.client.get(link)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), link
        assert answer.content.startswith(b"%PDF-")
    reviewer.get("/p/kia/papers/..%2Fx.pdf", 404)
    reviewer.get("/p/kia/papers/annex.pdf", 404)


def test_the_forms_are_shown_as_citizens_see_them(reviewer: Reviewer) -> None:
    page = reviewer.get("/p/kia/forms")
    assert page.count('class="side"') >= 2
    sheets = re.findall(r"(\d+) to fill in, (\d+) to hand in", page)
    assert sheets[0] > sheets[1]
    assert "<del>" in page
    assert "Nothing is asked" in page or "<del>" in page


def test_a_case_is_walked_step_by_step_beside_each_other(reviewer: Reviewer) -> None:
    whole = reviewer.get("/p/kia/walk")
    first = reviewer.get("/p/kia/walk?case=1&at=1")
    assert whole.count("<tr") > first.count("<tr")
    assert whole.count("Refused: Entitled to an identity card of adults") == 2  # in both
    assert "Refused:" not in first
    assert "Ends: issued" in reviewer.get("/p/kia/walk?case=2")
    assert 'at=2#here">Next step' in first
    asked = re.findall(r"<small>(\d+) questions, (\d+) documents", whole)
    assert int(asked[0][0]) > int(asked[1][0])


# --- what if


def test_supposing_changes_what_is_seen_and_nothing_in_the_files(desk: Desk, reviewer: Reviewer) -> None:
    before = {path: path.read_bytes() for path in desk.root.rglob("*.yaml")}
    page = reviewer.get("/?with=a10")
    assert "a10 in force" in page
    assert "without supposing: 55" in page
    link = re.search(r'href="(/p/pbi-apbd[^"]*)"', page)
    assert link is not None
    assert unescape(link[1]) == "/p/pbi-apbd?with=a10"
    supposed = reviewer.get(unescape(link[1]))
    assert 'name="decision"' not in supposed
    assert figure(supposed, "Citizen minutes") == ("251", "41")
    assert figure(reviewer.get("/p/pbi-apbd"), "Citizen minutes") == ("251", "55")
    assert 'name="as-a10"' in reviewer.get("/what-if")
    assert reviewer.get("/?as-a10=on&on=2026-11-01").count("a10 in force") == 1
    assert "Supposed:" not in reviewer.get("/?with=no-such&on=yesterday")
    assert {path: path.read_bytes() for path in desk.root.rglob("*.yaml")} == before


# --- deciding


def test_a_rejected_finding_changes_the_redesign_at_once_and_can_be_taken_back(own: Desk) -> None:
    reviewer = Reviewer(own)
    page = reviewer.get("/p/kia")
    before = figure(page)
    finding = first_finding(page)
    status, after = reviewer.decide("kia", reviewer.form(page, finding), "rejected", "we <call> them")

    assert status == 303
    assert "rejected</span> by Ibu Rini on 5 November 2026" in after
    assert "we &lt;call&gt; them" in after
    assert figure(after)[1] != before[1]
    file = own.root / "decisions" / "kia" / f"{finding}.yaml"
    assert (
        "about: 'never used: nothing that can still come reads" in file.read_text()
        or 'about: "never used' in file.read_text()
    )
    assert "Ibu Rini" in reviewer.get("/decisions")
    assert "Undo" in after

    status, back = reviewer.decide("kia", reviewer.form(after, finding), "undo")
    assert status == 303
    assert figure(back) == before
    assert not file.exists()


def test_two_reviewers_at_once_do_not_write_over_each_other(own: Desk) -> None:
    one, other = Reviewer(own), Reviewer(own, name="Pak Budi")
    page, same_page = one.get("/p/kia"), other.get("/p/kia")
    finding = first_finding(page)
    assert one.decide("kia", one.form(page, finding), "accepted", "")[0] == 303
    status, told = other.decide("kia", other.form(same_page, finding), "rejected", "a long reason")

    assert status == 409
    assert "Somebody else has decided meanwhile" in told
    assert "accepted</span> by Ibu Rini" in told
    assert "a long reason" in told  # nothing that was typed is lost
    assert "Ibu Rini" in (own.root / "decisions" / "kia" / f"{finding}.yaml").read_text()
    assert (
        other.decide("kia", other.form(told, finding), "rejected", "a long reason")[0] == 303
    )  # having seen it, they may
    assert "Pak Budi" in (own.root / "decisions" / "kia" / f"{finding}.yaml").read_text()


def test_a_whole_move_is_rejected_and_taken_back(own: Desk) -> None:
    reviewer = Reviewer(own)
    page = reviewer.get("/p/kia")
    move = re.search(r"<code>(m[0-9a-f]{11})</code>", page)
    assert move is not None
    status, after = reviewer.decide("kia", reviewer.form(page, move[1]), "rejected")
    assert status == 303
    assert "Moves that were rejected" in after
    shown = re.search(r"(?s)<section><h2>Moves that were rejected.*?</section>", after)
    assert shown is not None
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', shown[0]))
    status, back = reviewer.decide("kia", {"token": hidden["token"], "what": hidden["what"]}, "undo")
    assert move[1] in back
    assert "Moves that were rejected" not in back


def test_all_that_is_undecided_is_accepted_in_one_go(own: Desk) -> None:
    reviewer = Reviewer(own)
    page = reviewer.get("/p/kia")
    bulk = re.search(r'(?s)<section class="bulk">.*?</section>', page)
    assert bulk is not None
    what = re.findall(r'name="what" value="([^"]*)"', bulk[0])
    assert len(what) > 5
    token = re.search(r'name="token" value="([^"]*)"', bulk[0])
    assert token is not None
    answer = reviewer.client.post(
        "/p/kia/decide", data={"token": token[1], "what": what, "by": "Ibu Rini", "decision": "accepted"}
    )
    assert answer.status_code == 303
    assert len(list((own.root / "decisions" / "kia").iterdir())) == len(set(what))
    after = reviewer.get("/p/kia")
    assert "Accept all" not in after
    assert figure(after) == figure(page)


def test_a_rejection_wants_a_reason_and_every_decision_a_name(own: Desk) -> None:
    reviewer = Reviewer(own)
    page = reviewer.get("/p/kia")
    form = reviewer.form(page, first_finding(page))
    assert reviewer.decide("kia", form, "rejected", "")[0] == 422
    status, told = reviewer.decide("kia", form, "accepted", "because <b>", by="")
    assert (status, "Write your name" in told, 'value="because &lt;b&gt;"' in told) == (422, True, True)
    assert reviewer.decide("kia", form, "accepted", by="x" * 201)[0] == 422
    assert reviewer.decide("kia", form, "rejected", "x" * 2001)[0] == 422
    assert reviewer.decide("kia", form, "perhaps")[0] == 422
    assert reviewer.decide("kia", {**form, "what": "f00000000000@none"}, "accepted")[0] == 409
    assert not (own.root / "decisions").exists()


def test_a_decision_that_has_lost_its_ground_is_shown_as_such(own: Desk) -> None:
    folder = own.root / "decisions" / "kia"
    folder.mkdir(parents=True)
    (folder / "f00000000000.yaml").write_text(
        "decisions:\n  - {finding: f00000000000, procedure: kia, decision: rejected, by: Ibu Rini, 'on': 2026-10-01, about: 'never used: <b>'}\n"
    )
    page = Reviewer(own).get("/p/kia")
    assert "Decisions that have lost their ground" in page
    assert "never used: &lt;b&gt;" in page
    assert "has lost its ground" in Reviewer(own).get("/decisions")


def test_a_decision_that_stands_elsewhere_is_changed_there(own: Desk) -> None:
    reviewer = Reviewer(own)
    finding = first_finding(reviewer.get("/p/kia"))
    with (own.root / "policy.yaml").open("a") as policy:
        policy.write(
            f"decisions:\n  - {{finding: {finding}, decision: rejected, by: Pak Budi, 'on': 2026-10-01, why: needed}}\n"
        )
    page = reviewer.get("/p/kia")
    assert "rejected</span> by Pak Budi" in page
    assert "This decision stands in" in page
    with pytest.raises(AssertionError):
        reviewer.form(page, finding)


def test_files_that_are_edited_are_seen_at_once_and_faults_do_not_end_it(own: Desk) -> None:
    reviewer = Reviewer(own)
    procedure = own.root / "procedures" / "kia.yaml"
    text = procedure.read_text()
    procedure.write_text(text.replace("en: Child identity card", "en: Card of the child"))
    assert "Card of the child" in reviewer.get("/")
    procedure.write_text(text.replace("procedure: kia", "procedur: kia"))
    page = reviewer.get("/")
    assert "The files of the catalogue have problems" in page
    assert "procedures/kia.yaml:" in page
    assert "Card of the child" in page
    procedure.write_text(text)
    assert "have problems" not in reviewer.get("/")


# --- guarded


def test_only_our_own_pages_can_decide(own: Desk) -> None:
    reviewer, other = Reviewer(own), Reviewer(own)
    page = reviewer.get("/p/kia")
    form = reviewer.form(page, first_finding(page))
    assert reviewer.decide("kia", {**form, "token": "0" * 64}, "accepted")[0] == 403
    assert other.decide("kia", form, "accepted")[0] == 403  # without the cookie
    data = {**form, "by": "A", "decision": "accepted"}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}):
        assert reviewer.client.post("/p/kia/decide", data=data, headers=headers).status_code == 403
    assert reviewer.client.post("/p/kia/decide", json=data).status_code == 415
    assert reviewer.client.post("/p/kia/decide", data={**data, "why": "x" * LARGEST_BODY}).status_code == 413
    assert not (own.root / "decisions").exists()


def test_browsers_are_told_to_load_nothing_from_elsewhere(reviewer: Reviewer) -> None:
    answer = reviewer.client.get("/p/kia")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert re.search(r"<script(?! src=)|<style| style=| on\w+=|javascript:", answer.text) is None
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', answer.text)
    assert all(one.startswith(("/", "#")) and not one.startswith("//") for one in addresses)
    for name in ("review.css", "review.js", "base.css", "Arimo-Regular.woff2"):
        assert reviewer.client.get(f"/assets/{name}").status_code == 200


def test_beyond_this_machine_nobody_looks_without_the_password(desk: Desk) -> None:
    reviewer = Reviewer(desk, token="a-long-password-1")
    for address in ("/", "/p/kia", "/p/kia/forms", "/decisions", "/what-if"):
        assert reviewer.client.get(address).headers["location"] == "/sign-in"
    page = reviewer.get("/sign-in")
    token = re.search(r'name="token" value="([^"]*)"', page)
    assert token is not None
    wrong = reviewer.client.post("/sign-in", data={"token": token[1], "name": "Ibu Rini", "password": "wrong"})
    assert wrong.status_code == 403
    right = reviewer.client.post(
        "/sign-in", data={"token": token[1], "name": "Ibu Rini", "password": "a-long-password-1"}
    )
    assert right.status_code == 303
    assert 'value="Ibu Rini"' in reviewer.get("/p/kia")


# --- computed no more often than needed


def test_what_is_accepted_is_drawn_again_without_being_computed_again(
    own: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer = Reviewer(own)
    page = reviewer.get("/p/kia")
    computed: list[str] = []
    real = desk_module.analysed
    monkeypatch.setattr(
        desk_module, "analysed", lambda procedure, *more: computed.append(procedure.id) or real(procedure, *more)
    )
    finding = first_finding(page)
    status, after = reviewer.decide("kia", reviewer.form(page, finding), "accepted", "")
    assert (status, computed) == (303, [])
    assert "accepted</span> by Ibu Rini" in after
    assert reviewer.decide("kia", reviewer.form(after, finding), "rejected")[0] == 303
    assert computed == ["kia"]


def test_an_edit_elsewhere_computes_nothing_again(own: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    reviewer = Reviewer(own)
    before = figure(reviewer.get("/p/kia"))
    monkeypatch.setattr(desk_module, "analysed", lambda *_: pytest.fail("nothing of it has changed"))
    with (own.root / "registries" / "bpjs.yaml").open("a") as registry:
        registry.write("# a remark\n")
    assert figure(reviewer.get("/p/kia")) == before


def test_what_is_missing_is_computed_ahead(own: Desk) -> None:
    ahead = Ahead(own)
    reviewer = Reviewer(own, ahead=ahead)
    assert "being computed" in reviewer.get("/")
    ahead.start()
    try:
        for _ in range(300):
            if "being computed" not in reviewer.get("/"):
                break
            time.sleep(0.1)
        assert "67" in reviewer.get("/")
    finally:
        ahead.stop()


def test_what_is_supposed_is_compared_with_what_nobody_had_looked_at(tmp_path: Path) -> None:
    desk = desk_of(catalogue_in(tmp_path, ["pbi-apbd"]))
    ahead = Ahead(desk)
    reviewer = Reviewer(desk, ahead=ahead)
    desk.compute_all(Supposed(with_agreements=("a10",)))
    assert "being computed" in reviewer.get("/?with=a10")  # for what is usual is not known yet
    for agreement in ("a10", "a11", "a12"):  # however much is supposed meanwhile
        ahead.want(Supposed(with_agreements=(agreement,)))
    ahead.start()
    try:
        for _ in range(300):
            if "being computed" not in reviewer.get("/"):
                break
            time.sleep(0.1)
    finally:
        ahead.stop()
    page = reviewer.get("/?with=a10")
    assert "being computed" not in page
    assert "without supposing: 55" in page


def test_an_accepted_finding_that_is_found_no_more_is_shown_as_such(own: Desk) -> None:
    folder = own.root / "decisions" / "kia"
    folder.mkdir(parents=True)
    (folder / "f00000000000.yaml").write_text(
        "decisions:\n  - {finding: f00000000000, procedure: kia, decision: accepted, by: Ibu Rini, 'on': 2026-10-01}\n"
    )
    assert "Decisions that have lost their ground" in Reviewer(own).get("/p/kia")
