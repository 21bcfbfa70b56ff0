"""Leads become contacts, and what the CRMs tell becomes leads."""
