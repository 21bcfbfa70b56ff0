"""Salesforce: the leads of one org, its queries, collections and tokens."""
