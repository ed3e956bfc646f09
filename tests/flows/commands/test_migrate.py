"""`sekali migrate`: says which waiting cases stay, move or need a person, and why, before it moves any."""

import json
import re
from pathlib import Path

import pytest

from flows.commands import migrate
from flows.store import tables
from flows.store.case_store import CaseStore
from tests.flows.commands.test_run import PROCEDURE, Desk, results

FORM = "asks: [applicant.nik, applicant.name, applicant.birth_date]"
FEWER = PROCEDURE.replace(FORM, "asks: [applicant.nik, applicant.birth_date]")
CHECKED = PROCEDURE.replace("  - decide: enough", "  - check: looked-at\n    by: office\n  - decide: enough")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An office where K-1 waits for a decision, K-3 for answers of the applicant, and K-4 is not begun."""
    made = Desk(tmp_path)
    made.run("--cases", "cases.jsonl")
    return made


def plan(desk: Desk, procedure: str, *more: str) -> dict[str, tuple[str, str]]:
    """What becomes of which case, and why, once the procedure is written so."""
    (desk.folder / "2.yaml").write_text(procedure)
    said = desk.call("migrate", "2.yaml", "--today", "--date", "2026-11-01", "--format", "json", *more)
    assert said.exit_code == 0, said.stderr
    return {key: (row["lot"], row["why"]) for row in json.loads(said.stdout) for key in row["cases"]}


@pytest.mark.parametrize(
    ("procedure", "of_k1", "of_k3"),
    [
        (FEWER, ("moves", "it waits at 'enough' as a new case would"), ("moves", "it waits at 'apply'")),
        (PROCEDURE.replace("[applicant.name]", "[applicant.nik]"), ("moves", "'enough'"), ("moves", "'apply'")),
        (CHECKED, ("person", "'looked-at' comes first now"), ("moves", "'apply'")),
        (
            PROCEDURE.replace("by: head of office", "by: office"),
            ("stays", "'enough' means something else now"),
            ("moves", "'apply'"),
        ),
        (
            PROCEDURE.replace(FORM, FORM[:-1] + ", {act: signature, id: signed}]"),
            ("stays", "'apply' is passed, and asks for more now"),
            ("moves", "'apply'"),
        ),
        (
            PROCEDURE.replace("age_days < 365", "age_days < 36500"),
            ("moves", "it goes on at 'too-young'; nobody is asked"),
            ("moves", "'apply'"),
        ),
        (
            FEWER.replace("{applicant: person}", "{applicant: person, child: person}").replace(
                "birth_date]", "birth_date, child.name]"
            ),
            ("person", "'apply' has still to ask child.name"),
            ("moves", "'apply'"),
        ),
        (
            PROCEDURE.replace("- decide: enough", "- notify: told\n    whom: applicant\n  - decide: enough"),
            ("moves", "it goes on at 'told'"),
            ("moves", "'apply'"),
        ),
        (
            PROCEDURE.replace("- decide: enough", "- decide: enough-now"),
            ("moves", "it waits at 'enough-now'"),
            ("moves", "'apply'"),
        ),
    ],
)
def test_the_plan_says_what_becomes_of_each_case_and_changes_nothing(
    desk: Desk, procedure: str, of_k1: tuple[str, str], of_k3: tuple[str, str]
) -> None:
    before = desk.call("cases", "--format", "json").stdout

    told = plan(desk, procedure, "--plan")

    assert told.keys() == {"K-1", "K-3"}
    for (lot, why), found in ((of_k1, told["K-1"]), (of_k3, told["K-3"])):
        assert found[0] == lot, found
        assert why in found[1]
    assert desk.call("cases", "--format", "json").stdout == before


def test_what_moves_ends_on_the_new_procedure_and_what_does_not_on_the_old_one(desk: Desk) -> None:
    told = plan(desk, CHECKED, "--yes")
    assert told == {
        "K-1": ("person", "'looked-at' comes first now"),
        "K-3": ("moves", "it waits at 'apply' as a new case would"),
    }

    desk.call("answer", "K-1", "enough", "--way", "enough")
    desk.call("answer", "K-3", "apply", "applicant.name=Budi", "applicant.birth_date=1980-01-01")
    found = {one["case"]: one for one in results(desk.run().stdout)}

    assert found["K-1"]["outcome"] == "issued"
    assert (found["K-3"]["outcome"], found["K-3"]["step"]) == ("waiting", "looked-at")
    assert "The case goes on under the new procedure" in desk.call("audit", "case", "K-3").stdout
    assert "nobody looked at its data" in desk.call("audit", "case", "K-3").stdout
    assert "No registry" in desk.call("audit", "case", "K-1").stdout
    assert desk.call("audit", "verify").exit_code == 0


def test_it_is_shown_first_and_done_only_when_that_is_said(desk: Desk) -> None:
    (desk.folder / "2.yaml").write_text(CHECKED)

    said = desk.call("migrate", "2.yaml", "--today", "--date", "2026-11-01")
    assert re.search(r"move +1 +apply +it waits at 'apply' as a new case would +K-3", said.stdout)
    assert re.search(r"need a person +1 +enough +'looked-at' comes first now +K-1", said.stdout)
    assert "1 move, 0 stay, 1 need a person." in said.stdout
    assert "Call it again with --yes to move them." in said.stderr

    done = desk.call("migrate", "2.yaml", "--today", "--date", "2026-11-01", "--yes", lang="id")
    assert "1 pindah, 0 tetap, 1 perlu orang." in done.stdout
    assert "1 kasus dipindahkan" in done.stderr
    again = desk.call("migrate", "2.yaml", "--today", "--date", "2026-11-01", "--yes")
    assert "0 move, 0 stay, 1 need a person." in again.stdout
    assert "moved" not in again.stderr


def test_a_case_that_somebody_moves_meanwhile_is_not_moved_and_none_of_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answered_meanwhile(number: int, *, yes: bool) -> bool:
        assert desk.call("answer", "K-3", "apply", "applicant.name=Budi").exit_code == 0
        return True

    monkeypatch.setattr(migrate, "_sure", answered_meanwhile)
    (desk.folder / "2.yaml").write_text(FEWER)

    said = desk.call("migrate", "2.yaml", "--today", "--date", "2026-11-01")

    assert said.exit_code == 1
    assert "none was moved" in said.stderr
    assert plan(desk, FEWER, "--plan").keys() == {"K-1", "K-3"}


def test_an_answered_case_is_run_first(desk: Desk) -> None:
    desk.call("answer", "K-1", "enough", "--way", "enough")

    assert plan(desk, FEWER, "--plan")["K-1"] == ("stays", "it is answered: call 'sekali run' first")


def test_what_a_case_passed_before_it_moved_stays_in_the_event_log(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (desk.folder / "2.yaml").write_text(CHECKED)
    desk.run("--cases", "cases.jsonl")
    desk.call("answer", "K-1", "looked-at", "--done")
    desk.run()

    assert plan(desk, PROCEDURE, "--yes")["K-1"][0] == "moves"

    assert '"looked-at"' in desk.call("events").stdout


def test_drafts_and_since_when_a_case_waits_stay_where_the_step_does(desk: Desk) -> None:
    store = CaseStore.open(desk.folder / "sekali.sqlite")
    numbers = {}
    for key, step in (("K-1", "enough"), ("K-3", "apply")):
        [case] = store.find(key)
        assert store.save_draft(case, step, b"typed", "Budi")
        numbers[key] = case.id
    with store.engine.begin() as connection:
        connection.execute(tables.waits.update().values(since="2026-01-01T00:00:00+00:00"))

    told = plan(desk, PROCEDURE.replace("- decide: enough", "- decide: enough-now"), "--yes")

    assert {lot for lot, _ in told.values()} == {"moves"}
    assert (store.draft(numbers["K-1"], "enough"), store.draft(numbers["K-3"], "apply")) == (None, b"typed")
    since = {wait.step: wait.since[:10] for wait in store.waiting()}
    assert since["apply"] == "2026-01-01"
    assert since["enough-now"] > "2026-01-01"
    store.close()
