"""Who has authority over a field in a CRM, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Rule(StrEnum):
    """When a value of ours is written over what stands."""

    FILL_IF_EMPTY = "fill_if_empty"
    OVERWRITE = "overwrite"
    NEVER = "never"
    IF_BETTER = "if_better"


class Mode(StrEnum):
    """Which records are written at all."""

    UPSERT = "upsert"
    CREATE_ONLY = "create_only"
    UPDATE_ONLY = "update_only"


#: What is said by the one who stands in for a provider where a value is not ours.
HUMAN = "human"
#: Salespeople work by these; nobody changes them who was not asked to.
PROTECTED = frozenset({"owner", "stage", "source"})
#: How long an edit wins. A quarter is what a sales team takes to finish with a person.
EDITS_WIN_DAYS = 90.0

_OURS = ("icp_score", "icp_tier", "lead_id", "enriched_at")
_CHANGING = (
    "title",
    "company_industry",
    "company_size",
    "company_revenue",
    "company_location",
    "tech_stack",
    "funding_stage",
    "funding_amount",
)
#: What is not named is filled where it is empty.
DEFAULT_RULES: Mapping[str, Rule] = MappingProxyType(
    dict.fromkeys(_OURS, Rule.OVERWRITE)
    | dict.fromkeys(_CHANGING, Rule.IF_BETTER)
    | dict.fromkeys(PROTECTED, Rule.NEVER)
)
#: Who is believed rather than whom: a higher rank wins. What stood there for longer than edits win ranks
#: below every provider but one that is not named.
DEFAULT_RANKS: Mapping[str, int] = MappingProxyType(
    {"linkedin": 60, "apollo": 50, "clearbit": 50, "hunter": 40, "builtwith": 40, "crunchbase": 40, HUMAN: 20}
)
_UNRANKED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRules:
    """The rules of one CRM."""

    mode: Mode = Mode.UPSERT
    fields: Mapping[str, Rule] = field(default_factory=dict)
    """Output field → its rule, where it is not the usual one."""
    default: Rule | None = None
    """The rule of all other fields but those that are protected; ``None``: the usual ones."""
    ranks: Mapping[str, int] = field(default_factory=dict)
    """Provider → rank, where it is not the usual one."""
    edits_win_days: float = EDITS_WIN_DAYS
    """0: edits win nothing."""

    def of(self, name: str) -> Rule:
        """The rule of a field."""
        usual = DEFAULT_RULES.get(name, Rule.FILL_IF_EMPTY)
        unprotected = None if name in PROTECTED else self.default
        return self.fields.get(name) or unprotected or usual

    def rank(self, provider: str | None) -> int:
        """How far a provider is believed; who is not known least."""
        usual = DEFAULT_RANKS.get(provider or "", _UNRANKED)
        return self.ranks.get(provider or "", usual)
