"""What the rules say of a lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from alpha_swarm.domain.routing.rules import Alert, Deal
from alpha_swarm.domain.states import EnrichmentStatus, Target, Tier

if TYPE_CHECKING:
    from alpha_swarm.domain.leads.enrichment import Values

_SYNCED = frozenset({EnrichmentStatus.COMPLETED, EnrichmentStatus.PARTIAL})
#: CRMs that write to people, as others keep contacts.
CAMPAIGNS = frozenset({Target.INSTANTLY})
#: CRMs in which deals are opened. A lead of Salesforce has none before somebody converts it.
DEALS = frozenset({Target.GHL, Target.HUBSPOT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What a CRM is to do with a contact besides keeping it."""

    campaign: str | None = None
    """In place of the usual one."""
    owner: str | None = None
    """An e-mail or an id in that CRM."""
    deal: Deal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a lead goes, what happens there, and who said so."""

    targets: tuple[Target, ...] = ()
    """In the order of SYNC_TARGETS."""
    campaign: str | None = None
    owners: Mapping[Target, str] = field(default_factory=dict)
    deals: Mapping[Target, Deal] = field(default_factory=dict)
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    """Rule → what it has people told."""
    rules: tuple[str, ...] = ()
    """The names of those that matched, from the top."""
    left_out: Mapping[Target, str] = field(default_factory=dict)
    """Targets that the rules name and that cannot have the lead → why."""

    def without(self, barred: Mapping[Target, str]) -> Route:
        """The same for somebody whom these CRMs must not have; each with why."""
        left_out = {target: why for target, why in barred.items() if target in self.targets}
        if not left_out:
            return self
        targets = tuple(target for target in self.targets if target not in left_out)
        return replace(self, targets=targets, left_out={**self.left_out, **left_out})

    def placement(self, target: Target) -> Placement | None:
        """What one CRM is to do; ``None`` where that is nothing out of the ordinary."""
        campaign = self.campaign if target in CAMPAIGNS else None
        owner, deal = self.owners.get(target), self.deals.get(target)
        return Placement(campaign=campaign, owner=owner, deal=deal) if campaign or owner or deal else None


def settled(status: EnrichmentStatus) -> bool:
    """Whether the enrichment came to something that can be sent on."""
    return status in _SYNCED


class Reach(NamedTuple):
    """By what a person can be reached."""

    email: bool
    phone: bool

    @classmethod
    def of(cls, values: Values) -> Reach:
        """As their values say."""
        return cls(bool(values.email), bool(values.phone))


def obstacle(target: Target, reach: Reach) -> str | None:
    """Why a CRM cannot have such a person, whatever the rules say."""
    if target in CAMPAIGNS:
        return None if reach.email else "there is no e-mail"
    return None if any(reach) else "there is neither e-mail nor phone"


#: The tiers as rules may write them.
TIERS: Mapping[str, Tier] = {
    text: tier for number, tier in enumerate(Tier, 1) for text in (str(number), tier.value.casefold())
}
