"""Results are taken in: judged, recorded, sent on."""
