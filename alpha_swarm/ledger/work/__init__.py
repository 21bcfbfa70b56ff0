"""What is owed to leads, in whose hands it is, and whose turn comes next."""
