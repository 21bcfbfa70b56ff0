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
        call = _getting(lead_id)
        answer = self._http.call(call)
        return self._http.parsed(call, answer, schemas.LeadRecord) if _is_there(answer) else None

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

    def get_each(self, lead_ids: Sequence[str], at_once: int) -> list[schemas.LeadRecord]:
        """The leads with these ids, those that are there. Raises the first verdict."""
        calls = [_getting(lead_id) for lead_id in lead_ids]
        found: list[schemas.LeadRecord] = []
        for portion in self._http.each(calls, at_once):
            for place, came in portion.items():
                if isinstance(came, AlphaSwarmError):
                    raise came
                if _is_there(came):
                    found.append(self._http.parsed(calls[place], came, schemas.LeadRecord))
        return found

    def delete_each(
        self, lead_ids: Sequence[str], at_once: int
    ) -> Iterator[dict[int, Answer | AlphaSwarmError]]:
        """Remove leads; one that is gone already is no error."""
        return self._http.each([_deleting(lead_id) for lead_id in lead_ids], at_once)

    def block(self, emails: Sequence[str]) -> None:
        """Have no lead taken with these e-mails, as often as one likes; at most a thousand."""
        body = {"bl_values": list(emails)}
        call = _call("block e-mails", "POST", "/block-lists-entries/bulk-create", json=body, raw=True)
        self._http.call(call)

    def get_campaign(self, campaign_id: str) -> None:
        """Ask whether a campaign is there."""
        self._http.call(_call("get campaign", "GET", f"/campaigns/{segment(campaign_id)}"))


def _getting(lead_id: str) -> Call:
    return _call("get lead", "GET", f"/leads/{segment(lead_id)}", accept=_ABSENT)


def _deleting(lead_id: str) -> Call:
    return _call("delete lead", "DELETE", f"/leads/{segment(lead_id)}", accept=_ABSENT, raw=True)


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
