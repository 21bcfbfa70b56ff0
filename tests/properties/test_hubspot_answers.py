"""The answer to a batch in every mixture: what is said of a record is believed once, and never assumed."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.connectors.hubspot.schemas import BatchAnswer, ContactRecord, RecordError
from alpha_swarm.connectors.hubspot.writes import Unnamed, Write, heard
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.domain.states import Priority
from alpha_swarm.ports.crm import Contact, Record

#: What the answer says of one input: any of these, none, or several.
SAYINGS = st.lists(st.sampled_from(["result", "untraced", "error", "error by id"]), max_size=2)


def write(number: int, *, new: bool) -> Write:
    """A person of his own; every third has no e-mail."""
    fields = {"first_name": "A"} | ({"email": f"p{number}@works.example"} if number % 3 else {})
    contact = Contact(lead_id=f"lead-{number}", fields=fields, priority=Priority.NORMAL)
    record = None if new else Record(id=str(1000 + number), fields={}, modified_at=None)
    return Write(contact=contact, record=record, change=Change(before={}, after=fields), tries=0)


def said(one: Write, saying: str, number: int) -> tuple[str, dict[str, Any]]:
    """One member of the answer, and where it belongs."""
    own = one.input()["properties"] | (
        {"alpha_swarm_lead_id": one.contact.lead_id} if one.record is None else {}
    )
    result = {"id": str(1000 + number), "properties": own}
    match saying:
        case "result":
            return "results", result | {"objectWriteTraceId": one.contact.lead_id}
        case "untraced":
            return "results", result
        case "error":
            return "errors", {"context": {"objectWriteTraceId": [one.contact.lead_id]}}
        case _:
            return "errors", {"context": {"ids": [one.names[1]]}}


@given(sayings=st.lists(SAYINGS, min_size=1, max_size=12), new=st.booleans(), data=st.data())
def test_who_is_named_once_is_believed_and_nobody_else(
    sayings: list[list[str]], *, new: bool, data: st.DataObject
) -> None:
    """Results and errors in any order, among those of strangers, with any number of errors named."""
    writes = [write(number, new=new) for number in range(len(sayings))]
    members = [
        said(one, saying, number)
        for number, (one, each) in enumerate(zip(writes, sayings, strict=True))
        for saying in each
    ]
    members += [("results", {"id": "1", "objectWriteTraceId": "stranger"}), ("errors", {"context": {}})]
    mixed = data.draw(st.permutations(members))
    body: dict[str, Any] = {"status": "COMPLETE", "numErrors": data.draw(st.integers(0, 9))}
    body |= {kind: [one for where, one in mixed if where == kind] for kind in ("results", "errors")}
    outcomes = heard(writes, BatchAnswer.model_validate(body))
    assert [one for one, _ in outcomes] == writes
    for number, ((_, outcome), each) in enumerate(zip(outcomes, sayings, strict=True)):
        assert isinstance(outcome, _expected(each))
        if isinstance(outcome, ContactRecord):
            assert outcome.id == str(1000 + number)


def _expected(sayings: list[str]) -> type:
    if len(sayings) != 1:
        return Unnamed
    return RecordError if sayings[0].startswith("error") else ContactRecord
