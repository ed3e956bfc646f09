"""Registries over HTTP: the same promises as those in SQL, whatever is wrong with them, and whatever the values are."""

import gzip
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
import stamina

from flows.connectors.http import Pace
from flows.connectors.rest import RestServices
from flows.ports import Answer, DataServices, Down, Keys
from flows.settings import SettingsError, as_toml, read_settings
from tests.flows.http_registry import DESCRIPTION, Asked, Registry, Said, registry, said
from tests.flows.test_connectors import JAAN, KNOWN, MAI, MARI, Promises

NOW = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)  # a Monday; ten in the morning in Jakarta
PEOPLE: dict[str, dict[str, Any]] = {
    MARI: {
        "nik": MARI,
        "name": "Mari",
        "birth_date": "1995-07-24",
        "mother": {"nik": MAI},
        "kk": {"number": "33", "address": "Jl. Melati"},
        "income": 2_000_000,
        "tax_paid": True,
    },
    MAI: {
        "nik": MAI,
        "name": "Mai",
        "birth_date": "1970-06-05",
        "mother": {"nik": None},
        "kk": None,
        "tax_paid": False,
    },
}
FIELDS = {"mother": "mother.nik", "family": "kk.number", "family.address": "kk.address"}
BY_NIK = {"operation": "person", "fields": FIELDS}


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


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
    """Answer as a registry does that is well."""
    if asked.method == "POST":
        return said([PEOPLE[nik] for nik in asked.json["niks"] if nik in PEOPLE])
    nik = unquote(asked.path.rpartition("/")[2])
    return said(PEOPLE[nik]) if nik in PEOPLE else Said(404)


