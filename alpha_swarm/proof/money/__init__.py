"""Money: what is spent, and what the other side bills."""
