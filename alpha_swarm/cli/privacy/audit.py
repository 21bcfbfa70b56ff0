"""``privacy audit``: the trail of disclosures, exports, changes and erasures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, err, out, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.privacy.audit import Anchor, Verdict

audit = typer.Typer(help="The audit trail: looked through, and anchored.", no_args_is_help=True)

_NO_ANCHORS = (
    "Nothing tells whether its end is missing: there is no anchor yet (alpha-swarm privacy audit anchor)."
)

Elsewhere = Annotated[
    Path | None,
    typer.Option("--anchors", help="A file of anchors from elsewhere, in place of the one in the home."),
]


@audit.command()
def verify(*, anchors: Elsewhere = None, as_json: Json = False) -> None:
    """Look through the whole trail: whether each record is as it was written, and none is missing."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast
    from alpha_swarm.coordination.anchors import read_anchors  # noqa: PLC0415 - the same

    with opened_app() as app:
        elsewhere = None if anchors is None else read_anchors(anchors)
        verdict = app.audit.verify(elsewhere)
        known = app.audit.anchors() if elsewhere is None else elsewhere
    if as_json:
        print_json(_answer(verdict, known))
    else:
        _show(verdict, known)
    if verdict.flaw is not None:
        raise typer.Exit(1)


@audit.command()
def anchor(*, as_json: Json = False) -> None:
    """Keep the head of the trail outside the ledger, now: in the home, in the log, and by e-mail."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        kept = app.audit.anchor()
    if as_json:
        print_json({"anchor": None if kept is None else _shown(kept)})
    elif kept is None:
        out().print("the trail has no record yet: there is nothing to anchor")
    else:
        out().print(f"anchored: record {kept.head.seq:,}, {kept.head.mac}", soft_wrap=True)


def _answer(verdict: Verdict, anchors: Sequence[Anchor]) -> dict[str, Any]:
    flaw = verdict.flaw
    return {
        "whole": flaw is None,
        "records": verdict.records,
        "head": {"record": verdict.head.seq, "mac": verdict.head.mac},
        "anchors": len(anchors),
        "anchors_that_agree": verdict.anchors,
        "last_anchor": _shown(anchors[-1]) if anchors else None,
        "first_bad": None if flaw is None else {"record": flaw.seq, "why": flaw.why},
    }


def _shown(anchor: Anchor) -> dict[str, Any]:
    return {"record": anchor.head.seq, "mac": anchor.head.mac, "at": anchor.at}


def _show(verdict: Verdict, anchors: Sequence[Anchor]) -> None:
    agreed = f"{verdict.anchors} of {len(anchors)} anchors agree"
    if verdict.flaw is not None:
        err().print(str(verdict.flaw), soft_wrap=True, markup=False)
        err().print(f"The {verdict.records:,} records before it are as they were written; {agreed}.")
        return
    out().print(f"{verdict.records:,} records, each as it was written; {agreed}.")
    out().print(f"The head is record {verdict.head.seq:,}: {verdict.head.mac or '-'}", soft_wrap=True)
    if not anchors:
        out().print(_NO_ANCHORS, soft_wrap=True)
