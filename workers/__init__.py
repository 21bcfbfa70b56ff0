"""The processes: one for each queue, and the scheduler."""
