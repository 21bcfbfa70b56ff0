"""HubSpot, a CRM."""
