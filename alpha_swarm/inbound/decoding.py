"""Which decoder reads whose letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.crm.news import System
from alpha_swarm.inbound import generic, ghl, hubspot, salesforce

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alpha_swarm.domain.crm.news import News

DECODERS: Mapping[System, Callable[[bytes], Sequence[News]]] = {
    System.HUBSPOT: hubspot.decode,
    System.GHL: ghl.decode,
    System.SALESFORCE: salesforce.decode,
    System.GENERIC: generic.decode,
}
