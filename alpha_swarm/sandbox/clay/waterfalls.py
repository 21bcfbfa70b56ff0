"""Which provider is asked for which column, in which order, and what a call of it costs in credits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from alpha_swarm.sandbox.clay.columns import Column

# Of a hundred people, how many the provider finds.
_HITS = {
    "apollo": 95,
    "hunter": 92,
    "clearbit": 90,
    "pdl": 88,
    "snovio": 85,
    "cognism": 90,
    "lusha": 85,
    "zoominfo": 88,
}
_CREDITS = {
    "apollo": 2.0,
    "hunter": 1.5,
    "clearbit": 2.0,
    "pdl": 2.0,
    "snovio": 1.0,
    "cognism": 5.0,
    "lusha": 4.0,
}
_EMAIL = {"email_work", "email_personal"}
_DEFAULT_EMAIL = ("apollo", "hunter", "clearbit", "pdl", "snovio")
_DEFAULT_PHONE = ("cognism", "lusha")
_SINGLE = {
    "company_domain": "clearbit",
    "company_industry": "clearbit",
    "company_size": "clearbit",
    "company_revenue": "clearbit",
    "company_location": "clearbit",
    "tech_stack": "builtwith",
    "funding_stage": "crunchbase",
    "funding_amount": "crunchbase",
}

Findings = dict[str, list[str]]  # provider to the columns that it filled, in the order of the calls


def cost(findings: Findings) -> float:
    """Credits for what was found: a miss is free, but a run costs at least one credit."""
    return max(1.0, sum(_CREDITS.get(provider, 1.0) for provider, columns in findings.items() if columns))


def ask(
    found: Iterable[str], columns: dict[str, Column], waterfalls: dict[str, Any], rng: random.Random
) -> Findings:
    """Which provider supplied each column of `found`; a provider that was asked in vain has no columns."""
    names = list(found)
    findings: Findings = {}
    emails = [name for name in names if name in _EMAIL]
    _descend(_providers(waterfalls, "waterfall_email", _DEFAULT_EMAIL), emails, rng, findings)
    phones = [name for name in names if name == "phone"]
    _descend(_providers(waterfalls, "waterfall_phone", _DEFAULT_PHONE), phones, rng, findings)
    for name in names:
        if name not in _EMAIL and name != "phone":
            findings.setdefault(_single(name, columns), []).append(name)
    return findings


def _descend(providers: list[str], columns: list[str], rng: random.Random, findings: Findings) -> None:
    """Ask one provider after the other until one delivers; the last one finds whatever there is."""
    for position, provider in enumerate(providers):
        filled = findings.setdefault(provider, [])
        last = position == len(providers) - 1
        if columns and (last or rng.randrange(100) < _HITS.get(provider, 80)):
            filled.extend(columns)
            return


def _providers(waterfalls: dict[str, Any], name: str, default: tuple[str, ...]) -> list[str]:
    declared = waterfalls.get(name)
    return [str(provider) for provider in declared["providers"]] if declared else list(default)


def _single(name: str, columns: dict[str, Column]) -> str:
    tag = columns[name].enrichment
    return tag if tag and tag != "waterfall" else _SINGLE.get(name, "linkedin")
