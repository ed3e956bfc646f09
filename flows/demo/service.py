"""Registries in SQL served over HTTP, with an OpenAPI description and a token: what an agency would put before its database.

    with serving(registry_app(catalogue, sql, "siak", token, services)) as address:
        ...  # address + "/openapi.json" describes it

Each service has an operation for one subject, and one for up to a hundred. Keys of one subject stand in the address, as they do
with most registries; so nothing here writes addresses to a log.
"""

import re
import secrets
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import orjson
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Query, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field, create_model

from flows.connectors.kinds import Kind, Kinds
from flows.connectors.sql import SqlServices
from flows.demo.faults import App
from flows.demo.settings import operation_of
from flows.ports import Answer, Keys
from processes.catalogue import Catalogue, DataService

MOST = 100  # subjects at once
ENDS_WITHIN = 10.0  # seconds
TYPES: dict[str, Any] = {"number": float, "money": float, "date": date, "yes/no": bool}  # else text


def registry_app(
    catalogue: Catalogue, sql: SqlServices, registry: str, token: str, services: Iterable[str], *, batches: bool = True
) -> FastAPI:
    """Return an application that answers for a registry.

    Args:
        catalogue: Where its services stand.
        sql: Where their answers are found.
        registry: Its name.
        token: What whoever asks must show.
        services: The names of those that are served.
        batches: Whether it can be asked about many at once.
    """
    bearer = HTTPBearer(auto_error=False)

    def known(shown: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> None:
        said = shown.credentials.encode() if shown else b""
        if not secrets.compare_digest(said, token.encode()):
            raise HTTPException(401, "token")

    app = FastAPI(title=registry, version="1", docs_url=None, redoc_url=None, dependencies=[Depends(known)])
    for name in services:
        if (service := catalogue.service.get(name)) is not None:
            _serve(app, name, service, Kinds(catalogue, service), sql, batches=batches)
    return app


def _serve(app: FastAPI, name: str, service: DataService, kinds: Kinds, sql: SqlServices, *, batches: bool) -> None:
    needs = [str(word) for word in service.needs]
    words = tuple(str(word) for word in (*service.gives, *service.confirms))
    title = "".join(part.title() for part in re.split(r"\W", name))
    asked = create_model(f"{title}Keys", **{_field(word): (_type(kinds.of(word)), ...) for word in needs})  # type: ignore[call-overload]
    told = {_field(word): (_type(kinds.of(word)) | None, None) for word in words}
    record = create_model(f"{title}Record", __base__=asked, **told)  # type: ignore[call-overload]

    def answered(keys: list[BaseModel]) -> Response:
        values: list[Keys] = [tuple(getattr(key, _field(word)) for word in needs) for key in keys]
        records = [
            dict(zip(map(_field, (*needs, *words)), (*key, *row), strict=True))
            for key, answer in sql.ask(name, words, values).items()
            for row in _rows(answer)
        ]
        return Response(orjson.dumps(records), media_type="application/json")

    async def one(key: Any) -> Response:
        return answered([key])

    async def many(body: Any) -> Response:
        return answered(body.keys)

    one.__annotations__["key"] = Annotated[asked, Query()]
    path, operation = f"/{operation_of(name).replace('_', '-')}", operation_of(name)
    listed = list[record]
    app.get(path, operation_id=operation, response_model=listed)(one)
    if batches:
        body = create_model(f"{title}Batch", keys=(Annotated[list[asked], Field(max_length=MOST)], ...))
        many.__annotations__["body"] = body
        app.post(path, operation_id=f"{operation}s", response_model=listed)(many)


def _rows(answer: Answer) -> Any:
    if isinstance(answer, list | tuple):
        return answer
    raise HTTPException(500, "the register cannot be read")


def _field(word: str) -> str:
    return word.replace(".", "_")


def _type(kind: Kind) -> Any:
    single = TYPES.get(kind.element.type, str)
    return list.__class_getitem__(single) if kind.many else single


@contextmanager
def serving(app: App | FastAPI, port: int = 0) -> Iterator[str]:
    """Serve an application on this machine alone, beside what else is done, and give its address.

    Args:
        app: The application.
        port: Where; 0: wherever there is room.

    Raises:
        OSError: If it cannot be served there.
    """
    with socket.create_server(("127.0.0.1", port)) as listening:
        settings = uvicorn.Config(
            app, access_log=False, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, args=([listening],), name="registry", daemon=True)
        thread.start()  # whoever asks before it is ready waits for it
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(ENDS_WITHIN)
