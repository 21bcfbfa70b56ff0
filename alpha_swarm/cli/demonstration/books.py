"""Our ledger against what the sandbox counted on its side."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.supervision.books import RECORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.cli.demonstration.figures import Figures
    from alpha_swarm.config import Settings
    from alpha_swarm.domain.states import Target

#: Credits are sums of tenths in floating point on both sides.
_ROUNDING = 0.01


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what we say, what the other side says, and whether that is right."""

    what: str
    ours: float
    theirs: float
    ok: bool

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def compare(
    status: Mapping[str, Any],
    tally: Mapping[str, Any],
    found: Figures,
    sandbox: Mapping[str, Any],
    settings: Settings,
) -> list[Entry]:
    """Every line of the books."""
    clay = _AT_CLAY[settings.clay.transport](status, found, sandbox["clay"])
    crms = _crms(found, sandbox, settings.sync_targets)
    slack = _same("messages in Slack", found.messages, sandbox["slack"]["messages"])
    return [*_leads(status, tally, found), *clay, *crms, slack]


def _leads(status: Mapping[str, Any], tally: Mapping[str, Any], found: Figures) -> list[Entry]:
    states = status["leads"]
    ends = states["synced"] + states["unenrichable"] + states["dead"]
    return [
        _same("leads accepted and kept", tally["accepted"], status["total"]),
        _same("leads whose states add up", status["total"] if status["balanced"] else -1, found.leads),
        _same("leads at an end", status["total"], ends),
        _same("dead for another reason than Clay's", found.dead_of_other_causes, 0),
        _same("write-backs owed", 0 if status["settled"] else 1, 0),
    ]


def _rest(status: Mapping[str, Any], found: Figures, clay: Mapping[str, Any]) -> list[Entry]:
    return [
        _same("rows at Clay", found.rows, clay["rows_added"]),
        _same("rows twice at Clay", 0, clay["rows_by_lead_id"]["duplicates"]),
        _same("enrichments paid", found.enriched, clay["enrichments"]),
        _same("rows paid twice", 0, clay["rows_enriched_more_than_once"]),
        _same("credits", round(status["credits"]["month"]["spent"], 2), round(clay["credits"], 2)),
    ]


def _webhook(_status: Mapping[str, Any], found: Figures, clay: Mapping[str, Any]) -> list[Entry]:
    """No table tells what its rows cost, so no credits are compared."""
    sources = clay["sources"]
    return [
        _same("records at Clay", found.rows, sources["rows"]),
        _same("enrichments paid", found.enriched, sources["runs"]),
        _same("records paid twice", 0, sources["requests_paid_twice"]),
    ]


def _routines(_status: Mapping[str, Any], found: Figures, clay: Mapping[str, Any]) -> list[Entry]:
    """Nor does a routine."""
    routines = clay["routines"]
    return [
        _same("items at Clay", found.enriched, routines["items"]),
        _same("items run twice", 0, routines["items_more_than_once"]),
    ]


_AT_CLAY = {"rest": _rest, "webhook": _webhook, "routines": _routines}


def _crms(found: Figures, sandbox: Mapping[str, Any], targets: Sequence[Target]) -> list[Entry]:
    books = {target: sandbox[target.value] for target in targets}
    twice = sum(one["duplicate_emails"] for one in books.values())
    # Instantly's books do not tell of blanks.
    blanks = sum(one.get("blanks_written", 0) for one in books.values())
    return [
        *(
            _same(
                f"{RECORDS[target]} at {target}",
                len(found.records.get(target.value, ())),
                one[RECORDS[target]],
            )
            for target, one in books.items()
        ),
        _same("e-mails twice at a CRM", 0, twice),
        _same("blanks written over values", 0, blanks),
    ]


def _same(what: str, ours: float, theirs: float) -> Entry:
    return Entry(what, ours, theirs, abs(ours - theirs) < _ROUNDING)
