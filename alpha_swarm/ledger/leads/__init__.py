"""Leads: who they are, and what is known of them."""