class Made:
    """Services over HTTP, set up in a folder; closed when the test ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.opened: list[RestServices] = []

    def services(
        self,
        address: str,
        more: Mapping[str, Any] | None = None,
        service: str = "people.by-nik",
        description: object = DESCRIPTION,
        environment: Mapping[str, str] | None = None,
    ) -> RestServices:
        (self.folder / "openapi.json").write_text(json.dumps(description))
        settings = {"openapi": "openapi.json", "address": address, **BY_NIK, **(more or {})}
        (self.folder / "sekali.toml").write_text(as_toml({service: settings}))
        read = read_settings(self.folder / "sekali.toml", environment or {})
        self.opened.append(RestServices(read, KNOWN, self.clock))
        return self.opened[-1]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    one = Made(tmp_path)
    yield one
    for services in one.opened:
        services.close()


class TestOneByOne(Promises):
    @pytest.fixture
    def services(self, made: Made, server: Registry) -> DataServices:
        return made.services(server.address)


class TestManyAtOnce(Promises):
    @pytest.fixture
    def services(self, made: Made, server: Registry) -> DataServices:
        return made.services(server.address, {"batch": "persons"})


NAME = ("name",)
ALL = ("name", "birth_date", "mother", "family", "family.address", "income", "tax_paid")


def name_of(services: RestServices, nik: str = MARI) -> Answer:
    return services.ask("people.by-nik", NAME, [(nik,)])[(nik,)]


# --- what is asked, and what answers mean ---------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [{}, {"batch": "persons"}], ids=["one by one", "many at once"])
def test_facts_stand_where_the_settings_say(made: Made, server: Registry, batch: dict[str, str]) -> None:
    found = made.services(server.address, batch).ask("people.by-nik", ALL, [(MARI,), (MAI,)])

    assert found == {
        (MARI,): (("Mari", date(1995, 7, 24), MAI, "33", "Jl. Melati", 2_000_000, True),),
        (MAI,): (("Mai", date(1970, 6, 5), None, None, None, None, False),),
    }


def test_many_are_asked_about_in_as_few_questions_as_the_description_allows(made: Made, server: Registry) -> None:
    keys: list[Keys] = [(str(number),) for number in range(7)]

    found = made.services(server.address, {"batch": "persons"}).ask("people.by-nik", NAME, [*keys, (MARI,)])

    assert sorted(len(one.json["niks"]) for one in server.asked) == [2, 3, 3]
    assert [key for key, answer in found.items() if answer] == [(MARI,)]


def test_one_by_one_several_are_asked_about_at_the_same_time_but_not_too_many(made: Made, server: Registry) -> None:
    under_way, most, lock, together = 0, 0, threading.Lock(), threading.Barrier(3)

    def answer(asked: Asked) -> Said:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        together.wait(timeout=5)  # passes only if three are here at once
        with lock:
            under_way -= 1
        return Said(404)

    server.answer = answer
    made.services(server.address, {"at_once": 3}).ask("people.by-nik", NAME, [(str(n),) for n in range(12)])

    assert most == 3


@pytest.mark.parametrize(
    ("operation", "more"),
    [("by_query", {}), ("by_header", {"keys": {"nik": "X-Nik"}}), ("by_body", {"records": "data.found"})],
)
def test_keys_go_where_the_description_says(made: Made, server: Registry, operation: str, more: dict[str, Any]) -> None:
    def answer(asked: Asked) -> Said:
        if operation == "by_query":
            return said([PEOPLE[parse_qs(asked.path.partition("?")[2])["nik"][0]]])
        if operation == "by_header":
            return said(PEOPLE[asked.headers["X-Nik"]])
        return said({"data": {"found": [PEOPLE[asked.json["nik"]]]}})

    server.answer = answer
    assert name_of(made.services(server.address, {"operation": operation, **more})) == (("Mari",),)


BIRTHS = {"operation": "births", "fields": {"mother": "mother.nik"}, "keys": {"birth_date": "day"}}


def test_twins_are_several_and_the_same_twice_is_one(made: Made, server: Registry) -> None:
    services = made.services(server.address, BIRTHS, "people.births")
    key: Keys = (MAI, date(1995, 7, 24))
    server.answer = lambda asked: said(
        [{"nik": "1", "name": "Mari"}, {"nik": "2", "name": "Mira"}, {"nik": "3", "name": "Mari"}]
    )

    assert services.ask("people.births", NAME, [key])[key] == (("Mari",), ("Mira",))
    assert parse_qs(server.asked[0].path.partition("?")[2]) == {"mother": [MAI], "day": ["1995-07-24"]}


def test_many_are_asked_about_by_several_keys(made: Made, server: Registry) -> None:
    more = {**BIRTHS, "batch": "births_of_many", "fields": {}, "keys": {"birth_date": "day"}}
    services = made.services(server.address, more, "people.births")
    day = date(1995, 7, 24)
    server.answer = lambda asked: said([{"mother": MAI, "birth_date": "1995-07-24", "name": "Mari"}])

    assert services.ask("people.births", NAME, [(MAI, day), (MARI, day)]) == {(MAI, day): (("Mari",),), (MARI, day): ()}
    assert server.asked[0].json == {"keys": [{"mother": nik, "day": "1995-07-24"} for nik in (MAI, MARI)]}


def test_what_belongs_to_many_is_a_list(made: Made, server: Registry) -> None:
    more = {
        "operation": "family",
        "keys": {"kk_no": "number"},
        "fields": {"members": "members.nik", "members.name": "members.name"},
    }
    services = made.services(server.address, more, "people.family")
    server.answer = lambda asked: said({"address": "Jl. Melati", "members": [PEOPLE[MARI], PEOPLE[MAI]]})

    found = services.ask("people.family", ("members.name", "address", "members"), [("33",)])

    assert found == {("33",): ((("Mari", "Mai"), "Jl. Melati", (MARI, MAI)),)}


@pytest.mark.parametrize(("answer", "held"), [(said([{"nik": "1", "name": "Mari"}]), True), (said([]), False)])
def test_whether_there_is_one_is_an_answer(made: Made, server: Registry, answer: Said, held: bool) -> None:
    more = {"operation": "births", "exists": "has_deed", "fields": {}, "keys": {"name": "mother", "birth_date": "day"}}
    services = made.services(server.address, more, "people.deed")
    key: Keys = ("Mari", date(1995, 7, 24))
    server.answer = lambda asked: answer

    assert services.ask("people.deed", ("has_deed",), [key]) == {key: ((held,),)}


@pytest.mark.parametrize(
    ("security", "header", "shown"),
    [([{"bearer": []}], "Authorization", "Bearer s3cret"), ([{"key": []}], "X-Key", "s3cret")],
)
def test_the_token_is_shown_as_the_description_wants_it(
    made: Made, server: Registry, security: object, header: str, shown: str
) -> None:
    services = made.services(
        server.address,
        {"token": "${TOKEN}"},
        description={**DESCRIPTION, "security": security},
        environment={"TOKEN": "s3cret"},
    )
    name_of(services)

    assert server.asked[0].headers[header] == shown


# --- registries that are not well -----------------------------------------------------------------------------------

HALF = Said(200, b'{"nik": "1", "na', length=100)
DEEP = Said(200, b"[" * 100_000 + b"]" * 100_000)


@pytest.mark.parametrize(
    "answer",
    [
        HALF,
        DEEP,
        Said(200, b"<html>Sedang ada gangguan</html>"),
        Said(200, b"\xff\xfe{}"),
        Said(200, b""),
        Said(200, b" " * 300_000 + json.dumps(PEOPLE[MARI]).encode()),
        Said(200, gzip.compress(json.dumps(PEOPLE[MARI]).encode(), mtime=0), {"content-encoding": "gzip"}),
        Said(422, b"{}"),
        said("Mari"),
        said([[[PEOPLE[MARI]]]]),
        said({"nik": MARI}),
        said({"nik": MARI, "name": None}),
        said({"nik": MARI, "name": 5.5}),
        said({"nik": MARI, "name": True}),
        said({"nik": MARI, "name": ["Mari"]}),
        said({"nik": MARI, "name": {"first": "Mari"}}),
        said({"nik": MARI, "name": "Mari\0"}),
        said({"nik": MARI, "name": "a" * 20_000}),
        Said(200, json.dumps({"nik": MARI, "name": [0]}).encode().replace(b"0", b"[" * 900 + b"]" * 900)),
    ],
    ids=lambda said: said.body[:30].decode("latin-1"),
)
def test_what_cannot_be_read_is_malformed_for_that_subject_alone(made: Made, server: Registry, answer: Said) -> None:
    server.answer = lambda asked: answer if MARI in asked.path else well(asked)

    found = made.services(server.address).ask("people.by-nik", NAME, [(MARI,), (MAI,)])

    assert found == {(MARI,): "malformed", (MAI,): (("Mai",),)}


@pytest.mark.parametrize(
    ("word", "value"),
    [("birth_date", "long ago"), ("birth_date", "1995-07-24 or so"), ("birth_date", 19950724), ("income", "much"),
     ("income", True), ("tax_paid", "perhaps"), ("mother", {"nik": []}), ("mother", [{"nik": "1"}])],
)  # fmt: skip
def test_a_value_of_another_type_than_its_fact_is_malformed(
    made: Made, server: Registry, word: str, value: object
) -> None:
    server.answer = lambda asked: said({**PEOPLE[MARI], word: value})
    assert made.services(server.address).ask("people.by-nik", (word,), [(MARI,)]) == {(MARI,): "malformed"}


def test_lists_within_lists_are_not_followed(made: Made, server: Registry) -> None:
    deep = (
        json.dumps({**PEOPLE[MARI], "mother": 0})
        .encode()
        .replace(b'"mother": 0', b'"mother": ' + b"[" * 900 + b"]" * 900)
    )
    server.answer = lambda asked: Said(200, deep)
    assert made.services(server.address).ask("people.by-nik", ("mother",), [(MARI,)]) == {(MARI,): "malformed"}


def test_what_is_not_asked_for_cannot_be_malformed(made: Made, server: Registry) -> None:
    server.answer = lambda asked: said({**PEOPLE[MARI], "birth_date": "long ago"})
    assert name_of(made.services(server.address)) == (("Mari",),)


def status(code: int, **headers: str) -> Said:
    return Said(code, b"", {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("answer", "questions"),
    [
        (status(500), 3),
        (status(503), 3),
        (status(408), 3),
        (status(401), 1),
        (status(404), 3 - 2),
        (status(501), 1),
        (status(302, location="http://169.254.169.254/latest"), 1),
        (status(307, location="/people/" + MAI), 1),
    ],
    ids=lambda one: str(one.status) if isinstance(one, Said) else "",
)
def test_no_answer_is_asked_for_again_where_that_helps(
    made: Made, server: Registry, answer: Said, questions: int
) -> None:
    services = made.services(server.address, {"operation": "by_query"})
    server.answer = lambda asked: answer

    assert name_of(services) == Down()
    assert len(server.asked) == questions
    assert list(services.troubles) == ["people.by-nik"]


def test_a_registry_that_answers_every_other_time_is_well_enough(made: Made, server: Registry) -> None:
    server.answer = lambda asked: status(503) if len(server.asked) % 2 else well(asked)
    services = made.services(server.address)

    assert [name_of(services) for _ in range(10)] == [(("Mari",),)] * 10


def test_a_registry_that_is_not_there_is_down(made: Made) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        assert name_of(made.services(address)) == Down()


def test_a_registry_that_is_slow_is_not_waited_for(made: Made, server: Registry) -> None:
    over = threading.Event()

    def answer(asked: Asked) -> Said:
        over.wait(5)
        return well(asked)

    server.answer = answer
    assert name_of(made.services(server.address, {"time_out": 0.05, "attempts": 2})) == Down()
    over.set()
    assert len(server.asked) == 2


def test_an_answer_that_drips_is_not_waited_for(made: Made) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            there, _ = listening.accept()
            with there:
                there.recv(10_000)
                try:
                    there.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n[")
                    for _ in range(500):
                        there.sendall(b" ")
                        time.sleep(0.01)  # each much sooner than the time-out
                except OSError:
                    pass  # whoever asked has gone

        dripping = threading.Thread(target=drip)
        dripping.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        assert name_of(made.services(address, {"time_out": 0.1, "attempts": 1})) == Down()
        dripping.join()


@pytest.mark.parametrize("after", ["120", format_datetime(NOW + timedelta(seconds=120), usegmt=True)])
@pytest.mark.parametrize("code", [429, 503])
def test_a_registry_that_says_when_to_ask_again_is_left_alone_until_then(
    made: Made, server: Registry, after: str, code: int
) -> None:
    services = made.services(server.address)
    server.answer = lambda asked: status(code, retry_after=after)
    until = NOW + timedelta(seconds=120)

    assert name_of(services) == Down(until)
    assert name_of(services, MAI) == Down(until)
    assert len(server.asked) == 1

    made.clock.now, server.answer = until, well
    assert name_of(services) == (("Mari",),)


def test_a_registry_that_is_busy_for_a_moment_is_asked_again(made: Made, server: Registry) -> None:
    server.answer = lambda asked: status(429, retry_after="2") if len(server.asked) < 3 else well(asked)
    assert name_of(made.services(server.address)) == (("Mari",),)


def test_a_registry_that_fails_again_and_again_is_left_alone_for_a_while(made: Made, server: Registry) -> None:
    services = made.services(server.address, {"attempts": 1, "failures": 3, "pause": 0.2, "at_once": 1})
    server.answer = lambda asked: status(500)

    found = services.ask("people.by-nik", NAME, [(str(number),) for number in range(20)])

    until = Down(NOW + timedelta(seconds=0.2))
    assert list(found.values()) == [Down()] * 2 + [until] * 18
    assert len(server.asked) == 3

    time.sleep(0.25)
    assert name_of(services) == until
    assert len(server.asked) == 4  # one look whether it is well again; it is not

    time.sleep(0.25)
    server.answer = well
    assert [name_of(services), name_of(services, MAI)] == [(("Mari",),), (("Mai",),)]


def test_a_registry_is_asked_no_more_often_than_it_wants() -> None:
    slept: list[float] = []
    pace = Pace(4, clock=lambda: 100.0, sleep=slept.append)
    for _ in range(4):
        pace.wait()
    assert slept == [0.0, 0.25, 0.5, 0.75]


@pytest.mark.parametrize(
    ("window", "until"),
    [
        ("Mon 09:00-11:30", "2026-11-30 11:30"),
        ("daily 23:00-10:01", "2026-11-30 10:01"),
        ("Sun 11:00-11:00", "2026-11-30 11:00"),
        ("2026-11-28 20:00 to 2026-12-02 06:00", "2026-12-02 06:00"),
        ("Mon 10:01-11:30", None),
        ("daily 09:00-10:00", None),
        ("Tue 09:00-11:30", None),
        ("2026-11-28 20:00 to 2026-11-29 06:00", None),
    ],
)
def test_nobody_is_asked_in_a_maintenance_window(made: Made, server: Registry, window: str, until: str | None) -> None:
    found = name_of(made.services(server.address, {"maintenance": [window]}))

    if until is None:
        assert found == (("Mari",),)
    else:
        assert found == Down(datetime.fromisoformat(f"{until}+07:00"))
        assert server.asked == []


# --- many at once, and one of them spoils it ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "questions"),
    [
        (said([{**PEOPLE[MARI], "name": 5.5}, PEOPLE[MAI]]), 1),  # it is known whose that is
        (said([{"name": "Mari"}, PEOPLE[MAI]]), 2),
        (Said(200, b"<html>"), 3),
        (status(422), 3),
        (status(500), 5),  # asked three times before
        (HALF, 5),
    ],
    ids=["one value", "no key", "rubbish", "refused", "failed", "half"],
)
def test_what_one_of_many_spoils_is_its_own(made: Made, server: Registry, answer: Said, questions: int) -> None:
    malformed = said({**PEOPLE[MARI], "name": 5.5})
    server.answer = lambda asked: answer if asked.method == "POST" else malformed if MARI in asked.path else well(asked)

    found = made.services(server.address, {"batch": "persons"}).ask("people.by-nik", NAME, [(MARI,), (MAI,)])

    assert found == {(MARI,): "malformed", (MAI,): (("Mai",),)}
    assert len(server.asked) == questions


def test_what_is_told_of_others_is_not_taken(made: Made, server: Registry) -> None:
    def answer(asked: Asked) -> Said:
        return said([PEOPLE[MARI], PEOPLE[MAI]]) if asked.method == "POST" else Said(404)

    server.answer = answer
    found = made.services(server.address, {"batch": "persons"}).ask("people.by-nik", NAME, [(MARI,), (JAAN,)])

    assert found == {(MARI,): (("Mari",),), (JAAN,): ()}


def test_a_registry_that_is_down_is_not_asked_about_each_of_many(made: Made, server: Registry) -> None:
    services = made.services(server.address, {"batch": "persons"})
    server.answer = lambda asked: status(503)

    assert services.ask("people.by-nik", NAME, [(MARI,), (MAI,)]) == {(MARI,): Down(), (MAI,): Down()}
    assert {one.method for one in server.asked} == {"POST"}


# --- values are nothing but values ----------------------------------------------------------------------------------

NASTY = [
    "../../admin", "a/b?admin=1#top", "1&admin=1", "1;admin", "x\r\nX-Admin: 1", "x\nX-Admin: 1", "%2e%2e%2fadmin", "%00",
    "\0", "' or 1=1; --", '{"$ne": null}', "naïve ☃ 🙂", " spaced ", "a" * 500, "{nik}", "\\..\\admin", "//evil.example/",
]  # fmt: skip


@pytest.mark.parametrize("operation", ["person", "by_query", "by_header", "by_body", "persons"])
@pytest.mark.parametrize("value", NASTY, ids=repr)
def test_a_value_can_be_nothing_but_a_value(made: Made, server: Registry, operation: str, value: str) -> None:
    more: dict[str, dict[str, Any]] = {
        "by_header": {"keys": {"nik": "X-Nik"}},
        "by_body": {"records": "data.found"},
        "persons": {"operation": "person", "batch": "persons"},
    }
    services = made.services(server.address, {"operation": operation, **more.get(operation, {})})
    server.answer = lambda asked: said([]) if asked.method == "POST" or operation == "by_query" else Said(404)
    keys: list[Keys] = [(value,)] if operation != "persons" else [(value,), (MARI,)]

    services.ask("people.by-nik", NAME, keys)

    [asked] = server.asked
    path, _, query = asked.path.partition("?")
    told = {
        "person": lambda: unquote(path.removeprefix("/people/")),
        "by_query": lambda: parse_qs(query, keep_blank_values=True, strict_parsing=True),
        "by_header": lambda: unquote(asked.headers["X-Nik"]),
        "by_body": lambda: asked.json,
        "persons": lambda: asked.json,
    }
    assert told[operation]() == {
        "by_query": {"nik": [value]},
        "by_body": {"nik": value},
        "persons": {"niks": [value, MARI]},
    }.get(operation, value)
    assert path.count("/") == {"person": 2}.get(operation, 1)
    assert "X-Admin" not in asked.headers


@pytest.mark.parametrize("value", ["", ".", "..", "a" * 501, "\ud800"], ids=repr)
def test_with_what_can_be_no_key_nobody_is_found_and_nobody_asked(made: Made, server: Registry, value: str) -> None:
    assert name_of(made.services(server.address), value) == ()
    assert server.asked == []


def test_no_key_and_no_token_is_told_anywhere(made: Made, server: Registry, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    services = made.services(
        server.address, {"operation": "by_query", "token": "${TOKEN}"}, environment={"TOKEN": "s3cret"}
    )
    for answer in (said([PEOPLE[MARI]]), status(500), HALF, Said(200, b"<html>")):
        server.answer = lambda asked, answer=answer: answer
        name_of(services)

    told = caplog.text + " ".join(f"{why.id} {why.en}" for why in services.troubles.values())
    assert services.troubles
    assert MARI not in told
    assert "s3cret" not in told


# --- settings that cannot be ----------------------------------------------------------------------------------------

HTTPS = "https://127.0.0.1:1"  # asked about nothing


def problems(made: Made, more: Mapping[str, Any], description: object, service: str) -> list[str]:
    (made.folder / "plain.yaml").write_text("title: plain")
    try:
        services = made.services(HTTPS, more, service, description, {"TOKEN": "s3cret", "ODD": "a\nb"})
        found = services.problems([service])
    except SettingsError as error:
        found = list(error.problems)
    return [str(problem).replace(str(made.folder), "") for problem in found]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"operation": "persn"}, "/sekali.toml:4:1: The description has no operation 'persn'. Did you mean 'person'?"),
        ({"operation": "forget"}, "'forget' is DELETE, not GET or POST. Choose an operation that only reads."),
        ({"operation": "hungry"}, "'hungry' also wants 'reason'."),
        ({"batch": "personen"}, "6:1: The description has no operation 'personen'. Did you mean 'person'?"),
        ({"batch": "by_query"}, "'by_query' takes no list of keys in its body."),
        ({"batch": "births_of_many"}, "Its answer has no 'nik'."),
        ({"keys": {"nik": "nk"}}, "'person' takes no 'nk' for 'nik'. Say which parameter it is: keys = {\"nik\" = \"nik\"}."),
        (
            {"fields": {**FIELDS, "mother": "mother.nk"}},
            "/sekali.toml:5:11: Its answer has no 'mother.nk'. Did you mean 'nik'?",
        ),
        ({"fields": {"mother": "mother.nik"}}, "/sekali.toml:1:1: Its answer has no 'family'."),
        ({"fields": {}}, "'mother' of its answer is not one value."),
        ({"fields": {**FIELDS, "mother": "mother"}}, "'mother' of its answer is not one value."),
        ({"records": "data"}, "Its answer has no 'data'."),
        ({"openapi": "nowhere.json"}, "/sekali.toml:2:1: The description cannot be read: No such file or directory."),
        ({"openapi": "sekali.toml"}, "The description cannot be read: it is neither JSON nor YAML."),
        ({"openapi": "plain.yaml"}, "This is no OpenAPI 3 description."),
        ({"openapi": "file:///etc/passwd"}, "/sekali.toml:2:1: The address is not an https one."),
        ({"openapi": "ftp://siak.example/openapi.json"}, "The address is not an https one."),
        ({"openapi": "http://169.254.169.254/openapi.json"}, "'169.254.169.254' is a link-local address."),
        ({"address": "file:///etc"}, "/sekali.toml:3:1: The address is not an https one."),
        ({"address": "https://169.254.169.254/latest"}, "'169.254.169.254' is a link-local address."),
        ({"address": "https://2852039166/"}, "'2852039166' is a link-local address."),
        ({"address": "https://0xa9fea9fe/"}, "'0xa9fea9fe' is a link-local address."),
        ({"address": "https://[fe80::1]/"}, "'fe80::1' is a link-local address."),
        ({"address": "https://[::ffff:169.254.169.254]/"}, "is a link-local address."),
        ({"address": "https://[::169.254.169.254]/"}, "is a link-local address."),
        ({"address": "https://[64:ff9b::a9fe:a9fe]/"}, "is a link-local address."),
        ({"address": "https://[2002:a9fe:a9fe::]/"}, "is a link-local address."),
        ({"address": "https://[fe80::1%25eth0]/"}, "is a link-local address."),
        ({"address": "https://0251.0376.0251.0376/"}, "is a link-local address."),
        ({"address": "https://169.254.43518/"}, "is a link-local address."),
        ({"address": "https://0.0.0.0/"}, "'0.0.0.0' is a link-local address."),
        ({"address": "http://10.1.2.3/api"}, "The address is not encrypted. Write https, or unencrypted = true"),
        ({"address": "https://me:pw@10.1.2.3/"}, 'There is a name or password in the address. Write token = "${NAME}"'),
        ({"address": "https://[half"}, "The address is not an https one."),
        ({"address": "https:///x"}, "The address is not an https one."),
        ({"token": "s3cret"}, '/sekali.toml:6:1: Secrets are not written in this file. Write token = "${NAME}"'),
        ({"token": "${NOWHERE}"}, "/sekali.toml:6:1: 'NOWHERE' is not in the environment."),
        ({"token": "${ODD}"}, "The token is empty or holds odd signs."),
        ({"maintenance": ["Sunday at noon"]}, "This is no maintenance window: Sunday at noon."),
        ({"maintenance": ["2026-12-02 06:00 to 2026-12-01 06:00"]}, "This is no maintenance window"),
        ({"maintenance": ["Mon 25:00-26:00"]}, "This is no maintenance window"),
        ({"time_zone": "Asia/Purbalingga"}, "There is no time zone 'Asia/Purbalingga'."),
        ({"attempts": 100}, "The value of 'attempts' does not fit."),
        ({"time_out": "long"}, "The value of 'time_out' does not fit."),
        ({"opration": "person"}, "The key 'opration' is not known here. Did you mean 'operation'?"),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_are_told_with_their_place(made: Made, more: dict[str, Any], said: str) -> None:
    told = problems(made, more, DESCRIPTION, "people.by-nik")
    assert any(said in one for one in told), told
    assert not any("s3cret" in one for one in told)


@pytest.mark.parametrize(
    ("description", "more", "said"),
    [
        ({**DESCRIPTION, "security": [{"bearer": []}]}, {}, 'The registry wants a token. Write token = "${NAME}".'),
        ({**DESCRIPTION, "security": [{"password": []}]}, {}, "The way 'password' to log in is not known."),
        ({"swagger": "2.0", "paths": {}}, {}, "This is no OpenAPI 3 description."),
        ([], {}, "This is no OpenAPI 3 description."),
        (
            {**DESCRIPTION, "components": {"schemas": {"Person": {"$ref": "https://evil.example/"}}}},
            {},
            "The description refers elsewhere: https://evil.example/.",
        ),
        (DESCRIPTION, {"address": ""}, "The description does not say where it is served."),
        ({**DESCRIPTION, "servers": [{"url": "file:///etc"}]}, {"address": ""}, "The address is not an https one."),
    ],
)
def test_a_description_that_does_not_fit_is_told(
    made: Made, description: object, more: dict[str, Any], said: str
) -> None:
    told = problems(made, more, description, "people.by-nik")
    assert any(said in one for one in told), told


def test_a_reference_that_leads_to_itself_says_nothing(made: Made) -> None:
    components = {"schemas": {"Person": {"$ref": "#/components/schemas/Person"}}}
    assert problems(made, {}, {**DESCRIPTION, "components": components}, "people.by-nik") == []


def test_settings_that_fit_have_no_problems_and_nobody_is_asked(made: Made, server: Registry) -> None:
    services = made.services(server.address, {"batch": "persons"})
    assert services.problems(["people.by-nik"]) == []
    assert server.asked == []


# --- the description from its address -------------------------------------------------------------------------------


def served(server: Registry, description: object) -> None:
    server.answer = lambda asked: said(description) if asked.path == "/openapi.json" else well(asked)


def test_the_description_says_where_it_is_served(made: Made, server: Registry) -> None:
    served(server, {**DESCRIPTION, "servers": [{"url": "/api"}]})
    services = made.services("", {"openapi": f"{server.address}/openapi.json"})

    assert name_of(services) == (("Mari",),)
    assert [one.path for one in server.asked] == ["/openapi.json", f"/api/people/{MARI}"]


def test_a_description_that_leads_elsewhere_is_not_followed(made: Made, server: Registry) -> None:
    served(server, {**DESCRIPTION, "servers": [{"url": "https://evil.example/"}]})
    services = made.services("", {"openapi": f"{server.address}/openapi.json"})

    [problem] = services.problems(["people.by-nik"])

    assert "The description is of another server: 'https://evil.example/'." in str(problem)


def test_a_registry_that_is_down_when_a_run_begins_keeps_nobody_from_running(made: Made, server: Registry) -> None:
    server.answer = lambda asked: status(503)
    services = made.services("", {"openapi": f"{server.address}/openapi.json"})

    assert services.problems(["people.by-nik"]) == []
    assert name_of(services) == Down()

    served(server, DESCRIPTION)
    assert name_of(services) == (("Mari",),)


@pytest.mark.parametrize("code", [302, 401, 404])
def test_a_description_that_cannot_be_had_is_a_problem(made: Made, server: Registry, code: int) -> None:
    server.answer = lambda asked: status(code, location="file:///etc/passwd")
    [problem] = made.services("", {"openapi": f"{server.address}/openapi.json"}).problems(["people.by-nik"])

    assert f"The description cannot be read: the answer is {code}." in str(problem)
