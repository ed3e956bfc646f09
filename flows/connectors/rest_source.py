"""One service over HTTP: how many subjects are asked about at once, and what their answers mean; knows no settings file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import httpx2
import orjson

from flows.connectors.answers import UNFIT, Json, picked, records_of, said_of, text_of, value_of
from flows.connectors.http import Line, Question, SilentError
from flows.connectors.kinds import Kind, Kinds, MalformedError
from flows.connectors.maintenance import Window, down_until
from flows.connectors.openapi import (
    SCALARS,
    Batch,
    Description,
    Field,
    MisfitError,
    Operation,
    Parameter,
    Schema,
    Secret,
    batch_of,
    listed,
)
from flows.ports import Answer, Down, Keys, Record
from flows.settings import RestService
from processes.case import Value
from processes.catalogue import DataService
from processes.problem import nearest
from processes.words import Words

BATCH = 100  # subjects at once, where the description names no limit
MOST_OF_ANSWER = 1 << 18  # bytes about one subject
MOST_OF_BATCH = 1 << 24  # bytes
ANSWERED = frozenset({200, 203, 204})
NOBODY = frozenset({404, 410})  # if the description knows them
MAINTENANCE = Words("sedang dipelihara", "it is being maintained")


class _Fact(NamedTuple):
    """Where a word of the service stands in a record, and what it is."""

    field: Field
    kind: Kind


class _Told:
    """Where an operation's answer tells what is found, and where in it each word of the service stands."""

    def __init__(self, source: "Source", records: str, record: Schema) -> None:
        self.source, self.records, self.record = source, records, record
        self._facts: dict[str, _Fact | None] = {}

    def fact(self, word: str) -> _Fact | None:
        """Return where a word stands in a record; nothing for the one that only says whether there is one.

        Raises:
            MisfitError: If the answer has no such field, or not of a type that the fact can have.
        """
        if word not in self._facts:
            self._facts[word] = None if word == self.source.where.exists else self._fact(word)
        return self._facts[word]

    def _fact(self, word: str) -> _Fact:
        path = self.source.path(word)
        try:
            field, schema = self.source.description.field(self.record, path, word)
        except MisfitError as error:
            mend = Words(
                f'{error.mend.id} Tulis: fields = {{"{word}" = "…"}}.',
                f'{error.mend.en} Say which it is: fields = {{"{word}" = "…"}}.',
            )
            raise MisfitError(error.key, error.fault, mend) from None
        kind, type_ = self.source.kinds.of(word), self.source.description.type(schema)
        known = bool(self.source.description.properties(self.record))
        if known and (field.many != kind.many or (type_ and type_ not in SCALARS)):
            one, other = ("satu nilai", "one value") if not kind.many else ("daftar", "a list")
            raise MisfitError(
                word,
                Words(f"'{path}' dalam jawabannya bukan {one}.", f"'{path}' of its answer is not {other}."),
                Words("Sebutkan isian yang cocok dalam fields.", "Name a field that fits in fields."),
            )
        return _Fact(field, kind)


class _Many(NamedTuple):
    """How many are asked about at once."""

    operation: Operation
    batch: Batch
    names: tuple[str, ...]  # of the keys, within the list
    told: _Told
    echo: tuple[Field, ...]  # where a record says whom it is about


