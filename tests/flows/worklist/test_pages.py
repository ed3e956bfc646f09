"""The pages as a browser without scripts sees them: forms made from the fields, faults beside them, nobody's work lost."""

import re
from html import unescape
from pathlib import Path

import pytest

from flows.worklist.texts import TEXTS
from processes.case import Case
from tests.flows.running import Office
from tests.flows.test_pipeline import procedure
from tests.flows.worklist.office import Browser, office_in, whole_form

TEMPLATES = Path("flows/worklist/templates")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return office_in(tmp_path)


def labels(page: str) -> list[str]:
    """Return headings and labels in order."""
    found = re.findall(r"<(?:legend|label for=[^>]*)>([^<]*)<", page)
    return [unescape(one) for one in found]


def faults(page: str) -> dict[str, str]:
    """Return what is told beside each field, by its id."""
    return {
        name: unescape(says) for name, says in re.findall(r'id="([\w-]+)-fault"><strong>Error:</strong> ([^<]*)<', page)
    }


def test_a_form_asks_what_is_missing_person_by_person(office: Office) -> None:
    browser = Browser(office)
    page = browser.get("A-1", "apply")

    assert labels(page) == [
        "Applicant", "Identity number of the applicant", "Date of birth of the applicant", "Poor of the applicant", "Income of the applicant",
        "Child", "Sex of the child",
        "Mother", "Identity number of the mother", "Name of the mother",
        "Those who move", "Name of those who move",
        "All of it is true", "The registry may be asked",
    ]  # fmt: skip
    assert "Identity number of the applicant" not in labels(browser.get("A-2", "apply"))
    assert re.findall(r'-hint">([^<]*)<', page)[:2] == ["4 digits.", "Digits only, without separators. 0 to 1000000."]
    assert '<option value="2">female</option>' in page
    assert 'inputmode="numeric"' in page
    assert 'type="date"' in page


def test_the_same_page_speaks_indonesian(office: Office) -> None:
    browser = Browser(office)
    assert browser.client.get("/lang/id?to=/tasks").headers["location"] == "/tasks"

    page = browser.get("A-1", "apply")
    assert '<html lang="id">' in page
    assert {"NIK pemohon", "Nama ibu", "Semua benar"} <= set(labels(page))
    assert '<option value="2">Perempuan</option>' in page


def test_a_whole_form_is_taken_and_the_case_goes_on(office: Office) -> None:
    browser = Browser(office)
    sent = browser.client.post(
        f"/tasks/{browser.number('A-1')}/apply", data=browser.page_of("A-1", "apply") | whole_form()
    )

    assert (sent.status_code, sent.headers["location"]) == (303, f"/taken/{browser.number('A-1')}/apply")
    assert "The case can go on" in browser.client.get(sent.headers["location"]).text
    [said] = office.store.said(browser.number("A-1"))
    assert (said.who, said.name) == ("applicant", "Ratna")
    office.run()
    assert office.outcomes()["A-1"].step == "enough"


def test_all_faults_stand_beside_their_fields_and_what_was_typed_stays(office: Office) -> None:
    browser = Browser(office)
    wrong = {
        "fact:applicant.nik": "12<b>",
        "fact:applicant.birth_date": "yesterday",
        "fact:applicant.income": "-5",
        "fact:movers.name": "ANI\r\n" + "X" * 31,
        "fact:child.sex": "9",
        "do": "send",
    }
    answer = browser.client.post(f"/tasks/{browser.number('A-1')}/apply", data=browser.page_of("A-1", "apply") | wrong)

    assert answer.status_code == 422
    told = faults(answer.text)
    assert told["f1"] == "A valid number of 4 digits is needed."
    assert "'yesterday' is not a date" in told["f2"]
    assert told["f3"] == "This is not filled in."
    assert "0 to 1000000" in told["f4"]
    assert "is not a code of the list" in told["f5"]
    assert {"f6", "f7", "f8", "a1", "a2"} <= told.keys()
    assert 'value="12&lt;b&gt;"' in answer.text
    assert 'value="yesterday"' in answer.text
    assert "X" * 31 in answer.text
    for name in told:  # each is tied to its field
        assert re.search(rf'aria-describedby="[^"]*{name}-fault"', answer.text), name
    assert answer.text.count('href="#f') + answer.text.count('href="#a') == len(told)
    assert office.kept()["A-1"].state == "waiting"
    assert office.store.said(browser.number("A-1")) == []


