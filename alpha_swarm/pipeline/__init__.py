"""The way of a lead, a file a step: receive, ingest, enrich, collect, score, sync."""
