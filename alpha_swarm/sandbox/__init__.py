"""An imitation of Clay and the CRMs on one port; it shares no code with the program that it tries."""
