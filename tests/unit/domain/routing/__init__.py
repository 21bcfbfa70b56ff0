"""The rules of who goes where."""
