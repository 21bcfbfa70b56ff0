"""``doctor``: every check of the installation, with its remedy."""

from __future__ import annotations

import typer

from alpha_swarm.cli.printing import Json, out, print_json

_MARKS = {"ok": "[green]ok[/]", "warning": "[yellow]warning[/]", "failed": "[red]failed[/]"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(*, as_json: Json = False) -> None:
    """Check the installation and say what to mend; exit 1 when a check fails."""
    from rich.markup import escape  # noqa: PLC0415 - keeps --help fast

    from alpha_swarm.cli.checks import run_checks  # noqa: PLC0415 - keeps --help fast

    checks = run_checks()
    healthy = all(check.result != "failed" for check in checks)
    if as_json:
        print_json({"ok": healthy, "checks": [check.as_dict() for check in checks]})
    else:
        for check in checks:
            out().print(
                f"{_MARKS[check.result]} {escape(check.name)}: {escape(check.detail)}", soft_wrap=True
            )
            if check.remedy:
                out().print(f"   → {check.remedy}", markup=False, soft_wrap=True)
    if not healthy:
        raise typer.Exit(1)
