"""GoHighLevel: contacts, tags and custom fields of locations."""
