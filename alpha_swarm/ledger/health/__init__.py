"""What is counted and measured, and how the whole stands."""
