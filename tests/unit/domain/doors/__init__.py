"""What is asked of whatever comes in, and whom it is about."""
