"""What ``doctor`` looks at."""

from __future__ import annotations

from alpha_swarm.cli.checks.run import run_checks

__all__ = ["run_checks"]
