"""A consent that was withheld can be asked for once more; what was said and decided stays, and nothing is asked before it is given."""

from pathlib import Path

import pytest

from flows import answering
from flows.answering import NotTakenError
from flows.compiling import compiled
from flows.consenting import ask_again
from flows.keeping import Dates
from flows.returning import Sender
from processes.case import Case
from processes.procedure import Procedure
from tests.flows.commands.test_run import Desk as Folder
from tests.flows.fakes import FakeServices
from tests.flows.running import Office
from tests.flows.worklist.office import CATALOGUE, Browser
from tests.sketching import catalogue, parts_of

STEPS = """
procedure: sample
title: {id: Contoh, en: Sample}
agency: office
purpose: registration
roles: {applicant: person, child: person}
steps:
  - form: apply
    asks:
      - applicant.nik
      - {act: declaration, id: truth, label: {id: Semua benar, en: All of it is true}}
      - {act: consent, id: may-ask, consents_to: people.by-nik, label: {id: Registri boleh ditanya, en: The registry may be asked}}
  - check: desk
    by: counter of office
    verifies: [applicant.nik]
  - lookup: data
    service: people.by-nik
    about: applicant
    gets: [name]
    not_found:
      - form: residual
        asks: [applicant.name, child.name]
  - issue: card
    carries: [applicant.name]
"""
KNOWN = {("people.by-nik", ("1234",)): [{"name": "MARI"}]}


def opened(folder: Path, steps: str = STEPS, *, prepared: bool = False) -> Office:
    """Return an office where K-1 has withheld the consent, and waits for want of it."""
    [(_, procedure)] = parts_of(steps)
    assert isinstance(procedure, Procedure)
    office = Office.opened(folder, procedure, catalogue(*CATALOGUE), FakeServices(KNOWN))
    if prepared:
        office.take([Case("K-1", {"applicant.nik": "1234"}, {"may-ask": ("withheld",), "desk": ("done",)})])
    else:
        office.take([Case("K-1", {})])
        office.run()
        say(office, "apply", "applicant", given=False, **{"applicant.nik": "1234"})
        say(office, "desk", "counter of office", decision="done")
    office.run()
    return office


def say(office: Office, step: str, who: str, *, given: bool | None = None, decision: str | None = None, **facts: str) -> None:  # fmt: skip
    consents = {} if given is None else {"may-ask": given}
    kept = office.kept()["K-1"]
    answering.answer(office.store, kept, step, facts, decision, who, name=who, consents=consents)
    office.run()


def again(office: Office, who: str) -> str:
    kept, [wait] = office.kept()["K-1"], office.store.waiting()
    program = compiled(office.procedure, office.catalogue)
    return ask_again(office.store, program, Dates(program.model.naming), kept, wait, Sender(who, who, ""))


def stands(office: Office) -> tuple[str, str]:
    [wait] = office.store.waiting()
    return wait.step, wait.why


OFFICERS = STEPS.replace(
    "    not_found:\n      - form: residual\n        asks: [applicant.name, child.name]\n",
    "    by: counter of office\n",
)


@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize(
    ("steps", "where", "who"),
    [(STEPS, ("residual", ""), "applicant"), (OFFICERS, ("data", "no consent"), "counter of office")],
    ids=["citizen", "officer"],
)
def test_it_is_asked_for_alone_and_given_the_registry_answers(
    tmp_path: Path, steps: str, where: tuple[str, str], who: str, *, prepared: bool
) -> None:
    office = opened(tmp_path, steps, prepared=prepared)
    assert isinstance(office.services, FakeServices)
    assert stands(office) == where
    assert again(office, who) == "apply"
    assert stands(office) == ("apply", "consent again")
    page = Browser(office).get("K-1", "apply")
    assert ("The registry may be asked" in page, "All of it is true" in page, "fact:" in page) == (True, False, False)
    office.run()
    assert stands(office) == ("apply", "consent again"), "until somebody has answered"

    say(office, "apply", "applicant", given=False)
    assert (stands(office), office.services.asked) == (where, [])
    again(office, who)
    say(office, "apply", "applicant", given=True)
    assert office.outcomes()["K-1"].kind == "issued", "nothing is signed or decided anew"
    assert dict(office.outcomes()["K-1"].outputs[0].facts) == {"applicant.name": "MARI"}


def test_where_nothing_was_withheld_nothing_is_asked_again(tmp_path: Path) -> None:
    office = opened(tmp_path)
    say(office, "residual", "applicant", **{"applicant.name": "SITI", "child.name": "ANI"})
    assert office.outcomes()["K-1"].kind == "issued"
    office.take([Case("K-2", {})])
    office.run()
    kept, [wait] = office.kept()["K-2"], office.store.waiting()
    program = compiled(office.procedure, office.catalogue)
    with pytest.raises(NotTakenError, match="Nothing waits here for want of a consent"):
        ask_again(office.store, program, Dates(program.model.naming), kept, wait, Sender("applicant", "Siti", ""))


def test_page_and_api_ask_for_it(tmp_path: Path) -> None:
    office = opened(tmp_path)
    browser = Browser(office)
    page = browser.get("K-1", "residual")
    assert "A consent was not given" in page
    sent = browser.client.post("/tasks/1/residual", data=browser.page_of("K-1", "residual") | {"do": "consent"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/tasks/1/apply")
    form = browser.page_of("K-1", "apply") | {"way": "done", "do": "send"}
    assert browser.client.post("/tasks/1/apply", data=form).status_code == 422
    assert browser.client.post("/tasks/1/apply", data=form | {"act:may-ask": "withheld"}).status_code == 303
    office.run()

    task = browser.client.get("/api/tasks/1/residual", params={"role": "applicant"}).json()
    assert [one["en"] for one in task["withheld"]] == ["The registry may be asked"]
    assert "The registry may be asked: asked for once more" in [
        one["en"] for said in task["said"] for one in said["what_words"]
    ]
    who = {"role": "applicant", "name": "Siti", "moves": task["moves"]}
    assert browser.client.post("/api/tasks/1/residual/consent", json=who | {"moves": 0}).status_code == 409
    assert browser.client.post("/api/tasks/1/residual/consent", json=who | {"role": "office"}).status_code == 403
    assert browser.client.post("/api/tasks/1/residual/consent", json=who).json() == {"step": "apply"}
    assert browser.client.post("/api/tasks/1/apply/consent", json=who | {"moves": task["moves"] + 1}).status_code == 422


def test_who_is_no_citizen_sees_that_it_was_asked_for(tmp_path: Path) -> None:
    office = opened(tmp_path, OFFICERS)
    clerk = Browser(office, role="counter of office")
    sent = clerk.client.post("/tasks/1/data", data=clerk.page_of("K-1", "data") | {"do": "consent"})
    assert sent.headers["location"] == "/taken/1/data"
    assert "The registry may be asked: asked for once more" in clerk.client.get("/taken/1/data").text


def test_the_command_line_asks_for_it(tmp_path: Path) -> None:
    opened(tmp_path, OFFICERS).store.close()
    folder, store = Folder(tmp_path), ("--store", "cases.sqlite")
    said = folder.call("answer", "K-1", "data", "--ask-consent", "--by", "counter of office", *store)
    assert (said.exit_code, "waits for the consent at apply" in said.stdout) == (0, True)
    assert folder.call("answer", "K-1", "apply", "--ask-consent", *store).exit_code == 1
    assert folder.call("answer", "K-1", "apply", "--ask-consent", "--done", *store).exit_code == 2
