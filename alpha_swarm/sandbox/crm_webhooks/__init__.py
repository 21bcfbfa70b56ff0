"""What the imitated CRMs tell of their contacts, to whoever ordered it."""
