"""Sees every SQL statement, commit, and HTTP exchange of a child, just before it and right after."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import ClientSession
from requests.adapters import HTTPAdapter
from sqlalchemy import event

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from alpha_swarm.proof.crashing.points import Points

#: The verb of a statement and the first table that it names.
_SHAPE = re.compile(r"^(\w+).*?(?:FROM|INTO|UPDATE|^UPDATE)\s+(\w+)", re.DOTALL)
_WORDS_OF_A_PATH = re.compile(r"/([a-z]+)(?=/|$)")


def watch(engine: Engine, points: Points) -> None:
    """For the rest of this process's life."""
    _watch_statements(engine, points)
    _watch_commits(engine, points)
    _watch_exchanges(points)


def _watch_statements(engine: Engine, points: Points) -> None:
    def before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        points.passed(lambda: f"sql:before:{shape(statement)}")

    def after(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        points.passed(lambda: f"sql:after:{shape(statement)}")

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)


def _watch_commits(engine: Engine, points: Points) -> None:
    commit = engine.dialect.do_commit

    def committing(connection: Any) -> None:
        points.passed(lambda: "commit:before")
        commit(connection)
        points.passed(lambda: "commit:after")

    engine.dialect.do_commit = committing  # type: ignore[method-assign,assignment]  # there is no event after a commit


def _watch_exchanges(points: Points) -> None:
    send = HTTPAdapter.send

    def sending(adapter: HTTPAdapter, request: Any, *arguments: Any, **options: Any) -> Any:
        name = f"{request.method} {_path(request.url)}"
        points.passed(lambda: f"http:before:{name}")
        answer = send(adapter, request, *arguments, **options)
        points.passed(lambda: f"http:after:{name}")
        return answer

    HTTPAdapter.send = sending  # type: ignore[method-assign,assignment]  # requests has no hook before a request
    _watch_exchanges_side_by_side(points)


def _watch_exchanges_side_by_side(points: Points) -> None:
    request = ClientSession._request  # noqa: SLF001 - all of its methods end there

    async def requesting(session: ClientSession, method: str, url: Any, **options: Any) -> Any:
        name = f"{method} {_path(str(url))}"
        points.passed(lambda: f"http:before:{name}")
        answer = await request(session, method, url, **options)
        points.passed(lambda: f"http:after:{name}")
        return answer

    ClientSession._request = requesting  # type: ignore[method-assign,assignment]  # noqa: SLF001 - the same


def shape(statement: str) -> str:
    """``UPDATE work`` for a whole update of that table."""
    found = _SHAPE.match(statement)
    return " ".join(found.groups()) if found else statement.split("(", maxsplit=1)[0].strip()


def _path(url: str) -> str:
    """The path without ids."""
    return "".join(f"/{word}" for word in _WORDS_OF_A_PATH.findall(urlsplit(url).path))
