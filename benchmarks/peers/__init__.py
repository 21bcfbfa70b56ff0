"""The peers, each in a file of its own; they know nothing of the program that they are compared with."""
