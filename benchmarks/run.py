"""What one run gives."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MILLISECONDS = 1000.0


@dataclass(frozen=True, slots=True)
class Run:
    """One contestant, once."""

    name: str
    leads: int
    seconds: float
    """From the start of the workers to the last lead."""
    start_up: float
    """Seconds of them before the first call."""
    contacts: int
    upserts: int
    cpu: dict[str, float]
    """Part → seconds of CPU."""
    sandbox_cpu: float

    @property
    def rate(self) -> float:
        """Leads a second."""
        return self.leads / self.seconds

    @property
    def rate_once_started(self) -> float:
        """Leads a second from the first call on."""
        return self.leads / (self.seconds - self.start_up)

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of CPU a lead, the sandbox's left out."""
        return sum(self.cpu.values()) / self.leads * MILLISECONDS

    @property
    def sandbox_ms(self) -> float:
        """Milliseconds of the sandbox's CPU a lead."""
        return self.sandbox_cpu / self.leads * MILLISECONDS

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)
