"""The next version goes on with what the one before has left in Redis, in the inbox, and in Clay's tables."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.config import load_settings
from alpha_swarm.domain.crm.news import System
from alpha_swarm.edge import Edge
from alpha_swarm.inbound.decoding import DECODERS
from alpha_swarm.ledger.hashing import IdentityHash
from alpha_swarm.queueing.queues import ALLOWED
from alpha_swarm.sealing import Seal
from tests.integration.parts import running

if TYPE_CHECKING:
    from redis import Redis

    from alpha_swarm.coordination.embedded import EmbeddedServer

HERE = Path(__file__).parent
HINTS: list[dict[str, Any]] = json.loads((HERE / "hints.json").read_text(encoding="utf-8"))
LETTERS: list[dict[str, Any]] = json.loads((HERE / "letters.json").read_text(encoding="utf-8"))
KEPT: dict[str, str] = json.loads((HERE / "kept.json").read_text(encoding="utf-8"))
CLAY = [letter for letter in LETTERS if letter["source"] == "clay"]
NEWS = [letter for letter in LETTERS if letter["source"].startswith("crm:")]


def test_every_hint_that_lies_in_redis_is_followed(
    server: EmbeddedServer, connection: Redis, tmp_path: Path
) -> None:
    """Each as it was written there, to the last field."""
    for number, hint in enumerate(HINTS):
        fields = {**hint["fields"], "data": zlib.compress(hint["fields"]["data"].encode())}
        connection.hset(f"rq:job:former-{number}", mapping=fields)
        connection.rpush("rq:queue:ingest", f"former-{number}")
    with running(server.url, "ingest", tmp_path) as part:
        for hint in HINTS:
            part.noted(hint["does"])
        assert "job dropped" not in part.log
        assert "unreadable" not in part.log


def test_every_function_that_was_hinted_at_is_still_one() -> None:
    """One that is renamed keeps its former name for a version."""
    assert {json.loads(hint["fields"]["data"])[0] for hint in HINTS} <= ALLOWED


@pytest.mark.parametrize("letter", CLAY, ids=lambda letter: letter["transport"])
def test_a_result_that_waits_in_the_inbox_is_understood(letter: dict[str, Any], tmp_path: Path) -> None:
    """With the token that its row got in the former version."""
    given = {
        "ALPHA_SWARM_HOME": str(tmp_path),
        "ALPHA_SWARM_KEY": KEPT["key"],
        "CLAY_TRANSPORT": letter["transport"],
        "CLAY_API_KEY": "clay",
        "CLAY_ROUTINE_ID": "routine_1",
    }
    edge = Edge(load_settings(given, dotenv=None), "test")
    try:
        (row,) = edge.enricher.parse(letter["body"].encode())
    finally:
        edge.close()
    assert (row.row_id, row.lead_id, row.values["email_work"]) == tuple(letter["says"])


@pytest.mark.parametrize("letter", NEWS, ids=lambda letter: letter["source"])
def test_news_that_waits_in_the_inbox_is_understood(letter: dict[str, Any]) -> None:
    """Of each sender, in the pieces that its deliveries were cut into."""
    system = System(letter["source"].removeprefix("crm:"))
    (news,) = DECODERS[system](letter["body"].encode())
    assert [news.record_id, news.change.value, (news.fields or {}).get("email")] == letter["says"]


def test_what_was_sealed_and_hashed_is_opened_and_found() -> None:
    """Or every token and every person would be lost with the upgrade."""
    key = KEPT["key"].encode()
    assert Seal(key, "OAuth tokens").open(KEPT["sealed"]) == "a token"
    assert IdentityHash(key)("email:ada@works.example") == KEPT["hash"]
