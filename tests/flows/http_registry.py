"""A registry over HTTP in this process, which answers as a test says; and how a service of it is described and set up."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """A question as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Said(NamedTuple):
    """An answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}
    length: int | None = None  # as it is told, if it is not the true one


def said(what: object, status: int = 200) -> Said:
    return Said(status, json.dumps(what).encode())


@dataclass
class Registry:
    """Answers by `answer`, and notes what it was asked."""

    answer: Callable[[Asked], Said] = lambda asked: said(None)
    asked: list[Asked] = field(default_factory=list)
    address: str = ""


@contextmanager
def registry() -> Iterator[Registry]:
    """Serve a registry on this machine."""
    made = Registry()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
            made.asked.append(asked)
            answer = made.answer(asked)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body) if answer.length is None else answer.length))
            self.end_headers()
            self.wfile.write(answer.body)
            if answer.length is not None:
                self.close_connection = True

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(OSError):  # whoever asked has gone
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


PERSON = {
    "type": "object",
    "required": ["nik", "name"],
    "properties": {
        "nik": {"type": "string"},
        "name": {"type": "string"},
        "birth_date": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
        "mother": {"$ref": "#/components/schemas/Mother"},
        "kk": {"type": ["object", "null"], "properties": {"number": {"type": "string"}, "address": {"type": "string"}}},
        "income": {"type": "number", "nullable": True},
        "tax_paid": {"type": "boolean"},
    },
}
NIK = {"name": "nik", "required": True, "schema": {"type": "string"}}
ANSWERS = {
    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}},
    "404": {"description": "nobody"},
}


def listed(schema: object) -> dict[str, Any]:
    return {"200": {"content": {"application/json": {"schema": {"type": "array", "items": schema}}}}}


def taking(properties: Mapping[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"content": {"application/json": {"schema": schema}}}


A_PERSON = {"$ref": "#/components/schemas/Person"}
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/people/{nik}": {
            "parameters": [{**NIK, "in": "path"}],
            "get": {"operationId": "person", "responses": ANSWERS},
            "delete": {"operationId": "forget", "responses": {"200": {}}},
        },
        "/people": {
            "get": {"operationId": "by_query", "parameters": [{**NIK, "in": "query"}], "responses": listed(A_PERSON)},
            "post": {
                "operationId": "persons",
                "requestBody": taking({"niks": {"type": "array", "items": {"type": "string"}, "maxItems": 3}}),
                "responses": listed(A_PERSON),
            },
        },
        "/by-header": {
            "get": {
                "operationId": "by_header",
                "parameters": [{"name": "X-Nik", "in": "header", "schema": {"type": "string"}}],
                "responses": ANSWERS,
            }
        },
        "/by-body": {
            "post": {
                "operationId": "by_body",
                "requestBody": taking({"nik": {"type": "string"}}),
                "responses": {"200": {"content": {"application/json": {"schema": {"type": "object", "properties": {
                    "data": {"type": "object", "properties": {"found": {"type": "array", "items": A_PERSON}}}}}}}}},
            }
        },
        "/births": {
            "get": {
                "operationId": "births",
                "parameters": [
                    {"name": "mother", "in": "query", "required": True, "schema": {"type": "string"}},
                    {"name": "day", "in": "query", "required": True, "schema": {"type": "string"}},
                ],
                "responses": listed(A_PERSON),
            },
            "post": {
                "operationId": "births_of_many",
                "requestBody": taking({"keys": {"type": "array", "items": {"type": "object"}}}),
                "responses": listed({"type": "object", "properties": {"mother": {}, "birth_date": {}, "name": {}}}),
            },
        },
        "/families/{number}": {
            "get": {
                "operationId": "family",
                "parameters": [{**NIK, "in": "path", "name": "number"}],
                "responses": {"200": {"content": {"application/json": {"schema": {"type": "object", "properties": {
                    "address": {"type": "string"}, "members": {"type": "array", "items": A_PERSON}}}}}}},
            }
        },
        "/hungry": {
            "get": {
                "operationId": "hungry",
                "parameters": [{**NIK, "in": "query"}, {**NIK, "in": "query", "name": "reason"}],
                "responses": ANSWERS,
            }
        },
    },
    "components": {
        "schemas": {"Person": PERSON, "Mother": {"type": "object", "properties": {"nik": {"type": ["string", "null"]}}}},
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "bearer": {"type": "http", "scheme": "bearer"},
            "password": {"type": "http", "scheme": "basic"},
        },
    },
}  # fmt: skip
