"""Logs and error reports: one way out, with one gate that takes personal data and secrets out."""

from alpha_swarm.telemetry.logs import configure as configure
