"""Settings → the rules of who goes where."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alpha_swarm import settings as packaged
from alpha_swarm.assembly.rules_file import rules_file
from alpha_swarm.config.routing_file import read_rules
from alpha_swarm.domain.routing.places import Places
from alpha_swarm.domain.routing.routing import Routing

if TYPE_CHECKING:
    from alpha_swarm.config import Settings

#: Taken where no other is named, as ``.env`` is.
_USUAL = Path("routing.yaml")


def routing(settings: Settings) -> Routing:
    """The rules of ROUTING_FILE, else of ./routing.yaml, else those that ship with the program.

    Raises:
        ConfigurationError: a line for each mistake in the file.
    """
    text, name = rules_file("ROUTING_FILE", settings.routing_file, _USUAL, "routing.yaml")
    targets = settings.sync_targets
    return Routing(read_rules(text, name, places(), targets), places(), targets)


@cache
def places() -> Places:
    """Where companies are."""
    return Places.from_mapping(packaged.read("places"))
