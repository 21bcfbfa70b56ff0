"""One family goes through every door, past kills and crashes of our own code: only the ledger meets them."""

from __future__ import annotations

import csv
import json
import os
import signal
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from alpha_swarm.proof.system.parts import parts
from tests import canary
from tests.acceptance.installation import installation
from tests.acceptance.redis_files import ever_written, standing
from tests.acceptance.sentry_server import sentry
from tests.integration.scraped import Scraped
from tests.unit.api import signing
from tests.waiting import PATIENCE_SECONDS, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.acceptance.installation import Installation

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
IN_FILE = 60
#: Our own mistake, in workers that sync: it quotes whom it stumbles over.
MISTAKE = """
import sys

if "workers.sync" in sys.orig_argv:
    from alpha_swarm.pipeline.crm.contacts import Contacts

    right = Contacts.of

    def of(self, lead):
        if (lead.input.linkedin_url or "").endswith("-poisoned"):
            raise ValueError(f"cannot map {lead.input} of {lead.enrichment}")
        return right(self, lead)

    Contacts.of = of
"""


class Look:
    """What anybody could read of the processes and of Redis while it ran."""

    def __init__(self, system: Installation) -> None:
        self._system = system
        self.processes = b""
        self.redis = b""

    def take(self) -> None:
        """As it is now."""
        assert self._system.up is not None
        pids = [part.pid for part in parts(self._system.up.pid, self._system.home / "data")]
        for pid in (self._system.up.pid, *pids):
            self.processes += _read(pid, "cmdline") + _read(pid, "environ")
        self.redis += standing(self._system.home / "data")

    def until(self, condition: Callable[[Scraped], bool]) -> Scraped:
        """Look again and again until what ``/metrics`` shows is so; that."""
        end = time.monotonic() + PATIENCE_SECONDS
        while (found := self.scraped()) is None or not condition(found):
            assert time.monotonic() < end, f"{found and found.text}{self._system.log()}"
            time.sleep(1.0)
        return found

    def scraped(self) -> Scraped | None:
        """What the door shows, as soon as it is open; with another look."""
        self.take()
        with suppress(requests.ConnectionError):
            return Scraped(requests.get(f"{self._system.environ['BASE_URL']}/metrics", timeout=60).text)  # noqa: TID251 - the test's own
        return None


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        # It ended a moment ago.
        return b""


def by_file(system: Installation) -> None:
    """Two batches, and one over whom our code fails."""
    family = [canary.lead(f"file-{number}") for number in range(IN_FILE)]
    family.append(canary.lead("poisoned"))
    path = system.home / "leads.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(family[0]))
        writer.writeheader()
        writer.writerows({**one, "scraped_at": datetime.now(UTC).isoformat()} for one in family)
    assert system.ask("leads", "add", str(path))["accepted"] == len(family)


def post(system: Installation, path: str, body: bytes, **headers: str) -> int:
    """To our HTTP door; the status."""
    url = system.environ["BASE_URL"] + path
    return requests.post(url, data=body, headers=headers, timeout=60).status_code  # noqa: TID251 - the test's own


def by_request(system: Installation) -> None:
    """``POST /leads``, and a request that is refused."""
    one = canary.lead("api", scraped_at=datetime.now(UTC).isoformat())
    door = {"Authorization": "Bearer door", "Content-Type": "application/json"}
    assert post(system, "/leads", json.dumps(one).encode(), **door) == 202
    assert post(system, "/leads", canary.EVERYTHING.encode(), **door) == 400


def by_crm(system: Installation) -> None:
    """A webhook by Standard Webhooks."""
    names = {"first_name": canary.FIRST_NAME, "last_name": canary.LAST_NAME, "company_name": canary.COMPANY}
    data = {"id": "record-1", "email": canary.PERSONAL_EMAIL, **names}
    body = json.dumps({"type": "contact.created", "data": data}).encode()
    headers = signing.generic("message-1", body, datetime.now(UTC))
    assert post(system, "/webhooks/crm/generic", body, **headers) == 200