@dataclass
class Source:
    """Where one service finds its answers."""

    where: RestService
    offered: DataService
    kinds: Kinds
    description: Description
    base: str
    line: Line
    windows: list[Window]
    clock: Callable[[], datetime]
    note: Callable[[SilentError], None]

    def __post_init__(self) -> None:
        self.needs = [str(word) for word in self.offered.needs]
        self.operation = self.description.operation("operation", self.where.operation)
        self.parameters = _parameters(self.where, self.operation, self.needs)
        found = self.description.at(self.operation.answer, self.where.records, "records")
        record = self.description.items(found) if self.description.type(found) == "array" else found
        self.told = _Told(self, self.where.records, record)
        self.headers = _headers(self.where, self.operation.secret)
        self.many = self._many() if self.where.batch is not None else None
        self._pool: ThreadPoolExecutor | None = None

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _many(self) -> _Many:
        operation = self.description.operation("batch", self.where.batch or "")
        batch = batch_of(self.description, operation)
        names = tuple(self.where.keys.get(word) or word.replace(".", "_") for word in self.needs)
        if batch.plain and len(names) != 1:
            fault = Words(f"'{operation.id}' hanya menerima satu kunci.", f"'{operation.id}' takes one key each.")
            raise MisfitError("batch", fault, Words("Hapus 'batch'.", "Leave 'batch' out."))
        records, record = listed(self.description, operation)
        echo = [self.description.field(record, self.path(word), word)[0] for word in self.needs]
        return _Many(operation, batch, names, _Told(self, records, record), tuple(echo))

    def look(self) -> None:
        """Look whether all words are found in the answers.

        Raises:
            MisfitError: If one is not.
        """
        for told in [self.told] if self.many is None else [self.told, self.many.told]:
            for word in (*self.offered.gives, *self.offered.confirms):
                told.fact(str(word))

    def path(self, word: str) -> str:
        """Return the field in which a word stands."""
        return self.where.fields.get(word) or word.replace(".", "_")

    # --- asking

    def ask(self, words: tuple[str, ...], keys: Sequence[Keys]) -> Mapping[Keys, Answer]:
        """Return the answer for each of the keys."""
        if until := down_until(self.windows, self.clock()):
            raise SilentError(MAINTENANCE, until)
        found: dict[Keys, Answer] = {}
        left = list(keys)
        if self.many is not None and len(left) > 1:
            size = min(self.many.batch.most or BATCH, BATCH)
            chunks = [left[start : start + size] for start in range(0, len(left), size)]
            for answers in self._each(partial(self._about_many, self.many, words), chunks):
                found |= answers
            left = [key for key in keys if key not in found]
        found |= dict(zip(left, self._each(partial(self._about_one, words), left), strict=True))
        return {key: found[key] for key in keys}

    def _each(self, do: Callable[[Any], Any], what: Sequence[Any]) -> Iterable[Any]:
        """Do something for each, several at once."""
        if len(what) < 2:
            return [do(one) for one in what]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.where.at_once, "registry")
        return self._pool.map(do, what)

    def _about_one(self, words: tuple[str, ...], key: Keys) -> Answer:
        question = self._question(key)
        if question is None:
            return self._answer(self.told, words, [])
        try:
            reply = self.line.ask(question)
        except SilentError as error:
            self.note(error)
            return Down(error.until)
        if reply.status in NOBODY or reply.status == 204:
            return self._answer(self.told, words, [])
        try:
            return self._answer(self.told, words, records_of(reply, self.where.records))
        except MalformedError:
            return "malformed"

    def _question(self, key: Keys) -> Question | None:
        """Return how one is asked about; nothing if nobody can have such a key."""
        told = [text_of(value) for value in key]
        if any(value is None for value in told):
            return None
        path, query, headers, body = (
            self.operation.path,
            list[tuple[str, str]](),
            dict(self.headers),
            dict[str, Value](),
        )
        for parameter, value, said in zip(self.parameters, told, key, strict=True):
            text = quote(value or "", safe="")
            match parameter.place:
                case "path":
                    if text in ("", ".", ".."):  # which would be another path
                        return None
                    path = path.replace(f"{{{parameter.name}}}", text)
                case "query":
                    query.append((parameter.name, value or ""))
                case "header":
                    headers[parameter.name] = text
                case _:
                    body[parameter.name] = value if parameter.type == "string" else said
        return self._asked(self.operation, path, query, headers, body, MOST_OF_ANSWER)

    def _asked(
        self,
        operation: Operation,
        path: str,
        query: list[tuple[str, str]],
        headers: dict[str, str],
        body: object,
        most: int,
    ) -> Question:
        url = httpx2.URL(self.base)
        whole = url.raw_path.split(b"?")[0].rstrip(b"/").decode() + path
        if query:
            whole += "?" + urlencode(query, quote_via=quote, safe="")
        content = None
        if operation.method == "post":
            content = orjson.dumps(body)
            headers = headers | {"Content-Type": "application/json"}
        known = frozenset(one for one in NOBODY if not operation.statuses.isdisjoint({str(one), "4XX"}))
        url = url.copy_with(raw_path=whole.encode("ascii"))
        return Question(operation.method.upper(), url, headers, content, most, ANSWERED | UNFIT | known)

    def _about_many(self, many: _Many, words: tuple[str, ...], keys: list[Keys]) -> dict[Keys, Answer]:
        """Return answers about many; not about those whom the answer does not tell clearly, who are then asked about one by one."""
        by_told: dict[tuple[str, ...], Keys] = {}
        found: dict[Keys, Answer] = {}
        listing: list[object] = []
        for key in keys:
            told = tuple(value for value in map(text_of, key) if value is not None)
            if len(told) < len(key):
                found[key] = self._answer(self.told, words, [])
                continue
            by_told[told] = key
            values = [orjson.loads(orjson.dumps(value)) for value in key]
            listing.append(values[0] if many.batch.plain else dict(zip(many.names, values, strict=True)))
        if not listing:
            return found
        body = {many.batch.within: listing} if many.batch.within else listing
        try:
            reply = self.line.ask(
                self._asked(many.operation, many.operation.path, [], dict(self.headers), body, MOST_OF_BATCH)
            )
        except SilentError as error:
            if error.broken:  # perhaps by one of them
                return found
            self.note(error)
            return found | dict.fromkeys(by_told.values(), Down(error.until))
        try:
            records = [] if reply.status in NOBODY or reply.status == 204 else records_of(reply, many.told.records)
        except MalformedError:
            return found
        about: dict[Keys, list[Json]] = {}
        clear = True
        for record in records:
            key_of = by_told.get(said_of(record, many.echo))
            if key_of is None:
                clear = False  # of nobody who was asked about: whose it is cannot be known
            else:
                about.setdefault(key_of, []).append(record)
        for key in by_told.values():
            if key in about or clear:
                found[key] = self._answer(many.told, words, about.get(key, []))
        return found

    # --- what is answered

    def _answer(self, told: _Told, words: tuple[str, ...], records: list[Json]) -> Answer:
        exists = self.where.exists
        try:
            rows = [_row(told, words, record) for record in records]
        except MalformedError:
            return "malformed"
        if exists is None:
            return tuple(dict.fromkeys(rows))
        row: Record = rows[0] if rows else (None,) * len(words)
        return (tuple(bool(rows) if word == exists else value for word, value in zip(words, row, strict=True)),)


