"""Lanes: room for records, taken before anything is sent."""
