"""Clay's public API v0: routines run over items, by the piece or by the file."""
