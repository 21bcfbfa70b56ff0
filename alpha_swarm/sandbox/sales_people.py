"""Who works in the imitated CRMs and can own records there: the same people in each."""

from __future__ import annotations

from dataclasses import dataclass

_FIRST = 41


@dataclass(frozen=True, slots=True)
class SalesPerson:
    """One of them; each vendor has ids of its own form."""

    number: int
    email: str

    @property
    def ghl_id(self) -> str:
        """Twenty letters and digits."""
        return f"user{self.number:016}"

    @property
    def hubspot_id(self) -> str:
        """A number."""
        return str(self.number)

    @property
    def salesforce_id(self) -> str:
        """Eighteen letters and digits."""
        return f"005{self.number:012}AAA"


#: Two of the portal, and those whom the playbooks name.
EMAILS = (
    "rep.one@portal.example",
    "rep.two@portal.example",
    "east@sales.example",
    "west@sales.example",
    "emea@sales.example",
    "desk@sales.example",
)
SALES_PEOPLE = tuple(SalesPerson(number, email) for number, email in enumerate(EMAILS, _FIRST))
