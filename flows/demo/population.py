"""Makes the demo's registries: 100,000 people of Purbalingga who do not exist; knows no procedure and no case.

    people = populate(Path("registries"), DEMO_PEOPLE, DEMO_SEED, DEMO_DATE)

writes `siak`, `faskes`, `simkah`, `dtsen`, `bpjs` and `pbb` with the ending `.sqlite`. The same arguments give the same
tables, whatever machine they are made on. Ages, families and names are true to the region, numbers are built as the law
builds them, and the faults of real registries occur as often as in `shares`.
"""

from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

from flows.demo import registries
from flows.demo.households import homes
from flows.demo.newborns import WITNESS_SINCE, Newborn, newborns, recorded_births
from flows.demo.numbers import Numbers
from flows.demo.oddities import Oddity, odd_families
from flows.demo.people import Family, person_rows, registered
from flows.demo.records import (
    death_rows,
    diagnosis_rows,
    insurance_rows,
    land_tax_rows,
    marriage_rows,
    poverty_rows,
    ranked,
)

DEMO_DATE = date(2026, 11, 1)
DEMO_PEOPLE = 100_000
DEMO_SEED = 3303
DEMO_NEWBORNS = 1_500


class Count(NamedTuple):
    """How many rows a table of a registry has."""

    registry: str
    table: str
    rows: int


class Population(NamedTuple):
    """What was made: where the registries are, how much is in them, and the births still to be recorded.

    `newborns` have parents and witnesses about whom the registries are right. The babies of `oddities` do not.
    """

    folder: Path
    counts: tuple[Count, ...]
    newborns: tuple[Newborn, ...]
    oddities: tuple[Oddity, ...]

    def path(self, registry: str) -> Path:
        """Return the file of a registry, such as `siak`."""
        return registry_path(self.folder, registry)


def registry_path(folder: Path, registry: str) -> Path:
    """Return where the file of a registry stands in a folder.

    >>> registry_path(Path("registries"), "siak").name
    'siak.sqlite'
    """
    return folder / f"{registry}.sqlite"


def populate(folder: Path, people: int, seed: int, today: date, *, newborn_babies: int = DEMO_NEWBORNS) -> Population:
    """Write the registries of a made-up population and return what is in them.

    Takes about 4 seconds for 100,000 people, and grows with their number.

    Args:
        folder: Where the databases go; made if it is not there. Those that are there are replaced.
        people: How many people; some twenty come on top, of the families made by hand.
        seed: The only source of chance.
        today: The day on which all this is so.
        newborn_babies: How many babies wait for their deed; fewer if the population has not enough mothers.

    Returns:
        The counts and the babies.

    Raises:
        ValueError: If a number is negative.
    """
    if people < 0 or newborn_babies < 0:
        raise ValueError(f"a population cannot have {people} people and {newborn_babies} newborn babies")
    numbers = Numbers()
    families = registered(_chance(seed, "families"), homes(_chance(seed, "homes"), people, today), numbers, today)
    persons = person_rows(_chance(seed, "persons"), families, numbers, today)
    babies = newborns(_chance(seed, "newborns"), families, newborn_babies, today)
    chance = _chance(seed, "records")
    births = recorded_births(chance, families, today)
    births += [baby.birth.row(baby.mother_nik) for baby in babies if baby.in_facility]
    ranks = ranked(chance, families)
    witnesses = _two_witnesses(families)
    odd = odd_families(_chance(seed, "oddities"), today, witnesses)
    tables = {
        "siak": [
            ("person", registries.SIAK_PERSON, persons + odd.persons),
            ("family", registries.SIAK_FAMILY, [family.row for family in families] + odd.families),
        ],
        "faskes": [
            ("birth", registries.FASKES_BIRTH, births + odd.births),
            (
                "death",
                registries.FASKES_DEATH,
                death_rows(_chance(seed, "deaths"), families, _busy(babies, witnesses), today),
            ),
            ("diagnosis", registries.FASKES_DIAGNOSIS, diagnosis_rows(chance, families, today)),
        ],
        "simkah": [("marriage", registries.SIMKAH_MARRIAGE, marriage_rows(chance, families) + odd.marriages)],
        "dtsen": [("family", registries.DTSEN_FAMILY, poverty_rows(chance, ranks) + odd.deciles)],
        "bpjs": [("member", registries.BPJS_MEMBER, insurance_rows(chance, ranks) + odd.members)],
        "pbb": [("taxpayer", registries.PBB_TAXPAYER, land_tax_rows(chance, families) + odd.taxpayers)],
    }
    folder.mkdir(parents=True, exist_ok=True)
    for registry, its_tables in tables.items():
        registries.write(registry_path(folder, registry), [(table, rows) for _, table, rows in its_tables])
    counts = tuple(
        Count(registry, name, len(rows)) for registry, its_tables in tables.items() for name, _, rows in its_tables
    )
    return Population(folder, counts, babies, odd.oddities)


def _chance(seed: int, purpose: str) -> Random:
    """Return a source of chance for one part of the work, so that more of one thing does not change the others."""
    return Random(f"{seed} {purpose}")


def _busy(babies: tuple[Newborn, ...], witnesses: tuple[str, str]) -> frozenset[str]:
    """Return the numbers of those who have births to report or to witness: they are alive."""
    about = {
        nik for baby in babies for nik in (baby.mother_nik, baby.father_nik, baby.informant_nik, *baby.witness_niks)
    }
    return frozenset(nik for nik in {*about, *witnesses} if nik)


def _two_witnesses(families: list[Family]) -> tuple[str, str]:
    """Return the first two grown-up people in order; the same number for both where there are not two."""
    found = [
        person.nik for family in families for person in family.members if person.age >= WITNESS_SINCE and person.clean
    ][:2]
    return (found[0], found[-1]) if found else ("", "")
