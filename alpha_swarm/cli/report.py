"""``report``: what the leads bring, what they cost, and how good the data is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alpha_swarm.cli import report_sample
from alpha_swarm.cli.answering import answers_itself
from alpha_swarm.cli.printing import Json, err, out, print_json, show_table
from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

report = typer.Typer(help="What the leads bring, what they cost, and how good the data is.")

Html = Annotated[
    Path | None,
    typer.Option("--html", help="Write a page with charts into this file; it needs nothing else."),
]
Days = Annotated[int, typer.Option("--days", min=1, max=366, help="How many days to look at one by one.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    report.add_typer(report_sample.sample, name="sample")
    app.add_typer(report, name="report")


@report.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    *,
    html: Html = None,
    days: Days = 30,
    as_json: Json = False,
) -> None:
    """Show funnel, tiers, fill rates, costs, throughput and data quality."""
    if not answers_itself(context):
        return
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        found = app.report(days)
    if html is not None:
        _write(html, found)
    if as_json:
        print_json(found)
    elif html is None:
        from alpha_swarm.cli.reporting import text  # noqa: PLC0415 - the same

        text.show(found)


def _write(file: Path, found: Mapping[str, Any]) -> None:
    from alpha_swarm.cli.reporting.page import page  # noqa: PLC0415 - the same

    try:
        file.write_text(page(found), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} cannot be written ({error.strerror}): choose another place") from None
    err().print(f"written: {file}", soft_wrap=True, markup=False)


@report.command("access")
def show_access(
    *,
    month: Annotated[
        str | None, typer.Option("--month", help="YYYY-MM; this one, where none is named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show who got or saw personal data in a month: CRMs that it was written to, people who looked."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        found = app.access(month)
        with app.ledger.begin() as tx:
            tx.audit.note(AuditKind.EXPORT, what="access_report", month=found["month"])
    if as_json:
        print_json(found)
        return
    rows = [(one["to"], one["action"], one["times"]) for one in found["access"]]
    show_table(f"Access to personal data in {found['month']}", ("who", "how", "times"), rows)
    out().print(
        f"{found['people']:,} people are concerned; alpha-swarm trace LEAD tells of each", markup=False
    )
