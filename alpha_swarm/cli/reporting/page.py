"""The report as a page that stands alone: no script, nothing from outside."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from alpha_swarm.charts.style import STYLE
from alpha_swarm.charts.svg import Svg
from alpha_swarm.reporting import wording
from alpha_swarm.reporting.drawn import charts

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Of the sources, as many as somebody reads; the others are in the JSON.
MOST_SOURCES = 25


def page(report: Mapping[str, Any]) -> str:
    """The whole document, as HTML.

    Args:
        report: as ``report --json`` prints it.
    """
    template = _environment().get_template("report.html")
    moment = datetime.fromisoformat(report["generated_at"])
    return template.render(
        **report,
        charts={name: chart.drawn for name, chart in charts(report).items()},
        style=Svg(STYLE),
        moment=moment.strftime("%-d %B %Y, %H:%M UTC"),
        most_sources=MOST_SOURCES,
        words=wording,
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("alpha_swarm.cli.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (
        wording.number,
        wording.money,
        wording.per_cent,
        wording.rate,
        wording.seconds,
        wording.sentence,
    )
    environment.filters.update({one.__name__: one for one in filters})
    return environment
