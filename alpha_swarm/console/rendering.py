"""From facts to a page."""

from __future__ import annotations

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse

from alpha_swarm.console import words

if TYPE_CHECKING:
    from starlette.responses import Response

    from alpha_swarm.console.sessions import Session

FILES = Path(__file__).with_name("static")
#: Title → where it is, in the order of the menu.
MENU = {
    "Flow": "/console/",
    "Targets": "/console/targets",
    "Money": "/console/money",
    "Leads": "/console/leads",
    "Dead letters": "/console/dead-letters",
    "Charts": "/console/charts",
    "Quality": "/console/quality",
    "Workers": "/console/workers",
    "Alerts": "/console/alerts",
}
_DIGEST = 12


class Pages:
    """Draws the pages of one installation."""

    def __init__(self, environment: str) -> None:
        self._templates = Environment(
            loader=PackageLoader("alpha_swarm.console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {"menu": MENU, "environment": environment, "file": file}
        filters = (
            *(words.number, words.amount, words.share, words.duration, words.ago, words.moment),
            *(words.plain, words.target, words.step, words.state, words.tone, words.said),
        )
        self._templates.filters |= {one.__name__: one for one in filters}

    def show(
        self, name: str, session: Session | None = None, code: int = HTTPStatus.OK, **facts: Any
    ) -> Response:
        """A page with this status code; ``facts`` are what its template names."""
        template = self._templates.get_template(f"{name}.html")
        return HTMLResponse(template.render(session=session, **facts), status_code=code)


def go_to(path: str) -> Response:
    """Show another page."""
    return RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)


@cache
def file(name: str) -> str:
    """The address of a file that comes with the pages; it changes when the file does."""
    digest = hashlib.sha256((FILES / name).read_bytes()).hexdigest()[:_DIGEST]
    return f"/console/static/{name}?{digest}"
