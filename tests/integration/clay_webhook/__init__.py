"""The transport over webhook lanes, against a server that answers as it is told."""
