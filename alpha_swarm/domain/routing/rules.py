"""The shape of a routing file; each mistake in it says what to write instead."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, model_validator

from alpha_swarm.domain.routing.wording import name_template
from alpha_swarm.domain.states import Target
from alpha_swarm.domain.tables import Table
from alpha_swarm.domain.written import Name, Text, Texts, listed, no_switch, require, some, text


def _scalar(value: Any) -> Any:
    require(isinstance(no_switch(value), str | int | float), "must be a text or a number")
    return value


def _number(value: Any) -> Any:
    require(isinstance(no_switch(value), int | float), "must be a number without quotes")
    return value


def _tests(value: Any) -> Any:
    """``tier: 1`` is short for equals, ``tier: [1, 2]`` for in."""
    if isinstance(value, list):
        return {"in": value}
    return value if isinstance(value, dict | Tests) else {"equals": value}


def _alert(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Group(StrEnum):
    """Several of the configured CRMs at once."""

    ALL = "all"
    CONTACTS = "contacts"
    """Those that keep contacts."""
    CAMPAIGNS = "campaigns"
    """Those that write to people."""


_CHOICES: dict[str, Target | Group] = {one.value: one for one in (*Target, *Group)}


def _chosen(value: Any) -> Target | Group:
    found = _CHOICES.get(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"must be one of {', '.join(_CHOICES)}")
    return found


def _by_crm(value: Any) -> Any:
    return {Group.CONTACTS.value: value} if isinstance(value, str) else value


Chosen = Annotated[Target | Group, PlainValidator(_chosen)]
Scalar = Annotated[Any, BeforeValidator(_scalar)]
Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Id = Annotated[str, BeforeValidator(text), Field(pattern=r"^[A-Za-z0-9_.:~-]{1,200}$")]


class Tests(Table):
    """What a field's value must be; all that are named have to hold. Texts are compared without case."""

    equals: Scalar = None
    one_of: Annotated[tuple[Scalar, ...] | None, Field(alias="in"), AfterValidator(some)] = None
    contains: Texts | None = None
    """One of these is a part of the text, or of a member of the list."""
    domain: Texts | None = None
    """An e-mail's or an address's domain is one of these or lies below it."""
    exists: Annotated[bool, Field(strict=True)] | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    more_than: Number | None = None
    less_than: Number | None = None

    @model_validator(mode="after")
    def _something(self) -> Tests:
        if not self.model_fields_set:
            raise ValueError("tests nothing; write a value, a list or a test such as at_least: 75")
        return self


class Deal(Table):
    """A deal or an opportunity to be opened with the contact."""

    pipeline: Text | None = None
    stage: Text | None = None
    name: Annotated[Text, AfterValidator(name_template)] = "{company_name}"
    """With fields of the company in braces."""
    amount: Annotated[Number, Field(ge=0, le=1e12)] | None = None
    """What it is worth, in the CRM's own currency."""


class Alert(Table):
    """A message to people."""

    text: Text
    channel: Text | None = None
    """In place of the usual one; takes a bot."""
    owner: Annotated[bool, Field(strict=True)] = False
    """Whether the lead's owner is told as well; takes a bot, and an owner by e-mail."""


class Outcome(Table):
    """What follows when a rule matches."""

    targets: Annotated[tuple[Chosen, ...], BeforeValidator(listed)] = ()
    campaign: Id | None = None
    """Of Instantly, in place of the usual one."""
    owner: Annotated[dict[Chosen, Text], BeforeValidator(_by_crm)] = Field(default_factory=dict)
    """CRM → e-mail or id; a text alone is for all that keep contacts."""
    deal: dict[Chosen, Deal] = Field(default_factory=dict)
    alert: Annotated[Alert, BeforeValidator(_alert)] | None = None
    stop: Annotated[bool, Field(strict=True)] = False
    """Whether the rules below are left out."""

    @model_validator(mode="after")
    def _something(self) -> Outcome:
        if not self.model_fields_set:
            raise ValueError("does nothing; name targets, an owner, a deal, an alert, or stop: true")
        return self


class Rule(Table):
    """If all of ``when`` holds, ``then`` follows."""

    name: Name
    when: dict[str, Annotated[Tests, BeforeValidator(_tests)]] = Field(default_factory=dict)
    then: Outcome


class RuleBook(Table):
    """A routing file: rules from the top down."""

    territories: dict[Name, Texts] = Field(default_factory=dict)
    """Name → countries and states, in place of the packaged one of that name."""
    rules: Annotated[tuple[Rule, ...], AfterValidator(some)]
