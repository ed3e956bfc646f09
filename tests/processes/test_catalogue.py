"""How sure the keys of a service must be, where it does not say: people are protected, things are not."""

from pathlib import Path

import pytest

from processes.reading import read

FILES = {
    "person.yaml": "entity: person\nkey: nik\nelements: {nik: text, name: text}\nrelations: {car: vehicle}\n",
    "vehicle.yaml": """\
entity: vehicle
thing: true
key: plate
elements: {plate: text, colour: text, paid: yes/no}
relations: {owner: person, parked_on: parcel}
""",
    "parcel.yaml": "entity: parcel\nthing: true\nkey: number\nelements: {number: text, area: number}\n",
    "lists.yaml": "agencies: {office: {title: Office}}\n",
}

SERVICES = [
    ("a thing by its key", "about: vehicle, needs: [plate], gives: [colour, paid]", "declared"),
    ("confirms a thing", "about: vehicle, needs: [plate], confirms: [colour]", "declared"),
    ("which thing another lies on", "about: vehicle, needs: [plate], gives: [parked_on, parked_on.area]", "declared"),
    ("a person", "about: person, needs: [nik], gives: [name]", "documented"),
    ("who owns a thing", "about: vehicle, needs: [plate], gives: [owner]", "documented"),
    ("a person behind a thing", "about: vehicle, needs: [plate], gives: [colour, owner.name]", "documented"),
    ("a thing by its owner", "about: vehicle, needs: [owner.nik], gives: [colour]", "documented"),
    ("a person's thing", "about: person, needs: [nik], gives: [car.colour]", "documented"),
    ("two things", "about: {v: vehicle, p: parcel}, needs: [v.plate, p.number], gives: [v.paid, p.area]", "declared"),
    ("a thing and a person", "about: {v: vehicle, p: person}, needs: [v.plate, p.nik], gives: [v.paid]", "documented"),
    ("said: more", "about: vehicle, needs: [plate], gives: [colour], key_level: authoritative", "authoritative"),
    ("said: less", "about: person, needs: [nik], gives: [name], key_level: declared", "declared"),
]


@pytest.mark.parametrize(("service", "level"), [pytest.param(*row, id=title) for title, *row in SERVICES])
def test_keys_must_be_documented_unless_all_is_about_things(service: str, level: str, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "r.yaml").write_text(f"registry: r\ntitle: R\nagency: office\nservices:\n  s: {{{service}}}\n")

    found = read([tmp_path])
    catalogue, problems = found.catalogue, found.problems

    assert problems == ()
    assert catalogue.key_level(catalogue.service["r.s"]) == level
