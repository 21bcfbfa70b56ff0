"""Collections whose records fare differently: each contact gets its own outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from alpha_swarm.connectors.salesforce import facts
from alpha_swarm.connectors.salesforce.layout import Layout, OrgField
from alpha_swarm.connectors.salesforce.results import CONTESTED, Misfit, Rival, Write
from alpha_swarm.connectors.salesforce.schemas import Results
from alpha_swarm.connectors.salesforce.upserting import Upserting
from alpha_swarm.connectors.salesforce.writing import Writing
from alpha_swarm.domain.calls.effect import Again, Done, Doubt, Held, Refused
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import GiveUpError
from alpha_swarm.ports.crm import Contact, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.salesforce.client import Collection, SalesforceClient
    from alpha_swarm.connectors.salesforce.reading import Reading
    from alpha_swarm.connectors.salesforce.results import Meaning

OURS = OrgField(name="Ours__c", kind="string", length=255, scale=0, required=False)
LAYOUT = Layout(fields={"lead_id": OURS}, missing=(), prefix="00Q", convertible=True, silencing=())
KINDS: dict[str, type] = {
    **dict.fromkeys(facts.AGAIN | facts.GONE | facts.FULL, Again),
    **dict.fromkeys(facts.CHANGED, Misfit),
    **dict.fromkeys(facts.HELD, Held),
    "REQUIRED_FIELD_MISSING": Refused,
    "INVALID_EMAIL_ADDRESS": Refused,
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": Refused,
    "a b@works.example": Refused,
}
#: A record that no call with it is taken for.
SPOILT = "77"
FATES = st.sampled_from(["done", *sorted(KINDS), *sorted(facts.DUPLICATE)])


class Answering:
    """Answers each collection by what was told of each record: they are told apart by their ids."""

    def __init__(self, fates: dict[str, str], short: int = 0) -> None:
        self._fates = fates
        self._short = short

    def write_each(
        self, collections: Sequence[Collection], _at_once: int
    ) -> Iterator[dict[int, Results | GiveUpError]]:
        """The last collection first, as answers come when they come."""
        for place in reversed(range(len(collections))):
            if any(record.get("Ours__c") == SPOILT for record in collections[place].records):
                yield {place: GiveUpError("salesforce answered 400", cause="invalid_input")}
                continue
            told = [self._told(record) for record in collections[place].records]
            yield {place: Results.model_validate(told[self._short :])}

    def _told(self, record: Mapping[str, Any]) -> dict[str, Any]:
        key = record.get("id") or record["Ours__c"].rjust(15, "0")
        fate = self._fates[key]
        if fate == "done":
            return {"id": key, "success": True, "created": "id" not in record, "errors": []}
        errors = [{"statusCode": fate, "message": "value: p@works.example", "fields": ["Email", "p@works"]}]
        return {"success": False, "errors": errors}


def written(fates: Sequence[tuple[bool, str]], short: int = 0) -> dict[str, Meaning]:
    """Lead id → what came of it, for (whether there is a record, what becomes of it)."""
    writes = [_write(number, known=known) for number, (known, _) in enumerate(fates)]
    told = {f"{number:015}": fate for number, (_, fate) in enumerate(fates)}
    client = cast("SalesforceClient", Answering(told, short))
    found: dict[str, Meaning] = {}
    for portion in Writing(client, LAYOUT, 5).of(writes):
        assert not found.keys() & portion.keys()
        found |= portion
    return found


def _write(number: int, *, known: bool) -> Write:
    contact = Contact(lead_id=str(number), fields={}, priority=Priority.NORMAL)
    record = Record(id=f"{number:015}", fields={}, modified_at=None)
    return Write(contact, record if known else None, Change(before=None, after={}))


@settings(deadline=None)  # other work on the machine says nothing of the outcomes
@given(st.lists(st.tuples(st.booleans(), FATES), max_size=450))
def test_every_contact_gets_the_outcome_of_its_own_record(fates: list[tuple[bool, str]]) -> None:
    """In every mixture, whatever order the answers come in."""
    found = written(fates)
    assert len(found) == len(fates)
    for number, (known, fate) in enumerate(fates):
        meaning = found[str(number)]
        if fate == "done":
            action = "update_contact" if known else "create_contact"
            assert meaning == Done(f"{number:015}", {"action": action})
        else:
            rival = Held if known else Rival
            assert isinstance(meaning, rival if fate in facts.DUPLICATE else KINDS[fate])


@given(st.lists(st.tuples(st.booleans(), FATES), min_size=1, max_size=20))
def test_no_reason_quotes_a_value(fates: list[tuple[bool, str]]) -> None:
    """Messages and unknown codes may hold anything; fields' names are shown."""
    assert "works" not in str(written(fates))


@given(st.lists(st.just((False, "done")), min_size=2, max_size=20))
def test_an_answer_of_another_length_is_a_doubt(fates: list[tuple[bool, str]]) -> None:
    """Nobody knows which record a result is about."""
    assert all(isinstance(one, Doubt) for one in written(fates, short=1).values())


def test_one_record_that_spoils_a_call_is_refused_alone() -> None:
    """Nobody names it, so it is found by halves."""
    found = written([(False, "done")] * 150)
    assert isinstance(found.pop(SPOILT), Refused)
    assert len(found) == 149
    assert all(isinstance(one, Done) for one in found.values())


def test_a_rival_that_no_search_finds_is_left_to_a_person() -> None:
    """After a second look, for a rule may compare what we do not look for."""
    write = _write(1, known=False)
    client = cast("SalesforceClient", Answering({f"{1:015}": "DUPLICATES_DETECTED"}))
    reading = cast("Reading", Nobody())
    upserting = Upserting(
        reading, Writing(client, LAYOUT, 1), lambda pairs: {"1": write.change} if pairs else {}
    )
    outcomes = [outcome for portion in upserting.of([write.contact]) for outcome in portion.items()]
    assert outcomes == [("1", CONTESTED)]


class Nobody:
    """Finds no record."""

    def of(self, _contacts: Sequence[Contact]) -> dict[str, Record]:
        """None."""
        return {}


def test_a_duplicate_value_names_the_record_by_its_id() -> None:
    """Of 15 or 18 characters, and nothing else is taken for one."""
    text = "duplicate value found: Ours__c duplicates value on record with id: {}"
    assert facts.record_named(text.format("00Q5g00000AbCdE")) == "00Q5g00000AbCdE"
    assert facts.record_named(text.format("00Q5g00000AbCdEEAV")) == "00Q5g00000AbCdEEAV"
    assert facts.record_named(text.format("<unknown>")) is None
    assert facts.record_named("Use one of these records?") is None
