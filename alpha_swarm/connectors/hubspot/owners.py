"""Who owns records in HubSpot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.connectors.calls import Call, segment
from alpha_swarm.connectors.hubspot import facts
from alpha_swarm.connectors.hubspot.sales_schemas import Owner, OwnerPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.connectors.http import Http

_PAGE = 500


def owner_id(http: Http, version: str, named: str) -> str | None:
    """The only owner with this e-mail or id; all are listed, so that no address holds an e-mail."""
    word = named.casefold()
    found = [one.id for one in _owners(http, version) if word in {one.id, one.email.casefold()}]
    return found[0] if len(found) == 1 else None


def _owners(http: Http, version: str) -> Iterator[Owner]:
    after: str | None = None
    for _ in range(facts.MOST_PAGES):
        params = {"limit": str(_PAGE), **({"after": after} if after else {})}
        call = Call(
            operation="list owners",
            method="GET",
            path=f"/crm/owners/{segment(version)}",
            params=params,
            effect=False,
            limit=facts.LIMIT,
        )
        page = http.parsed(call, http.call(call), OwnerPage)
        yield from (one for one in page.results if not one.archived)
        if page.paging is None or page.paging.next is None:
            return
        after = page.paging.next.after
