"""Clay, the enrichment service."""
