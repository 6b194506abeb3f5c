"""Is this process alive, and can it work? For the machines that look after it."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from cairn.api.answers import endpoint, problem


@endpoint
def healthz(_: HttpRequest) -> HttpResponse:
    """Alive; asks nobody else."""
    return _fine()


@endpoint
def readyz(_: HttpRequest) -> HttpResponse:
    """Ready: the database answers, and its tables are those of this version."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return problem(503, "database.away", "The database cannot be reached.")
    if missing:
        return problem(503, "database.old", "The tables are older than this version.")
    return _fine()


def _fine() -> HttpResponse:
    response = HttpResponse(b"ok\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
