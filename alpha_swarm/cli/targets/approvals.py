"""Asking in Slack, and what was answered."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, print_json, show_table
from alpha_swarm.domain.moments import write_moment
from alpha_swarm.errors import ConfigurationError, UserError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.app import App
    from alpha_swarm.config import Settings
    from alpha_swarm.domain.messages.approvals import Approval
    from alpha_swarm.domain.states import Target
    from alpha_swarm.pipeline.crm.preview import Preview

_SHOWN = ("id", "kind", "state", "asked_at", "answered_at", "answered_by", "outcome")
_MOMENTS = ("asked_at", "expires_at", "answered_at")


def register(targets: typer.Typer) -> None:
    """Add the command."""
    targets.command("approvals")(list_approvals)


def list_approvals(
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the latest first.")] = 20,
    as_json: Json = False,
) -> None:
    """Show what was asked in Slack, who answered, and what came of it."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        rows = [_row(one) for one in app.approvals.latest(limit)]
    if as_json:
        print_json({"approvals": rows})
    else:
        show_table("Approvals", _SHOWN, [tuple(row[name] for name in _SHOWN) for row in rows])


def protected_fields(names: str | None) -> frozenset[str]:
    """Those of a comma list.

    Raises:
        UserError: one of them needs no asking, or does not exist.
    """
    from alpha_swarm.domain.crm.write_rules import PROTECTED  # noqa: PLC0415 - keeps --help fast

    given = {one.strip() for one in (names or "").split(",") if one.strip()}
    if unknown := sorted(given - PROTECTED):
        known = ", ".join(sorted(PROTECTED))
        raise UserError(f"{unknown[0]} is not protected: --fields takes {known}; others follow the rules")
    return frozenset(given)


def require_approvals(settings: Settings) -> None:
    """Somebody can be asked.

    Raises:
        ConfigurationError: something is not set.
    """
    if lacking := settings.slack.lacking_for_approvals:
        raise ConfigurationError(
            f"{' and '.join(lacking)} not set: --ask needs a bot in a channel and the app's signing secret"
        )


def ask(app: App, previews: Mapping[Target, Sequence[Preview]], protected: Collection[str]) -> dict[str, Any]:
    """What was asked: the id, ``None`` where there is nothing to ask, and how much of the diff it covers."""
    plan = app.asked_syncs.plan_of(previews, protected)
    asked = sum(map(len, plan.scope["leads"].values()))
    changing = sum(one.action in {"create", "update"} for every in previews.values() for one in every)
    approval = app.approvals.ask(plan) if asked else None
    return {"id": approval, "changes": asked, "left_out": changing - asked}


def show_asked(asked: Mapping[str, Any]) -> None:
    """In a line or two."""
    if asked["left_out"]:
        typer.echo(
            f"{asked['left_out']} changes are left out: their leads are on their way, or were never sent"
            " there (alpha-swarm targets sync sends them)"
        )
    if asked["id"] is None:
        typer.echo("there is nothing to ask for")
    else:
        typer.echo(
            f"asked in Slack as {asked['id']}, good for a day: alpha-swarm targets approvals shows the answer"
        )


def _row(approval: Approval) -> dict[str, Any]:
    row = asdict(approval)
    moments = {name: _moment(row[name]) for name in _MOMENTS}
    counts = {name: len(ids) for name, ids in approval.scope["leads"].items()}
    left_out = ("scope", "hash", "reference")
    shown = {name: value for name, value in row.items() if name not in left_out}
    return {**shown, **moments, "leads": counts}


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else write_moment(datetime.fromtimestamp(round(seconds), UTC))
