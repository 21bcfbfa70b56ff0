"""Unit tests mirror the package; integration tests use real servers; acceptance tests start real processes."""
