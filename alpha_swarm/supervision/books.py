"""What stands in the sandbox's books."""

from __future__ import annotations

from alpha_swarm.domain.states import Target

#: Under which word a CRM's part counts those whom it keeps.
RECORDS = {
    Target.GHL: "contacts",
    Target.INSTANTLY: "leads",
    Target.HUBSPOT: "contacts",
    Target.SALESFORCE: "records",
}
