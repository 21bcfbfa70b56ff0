"""The reliability contract by number, as far as today's parts reach."""

from __future__ import annotations

GUARANTEES = {
    1: "Accepted means durable",
    2: "A crash at any moment loses and repeats nothing",
    3: "Redis is disposable",
    4: "The database may restart, refuse or be restored",
    5: "Nothing strands, and the books always balance",
    6: "One lead, one charge",
    7: "An unknown outcome is never blindly sent again",
    8: "The credit budget cannot be exceeded",
    9: "No duplicate contact",
    10: "A zombie cannot act",
    11: "Hints may repeat and come in any order",
    12: "Our own writes start nothing",
    21: "Poison is isolated",
    22: "Clocks may lie",
    24: "Erased means erased, and stays erased",
    25: "The audit trail shows any tampering",
}