def _row(told: _Told, words: tuple[str, ...], record: Json) -> Record:
    if not isinstance(record, dict):
        raise MalformedError
    facts = [told.fact(word) for word in words]
    return tuple([None if one is None else value_of(picked(record, one.field.steps), one.kind) for one in facts])


def _parameters(where: RestService, operation: Operation, needs: Sequence[str]) -> list[Parameter]:
    """Return where each key goes.

    Raises:
        MisfitError: If one goes nowhere, or something that must be said is no key.
    """
    found = []
    for word in needs:
        name = where.keys.get(word) or word.replace(".", "_")
        parameter = operation.parameters.get(name)
        if parameter is None or parameter.place not in ("path", "query", "header", "body"):
            near = nearest(name, operation.parameters) or "…"
            raise MisfitError(
                word,
                Words(
                    f"'{operation.id}' tidak menerima '{name}' untuk '{word}'.",
                    f"'{operation.id}' takes no '{name}' for '{word}'.",
                ),
                Words(
                    f'Tulis parameternya: keys = {{"{word}" = "{near}"}}.',
                    f'Say which parameter it is: keys = {{"{word}" = "{near}"}}.',
                ),
            )
        found.append(parameter)
    for name, parameter in operation.parameters.items():
        if parameter.required and parameter not in found:
            raise MisfitError(
                "operation",
                Words(f"'{operation.id}' juga menuntut '{name}'.", f"'{operation.id}' also wants '{name}'."),
                Words("Sebutkan operasi yang hanya menuntut kuncinya.", "Name an operation that wants only the keys."),
            )
    return found


def _headers(where: RestService, secret: Secret | None) -> dict[str, str]:
    if where.token is None:
        if secret is None:
            return {}
        fault = Words("Registri itu menuntut token.", "The registry wants a token.")
        raise MisfitError("openapi", fault, Words('Tulis token = "${NAMA}".', 'Write token = "${NAME}".'))
    if not where.token.isascii() or not where.token.isprintable() or not where.token:
        fault = Words("Token itu kosong atau memuat tanda yang tidak boleh.", "The token is empty or holds odd signs.")
        mend = Words("Isi variabelnya dengan token itu saja.", "Set its variable to the token alone.")
        raise MisfitError("token", fault, mend)
    header, word = secret or Secret("Authorization", "Bearer ")
    return {header: word + where.token}
