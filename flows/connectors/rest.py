"""Registries over HTTP, as their OpenAPI descriptions say: many subjects at once; knows no case and no procedure.

Values are put where the description wants them and can be nothing else there; of what is answered only the wanted facts are
taken, each of the type that it has, from what belongs to the one who was asked about.
"""

import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urljoin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx2
import orjson
import yaml

from flows.connectors.addresses import fault_of, same_origin
from flows.connectors.http import LATE, Line, Manners, Question, SilentError
from flows.connectors.kinds import Kinds
from flows.connectors.maintenance import Window, down_until, window
from flows.connectors.openapi import Description, MisfitError
from flows.connectors.rest_source import ANSWERED, MAINTENANCE, Source
from flows.ports import Answer, Down, Keys, RegistryUnreachableError
from flows.settings import RestService, Settings, settings_problem
from processes.catalogue import Catalogue, DataService
from processes.problem import Problem
from processes.words import Words

MOST_OF_DESCRIPTION = 4 << 20  # bytes
MOST_SECONDS = 3.0  # to be waited for a registry that is only looked at


class RestServices:
    """Answers look-ups over HTTP, as the settings say."""

    def __init__(self, settings: Settings, catalogue: Catalogue, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.clock = clock
        self.troubles: dict[str, Words] = {}  # services that did not answer, and why
        self._lines: dict[tuple[str, Manners], Line] = {}
        self._sources: dict[str, Source] = {}

    def ask(self, service: str, words: tuple[str, ...], keys: Sequence[Keys]) -> Mapping[Keys, Answer]:
        """Return what a registry holds about many subjects; see `flows.ports.DataServices`."""
        try:
            return self._source(service).ask(words, keys)
        except SilentError as error:
            self._note(service, error)
            return dict.fromkeys(keys, Down(error.until))

    def problems(self, services: Iterable[str]) -> list[Problem]:
        """Return what keeps services from being asked; one that does not answer just now is only noted."""
        found: list[Problem] = []
        for service in services:
            try:
                self._source(service).look()
            except MisfitError as error:
                found.append(
                    settings_problem(self.settings, service, error.key, error.fault, error.mend, "settings-openapi")
                )
            except SilentError as error:
                self._note(service, error)
        return found

    def reach(self, service: str) -> None:
        """Note a registry that cannot be reached; of one that is described by a file, `problems` has asked nothing of itself."""
        source = self._sources.get(service)
        if source is None or "://" in source.where.openapi:
            return
        url = httpx2.URL(source.base)
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            socket.create_connection((url.host, port), timeout=min(source.where.time_out, MOST_SECONDS)).close()
        except OSError as error:
            reason = error.strerror or LATE.en
            self._note(service, SilentError(Words(f"tidak terhubung ({reason})", f"it cannot be reached ({reason})")))

    def close(self) -> None:
        """Let go of all connections."""
        for source in self._sources.values():
            source.close()
        for line in self._lines.values():
            line.close()

    def _note(self, service: str, error: SilentError) -> None:
        why = error.why
        if error.until is not None:
            until = error.until.astimezone().isoformat(" ", "seconds")
            why = Words(f"{why.id}, sampai {until}", f"{why.en}, until {until}")
        self.troubles[service] = why

    def _source(self, service: str) -> Source:
        if service not in self._sources:
            where = self.settings.services.get(service)
            offered = self.catalogue.service.get(service)
            if not isinstance(where, RestService) or offered is None:
                raise RegistryUnreachableError(service)
            self._sources[service] = self._opened(service, where, offered)
        return self._sources[service]

    def _opened(self, service: str, where: RestService, offered: DataService) -> Source:
        windows = _windows(where)
        if until := down_until(windows, self.clock()):
            raise SilentError(MAINTENANCE, until)
        description = Description(self._document(where))
        base = _base(where, description)
        _look_at(base, "address" if where.address else "openapi", where)
        line = self._line(base, where)
        kinds = Kinds(self.catalogue, offered)
        return Source(where, offered, kinds, description, base, line, windows, self.clock, partial(self._note, service))

    def _line(self, address: str, where: RestService) -> Line:
        """Return the line to a registry: the same one for all its services that are asked in the same manner."""
        url = httpx2.URL(address)
        manners = Manners(where.time_out, where.attempts, where.at_once, where.per_second, where.failures, where.pause)
        name = f"{url.scheme}://{url.netloc.decode()}", manners
        if name not in self._lines:
            self._lines[name] = Line(manners, self.clock)
        return self._lines[name]

    def _document(self, where: RestService) -> object:
        content = self._description(where)
        if content is None or len(content) > MOST_OF_DESCRIPTION:
            raise _unread(Words("terlalu panjang", "it is too long"))
        try:
            return orjson.loads(content)
        except orjson.JSONDecodeError:
            pass
        try:
            return yaml.load(content, Loader=yaml.CSafeLoader)  # the safe one, in C
        except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
            raise _unread(Words("bukan JSON atau YAML", "it is neither JSON nor YAML")) from None

    def _description(self, where: RestService) -> bytes | None:
        if "://" not in where.openapi:
            try:
                with Path(where.openapi).open("rb") as file:
                    return file.read(MOST_OF_DESCRIPTION + 1)
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise _unread(Words(reason, reason)) from None
        _look_at(where.openapi, "openapi", where)
        asked = Question(
            "GET", httpx2.URL(where.openapi), {}, None, MOST_OF_DESCRIPTION, frozenset(range(300, 500)) | ANSWERED
        )
        reply = self._line(where.openapi, where).ask(asked)
        if reply.status not in ANSWERED:
            raise _unread(Words(f"dijawab {reply.status}", f"the answer is {reply.status}"))
        return reply.content


def _unread(why: Words) -> MisfitError:
    fault = Words(f"Deskripsi itu tidak dapat dibaca: {why.id}.", f"The description cannot be read: {why.en}.")
    mend = Words(
        "Sebutkan alamat atau berkasnya: openapi = …", "Name its address, or save it and name the file: openapi = …"
    )
    return MisfitError("openapi", fault, mend)


def _windows(where: RestService) -> list[Window]:
    try:
        zone = ZoneInfo(where.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fault = Words(f"Zona waktu '{where.time_zone}' tidak dikenal.", f"There is no time zone '{where.time_zone}'.")
        mend = Words("Tulis seperti Asia/Jakarta.", "Write it like Asia/Jakarta.")
        raise MisfitError("time_zone", fault, mend) from None
    try:
        return [window(said, zone) for said in where.maintenance]
    except ValueError as error:
        fault = Words(f"Waktu pemeliharaan ini tidak dipahami: {error}.", f"This is no maintenance window: {error}.")
        mend = Words(
            'Tulis seperti "Sun 01:00-03:00", "daily 23:30-00:30", atau "2026-12-24 22:00 to 2026-12-25 04:00".',
            'Write it like "Sun 01:00-03:00", "daily 23:30-00:30", or "2026-12-24 22:00 to 2026-12-25 04:00".',
        )
        raise MisfitError("maintenance", fault, mend) from None


def _look_at(address: str, key: str, where: RestService) -> None:
    if wrong := fault_of(address, unencrypted=where.unencrypted):
        raise MisfitError(key, *wrong)


def _base(where: RestService, description: Description) -> str:
    """Return where the operations are served.

    Raises:
        MisfitError: If that is not said, or somewhere else than the description, which would then be told the token.
    """
    if where.address is not None:
        return where.address
    remote = "://" in where.openapi
    said = urljoin(where.openapi, description.server() or "/") if remote else description.server()
    if "://" not in said or "{" in said or (remote and not same_origin(said, where.openapi)):
        raise MisfitError(
            "openapi",
            Words(f"Deskripsi itu menyebut server lain: '{said}'.", f"The description is of another server: '{said}'.")
            if "://" in said
            else Words("Deskripsi itu tidak menyebut servernya.", "The description does not say where it is served."),
            Words('Tulis address = "https://…".', 'Write address = "https://…".'),
        )
    return said
