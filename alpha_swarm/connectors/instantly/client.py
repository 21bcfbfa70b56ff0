"""One method for each operation of Instantly that is used.

All of them may be repeated: a lead that is in the campaign already is skipped, not added again.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Call, segment
from alpha_swarm.connectors.instantly import facts, schemas
from alpha_swarm.errors import AlphaSwarmError, GiveUpError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.calls import Answer
    from alpha_swarm.connectors.http import Http

_ABSENT = frozenset({HTTPStatus.NOT_FOUND.value})


class InstantlyClient:
    """The operations; each raises the verdicts of :meth:`Http.call`."""

    def __init__(self, http: Http, usual_campaign: str) -> None:
        self._http = http
        self._usual_campaign = usual_campaign

    def add_leads(self, leads: Sequence[Mapping[str, Any]], campaign_id: str) -> schemas.Added:
        """Add leads to a campaign; those of any other one are skipped.

        Raises:
            GiveUpError: there is no such campaign, among other reasons.
            WrongAddressError: there is no usual campaign, so that nobody gets anywhere.
        """
        known = campaign_id == self._usual_campaign
        body = {
            "campaign_id": campaign_id,
            "skip_if_in_campaign": True,
            "leads": [dict(lead) for lead in leads],
        }
        accept = frozenset[int]() if known else _ABSENT
        call = _call("add leads", "POST", "/leads/add", json=body, records=len(leads), accept=accept)
        answer = self._http.call(call)
        if answer.status in accept:
            text = f"instantly has no campaign {campaign_id}: mend the rule that names it"
            raise GiveUpError(text, cause=facts.NO_CAMPAIGN)
        return self._http.parsed(call, answer, schemas.Added)

    def move_leads(self, ids: Sequence[str], campaign_id: str, to_campaign_id: str) -> None:
        """Have leads moved from one campaign to another one, in a while.

        Raises:
            GiveUpError: there is no such campaign, or the leads are gone.
        """
        body = {
            "ids": list(ids),
            "campaign": campaign_id,
            "to_campaign_id": to_campaign_id,
            "check_duplicates_in_campaigns": True,
        }
        call = _call("move leads", "POST", "/leads/move", json=body, records=len(ids), accept=_ABSENT)
        if self._http.call(call).status in _ABSENT:
            text = f"instantly has no campaign {to_campaign_id}: mend the rule that names it"
            raise GiveUpError(text, cause=facts.NO_CAMPAIGN)

    def list_leads(self, emails: Sequence[str], campaign_id: str | None) -> Iterator[schemas.LeadRecord]:
        """The leads with these e-mails, of a campaign or of the workspace; at most a page of e-mails."""
        body: dict[str, Any] = {"contacts": list(emails), "limit": facts.LIST_PAGE}
        if campaign_id is not None:
            body["campaign"] = campaign_id
        for _ in range(facts.MOST_PAGES):
            call = _call("list leads", "POST", "/leads/list", json=body)
            page = self._http.parsed(call, self._http.call(call), schemas.LeadPage)
            yield from page.items
            if not (page.items and page.next_starting_after):
                return
            body = {**body, "starting_after": page.next_starting_after}

    def get_lead(self, lead_id: str) -> schemas.LeadRecord | None:
        """A lead by its id; ``None`` where there is none."""
        call = _call("get lead", "GET", f"/leads/{segment(lead_id)}", accept=_ABSENT)
        answer = self._http.call(call)
        absent = answer.status == HTTPStatus.NOT_FOUND
        return None if absent else self._http.parsed(call, answer, schemas.LeadRecord)

    def update_lead(self, lead_id: str, body: Mapping[str, Any]) -> bool:
        """Set fields of a lead; ``False`` where there is none."""
        return _is_there(self._http.call(_updating(lead_id, body)))

    def update_each(
        self, updates: Sequence[tuple[str, Mapping[str, Any]]], at_once: int
    ) -> Iterator[dict[int, bool | AlphaSwarmError]]:
        """Several updates at a time, each an id and its body.

        In portions as the answers come: place → whether there is such a lead, or the verdict.
        """
        calls = [_updating(lead_id, body) for lead_id, body in updates]
        for portion in self._http.each(calls, at_once):
            yield {
                place: came if isinstance(came, AlphaSwarmError) else _is_there(came)
                for place, came in portion.items()
            }

    def delete_lead(self, lead_id: str) -> None:
        """Remove a lead; one that is gone already is no error."""
        path = f"/leads/{segment(lead_id)}"
        self._http.call(_call("delete lead", "DELETE", path, accept=_ABSENT, raw=True))

    def get_campaign(self, campaign_id: str) -> None:
        """Ask whether a campaign is there."""
        self._http.call(_call("get campaign", "GET", f"/campaigns/{segment(campaign_id)}"))


def _updating(lead_id: str, body: Mapping[str, Any]) -> Call:
    path = f"/leads/{segment(lead_id)}"
    return _call("update lead", "PATCH", path, json=dict(body), accept=_ABSENT)


def _is_there(answer: Answer) -> bool:
    return answer.status != HTTPStatus.NOT_FOUND


def _call(operation: str, method: str, path: str, **more: Any) -> Call:
    return Call(
        operation=operation,
        method=method,
        path=facts.PREFIX + path,
        effect=False,
        limit=facts.LIMIT,
        **more,
    )
