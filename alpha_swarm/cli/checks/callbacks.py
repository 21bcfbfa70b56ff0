"""The way of results to us: secrets, lanes, and a door that the other side can reach."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from alpha_swarm.cli.checks.check import Check, failed, ok, warning
from alpha_swarm.cli.checks.outside import ask_own_door
from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.config import Settings

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def check_callbacks(settings: Settings) -> Iterator[Check]:
    """What the transport needs to bring results in."""
    clay = settings.clay
    if clay.transport == "webhook":
        yield from _lanes(settings)
    if clay.results == "poll" and clay.transport != "webhook":
        yield ok("webhook", "results are polled for, as CLAY_RESULTS says")
        return
    missing = _missing(settings)
    yield _door(settings) if not missing else _without(missing, settings)


def _missing(settings: Settings) -> list[str]:
    clay = settings.clay
    secret = {
        "rest": ("CLAY_WEBHOOK_SECRET", clay.webhook_secrets),
        "webhook": ("CLAY_WEBHOOK_SECRET", clay.webhook_secrets),
        "routines": ("CLAY_ROUTINE_WEBHOOK_SECRET", clay.routine_webhook_secrets),
    }[clay.transport]
    return [name for name, value in (secret, ("BASE_URL", settings.api.base_url)) if not value]


def _without(missing: list[str], settings: Settings) -> Check:
    names = " and ".join(missing)
    if settings.clay.transport == "webhook":
        return failed(
            "webhook", f"{names} unset: no result can come in", "set both; see alpha-swarm clay setup"
        )
    detail = f"{names} unset: results are only polled for"
    return warning("webhook", detail, "set both for results within seconds, or CLAY_RESULTS=poll")


def _lanes(settings: Settings) -> Iterator[Check]:
    lanes = settings.clay.lanes
    if not lanes:
        remedy = "put them into CLAY_LANES, or add one by alpha-swarm lanes add"
        yield warning("lanes", "no lane is configured", remedy)
        return
    open_ones = [lane.name for lane in lanes if lane.token is None]
    if open_ones:
        detail = (
            f"{', '.join(open_ones)} without a token: whoever learns the address can write into the table"
        )
        yield warning("lanes", detail, "turn authentication on in Clay and put its token into CLAY_LANES")
    else:
        yield ok("lanes", f"{len(lanes)} with a token each")


def _door(settings: Settings) -> Check:
    """As far as it can be told from here."""
    url = settings.api.base_url or ""
    if _is_local(url) and not _is_local(settings.clay.api_base_url):
        detail = f"BASE_URL is {url}: Clay cannot reach this machine under it"
        return failed("webhook", detail, "set BASE_URL to the public https address of alpha-swarm api")
    try:
        ask_own_door(url)
    except AlphaSwarmError as error:
        remedy = "start alpha-swarm up or api, and lead the address to it"
        return warning("webhook", f"our own door does not answer at BASE_URL: {error}", remedy)
    return ok("webhook", "Clay can deliver results")


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host in _LOCAL or ipaddress.ip_address(host).is_private
    except ValueError:
        return False
