"""The breakers, by a clock that the test sets and by real processes."""
