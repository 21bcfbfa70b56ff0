"""The record of processing activities as a page that needs no script and nothing from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from alpha_swarm.cli.privacy.person_page.wording import moment
from alpha_swarm.reporting.wording import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def page(record: Mapping[str, Any]) -> str:
    """The whole document, as HTML.

    Args:
        record: as ``privacy record --json`` prints it.
    """
    return _environment().get_template("record.html").render(**record, moment=moment(record["generated_at"]))


def _names(fields: Iterable[str]) -> str:
    return ", ".join(map(named, fields))


def _environment() -> Environment:
    # The look is that of a person's page.
    packages = ("alpha_swarm.cli.privacy.record_page", "alpha_swarm.cli.privacy.person_page")
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["names"] = _names
    return environment
