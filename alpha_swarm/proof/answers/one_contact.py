"""People who share an address, CRMs whose replies get lost, workers that lose their leases."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import update

from alpha_swarm.domain.states import State, Step, Target
from alpha_swarm.ledger.schema.crm import syncs
from alpha_swarm.ports.records import Owed
from alpha_swarm.proof import rounds
from alpha_swarm.proof.answers import rows
from alpha_swarm.proof.answers.overtaking import Overtaking
from alpha_swarm.proof.answers.scene import Scene, accept, people, scene
from alpha_swarm.proof.answers.settling import recover, settle
from alpha_swarm.proof.answers.unlucky import unlucky
from alpha_swarm.proof.trial import Result, Trial, Violation

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Iterator, Mapping

    from alpha_swarm.app import App
    from alpha_swarm.proof.ground import Ground

_LEADS = 24
_MAILBOXES = 8
_TARGETS = (Target.GHL, Target.INSTANTLY)
_LOST: tuple[dict[str, Any], ...] = (
    {"fault": "reset", "when": "after"},
    {"fault": "status", "status": 502, "when": "after"},
    {"fault": "status", "status": 500, "when": "before"},
)
_CALLS = (
    ("ghl", "upsertContact"),
    ("ghl", "createContact"),
    ("ghl", "updateContact"),
    ("instantly", "addLeads"),
)


class NoDuplicateContact(Trial):
    """At most one contact a person in each CRM, and one for everybody who was synced."""

    name: ClassVar[str] = "contacts written by two workers, replies lost"
    guarantees: ClassVar[tuple[int, ...]] = (9,)
    seconds: ClassVar[float] = 5.0

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Synced with the contacts unknown, then once more with half of them known."""
        with ground.ledger() as url, scene(url, chance, "ghl_allow_duplicates=true") as one:
            first = one.app("first", CLAY_POLL_AFTER="120")
            second = one.app("second", CLAY_POLL_AFTER="120")
            accepted = accept(first, people(chance, _LEADS))
            while rounds.work_once(first):
                pass
            _share_mailboxes(one, chance)
            overtaking = Overtaking(one.stage, first, second, chance)
            fired = _lose_replies(one, first, chance)
            _once_more(first, accepted, chance)
            fired += _lose_replies(one, first, chance)
            recover(first, one.stage)
            found = (*one.audit(first, accepted), *unlucky(first, accepted), *_contacts(one, first))
            return Result(overtaking.landed + fired, found)


def _share_mailboxes(one: Scene, chance: random.Random) -> None:
    """Before the results are asked for, three in a row get one address in three spellings."""
    found = [row["row_id"] for row in rows.listed(one.stage)]
    spellings = (str.lower, str.upper, str.title)
    addresses = {row_id: f"box-{place % _MAILBOXES}@works.example" for place, row_id in enumerate(found)}
    changes = {key: {"email_work": chance.choice(spellings)(address)} for key, address in addresses.items()}
    rows.write(one.stage, changes)


def _lose_replies(one: Scene, app: App, chance: random.Random) -> int:
    """Settle with replies that get lost; how many."""
    one.stage.mend()
    for service, operation in _CALLS:
        order = {**chance.choice(_LOST), "times": 2, "share": 0.5}
        one.stage.fault(service=service, operation=operation, **order)
    settle(app, one.stage)
    return sum(fault["fired"] for fault in one.stage.faults() if fault["fault"] != "slow")


def _once_more(app: App, accepted: Collection[str], chance: random.Random) -> None:
    """Whoever is synced is to be synced again, as after a replay; half of the contacts' ids are forgotten."""
    with app.ledger.begin() as tx:
        leads = tx.leads.load(accepted)
        again = {
            key: [target for target in _TARGETS if target in lead.external_ids]
            for key, lead in leads.items()
            if lead.state is State.SYNCED
        }
        tx.leads.move(dict.fromkeys(again, State.SYNCING))
        tx.syncs.open(again)
        for key, targets in again.items():
            tx.work.owe(
                [Owed(lead_id=key, step=Step.sync(target), turn=leads[key].turn) for target in targets]
            )
        forgotten = [key for key in again if chance.random() < 0.5]  # noqa: PLR2004 - half
        tx.session.run(update(syncs).where(syncs.c.lead_id.in_(forgotten)).values(external_id=None))


def _contacts(one: Scene, app: App) -> Iterator[Violation]:
    other = one.stage.ledger(detail=True)
    for target, name in ((Target.GHL, "contact_list"), (Target.INSTANTLY, "lead_list")):
        contacts: Mapping[str, str] = {
            contact["id"]: str(contact.get("email") or contact["id"]).lower()
            for contact in other[target.value][name]
        }
        for email, number in Counter(contacts.values()).items():
            if number > 1:
                yield Violation(
                    "duplicated", target.value, f"{number} contacts for {email.partition('@')[0]}"
                )
        yield from _unwritten(app, target, contacts)


def _unwritten(app: App, target: Target, contacts: Mapping[str, str]) -> Iterator[Violation]:
    with app.ledger.read() as tx:
        known = {lead.id: lead.external_ids.get(target.value) for lead in tx.leads.walk([State.SYNCED])}
    for lead_id, contact_id in known.items():
        if contact_id is not None and contact_id not in contacts:
            yield Violation("lost", lead_id, f"{target.value} has no such contact")
