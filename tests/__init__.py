"""Unit tests mirror the package; integration uses real servers; acceptance starts real processes."""
