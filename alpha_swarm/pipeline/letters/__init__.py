"""Dead letters are tried again."""
