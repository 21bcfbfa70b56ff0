"""``privacy policy``: what is never taken, what needs consent, who may get what; and what is held of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from alpha_swarm.cli.answering import answers_itself
from alpha_swarm.cli.printing import Json, err, out, print_json, show_members, show_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alpha_swarm.pipeline.privacy.apply_policy import Found

policy = typer.Typer(help="Which fields are taken, and who gets them.")

_COUNTED = ("field", "place", "what", "count")


def register(privacy: typer.Typer) -> None:
    """Add the commands."""
    privacy.add_typer(policy, name="policy")


@policy.callback(invoke_without_command=True)
def show(context: typer.Context, *, as_json: Json = False) -> None:
    """Show the policy that holds, how often it kept a field out, and how many leads hold what it forbids."""
    if not answers_itself(context):
        return
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast
    from alpha_swarm.domain.policy.telling import told  # noqa: PLC0415 - the same

    with opened_app() as app:
        with app.ledger.read() as tx:
            counted = tx.withheld.totals()
        shown: dict[str, Any] = {
            "policy": told(app.policy),
            "counted": counted,
            "held": _held(app.apply_policy.look()),
        }
    if as_json:
        print_json(shown)
        return
    show_table("Privacy policy", ("rule", "fields"), _rules(shown["policy"]))
    if counted:
        show_members("Kept out so far", _COUNTED, counted)
    _show_held(shown["held"])


@policy.command()
def apply(*, as_json: Json = False) -> None:
    """Take out of the ledger what the policy forbids; what a CRM has of it already stays there."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        taken_out = _held(app.apply_policy.strip())
        app.ledger.checkpoint()
    if as_json:
        print_json({"stripped": taken_out})
        return
    out().print(f"{taken_out['leads']:,} leads held what the policy forbids; it was taken out")


def _held(found: Found) -> dict[str, Any]:
    return {"leads": found.leads, "fields": dict(sorted(found.fields.items()))}


def _rules(shown: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "a lead that comes with a forbidden field", shown["on_forbidden"]
    yield "a profile whose owner limits who sees it", shown["limited_profiles"]
    for rule in shown["forbidden"]:
        yield f"never: {rule['reason']}", ", ".join(rule["fields"])
    for name, without in shown["consent"].items():
        yield f"without consent {without.replace('_', ' ')}", name
    for party, share in shown["targets"].items():
        for kind, names in share.items():
            yield f"{party} gets {kind}", ", ".join(names)


def _show_held(held: Mapping[str, Any]) -> None:
    if not held["leads"]:
        out().print("no lead holds what the policy forbids")
        return
    fields = ", ".join(f"{name} ({number:,})" for name, number in held["fields"].items())
    out().print(f"{held['leads']:,} leads hold what the policy forbids: {fields}", soft_wrap=True)
    err().print("nobody gets it any more; alpha-swarm privacy policy apply takes it out", markup=False)
