"""``python -m alpha_swarm.api``: serves the HTTP door until SIGTERM."""

from __future__ import annotations

import sys

from alpha_swarm.api.server import serve
from alpha_swarm.config import load_settings
from alpha_swarm.errors import UserError

if __name__ == "__main__":
    try:
        serve(load_settings())
    except UserError as error:
        sys.stderr.write(f"alpha-swarm: {error}\n")
        sys.exit(2)
