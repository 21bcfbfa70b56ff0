"""What persons put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from alpha_swarm.domain.leads.identity import profile_slug
from alpha_swarm.domain.leads.pins import dump_pins, read_pins
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.records import dump_input
from alpha_swarm.ledger.schema.tables import identities, persons

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.leads.pins import Pins
    from alpha_swarm.ledger.hashing import IdentityHash
    from alpha_swarm.ledger.session import Session


class SqlPins:
    """Implements ``ports.pins.PinBook``."""

    def __init__(self, session: Session, hash_identity: IdentityHash) -> None:
        self._session = session
        self._hash = hash_identity

    def of(self, lead_ids: Collection[str]) -> Mapping[str, Pins]:
        """One query, which finds nobody most of the time."""
        query = select(persons.c.lead_id, persons.c.pins).where(
            among(persons.c.lead_id, lead_ids), persons.c.pins.is_not(None)
        )
        return {row.lead_id: read_pins(row.pins) for row in self._session.opened(query)}

    def lay(self, lead: Lead) -> None:
        """What was wrong is kept nowhere but as a name that the person is still known by."""
        plain = {"key": lead.id, "pins": dump_pins(lead.pins) or None, "input": dump_input(lead.input)}
        mine = update(persons).where(persons.c.lead_id == bindparam("key"))
        values: dict[str, Any] = {name: bindparam(name) for name in ("pins", "input")}
        self._session.run(mine.values(values), self._session.closed(persons, [plain], owner="key"))
        rows = [
            {"hash": self._hash(identity), "lead_id": lead.id, "kind": identity.partition(":")[0]}
            for identity in _names(lead)
        ]
        self._session.add(identities, rows, keep=True)


def _names(lead: Lead) -> Iterator[str]:
    """The right names, and the wrong ones that were not hashed yet."""
    for field, pin in lead.pins.items():
        for value in filter(None, (pin.value, *pin.was)):
            yield from _identity(field, value)


def _identity(field: str, value: Any) -> Iterator[str]:
    if field in {"email", "email_personal"}:
        yield f"email:{value.lower()}"
    if field == "phone":
        yield f"phone:{value}"
    if field == "linkedin_url" and (slug := profile_slug(value)):
        yield f"linkedin:{slug}"
