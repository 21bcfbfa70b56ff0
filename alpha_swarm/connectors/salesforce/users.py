"""Who may own records in Salesforce."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alpha_swarm.connectors.salesforce.soql import quoted

if TYPE_CHECKING:
    from alpha_swarm.connectors.salesforce.client import SalesforceClient

#: Ids of users begin like this; one of another form spoils a query.
_ID = re.compile(r"005[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?")


def user_id(client: SalesforceClient, named: str) -> str | None:
    """The only active user with this e-mail or id."""
    name = "Id" if _ID.fullmatch(named) else "Email"
    where = f"IsActive = true AND {name} = {quoted(named)}"
    found = client.query([f"SELECT Id FROM User WHERE {where}"], at_once=1)  # noqa: S608 - escaped
    return found[0].id if len(found) == 1 else None
