"""The doors of the CRMs: each sender's own signature, and the answers it understands."""
