"""Faults on demand: what goes wrong, where, when, how often."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class FaultOrder(BaseModel):
    """The body of `POST /_sandbox/faults`.

    `times` absent means until it is removed. `seconds` is the delay of `slow` and `hang`, and for a `status`
    fault the wait that the answer names (Retry-After, or the quota's reset).
    """

    model_config = ConfigDict(extra="forbid")

    service: Literal["clay", "ghl", "instantly", "hubspot", "salesforce", "slack"]
    operation: str = "*"
    fault: Literal["status", "reset", "hang", "slow"]
    status: int = Field(default=500, ge=400, le=599)
    when: Literal["before", "after"] = "before"
    times: int | None = Field(default=None, ge=1)
    seconds: float = Field(default=1.0, ge=0)
    share: float = Field(default=1.0, ge=0, le=1)


@dataclass(slots=True)
class Fault:
    """A standing order and how often it has fired."""

    order: FaultOrder
    fired: int = 0

    def concerns(self, service: str, operation: str) -> bool:
        """Whether the order names the operation and is not yet used up."""
        order = self.order
        spent = order.times is not None and self.fired >= order.times
        return not spent and order.service == service and order.operation in {"*", operation}


class Faults:
    """The standing orders; the first one that concerns a call and wins its draw fires."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.reset()

    def add(self, order: FaultOrder) -> None:
        """Take an order; it stands behind the earlier ones."""
        self._faults.append(Fault(order))

    def draw(self, service: str, operation: str) -> FaultOrder | None:
        """The fault of this call, if any."""
        for fault in self._faults:
            if fault.concerns(service, operation) and self._random.random() < fault.order.share:
                fault.fired += 1
                return fault.order
        return None

    def listing(self) -> list[dict[str, Any]]:
        """Every order with `fired`, in the order they were given."""
        return [{**fault.order.model_dump(), "fired": fault.fired} for fault in self._faults]

    def reset(self) -> None:
        """Remove every order."""
        self._faults: list[Fault] = []
        self._random = random.Random(self._seed)
