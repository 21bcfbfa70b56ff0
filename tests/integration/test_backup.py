"""What the handbook says of copies, done to the letter: nothing is paid for twice afterwards."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from alpha_swarm.proof.postgresql import database
from alpha_swarm.sandbox.server import running
from tests.integration.pipeline import books
from tests.integration.world import QUIET, installed

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
COMMANDS = dict(re.findall(r"^```sh\n# ([^\n]+)\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL))


def run(title: str, folder: Path, url: str) -> None:
    """The commands under this title, as somebody would type them."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run(  # noqa: S603 - the handbook's own commands
        ["sh", "-eu", "-c", COMMANDS[title]],  # noqa: S607 - whatever shell there is
        cwd=folder,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": address},
        check=True,
    )


def ledger(kind: str, folder: Path, request: pytest.FixtureRequest) -> AbstractContextManager[str]:
    """A database of its own, where the handbook expects it."""
    if kind == "SQLite":
        return nullcontext(f"sqlite:///{folder / '.alpha-swarm' / 'ledger.db'}")
    if shutil.which("pg_dump") is None:
        pytest.skip("the programs of PostgreSQL's client are not here")
    return database(request.getfixturevalue("postgresql_server"))


@pytest.mark.parametrize("kind", ["SQLite", pytest.param("PostgreSQL", marks=pytest.mark.postgresql)])
def test_a_copy_of_a_ledger_in_use_is_put_back_and_looks_before_it_pays(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The copy is of before anybody was paid for; when it is put back everybody was."""
    home = tmp_path / ".alpha-swarm"
    home.mkdir()
    with ledger(kind, tmp_path, request) as url, running(QUIET) as sandbox:
        with installed(home, sandbox, url) as before:
            lead_ids = before.people(4)
            before.app.beat()
            run(kind, tmp_path, url)
            before.app.beat()
            before.settle()
            assert before.sandbox_ledger()["clay"]["rows_added"] == len(lead_ids)
        run(f"{kind}, put back", tmp_path, url)
        with installed(home, sandbox, url) as after:
            assert after.app.status()["leads"]["received"] == len(lead_ids)
            after.app.beat()
            after.settle()
            books.check(after)
            assert after.sandbox_ledger()["clay"]["rows_added"] == len(lead_ids)
            assert after.leads().keys() == set(lead_ids)
