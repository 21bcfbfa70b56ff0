"""The way of a lead: receive, enrichment, results, crm, write_back; and what goes beside it."""
