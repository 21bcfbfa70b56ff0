"""The parts with their real servers."""
