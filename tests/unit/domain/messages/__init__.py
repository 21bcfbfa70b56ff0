"""What people are told and asked."""
