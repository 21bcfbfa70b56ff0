"""What leads cost, and what may be spent."""
