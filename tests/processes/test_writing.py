"""What is written reads back equal, in the style of the language's page, and nothing the reader would grumble about."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import processes
from analysis.redesign import redesigned
from processes.catalogue import Form, Registry
from processes.element import Entity
from processes.fitting import fit
from processes.part import NOWHERE, Part, placeless
from processes.policy import Policy
from processes.procedure import FormStep, FormUse, PartUse, Procedure, Role, Wait
from processes.reading import SINGLE, Lists, Read, read
from processes.shapes import Duration
from processes.words import Words, same
from processes.writing import WIDTH, part_text, procedure_text
from processes.yaml_text import parse
from tests.strategies import ODD_TEXTS, parts, procedures

SAMPLE = Path(processes.__file__).parent / "purbalingga"
PAGE = (Path(processes.__file__).parent / "README.md").read_text(encoding="utf-8")
WHOLE_FILES = re.findall(r"```yaml (?:file=|kind=(?!fragment|steps))(\S+)\n(.*?)```", PAGE, re.DOTALL)
STEPS = re.findall(r"```yaml kind=steps\n(.*?)```", PAGE, re.DOTALL)


def read_back(text: str, model: type[Part]) -> Part:
    """What a text says; nothing in it may be a problem."""
    document = parse(text, "written.yaml")
    assert document.problems == ()
    fitted = fit(model, document)
    assert fitted.problems == ()
    assert fitted.value is not None
    return placeless(fitted.value)


def model_of(text: str) -> type[Part]:
    data = parse(text, "page.yaml").data or {}
    return next((model for key, model in SINGLE.items() if key in data), Lists)


def made(**fields: object) -> Procedure:
    """A small procedure with these fields."""
    usual = {
        "id": "visit",
        "title": same("Visit"),
        "agency": "desa",
        "purpose": "care",
        "roles": (Role(id="owner", entity="person"),),
        "steps": (Wait(id="pause"),),
    }
    return Procedure.model_validate({**usual, **fields})


def lines_of(procedure: Procedure) -> list[str]:
    return [line.strip() for line in procedure_text(procedure).splitlines()]


@given(procedures())
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_procedure_reads_back_equal(procedure: Procedure):
    assert read_back(procedure_text(procedure), Procedure) == procedure


@pytest.mark.parametrize("model", [Entity, Form, Registry, Policy, Lists])
@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_other_file_reads_back_equal(model: type[Part], data: st.DataObject):
    part = data.draw(parts(model))
    assert read_back(part_text(part), model) == part


@pytest.mark.parametrize("text", ODD_TEXTS, ids=repr)
def test_odd_texts_read_back_wherever_they_stand(text: str):
    procedure = made(
        title=Words(id=text, en="x"),
        note=text,
        legal_basis=(text, text),
        steps=(Wait(id="pause", note=text), Wait(id="again", title=same(text))),
    )
    assert read_back(procedure_text(procedure), Procedure) == procedure


@pytest.mark.parametrize(("name", "text"), WHOLE_FILES, ids=[name for name, _ in WHOLE_FILES])
def test_the_pages_examples_are_written_as_they_stand_there(name: str, text: str):
    model = model_of(text)
    value = fit(model, parse(text, name)).value
    assert value is not None
    assert not_said(part_text(value)) == not_said(text)


def not_said(text: str) -> list[str]:
    """The lines without what may be written in several ways: shares in percent, usual values, another order."""
    text = re.sub(r"\b(\d+)%", lambda share: f"{int(share[1]) / 100:g}", text).replace("0.50", "0.5")
    usual = r"^ *(minutes: [15]|agreements: in force|(contact|consent|look_over)_minutes: .*)\n"
    text = re.sub(usual, "", text, flags=re.MULTILINE)
    return sorted("".join(sorted(line)) for line in text.rstrip().splitlines())


@pytest.mark.parametrize("text", STEPS, ids=range(len(STEPS)))
def test_the_pages_steps_read_back_equal(text: str):
    indented = "".join(f"  {line}\n" for line in text.splitlines())
    head = "procedure: a\ntitle: a\nagency: a\npurpose: a\nroles: {applicant: person}\nsteps:\n"
    fitted = fit(Procedure, parse(head + indented, "page.yaml"))
    assert fitted.problems == ()
    value = fitted.value
    assert value is not None
    assert read_back(procedure_text(value), Procedure) == placeless(value)


@pytest.fixture(scope="module")
def sample() -> Read:
    return read([SAMPLE])


@pytest.mark.parametrize("path", sorted(SAMPLE.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_file_of_the_sample_reads_back_equal(path: Path):
    text = path.read_text(encoding="utf-8")
    value = fit(model_of(text), parse(text, path.name)).value
    assert value is not None
    assert read_back(part_text(value), type(value)) == placeless(value)


@pytest.mark.parametrize("name", sorted(path.stem for path in (SAMPLE / "procedures").glob("*.yaml")))
def test_every_redesign_of_the_sample_reads_back_equal(name: str, sample: Read):
    procedure = next(one for one in sample.procedures if one.id == name)
    after = redesigned(procedure, sample.catalogue, sample.policies[0]).after
    assert after is not None
    assert read_back(procedure_text(after), Procedure) == placeless(after)


def test_equal_procedures_are_written_alike():
    assert procedure_text(made()) == procedure_text(made())


def test_a_header_stands_above_as_comments():
    text = procedure_text(made(), ["yaml-language-server: $schema=.schemas/procedure.json", "two\nlines", ""])
    assert text.splitlines()[:5] == [
        "# yaml-language-server: $schema=.schemas/procedure.json",
        "# two",
        "# lines",
        "#",
        "procedure: visit",
    ]


def test_lists_that_are_too_long_for_a_line_get_a_line_an_item():
    laws = tuple(f"Peraturan Menteri Dalam Negeri Nomor {n} Tahun 2019" for n in range(4))
    text = procedure_text(made(legal_basis=laws))
    assert f"legal_basis:\n  - {laws[0]}\n" in text
    assert max(map(len, text.splitlines())) <= WIDTH


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"volume": 14200.0}, "volume: 14200 per year"),
        ({"volume": 0.5}, "volume: 0.5"),
        ({"time_limit": Duration(3, "working days")}, "time_limit: 3 working days"),
        ({"time_limit": Duration(1, "months")}, "time_limit: 1 month"),
        ({"time_limit": Duration(45, "minutes")}, "time_limit: 45"),
        ({"time_limit": Duration(1234567.125, "hours")}, "time_limit: 1234567.125 hours"),
        ({"abandoned": 0.15}, "abandoned: 0.15"),
        ({"roles": (Role(id="movers", many="person"),)}, "movers: many person"),
        ({"roles": (Role(id="movers", many="person", expected=2.5),)}, "movers: {many: person, expected: 2.5}"),
        ({"roles": (Role(id="no", entity="person"),)}, "'no': person"),
        ({"legal_basis": ("12:30", "1", "on")}, "legal_basis: ['12:30', '1', 'on']"),
        ({"steps": (FormStep(id="apply", uses=(FormUse(id="F-2.01"),)),)}, "uses: F-2.01"),
        ({"steps": (FormStep(id="apply", by=None),)}, "by: null"),
        ({"steps": (FormStep(id="apply", only=("report of witness_1",)),)}, "only: [report of witness_1]"),
        (
            {"steps": (FormStep(id="apply", uses=(FormUse(id="F-1", parts=(PartUse(id="child"),)),)),)},
            "F-1: [child]",
        ),
        (
            {"steps": (FormStep(id="apply", uses=(FormUse(id="F-1", parts=(PartUse(id="a", roles=("b", "c")),)),)),)},
            "F-1: {a: [b, c]}",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_shorthands_are_used(fields: dict[str, object], line: str):
    assert line in lines_of(made(**fields))


def test_a_value_without_places_is_equal_to_one_made_by_code():
    value = fit(Procedure, parse(procedure_text(made()), "visit.yaml")).value
    assert value is not None
    assert value.steps[0].where.line > 1
    assert value != made()
    assert placeless(value) == made()
    assert placeless(value).steps[0].where == NOWHERE
