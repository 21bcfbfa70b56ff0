"""``targets diff``, ``targets sync``, ``targets undo``: foretelling, repeating and taking back syncs."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, err, out, print_json, show_table
from alpha_swarm.cli.targets import approvals
from alpha_swarm.errors import GiveUpError, HaltError, NotReadyError, RetryLaterError, UserError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.app import App
    from alpha_swarm.domain.states import Target
    from alpha_swarm.pipeline.crm.preview import Preview

_MOST_SHOWN = 200
_UNDONE = {
    "changes": "changes that were taken back",
    "fields": "fields that have their old value again",
    "edited": "fields left as they are, since somebody has changed them",
    "created": "records left as they are, since the run created them",
    "gone": "changes whose record is gone, or whose CRM refuses",
}
_CREATED = (
    "Records that a run created stay, as they were created: somebody may work with them already."
    " Whoever wants them gone removes them in the CRM."
)

Chosen = Annotated[str | None, typer.Option("--target", help="One of SYNC_TARGETS; all if left out.")]


def register(targets: typer.Typer) -> None:
    """Add the commands."""
    targets.command("diff")(diff)
    targets.command("undo")(undo)
    targets.command("sync")(sync)
    approvals.register(targets)


def diff(
    lead: Annotated[
        list[str] | None, typer.Argument(metavar="[LEAD]...", help="Ids, LinkedIn URLs or e-mails.")
    ] = None,
    *,
    target: Chosen = None,
    run: Annotated[str | None, typer.Option(help="The batch that leads add named.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the latest first.")] = 20,
    fields: Annotated[
        str | None,
        typer.Option(help="Protected fields to look at as if they were allowed: owner, stage, source."),
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask in Slack whether this may be written.")] = False,
    as_json: Json = False,
) -> None:
    """Show what a sync would change in the CRMs, field by field; nothing is written."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    protected = approvals.protected_fields(fields)
    with opened_app() as app:
        if ask:
            approvals.require_approvals(app.settings)
        lead_ids = _found(app, lead) if lead else app.crm_desk.chosen(run, limit)
        previews, stopped = _previews(app, target, lead_ids, protected)
        answer = {**_answer(len(lead_ids), previews), "stopped": stopped}
        # Nobody is asked about half of a diff.
        if ask and not stopped:
            answer["asked"] = approvals.ask(app, previews, protected)
    if as_json:
        print_json(answer)
    else:
        _show(answer)
        if "asked" in answer:
            approvals.show_asked(answer["asked"])
    _end(stopped)


def undo(
    run: Annotated[
        str, typer.Argument(help="A batch that leads add named, an approval, or a day in UTC (2026-01-31).")
    ],
    *,
    target: Chosen = None,
    as_json: Json = False,
) -> None:
    """Put old values back into the CRMs wherever nobody has changed the field since.

    Records that the run created stay: somebody may work with them already.
    """
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        chosen = app.crm_desk.targets(target)[0] if target else None
        told = app.crm_desk.undo(run, chosen)
    counted = asdict(told)
    if as_json:
        print_json(counted)
    else:
        _show_undone(run, counted)
    _end(told.stopped)


def sync(
    *,
    target: Chosen = None,
    again: Annotated[
        bool, typer.Option("--all", help="Those who are there already as well; what is the same is not sent.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send leads that are through to the CRMs where they are not yet, such as to one that was added."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        told = app.resync.run(app.crm_desk.targets(target), again=again)
    by_target = {one.value: number for one, number in told.items()}
    if as_json:
        print_json({"syncs": by_target})
    else:
        show_table("On their way", ("target", "leads"), list(by_target.items()))


def _previews(
    app: App, target: str | None, lead_ids: Sequence[str], protected: Collection[str]
) -> tuple[dict[Target, list[Preview]], dict[str, str]]:
    """What would be changed, and why a CRM could not be asked, which keeps back no other."""
    found: dict[Target, list[Preview]] = {}
    stopped: dict[str, str] = {}
    for one in app.crm_desk.targets(target):
        try:
            found[one] = list(app.crm_desk.previews(one, lead_ids, protected))
        except NotReadyError:
            raise
        except (HaltError, RetryLaterError, GiveUpError) as error:
            stopped[one.value] = str(error)
    return found, stopped


def _end(stopped: Mapping[str, str]) -> None:
    """Exit 1 where a CRM could not be asked."""
    for name, why in stopped.items():
        err().print(f"{name} is not through: {why}; the same again goes on there", markup=False)
    if stopped:
        raise typer.Exit(1)


def _found(app: App, names: list[str]) -> list[str]:
    from alpha_swarm.ledger.lead_trace import find  # noqa: PLC0415 - keeps --help fast

    with app.ledger.read() as tx:
        found = {name: find(tx, name) for name in names}
    if missing := [name for name, lead_id in found.items() if lead_id is None]:
        raise UserError(
            f"{len(missing)} of {len(names)} leads are not known: give ids, URLs or e-mails of leads"
        )
    return [lead_id for lead_id in found.values() if lead_id]


def _answer(leads: int, previews: Mapping[Target, Sequence[Preview]]) -> dict[str, Any]:
    rows = [{"target": one.value, **_row(preview)} for one, every in previews.items() for preview in every]
    return {"leads": leads, "actions": dict(Counter(row["action"] for row in rows)), "changes": rows}


def _row(preview: Preview) -> dict[str, Any]:
    return {
        "lead_id": preview.lead_id,
        "record_id": preview.record_id,
        "action": preview.action,
        "fields": [
            {"field": name, "before": before, "after": after}
            for name, (before, after) in preview.fields.items()
        ],
        "kept": [{"field": name, "reason": reason} for name, reason in preview.kept.items()],
    }


def _show(answer: dict[str, Any]) -> None:
    lines = [
        (row["target"], row["lead_id"], row["action"], one["field"], one["before"], one["after"])
        for row in answer["changes"]
        for one in row["fields"] or [{"field": None, "before": None, "after": None}]
    ]
    title = ", ".join(f"{number} {action}" for action, number in answer["actions"].items()) or "nothing"
    show_table(title, ("target", "lead", "action", "field", "before", "after"), lines[:_MOST_SHOWN])
    if len(lines) > _MOST_SHOWN:
        typer.echo(f"{len(lines) - _MOST_SHOWN} more lines: --json has them all", err=True)


def _show_undone(run: str, told: dict[str, Any]) -> None:
    lines = [(words, told[name]) for name, words in _UNDONE.items()]
    show_table(f"Undone of {run}", ("what", "how many"), lines)
    if told["created"]:
        out().print(_CREATED, soft_wrap=True)
