"""One suite for all transports to Clay."""
