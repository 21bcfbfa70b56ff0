"""Whatever fails, wherever: an error report names kind and place, and nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from alpha_swarm import app as application
from alpha_swarm.cli import main as command_line
from alpha_swarm.cli import opening
from alpha_swarm.errors import NotReadyError
from alpha_swarm.queueing.hints import hint, queue_named
from alpha_swarm.queueing.job import HintJob
from alpha_swarm.queueing.queues import DEAD_LETTERS, REPLAY
from alpha_swarm.queueing.worker import SwarmWorker
from tests import canary
from tests.error_reports import Reported, reporting
from tests.integration.api_door import open_door
from tests.integration.world import NOW, QUIET, world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redis import Redis

    from alpha_swarm.ledger.transaction import SqlTransaction


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reported]:
    """What left the process in logs and error reports."""
    with reporting(monkeypatch) as kept:
        yield kept


def stumble(*_: Any, **__: Any) -> Any:
    """Our own mistake, with the person in its text, its cause, its notes and its variables."""
    person = canary.lead("anywhere")
    try:
        person[canary.WORK_EMAIL]
    except KeyError as error:
        mistake = ValueError(f"cannot read {canary.EVERYTHING}")
        mistake.add_note(canary.EVERYTHING)
        raise mistake from error


def assert_reported(reported: Reported, *kinds: str) -> None:
    """These, with the place in our code, and nothing of the person in reports and log."""
    assert reported.kinds == list(kinds)
    for one in reported.kept.sent:
        errors = one["exception"]["values"]
        places = [frame["function"] for error in errors for frame in error["stacktrace"]["frames"]]
        assert "stumble" in places
    assert canary.traces(reported.everything) == []


class Stumbling:
    """An application whose every act fails."""

    def __getattr__(self, name: str) -> Any:
        return stumble


def test_a_job(reported: Reported, connection: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its arguments and description stay here, too."""
    monkeypatch.setattr(application, "_installed", [Stumbling()])
    (queued,) = queue_named(DEAD_LETTERS, connection).enqueue_many([hint(REPLAY, (), "replay")])
    job = HintJob.fetch(queued.id, connection)
    worker = SwarmWorker(DEAD_LETTERS, name="worker", connection=connection)
    assert not worker._attempt(job)
    assert_reported(reported, "ValueError")


def test_an_api_route(reported: Reported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Query and headers name the person; whoever asks hears nothing of it either."""
    with open_door(tmp_path) as door:
        monkeypatch.setattr(door.app.ledger, "read", stumble)
        answer = door.call(
            "GET",
            "/leads/01J0000000000000000000000Z",
            params={"email": canary.WORK_EMAIL},
            headers={"Authorization": "Bearer door-key", "X-Person": canary.WORK_EMAIL},
        )
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert canary.traces(answer.content) == []
    assert_reported(reported, "ValueError")


def test_a_commit_of_many_requests(
    reported: Reported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that writes tells it, not the request."""
    with open_door(tmp_path) as door:
        monkeypatch.setattr(door.app.receive, "record", stumble)
        assert door.post(canary.lead("api")).status_code == 503
    assert_reported(reported, "ValueError")


def test_a_command(
    reported: Reported, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line for whoever typed it, and no report: they are there to see it."""
    monkeypatch.setattr(opening, "opened_app", stumble)
    assert command_line.run(["status"]) == 1
    shown = capsys.readouterr()
    assert "unexpected ValueError" in shown.err
    assert canary.traces(shown.out + shown.err) == []
    assert_reported(reported)


def test_a_connector(reported: Reported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of an outside call."""
    with world(tmp_path, QUIET, f"sqlite:///{tmp_path}/ledger.db") as one:
        monkeypatch.setattr(one.app.enricher, "submit", stumble)
        one.take([canary.lead("connector")], NOW)
        one.step()
    assert set(reported.kinds) == {"ValueError"}
    assert canary.traces(reported.everything) == []


def test_the_ledger(reported: Reported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement that is refused is told without its values."""
    with open_door(tmp_path) as door:

        def refused(tx: SqlTransaction, *_: Any, **__: Any) -> Any:
            tx.session.run(text("INSERT INTO leads (id) VALUES (:name)"), [{"name": canary.EVERYTHING}])

        monkeypatch.setattr(door.app.receive, "record", refused)
        assert door.post(canary.lead("ledger")).status_code == 503
    assert reported.kinds == ["AlphaSwarmError"]
    assert "in refused" in reported.log.getvalue()
    assert canary.traces(reported.everything) == []


def test_a_verdict_is_no_error_of_ours(
    reported: Reported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy ledger, at the door and in a job, is not reported."""

    def busy(*_: Any, **__: Any) -> Any:
        raise NotReadyError("the ledger is busy")

    with open_door(tmp_path) as door:
        monkeypatch.setattr(door.app.receive, "record", busy)
        assert door.post(canary.lead("busy")).status_code == 503
    assert_reported(reported)
