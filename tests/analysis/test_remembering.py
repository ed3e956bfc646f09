"""After an edit only what depends on it is computed again; and what a procedure cannot reach changes nothing about it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.redesign import analysed
from analysis.remembering import Remembered
from processes.catalogue import Catalogue
from processes.policy import Policy
from processes.procedure import Procedure
from processes.reaching import reached
from processes.reading import Read, read
from tests.catalogue import analysis, policy, procedure, sample
from tests.generating import few, few_policy, tiny
from tests.seeds import blocks

SAMPLE = Path("processes/purbalingga")
ALL = {
    "akta-kelahiran",
    "akta-kematian",
    "kartu-keluarga",
    "kia",
    "ktp-el",
    "pbi-apbd",
    "perubahan-data",
    "pindah-keluar",
    "sktm",
}


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_a_procedure_cannot_reach_changes_nothing_about_it(name: str) -> None:
    part = reached(procedure(name), sample().catalogue)

    assert analysed(procedure(name), part, policy()) == analysis(name)
    assert reached(procedure(name), part) == part


@pytest.mark.parametrize("seeds", blocks(50, 10), ids=str)
def test_nor_on_random_procedures(seeds: range) -> None:
    for seed in seeds:
        for made, chosen in ((tiny(seed), Policy(id="usual")), (few(seed), few_policy(seed))):
            part = reached(made.procedure, made.catalogue)
            now = analysed(made.procedure, part, chosen), analysed(made.procedure, made.catalogue, chosen)
            assert now[0] == now[1], f"seed {seed}"


# --- which procedures are computed again after which edit -----------------------------------------------------------


def edited(files: Read, file: str, old: str, new: str, tmp_path: Path) -> Read:
    """Return the sample catalogue with one file edited."""
    folder = tmp_path / "edited"
    for path in SAMPLE.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if str(path.relative_to(SAMPLE)) == file:
            assert old in text, f"{file} no longer says {old}"
            text = text.replace(old, new, 1)
        target = folder / path.relative_to(SAMPLE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    found = read([folder])
    assert not [one for one in found.problems if one.severity == "problem"]
    return found


def counting() -> tuple[Remembered[str], Callable[[Read], set[str]]]:
    """Return a memory, and what looks with it: which procedures it computes again."""
    computed: list[str] = []

    def compute(procedure: Procedure, catalogue: Catalogue, policy: Policy) -> str:
        computed.append(procedure.id)
        return procedure.id

    memory = Remembered(compute)

    def look(found: Read) -> set[str]:
        computed.clear()
        told = memory.about(found.procedures, found.catalogue, found.policies[0])
        assert {one.procedure.id for one in told} == {one.id for one in found.procedures}
        assert {one.procedure.id for one in told if one.again} == set(computed)
        return set(computed)

    return memory, look


@pytest.mark.parametrize(
    ("file", "old", "new", "again"),
    [
        ("procedures/kia.yaml", "minutes: ", "minutes: 1", {"kia"}),
        ("forms/F-2.01.yaml", "title: {id: ", "title: {id: X", {"akta-kelahiran", "akta-kematian"}),
        ("forms/SKTM.yaml", "title: {id: ", "title: {id: X", {"sktm"}),
        ("forms/SKTM.yaml", "title: ", "title:  ", set()),
        ("registries/pbb.yaml", "seconds: ", "seconds: 1", {"sktm"}),
        ("registries/dtsen.yaml", "seconds: ", "seconds: 1", {"pbi-apbd"}),
        ("registries/siak.yaml", "seconds: ", "seconds: 1", ALL),
        ("registries/faskes.yaml", "coverage: 35%", "coverage: 45%", {"akta-kelahiran", "akta-kematian"}),
        ("agreements.yaml", "until: 2028-07-31", "until: 2029-07-31", {"pbi-apbd"}),
        ("policy.yaml", "contact_minutes: 30", "contact_minutes: 31", ALL),
    ],
    ids=[
        "procedure",
        "form",
        "form of one",
        "spaces",
        "registry of one",
        "another",
        "of all",
        "a service",
        "agreement",
        "policy",
    ],
)
def test_only_what_depends_on_an_edit_is_computed_again(
    file: str, old: str, new: str, again: set[str], tmp_path: Path
) -> None:
    _, look = counting()
    before = edited(sample(), "", "", "", tmp_path)

    assert look(before) == ALL
    assert look(before) == set()
    assert look(edited(before, file, old, new, tmp_path)) == again
    assert look(edited(before, "", "", "", tmp_path)) == again, "and back"


def test_a_procedure_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    memory, look = counting()
    whole = edited(sample(), "", "", "", tmp_path)
    look(whole)

    fewer = whole._replace(procedures=tuple(one for one in whole.procedures if one.id != "kia"))
    assert look(fewer) == set()
    assert look(whole) == {"kia"}
    assert len(memory._told) == len(ALL)
