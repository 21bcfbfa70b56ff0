"""What people see of the lanes and do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.lane_report import lane_report
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alpha_swarm.domain.lanes import Margins
    from alpha_swarm.ports.lanes import LaneAddress, LaneRegister


class LaneDesk:
    """Lanes by name; ``make_way`` lets those go on who waited for a lane."""

    def __init__(
        self,
        register: LaneRegister,
        configured: Sequence[LaneAddress],
        margins: Margins,
        make_way: Callable[[], None],
    ) -> None:
        self._register = register
        self._configured = configured
        self._margins = margins
        self._make_way = make_way

    def report(self) -> dict[str, Any]:
        """How they stand, as :func:`lane_report` says it."""
        return lane_report(self._register.figures(), self._register.use(), self._margins)

    def bring_in(self) -> None:
        """The configured ones."""
        self._register.bring_in(self._configured)

    def add(self, lane: LaneAddress) -> None:
        """One more, behind the others.

        Raises:
            UserError: its name is taken.
        """
        if not self._register.add(lane):
            raise UserError(f"there is a lane {lane.name} already: choose another name")
        self._make_way()

    def set_used(self, name: str, used: int, table_rows: int | None) -> None:
        """Count from here.

        Raises:
            UserError: there is no such lane, as below.
        """
        self._known(name, there=self._register.set_used(name, used, table_rows))
        self._make_way()

    def pause(self, name: str) -> None:
        """Send nothing there."""
        self._known(name, there=self._register.pause(name))

    def resume(self, name: str) -> None:
        """Use it again."""
        self._known(name, there=self._register.resume(name))
        self._make_way()

    def watch(self, seconds: float) -> None:
        """Set aside what accepts and has not answered for so long."""
        self._register.suspect(seconds)

    def _known(self, name: str, *, there: bool) -> None:
        if not there:
            names = ", ".join(one.lane.name for one in self._register.figures()) or "lanes add first"
            raise UserError(f"there is no lane {name}: take one of {names}")
