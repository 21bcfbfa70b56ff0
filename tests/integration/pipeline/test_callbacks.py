"""Where submitting starts the enrichment and results only come by themselves, each lead is paid for once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.doors.who import Who
from alpha_swarm.domain.states import State
from alpha_swarm.errors import GiveUpError, OutcomeUnknownError
from tests.integration.pipeline.postbox import FOUND, Postbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.leads.lead import Lead
    from tests.integration.world import World

SOFT, HARD = 900.0, 86_400.0


class Posted:
    """Two leads that were sent into a postbox."""

    def __init__(self, world: World, postbox: Postbox) -> None:
        self.world = world
        self.postbox = postbox
        world.app.enricher = postbox
        self.lead_ids = world.people(2)

    def answer(self, **values: object) -> None:
        """Every lead is answered."""
        bodies = [self.postbox.answer(name, **(FOUND | values)) for name in self.postbox.received]
        self.world.app.receive_webhook(bodies)
        self.world.work()

    def states(self) -> set[State]:
        """Where they stand."""
        return {lead.state for lead in self.world.leads().values()}

    def credits(self) -> tuple[float, float]:
        """Reserved and spent today."""
        day = self.world.app.status()["credits"]["day"]
        return day["reserved"], day["spent"]


@pytest.fixture
def posted(install: Callable[..., World]) -> Posted:
    """Nothing is sent yet."""
    return Posted(install(CLAY_TRANSPORT="webhook"), Postbox())


def test_a_submission_reserves_and_its_callback_spends(posted: Posted) -> None:
    posted.world.work()
    assert posted.states() == {State.ENRICHING}
    assert posted.credits() == (12.0, 0.0)
    posted.answer()
    assert posted.states() == {State.SYNCED}
    assert posted.credits() == (0.0, 12.0)
    assert posted.world.app.status()["settled"]


def test_a_callback_may_come_before_the_answer_to_its_submission(posted: Posted) -> None:
    """The worker that submits dies before it hears that it has."""
    posted.postbox.trouble = KeyboardInterrupt()  # type: ignore[assignment]  # what ends a worker
    with pytest.raises(KeyboardInterrupt):
        posted.world.work()
    posted.answer()
    assert posted.states() == {State.SYNCED}
    assert posted.credits() == (0.0, 12.0)


def test_an_unknown_outcome_counts_as_sent(posted: Posted) -> None:
    posted.postbox.trouble = OutcomeUnknownError("no answer")
    posted.world.work()
    assert posted.states() == {State.ENRICHING}
    posted.world.let_time_pass(SOFT - 60)
    posted.world.work()
    assert set(posted.postbox.received.values()) == {1}
    posted.answer()
    assert posted.states() == {State.SYNCED}


def test_a_lead_without_callback_is_sent_once_more_under_its_name(posted: Posted) -> None:
    posted.world.work()
    for _ in range(4):
        posted.world.let_time_pass(SOFT + 1)
        posted.world.work()
    assert set(posted.postbox.received.values()) == {2}
    assert posted.credits() == (24.0, 0.0)
    posted.answer()
    assert posted.states() == {State.SYNCED}
    assert posted.credits() == (0.0, 12.0)


def test_without_any_callback_it_becomes_a_dead_letter_which_a_late_one_resolves(posted: Posted) -> None:
    posted.world.work()
    for seconds in (SOFT + 1, HARD):
        posted.world.let_time_pass(seconds)
        posted.world.work()
    assert posted.states() == {State.DEAD}
    causes = {death["cause"] for key in posted.lead_ids for death in posted.world.deaths(key)}
    assert causes == {"callback_timeout"}
    assert posted.world.app.status()["settled"]
    posted.answer()
    assert posted.states() == {State.SYNCED}
    assert [posted.world.deaths(key) for key in posted.lead_ids] == [[], []]


def test_a_second_answer_that_says_the_same_changes_nothing(posted: Posted) -> None:
    posted.world.work()
    posted.answer()
    stories = [posted.world.story(key) for key in posted.lead_ids]
    posted.answer(extra="a column that nobody knows")
    assert [posted.world.story(key) for key in posted.lead_ids] == stories


def test_a_number_that_is_suppressed_is_no_news_in_a_second_answer(posted: Posted) -> None:
    """It was kept out of the first one, and is not paid for as another one."""
    posted.world.app.rights.suppress([Who(phone="+14155550199")])
    posted.world.work()
    posted.answer(phone="+14155550199")
    assert {lead.values.phone for lead in posted.world.leads().values()} == {None}
    stories, paid = [posted.world.story(key) for key in posted.lead_ids], posted.credits()
    posted.answer(phone="+14155550199", extra="a column that nobody knows")
    assert [posted.world.story(key) for key in posted.lead_ids] == stories
    assert posted.credits() == paid


def test_a_changed_second_answer_is_merged_and_told_as_a_rerun(posted: Posted) -> None:
    """Blanks change nothing."""
    posted.world.work()
    posted.answer()
    posted.answer(title="Chief Revenue Officer", company_size=None)
    for lead in posted.world.leads().values():
        assert lead.enrichment is not None
        assert lead.enrichment.values.title == "Chief Revenue Officer"
        assert lead.enrichment.values.company_size == 250
        assert lead.state is State.SYNCED
        assert "rerun" in posted.world.story(lead.id)


def test_a_callback_of_an_earlier_generation_is_not_the_result_of_a_renewed_lead(posted: Posted) -> None:
    """Neither before the lead is sent again nor while it is awaited."""
    posted.world.work()
    posted.answer()
    old = list(posted.postbox.received)
    posted.world.app.refresh.run({State.SYNCED: 0.0})
    for title in ("Late", "Later"):
        bodies = [posted.postbox.answer(name, **FOUND | {"title": title}) for name in old]
        posted.world.app.receive_webhook(bodies)
        posted.world.app.read_inbox()
        assert posted.states() <= {State.RECEIVED, State.ENRICHING}
        posted.world.work()
    assert posted.states() == {State.ENRICHING}
    assert {name.partition(".")[2] for name in posted.postbox.received} == {"1", "2"}
    assert {lead.row_id for lead in posted.world.leads().values()} == set(posted.postbox.received) - {*old}
    posted.answer()
    assert posted.credits() == (0.0, 24.0)


def test_answers_that_are_read_together_are_taken_in_one_after_the_other(posted: Posted) -> None:
    """The second has blanks where the first had values: those stay, and both runs are paid for."""
    posted.world.work()
    answer = posted.postbox.answer
    bodies = [answer(name, **FOUND) for name in posted.postbox.received]
    bodies += [answer(name, title="Chief Revenue Officer") for name in posted.postbox.received]
    posted.world.app.receive_webhook(bodies)
    posted.world.work()
    assert posted.states() == {State.SYNCED}
    assert posted.credits() == (0.0, 24.0)


def test_a_result_that_comes_after_a_failure_is_taken_in(posted: Posted) -> None:
    """A person has mended the table and run its rows again; that they fail once more changes nothing."""
    posted.world.work()
    posted.answer(email_work=None, error="no provider answered")
    assert posted.states() == {State.DEAD}
    posted.answer(email_work=None, error="again no provider answered")
    assert posted.states() == {State.DEAD}
    assert [len(posted.world.deaths(key)) for key in posted.lead_ids] == [1, 1]
    posted.answer()
    assert posted.states() == {State.SYNCED}
    assert [posted.world.deaths(key) for key in posted.lead_ids] == [[], []]
    assert posted.credits() == (0.0, 24.0)


def test_a_result_that_comes_after_its_lead_was_refused_the_second_time_is_taken_in(posted: Posted) -> None:
    posted.world.work()
    posted.postbox.trouble = GiveUpError("refused", cause="invalid_payload")
    posted.world.let_time_pass(SOFT + 1)
    posted.world.work()
    assert posted.states() == {State.DEAD}
    posted.answer()
    assert posted.states() == {State.SYNCED}
    assert posted.credits() == (0.0, 12.0)


def test_a_lead_that_our_own_code_fails_over_before_anything_is_sent_is_told_apart(
    posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its company was certainly not sent: it is sent now, once, and not awaited in vain."""
    poison = posted.lead_ids[0]
    submit = posted.postbox.submit

    def failing(leads: Sequence[Lead], key: str) -> Mapping[str, Outcome]:
        if any(lead.id == poison for lead in leads):
            raise RuntimeError
        return submit(leads, key)

    monkeypatch.setattr(posted.postbox, "submit", failing)
    posted.world.work()
    assert [death["cause"] for death in posted.world.deaths(poison)] == ["poison"]
    assert dict(posted.postbox.received) == {f"{posted.lead_ids[1]}.1": 1}
    assert posted.credits()[0] == 6.0


def test_who_was_sent_twice_and_answered_once_may_have_been_charged_twice(posted: Posted) -> None:
    """The other side cannot be asked, so a person is told."""
    posted.world.work()
    answered = next(iter(posted.postbox.received))
    posted.world.app.receive_webhook([posted.postbox.answer(answered, **FOUND)])
    posted.world.let_time_pass(SOFT + 1)
    posted.world.work()
    assert posted.world.app.doubts()["possible_double_charges"] == []
    posted.answer()
    (doubt,) = posted.world.app.doubts()["possible_double_charges"]
    assert (f"{doubt['lead_id']}.1" != answered, doubt["credits"]) == (True, 6.0)
