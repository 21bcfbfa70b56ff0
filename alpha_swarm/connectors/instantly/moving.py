"""Leads that stand in another campaign than the one they are to be in by now: they stay, or are moved."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.effect import Again, Done, Refused
from alpha_swarm.errors import GiveUpError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.connectors.instantly.client import InstantlyClient
    from alpha_swarm.connectors.instantly.schemas import LeadRecord
    from alpha_swarm.domain.calls.effect import Outcome

#: Seconds after which a move has taken place as a rule; the vendor does it in the background.
_TAKES = 60.0
#: What an outcome says of a lead that was left where it is: in which campaign.
STAYS_IN = "stays_in"


class Moving:
    """Towards one campaign."""

    def __init__(self, client: InstantlyClient, campaign_id: str, *, wanted: bool) -> None:
        self._client = client
        self._id = campaign_id
        self._wanted = wanted

    def follow(
        self, standing: Mapping[str, LeadRecord], outcomes: Mapping[str, Outcome]
    ) -> dict[str, Outcome]:
        """The outcomes of leads as they stand; whoever is on the way comes again to be looked for."""
        away = {
            email: (record.campaign, done)
            for email, record in standing.items()
            if record.campaign not in {None, self._id} and isinstance(done := outcomes[email], Done)
        }
        if not self._wanted:
            return {email: _stays(done, campaign) for email, (campaign, done) in away.items()}
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for email, (campaign, done) in away.items():
            # A reason is a rule by which what stands is left alone.
            if campaign and "reason" not in done.detail:
                groups[campaign].append(email)
        return {
            email: outcome
            for campaign, emails in groups.items()
            for email, outcome in self._move(
                campaign, {email: standing[email].id for email in emails}
            ).items()
        }

    def _move(self, campaign: str, ids: Mapping[str, str]) -> dict[str, Outcome]:
        try:
            self._client.move_leads(list(ids.values()), campaign, self._id)
        except GiveUpError as refused:
            return dict.fromkeys(ids, Refused(refused.cause, str(refused)))
        return dict.fromkeys(ids, Again("instantly moves it to its campaign; looked for there", after=_TAKES))


def _stays(done: Done, campaign: str | None) -> Done:
    return replace(done, detail={**done.detail, STAYS_IN: campaign})
