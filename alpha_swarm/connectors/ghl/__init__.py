"""GoHighLevel, a CRM."""
