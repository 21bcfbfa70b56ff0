"""The rights of persons, and the trail that proves what was done."""
