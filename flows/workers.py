"""Who moves the cases of a run: this process, some processes of this machine, or the workers of a Dask scheduler; imports no Dask."""

import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import NamedTuple

from processes.words import Words

MOST = 256  # processes on one machine
_ADDRESS = re.compile(r"(?:tcp|tls|ws|wss)://(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}/?", re.IGNORECASE)
_HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Workers(NamedTuple):
    """Who moves the cases: nobody else, if neither is said."""

    processes: int = 0  # of this machine
    scheduler: str = ""  # the address of Dask's

    def __bool__(self) -> bool:
        return self != (0, "")

    @property
    def here(self) -> bool:
        """Whether they are all on this machine, as far as the address says."""
        found = _ADDRESS.fullmatch(self.scheduler)
        return found is None or found[1].lower() in _HERE


class WorkersError(Exception):
    """There are no such workers, or they cannot be used."""

    def __init__(self, fault: Words, mend: Words) -> None:
        self.fault, self.mend = fault, mend
        self.words = Words(f"{fault.id} {mend.id}", f"{fault.en} {mend.en}")
        super().__init__(self.words.en)


def workers_of(said: object) -> Workers:
    """Return whom an option, a variable or the settings file names.

    >>> workers_of("2"), workers_of("tcp://10.0.0.5:8786").here, bool(workers_of(0))
    (Workers(processes=2, scheduler=''), False, False)

    Raises:
        WorkersError: If it names nobody.
    """
    text = str(said).strip()
    if re.fullmatch(r"[0-9]{1,3}", text) and int(text) <= MOST:
        return Workers(processes=int(text))
    if _ADDRESS.fullmatch(text):
        return Workers(scheduler=text)
    raise WorkersError(
        Words(f"'{said}' bukan pekerja.", f"'{said}' names no workers."),
        Words(
            f"Tulis berapa proses di mesin ini (0 sampai {MOST}), atau alamat penjadwal Dask, seperti tcp://10.0.0.5:8786.",
            f"Write how many processes on this machine (0 to {MOST}), or the address of a Dask scheduler, such as tcp://10.0.0.5:8786.",
        ),
    )


def workers_for(
    environment: Mapping[str, str], in_settings: Workers, said: str | None = None, *, store_is_file: bool
) -> Workers:
    """Return who moves the cases of a run: whom was said, else `SEKALI_WORKERS`, else whom the settings name.

    Raises:
        WorkersError: If these cannot.
    """
    named = said or environment.get("SEKALI_WORKERS")
    workers = workers_of(named) if named else in_settings
    if workers and find_spec("prefect_dask") is None:
        raise WorkersError(
            Words("Dask, yang menjalankan pekerja, tidak ada di sini.", "Dask, which runs workers, is not here."),
            Words("Jalankan: pip install 'sekali[dask]'", "Run: pip install 'sekali[dask]'"),
        )
    if store_is_file and not workers.here:
        raise WorkersError(
            Words(
                "Pekerja di mesin lain tidak mencapai penyimpanan SQLite, sebuah berkas di mesin ini.",
                "Workers on other machines do not reach an SQLite store, which is a file of this one.",
            ),
            Words(
                "Simpan kasus di PostgreSQL: SEKALI_STORE=postgresql+psycopg://…",
                "Keep the cases in PostgreSQL: SEKALI_STORE=postgresql+psycopg://…",
            ),
        )
    return workers
