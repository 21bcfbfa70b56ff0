"""The whole program as processes for a trial: its parts, its door, and a watch on its ledger."""
