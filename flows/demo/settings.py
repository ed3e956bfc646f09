"""Which table of the demo's registries answers which service of the sample catalogue; opens nothing."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flows.demo.population import registry_path
from flows.settings import as_toml

CATALOGUE = Path(__file__).parents[2] / "processes" / "purbalingga"
# Of 2026, without those on a Saturday or Sunday; days of joint leave too, on which offices are shut. Source: the joint decree of the
# ministers of religion (1497/2025), of labour (2/2025) and of the state apparatus (5/2025).
HOLIDAYS = """\
holidays = [  # no working days: libur nasional dan cuti bersama 2026 (SKB 3 Menteri 1497, 2, 5/2025)
    2026-01-01, 2026-01-16, 2026-02-16, 2026-02-17, 2026-03-18, 2026-03-19, 2026-03-20, 2026-03-23, 2026-03-24,
    2026-04-03, 2026-05-01, 2026-05-14, 2026-05-15, 2026-05-27, 2026-05-28, 2026-06-01, 2026-06-16, 2026-08-17,
    2026-08-25, 2026-12-24, 2026-12-25,
]
"""
VARIABLE = "SEKALI_TOKEN"  # the variable in which a registry over HTTP, and whoever asks it, finds the token

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


def demo_settings(folder: Path, otherwise: Mapping[str, Mapping[str, Any]] = MappingProxyType({})) -> str:
    """Return the settings file for the demo's registries in a folder.

    Args:
        folder: Where they are.
        otherwise: Services that are set up otherwise.

    >>> print(demo_settings(Path("registries")).splitlines()[6])
    [services."siak.person-by-nik"]
    """
    return f"{HOLIDAYS}\n" + as_toml(
        {
            name: {"database": f"sqlite:///{registry_path(folder, name.partition('.')[0])}", **service}
            for name, service in SERVICES.items()
        }
        | dict(otherwise)
    )


def over_http(address: str, services: Iterable[str], *, batches: bool = True) -> dict[str, dict[str, Any]]:
    """Return settings that lead to services of `service.registry_app`.

    Args:
        address: Where it is served.
        services: Their names.
        batches: Whether it can be asked about many at once.
    """
    found = {}
    for name in services:
        operation = operation_of(name)
        batch = {"batch": f"{operation}s"} if batches else {}
        found[name] = {
            "openapi": f"{address}/openapi.json",
            "operation": operation,
            **batch,
            "token": f"${{{VARIABLE}}}",
        }
    return found


def operation_of(service: str) -> str:
    """Return the name of the operation that answers for a service about one subject; with an 's', about many.

    >>> operation_of("siak.person-by-nik")
    'person_by_nik'
    """
    return service.partition(".")[2].replace("-", "_")
