"""Settings → what the parts are built with."""
