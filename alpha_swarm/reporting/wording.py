"""Figures in words, the same in every form of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Funnel step → what it is called.
STEPS = {
    "accepted": "leads accepted",
    "results": "with a result",
    "usable": "usable",
    "with_email": "with an e-mail",
    "synced": "synced",
}
NOTHING = "-"
#: From here on nobody cares for tenths.
_LARGE = 1_000
_NAMES = {"email_work": "work e-mail", "email_personal": "personal e-mail", "email": "e-mail"}


def number(value: float | None) -> str:
    """With commas; to one place where it is small and no whole number."""
    if value is None:
        return NOTHING
    whole = value >= _LARGE or float(value).is_integer()
    return f"{value:,.0f}" if whole else f"{value:,.1f}"


def money(value: float | None) -> str:
    """To two places."""
    return NOTHING if value is None else f"{value:,.2f}"


def per_cent(value: float | None) -> str:
    """Of a figure from 0 to 100."""
    return NOTHING if value is None else f"{value:.1f} %"


def rate(value: float | None) -> str:
    """Of a figure from 0 to 1, in per cent."""
    return per_cent(None if value is None else 100 * value)


def named(field: str) -> str:
    """A field or state as people read it."""
    return _NAMES.get(field, field.replace("_", " ").replace("linkedin", "LinkedIn"))


def accuracy(found: Mapping[str, Any]) -> str:
    """With the interval, or what to do for one."""
    if found["percent"] is None:
        return "not known: draw a sample and judge its values (console, or alpha-swarm report sample)"
    judged = found["right"] + found["wrong"]
    return (
        f"{per_cent(found['percent'])} of {judged:,} drawn values are right; of all, with 95 % certainty,"
        f" {found['low']:.1f} to {found['high']:.1f} %"
    )


def completeness(found: Mapping[str, Any]) -> str:
    """Beside its threshold."""
    required = ", ".join(map(named, found["required"]))
    if found["percent"] is None:
        return "there are no usable leads yet"
    verdict = "at least" if found["enough"] else "BELOW"
    return f"{per_cent(found['percent'])} of {required}; {verdict} the {found['threshold']:g} % wanted"


def consistency(found: Mapping[str, Any]) -> str:
    """Of records and of values."""
    return (
        f"{per_cent(found['percent'])} of {found['records']:,} records, {per_cent(found['values_percent'])}"
        f" of {found['values']:,} values match their formats; {found['dropped_values']:,} values were dropped"
    )


def timeliness(found: Mapping[str, Any]) -> str:
    """The average and the bands."""
    if found["average_age_days"] is None:
        return "there are no usable leads yet"
    return (
        f"{found['average_age_days']:,.1f} days old on average: {found['fresh']:,} fresh (under 48 hours),"
        f" {found['stale']:,} stale (under 90 days), {found['very_stale']:,} very stale"
    )


def duplicates(found: Mapping[str, Any]) -> str:
    """How many came again."""
    again = f"({per_cent(found['percent'])}) were known already"
    return f"{found['known']:,} of {found['arrivals']:,} arrivals {again}"


def sentence(text: str) -> str:
    """With a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def seconds(value: float) -> str:
    """As short as it may be."""
    return f"{value:.2f} s" if value < 1 else f"{value:,.1f} s"


def workflows(found: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Name → figures of each workflow's executions, and of all of them in the end."""
    return [*((one["workflow"], one) for one in found["by_workflow"]), ("all", found)]


def volume(found: Mapping[str, Any]) -> str:
    """Records a day, week and month."""
    spans = ", ".join(f"{number:,} in the last {span}" for span, number in found["volume"].items())
    return f"records: {spans}"


def errors(found: Mapping[str, Any]) -> str:
    """By kind, for each thousand executions."""
    listed = ", ".join(f"{named(kind)} {number:g}" for kind, number in found["errors_per_1000"].items())
    return f"errors for each 1,000 executions of late: {listed or 'none'}"
