"""What reports say, by sums that the database makes."""
