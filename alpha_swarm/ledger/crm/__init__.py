"""What the CRMs have of each lead."""
