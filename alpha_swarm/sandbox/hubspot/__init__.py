"""HubSpot: contacts, their properties, deals, owners and tokens of one portal."""
