"""The engineer's settings: which registry answers which service, and where the case store is; the one place that reads the environment.

    workers = 4                                              # or a Dask scheduler; see `workers.py`
    holidays = [2026-12-25, 2027-01-01]                      # no working days; both stand before all parts

    [services."siak.person-by-nik"]
    database = "sqlite:///registries/siak.sqlite"   # any address SQLAlchemy knows; ${NAME} is taken from the environment
    table = "person"
    columns = {family = "kk_no", mother = "mother_nik"}      # fact = column; else the fact's name with '_' for '.'
    join = {table = "family", on = {kk_no = "kk_no"}}        # brings the facts that begin with `family.`

    [services."bpjs.member-by-nik"]
    openapi = "https://jkn.example.go.id/openapi.json"       # what describes it: an address, or a file
    operation = "member_by_nik"                              # its operationId there
    token = "${JKN_TOKEN}"

    [retention]                                              # days that the data of a closed case are kept
    akta-kelahiran = 3650
    "*" = 1825                                               # of every other procedure

Paths are relative to the settings file. Knows no connector and opens nothing but the file itself.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from flows.workers import Workers, WorkersError, workers_of
from processes.catalogue import Catalogue
from processes.part import Location
from processes.problem import Problem, nearest
from processes.words import Words

FILE = "sekali.toml"
STORE = "sekali.sqlite"
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Join(BaseModel):
    """Another table, and how its rows belong to those of the first."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    table: str
    on: dict[str, str]  # column of the first table = column of this one
    of: str | None = None  # the facts that begin so are in this table; its own name, where nothing is said
    columns: dict[str, str] = {}
    many: bool = False  # several rows belong to one of the first table: their facts are lists
    order: str | None = None  # column that puts them in order

    @property
    def prefix(self) -> str:
        """What the facts of this table begin with."""
        return (self.of or self.table) + "."


class SqlService(BaseModel):
    """The tables in which a service finds its answers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    database: str
    table: str
    columns: dict[str, str] = {}
    join: Join | list[Join] = []
    where: dict[str, str | int | bool] = {}  # only rows with these values; true: with any value, false: with none
    exists: str | None = None  # the fact that is whether there is such a row; then nobody is not found
    many: bool = False  # all rows of a key together are one answer
    order: str | None = None

    @property
    def joins(self) -> list[Join]:
        """The other tables."""
        return [self.join] if isinstance(self.join, Join) else self.join

    @property
    def facts(self) -> list[str]:
        """The facts whose names it says."""
        return [*self.columns, *(fact for join in self.joins for fact in join.columns)]


class RestService(BaseModel):
    """The operation over HTTP by which a service answers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    openapi: str
    operation: str
    batch: str | None = None  # the operation that answers about many at once
    address: str | None = None  # where it is served, if the description does not say
    token: str | None = None
    keys: dict[str, str] = {}  # key = parameter; else the key's name with "_" for "."
    fields: dict[
        str, str
    ] = {}  # fact = field of the answer, with "." for what is within; else its name with "_" for "."
    records: str = ""  # where in the answer what is found stands
    exists: str | None = None  # the fact that is whether anything is found; then nobody is not found
    time_out: float = Field(10.0, gt=0, le=600, strict=False)  # seconds, for a whole answer
    attempts: int = Field(3, ge=1, le=20)  # before a question counts as failed
    at_once: int = Field(4, ge=1, le=64)  # questions under way
    per_second: float | None = Field(None, gt=0, strict=False)  # questions begun
    failures: int = Field(5, ge=1)  # questions in a row that fail, before it is left alone
    pause: float = Field(60.0, gt=0, strict=False)  # seconds for which it is then left alone
    maintenance: list[str] = []  # when it does not answer: "Sun 01:00-03:00", "daily 23:30-00:30"
    time_zone: str = "Asia/Jakarta"  # in which that is said
    unencrypted: bool = False  # whether http will do where the line is safe by itself

    @property
    def facts(self) -> list[str]:
        """The facts whose names it says."""
        return [*self.keys, *self.fields]


def _connector(service: object) -> str:
    """Return the kind of a service's settings: that of which it says the most keys."""
    said = set(service) if isinstance(service, dict) else set()
    return "rest" if "openapi" in said or len(said & _REST) > len(said & _SQL) else "sql"


