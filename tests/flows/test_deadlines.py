"""Time limits: what is with the citizen does not count, Saturdays, Sundays and holidays are no working days, silence approves where the law says so."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from flows import answering
from flows.compiling import compiled
from flows.deadlines import Deadline, deadline, deadlines
from flows.events import Event, happened
from flows.keeping import Dates
from flows.returning import Sender, send_back
from flows.settings import Settings
from flows.silence import approving, reason
from flows.store.rows import Moved
from flows.store.trail import Trail
from flows.world import World
from processes.case import Case
from processes.procedure import Procedure
from processes.shapes import Duration
from tests.flows.commands.test_run import Desk as Folder
from tests.flows.fakes import Clock
from tests.flows.running import Office
from tests.flows.test_pipeline import PEOPLE
from tests.flows.worklist.office import Browser
from tests.sketching import parts_of


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 11, day, hour).astimezone()


def day(amount: float, unit: str = "working days") -> Duration:
    return Duration(amount, unit)  # type: ignore[arg-type]


# What is reckoned: the limit, the stops, now; when it is over (None: it stands still), and the hours that are left. The second is a Monday.
RECKONED = {
    "from Friday to Monday": (day(1), at(6), [], at(6, 10), at(9), 22),
    "over a week-end nothing passes": (day(1), at(6, 18), [], at(8), at(9, 18), 18),
    "begun on a Saturday": (day(1), at(7), [], at(7), datetime(2026, 11, 10).astimezone(), 24),
    "over": (day(1), at(2), [], at(4), at(3), -24),
    "hours of the calendar": (day(30, "minutes"), at(7), [], at(7), at(7) + timedelta(minutes=30), 0.5),
    "days of the calendar": (day(2, "days"), at(6), [], at(6), at(8), 48),
    "it stood still": (day(1), at(2), [(at(2, 10), at(4, 10))], at(4, 10), at(5), 22),
    "it stood still twice, with an overlap": (
        day(1),
        at(2),
        [(at(2, 20), at(4, 8)), (at(2, 10), at(3))],
        at(4),
        at(5, 6),
        22,
    ),
    "it stands still": (day(1), at(2), [(at(2, 12), None)], at(5), None, 20),
    "it was over before it stood still": (day(1), at(2), [(at(4), None)], at(5), at(3), -48),
    "with the citizen from the beginning": (day(1), at(2), [(at(2), at(4))], at(4, 9), at(5), 23),
    "over a holiday nothing passes": (day(1), at(17), [], at(18, 18), at(19), 8),
    "a holiday behind the week-end": (day(1), at(20), [], at(23, 10), at(24), 8),
    "begun on a holiday": (day(1), at(18), [], at(18, 10), datetime(2026, 11, 20).astimezone(), 24),
    "a holiday while it stands still": (day(1), at(17), [(at(17, 12), at(18, 12))], at(19), datetime(2026, 11, 19, 20).astimezone(), 12),
    "a day of the calendar is one, holiday or not": (day(2, "days"), at(17), [], at(17), at(19), 48),
}  # fmt: skip
HOLIDAYS = frozenset({date(2026, 11, 18), date(2026, 11, 21), date(2026, 11, 23)})  # a Wednesday, a Saturday, a Monday


@pytest.mark.parametrize("name", RECKONED)
def test_a_limit_is_reckoned(name: str) -> None:
    limit, start, stops, now, due, hours = RECKONED[name]
    found = deadline(start, limit, stops, now, HOLIDAYS)  # type: ignore[arg-type]

    assert found.due == due
    assert found.left == timedelta(hours=hours)
    assert found.late == (hours < 0)


PROCEDURE = """
procedure: sample
title: sample
agency: office
purpose: registration
time_limit: {}
{}
roles: {{applicant: person}}
steps:
  - form: apply
    asks: [applicant.name]
  - check: desk
    by: counter of office
    verifies: [applicant.name]
    within: 1 day
  - approve: sign
    by: head of office
    needs: [applicant.name]
    {}
  - issue: card
    carries: [applicant.name]
