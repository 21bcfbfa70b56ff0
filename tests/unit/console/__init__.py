"""The parts of the console, alone."""
