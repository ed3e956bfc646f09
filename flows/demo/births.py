"""Case files for the birth certificate: what the parents would write and what officers would decide; runs nothing."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import orjson

from flows.demo.newborns import Newborn
from flows.demo.population import Population

INCOMPLETE, NOT_ALLOWED = 0.15, 0.02  # shares of what officers decide, as the procedure states them
ASKED = ("nik", "name", "birth_place", "birth_date", "citizenship", "occupation")
CERTIFIED = frozenset({"1", "2", "3"})  # kinds of place of birth with a health worker


def write_births(population: Population, file: Path, count: int, seed: int, today: date) -> int:
    """Write a file of birth-certificate cases, a line each; return how many.

    The first cases are the odd families'; then come babies about whom the registries are right.

    Args:
        population: The people; their registries are read.
        file: Where to write JSON Lines.
        count: How many cases, as far as there are babies.
        seed: What the officers decide depends on nothing else.
        today: The day on which the births are reported.
    """
    odd = [baby for oddity in population.oddities for baby in oddity.newborns]
    babies = [*odd, *population.newborns][:count]
    with closing(sqlite3.connect(f"file:{population.path('siak')}?mode=ro", uri=True)) as siak:
        people = _people(siak, _named(babies))
    chance = Random(f"{seed} officers")
    with file.open("wb") as lines:
        for number, baby in enumerate(babies, start=1):
            lines.write(orjson.dumps(_case(number, baby, people, chance, today)) + b"\n")
    return len(babies)


def _named(babies: Iterable[Newborn]) -> Iterator[str]:
    for baby in babies:
        yield from (nik for nik in (baby.mother_nik, baby.father_nik, baby.informant_nik, *baby.witness_niks) if nik)


def _people(siak: sqlite3.Connection, niks: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the rows of people with those of their families, by NIK."""
    siak.row_factory = sqlite3.Row
    wanted = sorted(set(niks))
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        marks = ",".join("?" * len(some))
        rows = siak.execute(f"select * from person join family using (kk_no) where nik in ({marks})", some)  # noqa: S608  # only question marks
        found |= {row["nik"]: dict(row) for row in rows}
    return found


def _case(number: int, baby: Newborn, people: dict[str, dict[str, Any]], chance: Random, today: date) -> dict[str, Any]:
    birth = baby.birth
    mother, father = people[baby.mother_nik], people.get(baby.father_nik or "")
    first, second = (people[nik] for nik in baby.witness_niks)
    nik = _new_nik(mother, birth.sex, birth.day, number)
    facts: dict[str, Any] = {
        **_person("applicant", people[baby.informant_nik]),
        **_person("mother", mother),
        **_person("father", father),
        **_person("witness_1", first),
        **_person("witness_2", second),
        "mother.marital_status": mother["marital_status"],
        "mother.spouse": baby.father_nik if mother["marital_status"] == "2" else None,
        "mother.spouse.name": father["name"] if father and mother["marital_status"] == "2" else None,
        "mother.marriage_deed_no": mother["marriage_deed_no"],
        "mother.marriage_date": mother["marriage_date"],
        "child.nik": nik,  # given by the office; the form asks for it all the same
        "child.name": baby.name,
        "child.family": mother["kk_no"],
        "child.citizenship": "WNI",
        "child.passport_no": None,
        "child.sex": birth.sex,
        "child.birth_place_kind": birth.place_kind,
        "child.birth_place": birth.place,
        "child.birth_date": birth.day.isoformat(),
        "child.birth_time": birth.time,
        "child.birth_kind": birth.kind,
        "child.birth_order": birth.order,
        "child.birth_attendant": birth.attendant,
        "child.birth_weight_g": birth.weight_g,
        "child.birth_length_cm": birth.length_cm,
        "child.birth_deed_no": _deed_number(baby, number, today),
    }
    return {"case": f"AK-{number:05d}", "facts": facts, "decisions": _decisions(chance)}


def _person(role: str, row: dict[str, Any] | None) -> dict[str, Any]:
    """Return the answers about one person; nobody, if there is none."""
    facts = {f"{role}.{name}": row[name] if row else None for name in ASKED}
    return facts | {
        f"{role}.family": row["kk_no"] if row else None,
        f"{role}.family.address": row["address"] if row else None,
        f"{role}.passport_no": None,
    }


def _decisions(chance: Random) -> dict[str, Any]:
    """Return what officers decide wherever the case comes by."""
    complete = ["incomplete", "complete"] if chance.random() < INCOMPLETE else ["complete"]
    late = "not-allowed" if chance.random() < NOT_ALLOWED else "allowed"
    done = ("counter", "birth-notice", "stamp-duty", "father", "read-draft", "verification", "validation", "signature")
    return {**dict.fromkeys(done, "done"), "complete": complete, "late-registration": late}


def _new_nik(mother: dict[str, Any], sex: str, born: date, number: int) -> str:
    """Return the number the office would give: district, day of birth (40 added for girls), serial."""
    day = born.day + (40 if sex == "2" else 0)
    return f"{mother['kk_no'][:6]}{day:02d}{born:%m%y}{5000 + number % 4000:04d}"


def _deed_number(baby: Newborn, number: int, today: date) -> str:
    return f"3303-{'LT' if baby.is_late(today) else 'LU'}-{today:%d%m%Y}-{number:04d}"
