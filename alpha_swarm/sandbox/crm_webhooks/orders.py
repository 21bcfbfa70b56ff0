"""Who is told of what happens to the contacts of a CRM, and how well."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]


class TellingOrder(BaseModel):
    """One door; the shares are of deliveries.

    `secret` is HubSpot's client secret; GoHighLevel signs with the sandbox's own key, and Salesforce has
    its secret in the address.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^https?://")
    signed_url: str | None = None
    """The address as the door knows itself, behind a proxy."""
    secret: str = ""
    doubled: Share = 0.1
    reordered: Share = 0.2
    """Held back for up to so long."""
    reorder_seconds: Annotated[float, Field(ge=0)] = 1.0
    lost: Share = 0.0
