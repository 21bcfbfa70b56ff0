"""The sandbox's Salesforce."""
