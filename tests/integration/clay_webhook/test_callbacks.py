"""What comes back is taken in only with the token of its row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.leads.requests import request_id, row_token
from alpha_swarm.errors import (
    GiveUpError,
)
from tests.integration.clay_webhook.sending import (
    KEY,
    LEADS,
    Connect,
)
from tests.scripted_server import told

if TYPE_CHECKING:
    from alpha_swarm.connectors.clay.webhook import ClayWebhook
    from alpha_swarm.domain.leads.lead import Lead


def callback(one: Lead, **more: Any) -> bytes:
    """What a column sends."""
    own = {"request_id": request_id(one), "callback_token": row_token(KEY, request_id(one))}
    return json.dumps({**own, "email_work": "a@b.co", **more}).encode()


def test_a_callback_with_its_token_is_a_result(clay: ClayWebhook) -> None:
    (row,) = clay.parse(callback(LEADS[0]))
    assert (row.lead_id, row.values) == (LEADS[0].id, {"email_work": "a@b.co"})


@pytest.mark.parametrize(
    "token",
    ["", None, "x" * 32, row_token(KEY, request_id(LEADS[1])), "ü"],
    ids=["empty", "none", "wrong", "another's", "unprintable"],
)
def test_a_callback_without_its_own_token_is_forged(clay: ClayWebhook, token: str | None) -> None:
    """Another row's token is none."""
    with pytest.raises(GiveUpError) as refused:
        clay.parse(callback(LEADS[0], callback_token=token))
    assert refused.value.cause == "forged"


def test_where_rows_without_token_are_let_in_a_wrong_one_still_is_not(
    connect: Connect,
) -> None:
    clay = connect(tokenless=True)
    assert len(clay.parse(callback(LEADS[0], callback_token=""))) == 1
    with pytest.raises(GiveUpError):
        clay.parse(callback(LEADS[0], callback_token="x"))


def test_what_is_no_row_is_unreadable(clay: ClayWebhook) -> None:
    with pytest.raises(GiveUpError) as refused:
        clay.parse(told({"title": "VP"}).body)
    assert refused.value.cause == "invalid_webhook"