def test_fields_with_the_same_label_are_told_apart_in_the_list_of_faults(office: Office) -> None:
    steps = """
  - form: sign
    asks:
      - {asks: applicant.name, label: {id: Nama saksi, en: Name of the witness}}
      - {asks: child.name, label: {id: Nama saksi, en: Name of the witness}}
"""
    office.procedure = office.procedure.model_copy(update={"steps": procedure(steps).steps})
    office.take([Case("S-1", {})])
    office.run()
    browser = Browser(office)
    told = browser.client.post(
        f"/tasks/{browser.number('S-1')}/sign", data=browser.page_of("S-1", "sign") | {"do": "send"}
    )

    for whose in ("Applicant", "Child"):
        assert f"{whose}: Name of the witness: This is not filled in." in told.text


def test_what_people_type_is_shown_as_text(office: Office) -> None:
    browser = Browser(office, name="<script>alert(1)</script>")
    answer = browser.client.post(
        f"/tasks/{browser.number('A-1')}/apply",
        data=browser.page_of("A-1", "apply") | {"fact:mother.name": '"><script>alert(2)</script>', "do": "send"},
    )
    assert "<script" not in answer.text.lower()
    assert "alert(1)" in answer.text


def test_there_is_none_is_an_answer(office: Office) -> None:
    browser = Browser(office)
    form = whole_form() | {"none:mother.name": "1", "fact:mother.name": ""}
    sent = browser.client.post(f"/tasks/{browser.number('A-1')}/apply", data=browser.page_of("A-1", "apply") | form)

    assert sent.status_code == 303
    assert b'"child.mother.name":null' in office.kept()["A-1"].given


def test_a_consent_that_is_withheld_is_kept(office: Office) -> None:
    browser = Browser(office)
    form = whole_form() | {"act:ask-people": "withheld"}
    browser.client.post(f"/tasks/{browser.number('A-1')}/apply", data=browser.page_of("A-1", "apply") | form)

    assert b'"ask-people":["withheld"]' in office.kept()["A-1"].given


def test_an_officer_sees_what_the_step_reads_and_no_more(office: Office) -> None:
    page = Browser(office, role="head of office").get("D-1", "enough")

    assert "Identity number of the applicant" in page
    assert "female" in page
    assert "SITI" not in page
    assert "1995-07-24" not in page


def test_a_refusal_needs_a_reason_which_is_kept(office: Office) -> None:
    browser = Browser(office, role="head of office", name="Bu Ratna")
    where, form = f"/tasks/{browser.number('D-1')}/enough", browser.page_of("D-1", "enough")

    assert "way-1" in faults(browser.client.post(where, data=form | {"do": "send"}).text)
    told = browser.client.post(where, data=form | {"way": "not-enough", "do": "send"})
    assert (told.status_code, "why" in faults(told.text)) == (422, True)
    taken = browser.client.post(where, data=form | {"way": "not-enough", "why": "too little", "do": "send"})
    assert taken.status_code == 303
    receipt = browser.client.get(taken.headers["location"]).text
    for word in ("Bu Ratna", "head, Office", "too little", "2026-11-02", "Object within 21 working days"):
        assert word in receipt
    office.run()
    assert office.outcomes()["D-1"].step == "too-little"


