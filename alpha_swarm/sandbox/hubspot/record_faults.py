"""What goes wrong with single records of a batch, on demand."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["refused", "failed", "unnamed", "dropped", "untraced", "contradicted", "miscounted"]


class RecordFaultOrder(BaseModel):
    """The body of `POST /_sandbox/hubspot/record_faults`; `times` absent means until the reset.

    `refused` and `failed`: an error of the record, which is not written. `unnamed`: written, and neither
    result nor error says so. `dropped`: not written and not named. `untraced`: named by its id alone.
    `contradicted`: written, and named by a result and by an error. `miscounted`: as it should be, but
    `numErrors` is wrong.
    """

    model_config = ConfigDict(extra="forbid")

    fault: Kind
    share: float = Field(default=1.0, ge=0, le=1)
    times: int | None = Field(default=None, ge=1)


@dataclass(slots=True)
class _Standing:
    order: RecordFaultOrder
    fired: int = 0

    @property
    def spent(self) -> bool:
        return self.order.times is not None and self.fired >= self.order.times


class RecordFaults:
    """The standing orders; the first one that wins its draw fires."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.reset()

    def add(self, order: RecordFaultOrder) -> None:
        """Take an order; it stands behind the earlier ones."""
        self._orders.append(_Standing(order))

    def draw(self) -> Kind | None:
        """The fault of this record, if any."""
        for standing in self._orders:
            if not standing.spent and self._random.random() < standing.order.share:
                standing.fired += 1
                return standing.order.fault
        return None

    def reset(self) -> None:
        """Remove every order."""
        self._orders: list[_Standing] = []
        self._random = random.Random(self._seed)
