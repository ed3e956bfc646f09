"""Every kind of finding is explained in analysis/README.md, with an example that really comes to it."""

import re
from pathlib import Path

import pytest

from analysis.finding import KINDS
from analysis.findings.asked_elsewhere import asked_elsewhere
from analysis.redesign import analysed
from processes.policy import Policy
from processes.reading import read

README = Path("analysis/README.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"(?ms)^### ([a-z ?]+)\n(.*?)(?=^##|\Z)", README))

CATALOGUE = """
agencies:
  office: {title: Office}
  village: {title: Village}
  treasury: {title: Treasury}
purposes:
  civil-registration: {title: Civil registration}
evidence:
  ktp: {title: Identity card, about: person, carries: [nik, name]}
  introduction: {title: Introduction, about: person, carries: [name], issuer: village}
agreements:
  a01: {consumer: office, services: [people.person-by-nik], purposes: [civil-registration]}
  a02: {consumer: office, services: [treasury.tax-by-nik], purposes: [civil-registration], until: 2020-12-31}
"""
PERSON = """
entity: person
key: nik
elements:
  nik:
  name:
  phone:
  religion:
  birth_date: date
  age_days: {type: number, computed: today() - birth_date}
  tax_paid: yes/no
relations:
  mother: person
"""
REGISTRIES = {
    "people": """
registry: people
title: Population
agency: office
services:
  person-by-nik: {about: person, needs: [nik], gives: [name, religion]}
""",
    "treasury": """
registry: treasury
title: Treasury
agency: treasury
services:
  tax-by-nik: {about: person, needs: [nik], gives: [tax_paid]}
""",
}
PROCEDURE = """
procedure: example
title: Example
agency: office
purpose: civil-registration
roles:
  applicant: person
  child: person
  mother: {is: child.mother}
steps:
"""
ANOTHER = (
    PROCEDURE.replace("procedure: example", "procedure: another")
    .replace("agency: office", "agency: village")
    .replace("title: Example", "title: Another")
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_finding_is_explained(kind: str) -> None:
    assert kind in SECTIONS, f"add '### {kind}' to analysis/README.md"


@pytest.mark.parametrize("kind", sorted(SECTIONS.keys() & set(KINDS)))
def test_the_example_of_a_kind_comes_to_it(kind: str, tmp_path: Path) -> None:
    steps, *others = re.findall(r"```yaml\n(.*?)```", SECTIONS[kind], re.S)
    (line,) = re.findall(r"(?m)^`([a-z ?]+: .*)`$", SECTIONS[kind])
    files = {"lists": CATALOGUE, "person": PERSON, **REGISTRIES, "procedure": PROCEDURE + steps}
    for name, text in (*files.items(), *(("another", ANOTHER + more) for more in others)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    read_in = read([tmp_path])
    assert not [problem for problem in read_in.problems if problem.severity == "problem"]
    procedure = next(one for one in read_in.procedures if one.id == "example")

    findings = analysed(procedure, read_in.catalogue, Policy(id="usual")).findings
    elsewhere = asked_elsewhere(procedure, read_in.catalogue, read_in.procedures)

    assert line in [f"{one.kind}: {one.says.en}" for one in (*findings, *elsewhere)]
