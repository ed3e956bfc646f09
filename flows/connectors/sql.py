"""Registries in SQL databases: many subjects in one question, read-only; knows no case and no procedure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import eq
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    Select,
    Table,
    and_,
    bindparam,
    create_engine,
    event,
    inspect,
    or_,
    select,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchTableError, SQLAlchemyError

from flows.connectors.kinds import CONVERT, Kinds, MalformedError
from flows.ports import Held, Keys, Record, RegistryUnreachableError
from flows.settings import Join, Settings, SettingsError, SqlService, settings_problem
from processes.case import Value
from processes.catalogue import Catalogue, DataService
from processes.problem import Problem, nearest
from processes.words import Words, same

# How many subjects a statement is about: few sizes, so that its text is made once each.
SIZES = (2, 16, 128, 1000)
SIZES_OF_SEVERAL = (2, 16, 128)  # where each has several keys
KEY = "sekali_key_"  # what the names of keys begin with among a statement's parameters
MEMORY_MAP = 1 << 30  # bytes of a registry that SQLite reads without copying


class SqlServices:
    """Helds look-ups from SQL databases, as the settings say."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.troubles: dict[str, Words] = {}  # services that did not answer, and why
        self._engines: dict[str, Engine] = {}
        self._sources: dict[str, _Source] = {}

    def ask(self, service: str, words: tuple[str, ...], keys: Sequence[Keys]) -> Mapping[Keys, Held]:
        """Return what a registry holds about many subjects; see `flows.ports.DataServices`."""
        try:
            return self._source(service).ask(words, keys)
        except SQLAlchemyError as error:
            self.troubles[service] = same(str(getattr(error, "orig", None) or error).splitlines()[0])
            raise RegistryUnreachableError(service) from None

    def problems(self, services: Iterable[str]) -> list[Problem]:
        """Return what keeps services from being asked: no such database, table or column."""
        found: list[Problem] = []
        for service in services:
            try:
                source = self._source(service)
                for word in source.words:
                    source.column(word)
            except SettingsError as error:
                found += error.problems
            except (SQLAlchemyError, ImportError) as error:
                reason = str(getattr(error, "orig", None) or error).splitlines()[0]
                where = self.settings.services[service]
                address = where.database if isinstance(where, SqlService) else ""
                database = make_url(address).render_as_string(hide_password=True)
                fault = Words(
                    f"Basis data '{database}' tidak dapat dibuka: {reason}.",
                    f"The database '{database}' cannot be opened: {reason}.",
                )
                mend = Words("Periksa alamatnya.", "Look at its address.")
                found.append(settings_problem(self.settings, service, "database", fault, mend))
        return found

    def close(self) -> None:
        """Let go of all databases."""
        for source in self._sources.values():
            source.close()
        for engine in self._engines.values():
            engine.dispose()

    def _source(self, service: str) -> "_Source":
        if service not in self._sources:
            where = self.settings.services.get(service)
            offered = self.catalogue.service.get(service)
            if not isinstance(where, SqlService) or offered is None:
                raise RegistryUnreachableError(service)
            kinds = Kinds(self.catalogue, offered)
            self._sources[service] = _Source(
                self.settings, service, where, offered, kinds, self._engine(service, where)
            )
        return self._sources[service]

    def _engine(self, service: str, where: SqlService) -> Engine:
        if where.database not in self._engines:
            try:
                self._engines[where.database] = read_only(make_url(where.database))
            except ArgumentError:
                fault = Words("Alamat basis data tidak dapat dibaca.", "The address of the database cannot be read.")
                mend = Words("Tulis seperti sqlite:///siak.sqlite.", "Write it like sqlite:///siak.sqlite.")
                raise SettingsError([settings_problem(self.settings, service, "database", fault, mend)]) from None
        return self._engines[where.database]


def read_only(url: URL) -> Engine:
    """Return the engine of a database from which is only read."""
    if url.get_backend_name() == "sqlite" and url.database:
        url = url.set(database=f"file:{quote(str(Path(url.database)))}", query={"mode": "ro", "uri": "true"})
        engine = create_engine(url, hide_parameters=True, isolation_level="AUTOCOMMIT")
        event.listen(engine, "connect", _map_memory)
        return engine
    return create_engine(url, hide_parameters=True, isolation_level="AUTOCOMMIT", pool_pre_ping=True)


