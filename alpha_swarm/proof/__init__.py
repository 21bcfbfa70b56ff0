"""The reliability contract, tried: faults that land, and verdicts from the other side's own log."""
