"""Clay, transport webhook: sources that take records, tables that enrich them, a column that calls back."""
