"""Of what Slack tells only our own buttons matter; whatever else comes is refused at the worst."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.messages.approvals import Answer
from alpha_swarm.inbound.slack import UnfitActionError, read_answer

ID, USER = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "U024BE7LH"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def payload(**more: Any) -> dict[str, Any]:
    """Somebody says yes."""
    usual = {
        "type": "block_actions",
        "user": {"id": USER, "name": "ada", "username": "ada.example"},
        "container": {"type": "message", "message_ts": "1700000000.000100", "channel_id": "C1"},
        "actions": [{"action_id": "approve", "value": ID, "type": "button"}],
    }
    return usual | more


def body(document: Any) -> bytes:
    """As Slack posts it."""
    return urlencode({"payload": json.dumps(document)}).encode()


@pytest.mark.parametrize(("action", "approves"), [("approve", True), ("decline", False)])
def test_a_button_of_ours_is_an_answer(action: str, approves: bool) -> None:  # noqa: FBT001 - a case
    """With the id of the person, and nothing else of them."""
    pressed = payload(actions=[{"action_id": action, "value": ID}])
    assert read_answer(body(pressed)) == Answer(
        approval_id=ID, approves=approves, user=USER, reference="C1 1700000000.000100"
    )


@pytest.mark.parametrize(
    "more",
    [
        {"actions": []},
        {"actions": None},
        {"actions": [{"action_id": "another", "value": ID}]},
        {"actions": [{"action_id": ["approve"], "value": ID}]},
        {"actions": [{"action_id": "approve", "value": "no id"}]},
        {"actions": [{"action_id": "approve", "value": ID + "\n"}]},
        {"actions": [{"action_id": "approve"}]},
        {"actions": ["approve"]},
        {"user": {}},
        {"user": {"id": "U1> <!channel"}},
        {"user": "U1"},
        {"container": {}},
        {"container": {"channel_id": "C1 2", "message_ts": "1.2"}},
    ],
)
def test_whatever_else_is_pressed_is_none(more: dict[str, Any]) -> None:
    """Nothing of it can reach a message, an address or the ledger."""
    assert read_answer(body(payload(**more))) is None


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"payload=",
        b"payload={",
        b"payload=[]",
        b"\xff",
        b"payload=%7B%7D&payload=%7B%7D",
        b"a=b",
        b"&" * 99,
    ],
)
def test_what_is_no_interaction_is_refused(sent: bytes) -> None:
    with pytest.raises(UnfitActionError):
        read_answer(sent)


@given(document=st.dictionaries(st.sampled_from(["user", "container", "actions", "type"]), JSON))
def test_nonsense_raises_nothing(document: dict[str, Any]) -> None:
    assert read_answer(body(document)) is None


@given(sent=st.binary(max_size=200))
def test_bytes_are_an_answer_to_nothing(sent: bytes) -> None:
    with suppress(UnfitActionError):
        assert read_answer(sent) is None