def by_callback(system: Installation) -> None:
    """What Clay found of one of them, for a row of ours and for one of nobody's; and what is no JSON."""
    rows = system.counted()["clay"]["row_list"]
    found = {"email_work": canary.WORK_EMAIL, "email_personal": canary.PERSONAL_EMAIL, "phone": canary.PHONE}
    for table, row in ((rows[0]["table_id"], rows[0]["row_id"]), ("t-1", "r-unknown")):
        data = {**found, "enrichment_status": "completed", "company_name": canary.COMPANY}
        envelope = {"event": "row.enriched", "table_id": table, "row_id": row, "data": data}
        body = json.dumps({**envelope, "timestamp": datetime.now(UTC).isoformat()}).encode()
        assert callback(system, body) == 202
    assert callback(system, canary.EVERYTHING.encode()) == 400


def callback(system: Installation, body: bytes) -> int:
    """As Clay calls back; the status."""
    return post(system, "/webhooks/clay/enrichment-complete", body, **{"x-webhook-secret": "webhook-secret"})


def kill(system: Installation) -> None:
    """Each worker in the middle of its work: right after its first call."""
    for part, party, call in (
        ("ingest", "clay", "addRows"),
        ("enrich", "clay", "enrichRows"),
        ("sync", "ghl", "createContact"),
    ):
        wait_until(lambda: system.counted()[party]["calls"].get(call))  # noqa: B023 - called at once
        os.kill(system.worker(part), signal.SIGKILL)


def files(home: Path) -> bytes:
    """Whatever the installation wrote to disk, but for the ledger."""
    every = [file for file in (home / "data").rglob("*") if file.is_file()]
    return b"".join(file.read_bytes() for file in every if not file.name.startswith("ledger."))


def everybody(system: Installation) -> tuple[Look, Scraped]:
    """All of them, to their ends; what could be seen meanwhile, and at the end."""
    by_file(system)
    system.start()
    kill(system)
    look = Look(system)
    look.until(lambda found: found("health", health="healthy") == 1)
    by_request(system)
    by_crm(system)
    by_callback(system)
    ended = look.until(
        lambda found: found("settled") == 1 and found("dead_letters", **{"class": "poison"}) != 0
    )
    return look, ended


@contextmanager
def broken_installation(home: Path, dsn: str) -> Iterator[Installation]:
    """One whose workers have the mistake."""
    (home / "site").mkdir()
    (home / "site" / "sitecustomize.py").write_text(MISTAKE)
    with installation(
        home,
        PYTHONPATH=f"{home / 'site'}:{ROOT}",
        SENTRY_DSN=dsn,
        LOG_FORMAT="json",
        CRM_WEBHOOK_SECRET_GENERIC=signing.GENERIC_SECRET,
    ) as system:
        yield system


def test_nobody_is_named_outside_of_the_ledger(tmp_path: Path) -> None:
    """Not in Redis, its file, logs, metrics, error reports, job descriptions, arguments and environments."""
    with sentry() as errors, broken_installation(tmp_path, errors.dsn) as system:
        look, ended = everybody(system)
        shown = "".join(system.run(command, "--json").stdout for command in ("status", "budget", "calls"))
        assert system.stop() == 0
        counted = system.counted()
    assert ended("balanced") == 1
    assert_ran(tmp_path, look, counted, errors.received, IN_FILE + 3)
    places = {
        "redis": look.redis,
        "redis file": ever_written(tmp_path / "data"),
        "files": files(tmp_path),
        "log": (tmp_path / "up.log").read_bytes(),
        "metrics": ended.text.encode(),
        "commands": shown.encode(),
        "processes": look.processes,
        "error reports": b"".join(errors.received),
    }
    assert {name: canary.traces(found)[:3] for name, found in places.items() if canary.traces(found)} == {}


def assert_ran(home: Path, look: Look, counted: dict[str, Any], reports: list[bytes], leads: int) -> None:
    """They were there to be named: in the ledger and at the CRM; and what went wrong was told."""
    ledger = b"".join(file.read_bytes() for file in (home / "data").glob("ledger.*"))
    assert len(canary.traces(ledger)) > leads
    assert canary.traces(json.dumps(counted["ghl"]["contact_list"]))
    assert b"jobs.ingest.submit" in ever_written(home / "data")
    assert b"workers.sync" in look.processes
    assert b"ALPHA_SWARM_HOME=" in look.processes
    assert b"alpha-swarm:" in look.redis
    log = (home / "up.log").read_text()
    assert '"event": "part_ended"' in log
    assert "ValueError" in log
    assert any(b'"type":"ValueError"' in report.replace(b" ", b"") for report in reports)
