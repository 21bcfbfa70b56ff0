"""A privacy policy's file."""

from __future__ import annotations

from alpha_swarm.config.yaml_file import read_table_of
from alpha_swarm.domain.policy.book import PolicyBook
from alpha_swarm.domain.policy.mistakes import mistakes


def read_policy(text: str, name: str) -> PolicyBook:
    """The policy in a file called ``name``.

    Raises:
        MistakesError: a line for each mistake, with its place in the file and the remedy.
        ConfigurationError: it is no YAML.
    """
    return read_table_of(PolicyBook, text, name, "privacy policy", mistakes)
