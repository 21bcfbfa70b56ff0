"""``targets``: whom leads go to, and what changes there."""
