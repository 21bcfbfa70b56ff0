"""The people whose lives are lived: such as go the whole way, into both CRMs."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from alpha_swarm.assembly.tables import weights
from alpha_swarm.domain.doors.intake import read_lead
from alpha_swarm.domain.leads.lead import Lead, LeadInput
from alpha_swarm.domain.leads.scoring import score
from alpha_swarm.domain.results.judgement import judge
from alpha_swarm.domain.routing.fields import Subject
from alpha_swarm.domain.states import Priority, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from alpha_swarm.app import App
    from alpha_swarm.domain.leads.enrichment import RowResult

_NOW = datetime(2026, 1, 16, 8, 30, tzinfo=UTC)
#: As many rows as one call carries by default.
_AT_ONCE = 50


def anybody(name: str) -> dict[str, Any]:
    """Somebody with a common name."""
    return {
        "linkedin_url": f"https://www.linkedin.com/in/{name}",
        "first_name": "Robin",
        "source_type": "post_liker",
        "source_name": "Rival",
        "scraped_at": "2026-01-15T10:00:00Z",
    }


def who_go_all_the_way(
    start: Callable[[], App], person: Callable[[str], Mapping[str, Any]] = anybody
) -> Iterator[LeadInput]:
    """The sandbox is asked first: it finds the same for a person each time.

    Args:
        start: gives an application on an empty ledger with an empty sandbox, which are left behind in use.
        person: as a scraper's door takes them, by a name that nobody else has.
    """
    names = (f"person-{number}" for number in count())
    met: set[str] = set()
    while True:
        app = start()
        candidates = [read_lead(person(name), now=_NOW) for name in islice(names, _AT_ONCE)]
        for one, row in _found(app, candidates):
            email = _address_of_who_goes_everywhere(app, row)
            # Shared mailboxes: a CRM takes the two for one.
            if email is not None and email not in met:
                met.add(email)
                yield one


def _found(app: App, people: Sequence[LeadInput]) -> Iterator[tuple[LeadInput, RowResult]]:
    app.enricher.prepare()
    leads = {lead.id: lead for lead in map(_lead, people)}
    app.enricher.submit(list(leads.values()), "casting")
    rows = [row.row_id for row in app.enricher.look_up(list(leads)).values()]
    app.enricher.start(rows, "casting")
    for row in app.enricher.fetch(rows).values():
        yield leads[str(row.lead_id)].input, row


def _lead(person: LeadInput) -> Lead:
    return Lead(
        id=str(person.linkedin_url).rpartition("/")[2],
        generation=1,
        state=State.RECEIVED,
        priority=Priority.NORMAL,
        input=person,
        external_ids={},
    )


def _address_of_who_goes_everywhere(app: App, row: RowResult) -> str | None:
    found = judge(row, now=_NOW)
    points = score(found.values, weights(app.settings))
    subject = Subject(status=found.status, values=found.values, score=points, priority=Priority.NORMAL)
    route = app.routing.route(subject)
    return found.values.email if route and route.targets == app.settings.sync_targets else None
