"""Rows go to the enricher, are paid for, and are asked for."""
