"""The pages for people: what the installation does, and what may be done by hand."""
