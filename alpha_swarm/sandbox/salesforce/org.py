"""The org as its administrator has set it up: which fields its leads have, and its rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.salesforce.ids import PREFIX

if TYPE_CHECKING:
    from alpha_swarm.sandbox.salesforce_order import OrgOrder

EXTERNAL_ID = "Alpha_Swarm_Id__c"


@dataclass(frozen=True, slots=True)
class LeadField:
    """One field as describe tells of it."""

    name: str
    kind: str = "string"
    length: int = 255
    required: bool = False
    writable: bool = True

    def describe(self, *, unique: bool) -> dict[str, Any]:
        """As the contract has it."""
        external = self.name == EXTERNAL_ID
        return {
            "name": self.name,
            "label": self.name.removesuffix("__c").replace("_", " "),
            "type": self.kind,
            "length": self.length if self.kind in TEXTS | {"reference"} else 0,
            "nillable": not self.required and self.kind != "reference",
            "defaultedOnCreate": self.kind in {"boolean", "reference"},
            "createable": self.writable,
            "updateable": self.writable,
            "custom": self.name.endswith("__c"),
            "externalId": external,
            "unique": external and unique,
        }


TEXTS = frozenset({"string", "textarea", "email", "phone", "url", "picklist", "id"})
NUMBERS = frozenset({"double", "int", "currency", "percent"})

_LEAD = (
    LeadField("Id", "id", 18, writable=False),
    LeadField("IsDeleted", "boolean", writable=False),
    LeadField("IsConverted", "boolean", writable=False),
    LeadField("CreatedDate", "datetime", writable=False),
    LeadField("LastModifiedDate", "datetime", writable=False),
    LeadField("SystemModstamp", "datetime", writable=False),
    LeadField("OwnerId", "reference", 18),
    LeadField("FirstName", length=40),
    LeadField("LastName", length=80, required=True),
    LeadField("Company", required=True),
    LeadField("Title", length=128),
    LeadField("Email", "email", 80),
    LeadField("Phone", "phone", 40),
    LeadField("MobilePhone", "phone", 40),
    LeadField("Website", "url"),
    LeadField("Industry", "picklist"),
    LeadField("LeadSource", "picklist"),
    LeadField("Status", "picklist"),
    LeadField("NumberOfEmployees", "int"),
    LeadField("AnnualRevenue", "currency"),
    LeadField("City", length=40),
    LeadField("Country", length=80),
    LeadField("Description", "textarea", 32_000),
    LeadField("HasOptedOutOfEmail", "boolean"),
    LeadField("DoNotCall", "boolean"),
    LeadField(EXTERNAL_ID),
    LeadField("LinkedIn_URL__c", "url"),
    LeadField("ICP_Score__c", "double"),
    LeadField("ICP_Tier__c", "picklist"),
    LeadField("Tech_Stack__c", "textarea", 4_000),
    LeadField("Company_Revenue__c"),
    LeadField("Company_Location__c"),
    LeadField("Funding_Stage__c"),
    LeadField("Funding_Amount__c"),
    LeadField("Source_Type__c"),
    LeadField("Source_Name__c"),
    LeadField("Engagement_Action__c"),
    LeadField("Enriched_At__c", "datetime"),
)


class Org:
    """The standing order, and the fields that come of it."""

    def __init__(self, order: OrgOrder) -> None:
        self._start = order
        self.change(order)

    def change(self, order: OrgOrder) -> None:
        """From now on."""
        self.order = order
        self.fields = {field.name: field for field in _LEAD if field.name not in order.missing}
        self.required = [field.name for field in self.fields.values() if field.required]

    def reset(self) -> None:
        """As at the start."""
        self.change(self._start)

    def describe(self) -> dict[str, Any]:
        """The answer to `describe`."""
        unique = self.order.unique
        return {
            "name": "Lead",
            "label": "Lead",
            "keyPrefix": PREFIX,
            "fields": [field.describe(unique=unique) for field in self.fields.values()],
        }
