"""The schemas accept what the language accepts, refuse what it refuses, and offer the names of the catalogue."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

import processes
from processes.catalogue import Catalogue
from processes.part import Part
from processes.procedure import KINDS, Procedure
from processes.reading import SINGLE, Read, read
from processes.schema import FOLDER, Schema, schema_files, schemas
from processes.writing import procedure_text
from processes.yaml_text import parse
from tests.strategies import procedures

HERE = Path(processes.__file__).parent
SAMPLE = HERE / "purbalingga"
PAGE = (HERE / "README.md").read_text(encoding="utf-8")
FILES = sorted(SAMPLE.rglob("*.yaml"))
EXAMPLES = re.findall(r"```yaml (?:file=|kind=(?!fragment|steps))(\S+)\n(.*?)```", PAGE, re.DOTALL)
HEAD = "procedure: a\ntitle: a\nagency: disdukcapil\npurpose: civil-registration\nroles: {applicant: person}\nsteps:\n"


@pytest.fixture(scope="module")
def sample() -> Read:
    return read([SAMPLE])


@pytest.fixture(scope="module")
def of_sample(sample: Read) -> dict[str, Schema]:
    return schemas(sample.catalogue, sample.procedures)


@pytest.fixture(scope="module")
def of_nothing() -> dict[str, Schema]:
    return schemas(Catalogue())


def faults(made: dict[str, Schema], text: str) -> list[str]:
    """What a schema holds against a text."""
    data = parse(text, "tried.yaml").data
    kind = next((kind for kind in SINGLE if kind in (data or {})), "lists")
    return [error.message for error in Draft202012Validator(made[kind]).iter_errors(data)]


@pytest.mark.parametrize("kind", [*SINGLE, "lists"])
def test_every_schema_is_one(kind: str, of_sample: dict[str, Schema]):
    Draft202012Validator.check_schema(of_sample[kind])


def test_every_reference_leads_somewhere(of_sample: dict[str, Schema]):
    for schema in of_sample.values():
        wanted = set(re.findall(r'"\$ref": "#/\$defs/([^"]+)"', json.dumps(schema)))
        assert wanted == set(schema["$defs"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_of_the_sample_fits(path: Path, of_sample: dict[str, Schema]):
    assert faults(of_sample, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_every_example_of_the_page_fits_where_no_names_are_known(name: str, text: str, of_nothing: dict[str, Schema]):
    assert faults(of_nothing, text) == []


@given(procedures())
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_procedure_that_can_be_written_fits(procedure: Procedure):
    text = procedure_text(procedure)
    if re.search(r"- id: ", text) is None:  # the full length, for names used twice, is not offered
        assert faults(_OF_NOTHING, text) == []


_OF_NOTHING = schemas(Catalogue())

STEPS_THAT_DO_NOT_FIT = {
    "unknown kind": "- from: apply",
    "two kinds": "- form: apply\n    check: look",
    "unknown key": "- form: apply\n    minuts: 3",
    "another kind's key": "- form: apply\n    verifies: [applicant.name]",
    "unknown form": "- form: apply\n    uses: F-9.99",
    "unknown part of a form": "- form: apply\n    uses: {F-2.01: [nobody]}",
    "unknown service": "- lookup: data\n    service: siak.nothing\n    about: applicant",
    "unknown log-in": "- identify: who\n    with: nothing",
    "unknown paper": "- form: apply\n    documents: [nothing of applicant]",
    "paper of nobody": "- form: apply\n    documents: [ktp]",
    "unknown officer": "- check: look\n    by: nobody of disdukcapil",
    "unknown register": "- issue: card\n    records: {nothing: [applicant.name]}",
    "unknown registry": "- issue: card\n    changes: [nothing]",
    "unknown procedure": "- issue: card\n    starts: [nothing]",
    "unknown level": "- issue: card\n    carries: [applicant.name at certain]",
    "share above one": "- decide: a\n    ways: [{way: b, share: 2}]",
    "no ways": "- decide: a\n    ways: []",
    "time without unit": "- wait: a\n    for: 3 moons",
    "if and else": "- choose:\n      - if: applicant.age > 3\n        else: []",
    "neither if nor else": "- choose:\n      - share: 0.1",
    "text for a number": "- pay: fee\n    fee: much",
}


@pytest.mark.parametrize("steps", STEPS_THAT_DO_NOT_FIT.values(), ids=STEPS_THAT_DO_NOT_FIT)
def test_steps_that_do_not_fit_are_refused(steps: str, of_sample: dict[str, Schema]):
    assert faults(of_sample, f"{HEAD}  - notify: all\n") == []
    assert faults(of_sample, f"{HEAD}  {steps}\n") != []


OTHERS_THAT_DO_NOT_FIT = {
    "procedure": HEAD.replace("disdukcapil", "nobody") + "  - notify: all\n",
    "purpose": HEAD.replace("civil-registration", "nothing") + "  - notify: all\n",
    "role": HEAD.replace("person", "persons") + "  - notify: all\n",
    "many-role": HEAD.replace("person", "many persons") + "  - notify: all\n",
    "volume": HEAD.replace("title: a", "title: a\nvolume: 3 a year") + "  - notify: all\n",
    "form": "form: F-1\ntitle: a\nparts: {all: {about: nobody, fields: [name]}}\n",
    "field": "form: F-1\ntitle: a\nparts: {all: {about: person, fields: [{ask: name}]}}\n",
    "act": "form: F-1\ntitle: a\nparts: {all: {about: person, fields: [{act: dance}]}}\n",
    "entity": "entity: person\nkey: nik\nelements: {nik: {type: string}}\n",
    "codes": "entity: person\nkey: nik\nelements: {nik: {type: choice, codes: nothing}}\n",
    "relation": "entity: person\nkey: nik\nelements: {nik: text}\nrelations: {mother: persons}\n",
    "registry": "registry: siak\ntitle: a\nagency: nobody\n",
    "service": "registry: siak\ntitle: a\nagency: disdukcapil\nservices: {a: {about: person, need: [nik]}}\n",
    "policy": "policy: usual\nagreements: some\n",
    "date": "policy: usual\ndate: 2026\n",
    "agreement": "agreements: {a: {consumer: nobody, services: [siak.verify], purposes: [civil-registration]}}\n",
    "evidence": "evidence: {a: {title: a, about: nobody, carries: [name]}}\n",
    "title": "purposes: {a: {id: a}}\n",
    "officer": "agencies: {a: {title: a, officers: {head: {}}}}\n",
    "unknown list": "agency: {a: {title: a}}\n",
}


@pytest.mark.parametrize("text", OTHERS_THAT_DO_NOT_FIT.values(), ids=OTHERS_THAT_DO_NOT_FIT)
def test_files_that_do_not_fit_are_refused(text: str, of_sample: dict[str, Schema]):
    assert faults(of_sample, text) != []


def offered(schema: Schema, kind: str) -> dict[str, str]:
    """The values an editor offers for a kind of name, with what it says of them."""
    found: Any = schema["$defs"][f"{kind}-name"]
    found = found["anyOf"][0] if "anyOf" in found else found
    return dict(zip(found["enum"], found.get("enumDescriptions", []), strict=False)) or dict.fromkeys(found["enum"], "")


def test_names_are_offered_with_their_titles(sample: Read, of_sample: dict[str, Schema]):
    schema = of_sample["procedure"]
    assert offered(schema, "form").keys() == sample.catalogue.form.keys()
    assert offered(schema, "service").keys() == sample.catalogue.service.keys()
    assert offered(schema, "agency").keys() == sample.catalogue.agency.keys()
    title = sample.catalogue.agency["disdukcapil"].title
    assert offered(schema, "actor")["disdukcapil"] == f"{title.id} / {title.en}"
    assert "head of disdukcapil" in offered(schema, "actor")
    assert "applicant.name" in offered(schema, "fact")
    assert "ktp of applicant" in schema["$defs"]["paper-name"]["examples"]
    assert "name" in offered(of_sample["form"], "element")


def test_roles_and_facts_nobody_has_named_yet_are_not_refused(of_sample: dict[str, Schema]):
    steps = "  - form: apply\n    by: guardian\n    asks: [guardian.name, heirs.family.address]\n"
    assert faults(of_sample, HEAD.replace("applicant", "guardian") + steps) == []


def test_the_order_of_files_makes_no_difference(sample: Read):
    catalogue = sample.catalogue
    turned = {name: tuple(reversed(value)) for name, value in catalogue if isinstance(value, tuple) and name != "where"}
    backwards = catalogue.model_copy(update=turned)
    assert schema_files(backwards, reversed(sample.procedures)) == schema_files(catalogue, sample.procedures)


def properties(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(properties, schema))
    if not isinstance(schema, dict):
        return set()
    if schema.get("type") == "object" and schema.get("additionalProperties") is False:
        return set(schema.get("properties", ())).union(*map(properties, schema.values()))
    return set().union(*map(properties, schema.values()))


def test_the_page_speaks_of_every_key(of_nothing: dict[str, Schema]):
    keys = set().union(*map(properties, of_nothing.values()))
    code = " ".join(re.findall(r"`[^`\n]+`|```.*?```", PAGE, re.DOTALL))
    assert {key for key in keys if not re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", code)} == set()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_of_step_says_what_it_is(kind: type[Part], of_nothing: dict[str, Schema]):
    name = str(getattr(kind, "kind", ""))
    step = of_nothing["procedure"]["$defs"][f"{name.replace(' ', '-')}-step"]
    assert step["description"] == kind.__doc__
    assert step["required"][0] == name


def test_the_page_is_what_editors_show(of_nothing: dict[str, Schema]):
    step = of_nothing["procedure"]["$defs"]["form-step"]["properties"]
    assert step["waits"]["description"] == "how long it lies in the queue before"
    assert of_nothing["lists"]["$defs"]["evidencetype-named"]["properties"]["valid"]["description"] == "for how long"


def test_the_samples_schemas_are_current(sample: Read):
    made = schema_files(sample.catalogue, sample.procedures)
    written = {path.name: path.read_text(encoding="utf-8") for path in (SAMPLE / FOLDER).glob("*.json")}
    outdated = [name for name in made if written.get(name) != made[name]]
    assert (outdated, sorted(written)) == ([], sorted(made)), f"run: sekali schema {SAMPLE.relative_to(HERE.parent)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_of_the_sample_leads_editors_to_its_schema(path: Path):
    text = path.read_text(encoding="utf-8")
    data = parse(text, path.name).data or {}
    kind = next((kind for kind in SINGLE if kind in data), "lists")
    folder = os.path.relpath(SAMPLE / FOLDER, path.parent)
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={folder}/{kind}.json"
