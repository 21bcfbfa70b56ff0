"""What an answer is good for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.messages.approvals import ApprovalKind, Grant, plan_hash
from alpha_swarm.domain.messages.sync_plan import Row, sync_plan
from alpha_swarm.domain.states import Target

values = st.none() | st.integers() | st.text(max_size=5)
rows = st.lists(st.tuples(st.text(max_size=5), st.dictionaries(st.text(max_size=3), values)), max_size=5)


def row(lead: str = "lead", record: str | None = "r", target: Target = Target.GHL, **fields: Any) -> Row:
    """A change of a record: field → what stands and what would."""
    return (target, lead, record, "update" if record else "create", fields)


@given(rows=rows, data=st.data())
def test_a_hash_does_not_depend_on_the_order_and_survives_json(rows: list[Any], data: st.DataObject) -> None:
    """Values come from the CRM as they are, and from a ledger as JSON."""
    shuffled = data.draw(st.permutations(rows))
    assert plan_hash(rows) == plan_hash(shuffled) == plan_hash(json.loads(json.dumps(shuffled)))


@pytest.mark.parametrize(
    "other",
    [
        row(title=("a", "c")),
        row(title=("x", "b")),
        row(title=(None, "b")),
        row(phone=("a", "b")),
        row(lead="another", title=("a", "b")),
        row(record="another", title=("a", "b")),
        row(record=None, title=("a", "b")),
        row(target=Target.HUBSPOT, title=("a", "b")),
    ],
)
def test_whatever_is_different_makes_another_hash(other: Row) -> None:
    """The value, what stands there, the field, the lead, the record, the action, the CRM."""
    first = row(title=("a", "b"))
    assert sync_plan([first], ()).hash == sync_plan([first], ()).hash
    assert sync_plan([first], ()).hash != sync_plan([other], ()).hash
    assert sync_plan([first], ()).hash != sync_plan([first, other], ()).hash


def test_a_plan_tells_figures_and_asks_by_name_for_what_is_protected() -> None:
    changes = [
        row("one", owner=("Ada", "Bob"), title=("a", "b")),
        row("two", owner=("Ada", "Bob")),
        row("three", None, title=(None, "b")),
        row("one", target=Target.HUBSPOT, title=("a", "b")),
    ]
    plan = sync_plan(changes, {"owner", "source"})
    assert (plan.kind, plan.title) == (
        ApprovalKind.PROTECTED,
        "May this be written into the CRMs, owner included?",
    )
    assert plan.facts == {"ghl": "1 create, 2 update", "hubspot": "1 update", "owner": 2, "title": 3}
    assert plan.scope == {
        "leads": {"ghl": ["one", "two", "three"], "hubspot": ["one"]},
        "fields": ["owner"],
        "granted": {"ghl": {"one": {"owner": ["Ada", "Bob"]}, "two": {"owner": ["Ada", "Bob"]}}},
    }
    assert sync_plan(changes[2:], {"owner"}).kind is ApprovalKind.SYNC


@pytest.mark.parametrize(
    ("theirs", "ours", "allowed"),
    [
        ({"owner": "ada"}, {"owner": "bob"}, {"owner"}),
        ({"owner": "eve"}, {"owner": "bob"}, set()),
        ({}, {"owner": "bob"}, set()),
        ({"owner": "ada"}, {"owner": "eve"}, set()),
        ({"owner": "ada"}, {}, set()),
    ],
)
def test_a_grant_holds_while_both_are_what_was_shown(
    theirs: dict[str, str], ours: dict[str, str], allowed: set[str]
) -> None:
    assert Grant("id", {"owner": ["ada", "bob"]}).allows(theirs, ours) == allowed


def test_a_grant_for_a_blank_holds_while_nothing_stands_there() -> None:
    grant = Grant("id", {"source": [None, "List"]})
    assert grant.allows({}, {"source": "List"}) == {"source"}
    assert grant.allows({"source": "Typed in"}, {"source": "List"}) == set()