def test_the_second_of_two_officers_gets_a_clear_page_and_loses_nothing(office: Office) -> None:
    first, second = Browser(office, role="head of office"), Browser(office, role="head of office", name="Pak Budi")
    where = f"/tasks/{first.number('D-1')}/enough"
    forms = first.page_of("D-1", "enough"), second.page_of("D-1", "enough")
    decided = {"way": "not-enough", "why": "a long reason <b>", "do": "send"}

    assert first.client.post(where, data=forms[0] | {"way": "enough", "do": "send"}).status_code == 303
    late = second.client.post(where, data=forms[1] | decided)
    assert late.status_code == 409
    assert "does not wait here any more" in late.text
    assert "a long reason &lt;b&gt;" in late.text
    assert len(office.store.said(first.number("D-1"))) == 1


def test_a_case_that_changed_and_still_waits_is_shown_anew_with_what_was_typed(office: Office) -> None:
    browser = Browser(office)
    form = browser.page_of("A-1", "apply")
    other = Browser(office).client.post(
        f"/api/tasks/{browser.number('A-1')}/apply",
        json={
            "role": "applicant",
            "name": "x",
            "moves": int(form["moves"]),
            "facts": {"applicant.nik": "1234"},
            "consents": {"ask-people": True},
        },
    )
    assert other.json()["state"] == "waiting"
    late = browser.client.post(f"/tasks/{browser.number('A-1')}/apply", data=form | whole_form())

    assert late.status_code == 409
    assert "nothing is lost" in late.text
    assert 'value="1995-07-24"' in late.text
    again = {"token": form["token"], "moves": late.text.split('name="moves" value="')[1].split('"')[0]}
    assert browser.client.post(f"/tasks/{browser.number('A-1')}/apply", data=whole_form() | again).status_code == 303


def test_a_draft_is_kept_and_resumed_and_goes_with_the_answer(office: Office) -> None:
    browser = Browser(office)
    where = f"/tasks/{browser.number('A-1')}/apply"
    form = {"fact:applicant.nik": "12", "fact:mother.name": "SIT", "act:ask-people": "withheld", "do": "save"}
    saved = browser.client.post(where, data=browser.page_of("A-1", "apply") | form)

    assert saved.status_code == 303
    assert "The draft is saved" in browser.client.get(saved.headers["location"]).text
    page = Browser(office, name="another").get("A-1", "apply")
    assert 'value="12"' in page
    assert 'value="SIT"' in page
    assert 'value="withheld" checked' in page
    browser.client.post(where, data=browser.page_of("A-1", "apply") | whole_form())
    assert office.store.draft(browser.number("A-1"), "apply") is None


def test_in_place_of_a_registry_somebody_can_say_it_or_ask_again(office: Office) -> None:
    browser = Browser(office, role="office")
    where, page = f"/tasks/{browser.number('R-1')}/data", browser.get("R-1", "data")
    assert "consent was not given" in browser.client.get("/tasks").text
    assert labels(page)[:3] == ["Applicant", "Name of the applicant", "Date of birth of the applicant"]

    form = browser.page_of("R-1", "data")
    said = {"fact:applicant.name": "RINI", "fact:applicant.birth_date": "1995-07-24", "do": "send"}
    assert browser.client.post(where, data=form | said).status_code == 303
    office.run()
    assert office.outcomes()["R-1"].step == "desk"


def test_asking_the_registry_again_is_an_answer(office: Office) -> None:
    browser = Browser(office, role="office")
    again = browser.page_of("R-1", "data") | {"do": "again"}
    assert browser.client.post(f"/tasks/{browser.number('R-1')}/data", data=again).status_code == 303
    assert office.kept()["R-1"].state == "ready"


