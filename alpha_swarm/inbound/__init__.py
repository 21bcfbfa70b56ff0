"""What the CRMs send us of their own accord: each sender's deliveries, cut into letters and understood."""
