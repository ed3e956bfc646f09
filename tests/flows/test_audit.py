"""The audit trail: it tells every look-up without anybody's data, and no hand on it stays unseen."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.audit import Entry, Written, chained, content, exported
from flows.audit_verifier import FAULTS, FIRST_HASH, Head, main, read_head, verify
from flows.citizen import as_page, as_text, looks
from flows.commands.audit import FAULTS_ID
from flows.outcomes import OUTCOMES
from flows.store.case_store import CaseStore
from flows.store.trail import Trail
from processes.case import DONE
from processes.resolved import resolved
from processes.words import Words, same
from tests.flows.fakes import Clock, FakeServices
from tests.flows.running import Office
from tests.flows.test_pipeline import KNOWS_MARI, LOOK_UP, MAI, MARI, PEOPLE, answering, case, procedure

BEGINNING = Head(0, FIRST_HASH)
VERIFIER = Path("flows/audit_verifier.py")


def entry(cases: Sequence[int], outcome: str = "found", **other: Any) -> Entry:
    made = Entry(
        "look-up",
        "sample",
        "data",
        "people.person-by-nik",
        "office",
        "registration",
        ("a1: UU 24/2013",),
        ("applicant.name",),
        Words("Data “diri”: \\ é\u2028\x7f😀", 'Data "of" \x00<b>'),
        outcome,
        "registry",
        cases,
    )
    return made._replace(**other)


def trail_of(entries: Sequence[Entry], after: Head = BEGINNING) -> list[bytes]:
    """Return entries as an exported trail."""
    written, last = list[Written](), after
    for number, one in enumerate(entries, after.entry + 1):
        text = content(number, f"2026-11-02T08:00:{number:02}+00:00", one)
        last = Head(number, chained(last.hash, text))
        written.append(Written(number, text, last.hash))
    return list(exported(after, written))


TRAIL = trail_of([entry([1, 2, 5]), entry([3], "none"), entry([1, 2], step="more"), entry([4], "not lawful")])


def office_with(folder: Path, *people: str) -> Office:
    office = Office.opened(folder, LOOK_UP, PEOPLE, services=FakeServices(KNOWS_MARI))
    office.take([case(f"{number}-{nik}", applicant__nik=nik) for number, nik in enumerate(people)])
    return office


def said(lines: Sequence[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines[1:-1]]


# --- what stands in it ----------------------------------------------------------------------------------------------


def test_every_look_up_of_a_case_is_a_line(tmp_path: Path) -> None:
    office = office_with(tmp_path, MARI, MAI)
    office.run()
    office.take([case("again", applicant__nik=MARI)])
    office.run()

    lines = said(list(Trail(office.store.engine).export()))
    # the second run asks again about whom the first did not find
    assert sorted((line["entry"], line["case"], line["outcome"]) for line in lines) == [
        (1, 1, "found"),
        (2, 2, "none"),
        (3, 2, "none"),
        (4, 3, "found"),
    ]
    one = lines[0]
    assert (one["what"], one["procedure"], one["step"], one["service"]) == (
        "look-up",
        "sample",
        "data",
        "people.person-by-nik",
    )
    assert (one["consumer"], one["purpose"], one["facts"]) == ("office", "registration", ["applicant.name"])
    assert one["basis"] == ["a1: UU 24/2013 Art. 79"]
    assert one["reason"] == {"id": "sample: data (tujuan: registration)", "en": "sample: data (purpose: registration)"}


def test_nobodys_data_are_in_it(tmp_path: Path) -> None:
    office = office_with(tmp_path, MARI, MAI)
    office.run()

    text = b"".join(Trail(office.store.engine).export()).decode()
    for secret in (MARI, MAI, "Mari", "1995"):
        assert secret not in text


def test_an_answer_that_is_used_again_is_told_from_one_that_a_registry_gives(tmp_path: Path) -> None:
    steps = """
  - form: ask
    asks: [applicant.nik]
  - lookup: first
    service: people.person-by-nik
    about: applicant
    gets: [name]
  - pay: fee
  - lookup: second
    service: people.person-by-nik
    about: applicant
    gets: [birth_date]
  - issue: card
    carries: [applicant.name, applicant.birth_date]
