"""Who is not to come back."""