def _map_memory(connection: Any, _: Any) -> None:
    connection.execute(f"PRAGMA mmap_size = {MEMORY_MAP}")
    connection.execute("PRAGMA query_only = ON")


# --- one service ----------------------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """The column that holds a word, and the other table it is in, if it is in one."""

    column: ColumnElement[Any]
    join: int | None


@dataclass
class _Question:
    """What is asked for some words at once: the statements, by the number of keys, and what their rows mean."""

    columns: list[ColumnElement[Any]]
    joins: frozenset[int]
    convert: list[tuple[int, Callable[[object], Value]]]
    words: tuple[str, ...]
    texts: dict[int, tuple[str, tuple[Any, ...]]]


@dataclass
class _Source:
    """Where one service finds its answers."""

    settings: Settings
    name: str
    where: SqlService
    offered: DataService
    kinds: Kinds
    engine: Engine

    def __post_init__(self) -> None:
        self._questions: dict[tuple[str, ...], list[_Question]] = {}
        self._connection: Connection | None = None

    @property
    def words(self) -> list[str]:
        """All words of the service."""
        return [str(word) for word in (*self.offered.needs, *self.offered.gives, *self.offered.confirms)]

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @cached_property
    def table(self) -> Table:
        return self._table(self.where.table)

    @cached_property
    def joined(self) -> list[Table]:
        return [self._table(join.table).alias(f"j{number}") for number, join in enumerate(self.where.joins)]  # type: ignore[misc]

    def _table(self, name: str) -> Table:
        try:
            columns = inspect(self.engine).get_columns(name)
            return Table(name, MetaData(), *[Column(one["name"], one["type"]) for one in columns])
        except NoSuchTableError:
            tables = inspect(self.engine).get_table_names()
            near = nearest(name, tables)
            fault = Words(f"Tidak ada tabel '{name}' dalam basis datanya.", f"Its database has no table '{name}'.")
            mend = (
                Words(f"Maksud Anda '{near}'?", f"Did you mean '{near}'?")
                if near
                else Words(f"Tabel yang ada: {', '.join(tables)}.", f"There are: {', '.join(tables)}.")
            )
            raise SettingsError([settings_problem(self.settings, self.name, "table", fault, mend)]) from None

    def column(self, word: str) -> _Place | None:
        """Return where a word is; nothing for the one that only says whether there is a row.

        Raises:
            SettingsError: If there is no such column.
        """
        if word == self.where.exists:
            return None
        for number, join in enumerate(self.where.joins):
            if word in join.columns or (word.startswith(join.prefix) and word not in self.where.columns):
                name = join.columns.get(word) or word.removeprefix(join.prefix).replace(".", "_")
                return _Place(self._column(self.joined[number], name, word), number)
        name = self.where.columns.get(word) or word.replace(".", "_")
        return _Place(self._column(self.table, name, word), None)

    def _column(self, table: Table, name: str, word: str) -> Column[Any]:
        if name in table.c:
            found: Column[Any] = table.c[name]
            return found
        near = nearest(name, table.c.keys())
        fault = Words(
            f"Tidak ada kolom '{name}' untuk '{word}' dalam tabelnya.",
            f"Its table has no column '{name}' for '{word}'.",
        )
        mend = Words(
            f'Tulis kolom yang benar: columns = {{"{word}" = "{near or "…"}"}}.',
            f'Say which column it is: columns = {{"{word}" = "{near or "…"}"}}.',
        )
        raise SettingsError([settings_problem(self.settings, self.name, word, fault, mend)])

    # --- asking

    def ask(self, words: tuple[str, ...], keys: Sequence[Keys]) -> Mapping[Keys, Held]:
        """Return the answer for each of the keys."""
        if words not in self._questions:
            self._questions[words] = self._asked(words)
        if self._connection is None:
            self._connection = self.engine.connect()
        parts = [self._rows(question, keys) for question in self._questions[words]]
        found = parts[0]
        if len(parts) == 1 and self.where.exists is None and not self.where.many:
            return {key: found.get(key, ()) for key in keys}
        if words == (self.where.exists,):
            yes, no = ((True,),), ((False,),)
            return {key: yes if key in found else no for key in keys}
        return {key: self._together(words, [part.get(key, ()) for part in parts]) for key in keys}

    def _together(self, words: tuple[str, ...], parts: list[Held]) -> Held:
        """Put together what several questions say: one row of the table, and lists of what belongs to it."""
        if any(isinstance(part, str) for part in parts):
            return "malformed"
        questions = self._questions[words]
        rows, *lists = parts
        if self.where.exists is not None:
            known = dict(zip(questions[0].words, rows[0], strict=True)) if rows else {}
            return (tuple(bool(rows) if word == self.where.exists else known.get(word) for word in words),)
        if not rows:
            return ()
        if self.where.many:
            listed = {word: tuple(row[n] for row in rows) for n, word in enumerate(questions[0].words)}
            return (tuple(listed[word] if self.kinds.of(word).many else listed[word][0] for word in words),)  # type: ignore[misc]
        answers = []
        for row in rows:
            values: dict[str, Value] = dict(zip(questions[0].words, row, strict=True))
            for question, some in zip(questions[1:], lists, strict=True):
                values |= {word: tuple(one[n] for one in some) for n, word in enumerate(question.words)}  # type: ignore[misc]
            answers.append(tuple(values[word] for word in words))
        return tuple(answers)

    def _asked(self, words: tuple[str, ...]) -> list[_Question]:
        """Return the questions for some words: one for the table, and one for each table with many rows to one of it."""
        places = {word: self.column(word) for word in words}
        many = {number for number, join in enumerate(self.where.joins) if join.many}
        own = [word for word in words if (place := places[word]) is not None and place.join not in many]
        questions = [self._question(own, places)]
        for number in sorted(many):
            some = [word for word in words if (place := places[word]) is not None and place.join == number]
            if some:
                questions.append(self._question(some, places))
        return questions

    def _question(self, words: Sequence[str], places: Mapping[str, _Place | None]) -> _Question:
        needs = [str(word) for word in self.offered.needs]
        found = [place for word in words if (place := places[word]) is not None]
        keys = [place for word in needs if (place := self.column(word)) is not None]
        convert = [
            (number, CONVERT[self.kinds.of(word).element.type])
            for number, word in enumerate([*needs, *words])
            if not self._is_text([*keys, *found][number], word)
        ]
        joins = frozenset(place.join for place in (*keys, *found) if place.join is not None)
        return _Question([place.column for place in (*keys, *found)], joins, convert, tuple(words), {})

    def _is_text(self, place: _Place, word: str) -> bool:
        """Return whether what comes from a column needs no converting."""
        try:
            python: object = place.column.type.python_type
        except NotImplementedError:
            return False
        return python is str and self.kinds.of(word).element.type in ("text", "choice")

    def _statement(self, question: _Question, size: int) -> Select[Any]:
        source: Any = self.table
        for number in sorted(question.joins):
            join: Join = self.where.joins[number]
            other = self.joined[number]
            source = source.join(
                other,
                *[self.table.c[mine] == other.c[its] for mine, its in join.on.items()],
                isouter=not join.many,
            )
        wanted = select(*question.columns).select_from(source)
        keys = question.columns[: len(self.offered.needs)]
        told: list[list[BindParameter[Any]]] = [
            [bindparam(f"{KEY}{number}_{n}") for n in range(len(keys))] for number in range(size)
        ]
        if len(keys) == 1:
            wanted = wanted.where(keys[0].in_([one for [one] in told]))
        else:  # not as rows of values: for these SQLite reads the whole table, for this it goes through its index
            wanted = wanted.where(or_(*[and_(*map(eq, keys, some)) for some in told]))
        for column, value in self.where.where.items():
            one = self._column(self.table, column, column)
            wanted = wanted.where(
                one.is_not(None) if value is True else one.is_(None) if value is False else one == value
            )
        orders = [self.joined[n].c[o] for n in sorted(question.joins) if (o := self.where.joins[n].order)]
        if self.where.order:
            orders.insert(0, self.table.c[self.where.order])
        return wanted.order_by(*orders)

    def _text(self, question: _Question, size: int) -> tuple[str, tuple[Any, ...]]:
        """Return a statement as its driver takes it, with a mark for each key; and what stands behind the keys.

        Of many keys it is the statement of two, with what a third one adds put in for each of the others: it is read off, because
        SQLAlchemy needs a twentieth of a millisecond a key.
        """
        two, more = (self._statement(question, number).compile(dialect=self.engine.dialect) for number in (2, 3))
        fixed = [two.params[name] for name in two.positiontup or () if not name.startswith(KEY)]
        short, long = str(two), str(more)
        there = next((n for n, (one, other) in enumerate(zip(short, long, strict=False)) if one != other), len(short))
        third = long[there : there + len(long) - len(short)]
        return short[:there] + third * (size - 2) + short[there:], tuple(fixed)

    def _rows(self, question: _Question, keys: Sequence[Keys]) -> dict[Keys, Held]:
        """Return the records of each key: different ones, in the order of the database."""
        assert self._connection is not None  # noqa: S101  # `ask` has opened it
        number = len(self.offered.needs)
        sizes = SIZES if number == 1 else SIZES_OF_SEVERAL
        told = self._bound(keys)
        try:
            wanted: list[tuple[Any, ...]] = sorted(told)  # in the order of the index: a fifth quicker
        except TypeError:  # keys of different types
            wanted = sorted(told, key=repr)
        found: dict[Keys, Held] = {}
        start = 0
        while start < len(wanted):
            size = next((one for one in sizes if one >= len(wanted) - start), sizes[-1])
            some = wanted[start : start + size]
            start += size
            some += some[-1:] * (size - len(some))
            rows = self._execute(question, some)
            if not question.convert and not found:
                found = {row[:number]: (row[number:],) for row in rows}
                if len(found) == len(rows):
                    continue
                found = {}
            for row in rows:
                key = row[:number]
                if question.convert or key in found:
                    self._sort_in(found, tuple(row), number, question)
                else:
                    found[key] = (row[number:],)
        return found

    @cached_property
    def _dated(self) -> list[int]:
        """Which of the keys are dates."""
        return [n for n, word in enumerate(self.offered.needs) if self.kinds.of(str(word)).element.type == "date"]

    def _bound(self, keys: Sequence[Keys]) -> Sequence[Keys]:
        """Return keys as drivers take them; dates as SQLite keeps them. Other databases read the same text as a date."""
        if not self._dated or not keys:
            return keys
        columns: list[Sequence[Value]] = list(zip(*keys, strict=True))
        for n in self._dated:
            columns[n] = [value.isoformat() if isinstance(value, date) else value for value in columns[n]]
        return list(zip(*columns, strict=True))

    def _execute(self, question: _Question, keys: list[tuple[Any, ...]]) -> Sequence[Any]:
        assert self._connection is not None  # noqa: S101  # `ask` has opened it
        dialect, size = self.engine.dialect, len(keys)
        if dialect.paramstyle not in ("qmark", "format"):
            named = {f"{KEY}{number}_{n}": value for number, key in enumerate(keys) for n, value in enumerate(key)}
            return self._connection.execute(self._statement(question, size), named).fetchall()
        if size not in question.texts:
            question.texts[size] = self._text(question, size)
        text, fixed_values = question.texts[size]
        told = [value for key in keys for value in key]
        result = self._connection.exec_driver_sql(text, (*told, *fixed_values))
        rows: Sequence[Any] = result.cursor.fetchall()  # plain tuples: a third of the time of named rows
        result.close()
        return rows

    def _sort_in(self, found: dict[Keys, Held], row: tuple[Any, ...], number: int, question: _Question) -> None:
        key: Keys = row[:number]
        record: Record | None = row[number:]
        if question.convert:
            values = list(row)
            for place, convert in question.convert:
                try:
                    if values[place] is not None:
                        values[place] = convert(values[place])
                except MalformedError:
                    if place < number:
                        return  # nobody can have asked with such a key
                    record = None
            key = tuple(values[:number])
            record = tuple(values[number:]) if record is not None else None
        before = found.get(key)
        if record is None or isinstance(before, str):
            found[key] = "malformed"
        elif before is None:
            found[key] = (record,)
        elif self._listed(question) or record not in before:
            found[key] = (*before, record)

    def _listed(self, question: _Question) -> bool:
        return self.where.many or any(self.where.joins[number].many for number in question.joins)
