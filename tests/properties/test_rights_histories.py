"""Whatever people ask for, in whatever order things happen to them: the program agrees with a small model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.domain.leads.grounds import USUAL
from alpha_swarm.ledger.leads.arrivals import Arrivals
from alpha_swarm.ledger.leads.known_by import KnownBy
from alpha_swarm.ledger.schema.tables import leads
from alpha_swarm.pipeline.results.acceptance import Acceptance
from tests.properties.rights_history import History

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

STEPS = 14
_PEOPLE = range(4)


def check(seed: str) -> None:
    """One history; where it goes wrong, it says which."""
    history = History(seed, _PEOPLE)
    often = [history.arrive] * 5 + [history.work] * 4 + [history.ask] * 3
    seldom = [
        history.wait,
        history.letter,
        history.news,
        history.rectify,
        history.retain,
        history.list_of_others,
    ]
    seldom += [history.back_up, history.restore, history.access, history.try_again, history.refresh]
    try:
        for _ in range(STEPS):
            act: Callable[[], None] = history.chance.choice([*often, *seldom])
            history.told.append(act.__name__)
            act()
            history.agree()
        history.told.append("end")
        history.settle()
        history.agree()
        history.nothing_is_left()
    except BaseException as error:
        error.add_note(f"seed {seed}: {'; '.join(history.told)}")
        raise


def test_any_history_agrees_with_the_model() -> None:
    for number in range(6):
        check(f"{number}")


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(4))
def test_a_thousand_histories_agree_with_the_model(part: int) -> None:
    for number in range(part, 1000, 4):
        check(f"{number}")


def nothing_but_the_email_is_suppressed(patch: pytest.MonkeyPatch) -> None:
    """As if nobody were known by anything else."""
    hashes = KnownBy.hashes

    def sabotaged(known_by: KnownBy, lead_ids: Collection[str]) -> dict[str, str]:
        return {key: kind for key, kind in hashes(known_by, lead_ids).items() if kind == "email"}

    patch.setattr(KnownBy, "hashes", sabotaged)


def results_are_taken_in_whoever_they_are_about(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether they are somebody who asked before."""
    patch.setattr(Acceptance, "_unsuppressed", lambda _self, _tx, *given: given)


def an_update_renews_retention(patch: pytest.MonkeyPatch) -> None:
    """Each later arrival counts as if it were the first."""

    def sabotaged(self: Arrivals, known: Iterable[tuple[str, datetime]]) -> None:
        for lead_id, moment in known:
            renewed = update(leads).where(leads.c.id == lead_id)
            self._session.run(renewed.values(retention_until=USUAL.until(moment).timestamp()))

    patch.setattr(Arrivals, "_keep_no_longer", sabotaged)


def nothing_is_remembered_outside(patch: pytest.MonkeyPatch) -> None:
    """A ledger that was put back from a copy knows nobody who must not be there."""
    patch.setattr(HomeList, "add", lambda *_: None)


#: What to do → the number of a history that shows it.
SABOTAGES: dict[Callable[[pytest.MonkeyPatch], None], int] = {
    nothing_but_the_email_is_suppressed: 23,
    results_are_taken_in_whoever_they_are_about: 0,
    an_update_renews_retention: 1,
    nothing_is_remembered_outside: 16,
}


@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_a_sabotage_is_found(
    sabotage: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sabotage(monkeypatch)
    with pytest.raises(AssertionError):
        check(f"{SABOTAGES[sabotage]}")
