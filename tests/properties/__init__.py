"""Laws that hold for any order and any number."""
