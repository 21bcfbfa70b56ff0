"""The first rows of a file show what the rest will cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from alpha_swarm.cli.printing import err
from alpha_swarm.domain.states import State
from alpha_swarm.errors import UserError
from alpha_swarm.ledger.money.accounts import presented

if TYPE_CHECKING:
    from rich.progress import Progress

    from alpha_swarm.app import App
    from alpha_swarm.cli.asking import Asking

_LOOK_SECONDS = 0.5
_AWAITED = (State.RECEIVED, State.SUBMITTED, State.ENRICHING)


class PilotRun:
    """Waits for the results of a batch, shows them, and asks whether to go on."""

    def __init__(self, app: App, batch: str, rows: int, asking: Asking, progress: Progress) -> None:
        self._app = app
        self._batch = batch
        self.rows = rows
        self._asking = asking
        self._progress = progress
        self.brought: dict[str, Any] = {}
        self.went_on: bool | None = None

    def goes_on(self) -> bool:
        """Whether the rest is taken in.

        Raises:
            UserError: there are no results after ``CLAY_SOFT_DEADLINE``.
        """
        self._progress.stop()
        self._wait()
        with self._app.ledger.read() as tx:
            self.brought = presented(tx.spending.experience(self._batch))
        err().print(_in_words(self.brought), markup=False)
        self.went_on = self._asking.agreed("Take in the rest?")
        return bool(self.went_on)

    def _wait(self) -> None:
        seconds = self._app.settings.clay.soft_deadline
        patient = Retrying(
            retry=retry_if_result(bool),
            stop=stop_after_delay(seconds),
            wait=wait_fixed(_LOOK_SECONDS),
            retry_error_callback=lambda state: state.outcome and state.outcome.result(),
        )
        if left := patient(self._awaited):
            raise UserError(
                f"{left} leads of the pilot have no result after {seconds:.0f} s (CLAY_SOFT_DEADLINE): is"
                " alpha-swarm up running? Then repeat the command"
            )

    def _awaited(self) -> int:
        with self._app.ledger.read() as tx:
            return tx.spending.in_states(self._batch, _AWAITED)


def _in_words(brought: dict[str, Any]) -> str:
    if not brought["results"]:
        return "pilot: nobody in it was new, or none of them could be paid for; see alpha-swarm budget"
    usable = brought["per_usable_lead"]
    each = f"{usable['credits']:.2f} credits for each usable one" if usable else "no usable one"
    return (
        f"pilot: {brought['usable']:,} of {brought['results']:,} are hits ({brought['hit_rate']:.0%}),"
        f" {brought['per_lead']['credits']:.2f} credits a lead, {each}"
    )