"""


def made(whole: str = "", own: str = "", of_all: str = "2 days") -> Procedure:
    [(_, found)] = parts_of(PROCEDURE.format(of_all, whole, own))
    assert isinstance(found, Procedure)
    return found


def opened(folder: Path, whole: str = "", own: str = "", of_all: str = "2 days") -> Office:
    office = Office.opened(folder, made(whole, own, of_all), PEOPLE)
    office.take([Case("K-1", {})])
    office.run()
    return office


def later(office: Office, **more: float) -> None:
    clock = office.store.clock
    assert isinstance(clock, Clock)
    clock.now += timedelta(**more)


def say(office: Office, step: str, who: str, decision: str | None = None, **facts: str) -> None:
    named = {name.replace("__", "."): value for name, value in facts.items()}
    answering.answer(office.store, office.kept()["K-1"], step, named, decision, who, name=who)
    office.run()


def limit_of(office: Office) -> Deadline:
    [found] = deadlines(office.store, list(office.store.waiting()), HOLIDAYS).values()
    return found


def hours(found: Deadline) -> int:
    return round(found.left.total_seconds() / 3600)


def test_with_the_citizen_the_legal_clock_stands_still(tmp_path: Path) -> None:
    office = opened(tmp_path)
    later(office, days=10)
    assert (limit_of(office).due, hours(limit_of(office))) == (None, 48)
    say(office, "apply", "applicant", applicant__name="SITI")
    later(office, hours=6)
    assert hours(limit_of(office)) == 18  # of the check: its own limit is nearer
    say(office, "desk", "counter of office", "done")
    later(office, hours=12)
    assert hours(limit_of(office)) == 30

    kept, [wait] = office.kept()["K-1"], office.store.waiting()
    program = compiled(office.procedure, office.catalogue)
    by = Sender("head of office", "Ratna", "it differs")
    send_back(office.store, program, Dates(program.model.naming), kept, wait, {"applicant.name": "wrong"}, by)
    later(office, days=7)
    assert (limit_of(office).due, hours(limit_of(office))) == (None, 30)
    say(office, "apply", "applicant", applicant__name="SITA")
    assert hours(limit_of(office)) == 24  # the check once more: one day
    say(office, "desk", "counter of office", "done")
    later(office, hours=31)
    assert limit_of(office).late


def test_silence_approves_after_the_time_of_the_step(tmp_path: Path) -> None:
    office = opened(tmp_path, own="silence_approves: 2 days")
    say(office, "apply", "applicant", applicant__name="SITI")
    later(office, days=9)
    office.run()
    assert office.outcomes()["K-1"].step == "desk"  # that somebody has looked is never supposed
    say(office, "desk", "counter of office", "done")
    later(office, days=1.9)
    office.run()
    assert office.outcomes()["K-1"].step == "sign"
    later(office, days=0.2)
    office.run()

    assert office.outcomes()["K-1"].kind == "issued"
    [*_, said] = office.store.said(1)
    assert (said.step, said.what, said.who, said.name) == ("sign", ("done",), "head of office", "")
    assert reason(said.why).en == "Silence of 2 days counts as approval."
    assert reason(said.why).id == "Diam selama 2 hari berlaku sebagai persetujuan."


def test_silence_approves_after_the_time_of_the_procedure_without_that_of_the_citizen(tmp_path: Path) -> None:
    office = opened(tmp_path, whole="silence_approves: 3 days")
    later(office, days=9)
    say(office, "apply", "applicant", applicant__name="SITI")
    later(office, days=2)
    say(office, "desk", "counter of office", "done")
    later(office, days=0.9)
    office.run()
    assert office.outcomes()["K-1"].step == "sign"
    later(office, days=0.2)
    office.run()
    assert office.outcomes()["K-1"].kind == "issued"


def test_a_holiday_delays_silence_and_what_is_late(tmp_path: Path) -> None:
    own = "silence_approves: 1 working day\n    within: 1 working day"
    office = opened(tmp_path, own=own, of_all="30 days")
    say(office, "apply", "applicant", applicant__name="SITI")
    later(office, days=15)  # it is Tuesday, the seventeenth
    say(office, "desk", "counter of office", "done")
    later(office, days=1.5)

    folder, store = Folder(tmp_path), ("--store", "cases.sqlite")
    for said, due in (("workers = 0", "2026-11-18"), ("holidays = [\n  2026-11-18,\n]", "2026-11-19")):
        (tmp_path / "sekali.toml").write_text(f'{said}\n[services.x]\ndatabase = "${{NOT_SET}}"\ntable = "x"\n')
        [work] = json.loads(folder.call("worklist", "--format", "json", *store).stdout)
        assert work["due"][:10] == due
        assert due in folder.call("cases", "--show", "K-1", *store).stdout

    run = World(office.store, Settings({}, holidays=HOLIDAYS), office.today).run("sample", "by hand", lambda _: None)
    assert run.begin() == 0
    assert World(office.store, Settings({}), office.today).run("sample", "by hand", lambda _: None).begin() == 1


def test_without_such_a_law_silence_is_silence(tmp_path: Path) -> None:
    office = opened(tmp_path)
    say(office, "apply", "applicant", applicant__name="SITI")
    say(office, "desk", "counter of office", "done")
    later(office, days=900)
    office.run()
    assert office.outcomes()["K-1"].step == "sign"


WAYS = """
    ways:
      - {way: no, steps: [{refuse: never}]}
      - {way: again, steps: [{back to: apply}]}
      - way: yes
