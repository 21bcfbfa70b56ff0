"""Everything that the ledger holds about one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alpha_swarm.domain.leads.pins import dump_pins
from alpha_swarm.domain.moments import write_moment
from alpha_swarm.domain.privacy.mentions import Names, parts_about
from alpha_swarm.errors import ConfigurationError
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.messages.outbox import SENT
from alpha_swarm.ledger.records import dump_enrichment, dump_input, dump_score, when
from alpha_swarm.ledger.schema.crm import changes
from alpha_swarm.ledger.schema.letters import dead_letters
from alpha_swarm.ledger.schema.messages import notifications
from alpha_swarm.ledger.schema.tables import inbox, leads, persons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.doors.who import Who
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.privacy.rights import Identifiers
    from alpha_swarm.ledger.transaction import SqlTransaction

_PAGE = 500
_OWN_TIMES = ("created_at", "updated_at", "retention_until")


class PersonFile:
    """What stands about these leads, each table in turn."""

    def __init__(self, tx: SqlTransaction, lead_ids: Sequence[str]) -> None:
        """Raises ``ConfigurationError`` where values stand that cannot be opened."""
        self._tx = tx
        self._session = tx.session
        self._ids = lead_ids
        self.leads: Mapping[str, Lead] = tx.leads.load(lead_ids)
        self._require_readable()

    def identifiers(self, who: Sequence[Who]) -> Identifiers:
        """What was said, and by what else the person is known: wrong names of before, too, no shared ones."""
        return self._tx.rights.identifiers(self._ids, who)

    def kept(self) -> list[dict[str, Any]]:
        """Each lead: as it was taken in, what was found, what was put right, and until when it is held."""
        query = select(leads).where(among(leads.c.id, self._ids)).order_by(leads.c.id)
        return [self._kept(row) for row in self._session.rows(query)]

    def changes(self) -> list[dict[str, Any]]:
        """What was written into CRMs, and what stood there before."""
        query = select(changes).where(among(changes.c.lead_id, self._ids)).order_by(changes.c.id)
        return [
            {
                "system": row.target,
                "record_id": row.external_id,
                "written_at": _moment(row.planned_at),
                "confirmed": row.confirmed_at is not None,
                "undone": row.undone_at is not None,
                "before": row.before,
                "after": row.after,
            }
            for row in self._session.opened(query)
        ]

    def letters(self, who: Identifiers) -> list[dict[str, Any]]:
        """Webhooks that are not read yet, or were put aside: the parts of them about the person."""
        names = Names.of(who)
        return [
            {"came_from": row.source, "received_at": _moment(row.received_at), "about": about}
            for row in self._bodies()
            if (about := parts_about(self._session.personal.letter(row), names))
        ]

    def told_of(self) -> list[dict[str, Any]]:
        """Where people of ours were told of the person, as far back as that is kept."""
        query = select(notifications.c.way, notifications.c.created_at).where(
            among(notifications.c.lead_id, self._ids), notifications.c.state == SENT
        )
        rows = self._session.rows(query.order_by(notifications.c.id))
        return [{"system": row.way, "at": _moment(row.created_at)} for row in rows]

    def dead_letters(self) -> list[dict[str, Any]]:
        """What was given up, open and closed."""
        query = select(dead_letters).where(among(dead_letters.c.lead_id, self._ids))
        return [
            {
                "lead_id": row.lead_id,
                "step": row.step,
                "cause": row.cause,
                "error": row.error,
                "given_up_at": _moment(row.died_at),
                "closed": row.resolution,
            }
            for row in self._session.rows(query.order_by(dead_letters.c.id))
        ]

    def story(self) -> list[dict[str, Any]]:
        """What happened, step by step."""
        return [{"lead_id": key, **entry} for key in self._ids for entry in self._tx.views.story(key)]

    def _require_readable(self) -> None:
        """Nobody is told that nothing is held where it cannot be read."""
        query = select(persons.c.lead_id).where(among(persons.c.lead_id, self._ids))
        shut = sorted({row.lead_id for row in self._session.rows(query)} - self.leads.keys())
        if shut:
            raise ConfigurationError(
                f"the values of lead {shut[0]} cannot be opened: put back the newest copy of the data keys,"
                " and look with alpha-swarm privacy keys verify"
            )

    def _kept(self, row: Any) -> dict[str, Any]:
        lead = self.leads.get(row.id)
        times = {name: _moment(getattr(row, name)) for name in _OWN_TIMES}
        return {"lead_id": row.id, "state": row.state, **times, **(_person(lead) if lead else {})}

    def _bodies(self) -> Iterator[Any]:
        after = 0
        query = select(inbox).where(inbox.c.body.is_not(None)).order_by(inbox.c.id).limit(_PAGE)
        while page := self._session.rows(query.where(inbox.c.id > after)):
            yield from page
            after = page[-1].id


def _person(lead: Lead) -> dict[str, Any]:
    found = dump_enrichment(lead.enrichment) if lead.enrichment else None
    return {
        "taken_in": dump_input(lead.input),
        "found": found,
        "score": dump_score(lead.score) if lead.score else None,
        "put_right": dump_pins(lead.pins),
    }


def _moment(seconds: float) -> str:
    return write_moment(when(seconds))
