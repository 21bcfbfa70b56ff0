"""Salesforce, a CRM."""
