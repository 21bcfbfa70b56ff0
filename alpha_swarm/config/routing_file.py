"""A routing file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.config.yaml_file import read_table_of
from alpha_swarm.domain.routing.mistakes import mistakes
from alpha_swarm.domain.routing.rules import RuleBook

if TYPE_CHECKING:
    from collections.abc import Collection

    from alpha_swarm.domain.routing.places import Places
    from alpha_swarm.domain.states import Target


def read_rules(text: str, name: str, places: Places, targets: Collection[Target]) -> RuleBook:
    """The rules in a file called ``name``.

    Raises:
        MistakesError: a line for each mistake, with its place in the file and the remedy.
        ConfigurationError: it is no YAML.
    """
    return read_table_of(RuleBook, text, name, "routing file", lambda book: mistakes(book, places, targets))
