"""People are told and asked."""
