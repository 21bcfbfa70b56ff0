"""What all tables of the ledger share."""

from __future__ import annotations

from sqlalchemy import BigInteger, Double, Integer, MetaData, String

metadata = MetaData()

#: Counts up and is never used again, also after rows were deleted: what fencing tokens need.
counter = BigInteger().with_variant(Integer, "sqlite")
identifier = String(26)
time = Double
