"""Settings → the rules of who goes where."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alpha_swarm import settings as packaged
from alpha_swarm.config.routing_file import read_rules
from alpha_swarm.domain.routing.places import Places
from alpha_swarm.domain.routing.routing import Routing
from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from alpha_swarm.config import Settings

#: Taken where no other is named, as ``.env`` is.
_USUAL = Path("routing.yaml")


def routing(settings: Settings) -> Routing:
    """The rules of ROUTING_FILE, else of ./routing.yaml, else those that ship with the program.

    Raises:
        ConfigurationError: a line for each mistake in the file.
    """
    text, name = _file(settings.routing_file or (_USUAL if _USUAL.is_file() else None))
    targets = settings.sync_targets
    return Routing(read_rules(text, name, places(), targets), places(), targets)


@cache
def places() -> Places:
    """Where companies are."""
    return Places.from_mapping(packaged.read("places"))


def _file(path: Path | None) -> tuple[str, str]:
    """A text and what it is called."""
    if path is None:
        return packaged.text("routing.yaml"), "the packaged rules"
    try:
        return path.read_text(encoding="utf-8"), str(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"ROUTING_FILE: {path} cannot be read ({type(error).__name__})") from None
