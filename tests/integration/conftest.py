"""An embedded Redis for a test, and a ledger on either database."""

from __future__ import annotations

import shutil
import zlib
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.embedded import EmbeddedServer
from alpha_swarm.domain.states import Target
from alpha_swarm.ledger.migrate import migrate
from alpha_swarm.proof.postgresql import database as postgresql_database
from alpha_swarm.queueing.hints import RqHints
from alpha_swarm.sandbox.server import running as sandbox_running
from tests.integration.crm_place import Place, office_of
from tests.integration.databases import VARIABLE, server_url
from tests.integration.parts import BATCHES, Part, running
from tests.integration.world import QUIET, environment, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from redis import Redis


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """The server of a new installation."""
    server = EmbeddedServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def connection(server: EmbeddedServer) -> Iterator[Redis]:
    """A client of it."""
    with connect(server.url) as connection:
        yield connection


_KINDS = ("sqlite", "postgresql")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With PostgreSQL at hand each test is run on one database, by turns; long: on the other one."""
    here = Path(__file__).parent
    for item in items if server_url() else ():
        if isinstance(item, pytest.Function) and here in item.path.parents:
            kind = item.callspec.params.get("database_url") if hasattr(item, "callspec") else None
            others = item.nodeid.replace(str(kind), "")
            if kind and kind != _KINDS[zlib.crc32(others.encode()) % len(_KINDS)]:
                item.add_marker(pytest.mark.long)


_BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite ledger of the newest shape, to be copied."""
    path = tmp_path_factory.mktemp("template") / "ledger.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The server for tests, or the reason why there is none."""
    server = server_url()
    if server is None:
        pytest.skip(f"{VARIABLE} names no PostgreSQL server")
    return server


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """A PostgreSQL ledger of the newest shape, to be copied."""
    with postgresql_database(postgresql_server) as url:
        migrate(url)
        yield url


@pytest.fixture(params=_BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, one of each kind."""
    with _database(request, tmp_path, filled=False) as url:
        yield url


@pytest.fixture(params=_BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A ledger of the newest shape with nothing in it, one of each kind."""
    with _database(request, tmp_path, filled=True) as url:
        yield url


def _database(request: pytest.FixtureRequest, folder: Path, *, filled: bool) -> AbstractContextManager[str]:
    kind = request.param
    template = request.getfixturevalue(f"{kind}_template") if filled else None
    if kind == "sqlite":
        return _sqlite_file(folder / "ledger.db", template)
    return postgresql_database(request.getfixturevalue("postgresql_server"), template)


@contextmanager
def _sqlite_file(path: Path, template: Path | None) -> Iterator[str]:
    if template is not None:
        shutil.copy(template, path)
    yield f"sqlite:///{path}"


@pytest.fixture
def hints(connection: Redis) -> RqHints:
    """Hints of an installation with two CRMs."""
    return RqHints(connection, BATCHES)


@pytest.fixture
def ingest(server: EmbeddedServer, tmp_path: Path) -> Iterator[Part]:
    """A worker of the queue ``ingest``."""
    with running(server.url, "ingest", tmp_path) as part:
        yield part


@pytest.fixture
def scheduler(server: EmbeddedServer, tmp_path: Path) -> Iterator[Part]:
    """The scheduler."""
    with running(server.url, "scheduler", tmp_path) as part:
        yield part


@pytest.fixture(params=list(Target), ids=str)
def place(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    database_url: str,
) -> Iterator[Place]:
    """Each CRM in turn; edits win nothing there, so that a sync has values to write over."""
    target: Target = request.param
    rules = tmp_path / "rules.toml"
    rules.write_text('edits_win_days = 0\n[fields]\nfirst_name = "overwrite"\n')
    more = {"SYNC_TARGETS": target.value, "ALPHA_SWARM_WRITE_RULES_FILE": str(rules)}
    monkeypatch.chdir(tmp_path)
    with ExitStack() as stack:
        url = stack.enter_context(sandbox_running(QUIET))
        world = stack.enter_context(installed(tmp_path / "home", url, database_url, **more))
        for name, value in (environment(tmp_path / "home", url, database_url) | more).items():
            monkeypatch.setenv(name, value)
        server = EmbeddedServer(tmp_path / "home")
        server.start()
        stack.callback(server.stop)
        yield Place(target, world, office_of(target, url), capsys)
