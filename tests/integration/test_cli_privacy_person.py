"""``privacy access`` and ``privacy rectify``, on an installation whose leads are in two CRMs."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.cli.main import run
from alpha_swarm.coordination.embedded import EmbeddedServer
from alpha_swarm.sandbox.server import running
from tests.integration.world import QUIET, environment, installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.domain.lead import Lead
    from tests.integration.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Eight leads are through, and the commands know where; the queue's server runs as well."""
    home = tmp_path_factory.mktemp("home")
    database = f"sqlite:///{home / 'ledger.db'}"
    with running(QUIET) as url, installed(home, url, database) as one, pytest.MonkeyPatch.context() as patch:
        one.people(8)
        one.settle()
        for name, value in environment(home, url, database).items():
            patch.setenv(name, value)
        patch.setenv("PRIVACY_CONTROLLER", "Example Works, 1 Example Street")
        patch.setenv("PRIVACY_ASSESSMENT_ID", "LIA-7")
        patch.setenv("PRIVACY_ASSESSMENT_VERSION", "3")
        patch.chdir(home)
        server = EmbeddedServer(home)
        server.start()
        yield one
        server.stop()


@pytest.fixture
def whole(world: World) -> Lead:
    """A lead that is in both CRMs."""
    return next(one for one in world.leads().values() if {"ghl", "instantly"} <= one.external_ids.keys())


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The answer of a command that succeeds."""
    assert run(["privacy", *arguments, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_access_tells_exactly_what_clay_and_both_crms_hold(
    world: World, whole: Lead, capsys: pytest.CaptureFixture[str]
) -> None:
    """In under ten seconds, by the profile."""
    begun = time.monotonic()
    answer = told(capsys, "access", str(whole.input.linkedin_url))
    assert time.monotonic() - begun < 10
    held = answer["personal_data"]
    assert answer["missing"] == []
    assert set(held) == {"alpha_swarm", "clay", "ghl", "instantly"}
    (row,) = (row for row in world.rows() if row["id"] == whole.row_id)
    assert {**held["clay"][0]} == row
    for name in ("ghl", "instantly"):
        (record,) = held[name]
        assert record["id"] == whole.external_ids[name]
        assert record["email"] == whole.values.email
