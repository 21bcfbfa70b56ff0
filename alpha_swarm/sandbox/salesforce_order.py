"""How Salesforce's org is set up, at first or later."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class OrgOrder(BaseModel):
    """How the org behaves; `POST /_sandbox/salesforce/org` changes what it names.

    `locked` is the share of records whose row is locked when they are written. `missing` are fields that
    nobody has made. With `unique` off two records may have one external id. `session_seconds` is how long a
    token lasts, and `public_key` (PEM) checks the signatures of assertions; without it their claims alone
    are checked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    locked: Annotated[float, Field(ge=0, le=1)] = 0.0
    duplicate_rule: bool = True
    unique: bool = True
    missing: frozenset[str] = frozenset()
    session_seconds: Annotated[float, Field(gt=0)] = 7200.0
    public_key: str = ""
