"""``leads``, ``enrich``, ``trace``: leads in, shown, and out."""
