"""Dead letters, and how they are tried again."""
