"""The page for a person who asks what is held."""
