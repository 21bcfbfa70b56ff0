"""Clay, transport rest: tables, rows, waterfalls, credits, webhooks."""
