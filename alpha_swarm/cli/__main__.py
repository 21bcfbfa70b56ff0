"""``python -m alpha_swarm.cli``: the command line without its script."""

from __future__ import annotations

from alpha_swarm.cli.main import main

main()
