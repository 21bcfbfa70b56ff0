"""The steps on their own."""
