"""What an upload's answer means for each lead that was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.connectors.instantly.facts import COUNTERS
from alpha_swarm.connectors.instantly.mapping import fields_of
from alpha_swarm.domain.calls.effect import Again, Done, Refused
from alpha_swarm.domain.crm.changes import fields_alike

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.connectors.instantly.schemas import Added, LeadRecord
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.crm.changes import Change
    from alpha_swarm.ports.crm import Contact


def email_of(contact: Contact) -> str:
    """By what Instantly tells leads apart."""
    return str(contact.fields.get("email", "")).lower()


class Upload:
    """The leads sent, by their e-mails, and the answer."""

    def __init__(self, emails: Sequence[str], added: Added) -> None:
        self._added = added
        self._emails = emails
        self._adds_up = _adds_up(len(emails), added)
        self._ids = self._taken() if self._adds_up else {}

    @property
    def is_clear(self) -> bool:
        """Whether it says of each lead if it was created now; if not, what stands there has to say it."""
        return self._adds_up and len(self._ids) == len(self._added.created_leads)

    @property
    def without_id(self) -> list[str]:
        """The e-mails whose leads were not created now, or of which the answer leaves it open."""
        return [email for email in self._emails if email not in self._ids]

    def outcome(self, email: str) -> Outcome:
        """For a lead that no look-up found: created now, refused, or open."""
        if email in self._ids:
            return added_as(self._ids[email])
        if not self._adds_up:
            return Again("instantly's counters do not add up")
        return Refused("not_taken", f"instantly did not take it; of the batch: {self._counters()}")

    def _taken(self) -> dict[str, str]:
        """An index whose e-mail is another than the one sent is not believed."""
        return {
            self._emails[created.index]: created.id
            for created in self._added.created_leads
            if created.index < len(self._emails)
            and (created.email or "").lower() in {"", self._emails[created.index]}
        }

    def _counters(self) -> str:
        counts = {name: getattr(self._added, name) for name in COUNTERS}
        return ", ".join(f"{name} {count}" for name, count in counts.items() if count) or "no reason given"


def added_as(lead_id: str) -> Done:
    """It came into the campaign by us."""
    return Done(lead_id, {"action": "add_to_campaign"})


def stands_as_sent(standing: LeadRecord, change: Change) -> bool:
    """Whether we added it, whatever the answer said: all that was sent is there, and our own id with it."""
    ours = "lead_id" in change.after
    return ours and len(fields_alike(change.after, change.after, fields_of(standing))) == len(change.after)


def _adds_up(sent: int, added: Added) -> bool:
    skipped = sum(getattr(added, name) for name in COUNTERS)
    created = len(added.created_leads)
    return added.total_sent == sent == added.leads_uploaded + skipped and added.leads_uploaded == created
