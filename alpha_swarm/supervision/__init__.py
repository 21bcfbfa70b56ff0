"""The program as processes: their command lines, and what keeps them running."""
