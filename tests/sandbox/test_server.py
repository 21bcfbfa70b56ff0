"""The sandbox as a process, and its own books."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest
import requests

from tests.sandbox.client import CAMPAIGN, Client
from tests.waiting import PATIENCE_SECONDS

_PROGRAM = """
from alpha_swarm.sandbox.server import serve
from alpha_swarm.sandbox.settings import SandboxSettings
serve(SandboxSettings(), announce=lambda port: print(port, flush=True))
"""


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_zero(end: signal.Signals) -> None:
    """`serve` announces the port on which it answers, and ends well."""
    command = [sys.executable, "-c", _PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own text
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            with requests.Session() as session:
                assert session.get(f"http://127.0.0.1:{port}/_sandbox/ledger", timeout=60).status_code == 200
            process.send_signal(end)
            assert process.wait(timeout=PATIENCE_SECONDS) == 0
        finally:
            process.kill()


def test_the_ledger_counts_what_was_done(sandbox: Client) -> None:
    """Rows by lead, calls by operation, writes by service, and lists on demand."""
    table = sandbox.table()
    ids = sandbox.add(table, 3) + sandbox.add(table, 1)
    sandbox.clay(
        "PATCH", f"{table}/rows", {"rows": [{"id": ids[0], "ghl_contact_id": "c1", "icp_score": 95}]}
    )
    sandbox.ghl("POST", "/contacts/upsert", {"locationId": "L", "email": "m@firm.example"})
    sandbox.instantly("POST", "/leads/add", {"campaign_id": CAMPAIGN, "leads": [{"email": "m@firm.example"}]})
    ledger = sandbox.ledger(detail=True)
    clay, ghl, instantly = ledger["clay"], ledger["ghl"], ledger["instantly"]
    assert (clay["tables"], clay["rows"], clay["updates"]) == (1, 4, 1)
    assert clay["rows_by_lead_id"] == {"max": 2, "duplicates": 1}
    assert clay["calls"] == {"createTable": 1, "addRows": 2, "updateRows": 1}
    assert (ghl["contacts"], ghl["upserts"], ghl["duplicate_emails"]) == (1, 1, 0)
    assert (instantly["leads"], instantly["adds"], instantly["duplicate_emails"]) == (1, 1, 0)
    written = clay["row_list"][0]
    assert (written["lead_id"], written["ghl_contact_id"], written["icp_score"]) == ("p0", "c1", 95)
    assert written["written"] == ["ghl_contact_id", "icp_score"]
    assert ghl["contact_list"][0]["email"] == instantly["lead_list"][0]["email"] == "m@firm.example"


def test_the_ledger_knows_how_many_calls_were_in_flight(sandbox: Client) -> None:
    """Three slow calls at once are three in flight."""
    sandbox.admin("POST", "/faults", {"service": "ghl", "fault": "slow", "seconds": 0.5, "times": 3})
    clients = [Client(sandbox.base) for _ in range(3)]
    threads = [threading.Thread(target=one.ghl, args=("GET", "/locations/L/customFields")) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in clients:
        one.session.close()
    assert sandbox.ledger()["in_flight_max"]["ghl"] == 3


def test_the_log_is_read_from_where_one_left_off(sandbox: Client) -> None:
    """Entries come in the order of their happening."""
    sandbox.table()
    sandbox.clay("GET", "/tables")
    entries = sandbox.admin("GET", "/log").json()["entries"]
    assert [(entry["event"], entry["subject"]) for entry in entries] == [
        ("call", "createTable"),
        ("call", "listTables"),
    ]
    assert sandbox.admin("GET", "/log?after=1").json()["entries"] == entries[1:]


def test_a_reset_empties_everything(sandbox: Client) -> None:
    """Afterwards the ledger is that of a new sandbox."""
    empty = sandbox.ledger()
    sandbox.add(sandbox.table(), 3)
    sandbox.ghl("POST", "/contacts/upsert", {"locationId": "L", "email": "m@firm.example"})
    assert sandbox.ledger() != empty
    sandbox.admin("POST", "/reset")
    assert sandbox.ledger() == empty