_SQL, _REST = frozenset(SqlService.model_fields), frozenset(RestService.model_fields)
_CONNECTORS: dict[str, type[BaseModel]] = {"sql": SqlService, "rest": RestService}
Service = SqlService | RestService


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    services: dict[
        str,
        Annotated[Annotated[SqlService, Tag("sql")] | Annotated[RestService, Tag("rest")], Discriminator(_connector)],
    ] = {}
    retention: dict[str, Annotated[int, Field(ge=0, le=36_525)]] = {}
    workers: int | str = 0
    holidays: list[date] = []

    @field_validator("holidays")
    @classmethod
    def _once(cls, days: list[date]) -> list[date]:
        twice = next((day for number, day in enumerate(days) if day in days[:number]), None)
        if twice is not None:
            raise PydanticCustomError("twice", "{day} stands there twice", {"day": twice.isoformat()})
        return days


class Settings(NamedTuple):
    """What a settings file says."""

    services: Mapping[str, Service]
    file: Path | None = None
    retention: Mapping[str, int] = MappingProxyType(
        {}
    )  # by procedure, `*` for the others: days that a closed case is kept
    workers: Workers = Workers()
    holidays: frozenset[date] = frozenset()  # days that are no working days, besides Saturdays and Sundays


class SettingsError(Exception):
    """The settings cannot be used as they are; `problems` say why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


def store_of(environment: Mapping[str, str], store: str | None = None) -> str:
    """Return where the case store is: what was said, else `SEKALI_STORE`, else a file in the folder one stands in."""
    return store or environment.get("SEKALI_STORE") or STORE


def settings_of(environment: Mapping[str, str], store: str, file: str | None = None) -> Settings:
    """Return the settings: of the file that was said, else of `SEKALI_SETTINGS`, else of the file beside the store.

    Raises:
        SettingsError: If the file is not there or says something that cannot be.
    """
    said = _file_of(environment, store, file)
    return Settings({}) if said is None else read_settings(said, environment)


def holidays_of(environment: Mapping[str, str], store: str, file: str | None = None) -> frozenset[date]:
    """Return the holidays that the same file names; for whoever asks no registry, and so need not know its secrets.

    Raises:
        SettingsError: If the file is not there or says something that cannot be.
    """
    said = _file_of(environment, store, file)
    return frozenset() if said is None else frozenset(_parsed(said, _text(said)).holidays)


def _file_of(environment: Mapping[str, str], store: str, file: str | None) -> Path | None:
    said = file or environment.get("SEKALI_SETTINGS")
    if said:
        return Path(said)
    beside = (Path(".") if "://" in store else Path(store).parent) / FILE
    return beside if beside.exists() else None


def read_settings(file: Path, environment: Mapping[str, str]) -> Settings:
    """Read a settings file.

    Raises:
        SettingsError: With all that is wrong with it.
    """
    text = _text(file)
    data = _parsed(file, text)
    problems: list[Problem] = []
    services = {
        name: _filled(_Said(file, text, name, environment, problems), one) for name, one in data.services.items()
    }
    workers = Workers()
    try:
        workers = workers_of(data.workers)
    except WorkersError as error:
        where = _place(file, text, "", "workers")
        problems.append(Problem(code="settings-workers", where=where, fault=error.fault, mend=error.mend))
    if problems:
        raise SettingsError(problems)
    return Settings(services, file, data.retention, workers, frozenset(data.holidays))


def _parsed(file: Path, text: str) -> _File:
    try:
        return _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (1, 1)
        what = str(error).partition(" (at ")[0]
        mend = Words("Teks ditulis di antara tanda kutip.", "Texts are written in quotes.")
        raise SettingsError(
            [
                Problem(
                    code="settings-unreadable",
                    where=Location(str(file), line, column),
                    fault=Words(f"Ini bukan TOML: {what}.", f"This is no TOML: {what}."),
                    mend=_A_DAY if "date" in what else mend,
                )
            ]
        ) from None
    except ValidationError as error:
        raise SettingsError(_misfits(file, text, error)) from None


_A_DAY = Words("Tulis hari yang ada, seperti 2026-12-25.", "Write a day that there is, such as 2026-12-25.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fault = Words(f"Tidak dapat dibaca: {reason}.", f"It cannot be read: {reason}.")
    except UnicodeDecodeError:
        fault = Words("Isinya bukan UTF-8.", "It is not UTF-8.")
    mend = Words(
        "Sebutkan berkas pengaturan dengan --settings atau SEKALI_SETTINGS.",
        "Name the settings file with --settings or SEKALI_SETTINGS.",
    )
    raise SettingsError([Problem(code="settings-file", where=Location(str(file), 1, 1), fault=fault, mend=mend)])


class _Said(NamedTuple):
    """What a settings file says of a service, and what is wrong with it."""

    file: Path
    text: str
    service: str
    environment: Mapping[str, str]
    problems: list[Problem]

    def problem(self, code: str, key: str, fault: Words, mend: Words) -> None:
        self.problems.append(
            Problem(code=code, where=_place(self.file, self.text, self.service, key), fault=fault, mend=mend)
        )

    def filled(self, key: str, said: str) -> str:
        """Return what is said, with what the environment says in it."""

        def value(match: "re.Match[str]") -> str:
            if match[1] not in self.environment:
                fault = Words(
                    f"Variabel lingkungan '{match[1]}' belum diisi.", f"'{match[1]}' is not in the environment."
                )
                mend = Words(f"Isi {match[1]} sebelum menjalankan.", f"Set {match[1]} before running.")
                self.problem("settings-variable", key, fault, mend)
            return self.environment.get(match[1], "")

        return _VARIABLE.sub(value, said)


def _filled(said: _Said, service: Service) -> Service:
    """Return the settings of a service with what the environment says, and paths that do not depend on where one stands."""
    if isinstance(service, SqlService):
        return service.model_copy(update={"database": _database(said, service)})
    if service.token is not None and not re.fullmatch(_VARIABLE.pattern, service.token):
        fault = Words("Rahasia tidak ditulis dalam berkas ini.", "Secrets are not written in this file.")
        mend = Words('Tulis token = "${NAMA}" dan isi variabel itu.', 'Write token = "${NAME}" and set that variable.')
        said.problem("settings-secret", "token", fault, mend)
    filled = {
        key: said.filled(key, value)
        for key in ("openapi", "address", "token")
        if (value := getattr(service, key)) is not None
    }
    if "://" not in filled["openapi"]:
        filled["openapi"] = str((said.file.parent / filled["openapi"]).resolve())
    return service.model_copy(update=filled)


def _database(said: _Said, service: SqlService) -> str:
    address = said.filled("database", service.database)
    if "://" not in address:
        address = f"sqlite:///{address}"
    scheme, _, path = address.partition(":///")
    if scheme.partition("+")[0] == "sqlite" and path and not Path(path).is_absolute():
        address = f"{scheme}:///{(said.file.parent / path).resolve()}"
    return address


# --- what is wrong with them ----------------------------------------------------------------------------------------


def problems_with(settings: Settings, catalogue: Catalogue, needed: Iterable[str]) -> Iterator[Problem]:
    """Yield what does not fit between settings and catalogue, and the services that are needed and not set up.

    Args:
        settings: The settings.
        catalogue: Where the services stand.
        needed: The services that will be asked.
    """
    file = settings.file or Path(FILE)
    text = _text(file) if settings.file else ""
    for name, service in settings.services.items():
        offered = catalogue.service.get(name)
        if offered is None:
            near = nearest(name, catalogue.service)
            yield Problem(
                code="settings-service",
                where=_place(file, text, name),
                fault=Words(f"Tidak ada layanan '{name}' dalam katalog.", f"The catalogue has no service '{name}'."),
                mend=Words(f"Maksud Anda '{near}'?", f"Did you mean '{near}'?")
                if near
                else Words("Hapus bagian ini.", "Remove this part."),
            )
            continue
        words = [str(word) for word in (*offered.needs, *offered.gives, *offered.confirms)]
        for fact in service.facts:
            if fact not in words:
                near = nearest(fact, words)
                yield Problem(
                    code="settings-fact",
                    where=_place(file, text, name, fact),
                    fault=Words(
                        f"Layanan '{name}' tidak mengenal '{fact}'.", f"The service '{name}' knows no '{fact}'."
                    ),
                    mend=Words(f"Maksud Anda '{near}'?", f"Did you mean '{near}'?")
                    if near
                    else Words(f"Faktanya: {', '.join(words)}.", f"Its facts are {', '.join(words)}."),
                )
    for name in needed:
        if name not in settings.services:
            yield Problem(
                code="settings-missing",
                where=Location(str(file), 1, 1),
                fault=Words(f"Registri untuk '{name}' belum diatur.", f"No registry is set up for '{name}'."),
                mend=Words(
                    f'Tulis bagian [services."{name}"] dengan database dan table, atau openapi dan operation.',
                    f'Write a part [services."{name}"] with database and table, or openapi and operation.',
                ),
            )


def settings_problem(
    settings: Settings, service: str, key: str, fault: Words, mend: Words, code: str = "settings-database"
) -> Problem:
    """Return a problem with what a settings file says about a service, with its place."""
    file = settings.file or Path(FILE)
    text = _text(file) if settings.file else ""
    return Problem(code=code, where=_place(file, text, service, key), fault=fault, mend=mend)


def _misfits(file: Path, text: str, error: ValidationError) -> Iterator[Problem]:
    for one in error.errors():
        if one["loc"][0] == "holidays":
            yield _no_holiday(file, text, one)
            continue
        loc = [str(part) for part in one["loc"]]
        kind = loc.pop(2) if len(loc) > 2 else ""
        service = loc[1] if len(loc) > 1 else loc[0]
        key = loc[-1]
        if loc[0] == "retention":
            service = "retention"
        if one["type"] == "extra_forbidden":
            model: type[BaseModel] = _File if len(loc) == 1 else _CONNECTORS[kind] if len(loc) == 3 else Join
            known = list(model.model_fields)
            near = nearest(key, known)
            fault = Words(f"Kunci '{key}' tidak dikenal di sini.", f"The key '{key}' is not known here.")
            mend = (
                Words(f"Maksud Anda '{near}'?", f"Did you mean '{near}'?")
                if near
                else Words(f"Yang ada: {', '.join(known)}.", f"There are {', '.join(known)}.")
            )
        elif one["type"] == "missing":
            fault = Words(f"'{key}' belum ditulis untuk '{service}'.", f"'{key}' is missing at '{service}'.")
            mend = Words(f"Tambahkan '{key} = …'.", f"Add '{key} = …'.")
            if key == "database":
                mend = Words(
                    "Tambahkan 'database = …', atau 'openapi = …' bagi registri lewat HTTP.",
                    "Add 'database = …', or 'openapi = …' for a registry over HTTP.",
                )
        else:
            fault = Words(f"Nilai '{key}' tidak sesuai.", f"The value of '{key}' does not fit.")
            mend = Words("Lihat contoh dalam flows/README.md.", "See the example in flows/README.md.")
            if service == "retention":
                mend = Words("Tulis jumlah hari: 1825.", "Write a number of days: 1825.")
        yield Problem(code="settings-misfit", where=_place(file, text, service, key), fault=fault, mend=mend)


def _no_holiday(file: Path, text: str, error: ErrorDetails) -> Problem:
    """Return what is wrong with one of the holidays, where it stands; of a day that stands there twice, the second time."""
    twice = error.get("ctx", {}).get("day", "")
    said = twice or str(error["input"])
    places = [match.start() for match in re.finditer(re.escape(said), text)][:2]
    before = text[: places[-1]] if places else ""
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    fault = Words(f"'{said}' bukan hari dalam daftar.", f"'{said}' is no day in a list.")
    mend = Words(
        "Tulis hari tanpa tanda kutip: holidays = [2026-12-25, 2027-01-01].",
        "Write days without quotes: holidays = [2026-12-25, 2027-01-01].",
    )
    if twice:
        fault = Words(f"Hari libur {said} disebut dua kali.", f"The holiday {said} is named twice.")
        mend = Words("Hapus salah satunya.", "Remove one of them.")
    where = Location(str(file), line, column) if places else _place(file, text, "", "holidays")
    return Problem(code="settings-holidays", where=where, fault=fault, mend=mend)


def _place(file: Path, text: str, service: str, key: str = "") -> Location:
    """Return the line where a key of a service stands, or its heading; TOML readers tell no places."""
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if line.lstrip().startswith("[") and service in line), 0)
    if key:
        for number in range(start, len(lines)):
            if number > start and lines[number].lstrip().startswith("[services") and service not in lines[number]:
                break
            found = re.search(rf'(?<![\w.])"?{re.escape(key)}"?\s*=', lines[number])
            if found:
                return Location(str(file), number + 1, found.start() + 1)
    return Location(str(file), start + 1, 1)


def as_toml(services: Mapping[str, Mapping[str, Any]]) -> str:
    """Return settings as TOML text.

    >>> print(as_toml({"siak.person": {"database": "siak.sqlite", "table": "person", "columns": {"mother": "mother_nik"}}}))
    [services."siak.person"]
    database = "siak.sqlite"
    table = "person"
    columns = {mother = "mother_nik"}
    <BLANKLINE>
    """
    parts = []
    for name, service in services.items():
        lines = [f'[services."{name}"]', *(f"{key} = {_toml(value)}" for key, value in service.items() if value)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case Mapping():
            return "{" + ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_toml(item) for item in value) + "]"
        case _:
            escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'


def _key(key: object) -> str:
    return str(key) if re.fullmatch(r"[A-Za-z0-9_-]+", str(key)) else _toml(str(key))