"""


def test_it_goes_the_way_that_neither_refuses_nor_sends_back() -> None:
    steps = made(
        own=WAYS.replace("\n    ways", "ways", 1).replace("way: no,", 'way: "no",').replace("way: yes", 'way: "yes"')
    ).step_by_id
    assert approving(steps["sign"]) == "yes"
    assert approving(steps["desk"]) == ""


def test_limits_are_told_on_the_page_by_the_api_and_at_the_command_line(tmp_path: Path) -> None:
    office = opened(tmp_path)
    browser = Browser(office)
    assert "the time limit stands still" in browser.client.get("/tasks").text
    [work] = browser.client.get("/api/tasks").json()["work"]
    assert (work["due"], work["late"], work["stands_still"]) == (None, False, True)
    say(office, "apply", "applicant", applicant__name="SITI")
    later(office, hours=25)
    clerk = Browser(office, role="counter of office")
    [work] = clerk.client.get("/api/tasks").json()["work"]
    assert (work["due"][:10], work["late"], work["stands_still"]) == ("2026-11-03", True, False)
    for page in (clerk.client.get("/tasks").text, clerk.get("K-1", "desk")):
        assert 'class="late">over the limit since 2026-11-03' in page

    folder, store = Folder(tmp_path), ("--store", "cases.sqlite")
    assert "over the limit since" in folder.call("worklist", "--late", *store).stdout
    assert json.loads(folder.call("worklist", "--format", "json", *store).stdout)[0]["late"] is True
    assert "Time limit 1 day: over the limit since" in folder.call("cases", "--show", "K-1", *store).stdout
    assert "lewat batas sejak" in folder.call("worklist", "--late", *store, lang="id").stdout


def test_what_officers_let_lie_goes_up_to_their_agency(tmp_path: Path) -> None:
    office = opened(
        tmp_path, own="silence_approves: 90 days\n  - check: last\n    by: office\n    verifies: [applicant.name]"
    )
    say(office, "apply", "applicant", applicant__name="SITI")
    agency = Browser(office, role="office")
    assert "Over the time limit" not in agency.client.get("/tasks").text
    later(office, hours=25)

    page = agency.client.get("/tasks").text
    assert "Over the time limit, with officers of this agency" in page
    assert ">K-1<" in page
    assert "/tasks/1/desk" not in page  # it is theirs to do still
    [work] = agency.client.get("/api/late", params={"agency": "office"}).json()
    assert (work["key"], work["role"], work["late"]) == ("K-1", "counter of office", True)
    assert agency.client.get("/api/late", params={"agency": "other"}).json() == []
    assert "Over the time limit" not in Browser(office, role="head of office").client.get("/tasks").text


UP = "escalates_to: head of office"


def test_what_is_late_goes_up_once_and_whoever_is_first_does_it(tmp_path: Path) -> None:
    office = opened(tmp_path, whole=UP)
    head = Browser(office, role="head of office")
    say(office, "apply", "applicant", applicant__name="SITI")
    later(office, hours=23)
    office.run()
    assert [one.escalated for one in office.store.waiting()] == [""]
    with pytest.raises(answering.NotTakenError, match="counter of office can answer this, not head of office"):
        say(office, "desk", "head of office", "done")
    later(office, hours=2)
    office.run()
    office.run()

    assert [(one.who, one.escalated) for one in office.store.waiting()] == [("counter of office", "head of office")]
    told = [orjson.loads(line) for line in Trail(office.store.engine).export()]
    [entry] = [one for one in told if one.get("what") == "escalation"]
    assert (entry["step"], entry["consumer"], entry["case"]) == ("desk", "head of office", 1)
    assert entry["reason"]["en"] == "Over its time limit of 1 day; it is still with office"
    [trace] = happened(office.store)
    assert trace.events[-1] == Event("desk gone up", "escalate", entry["at"], "head of office", "")
    for browser in (head, Browser(office, role="counter of office")):
        assert ">K-1<" in browser.client.get("/tasks").text
    assert "come up from office" in head.client.get("/tasks").text
    assert dict(office.store.waiting_by_role()) == {"counter of office": 1, "head of office": 1}
    form = head.page_of("K-1", "desk")
    assert head.client.post("/tasks/1/desk", data=form | {"way": "done", "do": "send"}).status_code == 303
    assert [(one.step, one.who) for one in office.store.said(1)] == [("apply", "applicant"), ("desk", "head of office")]
    office.run()
    assert [(one.step, one.escalated) for one in office.store.waiting()] == [("sign", "")], "it is theirs anyway"


def test_of_two_that_it_goes_up_to_the_steps_own_counts_and_it_stays_up(tmp_path: Path) -> None:
    office = opened(tmp_path, whole="escalates_to: office", own=UP.replace("head", "counter"))
    say(office, "apply", "applicant", applicant__name="SITI")
    say(office, "desk", "counter of office", "done")
    later(office, days=3)
    office.run()
    [wait] = office.store.waiting()
    assert (wait.step, wait.who, wait.escalated) == ("sign", "head of office", "counter of office")
    folder, store = Folder(tmp_path), ("--store", "cases.sqlite")
    assert "come up from head of the office" in folder.call("worklist", "--role", "counter of office", *store).stdout
    [work] = json.loads(folder.call("worklist", "--format", "json", *store).stdout)
    assert (work["role"], work["escalated_to"]) == ("head of office", "counter of office")
    waits = (("sign", "decision", "head of office", "[]", ""),)
    moves = office.kept()["K-1"].moves
    moved = Moved(1, moves, "waiting", "sign", None, None, None, None, "", 1, b"", waits)
    assert office.store.write(office.store.begin_run("sample", "by hand"), "sign", [moved], [])
    assert [one.escalated for one in office.store.waiting()] == ["counter of office"]


def test_nothing_goes_up_that_is_with_the_citizen_or_has_no_limit(tmp_path: Path) -> None:
    office = opened(tmp_path, whole=UP)
    later(office, days=30)
    office.run()
    assert [one.escalated for one in office.store.waiting()] == [""]


def test_what_two_must_sign_two_sign_also_where_it_goes_up(tmp_path: Path) -> None:
    both = f"{UP.replace('head of ', '')}\n  - approve: second\n    by: office\n    needs: [applicant.name]"
    office = opened(tmp_path, own=both)
    say(office, "apply", "applicant", applicant__name="SITI")
    say(office, "desk", "counter of office", "done")
    later(office, days=3)
    office.run()
    say(office, "sign", "office", "done")
    with pytest.raises(answering.NotTakenError, match="has already signed or consented as head of office"):
        say(office, "second", "office", "done")


def test_what_is_in_time_is_not_among_what_is_late(tmp_path: Path) -> None:
    office = opened(tmp_path)
    office.store.close()
    assert "Nothing waits" in Folder(tmp_path).call("worklist", "--late", "--store", "cases.sqlite").stdout


def test_each_case_knows_when_it_came(tmp_path: Path) -> None:
    office = opened(tmp_path)
    later(office, days=1)
    office.take([Case("K-2", {"applicant.name": "ANI"}), Case("K-1", {}), Case("K-3", {})])
    came = {case: times.came[:10] for case, times in office.store.times([1, 2, 3]).items()}
    assert came == {1: "2026-11-02", 2: "2026-11-03", 3: "2026-11-03"}
