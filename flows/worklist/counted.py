"""The metrics of the case store over HTTP, for monitoring; needs the token, as every call does."""

from fastapi import FastAPI
from fastapi.responses import Response

from flows.metrics import MEDIA_TYPE, metrics
from flows.worklist.desk import Desk


def add_metrics(app: FastAPI, desk: Desk) -> None:
    """Add the call that monitoring makes."""

    @app.get("/api/metrics", include_in_schema=False)
    def told() -> Response:
        with desk.open():
            return Response(metrics(desk.store), media_type=MEDIA_TYPE)
