"""The HTTP door: leads and webhooks in, health and metrics out."""
