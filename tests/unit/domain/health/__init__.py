"""How the whole is, and what somebody has to see to."""