def test_an_officer_sends_a_case_back_and_whoever_asked_sees_only_what_is_marked(office: Office) -> None:
    head, browser = Browser(office, role="head of office", name="Bu Ratna"), Browser(office)
    where, form = f"/tasks/{head.number('D-1')}/enough", head.page_of("D-1", "enough")
    page = head.get("D-1", "enough")
    assert re.findall(r'name="(mark:[^"]*)"', page) == ["mark:applicant.nik", "mark:child.sex", "mark:ktp of applicant"]

    told = head.client.post(where, data=form | {"mark:child.sex": "wrong", "do": "back"})
    assert (told.status_code, set(faults(told.text))) == (422, {"back-why"})
    assert '<option value="wrong" selected>' in told.text
    assert "<details open>" in told.text
    marks = {"mark:child.sex": "wrong", "mark:ktp of applicant": "outdated", "back-why": "look <b>again</b>"}
    sent = head.client.post(where, data=form | marks | {"do": "back"})
    assert sent.status_code == 303
    receipt = head.client.get(sent.headers["location"]).text
    for word in (
        "Sent back",
        "Fill in the form",
        "look &lt;b&gt;again&lt;/b&gt;",
        "Bu Ratna, head, Office",
        "outdated",
    ):
        assert word in receipt

    page = browser.get("D-1", "apply")
    assert labels(page) == ["Child", "Sex of the child", "All of it is true"]
    for word in ("look &lt;b&gt;again&lt;/b&gt;", "Marked: wrong", "Identity card of the applicant", "head, Office"):
        assert word.lower() in page.lower(), word
    mended = browser.page_of("D-1", "apply") | {"fact:child.sex": "1", "act:truth": "done", "do": "send"}
    assert browser.client.post(f"/tasks/{head.number('D-1')}/apply", data=mended).status_code == 303
    office.run()
    page = head.get("D-1", "enough")
    assert "sex of the child (wrong)" in page.lower()
    assert "child.sex (" not in page
    assert "male" in page


def test_a_case_that_lacks_just_papers_is_answered_with_a_button(office: Office) -> None:
    head, browser = Browser(office, role="head of office"), Browser(office)
    where, form = f"/tasks/{head.number('D-1')}/enough", head.page_of("D-1", "enough")
    marks = {"mark:ktp of applicant": "incomplete", "back-why": "cut off", "do": "back"}
    assert head.client.post(where, data=form | marks).status_code == 303

    assert "They are brought</button>" in browser.get("D-1", "apply")
    brought = browser.page_of("D-1", "apply") | {"way": "done", "act:truth": "done", "do": "send"}
    assert browser.client.post(f"/tasks/{head.number('D-1')}/apply", data=brought).status_code == 303
    office.run()
    assert office.outcomes()["D-1"].step == "enough"


def test_a_wrong_role_is_refused_and_told_whose_it_is(office: Office) -> None:
    browser, head = Browser(office), Browser(office, role="head of office")
    where, form = f"/tasks/{browser.number('D-1')}/enough", head.page_of("D-1", "enough")

    for answer in (browser.client.get(where), browser.client.post(where, data=form | {"way": "enough", "do": "send"})):
        assert answer.status_code == 403
        assert "head, Office" in answer.text
        assert "female" not in answer.text
    assert office.kept()["D-1"].state == "waiting"


def test_a_page_of_another_session_is_not_taken_and_nothing_typed_is_lost(office: Office) -> None:
    browser = Browser(office)
    form = browser.page_of("A-1", "apply") | whole_form() | {"token": "0" * 64}
    answer = browser.client.post(f"/tasks/{browser.number('A-1')}/apply", data=form)

    assert answer.status_code == 403
    assert 'value="1995-07-24"' in answer.text
    assert office.kept()["A-1"].state == "waiting"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
    ids=str,
)
def test_what_another_site_sends_is_refused(office: Office, headers: dict[str, str]) -> None:
    browser = Browser(office)
    form = browser.page_of("A-1", "apply") | whole_form()
    assert browser.client.post(f"/tasks/{browser.number('A-1')}/apply", data=form, headers=headers).status_code == 403
    assert browser.client.post("/api/tasks/1/apply", json={}, headers=headers).status_code == 403
    assert office.kept()["A-1"].state == "waiting"


