"""What a person may ask for is done everywhere."""