"""
    office = Office.opened(tmp_path, procedure(steps), PEOPLE, services=FakeServices(KNOWS_MARI))
    office.take([case("mari", applicant__nik=MARI)])
    office.run()
    answering.answer(office.store, office.kept()["mari"], "fee", {}, DONE, "applicant")
    office.run()

    lines = said(list(Trail(office.store.engine).export()))
    assert [(line["step"], line["source"]) for line in lines] == [("first", "registry"), ("second", "case")]


def test_what_was_asked_for_a_case_that_fails_later_is_told_as_well(tmp_path: Path) -> None:
    office = office_with(tmp_path, MARI)
    run = office.new_run()
    program = run.pipeline(1).program

    def fails(work: Any, cases: Any) -> None:
        raise ZeroDivisionError

    program.ops[program.by_label["card"]] = fails
    run.run()

    assert [wait.why for wait in office.store.waiting()] == ["failure"]
    assert [(line["case"], line["outcome"]) for line in said(list(Trail(office.store.engine).export()))] == [
        (1, "found")
    ]


def test_what_was_not_written_is_not_in_it(tmp_path: Path) -> None:
    office = office_with(tmp_path, MARI)
    first, second = office.new_run(), office.new_run()
    taken = first.store.ready("sample")
    rows = first.store.ready_batch(taken[0], 0, 10)
    moved, entries = first.pipeline(1).advance(rows, "", office.today, [])
    second.run()

    assert not office.store.write(1, "start", moved, entries)
    assert len(said(list(Trail(office.store.engine).export()))) == 1


def test_runs_that_write_at_once_make_one_chain(tmp_path: Path) -> None:
    office = office_with(tmp_path, *[MARI] * 60)
    runs = [office.new_run(batch=1) for _ in range(3)]
    for run in runs:
        run.store = CaseStore.open(tmp_path / "cases.sqlite", clock=Clock())
    threads = [Thread(target=run.run) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    trail = Trail(office.store.engine)
    lines = list(trail.export())
    assert verify(lines).faults == ()
    assert sorted(line["case"] for line in said(lines)) == list(range(1, 61))
    assert trail.misplaced(trail.head().entry) is None


def test_an_export_can_begin_later(tmp_path: Path) -> None:
    office = office_with(tmp_path, MARI, MAI)
    office.run()
    trail = Trail(office.store.engine)

    later = list(trail.export(after=1))
    assert [line["entry"] for line in said(later)] == [2]
    assert verify(later).faults == ()
    assert verify(later).head == trail.head()
    with pytest.raises(LookupError):
        list(trail.export(after=9))


def test_a_trail_without_entries_is_whole(tmp_path: Path) -> None:
    office = office_with(tmp_path)
    assert verify(Trail(office.store.engine).export()) == (Head(0, FIRST_HASH), 0, ())


# --- no hand on it stays unseen -------------------------------------------------------------------------------------


def test_a_trail_that_nobody_touched_is_whole() -> None:
    verdict = verify(TRAIL)
    assert (verdict.faults, verdict.rows, verdict.head.entry) == ((), 7, 4)
    assert verify(TRAIL, verdict.head).faults == ()


def without(number: int) -> Callable[[list[bytes]], None]:
    return lambda lines: lines.__delitem__(number)


def swapped(one: int, other: int) -> Callable[[list[bytes]], None]:
    def swap(lines: list[bytes]) -> None:
        lines[one], lines[other] = lines[other], lines[one]

    return swap


def replaced(number: int, old: bytes, new: bytes) -> Callable[[list[bytes]], None]:
    def replace(lines: list[bytes]) -> None:
        assert old in lines[number]
        lines[number] = lines[number].replace(old, new)

    return replace


def put_in(number: int, line: int | bytes) -> Callable[[list[bytes]], None]:
    return lambda lines: lines.insert(number, line if isinstance(line, bytes) else lines[line])


def cut(number: int) -> Callable[[list[bytes]], None]:
    return lambda lines: lines.__delitem__(slice(number, None))


@pytest.mark.parametrize(
    ("hand", "kind", "line"),
    [
        (without(0), "not a trail", 1),
        (without(1), "out of order", 2),
        (without(3), "out of order", 4),
        (without(4), "out of order", 5),
        (without(7), "wrong end", 8),
        (without(8), "no end", 9),
        (cut(0), "no end", 1),
        (cut(4), "no end", 5),
        (swapped(1, 2), "out of order", 2),
        (swapped(4, 7), "out of order", 5),
        (put_in(2, 1), "out of order", 3),
        (put_in(9, 7), "after the end", 10),
        (replaced(2, b'"case":2', b'"case":7'), "changed", 4),
        (replaced(4, b'"none"', b'"found"'), "changed", 5),
        (replaced(2, b"UU 24", b"UU 25"), "differs", 3),
        (replaced(1, b'"entry":1', b'"entry":2'), "out of order", 2),
        (replaced(1, b'"of":3', b'"of":2'), "differs", 3),
        (replaced(3, b'"hash":"', b'"hash":"0'), "changed", 4),
        (replaced(3, b'"hash"', b'"hush"'), "differs", 4),
        (replaced(1, b'"row":1', b'"row":true'), "not JSON", 2),
        (replaced(1, b'"case":1', b'"case":"1"'), "not JSON", 2),
        (replaced(1, b'"case":1', b'"case":1,"case":2'), "not JSON", 2),
        (replaced(1, b'"case":1', b'"case":1,"hash":"1"'), "differs", 2),
        (replaced(0, b'"after":0', b'"after":1'), "out of order", 2),
        (replaced(0, b'"after":0', b'"after":"0"'), "not a trail", 1),
        (replaced(0, b"0" * 64, b"1" * 64), "not a trail", 1),
        (replaced(0, b"audit 1", b"audit 2"), "not a trail", 1),
        (replaced(8, b'"rows":7', b'"rows":8'), "wrong end", 9),
        (put_in(3, b"\n"), "not JSON", 4),
        (put_in(3, b"[1]\n"), "not JSON", 4),
        (put_in(3, b"\xff\n"), "not JSON", 4),
        (put_in(3, b"[" * 100_000 + b"\n"), "not JSON", 4),
    ],
)
def test_every_hand_on_it_is_found(hand: Callable[[list[bytes]], None], kind: str, line: int) -> None:
    lines = list(TRAIL)
    hand(lines)
    [fault] = verify(lines).faults
    assert (fault.kind, fault.line) == (kind, line)


@given(st.randoms(use_true_random=False))
def test_no_change_of_a_byte_that_says_something_else_is_overlooked(random: Random) -> None:
    lines = list(TRAIL)
    number = random.randrange(len(lines))
    line = bytearray(lines[number])
    line[random.randrange(len(line) - 1)] = random.randrange(32, 127)
    lines[number] = bytes(line)
    try:
        same_meaning = json.loads(lines[number]) == json.loads(TRAIL[number])
    except ValueError:
        same_meaning = False
    assert same_meaning == (verify(lines).faults == ())


def test_an_end_that_was_cut_off_and_made_good_shows_by_a_head_that_was_kept() -> None:
    entries = [entry([1, 2]), entry([3])]
    whole, shorter = trail_of(entries), trail_of(entries[:1])
    kept = verify(whole).head

    assert verify(shorter).faults == ()  # by itself it is a whole trail
    assert [fault.kind for fault in verify(shorter, kept).faults] == ["shorter"]
    assert verify(trail_of([*entries, entry([4])]), kept).faults == ()


def test_a_trail_that_was_written_anew_shows_by_a_head_that_was_kept() -> None:
    kept = verify(TRAIL).head
    anew = trail_of([entry([1, 2, 5]), entry([3], "none"), entry([1], step="more"), entry([4]), entry([9])])

    assert verify(anew).faults == ()
    assert [fault.kind for fault in verify(anew, kept).faults] == ["another head"]
    later = trail_of([entry([9])], after=Head(7, "a" * 64))
    assert [fault.kind for fault in verify(later, kept).faults] == ["begins later"]
    assert [fault.kind for fault in verify(later, Head(7, "b" * 64)).faults] == ["another head"]


@given(st.text(), st.text(), st.lists(st.text(), max_size=3), st.lists(st.integers(0, 2**53), min_size=1, unique=True))
def test_whatever_stands_in_it_both_sides_reckon_the_same_hash(
    one: str, other: str, facts: list[str], cases: list[int]
) -> None:
    plain = "".join(filter(lambda sign: not "\ud800" <= sign <= "\udfff", one))
    made = entry(cases, reason=Words(plain, other), facts=tuple(facts), step=other)
    assert verify(trail_of([made, entry([1])])).faults == ()


def test_the_verifier_needs_nothing_but_itself_and_python(tmp_path: Path) -> None:
    alone = tmp_path / "verifier.py"
    alone.write_bytes(VERIFIER.read_bytes())
    export = tmp_path / "trail.jsonl"
    export.write_bytes(b"".join(TRAIL))
    head = verify(TRAIL).head

    def call(*arguments: object) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", "-S", alone, *map(str, arguments)], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    assert call(export, "--head", head) == (0, f"Nothing is wrong: 7 lines. Head: {head}\n")
    export.write_bytes(b"".join(TRAIL[:-1]))
    assert call(export) == (1, f"{export}:9: the last line of the trail is missing: it is cut off\n")
    assert call(tmp_path / "nothing")[0] == 2
    assert call()[0] == 2
    assert call(export, "--head", "1-2")[0] == 2


def test_the_verifier_says_every_fault_in_both_languages() -> None:
    assert FAULTS.keys() == FAULTS_ID.keys()
    assert main([]) == 2
    assert read_head("x") is None


# --- in the store ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "update audit set content = replace(content, 'found', 'other') where number = 1",
        "update audit set content = x'00' where number = 1",
        "update audit set content = '{\"cases\": 1}' where number = 1",
        "update audit set hash = replace(hash, substr(hash, 1, 1), 'x') where number = 1",
        "delete from audit where number = 1",
        "update audit set number = number + 10 where number = 2",
        "insert into audit select 3, 3, content, hash from audit where number = 2",
    ],
)
def test_a_hand_on_the_store_is_found(tmp_path: Path, statement: str) -> None:
    office = office_with(tmp_path, MARI, MAI)
    office.run()
    trail = Trail(office.store.engine)
    assert verify(trail.export()).faults == ()

    with office.store.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert verify(trail.export()).faults != ()


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("delete from audited where case_id = 1", (1, 1)),
        ("delete from audited where case_id = 2", (1, 2)),
        ("insert into audited values (7, 1)", (1, 7)),
        ("insert into audited values (7, 2)", (2, 7)),
    ],
)
def test_what_a_citizen_would_not_be_told_is_found(tmp_path: Path, statement: str, where: tuple[int, int]) -> None:
    office = office_with(tmp_path, MARI, MAI)
    office.run()
    trail = Trail(office.store.engine)
    assert trail.misplaced(trail.head().entry) is None

    with office.store.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert trail.misplaced(trail.head().entry) == where


def test_a_run_that_goes_on_meanwhile_is_no_fault(tmp_path: Path) -> None:
    office = office_with(tmp_path, MARI)
    office.run()
    trail = Trail(office.store.engine)
    verified = trail.head().entry
    with office.store.engine.begin() as connection:  # as if seen between the two readings
        connection.exec_driver_sql("insert into audited values (2, 2)")
    assert trail.misplaced(verified) is None


# --- for the citizen ------------------------------------------------------------------------------------------------


def test_a_citizen_is_told_what_was_asked_of_this_case_and_no_other(tmp_path: Path) -> None:
    office = office_with(tmp_path, MARI, MAI)
    office.run()
    model = resolved(office.procedure, office.catalogue)
    trail = Trail(office.store.engine)

    [mine] = looks(trail.of_case(1), model)
    assert mine.who == same("office")
    assert mine.registry == same("people (person-by-nik)")
    assert mine.outcome == OUTCOMES["found"]
    [other] = looks(trail.of_case(2), model)
    assert other.outcome == OUTCOMES["none"]
    assert list(looks(trail.of_case(3), model)) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_page_shows_all_and_lets_nothing_from_outside_be_more_than_text(language: Any) -> None:
    evil = "<script>alert('x')</script>\"&"
    model = resolved(LOOK_UP, PEOPLE)
    entries = [json.loads(content(1, "2026-11-02T08:00:00+00:00", entry([1], step=evil, reason=same(evil))))]
    for name in ("consumer", "service", "outcome"):
        entries.append(entries[0] | {name: evil, "facts": [evil], "basis": [evil]})
    told = list(looks(entries, model))

    page = as_page(evil, same(evil), told, language)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 9
    assert f'<html lang="{language}">' in page
    assert "http://" not in page and "https://" not in page and "src=" not in page
    text = as_text("K-1", same("Kartu"), told, language)
    assert text.count("2026-11-02 08:00 UTC") == len(told) == page.count("2026-11-02 08:00 UTC")


def test_without_look_ups_that_is_said() -> None:
    assert "No registry has been asked" in as_text("K-1", same("Card"), [], "en")
    assert "Belum ada registri" in as_page("K-1", same("Kartu"), [], "id")
