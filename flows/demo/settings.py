"""Which table of the demo's registries answers which service of the sample catalogue; opens nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.demo.population import registry_path
from flows.settings import as_toml

# What the registry calls otherwise than the catalogue.
SERVICES: Mapping[str, Mapping[str, Any]] = {
    "siak.person-by-nik": {
        "table": "person",
        "columns": {"family": "kk_no", "mother": "mother_nik", "father": "father_nik"},
        "join": {"table": "family", "on": {"kk_no": "kk_no"}},
        "where": {"life_status": "1"},  # a number that is not valid any more finds nobody
    },
    "siak.nik-by-name": {"table": "person"},
    "siak.family-by-kk": {
        "table": "family",
        "columns": {"head": "head_nik"},
        "join": {
            "table": "person",
            "on": {"kk_no": "kk_no"},
            "columns": {"members": "nik"},
            "many": True,
            "order": "family_relation",
        },
    },
    "siak.birth-record": {
        "table": "person",
        "columns": {"mother": "mother_nik"},
        "where": {"birth_deed_no": True},
        "exists": "has_birth_deed",
    },
    "siak.verify": {"table": "person"},
    "faskes.birth-by-mother": {
        "table": "birth",
        "columns": {"mother": "mother_nik", "birth_weight_g": "weight_g", "birth_length_cm": "length_cm"},
    },
    "faskes.death-by-nik": {"table": "death"},
    "faskes.diagnosis": {"table": "diagnosis"},
    "simkah.marriage": {"table": "marriage", "columns": {"nik": "wife_nik", "spouse": "husband_nik"}},
    "simkah.parents": {"table": "marriage", "columns": {"mother": "wife_nik", "father": "husband_nik"}},
    "dtsen.family": {"table": "family"},
    "bpjs.member-by-nik": {"table": "member"},
    "pbb.arrears": {"table": "taxpayer"},
}


def demo_settings(folder: Path) -> str:
    """Return the settings file for the demo's registries in a folder.

    >>> print(demo_settings(Path("registries")).splitlines()[0])
    [services."siak.person-by-nik"]
    """
    return as_toml(
        {
            name: {"database": f"sqlite:///{registry_path(folder, name.partition('.')[0])}", **service}
            for name, service in SERVICES.items()
        }
    )
