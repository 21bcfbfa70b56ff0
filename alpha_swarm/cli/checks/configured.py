"""Settings that are allowed and still worth a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.assembly import tables
from alpha_swarm.assembly.policy import privacy_policy
from alpha_swarm.cli.checks.check import Check, failed, ok, warning
from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.config import Settings


def check_configured(settings: Settings) -> Iterator[Check]:
    """Caps, keys, doors, rules, targets."""
    yield _caps(settings)
    yield _key(settings)
    yield _api_keys(settings)
    yield _policy(settings)
    yield _tables(settings)
    if not settings.sync_targets:
        yield warning("targets", "no CRM is configured", "name them in SYNC_TARGETS, such as ghl,instantly")


def _caps(settings: Settings) -> Check:
    clay = settings.clay
    caps = {
        "CLAY_CREDITS_PER_DAY": clay.credits_per_day,
        "CLAY_CREDITS_PER_MONTH": clay.credits_per_month,
        "CLAY_ACTIONS_PER_MONTH": clay.actions_per_month,
    }
    narrower = {
        "CLAY_CREDITS_PER_BATCH": clay.credits_per_batch,
        "CLAY_CREDITS_PER_SOURCE": clay.credits_per_source,
    }
    unset = [name for name, value in caps.items() if value is None]
    given = [name for name, value in {**caps, **narrower}.items() if value is not None]
    if unset:
        but = f"; only {', '.join(given)} set" if given else ""
        detail = f"{', '.join(unset)} unset: spending is not capped by them{but}"
        return warning("caps", detail, "set what you can afford")
    try:
        each = tables.reservation(settings).credits
    except ConfigurationError as error:
        return failed("caps", str(error), "correct the file: by it the most that a lead can cost is reserved")
    return ok(
        "caps", f"spending is capped by {', '.join(given)}; {each:g} credits are reserved for each lead"
    )


def _key(settings: Settings) -> Check:
    if settings.key is not None:
        return ok("key", "ALPHA_SWARM_KEY is set")
    detail = "ALPHA_SWARM_KEY is unset: the key in ALPHA_SWARM_HOME holds"
    if settings.environment == "sandbox":
        return ok("key", detail)
    return warning("key", detail, "set it: without it no person in the ledger can be found again")


def _api_keys(settings: Settings) -> Check:
    if settings.api.keys:
        return ok("api keys", f"{len(settings.api.keys)} set")
    return warning("api keys", "API_KEYS is unset: POST /leads turns everybody away", "set at least one key")


def _policy(settings: Settings) -> Check:
    try:
        policy = privacy_policy(settings)
    except ConfigurationError as error:
        return failed("privacy policy", str(error), "correct the file")
    names = sum(len(rule.fields) for rule in policy.book.forbidden or ())
    if not names:
        return warning("privacy policy", "it forbids no field at all", "name what must never be taken")
    done = "refused" if policy.refuses else "stripped"
    return ok("privacy policy", f"{names} names of fields are never taken; what comes with one is {done}")


def _tables(settings: Settings) -> Check:
    try:
        tables.check_tables(settings)
    except ConfigurationError as error:
        return failed("tables", str(error), "correct the file: alpha-swarm up does not start with it")
    return ok("tables", "profile, waterfalls, costs and write rules can be read")
