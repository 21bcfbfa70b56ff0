"""What the CRMs send, cut and understood, alone."""
