"""What is written to the CRMs, and what they tell."""
