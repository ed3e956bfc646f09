"""Cases whose registry does not answer, over a real connection: they wait, say until when, and lose nothing."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
import stamina

from flows import answering
from flows.connectors.rest import RestServices
from flows.look_up_steps import ask_members
from flows.outcomes import DOWN_UNTIL, OUTCOMES, WHY, down, told
from flows.ports import Down, Keys
from flows.settings import as_toml, read_settings
from tests.flows.http_registry import DESCRIPTION, Asked, Registry, Said, registry, said
from tests.flows.running import Office
from tests.flows.test_pipeline import LOOK_UP, MAI, MARI, PEOPLE, case, procedure

PERSON = {"name": "Mari", "birth_date": "1995-07-24", "mother": {"nik": MAI}}


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    stamina.set_testing(True, attempts=20, cap=True)
    yield
    stamina.set_testing(False)


@pytest.fixture
def server() -> Iterator[Registry]:
    with registry() as made:
        made.answer = well
        yield made


def well(asked: Asked) -> Said:
    return said({**PERSON, "nik": asked.path.rpartition("/")[2]})


class Opens(Protocol):
    def __call__(self, steps: str = "") -> Office: ...


@pytest.fixture
def opens(tmp_path: Path, server: Registry) -> Iterator[Opens]:
    """Open offices whose registry is the server, and close them in the end."""
    with ExitStack() as stack:

        def opens(steps: str = "") -> Office:
            made, services = opened(tmp_path, server, steps)
            stack.callback(services.close)
            stack.callback(made.store.close)
            return made

        yield opens


@pytest.fixture
def office(opens: Opens) -> Office:
    return opens()


def opened(folder: Path, server: Registry, steps: str) -> tuple[Office, RestServices]:
    (folder / "openapi.json").write_text(json.dumps(DESCRIPTION))
    settings = {
        "openapi": "openapi.json",
        "operation": "person",
        "address": server.address,
        "fields": {"mother": "mother.nik", "family": "kk.number"},
    }
    (folder / "sekali.toml").write_text(as_toml({"people.person-by-nik": settings}))
    made = Office.opened(folder, procedure(steps) if steps else LOOK_UP, PEOPLE)
    services = RestServices(read_settings(folder / "sekali.toml", {}), PEOPLE, made.store.clock)
    made.services = services
    return made, services


def why(office: Office) -> list[str]:
    return [wait.why for wait in office.store.waiting()]


def test_a_case_says_until_when_it_waits_and_goes_on_then(opens: Opens, server: Registry) -> None:
    office = opens()
    server.answer = lambda asked: Said(429, b"", {"retry-after": "3600"})
    office.take([case("mari", applicant__nik=MARI)])
    office.run()

    [until] = why(office)
    assert until.startswith(DOWN_UNTIL)
    words = told(until)
    assert words is not None
    assert "until 2026-11-02" in words.en

    server.answer = well
    office = opens()  # as another process does, which has not been told
    office.run()  # too early: it would only be asked in vain
    assert why(office) == [until]
    assert len(server.asked) == 1

    office.store.clock.now += timedelta(hours=2)  # type: ignore[attr-defined]
    office.run()
    assert office.outcomes()["mari"].kind == "issued"
    assert len(server.asked) == 2


def test_a_case_that_is_not_told_until_when_is_tried_by_the_next_run(office: Office, server: Registry) -> None:
    server.answer = lambda asked: Said(503)
    office.take([case("mari", applicant__nik=MARI)])
    office.run()
    assert why(office) == ["down"]

    server.answer = well
    office.run()
    assert office.outcomes()["mari"].kind == "issued"


def test_one_that_cannot_be_answered_about_waits_alone(office: Office, server: Registry) -> None:
    server.answer = lambda asked: Said(200, b"<html>") if asked.path.endswith("7") else well(asked)
    office.take([case(f"case-{n}", applicant__nik=str(10 + n)) for n in range(10)])
    office.run()

    waiting = [wait.key for wait in office.store.waiting()]
    assert (waiting, why(office)) == (["case-7"], ["malformed"])


TWICE = """
  - form: ask
    asks: [applicant.nik]
  - lookup: first
    service: people.person-by-nik
    about: applicant
    gets: [name]
  - decide: enough
    by: office
    needs: [applicant.name]
    ways: [{way: enough}]
  - lookup: second
    service: people.person-by-nik
    about: applicant
    gets: [name, birth_date]
  - issue: card
    carries: [applicant.name, applicant.birth_date]
"""


def test_a_value_that_changes_between_two_look_ups_is_the_same_in_a_case(opens: Opens, server: Registry) -> None:
    server.answer = lambda asked: said({**PERSON, "nik": MARI, "name": f"Mari {len(server.asked)}"})
    office = opens(TWICE)  # one look-up a registry, person and purpose
    office.take([case("mari", applicant__nik=MARI)])
    office.run()  # waits for the decision, in between

    assert [wait.waits_for for wait in office.store.waiting()] == ["decision"]
    answering.answer(office.store, office.kept()["mari"], "enough", {}, "enough", "")
    office.run()

    [output] = office.outcomes()["mari"].outputs
    assert dict(output.facts)["applicant.name"] == "Mari 1"  # as the first look-up was answered
    assert len(server.asked) == 1


def test_what_waits_longest_is_told_of_many_members() -> None:
    until = Down(datetime(2026, 11, 30, tzinfo=UTC))
    answers = {("1",): (("ANI",),), ("2",): "malformed", ("3",): until, ("4",): ()}

    def asked(numbers: tuple[str, ...]) -> object:
        keys: list[Keys] = [(numbers,)]
        return ask_members(lambda service, words, some: answers, "people", ("name",), keys)[(numbers,)]  # type: ignore[arg-type,return-value]

    assert asked(("1", "1")) == ((("ANI", "ANI"),),)
    assert asked(("1", "4")) == ()
    assert asked(("4", "2", "1")) == "malformed"
    assert asked(("4", "2", "3")) == until


def test_what_is_not_known_to_end_has_no_time() -> None:
    assert down(None) == "down"
    assert told("down") == OUTCOMES["down"]
    assert told("rounds") == WHY["rounds"]
