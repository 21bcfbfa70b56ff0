"""The demonstration: a stage, a show, and a look into the books of both sides."""
