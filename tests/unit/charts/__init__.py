"""Charts, as whoever sees them and whoever hears them gets them."""
