"""SQL remembers: the ledger is the truth, on SQLite and PostgreSQL alike."""
