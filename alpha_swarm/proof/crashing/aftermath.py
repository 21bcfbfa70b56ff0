"""What the next process makes of a death, and whether every promise was kept."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from alpha_swarm.domain.states import State
from alpha_swarm.ledger.schema.tables import inbox
from alpha_swarm.proof import rounds, time_travel
from alpha_swarm.proof.books import audit
from alpha_swarm.proof.crashing.installation import HOLDER, share_out
from alpha_swarm.proof.crashing.life import DOOR
from alpha_swarm.proof.trial import Violation
from alpha_swarm.supervision.books import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.states import Target
    from alpha_swarm.proof.crashing.group import Group
    from alpha_swarm.proof.crashing.installation import Installation

LEASE_SECONDS_AND_ONE = 61.0


def aftermath(installation: Installation, groups: Sequence[Group], *, freed: bool) -> list[Violation]:
    """Recover, and compare what the clients were told with the ledger and with the other side's log.

    Args:
        installation: where it happened.
        groups: who died, or had died over them.
        freed: whether the leases of the dead end at once; else they run out.
    """
    groups = [*groups, *installation.pioneers]
    # An answer to anybody shows that whatever the dead had sent before was received.
    installation.stage.ledger()
    promised = [*_lost_letters(installation, groups), *_post_again(installation, groups)]
    bury(installation, freed=freed)
    rounds.settle(installation.app)
    found = [*promised, *_new_ones(installation, groups), *_verdict(installation, groups)]
    return [_with_its_crash(one, groups) for one in found]


def bury(installation: Installation, *, freed: bool) -> None:
    """The dead hold nothing any more."""
    if freed:
        installation.app.free(HOLDER)
    else:
        time_travel.let_time_pass(installation.app.ledger.engine, LEASE_SECONDS_AND_ONE)


def _post_again(installation: Installation, groups: Sequence[Group]) -> Iterator[Violation]:
    """Whoever got no answer posts again, and so does whoever got one: that one finds what stands."""
    told = {id(group): list(group.ids) for group in groups}
    answers: list[str] = []
    installation.life.live(DOOR, groups, lambda **words: answers.extend(words["accepted"]))
    share_out(groups, answers)
    for group in groups:
        for before, now in zip(told[id(group)], group.ids, strict=False):
            if before != now:
                yield Violation("lost", now, f"the door had accepted it as {before}")


def _new_ones(installation: Installation, groups: Sequence[Group]) -> Iterator[Violation]:
    new: list[int] = []
    installation.life.live(DOOR, groups, lambda **words: new.append(words["new"]))
    if any(new):
        yield Violation("duplicated", "door", f"the same batch once more added {sum(new)} leads")


def _lost_letters(installation: Installation, groups: Sequence[Group]) -> Iterator[Violation]:
    taken = len({group.letter for group in groups if group.letter_taken})
    with installation.app.ledger.engine.connect() as connection:
        stored = connection.execute(select(func.count()).select_from(inbox)).scalar_one()
    if stored < taken:
        yield Violation("lost", "inbox", f"{taken} webhooks were accepted, {stored} are there")


def _verdict(installation: Installation, groups: Sequence[Group]) -> Iterator[Violation]:
    accepted = [lead_id for group in groups for lead_id in group.ids]
    other = installation.stage.ledger(detail=True)
    yield from audit(installation.app, accepted, other)
    yield from _not_whole(other, accepted, installation.app.settings.sync_targets)
    with installation.app.ledger.read() as tx:
        states = {key: lead.state for key, lead in tx.leads.load(accepted).items()}
    yield from (
        Violation("stranded", key, state.value) for key, state in states.items() if state is not State.SYNCED
    )


def _not_whole(
    other: Mapping[str, Any], accepted: Sequence[str], targets: Sequence[Target]
) -> Iterator[Violation]:
    """All these people are found and go into each CRM, so each has one paid row and one record in each."""
    paid = Counter(row["lead_id"] for row in other["clay"]["row_list"] if row["enrich_count"] == 1)
    yield from (Violation("lost", key, "no row paid once") for key in accepted if paid[key] != 1)
    for target in targets:
        records = other[target.value][RECORDS[target]]
        if records != len(accepted):
            yield Violation("lost", target.value, f"{records} records for {len(accepted)} leads")


def _with_its_crash(one: Violation, groups: Sequence[Group]) -> Violation:
    """Where its lead's process died; for a sum, every place that it may come from."""
    guilty = [group for group in groups if one.subject in group.ids] or groups
    places = "; ".join(" then ".join(group.crash) for group in guilty if group.crash)
    return Violation(one.kind, one.subject, f"{one.detail} [killed at {places}]")
