"""Who has authority over a field in a CRM, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import Field, field_validator

from alpha_swarm.domain.tables import Table, read_table

if TYPE_CHECKING:
    from alpha_swarm.domain.states import Target


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

_IDENTITY = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "linkedin_url",
    "company_name",
    "company_domain",
    "source_type",
    "source_name",
    "engagement_action",
)
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
#: Who somebody is stands once it stands; what changes with time gives way to what is better known.
DEFAULT_RULES: Mapping[str, Rule] = MappingProxyType(
    dict.fromkeys(_IDENTITY, Rule.FILL_IF_EMPTY)
    | dict.fromkeys(_OURS, Rule.OVERWRITE)
    | dict.fromkeys(_CHANGING, Rule.IF_BETTER)
    | dict.fromkeys(PROTECTED, Rule.NEVER)
    # There is one only where a rule of routing names somebody, which is the asking. No provider stands behind
    # it, so that nobody whom a person chose is ever replaced.
    | {"owner": Rule.IF_BETTER}
)
#: Every field that may have a rule.
FIELDS = frozenset(DEFAULT_RULES)
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
    recreate: bool = False
    """Whether a record that somebody removed is made anew."""

    def of(self, name: str) -> Rule:
        """The rule of a field."""
        usual = DEFAULT_RULES.get(name, Rule.NEVER)
        unprotected = None if name in PROTECTED else self.default
        return self.fields.get(name) or unprotected or usual

    def rank(self, provider: str | None) -> int:
        """How far a provider is believed; who is not known least."""
        usual = DEFAULT_RANKS.get(provider or "", _UNRANKED)
        return self.ranks.get(provider or "", usual)


class Section(Table):
    """What differs from the usual rules, in one CRM or in all of them."""

    mode: Mode | None = None
    default: Rule | None = None
    edits_win_days: float | None = Field(default=None, ge=0, le=36_500)
    recreate: bool | None = None
    fields: Mapping[str, Rule] = {}

    @field_validator("fields")
    @classmethod
    def _are_known(cls, fields: Mapping[str, Rule]) -> Mapping[str, Rule]:
        if unknown := sorted(fields.keys() - FIELDS):
            raise ValueError(
                f"{unknown[0]} is no field that is written; there are {', '.join(sorted(FIELDS))}"
            )
        return fields


class RulesFile(Section):
    """The rules of all CRMs as a file holds them: what it does not name is as usual."""

    providers: Mapping[str, int] = {}
    ghl: Section = Section()
    instantly: Section = Section()
    hubspot: Section = Section()
    salesforce: Section = Section()

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> RulesFile:
        """The rules in a table.

        Raises:
            ConfigurationError: with the wrong key and the remedy.
        """
        return read_table(cls, data, "write rules")

    def of(self, target: Target) -> WriteRules:
        """A CRM's own section goes before what holds for all."""
        own: Section = getattr(self, target.value)
        recreate = self.recreate if own.recreate is None else own.recreate
        days = next((one for one in (own.edits_win_days, self.edits_win_days) if one is not None), None)
        return WriteRules(
            mode=own.mode or self.mode or Mode.UPSERT,
            default=own.default or self.default,
            edits_win_days=EDITS_WIN_DAYS if days is None else days,
            fields={**self.fields, **own.fields},
            ranks=self.providers,
            recreate=bool(recreate),
        )
