"""What a registry's OpenAPI description says of an operation: its path, where keys go, the shape of the answer; asks nobody.

Of OpenAPI 3.0 and 3.1 as much as look-ups need: parameters and bodies of plain values, answers in JSON, `$ref` within the
document. (https://spec.openapis.org/oas/v3.1.1)
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from processes.problem import nearest
from processes.words import Words

Schema = Mapping[str, Any]
METHODS = ("get", "post")  # a look-up changes nothing: no other method is used
MOST_REFERENCES = 50  # that lead from one to the next
SCALARS = frozenset({"string", "integer", "number", "boolean"})
FREE: Schema = {}  # says nothing of a value


class MisfitError(Exception):
    """Settings and description do not fit together; `key` is what to look at in the settings."""

    def __init__(self, key: str, fault: Words, mend: Words) -> None:
        super().__init__(fault.en)
        self.key, self.fault, self.mend = key, fault, mend


class Parameter(NamedTuple):
    """Where a value of a question goes."""

    name: str
    place: str  # path, query, header, body
    required: bool
    type: str  # of JSON; empty if nothing is said


class Batch(NamedTuple):
    """How many are asked about at once."""

    within: str  # the property of the body that lists them; empty: the body itself
    plain: bool  # a list of keys, not of objects that hold them
    most: int | None


class Operation(NamedTuple):
    """An operation that a service is asked by."""

    id: str
    method: str
    path: str
    parameters: Mapping[str, Parameter]
    body: Schema
    answer: Schema  # what is answered with status 200
    statuses: frozenset[str]  # that the description knows
    secret: "Secret | None"


class Secret(NamedTuple):
    """How the token is shown: in which header, and after which word."""

    header: str
    word: str


class Step(NamedTuple):
    """A name on the way to a field: whether it must be there, and whether it may be null."""

    name: str
    required: bool
    nullable: bool


class Field(NamedTuple):
    """Where in a record a fact stands."""

    steps: tuple[Step, ...]
    many: bool  # a list lies on the way


class Description:
    """An OpenAPI document."""

    def __init__(self, document: object) -> None:
        if not isinstance(document, dict) or not isinstance(document.get("paths"), dict) or "openapi" not in document:
            raise MisfitError(
                "openapi",
                Words("Ini bukan deskripsi OpenAPI 3.", "This is no OpenAPI 3 description."),
                Words(
                    "Sebutkan dokumen yang memuat 'openapi' dan 'paths'.", "Name a document with 'openapi' and 'paths'."
                ),
            )
        self.document: Mapping[str, Any] = document

    def server(self) -> str:
        """Return where the operations are served, as the description says it."""
        servers = self.document.get("servers")
        first = servers[0] if isinstance(servers, list) and servers else {}
        return str(first.get("url", "")) if isinstance(first, dict) else ""

    def operation(self, key: str, name: str) -> Operation:
        """Return an operation by its operationId.

        Args:
            key: Where its name stands in the settings.
            name: Its operationId.

        Raises:
            MisfitError: If there is none, or none that can be asked.
        """
        found = {said.get("operationId"): (path, method, item, said) for path, method, item, said in self._operations()}
        if name not in found:
            names = [str(one) for one in found if one]
            near = nearest(name, names)
            raise MisfitError(
                key,
                Words(f"Deskripsi itu tidak memuat operasi '{name}'.", f"The description has no operation '{name}'."),
                Words(f"Maksud Anda '{near}'?", f"Did you mean '{near}'?")
                if near
                else Words(f"Yang ada: {', '.join(names)}.", f"There are: {', '.join(names)}."),
            )
        path, method, item, said = found[name]
        if method not in METHODS:
            raise MisfitError(
                key,
                Words(
                    f"'{name}' memakai {method.upper()}, bukan GET atau POST.",
                    f"'{name}' is {method.upper()}, not GET or POST.",
                ),
                Words("Pilih operasi yang hanya membaca.", "Choose an operation that only reads."),
            )
        responses = said.get("responses") or {}
        body = self._json(self._followed(said.get("requestBody")))
        parameters = {one.name: one for one in self._parameters(item, said, body)}
        answer = self._json(
            self._followed(next((responses[code] for code in ("200", 200, "2XX") if code in responses), None))
        )
        statuses = frozenset(str(status) for status in responses)
        return Operation(name, method, path, parameters, body, answer, statuses, self._secret(said))

    def _operations(self) -> Iterator[tuple[str, str, Schema, Schema]]:
        for path, item in self.document["paths"].items():
            for method, said in item.items() if isinstance(item, dict) else ():
                if isinstance(said, dict) and "responses" in said:
                    yield str(path), str(method), item, said

    def _parameters(self, item: Schema, said: Schema, body: Schema) -> Iterator[Parameter]:
        for one in [*(item.get("parameters") or ()), *(said.get("parameters") or ())]:
            told = self._followed(one)
            type_ = self.type(self.schema(told.get("schema")))
            yield Parameter(str(told.get("name")), str(told.get("in")), bool(told.get("required")), type_)
        required = body.get("required") or ()
        for name, one in self.properties(body).items():
            yield Parameter(name, "body", name in required, self.type(self.schema(one)))

    def _json(self, content: Schema) -> Schema:
        kinds = content.get("content") or {}
        for kind, told in kinds.items() if isinstance(kinds, dict) else ():
            if "json" in str(kind) and isinstance(told, dict):
                return self.schema(told.get("schema"))
        return FREE

    def _secret(self, said: Schema) -> Secret | None:
        wanted = said.get("security", self.document.get("security")) or ()
        schemes = (self.document.get("components") or {}).get("securitySchemes") or {}
        for one in wanted:
            for name in one:
                scheme = self._followed(schemes.get(name))
                kind, by = scheme.get("type"), str(scheme.get("scheme", "")).lower()
                if kind == "apiKey" and scheme.get("in") == "header":
                    return Secret(str(scheme.get("name")), "")
                if kind in ("oauth2", "openIdConnect") or (kind == "http" and by == "bearer"):
                    return Secret("Authorization", "Bearer ")
                raise MisfitError(
                    "token",
                    Words(f"Cara masuk '{name}' tidak dikenal.", f"The way '{name}' to log in is not known."),
                    Words(
                        "Yang dapat dipakai: token Bearer, atau kunci API dalam header.",
                        "What can be used: a bearer token, or an API key in a header.",
                    ),
                )
        return None

    # --- schemas

    def schema(self, said: object) -> Schema:
        """Return what a schema says, without references, and without that it may be null."""
        told = self._followed(said)
        for word in ("anyOf", "oneOf"):
            if isinstance(told.get(word), list):
                real = [one for one in map(self._followed, told[word]) if one.get("type") != "null"]
                return self.schema(real[0]) if len(real) == 1 else FREE
        if isinstance(told.get("allOf"), list):
            whole: dict[str, Any] = {key: value for key, value in told.items() if key != "allOf"}
            for part in map(self.schema, told["allOf"]):
                properties = {**self.properties(whole), **self.properties(part)}
                required = [*(whole.get("required") or ()), *(part.get("required") or ())]
                whole = {**part, **whole, "properties": properties, "required": required}
            return whole
        return told

    def nullable(self, said: object) -> bool:
        """Return whether a value may be null; what says nothing of itself may."""
        told = self._followed(said)
        if not told or told.get("nullable") is True or "null" in _types(told):
            return True
        options = [*(told.get("anyOf") or ()), *(told.get("oneOf") or ())]
        return any(self.nullable(one) for one in options)

    def type(self, schema: Schema) -> str:
        """Return the type of a value, or nothing if that is not said."""
        types = [one for one in _types(schema) if one != "null"]
        if len(types) == 1:
            return types[0]
        return "object" if not types and "properties" in schema else "array" if not types and "items" in schema else ""

    def properties(self, schema: Schema) -> Mapping[str, Any]:
        """Return what an object has, as far as that is said."""
        found = schema.get("properties")
        return found if isinstance(found, dict) else {}

    def items(self, schema: Schema) -> Schema:
        """Return what a list is made of."""
        return self.schema(schema.get("items"))

    def at(self, schema: Schema, path: str, key: str) -> Schema:
        """Return the schema of what stands at a path.

        Raises:
            MisfitError: If there is nothing.
        """
        for name in path.split(".") if path else ():
            schema = self.schema(self._property(schema, name, path, key))
        return schema

    def field(self, record: Schema, path: str, key: str) -> tuple[Field, Schema]:
        """Return where in a record something stands, and what it is.

        Args:
            record: The record.
            path: Names, with dots between.
            key: What to name in the settings if there is no such field.

        Raises:
            MisfitError: If there is none.
        """
        steps, many = list[Step](), False
        for name in path.split("."):
            if self.type(record) == "array":
                record, many = self.items(record), True
            said = self._property(record, name, path, key)
            free = not self.properties(record)
            steps.append(Step(name, not free and name in (record.get("required") or ()), free or self.nullable(said)))
            record = self.schema(said)
        if self.type(record) == "array":
            record, many = self.items(record), True
        return Field(tuple(steps), many), record

    def _property(self, schema: Schema, name: str, path: str, key: str) -> object:
        known = self.properties(schema)
        if name in known:
            return known[name]
        if not known and self.type(schema) in ("", "object"):
            return FREE  # the description leaves it open
        near = nearest(name, known)
        names = ", ".join(known) or "-"
        raise MisfitError(
            key,
            Words(f"Jawabannya tidak memuat '{path}'.", f"Its answer has no '{path}'."),
            Words(f"Maksud Anda '{near}'?", f"Did you mean '{near}'?")
            if near
            else Words(f"Yang ada di situ: {names}.", f"What is there: {names}."),
        )

    def _followed(self, said: object) -> Schema:
        """Return what a reference leads to; only within the document, so that reading one asks nobody."""
        for _ in range(MOST_REFERENCES):
            if not isinstance(said, dict):
                return FREE
            reference = said.get("$ref")
            if not isinstance(reference, str):
                return said
            said = self._referred(reference)
        return FREE

    def _referred(self, reference: str) -> object:
        found: object = self.document
        if not reference.startswith("#/"):
            fault = Words(
                f"Deskripsi itu merujuk ke luar dokumennya: {reference}.",
                f"The description refers elsewhere: {reference}.",
            )
            mend = Words("Simpan sebagai satu berkas.", "Save it as one file.")
            raise MisfitError("openapi", fault, mend)
        for name in reference[2:].split("/"):
            name = name.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
        return found


def batch_of(description: Description, operation: Operation) -> Batch:
    """Return how an operation is asked about many at once.

    Raises:
        MisfitError: If its body lists nothing.
    """
    lists = {"": operation.body} if description.type(operation.body) == "array" else {}
    for name, said in description.properties(operation.body).items():
        if description.type(schema := description.schema(said)) == "array":
            lists[name] = schema
    if len(lists) != 1:
        raise MisfitError(
            "batch",
            Words(
                f"'{operation.id}' tidak menerima satu daftar kunci dalam badannya.",
                f"'{operation.id}' takes no list of keys in its body.",
            ),
            Words("Sebutkan operasi lain, atau hapus 'batch'.", "Name another operation, or leave 'batch' out."),
        )
    [(within, schema)] = lists.items()
    most = schema.get("maxItems")
    plain = description.type(description.items(schema)) in SCALARS
    return Batch(within, plain, most if isinstance(most, int) and most > 0 else None)


def listed(description: Description, operation: Operation) -> tuple[str, Schema]:
    """Return where the records of a batch's answer stand, and what each of them is.

    Raises:
        MisfitError: If the answer is no list and holds none, or several.
    """
    if description.type(operation.answer) == "array":
        return "", description.items(operation.answer)
    lists = [
        (name, description.items(schema))
        for name, said in description.properties(operation.answer).items()
        if description.type(schema := description.schema(said)) == "array"
    ]
    if len(lists) == 1:
        return lists[0]
    raise MisfitError(
        "batch",
        Words(f"Jawaban '{operation.id}' bukan satu daftar.", f"What '{operation.id}' answers is not one list."),
        Words("Sebutkan operasi lain, atau hapus 'batch'.", "Name another operation, or leave 'batch' out."),
    )


def _types(schema: Schema) -> list[str]:
    said = schema.get("type")
    return [str(one) for one in said] if isinstance(said, list) else [said] if isinstance(said, str) else []