def test_every_answer_forbids_browsers_what_it_does_not_need(office: Office) -> None:
    browser = Browser(office)
    for path in (
        "/",
        "/tasks",
        f"/tasks/{browser.number('A-1')}/apply",
        "/nowhere",
        "/style.css",
        "/api/tasks",
        "/api/nowhere",
    ):
        headers = browser.client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "script-src" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "no-store" in headers["cache-control"]


def test_pages_hold_no_scripts_and_nothing_from_elsewhere() -> None:
    for template in TEMPLATES.iterdir():
        text = template.read_text()
        assert "<script" not in text
        assert "http" not in text.replace("https://", "http")
        assert not re.search(r"\sstyle=|\son\w+=", text)
        assert "| safe" not in text


def test_pages_say_what_is_said_in_both_languages_and_nothing_is_left_over() -> None:
    templates = "".join(template.read_text() for template in TEMPLATES.iterdir())
    code = "".join(Path(f"flows/worklist/{name}.py").read_text() for name in ("pages", "app", "guard"))
    used = set(re.findall(r'say\("([\w-]+)"\)', templates))

    assert used <= TEXTS.keys()
    assert {name for name in TEXTS if f'"{name}"' not in templates + code} == set()
    assert [name for name, words in TEXTS.items() if words.id == words.en] == []


def test_languages_lead_nowhere_else(office: Office) -> None:
    client = Browser(office).client
    for to in ("//evil.example", "/\\evil.example", "https://evil.example", "evil", "/ok\r\nX: y"):
        assert client.get("/lang/en", params={"to": to}).headers["location"] == "/", to


def test_a_server_others_can_reach_wants_its_password(office: Office) -> None:
    browser = Browser(office, token="a-long-password-1", role="")
    assert browser.sign_in("applicant", "Ratna") == 403
    assert browser.sign_in("applicant", "Ratna", password="a-long-password-2") == 403
    assert browser.client.get("/tasks").headers["location"] == "/"
    assert browser.client.get(f"/tasks/{browser.number('A-1')}/apply").headers["location"] == "/"
    assert browser.sign_in("applicant", "Ratna", password="a-long-password-1") == 303
    assert browser.client.get("/tasks").status_code == 200


def test_a_cookie_somebody_made_is_none(office: Office) -> None:
    browser = Browser(office)
    cookie = browser.client.cookies["sekali"]
    said, _, signature = cookie.partition(".")
    for made in (f"{said}x.{signature}", f"{said}.", said, "x.y", f"{said}.{signature[:-1]}é"):
        answer = Browser(office, role="").client.get("/tasks", headers={"cookie": f"sekali={made}".encode()})
        assert answer.status_code == 303, made


def test_a_long_worklist_goes_on_page_by_page(office: Office) -> None:
    office.take([Case(f"M-{number:02}", {}) for number in range(30)])
    office.run()
    client = Browser(office).client
    first = client.get("/tasks").text
    second = client.get(re.findall(r"/tasks\?after=\d+", first)[0]).text
    seen = re.findall(r">([AM]-\d+)</a>", first) + re.findall(r">([AM]-\d+)</a>", second)

    assert len(seen) == len(set(seen)) == 32
    assert "32 waiting" in first


def test_a_failure_tells_nobody_what_was_typed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(office)
    form = browser.page_of("A-1", "apply") | whole_form()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("SITI of A-1")

    monkeypatch.setattr("flows.worklist.pages.take", fail)
    answer = browser.client.post(f"/tasks/{browser.number('A-1')}/apply", data=form)

    assert answer.status_code == 500
    assert "SITI" not in answer.text
    [line] = browser.lines
    assert "RuntimeError" in line
    assert "SITI" not in line
    assert line.partition(":")[0] in answer.text
