"""Every example on the page of the language is checked, within surroundings that give its names a meaning."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from processes import condition
from processes.condition_tree import FUNCTIONS
from processes.element import Assurance
from processes.problem import Severity
from processes.procedure import KINDS
from processes.reading import LISTS, SINGLE, read

README = (Path(__file__).parents[2] / "processes" / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml ([^\n]*)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)

AROUND: dict[str, dict[str, Any]] = {
    "entity": {
        "person": {
            "key": "nik",
            "elements": {
                **dict.fromkeys(["nik", "name", "phone", "birth_kind"], "text"),
                "birth_date": "date",
                "age_days": {"type": "number", "computed": "today() - birth_date"},
                "birth_weight": "number",
                "born_in_facility": "yes/no",
            },
            "relations": {"mother": "person", "father": "person", "spouse": "person", "family": "family"},
        },
        "family": {
            "key": "kk_no",
            "elements": {
                "kk_no": "text",
                "address": "text",
                "income": "money",
                "quota": "money",
                "housing": {"type": "choice", "codes": "housing"},
            },
            "relations": {"head": "person", "members": "many person"},
        },
    },
    "form": {
        "F-2.01": {
            "title": "F-2.01",
            "parts": {
                "informant": {"about": "person", "role": "applicant", "fields": ["name"]},
                "child": {"about": "person", "role": "child", "fields": ["name"]},
            },
        },
        "F-1.02": {"title": "F-1.02", "parts": {"person": {"about": "person", "fields": ["name"]}}},
    },
    "registry": {
        "siak": {
            "title": "SIAK",
            "agency": "disdukcapil",
            "services": {
                "person-by-nik": {
                    "about": "person",
                    "needs": ["nik"],
                    "gives": ["name", "birth_date", "mother", "mother.name"],
                },
                "verify": {"about": "person", "needs": ["nik"], "confirms": ["name"]},
                "couple": {
                    "about": {"husband": "person", "wife": "person"},
                    "needs": ["husband.nik", "wife.nik"],
                    "gives": ["wife.name"],
                },
            },
        },
        "faskes": {
            "title": "Faskes",
            "agency": "disdukcapil",
            "services": {"diagnosis": {"about": "person", "needs": ["nik"], "gives": ["name"]}},
        },
    },
    "codes": {"housing": {"own": "own", "rent": "rented"}},
    "agencies": {
        "disdukcapil": {"title": "Dinas", "officers": {"head": "head", "counter": "counter"}},
        "desa": {"title": "Desa"},
        "dinsos": {"title": "Dinsos"},
    },
    "registers": {"birth-statistics": {"title": "BPS", "agency": "desa"}},
    "purposes": {"civil-registration": "civil registration", "health-insurance": "health insurance"},
    "identification": {"ikd": {"title": "IKD", "about": "person"}},
    "evidence": {
        name: {"title": name, "about": "person", "carries": ["name"]}
        for name in ("ktp", "kk", "birth-notice", "marriage-book", "sptjm")
    },
}

# What a procedure is that an example of roles or of steps stands in.
ROLES = {
    "applicant": "person",
    "child": "person",
    "mother": {"is": "child.mother"},
    "father": {"is": "child.father"},
    "family": "family",
}
BEFORE = [{"form": "first", "asks": ["applicant.name", "child.name", "child.birth_date", "family.kk_no", "father.nik"]}]
AFTER = [{"form": "last", "asks": ["mother.name"]}]


def within(folder: Path, block: str, kind: str) -> Path:
    """Write an example into a folder, with what it needs around it, and return the example's file."""
    data = yaml.safe_load(block)
    if kind in ("fragment", "steps"):
        names = [name for step in data for name in [step.get("form")]] if kind == "steps" else []
        data = {
            "procedure": "example",
            "title": "Example",
            "agency": "disdukcapil",
            "purpose": "civil-registration",
            "roles": ROLES | (data["roles"] if kind == "fragment" else {}),
            "steps": [
                *([] if "apply" in names else [{"form": "apply", "asks": ["mother.phone"]}]),
                *BEFORE,
                *(data if kind == "steps" else []),
                *AFTER,
            ],
        }
    own = next((key for key in data if key in SINGLE), None)
    for kind_around, named in AROUND.items():
        declared = {data[own]} if own == kind_around else set(data.get(kind_around, ()) if own is None else ())
        missing = {name: value for name, value in named.items() if name not in declared}
        if kind_around in LISTS:
            (folder / f"{kind_around}.yaml").write_text(yaml.safe_dump({kind_around: missing}, sort_keys=False))
        else:
            for name, value in missing.items():
                text = yaml.safe_dump({kind_around: name, **value}, sort_keys=False)
                (folder / f"{kind_around}-{name}.yaml").write_text(text)
    file = folder / "example.yaml"
    file.write_text(
        block if kind not in ("fragment", "steps") else yaml.safe_dump(data, sort_keys=False), encoding="utf-8"
    )
    return file


def test_the_files_of_the_first_procedure_have_no_fault(tmp_path: Path) -> None:
    files = {info.removeprefix("file="): block for info, block in BLOCKS if info.startswith("file=")}
    for name, block in files.items():
        (tmp_path / name).write_text(block, encoding="utf-8")

    assert len(files) == 3
    assert read([tmp_path]).problems == ()


EXAMPLES = [(info.removeprefix("kind="), block) for info, block in BLOCKS if info.startswith("kind=")]


@pytest.mark.parametrize(
    ("kind", "block"), EXAMPLES, ids=[f"{kind}: {block.splitlines()[0]}" for kind, block in EXAMPLES]
)
def test_an_example_has_no_problem(kind: str, block: str, tmp_path: Path) -> None:
    file = within(tmp_path, block, kind)

    problems = [problem for problem in read([tmp_path]).problems if problem.severity is Severity.PROBLEM]

    assert [str(problem) for problem in problems] == [], file.read_text()


def test_every_example_says_what_it_is() -> None:
    assert BLOCKS
    assert all(
        re.fullmatch(r"file=[\w.-]+|kind=(entity|form|registry|policy|lists|fragment|steps)", info)
        for info, _ in BLOCKS
    )
    assert len(BLOCKS) == README.count("```yaml")


def test_every_expression_on_the_page_can_be_read() -> None:
    [block] = re.findall(r"^```text\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    for line in block.splitlines():
        for text in re.split(r"\s{3,}", line.strip()):
            assert condition.parse(text)


@pytest.mark.parametrize("name", [*KINDS, *SINGLE, *LISTS, *FUNCTIONS])
def test_the_page_speaks_of_every_kind_and_function(name: str) -> None:
    assert re.search(rf"\b{re.escape(name)}\b", README)


def test_the_page_names_every_key() -> None:
    for model in {*SINGLE.values(), *KINDS.values()}:
        for name, field in model.model_fields.items():
            key = field.alias or name
            if name != "where":
                assert re.search(rf"\b{re.escape(key)}\b", README), f"{model.__name__}: {key}"


def test_the_page_names_every_level() -> None:
    assert all(level.words.en in README for level in Assurance)
