"""Three years go by: nobody is held for longer than promised, nobody comes back, nobody goes early."""

from __future__ import annotations

import pytest

from tests.properties.rights_history import DAY, History
from tests.properties.rights_model import KEPT_SECONDS

_YEARS_DAYS = 1095
#: What the clock of the installation brings round, beside the work itself.
_SCHEDULES = (
    "sweep",
    "tidy",
    "replay",
    "advance",
    "reconciliation",
    "daily",
    "report",
    "anchor",
    "retention",
    "rights",
)


class ThreeYears(History):
    """People come, are enriched again, object, are erased; lists come, and older copies are put back."""

    def __init__(self, days: int) -> None:
        super().__init__(f"three years, {days}", list(range(4)))
        self._days = days
        self.most = 0.0
        """The longest that anybody was held, in seconds."""

    def run(self) -> None:
        """To the end, so many days at a time."""
        for number in range(0, _YEARS_DAYS, self._days):
            self._day(number // self._days)
            self.one.pass_time(self._days * DAY)
            self._schedules()
            self.agree()
            self._is_as_promised()
        self.settle()
        self.agree()
        self.nothing_is_left()

    def _day(self, number: int) -> None:
        # Of those who come now some were there before, and some come back whom we know no more.
        self.everybody = list(range(max(0, number - 12), number + 3))
        self.told.append(f"period {number}")
        self.arrive()
        self.settle()
        # The model learns by what else people are known now.
        self.agree()
        turns = (
            self.refresh,
            self.letter,
            self.news,
            self.rectify,
            self.access,
            self.list_of_others,
            self.ask,
        )
        turns[number % len(turns)]()
        if number % 13 == 3:
            self.back_up()
        if number % 13 == 9:
            self.restore()

    def _schedules(self) -> None:
        for name in _SCHEDULES:
            self.app.run_schedule(name)
        self.model.expire(self.now)

    def _is_as_promised(self) -> None:
        held = [self.now - one.collected_at for one in self.model.people.values()]
        assert max(held, default=0.0) <= KEPT_SECONDS
        self.most = max(self.most, *held, 0.0)
        with self.app.ledger.read() as tx:
            assert not tx.suppressions.present()
        status = self.app.status()
        assert status["balanced"]
        assert self.app.audit.verify().flaw is None


def test_three_years_a_quarter_at_a_time() -> None:
    years = ThreeYears(90)
    years.run()
    assert years.most > 0.8 * KEPT_SECONDS


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_three_years_day_by_day() -> None:
    years = ThreeYears(1)
    years.run()
    assert years.most > KEPT_SECONDS - 2 * DAY
