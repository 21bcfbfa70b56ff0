"""What opens a lane lies sealed in the ledger."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from alpha_swarm.errors import ConfigurationError
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.schema.lanes import lanes
from tests.integration.ledger.actors import config
from tests.integration.ledger.test_lanes import MARGINS, lane, row


def test_what_opens_a_lane_is_sealed(ledger: SqlLedger) -> None:
    """Neither address nor token stands in the database, whichever way the lane came in."""
    ledger.lanes.bring_in([lane("a")])
    ledger.lanes.add(lane("b"))
    kept = [row(ledger, name) for name in ("a", "b")]
    assert all(one.url.startswith("sealed:") and one.token.startswith("sealed:") for one in kept)
    assert [one.lane.url for one in ledger.lanes.reserve(["lead0.1"], MARGINS)] == [
        "https://lane.example.com/a"
    ]


def test_what_stands_in_plain_text_is_sealed_at_the_next_start(ledger: SqlLedger) -> None:
    """Also where no lane is configured, and what has no token gets none."""
    ledger.lanes.add(lane("a"))
    plain = {"url": "https://lane.example.com/a", "token": None}
    with ledger.begin() as tx:
        tx.session.run(update(lanes).values(plain))
    assert ledger.lanes.addresses()[0].url == plain["url"]
    ledger.lanes.bring_in([])
    assert row(ledger, "a").url.startswith("sealed:")
    assert (ledger.lanes.addresses()[0].url, row(ledger, "a").token) == (plain["url"], None)


def test_a_lane_that_another_key_sealed_stops_the_start_with_the_remedy(
    ledger: SqlLedger, database_url: str
) -> None:
    """One that the settings name is sealed anew; one that was added by hand only that key opens."""
    ledger.lanes.bring_in([lane("a")])
    other = SqlLedger(replace(config(database_url), key=b"another key for tests"))
    try:
        other.lanes.bring_in([lane("a")])
        assert other.lanes.addresses()[0].url == "https://lane.example.com/a"
        ledger.lanes.add(lane("b"))
        with pytest.raises(ConfigurationError, match="another ALPHA_SWARM_KEY: set that one again"):
            other.lanes.bring_in([lane("a")])
    finally:
        other.close()
